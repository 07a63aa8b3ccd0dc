"""Day One journals: JSON exports, one file a journal, and the entries of older versions."""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from corpus.sources.dates import moment
from corpus.sources.dayone_text import plain, rich, spoken
from corpus.sources.elements import elements, listed, mapping, string
from corpus.sources.file import File
from corpus.sources.nesting import BOM
from corpus.sources.piece import Piece, Problem, Reading, shape_of
from corpus.sources.set_apart import set_apart

SPACE = "dayone"
ENTRIES = re.compile(rb'"entries"\s*:\s*\[\s*(?P<first>[{\]])')
FIELDS = re.compile(
    rb'"(uuid|creationDate|creationDevice|creationOSName|richText|timeZone|starred|isAllDay|'
    rb'modifiedDate|editingTime)"\s*:'
)
VERSION = re.compile(rb'"metadata"\s*:\s*\{\s*"version"\s*:')
OLD = (b"<plist", b"bplist00")
OLD_KEYS = (b"Entry Text", b"Creation Date", b"UUID")
ESSAY_WORDS = 600


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a journal or an entry of Day One, or None."""
    begins = head.removeprefix(BOM).lstrip()
    if begins.startswith(b"{"):
        found = ENTRIES.search(begins)
        if found is None or (found["first"] == b"]" and not VERSION.search(begins)):
            return None
        is_entry = found["first"] == b"]" or len(set(FIELDS.findall(begins))) > 2
        return "a journal with entries, as Day One's export" if is_entry else None
    is_old = any(mark in begins[:1_024] for mark in OLD)
    return "an entry of Day One" if is_old and all(key in head for key in OLD_KEYS) else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield each entry as a note of one's own; pictures, places and weather are left out."""
    if not file.head().removeprefix(BOM).lstrip().startswith(b"{"):
        old = _old(file)
        yield from (old,) if isinstance(old, Problem) else set_apart(old)
        return
    number = 0
    for number, told in enumerate(elements(file, "entries.item", "entry"), start=1):
        found = told if isinstance(told, Problem) else _entry(told, f"entry {number}")
        yield from (found,) if isinstance(found, Problem) else set_apart(found)
    if not number:
        yield Problem("file", "a journal without entries")


def _entry(told: object, place: str) -> Piece | Problem:
    if not isinstance(told, dict):
        return Problem(place, "not an entry object", "errored", shape_of(str(told)))
    text = plain(string(told.get("text")) or "") or rich(told.get("richText")) or spoken(told)
    if not text:
        return Problem(place, "an entry without text")
    created, precision = moment(told.get("creationDate"), "UTC")
    if created is not None and told.get("isAllDay") is True:
        precision = "day"
    piece = _piece(text, told.get("uuid"), told.get("timeZone"), place)
    piece.created, piece.precision = created, precision
    tags = [tag for tag in listed(told.get("tags")) if isinstance(tag, str) and tag]
    starred = {"starred": True} if told.get("starred") is True else {}
    piece.metadata = {**({"tags": tags} if tags else {}), **starred}
    return piece


def _piece(text: str, own: object, zone: object, place: str) -> Piece:
    heading = re.match(r"#{1,6} (.{1,200})", text)
    return Piece(
        namespace=SPACE,
        own=str(own).replace("-", "").upper() if own and isinstance(own, str) else None,
        text=text,
        kind="essay" if len(text.split()) >= ESSAY_WORDS else "note",
        locator=place,
        mine=True,
        zone=_zone(zone),
        title=heading.group(1).strip() if heading else None,
    )


def _zone(name: object) -> str | None:
    """Return a time zone's name if there is such a zone."""
    try:
        return ZoneInfo(name).key if isinstance(name, str) and name else None
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None


def _old(file: File) -> Piece | Problem:
    """Return the entry of a «.doentry» file, a property list."""
    told: dict[str, Any]
    try:
        told = mapping(plistlib.loads(file.read_bytes()))
    except Exception:  # plistlib lets a dozen kinds of errors through
        return Problem("file", "a damaged property list", "errored")
    text = plain(string(told.get("Entry Text")) or "")
    if not text:
        return Problem("file", "an entry without text")
    piece = _piece(text, told.get("UUID"), told.get("Time Zone"), "file")
    stamp = told.get("Creation Date")
    if isinstance(stamp, datetime):
        piece.created, piece.precision = stamp.replace(tzinfo=UTC), "second"
    tags = [tag for tag in listed(told.get("Tags")) if isinstance(tag, str) and tag]
    piece.metadata = {"tags": tags} if tags else {}
    return piece
