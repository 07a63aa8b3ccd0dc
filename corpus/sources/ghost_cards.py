"""Ghost's editor formats, Lexical and Mobiledoc, as HTML: the words, not the layout."""

from __future__ import annotations

import json
from html import escape
from typing import Any

MAX_DEPTH = 100
BLOCKS = {"paragraph": "p", "listitem": "li", "quote": "blockquote", "aside": "blockquote"}
INLINE = frozenset("text extended-text tk".split())
HTML_FIELDS = ("heading", "subheading", "calloutText", "html", "content", "caption")
CARDS = frozenset("html callout toggle header image gallery video product call-to-action".split())
"""Cards with words of the author's; bookmarks, embeds and forms have none."""


def html_of(lexical: object, mobiledoc: object) -> str:
    """Return the post as HTML from whichever of the two formats it is kept in."""
    for told, render in ((lexical, _lexical), (mobiledoc, _mobiledoc)):
        if isinstance(told, str):
            try:
                told = json.loads(told)
            except (ValueError, RecursionError):
                continue
        if isinstance(told, dict) and (html := render(told)):
            return html
    return ""


def _lexical(told: dict[str, Any]) -> str:
    return _node(told.get("root"), 0)


def _node(node: Any, depth: int) -> str:
    """Return one node of Lexical and what is in it."""
    if not isinstance(node, dict) or depth > MAX_DEPTH:
        return ""
    kind = str(node.get("type", "")).removeprefix("extended-")
    if kind in INLINE:
        return escape(_string(node.get("text")))
    if kind == "linebreak":
        return "<br>"
    if kind in ("codeblock", "code"):
        return f"<pre>{escape(_string(node.get('code')))}</pre>"
    if kind == "markdown":
        return typed(_string(node.get("markdown")))
    if kind in CARDS:
        return "".join(_field(node.get(name)) for name in HTML_FIELDS)
    nodes = node.get("children")
    inner = "".join(_node(n, depth + 1) for n in nodes) if isinstance(nodes, list) else ""
    tag = BLOCKS.get(kind) or _tag(node.get("tag"), kind)
    return f"<{tag}>{inner}</{tag}>" if tag and inner else inner


def _tag(stated: object, kind: str) -> str | None:
    if kind not in ("heading", "list"):
        return None
    return str(stated) if stated in ("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol") else "p"


def _field(html: object) -> str:
    return f"<section>{html}</section>" if isinstance(html, str) and html.strip() else ""


def typed(markdown: str) -> str:
    """Return text typed in a plain field as HTML paragraphs."""
    blocks = escape(markdown).split("\n\n")
    return "".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks if block.strip())


def _mobiledoc(told: dict[str, Any]) -> str:
    sections = told.get("sections")
    cards = told.get("cards")
    cards = cards if isinstance(cards, list) else []
    return "".join(_section(s, cards) for s in sections) if isinstance(sections, list) else ""


def _section(section: Any, cards: list[Any]) -> str:
    """Return a section: [1, tag, markers], [3, tag, items] or [10, number of a card]."""
    if not isinstance(section, list) or len(section) < 2:
        return ""
    kind, value, *rest = section
    if kind == 1 and rest:
        tag = value if value in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote") else "p"
        tag = "blockquote" if value in ("blockquote", "aside", "pull-quote") else tag
        return f"<{tag}>{_markers(rest[0])}</{tag}>"
    if kind == 3 and rest and isinstance(rest[0], list):
        return "<ul>" + "".join(f"<li>{_markers(item)}</li>" for item in rest[0]) + "</ul>"
    if kind == 10 and isinstance(value, int) and 0 <= value < len(cards):
        return _card(cards[value])
    return ""


def _markers(markers: Any) -> str:
    out = []
    for marker in markers if isinstance(markers, list) else ():
        if isinstance(marker, list) and len(marker) >= 4:
            is_text = marker[0] == 0 and isinstance(marker[3], str)
            out.append(escape(marker[3]) if is_text else "<br>")  # the atoms Ghost has are breaks
    return "".join(out)


def _card(card: Any) -> str:
    if not isinstance(card, list) or len(card) < 2 or not isinstance(card[1], dict):
        return ""
    kind, payload = str(card[0]), card[1]
    if kind in ("markdown", "card-markdown"):
        return typed(_string(payload.get("markdown")))
    if kind == "code":
        return f"<pre>{escape(_string(payload.get('code')))}</pre>"
    return "".join(_field(payload.get(name)) for name in HTML_FIELDS) if kind in CARDS else ""


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
