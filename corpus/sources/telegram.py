"""Read Telegram Desktop exports: `result.json` of one chat or of a whole account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, BinaryIO

import ijson

from corpus.sources.file import File
from corpus.sources.nesting import shallow
from corpus.sources.piece import Claim, Piece, Problem, Reading, localise

BASES = ("", "chats.list.item.", "left_chats.list.item.")
CHATS = frozenset(base.removesuffix(".") for base in BASES if base)
MESSAGES = frozenset(f"{base}messages.item" for base in BASES)
FIRST_YEAR, LAST_YEAR = 2013, 2100  # Telegram began in 2013
BOM = b"\xef\xbb\xbf"
_MESSAGE = re.compile(rb'"type"\s*:\s*"(?:message|service)"')
_ACCOUNT = re.compile(rb'"personal_information"\s*:\s*\{[^{}]{0,400}"user_id"')
_NEEDED = (
    (b'"text"', b'"action"'),
    (b'"from"', b'"from_id"', b'"actor"'),
    (b'"date"', b'"date_unixtime"'),
)


@dataclass(slots=True)
class _Chat:
    """A chat while its messages stream by, and who wrote in it in their own words."""

    number: int = 1
    type: str | None = None
    id: str | None = None
    messages: int = 0
    writers: dict[str, str | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Account:
    """What the file says about the account it was exported from."""

    user: str | None = None
    names: list[str] = field(default_factory=list)


def recognise(file: File, head: bytes) -> str | None:
    """Return why `head` begins a Telegram export, None if it does not."""
    start = head.removeprefix(BOM).lstrip()[:1]
    if start != b"{":
        return None
    if _ACCOUNT.search(head):
        return "a JSON object with personal_information.user_id, as Telegram's account export"
    if b'"messages"' not in head or not _MESSAGE.search(head):
        return None
    if all(any(name in head for name in names) for names in _NEEDED):
        return "a JSON object with messages of type message or service, as Telegram's chat export"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of `file` as a piece or a problem, and the claims about who «me» is.

    A file that breaks off yields what stands before the break and one errored problem.
    """
    account, chat, seen = _Account(), _Chat(), 0
    try:
        with file.open() as stream:
            for found in _events(stream, account):
                if isinstance(found, _Chat):
                    yield from _claims(chat, account)
                    chat = found
                    continue
                seen += 1
                yield _item(found, chat, account, file, reading)
    except (ijson.JSONError, UnicodeError):
        yield Problem(f"after message {seen}", "the JSON is damaged or ends early", "errored")
    yield from _claims(chat, account)
    if account.user:
        name = " ".join(account.names) or None
        evidence = "the export names this account as its own"
        yield Claim(f"telegram:{account.user}", evidence, strong=True, name=name)


def _events(stream: BinaryIO, account: _Account) -> Iterator[_Chat | Any]:
    """Yield each chat when it begins and each of its messages, and fill in `account`."""
    if stream.read(3) != BOM:
        stream.seek(0)
    chats, chat = 0, _Chat()
    yield chat
    builder: ijson.ObjectBuilder | None = None
    for prefix, event, value in ijson.parse(shallow(stream), use_float=True):
        if builder is not None:
            builder.event(event, value)
            if event in ("end_map", "end_array") and prefix in MESSAGES:
                yield builder.value
                builder = None
        elif prefix in MESSAGES and event in ("start_map", "start_array"):
            builder = ijson.ObjectBuilder()
            builder.event(event, value)
        elif prefix in MESSAGES:
            yield value
        elif prefix in CHATS and event == "start_map":
            chats += 1
            chat = _Chat(chats)
            yield chat
        elif event in ("string", "number"):
            _note(prefix, str(value), chat, account)


def _note(prefix: str, value: str, chat: _Chat, account: _Account) -> None:
    base, _, name = prefix.rpartition(".")
    if base in CHATS or not base:
        chat.type = value if name == "type" else chat.type
        chat.id = value if name == "id" else chat.id
    elif base == "personal_information":
        account.user = f"user{value}" if name == "user_id" else account.user
        account.names += [value] if name in ("first_name", "last_name") and value else []


def _item(
    message: Any, chat: _Chat, account: _Account, file: File, reading: Reading
) -> Piece | Problem:
    chat.messages += 1
    place = f"chat {chat.number}, message {chat.messages}"  # its id would name a person
    if not isinstance(message, dict):
        return Problem(place, "not a message object", "errored")
    text = _text(message)
    reason = _dropped(message, text)
    if reason:
        return Problem(place, reason)
    writer = _writer(message)
    forwarded = "forwarded_from" in message or "forwarded_from_id" in message
    if writer and not forwarded:
        chat.writers.setdefault(writer, _string(message.get("from")))
    own, reply = message.get("id"), message.get("reply_to_message_id")
    handle = f"telegram:{writer}" if writer else None
    if handle is None and _string(message.get("from")):
        handle = f"name:{message['from']}"
    created = _created(message, reading)
    return Piece(
        namespace=f"telegram:{chat.id or file.name}",
        text=text,
        kind="chat",
        locator=place,
        own=str(own) if own is not None else None,
        thread=chat.id or file.name,
        position=own if isinstance(own, int) else chat.messages,
        reply_to=str(reply) if reply is not None else None,
        handle=handle,
        people=[(handle, _string(message.get("from")))] if handle else [],
        mine=_mine(writer, forwarded, chat, account),
        origin="forwarded" if forwarded else None,
        created=created,
        precision="second" if created else "unknown",
        metadata={"edited": True} if _edited(message) else {},
    )


def _dropped(message: dict[str, Any], text: str) -> str | None:
    """Return why `message` becomes no document, or None."""
    if message.get("type", "message") != "message":
        return "service message"
    if message.get("via_bot"):
        return "written through a bot"
    if text.strip():
        return None
    if "poll" in message:
        return "poll"
    media = ("media_type", "photo", "file", "location_information", "contact_information")
    return "media without text" if any(m in message for m in media) else "no text"


def _text(message: dict[str, Any]) -> str:
    """Return the words of a message, quoted blocks left out.

    >>> _text({"text": ["See ", {"type": "link", "text": "x.org"}, "!"]})
    'See x.org!'
    """
    parts = message.get("text_entities") or message.get("text") or ""
    if isinstance(parts, str):
        return parts
    out = []
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, str):
            out.append(part)
        elif isinstance(part, dict) and part.get("type") != "blockquote":
            out.append(_string(part.get("text")) or "")
    return "".join(out)


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _writer(message: dict[str, Any]) -> str | None:
    """Return the author's id, «user17»; exports before 2021 give the bare number."""
    value = message.get("from_id")
    return f"user{value}" if isinstance(value, int) else _string(value)


def _mine(writer: str | None, forwarded: bool, chat: _Chat, account: _Account) -> bool | None:
    if chat.type == "saved_messages":
        return None if forwarded else True
    if account.user is None or writer is None or not writer.startswith("user"):
        return None
    return writer == account.user


def _created(message: dict[str, Any], reading: Reading) -> datetime | None:
    """Return when the message was sent; `date` alone is local time of the exporting computer."""
    try:
        if message.get("date_unixtime"):
            found = datetime.fromtimestamp(int(message["date_unixtime"]), UTC)
        else:
            found = localise(datetime.fromisoformat(message["date"]), reading.zone)
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        return None
    return found if FIRST_YEAR <= found.year < LAST_YEAR else None


def _edited(message: dict[str, Any]) -> bool:
    """Return whether the message was edited; old exports say 1970 where it was not."""
    return not str(message.get("edited") or "1970").startswith("1970")


def _claims(chat: _Chat, account: _Account) -> Iterator[Claim]:
    """Yield who «me» is in a chat exported alone, as its type and id tell."""
    other = f"user{chat.id}"
    mine = [w for w in chat.writers if w != other and w.startswith("user")]
    if account.user or len(mine) != 1:
        return
    if chat.type == "saved_messages":
        evidence = "wrote the saved messages of the account"
    elif chat.type == "personal_chat" and chat.id:
        evidence = "writes in a personal chat and is not the one it is held with"
    else:
        return
    yield Claim(f"telegram:{mine[0]}", evidence, strong=True, name=chat.writers[mine[0]])
