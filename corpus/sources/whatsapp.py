"""Read WhatsApp chats exported as text, in the date and language forms of every phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from corpus.sources import signal_text
from corpus.sources import whatsapp_phrases as phrases
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading, localise, shape_of
from corpus.sources.whatsapp_lines import Header, day_of, header_of
from corpus.sources.whatsapp_names import NAME, chat_name, clean, handle_of, split
from corpus.sources.whatsapp_survey import Chat, survey, usual

PLACEHOLDER_WIDTH = 160
OPENING = 3  # first messages, among which the notice of encryption stands
LONGEST_NOTICE = 400


_ZEROS = re.compile("\0{64,}|\0+$")  # what a crash leaves of blocks that were never written


class _Message(NamedTuple):
    """A message: the number of its first line, its header, and the lines below it."""

    line: int
    header: Header
    body: list[str]


def recognise(file: File, head: bytes) -> str | None:
    """Return why `head` begins an exported chat, None if it does not."""
    if signal_text.recognise(head):
        return None
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    lines = [x for x in head.decode(encoding, "replace").split("\n")[:400] if x.strip()]
    headers = [header for header in map(header_of, lines) if header]
    if len(headers) < 2 or not any(map(header_of, lines[:3])):
        return None
    authors = {clean(m["name"]) for h in headers if (m := NAME.match(h.rest))}
    if not authors or {a.casefold() for a in authors} <= phrases.NOT_NAMES:
        return None
    return (
        f"{len(headers)} of the first {len(lines)} lines begin with date and time, some an author"
    )


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of `file` as a piece or a problem, and the claims about who «me» is.

    Day and month are told apart by the whole file: by a part above 12, else by the order that
    never runs backwards, else day first, month first with a 12-hour clock and slashes.
    """
    chat = _chat_of(file, reading.zone)
    name = chat_name(file.name)
    thread = name or " & ".join(sorted(chat.authors)) or file.name
    deleted: set[str] = set()
    position = 0
    for message in _messages(file, chat):
        if isinstance(message, Problem):
            yield message
        else:
            item = _item(message, position, chat, reading, deleted)
            if isinstance(item, Piece):
                item.thread = thread
            yield item
            position += 1
    yield from _claims(chat, name, deleted)


def _chat_of(file: File, zone: str) -> Chat:
    """Return what holds for all of the chat; its lines are read once, twice if forms differ."""
    found = survey(_lines(file))
    shapes = usual(found)
    if len(shapes) < len(found.shapes):
        found = survey(_lines(file), shapes)
    return found.chat(zone)


def _lines(file: File) -> Iterator[str]:
    with file.lines() as stream:
        stream.reconfigure(newline="\n")
        for line in stream:
            line = line.rstrip("\r\n")
            yield _ZEROS.sub("", line) if "\0" in line else line


def _messages(file: File, chat: Chat) -> Iterator[_Message | Problem]:
    """Yield the messages, and the lines with text above the first as problems."""
    last: _Message | None = None
    for number, line in enumerate(_lines(file), start=1):
        header = chat.header_of(line)
        if header:
            if last is not None:
                yield last
            last = _Message(number, header, [])
        elif last is not None:
            last.body.append(line)
        elif line.strip(phrases.MARKS + " \t"):
            shape = shape_of(line)
            yield Problem(f"line {number}", "line before the first message", "errored", shape)
    if last is not None:
        yield last


def _item(
    message: _Message, position: int, chat: Chat, reading: Reading, deleted: set[str]
) -> Piece | Problem:
    place = f"line {message.line}"
    author, first = split(message.header.rest, chat.authors)
    if not author:
        return Problem(place, "system message")
    body = "\n".join([first, *message.body]).rstrip()
    text, edited = phrases.EDITED.subn("", body)
    if not edited and (added := phrases.ADDED.search(body)) and added.start():
        text, edited = body[: added.start()], ":" not in added["words"]
    if phrases.DELETED_BY_ME.fullmatch(text.strip(phrases.MARKS + " .")):
        deleted.add(author)
    reason = _dropped(text)
    if position < OPENING and _is_opening(text):
        reason = "system message"
    if reason:
        return Problem(place, reason)
    text = _words(text)
    if not text:
        return Problem(place, "media without text")
    handle = handle_of(author)
    created = _created(message.header, chat.order, reading)
    return Piece(
        namespace="whatsapp",
        text=text,
        kind="chat",
        locator=place,
        position=position,
        handle=handle,
        people=[(handle, author)],
        created=created,
        precision=_precision(created, message.header),
        basis="stated" if chat.sure else "assumed",
        metadata={"edited": True} if edited else {},
    )


def _is_opening(text: str) -> bool:
    """Return whether a text among the first is the notice that the chat is encrypted."""
    is_notice = len(text) < LONGEST_NOTICE and "?" not in text
    return is_notice and phrases.ENCRYPTED.search(text) is not None


def _dropped(body: str) -> str | None:
    """Return why a body is no writing, or None.

    >>> _dropped("<Media omitted>"), _dropped("<3 you"), _dropped("\u200eAnn left")
    ('media without text', None, 'system message')
    """
    core = body.strip(phrases.MARKS + " \n\t")
    if not core:
        return "no text"
    if phrases.POLL.match(core):
        return "poll"
    if len(core) <= PLACEHOLDER_WIDTH:
        for pattern, reason in phrases.PLACEHOLDERS:
            if pattern.fullmatch(core) or pattern.fullmatch(core.removesuffix(".")):
                return reason
    # the phone itself writes this mark before its own words, people's keyboards do not
    return "system message" if body.startswith("\u200e") and "<" not in core[:1] else None


def _words(body: str) -> str:
    """Return a body without the line that stands for an attached file.

    >>> _words("IMG-1.jpg (file attached)\\nOur boat")
    'Our boat'
    """
    lines = body.split("\n")
    ends = {0, len(lines) - 1}
    kept = [x for n, x in enumerate(lines) if n not in ends or not _is_media(x)]
    return "\n".join(kept).strip(phrases.MARKS + " \n\t")


def _is_media(line: str) -> bool:
    tail = line.rpartition("\u200e")[2] if "\u200e" in line else line
    return len(line) <= PLACEHOLDER_WIDTH and bool(
        phrases.ATTACHED.fullmatch(line) or (tail != "null" and phrases.MEDIA.fullmatch(tail))
    )


def _created(header: Header, order: str, reading: Reading) -> datetime | None:
    day = day_of(header.parts, order)
    if day is None:
        return None
    hour, minute, second = header.clock
    return localise(datetime(day.year, day.month, day.day, hour, minute, second or 0), reading.zone)


def _precision(created: datetime | None, header: Header) -> str:
    if created is None:
        return "unknown"
    return "minute" if header.clock[2] is None else "second"


def _claims(chat: Chat, name: str | None, deleted: set[str]) -> Iterator[Claim]:
    """Yield who «me» may be: an export does not say who made it."""
    for author in sorted(deleted):
        evidence = "the export says «you deleted this message» of one of theirs"
        yield Claim(handle_of(author), evidence, strong=False, name=author)
    known = {a.casefold(): a for a in chat.authors}
    if name and len(known) == 2 and name.casefold() in known:
        me = next(a for k, a in known.items() if k != name.casefold())
        evidence = "writes in a chat of two that is named after the other"
        yield Claim(handle_of(me), evidence, strong=False, name=me)
