"""What one posted on Facebook, Instagram and Threads: posts, comments, notes and captions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from corpus.sources import meta_entries, meta_owner, meta_posted
from corpus.sources.file import File
from corpus.sources.meta_pages import is_page
from corpus.sources.nesting import BOM
from corpus.sources.piece import Claim, Piece, Problem, Reading

BESIDE = meta_owner.PROFILES
TIMED = re.compile(rb'"(?:creation_)?timestamp"\s*:\s*\d')
POSTED = re.compile(
    rb'"data"\s*:\s*\[\s*\{\s*"(?:post|comment|update_timestamp)"\s*:|'
    rb'"attachments"\s*:\s*\[\s*\{\s*"data"\s*:\s*\[\s*\{'
)
FACEBOOK_KEY = re.compile(rb'\{\s*"[a-z][a-z0-9_]{2,60}_v[23]"\s*:\s*[\[{]')
OTHER_KEY = re.compile(
    rb'\{\s*"(?:(?:relationships|likes|saved|impressions_history|ig|inferred_data|account_history|'
    rb"story_activities|text_post_app|monetization|apps_and_websites|comments|contacts|devices|"
    rb"topics|organic_insights|checkout|professional|profile|messenger|off_facebook_activity|"
    rb"admin_records|ads|login)_[a-z0-9_]+|"
    rb'wall_posts_sent_to_you|status_updates|advertisers|notes)"\s*:\s*[\[{]'
)
ENTRY = re.compile(
    rb'"(?:string_map_data|string_list_data|media_list_data)"\s*:\s*[\[{]|'
    rb'"label_values"\s*:\s*\[\s*\{\s*"(?:label|ent_field_name)"'
)
NOTHING = re.compile(rb"(?:\xef\xbb\xbf)?\s*[^\n]{0,120}\s*\Z")
NO_DATA = ("no-data.txt", "no_data.txt")
MACHINERY = "activity, settings or contacts of the account; not writing"


def recognise(file: File, head: bytes) -> str | None:
    """Return why `head` begins a file of Meta's exports other than a thread, or None."""
    name = PurePosixPath(file.name.rpartition("!")[2]).name
    if name in NO_DATA and NOTHING.match(head):
        return "a note that the export has nothing in this folder"
    start = head.removeprefix(BOM).lstrip()
    if start.startswith(b"<"):
        return "a page of Facebook's or Instagram's HTML export" if is_page(head) else None
    if not start.startswith((b"{", b"[")):
        return None
    if TIMED.search(head) and POSTED.search(head):
        return "posts or comments with timestamps, as in Facebook's export"
    if b'"creation_timestamp"' in head and b'"uri"' in head:
        return "media with captions, as in Facebook's and Instagram's exports"
    if ENTRY.search(head):
        return "entries with labelled values, as in Instagram's export"
    if FACEBOOK_KEY.match(start) or (OTHER_KEY.match(start) and b'timestamp"' in head):
        return "activity of an account, as in Facebook's and Instagram's exports"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each post, comment, note and caption of `file`, or that there is no writing in it."""
    start = file.head().removeprefix(BOM).lstrip()
    owner = meta_owner.owner_beside(file)
    if start.startswith(b"<"):
        found = meta_posted.read(file, owner, reading)
    elif start.startswith((b"{", b"[")):
        found = meta_entries.read(file, owner)
    else:
        found = iter(())
    spoke = False
    for item in found:
        spoke = True
        yield item
    if not spoke:
        yield Problem("file", MACHINERY)
