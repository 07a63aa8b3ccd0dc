"""Read WhatsApp chats exported as text, in the date and language forms of every phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from corpus.sources import signal_text
from corpus.sources import whatsapp_phrases as phrases
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading, localise, shape_of
from corpus.sources.whatsapp_lines import (
    Header,
    Message,
    day_of,
    header_of,
    headers_of,
    messages_of,
    order_of,
)
from corpus.sources.whatsapp_names import NAME, authors_of, chat_name, clean, handle_of, split

PLACEHOLDER_WIDTH = 160
OPENING = 3  # first messages, among which the notice of encryption stands
LONGEST_NOTICE = 400


@dataclass(slots=True)
class _Chat:
    """What the whole file decides: how dates are read, who writes, what the chat is called."""

    order: str
    sure: bool
    name: str | None
    authors: set[str]
    thread: str = ""


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
    text, _ = file.read_text()
    lines = [line.rstrip("\r") for line in text.split("\n")]
    headers = headers_of(lines)
    known = [h for h in headers if h]
    order, sure = order_of(known, reading.zone)
    sure = sure and all(h.known for h in known)
    messages, stray = messages_of(lines, headers, order)
    for number in stray:
        shape = shape_of(lines[number - 1])
        yield Problem(f"line {number}", "line before the first message", "errored", shape)
    authors = authors_of(messages)
    chat = _Chat(order, sure, chat_name(file.name), authors)
    chat.thread = chat.name or " & ".join(sorted(authors)) or file.name
    deleted: set[str] = set()
    for position, message in enumerate(messages):
        yield _item(message, position, chat, reading, deleted)
    yield from _claims(chat, deleted)


def _item(
    message: Message, position: int, chat: _Chat, reading: Reading, deleted: set[str]
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
        thread=chat.thread,
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


def _claims(chat: _Chat, deleted: set[str]) -> Iterator[Claim]:
    """Yield who «me» may be: an export does not say who made it."""
    for author in sorted(deleted):
        evidence = "the export says «you deleted this message» of one of theirs"
        yield Claim(handle_of(author), evidence, strong=False, name=author)
    known = {a.casefold(): a for a in chat.authors}
    if chat.name and len(known) == 2 and chat.name.casefold() in known:
        me = next(a for k, a in known.items() if k != chat.name.casefold())
        evidence = "writes in a chat of two that is named after the other"
        yield Claim(handle_of(me), evidence, strong=False, name=me)
