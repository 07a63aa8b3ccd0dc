"""Discord channels as DiscordChatExporter saves them: JSON, and HTML pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

from corpus.sources.dates import moment
from corpus.sources.discord_text import SNOWFLAKE, mentioned, own_words, sent
from corpus.sources.elements import elements, fields, listed, mapping, string
from corpus.sources.file import File
from corpus.sources.markup import text_of
from corpus.sources.page_parts import parts_of
from corpus.sources.piece import Claim, Piece, Problem

HUMAN = frozenset(("Default", "Reply", "0", "19"))
DIRECT = frozenset(("DirectTextChat", "DM", "1"))
_NEEDED = (b'"guild"', b'"channel"', b'"messages"')
_EXPORT = re.compile(rb'"(?:exportedAt|dateRange)"\s*:')
_PAGE = re.compile(rb"chatlog__message(?:-group|-container|__)?\b|class=\"?chatlog\b")
_GROUP = re.compile(r"<div[^<>]{0,400}chatlog__message-group\b")
_HOLDER = "[data-message-id]"
_IN_NAME = re.compile(r"\[(\d{15,20})\]")
FORWARDED = ".chatlog__forwarded-content"
_SCROLL = re.compile(r"\d{15,20}")


def recognise(head: bytes) -> str | None:
    """Return the evidence that `head` begins a channel saved by DiscordChatExporter, or None."""
    if head.lstrip()[:1] == b"{":
        is_log = all(name in head for name in _NEEDED) and _EXPORT.search(head)
        return "a Discord channel with guild, channel and messages" if is_log else None
    is_page = head.lstrip()[:1] == b"<" and b"chatlog" in head and _PAGE.search(head)
    return "an HTML page of a Discord channel" if is_page else None


@dataclass(slots=True)
class _Channel:
    """A channel while its messages pass."""

    id: str
    type: str | None = None
    name: str | None = None
    writers: dict[str, set[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Message:
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
    if file.head(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        head = fields(file, frozenset(("channel.id", "channel.type", "channel.name")), "messages")
        id_ = head.get("channel.id") or _named(file)
        channel = _Channel(id_, head.get("channel.type"), head.get("channel.name"))
        found = _json(file, channel)
    else:
        channel = _Channel(_named(file))
        found = _page(file, channel)
    yield from found
    yield from _claims(channel)


def _named(file: File) -> str:
    """Return the id of the channel, which stands in the name of the file."""
    found = _IN_NAME.search(file.name)
    return found[1] if found else file.name


def _json(file: File, channel: _Channel) -> Iterator[Piece | Problem]:
    number = 0
    for told in elements(file, "messages.item", "message"):
        number += 1
        if isinstance(told, Problem):
            yield told
        elif isinstance(told, dict):
            yield _told(told, f"message {number}", channel)
        else:
            yield Problem(f"message {number}", "not a message object", "errored")


def _told(told: dict[str, Any], place: str, channel: _Channel) -> Piece | Problem:
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
    message = _Message(
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
    piece = _piece(message, place, channel)
    if isinstance(piece, Piece) and created:
        piece.created, piece.precision = created, "second"
    return piece


def _empty(told: dict[str, Any]) -> str:
    if told.get("attachments") or told.get("stickers"):
        return "media without text"
    return "a share or link preview only" if told.get("embeds") else "no text"


def _piece(message: _Message, place: str, channel: _Channel) -> Piece | Problem:
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


def _page(file: File, channel: _Channel) -> Iterator[Piece | Problem]:
    """Yield the messages of an HTML page, group by group; a group names its author once."""
    number = 0
    for part in parts_of(file, _GROUP):
        if part is None:
            yield Problem(f"after message {number}", "a part of the page is damaged", "errored")
            continue
        if not _GROUP.match(part):
            continue
        author: tuple[str | None, list[str]] = (None, [])
        for node in _containers(HTMLParser(part)):
            number += 1
            author = _author(node) or author
            yield _shown(node, f"message {number}", author, channel)
    if not number:
        yield Problem("file", "a page without messages")


def _containers(tree: HTMLParser) -> Iterator[Node]:
    """Yield the element of each message; parts of it may carry its id too."""
    seen = set()
    for node in tree.css(_HOLDER):
        id_ = node.attributes.get("data-message-id")
        if id_ not in seen:
            seen.add(id_)
            yield node


def _author(node: Node) -> tuple[str | None, list[str]] | None:
    found = node.css_first(".chatlog__author, .chatlog__author-name")
    if found is None:
        holder = node.parent
        found = holder.css_first(".chatlog__author, .chatlog__author-name") if holder else None
    if found is None:
        return None
    full, shown = found.attributes.get("title"), (found.text() or "").strip()
    return found.attributes.get("data-user-id"), [n for n in (shown, full) if n]


def _shown(
    node: Node, place: str, author: tuple[str | None, list[str]], channel: _Channel
) -> Piece | Problem:
    id_ = node.attributes.get("data-message-id") or ""
    if not SNOWFLAKE.fullmatch(id_):
        return Problem(place, "a message without its id", "errored")
    if node.css_first("[class*=chatlog__system-notification]"):
        return Problem(place, "system message")
    around = node.parent if node.parent is not None else node
    if any(n.css_first(".chatlog__author-tag, .chatlog__bot-tag") for n in (node, around)):
        return Problem(place, "written by a bot")
    reply = node.css_first(".chatlog__reference-link, .chatlog__reply-link")
    target = _SCROLL.search(reply.attributes.get("onclick") or "") if reply else None
    forwarded = node.css_first(FORWARDED) and not node.css_first(".chatlog__content")
    edited = node.css_first(".chatlog__edited-timestamp") is not None
    media = node.css_first(".chatlog__attachment, .chatlog__sticker, img") is not None
    embed = node.css_first(".chatlog__embed") is not None
    words = _content(node)
    if not words:
        reason = "a share or link preview only" if embed else "no text"
        return Problem(place, "media without text" if media and not embed else reason)
    message = _Message(id_, words, author[0], author[1], target[0] if target else None)
    message.edited = edited
    message.forwarded = bool(forwarded)
    return _piece(message, place, channel)


def _content(node: Node) -> str:
    """Return the words of a message; its quotes come out as lines with «> »."""
    for gone in node.css(
        ".chatlog__embed, .chatlog__reference, .chatlog__reply, .chatlog__edited-timestamp, "
        ".chatlog__reactions"
    ):
        gone.decompose()
    for quote in node.css(".chatlog__markdown-quote"):
        quote.decompose()
    for emoji in node.css("img.chatlog__emoji, img.emoji"):
        emoji.replace_with(emoji.attributes.get("alt") or "")
    places = (".chatlog__content .chatlog__markdown-preserve", ".chatlog__content", FORWARDED)
    found = next((hit for place in places if (hit := node.css_first(place))), None)
    if found is None:
        return ""
    for line in found.css("br"):
        line.replace_with("\n")
    html = found.html or ""
    return text_of(f"<div style='white-space:pre'>{_kept(html)}</div>")


def _kept(html: str) -> str:
    """Return `html` with its line ends as elements, since the page shows them as they are."""
    return html.replace("\n", "<br>")


def _claims(channel: _Channel) -> Iterator[Claim]:
    """Yield who «me» is in a chat of two that is called after the other."""
    if channel.type not in DIRECT or not channel.name or len(channel.writers) != 2:
        return
    mine = [w for w, names in channel.writers.items() if channel.name not in names]
    if len(mine) == 1:
        evidence = "writes in a direct Discord chat that is called after the other"
        name = next(iter(sorted(channel.writers[mine[0]])), None)
        yield Claim(mine[0], evidence, strong=False, name=name)
