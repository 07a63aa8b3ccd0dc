"""Plain text: one file, one document; the fallback for anything that reads like writing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from corpus.sources.dates import date_in
from corpus.sources.file import File
from corpus.sources.piece import Piece, Problem, Reading
from corpus.sources.shape import head_text, is_prose

ESSAY_WORDS = 600
MAX_DATE_LINE = 60  # characters; in a longer first line a date is what the text is about


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` is plain text, or None."""
    found = head_text(head)
    if found is None or not is_prose(found[0]):
        return None
    return f"text in {found[1]}"


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield the file as one document: a note, or an essay from `ESSAY_WORDS` words on."""
    text, encoding = file.read_text()
    if not text.strip():
        yield Problem("file", "empty")
        return
    created, precision = date_in(PurePosixPath(file.name).name, reading.zone)
    first = text.lstrip().split("\n", 1)[0]
    if created is None and len(first) <= MAX_DATE_LINE:
        created, precision = date_in(first, reading.zone)
    yield Piece(
        namespace="file",
        own=file.name,
        text=text,
        kind="essay" if len(text.split()) >= ESSAY_WORDS else "note",
        locator="line 1",
        mine=True if "plain" in reading.assume_mine else None,
        created=created,
        precision=precision,
        metadata={} if encoding.startswith("utf-8") else {"encoding": encoding},
    )
