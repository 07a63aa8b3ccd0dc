"""Facebook Messenger and Instagram threads: JSON of both, HTML pages, and the encrypted chats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from corpus.sources import messenger_old, messenger_pages, messenger_threads, meta_owner
from corpus.sources.file import File
from corpus.sources.meta_pages import headings, is_old_page, is_page, title_of
from corpus.sources.nesting import BOM
from corpus.sources.piece import Claim, Piece, Problem, Reading

BESIDE = meta_owner.PROFILES
PLAIN = re.compile(rb'"sender_name"\s*:')
SECURE = re.compile(rb'"senderName"\s*:')
OLD = re.compile(rb'"conversation"\s*:\s*\[')
PART = re.compile(r"message(?:s)?_?\d*\.html?")


def inner_name(file: File) -> PurePosixPath:
    """Return the file's path within the innermost archive or what was pointed at."""
    return PurePosixPath(file.name.rpartition("!")[2])


def recognise(file: File, head: bytes) -> str | None:
    """Return why `head` begins a thread or the profile of an account, None if it does not."""
    start = head.removeprefix(BOM).lstrip()
    if start.startswith((b"{", b"[")):
        return _json(start)
    if start.startswith(b"<") and is_page(head):
        return _page(file, head)
    return None


def _json(head: bytes) -> str | None:
    if head.startswith(b"["):
        old = OLD.search(head) and b'"participants"' in head and b'"sender"' in head
        return "a list of conversations, as old Instagram exports have them" if old else None
    if b'"messages"' in head and PLAIN.search(head) and b'"timestamp_ms"' in head:
        return "messages with sender_name and timestamp_ms, as in Facebook's and Instagram's export"
    if b'"messages"' in head and SECURE.search(head) and b'"timestamp"' in head:
        return "messages with senderName and timestamp, as in the export of encrypted chats"
    thread = b'"thread_path"' in head or b'"threadName"' in head
    if thread and b'"participants"' in head and b'"messages"' in head:
        return "a thread with participants, as in Facebook's and Instagram's export"
    return "the profile of a Facebook or Instagram account" if meta_owner.is_profile(head) else None


def _page(file: File, head: bytes) -> str | None:
    name = inner_name(file)
    if name.stem in ("profile_information", "personal_information"):
        return "the profile page of a Facebook or Instagram account"
    if is_old_page(head):
        return "a page of threads, as in Facebook's old HTML export"
    if PART.fullmatch(name.name.rpartition("html_")[2]) or {title_of(head)} & set(headings(head)):
        return "a page of messages, as in Facebook's and Instagram's HTML export"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of `file` as a piece or a problem, and the claims about who «me» is.

    A file that breaks off yields what stands before the break and one errored problem.
    """
    head = file.head()
    start = head.removeprefix(BOM).lstrip()
    page = start.startswith(b"<")
    if page and inner_name(file).stem in ("profile_information", "personal_information"):
        yield from _profile(file)
    elif not page and start.startswith(b"{") and b'"messages"' not in head:
        yield from _profile(file)
    elif page:
        yield from messenger_pages.read(file, reading)
    elif start.startswith(b"["):
        yield from messenger_old.read(file)
    else:
        yield from messenger_threads.read(file)


def _profile(file: File) -> Iterator[Problem | Claim]:
    told = list(meta_owner.claims(meta_owner.owner_of(file)))
    yield from told
    if told:
        yield Problem("file", "profile of the account; not writing")
    else:
        yield Problem("file", "profile of an account without a name in it", "errored")
