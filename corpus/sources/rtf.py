"""RTF documents: the text in the code pages they state, under the author their properties name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from corpus.sources.byline import claims, writer, writers
from corpus.sources.file import File
from corpus.sources.margins import FIRST_YEAR, comments, inserted, threaded
from corpus.sources.papers import Paper, piece_of
from corpus.sources.piece import Claim, Piece, Problem, Reading, localise
from corpus.sources.rtf_text import Rtf
from corpus.sources.rtf_tokens import tokens

START = b"{\\rtf"


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins an RTF document, or None."""
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return "a group that begins with \\rtf" if begins.startswith(START) else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the text, what others inserted, one piece each, and every comment."""
    found = Rtf()
    with file.open() as stream:
        found.read(tokens(stream))
    names = writers(found.info.get("author"))
    yield from claims(names, "an RTF document")
    created = _created(found, reading.zone)
    paper = Paper(
        source="rtf",
        text=found.text(),
        names=names,
        created=created,
        precision="minute" if created else "unknown",
        title=found.title or writer(found.info.get("title")) or found.heading,
    )
    more = [*inserted(found.inserted, file, reading), *comments(found.comments, file, reading)]
    yield from threaded(piece_of(paper, file, reading), more, file)
    if not found.whole:
        yield Problem("end of the file", "the file is cut short", "errored")


def _created(found: Rtf, zone: str) -> datetime | None:
    numbers = [found.made.get(name, 0) for name in (b"yr", b"mo", b"dy", b"hr", b"min")]
    try:
        moment = localise(datetime(*numbers), zone)  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= FIRST_YEAR else None
