"""Read mail: mailboxes (mbox, Gmail Takeout, Thunderbird) and messages (eml, emlx, Maildir)."""

from __future__ import annotations

import plistlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from corpus.keys import digest
from corpus.sources import gmail_chats, letters, mime
from corpus.sources.fields import Person, addresses
from corpus.sources.file import File
from corpus.sources.folders import folder_of, mailbox_of
from corpus.sources.letters import Place
from corpus.sources.mbox import MAX_MESSAGE, is_separator, split
from corpus.sources.message import Part
from corpus.sources.piece import Claim, Piece, Problem, Reading

ENOUGH = 10  # messages below which the most common recipient says nothing
BOM = b"\xef\xbb\xbf"
KNOWN = frozenset(
    b"from to cc date subject message-id mime-version received return-path delivered-to "
    b"content-type reply-to references in-reply-to dkim-signature x-gm-thrid x-gmail-labels "
    b"x-mozilla-status x-original-to envelope-to x-uniform-type-identifier".split()
)
SENDING = frozenset(
    (b"from", b"received", b"message-id", b"mime-version", b"return-path", b"x-gm-thrid")
)
DELIVERED = (b"delivered-to", b"x-original-to", b"envelope-to", b"x-apparently-to")
FOLDER_FILES = re.compile(
    r"(?:^|[/!])(?:dovecot[.-](?:index|uid|keywords|acl)[\w.-]*|maildirsize|maildirfolder|"
    r"courierimap\w+|popstate\.dat|msgFilterRules\.dat)$"
)
CONTENTS = "table_of_contents"  # of a mailbox exported from Apple Mail; not text
MORK = b'// <!-- <mdb:mork:z v="'
_NAME = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,100}")
_EMLX = re.compile(rb"(\d{1,10})[ \t]*\r?\n")
_MAILDIR = re.compile(r"[:!;]2,([A-Za-z]*)$")
_DELETED, _DRAFT, _JUNK = 1 << 1, 1 << 6, 1 << 24  # flags that Apple Mail keeps below a message


@dataclass(slots=True)
class _Seen:
    """What the messages of one file say about whose mailbox it is."""

    messages: int = 0
    mailbox: str = ""
    sent: Counter[str] = field(default_factory=Counter)
    names: dict[str, str | None] = field(default_factory=dict)
    delivered: Counter[str] = field(default_factory=Counter)
    addressed: Counter[str] = field(default_factory=Counter)


WEB_ARCHIVE_IN = 4_096
_WEB_ARCHIVE = re.compile(rb"^(?:Snapshot-Content-Location:|From: <Saved by )", re.I | re.M)
"""Signs of a page that a browser saved in the form of a mail."""


def recognise(file: File, head: bytes) -> str | None:
    """Return why `head` begins a mailbox or a message, None if it does not."""
    if _stands_beside(file.name, head):
        return "what a mail program keeps beside its mail"
    if _WEB_ARCHIVE.search(head[:WEB_ARCHIVE_IN]):
        return None
    head = head.removeprefix(BOM).lstrip(b"\r\n")
    head = head if b"\n" in head else head.replace(b"\r", b"\n")
    first, _, rest = head.partition(b"\n")
    if is_separator(first) and _fields(rest):
        return "opens with a «From … year» line and header fields, as a mailbox does"
    if _EMLX.fullmatch(first + b"\n"):
        head = rest
    names = _fields(head)
    known = names & KNOWN
    pasted = b"sent" in names and not names & {b"message-id", b"received", b"mime-version"}
    if len(known) >= 2 and names & SENDING and not pasted:
        return f"opens with {len(known)} header fields of a mail"
    return None


def _stands_beside(name: str, head: bytes) -> bool:
    """Return whether a mail program keeps this beside its mail: indexes, counts, rules."""
    contents = name.endswith(CONTENTS) and b"\0" in head[:100]
    return head.startswith(MORK) or contents or FOLDER_FILES.search(name) is not None


def _fields(head: bytes) -> set[bytes]:
    """Return the lower-case names of the header fields that `head` opens with.

    None when other lines stand among them, unless four fields came first.
    """
    names: set[bytes] = set()
    for line in head.lstrip(b"\r\n").split(b"\n"):
        if not line.strip():
            break
        name, colon, _ = line.partition(b":")
        if line[:1] in b" \t" or line.startswith((b">From ", b"From ")):
            continue
        if not colon or not _NAME.fullmatch(name.rstrip(b" \t")):
            return names if len(names) >= 4 else set()
        names.add(name.strip().lower())
    return names


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of `file` as a piece or a problem, then the claims about who «me» is."""
    seen = _Seen()
    for n, (raw, at) in enumerate(_messages(file, reading), start=1):
        at = at._replace(place=f"message {n}")
        seen.mailbox = seen.mailbox or mailbox_of(file.name, single=not at.separator)
        try:
            yield from _items(Part(raw), at, seen)
        except Exception as error:  # one odd message never stops a mailbox
            reason = f"{type(error).__name__} while parsing the message"
            yield Problem(at.place, reason, "errored")
    if not seen.messages:
        yield Problem("file", "what a mail program keeps beside its mail; not writing")
    yield from _claims(seen)


def _messages(file: File, reading: Reading) -> Iterator[tuple[bytes, Place]]:
    """Yield the bytes of each message and where it stands."""
    at = Place("", _filed(file.name), zone=reading.zone)
    with file.open() as stream:
        first = stream.readline(1_000).removeprefix(BOM)
        if _stands_beside(file.name, first):
            return
        while first and not first.strip():
            first = stream.readline(1_000)
        if is_separator(first):
            for separator, data in split(stream, first):
                yield data, at._replace(separator=separator)
            return
        size = _EMLX.fullmatch(first)
        if size:
            yield _emlx(stream.read(MAX_MESSAGE), int(size[1]), at)
        else:
            data = first + stream.read(MAX_MESSAGE)
            lines = b"\n" in data or b"\r" not in data
            yield data if lines else data.replace(b"\r", b"\n"), at


def _filed(name: str) -> frozenset[str]:
    """Return what the path of a file says of the mail in it; Maildir's flags stand in its name."""
    flags = _MAILDIR.search(name)
    told = {"D": "draft", "T": "trash"}
    return frozenset({folder_of(name), *(told.get(f, "") for f in (flags[1] if flags else ""))})


def _emlx(data: bytes, size: int, at: Place) -> tuple[bytes, Place]:
    """Return the message of Apple Mail's file, with what is told below it."""
    try:
        told = plistlib.loads(data[size:].strip())
        flags = int(told.get("flags", 0))
        stamp = told.get("date-received")
        received = datetime.fromtimestamp(float(stamp), UTC) if stamp else None
    except Exception:  # the parser fails in many ways; what is told is a help only
        return data[:size], at
    marks = (("trash", _DELETED), ("draft", _DRAFT), ("spam", _JUNK))
    filed = at.filed | {name for name, flag in marks if flags & flag}
    return data[:size], at._replace(filed=filed, received=received)


def _items(part: Part, at: Place, seen: _Seen) -> Iterator[Piece | Problem]:
    filed = letters.filed_as(part, at)
    seen.messages += 1
    people = letters.people_of(part)
    if not filed & {"spam", "trash"}:
        xml = gmail_chats.transcript(part)
        if xml:
            yield from gmail_chats.lines_of(xml, part, at.place)
            return
        if gmail_chats.is_chat(part, filed):
            yield gmail_chats.line_of(part, at.separator, letters.envelope(at.separator), at.place)
            return
    _note(part, people, bool(filed & letters.OWN), seen)
    reason = letters.automatic(part, people, filed)
    if reason:
        yield Problem(at.place, reason)
    else:
        yield letters.piece_of(part, mime.body_of(part), people, filed, at)


def _note(part: Part, people: list[Person], sent: bool, seen: _Seen) -> None:
    if sent and people and b"from" in part.fields:
        handle, shown = people[0]
        seen.sent[handle] += 1
        seen.names[handle] = seen.names.get(handle) or shown
    for name in DELIVERED:
        told = addresses(letters.field(part, name))
        if told:
            seen.delivered.update(handle for handle, _ in told)
            break
    if not sent:
        to = addresses(letters.field(part, b"to"))[:5]
        seen.addressed.update(handle for handle, _ in to)


def _claims(seen: _Seen) -> Iterator[Claim]:
    mailbox = digest("mailbox", seen.mailbox)
    for handle, count in seen.sent.items():
        evidence, name = "wrote mail that is filed as sent", seen.names[handle]
        yield Claim(handle, evidence, True, name, mailbox=mailbox, messages=count)
    for handle, count in seen.delivered.most_common(3):
        yield Claim(handle, f"{count} messages were delivered to it", strong=False)
    if seen.messages >= ENOUGH:
        for handle, count in seen.addressed.most_common(1):
            evidence = f"most messages are addressed to it ({count} of {seen.messages})"
            yield Claim(handle, evidence, strong=False)
