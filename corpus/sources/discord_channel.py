"""Discord channels as DiscordChatExporter saves them in JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from corpus.sources.dates import moment
from corpus.sources.discord_text import SNOWFLAKE, mentioned, own_words, sent
from corpus.sources.elements import elements, fields, listed, mapping, string
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem

HUMAN = frozenset(("Default", "Reply", "0", "19"))
DIRECT = frozenset(("DirectTextChat", "DM", "1"))
_NEEDED = (b'"guild"', b'"channel"', b'"messages"')
_EXPORT = re.compile(rb'"(?:exportedAt|dateRange)"\s*:')
_IN_NAME = re.compile(r"\[(\d{15,20})\]")


def recognise(head: bytes) -> str | None:
    """Return the evidence that `head` begins a channel saved by DiscordChatExporter, or None."""
    is_log = head.lstrip()[:1] == b"{" and all(name in head for name in _NEEDED)
    return (
        "a Discord channel with guild, channel and messages"
        if is_log and _EXPORT.search(head)
        else None
    )


@dataclass(slots=True)
class Channel:
    """A channel while its messages pass."""

    id: str
    type: str | None = None
    name: str | None = None
    writers: dict[str, set[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Message:
    """A message in whichever form it was saved."""

    id: str
    raw: str
    author: str | None = None
    names: list[str] = field(default_factory=list)
    reply_to: str | None = None
    people: dict[str, str | None] = field(default_factory=dict)
    edited: bool = False
    forwarded: bool = False


def read(file: File) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of `file` as a piece or a problem; embeds are others' words."""
    head = fields(file, frozenset(("channel.id", "channel.type", "channel.name")), "messages")
    id_ = head.get("channel.id") or id_in_name(file)
    channel = Channel(id_, head.get("channel.type"), head.get("channel.name"))
    yield from _json(file, channel)
    yield from _claims(channel)


def id_in_name(file: File) -> str:
    """Return the id of the channel, which stands in the name of the file."""
    found = _IN_NAME.search(file.name)
    return found[1] if found else file.name


def _json(file: File, channel: Channel) -> Iterator[Piece | Problem]:
    number = 0
    for told in elements(file, "messages.item", "message"):
        number += 1
        if isinstance(told, Problem):
            yield told
        elif isinstance(told, dict):
            yield _told(told, f"message {number}", channel)
        else:
            yield Problem(f"message {number}", "not a message object", "errored")


def _told(told: dict[str, Any], place: str, channel: Channel) -> Piece | Problem:
    id_, author = str(told.get("id")), mapping(told.get("author"))
    if not SNOWFLAKE.fullmatch(id_):
        return Problem(place, "a message without its id", "errored")
    if str(told.get("type", "Default")) not in HUMAN:
        return Problem(place, "system message")
    if author.get("isBot") is True:
        return Problem(place, "written by a bot")
    reference = mapping(told.get("reference"))
    forward = mapping(told.get("forwardedMessage"))
    raw = string(told.get("content")) or ""
    message = Message(
        id_,
        raw if raw.strip() or not forward else string(forward.get("content")) or "",
        string(author.get("id")),
        [n for n in (author.get("nickname"), author.get("name")) if isinstance(n, str) and n],
        string(reference.get("messageId")) if reference.get("type") != "Forward" else None,
        edited=bool(told.get("timestampEdited")),
        forwarded=bool(forward) and not raw.strip(),
    )
    for other in map(mapping, listed(told.get("mentions"))):
        if isinstance(other.get("id"), str):
            name = string(other.get("nickname")) or string(other.get("name"))
            message.people[other["id"]] = name
    if not message.raw.strip():
        return Problem(place, _empty(told))
    created = moment(told.get("timestamp"), "UTC")[0]
    piece = piece_of(message, place, channel)
    if isinstance(piece, Piece) and created:
        piece.created, piece.precision = created, "second"
    return piece


def _empty(told: dict[str, Any]) -> str:
    if told.get("attachments") or told.get("stickers"):
        return "media without text"
    return "a share or link preview only" if told.get("embeds") else "no text"


def piece_of(message: Message, place: str, channel: Channel) -> Piece | Problem:
    """Return `message` as a piece, or why it is none, and note its author in `channel`."""
    names = {id_: name for id_, name in message.people.items() if name}
    text = own_words(message.raw, names)
    if not text:
        return Problem(place, "only a quotation")
    name = message.names[0] if message.names else None
    handle = f"discord:{message.author}" if message.author else f"name:{name}" if name else None
    if handle:
        channel.writers.setdefault(handle, set()).update(message.names)
    people: dict[str, str | None] = {handle: name} if handle else {}
    for other in (*message.people, *mentioned(message.raw)):
        people.setdefault(f"discord:{other}", message.people.get(other))
    created = sent(message.id)
    return Piece(
        namespace="discord",
        own=message.id,
        text=text,
        kind="chat",
        locator=place,
        thread=channel.id,
        position=int(message.id),
        reply_to=message.reply_to,
        handle=handle,
        people=list(people.items()),
        origin="forwarded" if message.forwarded else None,
        created=created,
        precision="second" if created else "unknown",
        metadata={"edited": True} if message.edited else {},
    )


def _claims(channel: Channel) -> Iterator[Claim]:
    """Yield who «me» is in a chat of two that is called after the other."""
    if channel.type not in DIRECT or not channel.name or len(channel.writers) != 2:
        return
    mine = [w for w, names in channel.writers.items() if channel.name not in names]
    if len(mine) == 1:
        evidence = "writes in a direct Discord chat that is called after the other"
        name = next(iter(sorted(channel.writers[mine[0]])), None)
        yield Claim(mine[0], evidence, strong=False, name=name)
