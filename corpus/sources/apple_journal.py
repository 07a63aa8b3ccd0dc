"""Apple Journal exports: a page an entry, without the cards of places, music and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from corpus.sources.dates import date_in
from corpus.sources.file import File
from corpus.sources.markup import text_of, too_deep
from corpus.sources.meta_dates import printed_moment
from corpus.sources.piece import Piece, Problem, Reading, localise
from corpus.sources.set_apart import set_apart
from corpus.sources.siblings import name_of

SPACE = "apple_journal"
PAGE = re.compile(rb"<div class=[\"']pageHeader[\"']")
PARTS = re.compile(rb"class=[\"'](?:bodyText|title|assetGrid|pageContainer|reflectionPrompt)[\"']")
INDEX = re.compile(rb"href=[\"'](?:\./)?Entries/[^\"'<>]{1,500}\.html[\"']")
GONE = (".pageHeader", ".assetGrid", ".gridItem", ".reflectionPrompt", ".title")
ESSAY_WORDS = 600


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` is an entry of Apple Journal, or the list of them."""
    if not head.lstrip().startswith(b"<"):
        return None
    if PAGE.search(head) and PARTS.search(head):
        return "an entry of Apple Journal"
    is_index = name_of(file).lower() == "index.html" and INDEX.search(head)
    return "the list of Apple Journal entries" if is_index else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield the entry as a note of one's own; what Apple asked or suggested is left out."""
    html = file.read_text()[0]
    if not PAGE.search(html.encode()):
        yield Problem("file", "the list of Apple Journal entries; not writing")
        return
    tree = HTMLParser("" if too_deep(html) else html)
    shown = _of(tree, ".pageHeader")
    title = _of(tree, ".title") or None
    for selector in GONE:
        for node in tree.css(selector):
            node.decompose()
    text = text_of(tree.html or "").strip() or title
    if not text:
        yield Problem("file", "an entry without text")
        return
    created, precision = _created(shown, name_of(file), reading.zone)
    piece = Piece(
        namespace=SPACE,
        own=PurePosixPath(name_of(file)).stem,
        text=text,
        kind="essay" if len(text.split()) >= ESSAY_WORDS else "note",
        locator="file",
        mine=True,
        created=created,
        precision=precision,
        title=title if title != text else None,
    )
    yield from set_apart(piece)


def _of(tree: HTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return " ".join(node.text().split()) if node is not None else ""


def _created(shown: str, name: str, zone: str) -> tuple[datetime | None, str]:
    """Return the day that the page is headed with, in any language, or else that of its name."""
    found = printed_moment(f"{shown} 00:00") if shown else None
    if found is None:
        return date_in(name, zone)
    try:
        return localise(found, zone), "day"
    except (ValueError, OverflowError):
        return None, "unknown"
