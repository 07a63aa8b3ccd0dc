"""Conversations as imessage-exporter writes them, as text: a date, who wrote, and the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import NamedTuple

from corpus.sources.file import File
from corpus.sources.phones import handle_of
from corpus.sources.piece import Piece, Problem, Reading, localise

ME = "Me"
DATE = re.compile(
    r"\s{0,8}(?P<date>[A-Z][a-z]{2} \d{2}, \d{4} [ \d]\d:\d\d:\d\d [AP]M)(?: \(.{1,200}\))?$"
)
NOTICE = re.compile(
    r"(?:Tapbacks|Stickers|This message responded to an earlier message|Sent with )\b"
)
MEDIA = re.compile(r"(?:/|~/|[A-Za-z]:\\|attachments/)\S.{0,300}\.\w{2,5}$|Attachment missing!")
UNSENT = re.compile(
    r".{1,60} (?:unsent this message part|deleted a message|unsent a message).{0,80}"
)


def recognise(head: bytes) -> str | None:
    """Return the evidence that `head` begins a conversation as text, or None."""
    lines = head[:2_000].decode("utf-8", "replace").removeprefix("\ufeff").splitlines()
    if len(lines) >= 3 and DATE.match(lines[0]) and lines[1].strip() and not DATE.match(lines[1]):
        return "a date as imessage-exporter writes it, then who wrote"
    return None


class Line(NamedTuple):
    """Where a message stands: its place, its number, its conversation, the date as written."""

    place: str
    number: int
    thread: str
    date: str


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield each message; replies shown again below what they answer are seen once."""
    seen: set[tuple[str, str, str]] = set()
    for number, (place, date, lines) in enumerate(_messages(file)):
        author, text = lines[0].strip() if lines else "", _words(lines[1:])
        if not author:
            yield Problem(place, "a message without its author", "errored")
        elif not text and not any(lines[1:]):
            yield Problem(place, "no text")
        else:
            yield message_of(
                text, author, Line(place, number, thread_of(file), date), seen, reading
            )


def thread_of(file: File) -> str:
    """Return the name of the conversation, which is that of its file."""
    return PurePosixPath(re.sub("!", "/", file.name)).stem


def message_of(
    text: str, author: str, line: Line, seen: set[tuple[str, str, str]], reading: Reading
) -> Piece | Problem:
    """Return a message as a piece, or why it is none; those met are kept in `seen`."""
    told = (" ".join(line.date.split()), author, text)
    if not text:
        return Problem(line.place, "media without text")
    if told in seen:
        return Problem(line.place, "the same message a second time in the file")
    if UNSENT.fullmatch(text):
        return Problem(line.place, "deleted message")
    seen.add(told)
    return _piece(text, author, line, reading)


def _messages(file: File) -> Iterator[tuple[str, str, list[str]]]:
    lines: list[str] = []
    date, start = "", 0
    with file.lines() as stream:
        for number, line in enumerate(stream, start=1):
            line = line.rstrip("\r\n")
            found = DATE.match(line)
            if found:
                if start:
                    yield f"line {start}", date, lines
                date, start, lines = found["date"], number, []
            elif start:
                lines.append(line)
    if start:
        yield f"line {start}", date, lines


def _words(lines: list[str]) -> str:
    """Return the lines of a message without files and what was done to it."""
    indent = min((len(x) - len(x.lstrip()) for x in lines if x.strip()), default=0)
    kept = []
    for line in (x[indent:] if x.strip() else "" for x in lines):
        if NOTICE.match(line):
            break
        if not MEDIA.match(line):
            kept.append(line)
    return "\n".join(kept).strip()


def _piece(text: str, author: str, line: Line, reading: Reading) -> Piece:
    mine = author == ME
    handle = None if mine else handle_of(author) or f"name:{author}"
    try:
        when = datetime.strptime(" ".join(line.date.split()), "%b %d, %Y %I:%M:%S %p")
        created = localise(when, reading.zone)
    except (ValueError, OverflowError):
        created = None
    return Piece(
        namespace="imessage",
        text=text,
        kind="chat",
        locator=line.place,
        thread=line.thread,
        position=line.number,
        handle=handle,
        people=[(handle, author)] if handle else [],
        mine=mine,
        created=created,
        precision="second" if created else "unknown",
    )
