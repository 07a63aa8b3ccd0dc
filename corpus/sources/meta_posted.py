"""Posts, comments and captions of the HTML pages of Facebook's and Instagram's exports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from lxml import etree

from corpus.sources.file import HEAD, File
from corpus.sources.meta_dates import printed_moment
from corpus.sources.meta_entries import SILENT, Account, Words
from corpus.sources.meta_owner import Owner
from corpus.sources.meta_pages import HEADS, Block, blocks, comments, ends_early, layout_of
from corpus.sources.piece import Piece, Problem, Reading, localise

SAMPLE = 4 * HEAD
PACIFIC = "Etc/GMT+8"
DAMAGED = (etree.LxmlError, UnicodeError, ValueError)
FACEBOOK = re.compile(
    r"(?:your_)?(?:posts__.*|posts|timeline|notes|uncategorized_photos|your_posts.*|"
    r"comments|your_comments.*|(?:your_)?(?:group_)?(?:posts|comments)(?:_in_groups|_and_comments"
    r"|_in_pages)?(?:_\d+)?|group_posts_and_comments)\.html?"
)
CAPTIONS = re.compile(
    r"(?:posts|archived_posts|reels|stories|igtv_videos|other_content|threads_and_replies)"
    r"(?:_\d+)?\.html?"
)
TABLES = re.compile(r"(?:post|reels?)_comments(?:_\d+)?\.html?")


def read(file: File, owner: Owner, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield what was posted; nothing for a page that is no page of posts or comments."""
    name = PurePosixPath(file.name.rpartition("!")[2]).name.lower()
    account = Account(owner)
    captions = bool(CAPTIONS.fullmatch(name)) and "facebook" not in file.name.lower()
    number = 0
    if not (captions or FACEBOOK.fullmatch(name) or TABLES.fullmatch(name)):
        return
    try:
        found = (
            _tables(file, reading) if TABLES.fullmatch(name) else _blocks(file, captions, reading)
        )
        for words in found:
            number += 1
            place = f"entry {number}"
            yield account.piece(words, place) if words.text.strip() else Problem(place, SILENT)
    except DAMAGED:
        yield Problem(f"after entry {number}", "the page is damaged", "errored")
        return
    if ends_early(file):
        yield Problem(f"after entry {number}", "the page ends early", "errored")


def _blocks(file: File, captions: bool, reading: Reading) -> Iterator[Words]:
    layout = layout_of(file.head(SAMPLE))
    if layout is None:
        return
    zone = PACIFIC if layout.heading_tag in HEADS else reading.zone
    for block in blocks(file, layout):
        yield _words(block, captions, zone)


def _words(block: Block, captions: bool, zone: str) -> Words:
    when = _when(block.date, zone)
    text = block.caption if captions else block.own
    return Words("instagram" if captions else "facebook", f"page:{when}", text, when)


def _tables(file: File, reading: Reading) -> Iterator[Words]:
    for text, date in comments(file):
        when = _when(date, PACIFIC)
        yield Words("instagram", f"page:{when}", text, when)


def _when(date: str, zone: str) -> object:
    found = printed_moment(date)
    try:
        return localise(found, zone) if found else None
    except (ValueError, OverflowError):
        return None
