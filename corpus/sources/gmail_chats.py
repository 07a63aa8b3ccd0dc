"""Read the chats that Gmail keeps among its mail: Google Talk's transcripts and Hangouts' lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree

from corpus.sources.fields import Person, addresses, shown
from corpus.sources.message import Part
from corpus.sources.mime import body_of
from corpus.sources.piece import Piece, Problem

NAMESPACE = "gmail-chat"
ARCHIVE = b"google:archive:conversation"
FIRST_YEAR, LAST_YEAR = 2005, 2100  # Google Talk began in 2005
EVENT = re.compile(r"^conversation_id: \".*^event_id: \"", re.MULTILINE | re.DOTALL)
MESSAGE_ID = re.compile(rb"From (\d{10,25})@xxx ")


def is_chat(part: Part, labels: set[str]) -> bool:
    """Return whether a message of Gmail's mailbox is one of a chat.

    Its label says so; without one, chat lines have none of what every mail has.
    """
    fields = part.fields
    if b"x-gm-thrid" not in fields or b"received" in fields or labels & {"sent", "draft"}:
        return False
    mail = b"message-id" in fields or b"date" in fields or b"subject" in fields
    return ("chat" in labels) or not mail


def transcript(part: Part) -> bytes | None:
    """Return the XML of a Google Talk conversation that `part` holds, None if it holds none."""
    if part.kind == "text/xml":
        raw = part.content()
        return raw if ARCHIVE in raw else None
    if part.kind != "multipart/alternative":
        return None
    found = (transcript(child) for child in part.children()[:4] if child.kind == "text/xml")
    return next((xml for xml in found if xml), None)


def lines_of(xml: bytes, part: Part, place: str) -> Iterator[Piece | Problem]:
    """Yield each message of a Google Talk conversation."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, recover=True
    )
    root = etree.fromstring(xml.strip(), parser)
    names = _names(part)
    thread = _thread(part)
    count = 0
    for node in root.iter() if root is not None else ():
        if _tag(node) != "message":
            continue
        count += 1
        yield _line(node, names, thread, f"{place}, line {count}")
    if not count:
        yield Problem(place, "a chat whose lines cannot be read", "errored")


def line_of(part: Part, separator: bytes, sent: datetime | None, place: str) -> Piece | Problem:
    """Return a message of Hangouts, which stands alone; its date is that of the «From » line."""
    text = body_of(part).text.strip()
    if not text:
        return Problem(place, "media without text")
    if EVENT.search(text):
        return Problem(place, "chat event without a message")
    people = list(addresses(shown(part.raw(b"from"))))
    own = MESSAGE_ID.match(separator)
    return Piece(
        namespace=NAMESPACE,
        own=own[1].decode() if own else None,
        text=text,
        kind="chat",
        locator=place,
        thread=_thread(part),
        handle=people[0][0] if people else None,
        people=people[:1],
        created=sent,
        precision="second" if sent else "unknown",
    )


def _line(node: etree._Element, names: dict[str, str], thread: str, place: str) -> Piece | Problem:
    writer, to = (_bare(node.get(name) or "") for name in ("from", "to"))
    inside = {_tag(child): child for child in node}
    text = "".join(inside["body"].itertext()).strip() if "body" in inside else ""
    if not text:
        return Problem(place, "chat line without text")
    stamp = inside["time"].get("ms") if "time" in inside else None
    stamp = stamp or node.get("{google:internal}time-stamp")
    created = _moment(stamp)
    people = [(f"email:{who}", names.get(who)) for who in dict.fromkeys((writer, to)) if who]
    return Piece(
        namespace=NAMESPACE,
        own=f"{stamp}:{writer}" if created and writer else None,
        text=text,
        kind="chat",
        locator=place,
        thread=thread,
        handle=people[0][0] if writer else None,
        people=people,
        created=created,
        precision="second" if created else "unknown",
    )


def _thread(part: Part) -> str:
    told = part.raw(b"x-gm-thrid")
    if told:
        return told.decode("ascii", "replace")
    people = sorted(handle for handle, _ in _people(part))
    return " ".join(people)


def _people(part: Part) -> list[Person]:
    return [p for name in (b"from", b"to") for p in addresses(shown(part.raw(name)))]


def _names(part: Part) -> dict[str, str]:
    return {h.removeprefix("email:"): name for h, name in _people(part) if name}


def _bare(address: str) -> str:
    """Return a Jabber address without the device it was written on.

    >>> _bare("Ann@mail.example/Talk.v104")
    'ann@mail.example'
    """
    return address.partition("/")[0].strip().lower()


def _tag(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _moment(stamp: str | None) -> datetime | None:
    try:
        found = datetime.fromtimestamp(int(stamp or "") / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if FIRST_YEAR <= found.year < LAST_YEAR else None
