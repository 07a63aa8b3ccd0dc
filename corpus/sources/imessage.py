"""Messages of an iPhone or Mac: the database `chat.db`, and what imessage-exporter writes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from corpus.sources import imessage_page, imessage_text
from corpus.sources.database import MAGIC, WAL_MAGICS, columns, opened, tables
from corpus.sources.file import File
from corpus.sources.imessage_body import words_of
from corpus.sources.phones import handle_of, is_machine
from corpus.sources.piece import Claim, Piece, Problem, Reading

BESIDE = ("*-wal", "*.db")
SPACE = "imessage"
EPOCH = 978_307_200  # seconds from 1970 to 2001, where Apple's clock begins
NANOSECONDS = 10**11  # a larger number counts nanoseconds; seconds get there in the year 5169
FIRST_YEAR, LAST_YEAR = 2001, 2100
NEEDED = {"message": {"guid", "date", "is_from_me"}, "handle": {"id"}}
MESSAGE = (
    *("ROWID", "guid", "text", "attributedBody", "handle_id", "date", "is_from_me", "item_type"),
    *("associated_message_type", "thread_originator_guid", "date_edited", "date_retracted"),
    *("message_summary_info", "cache_has_attachments", "is_system_message", "balloon_bundle_id"),
    *("account", "destination_caller_id"),
)
REACTIONS = range(2000, 4000)
STICKER = 1000
LINK = "URLBalloonProvider"
LEGACY = re.compile(
    r"(?:Loved|Liked|Disliked|Laughed at|Emphasized|Questioned|Removed an? [\w ]{4,20} from) “.*”",
    re.DOTALL,
)
"""Reactions as phones that know none show them; they quote the message they are about."""


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `file` is a database of messages, or their text, or None."""
    if head.startswith(MAGIC):
        return "a database with the tables of Messages" if _has_messages(file) else None
    if head.startswith(WAL_MAGICS) and file.name.endswith("-wal") and _database(file):
        return "the journal of a database of Messages"
    return imessage_text.recognise(head) or imessage_page.recognise(head)


def _has_messages(file: File) -> bool:
    try:
        with opened(file) as connection:
            found = tables(connection)
    except (sqlite3.Error, OSError, UnicodeError):
        return False
    return all(wanted <= set(found.get(name, ())) for name, wanted in NEEDED.items())


def _database(file: File) -> bool:
    name = file.name.removesuffix("-wal")
    return any(f.name == name and _has_messages(f) for f in file.beside("*.db"))


@dataclass(slots=True)
class _Phone:
    """What the database says about conversations, addresses and the account."""

    handles: dict[int, str | None] = field(default_factory=dict)
    machines: set[int] = field(default_factory=set)
    threads: dict[int, str] = field(default_factory=dict)
    members: dict[int, list[str]] = field(default_factory=dict)
    me: dict[str, None] = field(default_factory=dict)


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of `file` as a piece or a problem, and which addresses are one's own."""
    head = file.head(len(MAGIC))
    if head.startswith(WAL_MAGICS):
        yield Problem("file", "the journal of a database, which is read together with it")
        return
    if not head.startswith(MAGIC):
        form = imessage_page if imessage_page.recognise(file.head()) else imessage_text
        yield from form.read(file, reading)
        return
    phone, number = _Phone(), 0
    try:
        with opened(file) as connection:
            connection.row_factory = sqlite3.Row
            known = tables(connection)
            _fill(phone, connection, known)
            for row in connection.execute(_query(known)):
                number += 1
                yield _item(row, f"message {number}", phone)
    except (sqlite3.Error, OSError, UnicodeError):
        yield Problem(f"after message {number}", "the database is damaged", "errored")
    for handle in phone.me:
        yield Claim(handle, "is the account that sent messages", strong=True)


def _query(known: Mapping[str, list[str]]) -> str:
    """Return the SQL for all messages with the first conversation that each stands in."""
    wanted = columns([*known["message"], "ROWID"], MESSAGE, "m")
    if not {"chat_id", "message_id"} <= set(known.get("chat_message_join", ())):
        return f"SELECT {wanted}, NULL AS chat FROM message m ORDER BY m.ROWID"
    return (
        f"SELECT {wanted}, j.chat AS chat FROM message m LEFT JOIN (SELECT message_id, "
        "MIN(chat_id) AS chat FROM chat_message_join GROUP BY message_id) j "
        "ON j.message_id = m.ROWID ORDER BY m.ROWID"
    )


def _fill(phone: _Phone, connection: sqlite3.Connection, known: Mapping[str, list[str]]) -> None:
    wanted = columns([*known["handle"], "ROWID"], ("ROWID", "id", "country"))
    for row in connection.execute(f"SELECT {wanted} FROM handle"):
        address, region = row["id"], row["country"]
        if not isinstance(address, str):
            continue
        phone.handles[row["ROWID"]] = handle_of(address, region if _is_region(region) else None)
        phone.machines |= {row["ROWID"]} if is_machine(address) else set()
    if "chat" in known:
        names = ("ROWID", "chat_identifier", "guid")
        for row in connection.execute(
            f"SELECT {columns([*known['chat'], 'ROWID'], names)} FROM chat"
        ):
            phone.threads[row["ROWID"]] = str(row["chat_identifier"] or row["guid"] or row["ROWID"])
    if {"chat_id", "handle_id"} <= set(known.get("chat_handle_join", ())):
        pairs = connection.execute("SELECT chat_id AS c, handle_id AS h FROM chat_handle_join")
        for row in pairs:
            if handle := phone.handles.get(row["h"]):
                phone.members.setdefault(row["c"], []).append(handle)


def _is_region(value: object) -> bool:
    return isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha()


def _item(row: sqlite3.Row, place: str, phone: _Phone) -> Piece | Problem:
    mine = row["is_from_me"] == 1
    accounts = _accounts(row)
    me = accounts[0] if accounts else None
    phone.me |= dict.fromkeys(accounts if mine else ())
    guid = row["guid"]
    if not isinstance(guid, str) or not guid:
        return Problem(place, "a message without its id", "errored")
    text, damaged = words_of(row)
    reason = _dropped(row, text, mine or row["handle_id"] not in phone.machines)
    if reason:
        return Problem(place, reason)
    if damaged:
        return Problem(place, "a text that cannot be decoded", "errored")
    handle = me if mine else phone.handles.get(row["handle_id"])
    others = phone.members.get(row["chat"], [])
    if mine and not others and phone.handles.get(row["handle_id"]):
        others = [str(phone.handles[row["handle_id"]])]
    people: dict[str, None] = {handle: None} if handle else {}
    people |= dict.fromkeys(others)
    created = _moment(row["date"])
    original = row["thread_originator_guid"]
    return Piece(
        namespace=SPACE,
        own=guid,
        text=text,
        kind="chat",
        locator=place,
        thread=_thread(row, phone),
        position=int(created.timestamp() * 1_000_000) if created else None,
        reply_to=original if isinstance(original, str) and original else None,
        handle=handle,
        people=[(h, None) for h in people],
        mine=mine,
        created=created,
        precision="second" if created else "unknown",
        metadata={"edited": True} if row["date_edited"] else {},
    )


def _accounts(row: sqlite3.Row) -> list[str]:
    """Return the handles of the account a message belongs to, «P:+47…» or «E:ann@…»."""
    found = []
    for value in (row["destination_caller_id"], row["account"]):
        handle = handle_of(re.sub(r"^[EPep]:", "", value)) if isinstance(value, str) else None
        if handle and ("@" in handle or "+" in handle):
            found.append(handle)
    return found


def _thread(row: sqlite3.Row, phone: _Phone) -> str:
    """Return what a conversation is called; SMS and iMessage with one person are one."""
    if row["chat"] is not None:
        return phone.threads.get(row["chat"]) or f"chat {row['chat']}"
    return phone.handles.get(row["handle_id"]) or "unknown"


def _dropped(row: sqlite3.Row, text: str, by_person: bool) -> str | None:
    kind: Any = row["associated_message_type"]
    if isinstance(kind, int) and kind in REACTIONS:
        return "reaction"
    if row["item_type"] not in (None, 0) or row["is_system_message"] == 1:
        return "system message"
    if row["date_retracted"]:
        return "deleted message"
    balloon = row["balloon_bundle_id"]
    if kind == STICKER or (isinstance(balloon, str) and balloon and LINK not in balloon):
        return "made by an app"
    if not by_person:
        return "written by a machine"
    if text:
        return "reaction" if LEGACY.fullmatch(text) else None
    if row["attributedBody"] and not row["cache_has_attachments"]:
        return None
    if row["cache_has_attachments"]:
        return "media without text"
    return "deleted message" if row["date_edited"] else "no text"


def _moment(date: object) -> datetime | None:
    """Return the moment of a number of seconds or nanoseconds since 2001.

    >>> _moment(720845450393148160).isoformat(), _moment(720845450).year, _moment(0)
    ('2023-11-05T02:50:50.393148+00:00', 2023, None)
    """
    if not isinstance(date, int | float) or not date:
        return None
    seconds = date / 1_000_000_000 if abs(date) > NANOSECONDS else float(date)
    try:
        found = datetime.fromtimestamp(seconds + EPOCH, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if FIRST_YEAR <= found.year < LAST_YEAR else None
