"""Text messages of Android phones, as SMS Backup & Restore and Super Backup save them in XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from corpus.sources.file import File
from corpus.sources.phones import handle_of, is_machine
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.sms_xml import Refused, messages

START = 4_096
FIRST_YEAR, LAST_YEAR = 1992, 2100  # the first text message was sent in December 1992
RECEIVED, DRAFT = "1", "3"
SENT = ("2", "4", "5", "6")  # sent, on its way, failed, waiting: all are one's own words
FROM, BCC, CC, TO = "137", "129", "130", "151"
NO_NAMES = ("", "null", "(Unknown)", "unknown")
_ROOT = re.compile(rb"<(smses|allsms|calls)\b[^<>]*>")
_ITEM = re.compile(rb"<(?:sms|mms)\s[^<>]*\b(?:body|msg_box|ct_t)=|<call\s[^<>]*\bnumber=")
_EMPTY = re.compile(rb"</?(?:smses|allsms|calls)>?\s*\Z")


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a backup of messages or calls, or None."""
    root = _ROOT.search(head[:START])
    if root is None or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        return None
    if not _ITEM.search(head) and not (b'count="' in root[0] and _EMPTY.search(head)):
        return None
    return "a log of calls" if root[1] == b"calls" else "an XML backup of text messages"


@dataclass(slots=True)
class _Message:
    """A message whichever way it was sent: its words, who wrote it and who else is in it."""

    box: str
    text: str
    author: str
    others: list[str]
    key: str | None
    subject: str | None = None
    media: bool = False


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of `file` as a piece or a problem, and which numbers are one's own."""
    number, told = 0, set[str]()
    calls = 0
    try:
        with file.open() as stream:
            for element in messages(stream):
                if element.tag == "call":
                    calls += 1
                    continue
                number += 1
                found = _mms(element) if element.tag == "mms" else _sms(element)
                yield from _own_number(element, found, told)
                yield _item(element, found, f"message {number}", told)
    except etree.XMLSyntaxError:
        yield Problem(f"after message {number}", "the XML is damaged or ends early", "errored")
    except Refused:
        yield Problem(f"after message {number}", "the XML declares entities", "errored")
    if calls or not number:
        yield Problem("file", "a log of calls; not writing" if calls else "no messages in it")


def _value(element: etree._Element, name: str) -> str:
    """Return an attribute; what is not there is often written as the word null."""
    value = element.get(name) or ""
    return "" if value == "null" else value


def _sms(element: etree._Element) -> _Message:
    date, box, address = (_value(element, n) for n in ("date", "type", "address"))
    exact = not date.endswith("000") or _value(element, "date_sent") not in ("", "0")
    others = [address] if address else []
    return _Message(box, element.get("body") or "", address, others, "" if exact else None)


def _mms(element: etree._Element) -> _Message:
    parts = list(element.iter("part"))
    words = [_value(p, "text") for p in parts if _value(p, "ct").startswith("text/plain")]
    others = [a for a in _value(element, "address").split("~") if a]
    sender = next((a for kind, a in _addresses(element) if kind == FROM), "")
    box = _value(element, "msg_box")
    author = sender if handle_of(sender) or sender in others else others[0] if others else ""
    media = any(not _value(p, "ct").startswith(("text/", "application/smil")) for p in parts)
    subject = _value(element, "sub") or None
    key = _value(element, "m_id") or _value(element, "tr_id")
    text = "\n".join(w for w in words if w)
    return _Message(box, text, author, others, key or None, subject, media)


def _addresses(element: etree._Element) -> list[tuple[str, str]]:
    return [(_value(a, "type"), _value(a, "address")) for a in element.iter("addr")]


def _own_number(element: etree._Element, message: _Message, told: set[str]) -> Iterator[Claim]:
    """Yield the numbers of one's own that a multimedia message tells, each once."""
    if element.tag != "mms" or not message.others:
        return
    sent = message.box in SENT
    others = {handle_of(a) for a in message.others}
    wanted = (FROM,) if sent else (TO,)
    found = {handle_of(a) for kind, a in _addresses(element) if kind in wanted} - others - {None}
    if len(found) == 1 and (handle := str(found.pop())) not in told:
        told.add(handle)
        evidence = (
            "sent multimedia messages from this phone"
            if sent
            else ("gets group messages on this phone and is none of the others in them")
        )
        yield Claim(handle, evidence, strong=sent)


def _item(element: etree._Element, message: _Message, place: str, own: set[str]) -> Piece | Problem:
    reason = _dropped(message)
    if reason:
        return Problem(place, *reason)
    mine = message.box in SENT
    author = None if mine else handle_of(message.author)
    handles = sorted({handle_of(a) or f"name:{a}" for a in _members(message)})
    names = _names(element, message)
    created = _moment(_value(element, "date"))
    people = [(author, names.get(author))] if author else []
    people += [(h, names.get(h)) for h in handles if h != author]
    thread = " ".join(handles)
    exact = message.key is not None and created is not None
    own_id = f"{_value(element, 'date')} {'out' if mine else author or ''} {message.key}"
    return Piece(
        namespace=f"sms:{thread}",
        own=own_id if exact else None,
        text=message.text.strip(),
        kind="chat",
        locator=place,
        thread=thread,
        position=int(created.timestamp() * 1_000) if created else None,
        handle=author,
        people=people,
        mine=mine,
        created=created,
        precision="second" if created else "unknown",
        title=message.subject,
    )


def _dropped(message: _Message) -> tuple[str, str] | tuple[str] | None:
    """Return why a message becomes no document and, if it is not by intent, that it is an error."""
    if message.box == DRAFT:
        return ("draft, never sent",)
    if not message.others or (message.box != RECEIVED and message.box not in SENT):
        return "a message without its address or direction", "errored"
    if message.box == RECEIVED and is_machine(message.author):
        return ("written by a machine",)
    if message.text.strip() in ("", "null"):
        return ("media without text",) if message.media else ("no text",)
    return None


def _members(message: _Message) -> list[str]:
    """Return the addresses of everyone else in the conversation."""
    return [*message.others, *([message.author] if message.box == RECEIVED else [])]


def _names(element: etree._Element, message: _Message) -> dict[str | None, str | None]:
    """Return the names of contacts by handle; those of a group only when each has one."""
    told = element.get("contact_name") or element.get("name") or ""
    names = told.split(", ") if len(message.others) > 1 else [told]
    if len(names) != len(message.others):
        return {}
    pairs = zip(message.others, names, strict=True)
    return {handle_of(a): n for a, n in pairs if n.strip() not in NO_NAMES}


def _moment(date: str) -> datetime | None:
    """Return the moment of milliseconds since 1970."""
    try:
        found = datetime.fromtimestamp(int(date) / 1_000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if FIRST_YEAR <= found.year < LAST_YEAR else None
