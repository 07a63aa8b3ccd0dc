"""Read WhatsApp chats exported as text, in the date and language forms of every phone."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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

PLACEHOLDER_WIDTH = 160
SURE = 3  # times that a strange name must stand to be one
OPENING = 3  # first messages, among which the notice of encryption stands
LONGEST_NOTICE = 400
_NAME = re.compile(r"(?P<name>[^\n]{1,100}?)\s?:(?:\s|$)")
_PHONE = re.compile(r"\+\d[\d\s().\u2010-\u2015-]{5,25}")
_COPY = re.compile(r"(?:\s*\(\d{1,3}\))+$")


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
    authors = {_clean(m["name"]) for h in headers if (m := _NAME.match(h.rest))}
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
    authors = _authors(messages)
    chat = _Chat(order, sure, _chat_name(file.name), authors)
    chat.thread = chat.name or " & ".join(sorted(authors)) or file.name
    deleted: set[str] = set()
    for position, message in enumerate(messages):
        yield _item(message, position, chat, reading, deleted)
    yield from _claims(chat, deleted)


def _authors(messages: Sequence[Message]) -> set[str]:
    """Return the names that stand before «: »; one that reads like a notice must stand thrice."""
    found = [(m, rest.header.rest) for rest in messages if (m := _NAME.match(rest.header.rest))]
    counts = Counter(m["name"] for m, _ in found)
    longer = _with_colon((m["name"], rest[m.end() :]) for m, rest in found)
    return {
        _clean(longer.get(name, name))
        for name, count in counts.items()
        if count >= SURE or not (":" in name or phrases.SYSTEM.search(name))
    } - {""}


def _with_colon(told: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return name up to its first colon → whole name, for names that have a colon inside.

    >>> _with_colon([("Ann", "work: hi"), ("Ann", "work: you"), ("Ann", "work: no: yes")])
    {'Ann': 'Ann: work'}
    """
    seconds: dict[str, Counter[str | None]] = {}
    for name, rest in told:
        more = _NAME.match(rest)
        seconds.setdefault(name, Counter())[more["name"] if more else None] += 1
    only = {name: next(iter(s)) for name, s in seconds.items() if len(s) == 1 and s.total() >= SURE}
    return {name: f"{name}: {more}" for name, more in only.items() if more}


def _clean(name: str) -> str:
    """Return a name without the marks, the tilde of non-contacts and odd spaces.

    >>> _clean("\u200e~\u202fAnn  Lee\u200f")
    'Ann Lee'
    """
    name = name.translate({ord(mark): None for mark in phrases.MARKS})
    return unicodedata.normalize("NFC", " ".join(name.split()).removeprefix("~").strip())


def _split(rest: str, authors: set[str]) -> tuple[str | None, str]:
    """Return the author of a line and what they wrote; None for a notice.

    >>> _split("Ann:.", {"Ann"}), _split("You were added", {"Ann"})
    (('Ann', '.'), (None, 'You were added'))
    """
    for author in authors:
        if ":" in author and rest.startswith(f"{author}:"):
            return author, rest[len(author) + 1 :].removeprefix(" ")
    found = _NAME.match(rest)
    if found and (_clean(found["name"]) in authors):
        return _clean(found["name"]), rest[found.end() :]
    head, colon, tail = rest.partition(":")
    if colon and _clean(head) in authors:
        return _clean(head), tail.removeprefix(" ")
    if found and not phrases.SYSTEM.search(found["name"]):
        return _clean(found["name"]), rest[found.end() :]
    return None, rest


def _item(
    message: Message, position: int, chat: _Chat, reading: Reading, deleted: set[str]
) -> Piece | Problem:
    place = f"line {message.line}"
    author, first = _split(message.header.rest, chat.authors)
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
    handle = _handle(author)
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


def _handle(author: str) -> str:
    """Return «phone:+…» for a number, else «name:…».

    >>> _handle("+47 900\u201100\u2011000"), _handle("Ann")
    ('phone:+4790000000', 'name:Ann')
    """
    if _PHONE.fullmatch(author):
        return "phone:+" + "".join(c for c in author if c.isdigit())
    return f"name:{author}"


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


def _chat_name(name: str) -> str | None:
    """Return what a chat is called, by the name of its file, archive or folder.

    >>> _chat_name("x/WhatsApp Chat with Ann (1).txt")
    'Ann'
    >>> _chat_name("WhatsApp Chat - Ann.zip!_chat.txt")
    'Ann'
    """
    parts = [_stem(part) for part in re.split(r"[/!]", name)]
    if parts[-1].startswith("_chat"):
        parts.pop()
        own = parts[-1] if parts else None
    else:
        own = None
    found = phrases.CHAT_NAME.fullmatch(parts[-1]) if parts else None
    return (found["name"] or found["before"]).strip() if found else own


def _stem(name: str) -> str:
    stem = re.sub(r"\.(?:txt|zip)$", "", name, flags=re.IGNORECASE)
    return unicodedata.normalize("NFC", _COPY.sub("", stem))


def _claims(chat: _Chat, deleted: set[str]) -> Iterator[Claim]:
    """Yield who «me» may be: an export does not say who made it."""
    for author in sorted(deleted):
        evidence = "the export says «you deleted this message» of one of theirs"
        yield Claim(_handle(author), evidence, strong=False, name=author)
    known = {a.casefold(): a for a in chat.authors}
    if chat.name and len(known) == 2 and chat.name.casefold() in known:
        me = next(a for k, a in known.items() if k != chat.name.casefold())
        evidence = "writes in a chat of two that is named after the other"
        yield Claim(_handle(me), evidence, strong=False, name=me)
