"""PDF documents: the text layer; whose words they are is known only where the file says so."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, BinaryIO

from pypdf import PdfReader

from corpus.sources.byline import writers
from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.papers import Paper, piece_of
from corpus.sources.pdf_lines import text_of_pages
from corpus.sources.piece import Claim, Piece, Problem, Reading

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings may quote the document

START = b"%PDF-"
START_IN = 1_024
DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([-+Z])(\d\d)?'?(\d\d)?)?")
FILE_TITLE = re.compile(r"\.(?:docx?|odt|rtf|tex|dvi|indd|pages|pdf|html?|txt)$|^untitled", re.I)
FEW = 3  # letters a page; with fewer it is a picture of one
UNREADABLE = 0.3  # of the characters that name no letter
NO_LETTER = re.compile("[\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f]|\\(cid:\\d+\\)|/[a-z]\\d{1,4}(?=/)")


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a PDF document, or None."""
    return "the mark %PDF-" if START in head[:START_IN] else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the text of all pages as one document; pages that cannot be read are problems."""
    with file.open() as stream:
        reader = _opened(stream)
        if isinstance(reader, str):
            yield Problem("file", reason=reader, outcome="errored")
            return
        pages: list[str] = []
        problems: list[Problem] = []
        for number in range(_count(reader)):
            try:
                pages.append(reader.pages[number].extract_text() or "")
            except Exception:  # damage shows as any error of pypdf's
                problems.append(Problem(f"page {number + 1}", "damaged page", "errored"))
        info = _info(reader)
    text = text_of_pages(pages)
    reason = _unusable(text, len(pages))
    if reason:
        yield reason
    else:
        yield from filter(None, [piece_of(_paper(text, info, reading), file, reading)])
    yield from problems
    if not pages and not problems:
        yield Problem("file", "no pages could be found", "errored")


def _opened(stream: BinaryIO) -> PdfReader | str:
    """Return the document, or why it cannot be read."""
    try:
        reader = PdfReader(stream, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return "protected with a password; save it without one"
        reader.pages  # noqa: B018  damage shows here
    except Exception:
        return "damaged; it cannot be opened"
    return reader


def _count(reader: PdfReader) -> int:
    try:
        return len(reader.pages)
    except Exception:
        return 0


def _unusable(text: str, pages: int) -> Problem | None:
    letters = sum(c.isalnum() for c in text)
    if pages and letters < FEW * pages and letters < 200:
        return Problem("file", "no text layer: its pages are pictures; read it by OCR first")
    if text and sum(map(len, NO_LETTER.findall(text))) > UNREADABLE * len(text):
        return Problem("file", "its fonts do not tell which letters they show", "errored")
    return None


def _info(reader: PdfReader) -> dict[str, str]:
    """Return the properties as text; those of XMP where the plain ones are missing."""
    out: dict[str, str] = {}
    with suppress(Exception):
        told: Any = reader.metadata or {}
        out = {str(k).lstrip("/"): str(v) for k, v in told.items() if v is not None}
    with suppress(Exception):
        more: Any = reader.xmp_metadata
        creators = more.dc_creator if more is not None and not out.get("Author") else None
        if creators:
            out["Author"] = "; ".join(str(c) for c in creators)
    return out


def _paper(text: str, info: dict[str, str], reading: Reading) -> Paper:
    created, precision = _created(info.get("CreationDate", ""), reading.zone)
    title = " ".join(info.get("Title", "").split())
    return Paper(
        source="pdf",
        text=text,
        names=writers(info.get("Author")),
        created=created,
        precision=precision,
        title=None if FILE_TITLE.search(title) else title or None,
    )


def _created(told: str, zone: str) -> tuple[datetime | None, str]:
    """Return the moment of «D:20240302101500+01'00'»; without an offset it is local.

    >>> _created("D:20240302101500+01'00'", "UTC")[0].hour, _created("D:2024", "UTC")[1]
    (9, 'year')
    """
    found = DATE.match(told.strip())
    if found is None:
        return None, "unknown"
    year, month, day, hour, minute, second, sign, offset, minutes = found.groups()
    if not day:
        return moment(f"{year}-{month}" if month else year, zone)
    shift = (
        f"{sign}{offset or '00'}:{minutes or '00'}"
        if sign in ("+", "-")
        else "+00:00" * (sign == "Z")
    )
    if not hour:
        return moment(f"{year}-{month}-{day}", zone)
    return moment(f"{year}-{month}-{day}T{hour}:{minute or '00'}:{second or '00'}{shift}", zone)
