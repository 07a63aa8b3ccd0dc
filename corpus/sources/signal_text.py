"""Signal conversations as text: signal-export's `chat.md`, and sigtop's blocks of fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

from corpus.sources.file import File
from corpus.sources.phones import handle_of
from corpus.sources.piece import Piece, Problem, Reading, localise
from corpus.sources.signal_notes import DELETED, ME_NAMES, bare, is_call

OLD = re.compile(
    r"\[(?P<date>\d{4}-\d\d-\d\d), (?P<clock>\d\d:\d\d)\] (?P<name>[^\n:]{1,120}):(?: |$)"
)
NEW = re.compile(
    r"\[(?P<date>\d{4}-\d\d-\d\d) (?P<clock>\d\d:\d\d:\d\d)\] (?P<name>[^\n:]{1,120}):(?: |$)"
)
FIELD = re.compile(r"(From|Type|Sent|Received|Attachment|Reaction|Edited): (.{0,2000})$")
BEGINS = re.compile(rb"Conversation: [^\r\n]{1,400}\r?\n\r?\n(?:From|Type|Sent): ")
DETAIL = re.compile(r"(?P<name>.{1,200}?) \((?P<address>[^()]{3,60})\)$")
SPACED = "  "  # ends a line of Markdown that is to stay one
SPACE, ME = "signal", "me"
NO_SENDER = "No-Sender"


def recognise(head: bytes) -> str | None:
    """Return the evidence that `head` begins a Signal conversation as text, or None."""
    if BEGINS.match(head):
        return "a conversation in the fields of sigtop"
    lines = [x for x in head.decode("utf-8", "replace").split("\n")[:400] if x.strip()]
    if not lines:
        return None
    if OLD.match(lines[0]):
        return "date, time and name in the form of signal-export"
    if not NEW.match(lines[0]):
        return None
    heads = [line for line in lines if NEW.match(line)]
    spaced = sum(line.rstrip("\r").endswith(SPACED) for line in lines)
    if spaced * 2 >= len(heads):
        return "lines of Markdown in the form of signal-export"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield each message of `file` as a piece or a problem; it has no ids."""
    if BEGINS.match(file.head().removeprefix(b"\xef\xbb\xbf")):
        yield from _fields(file)
        return
    path = PurePosixPath(re.sub("!", "/", file.name))
    thread = path.parent.name if path.stem in ("chat", "index") else path.stem
    head: re.Match[str] | None = None
    body: list[str] = []
    start, position = 0, 0
    with file.lines() as lines:
        for number, line in enumerate(lines, start=1):
            line = line.rstrip("\r\n")
            found = OLD.match(line) or NEW.match(line)
            if found:
                if head:
                    position += 1
                    yield _note(head, body, (f"line {start}", position, thread), reading)
                head, start, body = found, number, [line[found.end() :]]
            elif head:
                body.append(line)
            elif line.strip():
                yield Problem(f"line {number}", "line before the first message", "errored")
    if head:
        yield _note(head, body, (f"line {start}", position + 1, thread), reading)


def _note(
    head: re.Match[str], body: list[str], where: tuple[str, int, str], reading: Reading
) -> Piece | Problem:
    raw = "\n".join(body)
    text, name = bare(raw), head["name"].strip()
    if text == DELETED:
        return Problem(where[0], "deleted message")
    if is_call(text):
        return Problem(where[0], "call")
    if not text:
        return Problem(where[0], "media without text" if raw.strip() else "no text")
    try:
        when = datetime.fromisoformat(f"{head['date']} {head['clock']}")
        created = localise(when, reading.zone) if when.year > 1970 else None
    except (ValueError, OverflowError):
        created = None
    precision = "minute" if len(head["clock"]) == 5 else "second"
    return _piece(text, name, where, (created, precision))


def _piece(
    text: str, name: str, where: tuple[str, int, str], when: tuple[datetime | None, str]
) -> Piece:
    """Return a message; `name` may have the address of the writer behind it."""
    mine = name in ME_NAMES
    detail = DETAIL.fullmatch(name)
    address = handle_of(detail["address"]) if detail else handle_of(name)
    shown = detail["name"] if detail and address else name
    known = address or (None if name == NO_SENDER else f"name:{name}")
    handle = f"{SPACE}:{ME}" if mine else known
    return Piece(
        namespace=SPACE,
        text=text,
        kind="chat",
        locator=where[0],
        thread=where[2],
        position=where[1],
        handle=handle,
        people=[(handle, None if mine else shown)] if handle else [],
        mine=mine or None,
        created=when[0],
        precision=when[1] if when[0] else "unknown",
    )


def _fields(file: File) -> Iterator[Piece | Problem]:
    """Yield the messages of sigtop: lines of fields, a blank line, and the words."""
    fields: dict[str, str] = {}
    body: list[str] = []
    thread, start, position, in_fields = file.name, 0, 0, False
    with file.lines() as lines:
        for number, line in enumerate(lines, start=1):
            line = line.rstrip("\r\n")
            found = FIELD.match(line)
            if number == 1:
                thread = line.removeprefix("\ufeff").removeprefix("Conversation: ")
            elif in_fields and found:
                fields.setdefault(found[1], found[2])
            elif found and found[1] in ("From", "Type") and (not body or not body[-1]):
                if fields:
                    position += 1
                    yield _fielded(fields, body, (f"line {start}", position, thread))
                fields, body, start, in_fields = {found[1]: found[2]}, [], number, True
            elif fields:
                in_fields = False
                body.append(line)
    if fields:
        yield _fielded(fields, body, (f"line {start}", position + 1, thread))


def _fielded(
    fields: dict[str, str], body: list[str], where: tuple[str, int, str]
) -> Piece | Problem:
    if fields.get("Type") not in ("incoming", "outgoing"):
        return Problem(where[0], "system message")
    text = "\n".join(_latest(body) if "Edited" in fields else _unquoted(body)).strip()
    if not text:
        return Problem(where[0], "media without text" if "Attachment" in fields else "no text")
    try:
        created = localise(parsedate_to_datetime(fields.get("Sent", "")), "UTC")
    except (ValueError, TypeError, IndexError, OverflowError):
        created = None
    name = "You" if fields["Type"] == "outgoing" else fields.get("From", NO_SENDER)
    return _piece(text, name, where, (created, "second"))


def _unquoted(body: list[str]) -> list[str]:
    """Return the lines after the quoted message that a body may begin with."""
    start = 0
    while start < len(body) and (not body[start].strip() or body[start].startswith(">")):
        start += 1
    return body[start:]


def _latest(body: list[str]) -> list[str]:
    """Return the words of the newest version of an edited message, which stands first."""
    inner = [line.removeprefix("|").removeprefix(" ") for line in body if line.startswith("|")]
    end = next((n for n, x in enumerate(inner) if n and x.startswith("Version: ")), len(inner))
    words = [x for x in inner[:end] if not FIELD.match(x) and not x.startswith("Version: ")]
    return _unquoted(words)
