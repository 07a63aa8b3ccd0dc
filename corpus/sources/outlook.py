"""Read messages saved from Outlook (.msg): mail, drafts and notes, one to a file."""

from __future__ import annotations

from collections.abc import Iterator

import olefile

from corpus.keys import digest
from corpus.sources import letters, mapi
from corpus.sources.charsets import decoded
from corpus.sources.file import File
from corpus.sources.folders import folder_of, mailbox_of
from corpus.sources.letters import Place
from corpus.sources.mapi import Storage
from corpus.sources.message import Part
from corpus.sources.mime import Body, body_of, chosen
from corpus.sources.outlook_rtf import content_of, unpacked
from corpus.sources.piece import Claim, Piece, Problem, Reading

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STORE = b"!BDN"  # a whole mailbox of Outlook: .pst, .ost
CLASS, SUBJECT, BODY, RTF, HTML = 0x001A, 0x0037, 0x1000, 0x1009, 0x1013
FLAGS, SUBMITTED, DELIVERED, HEADERS = 0x0E07, 0x0039, 0x0E06, 0x007D
INTERNET_CODEPAGE, RECEIVED_BY, CONVERSATION = 0x3FDE, (0x0040, 0x0076), 0x0071
WRITER = ((0x5D02, 0x0065, 0x0064, 0x0042), (0x5D01, 0x0C1F, 0x0C1E, 0x0C1A))
"""Who it was sent for, and who sent it: SMTP address, address, its type, name."""
RECIPIENT_KIND, RECIPIENT = 0x0C15, (0x39FE, 0x3003, 0x3002, 0x3001)
KINDS = {1: b"to", 2: b"cc", 3: b"bcc"}
IDS = ((b"message-id", 0x1035), (b"in-reply-to", 0x1042), (b"references", 0x1039))
ATTACHED, HIDDEN = 0x3701, 0x7FFE
WAS_SUBMITTED, UNSENT, FROM_ME = 0x4, 0x8, 0x20
BEGINNING = 22  # bytes of a conversation's index that all its messages share
NOT_MAIL = (
    ("ipm.schedule.meeting.resp", "calendar"),
    ("ipm.schedule.meeting.cancel", "calendar"),
    ("ipm.appointment", "calendar"),
    ("ipm.contact", "contact"),
    ("ipm.distlist", "contact"),
    ("ipm.activity", "journal entry"),
    ("ipm.note.rules", "automatic mail"),
    ("report.", "bounce or receipt"),
    ("ipm.recall", "bounce or receipt"),
)


def recognise(file: File, head: bytes) -> str | None:
    """Return why the file is a message of Outlook, None if it is not."""
    if head.startswith(STORE):
        return "begins as a mailbox of Outlook (.pst) does"
    if not head.startswith(OLE):
        return None
    try:
        with file.open() as stream, olefile.OleFileIO(stream) as ole:
            found = ole.exists(mapi.PROPERTIES)
    except Exception:  # the library fails in many ways on what is damaged
        return None
    return "a compound file with the properties of an Outlook message" if found else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the message as a piece or a problem, and who «me» is if it says so."""
    with file.open() as stream:
        if stream.read(len(STORE)) == STORE:
            reason = "a mailbox of Outlook (.pst); export its mail as messages or as mbox"
            yield Problem("file", reason, "errored")
            return
    with file.open() as stream:
        try:
            with olefile.OleFileIO(stream) as ole:
                found = list(_items(Storage(ole), file, reading))
        except Exception as error:  # as above
            found = [Problem("message", f"{type(error).__name__} while reading", "errored")]
    yield from found


def _items(message: Storage, file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    kind = message.text(CLASS).lower()
    if kind == "ipm.stickynote":
        yield _note(message, file)
        return
    reason = next((why for begins, why in NOT_MAIL if kind.startswith(begins)), None)
    if reason:
        yield Problem("message", reason)
        return
    part = _part(message)
    filed = frozenset({folder_of(file.name), *_state(message)})
    at = Place("message", filed, received=message.moment(DELIVERED), zone=reading.zone)
    told = letters.filed_as(part, at)
    people = letters.people_of(part)
    reason = letters.automatic(part, people, told)
    if reason:
        yield Problem("message", reason)
        return
    piece = letters.piece_of(part, _body(message, kind), people, told, at)
    yield piece
    if isinstance(piece, Piece):
        _complete(piece, message, part)
        if piece.handle and told & letters.OWN:
            box = digest("mailbox", mailbox_of(file.name, single=True))
            evidence, name = "wrote a message that Outlook sent from here", piece.people[0][1]
            yield Claim(piece.handle, evidence, True, name, mailbox=box, messages=1)


def _note(message: Storage, file: File) -> Piece | Problem:
    text = _body(message, "").text
    created = message.moment(SUBMITTED) or message.moment(0x3007)
    if not text.strip():
        return Problem("message", "no text")
    return Piece(
        namespace="file",
        own=file.name,
        text=text,
        kind="note",
        locator="message",
        mine=True,
        created=created,
        precision="second" if created else "unknown",
        title=message.text(SUBJECT) or None,
    )


def _part(message: Storage) -> Part:
    """Return the header of the message; what it does not state comes from its properties."""
    part = Part(message.text(HEADERS).encode("utf-8", "replace").strip() + b"\r\n\r\n")
    part.kind = "text/plain" if part.kind not in letters.REPORTS else part.kind
    told: dict[bytes, list[str]] = {}
    for ids in WRITER:
        told.setdefault(b"from", []).append(_address(message, *ids))
    told[b"from"] = [address for address in told[b"from"] if address][:1]
    for recipient in message.inner(mapi.RECIPIENT):
        name = KINDS.get((recipient.number(RECIPIENT_KIND) or 1) & 0xF, b"to")
        told.setdefault(name, []).append(_address(recipient, *RECIPIENT))
    told[b"subject"] = [message.text(SUBJECT)]
    for name, number in IDS:
        told[name] = [message.text(number)]
    for name, values in told.items():
        value = ", ".join(v for v in values if v)
        if value and name not in part.fields:
            part.fields[name] = [value.encode("utf-8", "replace")]
    return part


def _address(who: Storage, smtp: int, address: int, kind: int, name: int) -> str:
    """Return a person as in a header field; an address that is not of the net is left out."""
    found = who.text(smtp)
    if not found and who.text(kind).upper() in ("SMTP", ""):
        found = who.text(address)
    shown = " ".join(who.text(name).split()).strip("'").replace("\\", "").replace('"', "")
    if "@" not in found:
        return f'"{shown}"' if shown else ""
    return f'"{shown}" <{found}>' if shown and shown.lower() != found.lower() else found


def _state(message: Storage) -> Iterator[str]:
    """Yield «draft» or «sent» if the message's flags say so."""
    flags = message.number(FLAGS) or 0
    received = any(message.text(n) for n in RECEIVED_BY) or bool(message.text(HEADERS))
    if flags & UNSENT:
        yield "draft"
    elif flags & FROM_ME or (flags & WAS_SUBMITTED and not received):
        yield "sent"


def _body(message: Storage, kind: str) -> Body:
    attached = list(message.inner(mapi.ATTACHMENT))
    if kind.startswith("ipm.note.smime"):
        sealed = [data for one in attached if (data := one.binary(ATTACHED))]
        return body_of(Part(sealed[0])) if sealed else Body("", 0, "encrypted")
    count = sum(not one.number(HIDDEN) for one in attached)
    plain = message.text(BODY).replace("\r\n", "\n").replace("\r", "\n")
    html = _html(message)
    if not html:
        rich, is_html = content_of(unpacked(message.binary(RTF) or b""))
        html, plain = (rich, plain) if is_html else ("", plain if plain.strip() else rich)
    text = chosen(plain, html) if html else plain
    return Body(text.replace("\0", ""), count, None)


def _html(message: Storage) -> str:
    raw = message.binary(HTML)
    if raw is None:
        return message.text(HTML)
    return decoded(raw, message.charset(INTERNET_CODEPAGE))


def _complete(piece: Piece, message: Storage, part: Part) -> None:
    """Fill in from the properties what no header states: when, and which conversation."""
    if piece.basis == "assumed":
        sent = message.moment(SUBMITTED)
        if sent:
            piece.created, piece.precision, piece.basis = sent, "second", "stated"
    index = message.binary(CONVERSATION) or b""
    answered = {b"references", b"in-reply-to"} & part.fields.keys()
    if len(index) >= BEGINNING and not answered and b"message-id" not in part.fields:
        piece.thread = f"conversation:{index[:BEGINNING].hex()}"
