"""Slack's markup and blocks as plain words, without what is quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from corpus.sources.elements import listed, mapping, string

Names = Callable[[str], str | None]
MARKUP = re.compile(r"<((?:[@#!]|[a-z][a-z0-9+.-]{1,20}:)[^<>\n]{1,4000})>")
FENCE = "```"
MAX_DEPTH = 8


def own_words(raw: str, user: Names, channel: Names) -> str:
    """Return Slack markup as text: mentions and links by name, quoted lines left out.

    >>> own_words("&gt; theirs\\nSee <https://x.org|this>, <@U1> &amp; <!here>", dict(U1="Ann").get,
    ...           dict().get)
    'See this, @Ann & @here'
    """
    kept = _unquoted(raw)
    text = MARKUP.sub(lambda found: _plain(found[1], user, channel), kept)
    return unescape(text.replace("\r\n", "\n")).strip()


def _unquoted(raw: str) -> str:
    """Return `raw` without the lines that Slack shows as quoted; code is left as it is."""
    kept, fenced = [], False
    for line in raw.split("\n"):
        if not fenced and line.startswith("&gt;&gt;&gt;"):
            break  # quotes all that follows
        if fenced or not line.startswith("&gt;"):
            kept.append(line)
        fenced ^= line.count(FENCE) % 2 == 1
    return "\n".join(kept)


def _plain(inner: str, user: Names, channel: Names) -> str:
    """Return what the reader of a message sees in place of «<inner>».

    >>> _plain("#C1|boats", {}.get, {}.get), _plain("mailto:a@b.example|write", {}.get, {}.get)
    ('#boats', 'write')
    """
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        return "@" + (user(target[1:]) or label or "someone").removeprefix("@")
    if target.startswith("#"):
        return "#" + (label or channel(target[1:]) or "channel")
    if target.startswith("!"):
        word = target[1:].split("^")[0]
        return label or f"@{word}"
    return label or target.removeprefix("mailto:").removeprefix("tel:")


def with_blocks(text: str, blocks: list[Any]) -> str:
    """Return `text`, or if there is none the words of the rich text blocks, in Slack's markup."""
    if text.strip():
        return text
    return "\n".join(part for block in blocks for part in _block(mapping(block), 0)).strip("\n")


def _block(block: dict[str, Any], depth: int) -> Iterator[str]:
    """Yield the lines of a block of rich text, or of a section that an app lets a person post."""
    kind = string(block.get("type"))
    if depth > MAX_DEPTH or kind == "rich_text_quote":
        return
    inner = listed(block.get("elements"))
    if kind in ("rich_text", "rich_text_list"):
        mark = "- " if kind == "rich_text_list" else ""
        for part in inner:
            yield from (mark + line for line in _block(mapping(part), depth + 1))
    elif kind == "rich_text_section":
        yield "".join(_element(mapping(part)) for part in inner)
    elif kind == "rich_text_preformatted":
        yield f"{FENCE}\n{''.join(_element(mapping(part)) for part in inner)}\n{FENCE}"
    elif kind == "section":
        yield string(mapping(block.get("text")).get("text")) or ""


def _element(part: dict[str, Any]) -> str:
    """Return one element of rich text in the markup that `own_words` reads."""
    kind = string(part.get("type"))
    words = _escaped(string(part.get("text")) or "")
    if kind == "link":
        url = (string(part.get("url")) or "").translate(str.maketrans("", "", "<>|\n"))
        return f"<{url}|{words}>" if words and "\n" not in words else f"<{url}>" if url else ""
    if kind == "emoji":
        return f":{string(part.get('name')) or ''}:"
    marks = {"user": ("@", "user_id"), "channel": ("#", "channel_id"), "broadcast": ("!", "range")}
    if kind in marks:
        mark, name = marks[kind]
        target = re.sub(r"[^\w-]", "", string(part.get(name)) or "")
        return f"<{mark}{target}>" if target else ""
    return words or _escaped(string(part.get("fallback")) or "")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
