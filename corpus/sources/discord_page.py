"""Discord channels as DiscordChatExporter saves them in HTML pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

from corpus.sources.discord_channel import Channel, Message, id_in_name, piece_of
from corpus.sources.discord_text import SNOWFLAKE
from corpus.sources.file import File
from corpus.sources.markup import text_of
from corpus.sources.page_parts import parts_of
from corpus.sources.piece import Piece, Problem

FORWARDED = ".chatlog__forwarded-content"
_PAGE = re.compile(rb"chatlog__message(?:-group|-container|__)?\b|class=\"?chatlog\b")
_GROUP = re.compile(r"<div[^<>]{0,400}chatlog__message-group\b")
_HOLDER = "[data-message-id]"
_SCROLL = re.compile(r"\d{15,20}")


def recognise(head: bytes) -> str | None:
    """Return the evidence that `head` begins such a page, or None."""
    is_page = head.lstrip()[:1] == b"<" and b"chatlog" in head and _PAGE.search(head)
    return "an HTML page of a Discord channel" if is_page else None


def read(file: File) -> Iterator[Piece | Problem]:
    """Yield the messages of the page, group by group; a group names its author once."""
    channel, number = Channel(id_in_name(file)), 0
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
    node: Node, place: str, author: tuple[str | None, list[str]], channel: Channel
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
    message = Message(id_, words, author[0], author[1], target[0] if target else None)
    message.edited = edited
    message.forwarded = bool(forwarded)
    return piece_of(message, place, channel)


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
