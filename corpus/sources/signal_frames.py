"""Signal's own export as text: `main.jsonl`, one record of a backup a line."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from corpus.keys import digest
from corpus.sources.dates import moment
from corpus.sources.elements import listed, mapping, string
from corpus.sources.file import File
from corpus.sources.phones import handle_of
from corpus.sources.piece import Claim, Piece, Problem, shape_of

SPACE = "signal"
ME = "me"
MAX_LINE = 16 << 20
HOLE = "\ufffc"  # stands in a text for each mention
FRAMES = (
    *("account", "recipient", "chat", "chatItem", "stickerPack", "adHocCall"),
    *("notificationProfile", "chatFolder"),
)
_FRAME = re.compile(rb'^\s*\{\s*"(account|recipient|chat|chatItem)"\s*:\s*\{', re.MULTILINE)
_INFO = re.compile(rb'\s*\{[^{}]{0,2000}"backupTimeMs"\s*:')
_SIGNS = (b'"chatItem"', b'"recipient"')
SILENT = {
    "updateMessage": "system message",
    "remoteDeletedMessage": "deleted message",
    "stickerMessage": "media without text",
    "viewOnceMessage": "media without text",
    "contactMessage": "media without text",
    "paymentNotification": "system message",
    "giftBadge": "system message",
    "poll": "poll",
}


def recognise(head: bytes) -> str | None:
    """Return the evidence that `head` begins Signal's export, or None."""
    frames = set(_FRAME.findall(head))
    if _INFO.match(head) and frames:
        return "a Signal backup's records, one a line"
    if b"recipient" in frames and len(frames) > 1 and b'"recipientId"' in head:
        return "a Signal backup's records, one a line"
    is_item = b"chatItem" in frames and b'"chatId"' in head and b'"dateSent"' in head
    return "Signal's messages, one record a line" if is_item else None


@dataclass(slots=True)
class _Person:
    """A recipient: what identifies them everywhere, their handle and name."""

    key: str
    handle: str | None
    name: str | None = None
    kind: str = "contact"


@dataclass(slots=True)
class _Backup:
    """What the records so far said."""

    people: dict[str, _Person] = field(default_factory=dict)
    by_aci: dict[str, str] = field(default_factory=dict)
    chats: dict[str, str] = field(default_factory=dict)
    account: str | None = None
    has_self: bool = False


def read(file: File) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of `file` as a piece or a problem, and who «me» is."""
    backup = _Backup()
    with file.lines() as lines:
        number = 0
        while line := lines.readline(MAX_LINE):
            number += 1
            place = f"line {number}"
            if len(line) == MAX_LINE:
                while line and not line.endswith("\n"):
                    line = lines.readline(MAX_LINE)
                yield Problem(place, "line too long", "errored")
            elif line.strip():
                yield from _line(line, place, number, backup)
    if backup.account or backup.has_self:
        evidence = "is the account of a Signal export"
        yield Claim(f"{SPACE}:{ME}", evidence, strong=True, name=backup.account)


def _line(line: str, place: str, number: int, backup: _Backup) -> Iterator[Piece | Problem]:
    try:
        frame = json.loads(line)
    except (ValueError, RecursionError):
        yield Problem(place, "not a JSON object", "errored", shape_of(line))
        return
    frame = mapping(frame)
    item = frame.get("chatItem")
    if item is not None:
        yield _item(mapping(item), place, number, backup)
    elif "recipient" in frame:
        _recipient(mapping(frame["recipient"]), backup)
    elif "chat" in frame:
        chat = mapping(frame["chat"])
        backup.chats[str(chat.get("id"))] = str(chat.get("recipientId"))
    elif "account" in frame:
        backup.account = _joined(mapping(frame["account"]), "givenName", "familyName")
    elif not any(name in frame for name in FRAMES) and "backupTimeMs" not in frame:
        yield Problem(place, "not a record of a backup", "errored")


def _joined(told: dict[str, Any], *names: str) -> str | None:
    parts = [told.get(name) for name in names]
    return " ".join(p for p in parts if isinstance(p, str) and p) or None


def _recipient(told: dict[str, Any], backup: _Backup) -> None:
    id_ = str(told.get("id"))
    if "self" in told:
        backup.has_self = True
        backup.people[id_] = _Person(ME, f"{SPACE}:{ME}", backup.account, "self")
    elif "contact" in told:
        backup.people[id_] = _contact(mapping(told["contact"]), id_, backup)
    elif "group" in told:
        group = mapping(told["group"])
        title = mapping(mapping(group.get("snapshot")).get("title")).get("title")
        key = digest("group", str(group.get("masterKey") or title or id_))
        backup.people[id_] = _Person(f"group {key}", None, string(title), "group")
    else:
        kind = "signal" if "releaseNotes" in told else "other"
        backup.people[id_] = _Person(f"{kind} {id_}", None, None, kind)


def _contact(contact: dict[str, Any], id_: str, backup: _Backup) -> _Person:
    """Return a contact; their key is the same in every export that names their account."""
    aci, number = uuid_of(contact.get("aci")), str(contact.get("e164") or "")
    phone = handle_of(number if number.startswith("+") else f"+{number}") if number else None
    if aci:
        backup.by_aci[aci] = id_
    nickname = mapping(contact.get("nickname"))
    name = (
        _joined(nickname, "given", "family")
        or _joined(contact, "systemGivenName", "systemFamilyName")
        or _joined(contact, "profileGivenName", "profileFamilyName")
        or string(contact.get("username"))
    )
    key = aci or phone or f"recipient {id_}"
    return _Person(key, phone or f"{SPACE}:{key}", name)


def uuid_of(value: object) -> str | None:
    """Return the account id that `value` writes in Base64 or as a UUID, None if it is neither.

    >>> uuid_of("EREREREREREREREREREREQ=="), uuid_of("x")
    ('11111111-1111-1111-1111-111111111111', None)
    """
    if not isinstance(value, str):
        return None
    text = value.casefold().replace("-", "")
    if re.fullmatch(r"[0-9a-f]{32}", text):
        raw = text
    else:
        try:
            raw = base64.b64decode(value, validate=True).hex()
        except (binascii.Error, ValueError):
            return None
    if len(raw) != 32:
        return None
    return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"


def _item(item: dict[str, Any], place: str, number: int, backup: _Backup) -> Piece | Problem:
    author = backup.people.get(str(item.get("authorId")))
    mine = "outgoing" in item or (author is not None and author.kind == "self")
    standard = mapping(item.get("standardMessage"))
    reply = mapping(mapping(item.get("directStoryReplyMessage")).get("textReply"))
    words = mapping(standard.get("text") or reply.get("text"))
    reason = _dropped(item, words, author, standard)
    if reason:
        return Problem(place, reason)
    sent = str(item.get("dateSent") or "")
    room = backup.people.get(backup.chats.get(str(item.get("chatId")), ""))
    if not sent.isdigit() or (author is None and not mine):
        return Problem(place, "a message without its author or time", "errored")
    key, handle, name = (
        (ME, f"{SPACE}:{ME}", backup.account)
        if mine or author is None
        else (author.key, author.handle, author.name)
    )
    created = moment(int(sent), "UTC")[0] if len(sent) < 16 else None
    text, mentioned = _text(words, backup)
    people: dict[str, str | None] = {handle: name} if handle else {}
    for other in (*([room] if room and room.kind == "contact" else []), *mentioned):
        if other.handle:
            people.setdefault(other.handle, other.name)
    return Piece(
        namespace=SPACE,
        own=f"{key} {sent}",
        text=text,
        kind="chat",
        locator=place,
        thread=room.key if room else f"chat {item.get('chatId')}",
        position=number,
        reply_to=_quoted(mapping(standard.get("quote")), backup),
        handle=handle,
        people=list(people.items()),
        mine=mine,
        created=created,
        precision="second" if created else "unknown",
        metadata={"edited": True} if item.get("revisions") else {},
    )


def _dropped(
    item: dict[str, Any], words: dict[str, Any], author: _Person | None, standard: dict[str, Any]
) -> str | None:
    for name, reason in SILENT.items():
        if name in item:
            return reason
    if author is not None and author.kind == "signal":
        return "written by Signal itself"
    if (string(words.get("body")) or "").strip(HOLE + " \n"):
        return None
    if "directStoryReplyMessage" in item:
        return "reaction"
    return "media without text" if standard.get("attachments") else "no text"


def _text(words: dict[str, Any], backup: _Backup) -> tuple[str, list[_Person]]:
    """Return the words with the names of those mentioned in their places, and who they are."""
    ranges = [mapping(r) for r in listed(words.get("bodyRanges"))]
    spans = [r for r in ranges if r.get("mentionAci")]
    spans.sort(key=lambda r: r["start"] if isinstance(r.get("start"), int) else 0)
    body, mentioned = string(words.get("body")) or "", []
    for span in spans:
        who = backup.people.get(backup.by_aci.get(uuid_of(span["mentionAci"]) or "", ""))
        mentioned += [who] if who else []
        body = body.replace(HOLE, f"@{who.name if who and who.name else 'someone'}", 1)
    return body.replace(HOLE, "").strip(), mentioned


def _quoted(quote: dict[str, Any], backup: _Backup) -> str | None:
    """Return the id of the message that a quote answers."""
    author = backup.people.get(str(quote.get("authorId")))
    sent = str(quote.get("targetSentTimestamp") or "")
    return f"{author.key} {sent}" if author and sent.isdigit() else None
