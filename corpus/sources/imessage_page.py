"""Conversations as imessage-exporter writes them, as a page: a date, who wrote, and bubbles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

from corpus.sources.file import File
from corpus.sources.imessage_text import Line, message_of, thread_of
from corpus.sources.markup import text_of, too_deep
from corpus.sources.piece import Piece, Problem, Reading

MAX_SIZE = 128 << 20  # bytes of a page that is held
SIGNS = (
    re.compile(rb'<div class="message">'),
    re.compile(rb'<div class="(?:sent (?:iMessage|SMS|RCS|Satellite)|received)">'),
    re.compile(rb'<span class="timestamp">.{0,400}?<span class="sender">', re.DOTALL),
)
BEGINS = re.compile(r'<div class="message">')
REPLY = re.compile(r'<div class="reply"[^<>]{0,200}>\s{0,100}\Z')
NEAR = 400  # characters before a message in which it is said to be a reply
DATE = re.compile(r"[A-Z][a-z]{2} \d{2}, \d{4} +\d{1,2}:\d\d:\d\d [AP]M")
WORDS = ".bubble, .edited tfoot td:last-child"  # of an edited message the last form


def recognise(head: bytes) -> str | None:
    """Return the evidence that `head` begins a conversation as a page, or None."""
    found = all(sign.search(head) for sign in SIGNS)
    return "messages as imessage-exporter shows them on a page" if found else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield each message; replies shown again below what they answer are seen once."""
    with file.open() as stream:
        if len(stream.read(MAX_SIZE + 1)) > MAX_SIZE:
            yield Problem("file", "a page too large to be held; export it as text", "errored")
            return
    seen: set[tuple[str, str, str]] = set()
    nodes = (node for part in _parts(file.read_text()[0]) for node in _nodes(part))
    for number, node in enumerate(nodes):
        place = f"message {number + 1}"
        stated = " ".join(_own(node, ".timestamp")[:1])
        author = " ".join(_own(node, ".sender")[:1])
        date = DATE.match(stated)
        text = "\n".join(_own(node, WORDS)).strip()
        if date is None or not author:
            yield Problem(place, "a message without its date or author", "errored")
            continue
        line = Line(place, number, thread_of(file), date[0])
        yield message_of(text, author, line, seen, reading)


def _parts(html: str) -> Iterator[str]:
    """Yield each message of a page with the replies that stand within it; all are never a tree."""
    start = 0
    for found in BEGINS.finditer(html):
        if not REPLY.search(html, max(start, found.start() - NEAR), found.start()):
            yield html[start : found.start()]
            start = found.start()
    yield html[start:]


def _nodes(part: str) -> list[Node]:
    return [] if too_deep(part) else HTMLParser(part).css("div.message")


def _own(node: Node, selector: str) -> list[str]:
    """Return the texts at `selector` that are of this message, not of a reply shown within it."""
    found = (inner for inner in node.css(selector) if _message(inner) == node.mem_id)
    return [text for inner in found if (text := text_of(inner.html or "").strip())]


def _message(node: Node) -> int | None:
    """Return which message an element is of."""
    above = node.parent
    while above is not None:
        if "message" in (above.attributes.get("class") or "").split():
            return above.mem_id
        above = above.parent
    return None
