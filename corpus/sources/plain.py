"""Plain text: one file, one document; the fallback for anything that reads like writing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from corpus.sources import chat_log, transcript
from corpus.sources.dates import date_in
from corpus.sources.file import File
from corpus.sources.not_own import is_code, is_log, made_by_others
from corpus.sources.piece import Piece, Problem, Reading
from corpus.sources.shape import head_text, is_marked_up, is_prose

ESSAY_WORDS = 600
MAX_DATE_LINE = 60  # characters; in a longer first line a date is what the text is about
MAX_SIZE = 128 << 20  # bytes; no person wrote more into one file


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` is plain text, or None."""
    found = head_text(head)
    if found is None or is_marked_up(found[0]):
        return None
    if not is_prose(found[0]) and not transcript.shape_in(found[0]):
        return None
    return f"text in {found[1]}"


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield the file as one document, or each message of a chat log or transcript.

    Books and licences are marked clipped. Code is not assumed to be one's own: most that lies
    about is others', unless the settings say «code» too.
    """
    with file.open() as stream:
        if len(stream.read(MAX_SIZE + 1)) > MAX_SIZE:
            yield Problem("file", "larger than any text that a person wrote")
            return
    text, encoding = file.read_text()
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        yield Problem("file", "empty")
    elif chat_log.is_chat(text):
        yield from chat_log.messages(text, file.name, reading.zone)
    elif is_log(text):
        yield Problem("file", "a log that a program wrote")
    elif said := transcript.conversation(text, file.name, reading.zone):
        yield from said
    else:
        yield _document(text, encoding, file, reading)


def _document(text: str, encoding: str, file: File, reading: Reading) -> Piece:
    created, precision = date_in(PurePosixPath(file.name).name, reading.zone)
    first = text.lstrip().split("\n", 1)[0]
    if created is None and len(first) <= MAX_DATE_LINE:
        created, precision = date_in(first, reading.zone)
    code = is_code(text, file.name)
    others = None if code else made_by_others(text)
    assumed = "code" if code else "plain"
    prose = "essay" if len(text.split()) >= ESSAY_WORDS else "note"
    return Piece(
        namespace="file",
        own=file.name,
        text=text if code else text.replace("\f", "\n"),  # a page ends there, but no paragraph must
        kind="code" if code else prose,
        locator="line 1",
        mine=True if not others and assumed in reading.assume_mine else None,
        origin="clipped" if others else None,
        created=created,
        precision=precision,
        metadata={} if encoding.startswith("utf-8") else {"encoding": encoding},
    )
