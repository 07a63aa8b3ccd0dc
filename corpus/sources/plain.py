"""Plain text: one file, one document; the fallback for anything that reads like writing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath

from corpus.sources.file import File, decode
from corpus.sources.piece import Piece, Problem, Reading, localise

ESSAY_WORDS = 600
NOT_PROSE = (
    *(b"<?xml", b"<svg", b"%PDF", b"#!/", b"BEGIN:V", b"window.YTD", b"{\\rtf"),
    *(b"version https://git-lfs", b"-----BEGIN", b"SQLite format", b"PK\x03\x04", b"7z\xbc\xaf"),
    *(b"\x1f\x8b", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0", b"\x7fELF"),
    *(b"OggS", b"ID3", b"RIFF"),
)
"""How files begin that may decode as text and are not writing of this kind."""

JSON = re.compile(rb'[\[{]\s*(?:["\[{\]}]|-?\d+\s*,)')
TABLE_LINES, TABLE_CELLS = 12, 3
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MAX_CONTROLS = 0.01
DATE = re.compile(r"(?<!\d)(19\d\d|20\d\d)([-_. ]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` is plain text, or None."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(NOT_PROSE) or JSON.match(start) or _is_mail_separator(start):
        return None
    text, encoding = decode(_whole_characters(head))
    if not text.strip() or (encoding == "replaced" and not _mostly_printable(text)):
        return None
    if len(CONTROLS.findall(text)) > MAX_CONTROLS * len(text) or _is_table(text):
        return None
    return f"text in {encoding}"


def _whole_characters(head: bytes) -> bytes:
    """Return `head` cut at its last line end, so that no character of more bytes is cut."""
    end = head.rfind(b"\n")
    return (
        head[: end + 1]
        if end > len(head) // 2 and not head.startswith((b"\xff", b"\xfe"))
        else head
    )


def _is_table(text: str) -> bool:
    """Return whether the first lines are rows of equally many cells under a header of names."""
    lines = text.split("\n", TABLE_LINES)[:TABLE_LINES]
    for delimiter in "\t,;":
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        width = len(rows[0]) if rows else 0
        names = width >= TABLE_CELLS and all(0 < len(cell) <= 40 for cell in rows[0])
        same = sum(len(row) == width for row in rows)
        if names and len(rows) > 1 and same >= 0.8 * len(rows):
            return True
    return False


def _mostly_printable(text: str) -> bool:
    printable = sum(c.isprintable() or c.isspace() for c in text)
    return "\x00" not in text and printable > 0.97 * len(text)


def _is_mail_separator(start: bytes) -> bool:
    return bool(re.match(rb"From \S+ .*\d{4}\r?\n[\w-]+:", start))


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield the file as one document: a note, or an essay from `ESSAY_WORDS` words on."""
    text, encoding = file.read_text()
    if not text.strip():
        yield Problem("file", "empty")
        return
    created, precision = date_in(PurePosixPath(file.name).name, reading.zone)
    if created is None:
        created, precision = date_in(text.lstrip().split("\n", 1)[0][:80], reading.zone)
    yield Piece(
        namespace="file",
        own=file.name,
        text=text,
        kind="essay" if len(text.split()) >= ESSAY_WORDS else "note",
        locator="file",
        mine=True if "plain" in reading.assume_mine else None,
        created=created,
        precision=precision,
        metadata={} if encoding.startswith("utf-8") else {"encoding": encoding},
    )


def date_in(words: str, zone: str) -> tuple[datetime | None, str]:
    """Return the first date written in `words` (year, month, day), and its precision.

    >>> date_in("2024-03-05 a walk.txt", "UTC")[0].isoformat()
    '2024-03-05T00:00:00+00:00'
    """
    found = DATE.search(words)
    if found is None:
        return None, "unknown"
    year, _, month, day = found.groups()
    try:
        return localise(datetime(int(year), int(month), int(day)), zone), "day"
    except ValueError:
        return None, "unknown"
