"""HTML pages: blog posts of one's own, and pages saved from elsewhere, which are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from corpus.sources.dates import date_in, moment
from corpus.sources.file import File, decode
from corpus.sources.markup import text_of, too_deep
from corpus.sources.piece import Piece, Problem, Reading
from corpus.sources.shape import head_text

START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body|article|meta|title)\b",
    re.I | re.S,
)
FRAGMENT = re.compile(r"\s*<(?:p|div|h[1-6]|section|figure|blockquote|ul|ol)\b[^>]*>", re.I)
CHATS = re.compile(
    r'class="(?:_a6-g|_a70e|pam _3-95|[^"]*\bmessage default clearfix|chatlog__|'
    r"outer-cell mdl-cell)|\bjsonData\s*=\s*\["
)
"""Signs of exports as HTML pages that hold the words of many: Facebook and Instagram messages,
Telegram, Discord, Google activity, ChatGPT's chat.html."""
SAVED = re.compile(r"saved from url=|<base\s+href=", re.I)
SAVED_IN = 4_096
CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.I)
ELSEWHERE = ('link[rel="canonical"]', 'meta[property="og:url"]', 'meta[property="og:site_name"]')
DATES = (
    ("time[datetime]", "datetime"),
    ('meta[property="article:published_time"]', "content"),
    ('meta[name="date"]', "content"),
    ('meta[name="dcterms.created"]', "content"),
)


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` is an HTML page or fragment, or None."""
    found = head_text(head)
    if found is None or CHATS.search(found[0]):
        return None
    if START.match(found[0]):
        return "an HTML page"
    return "an HTML fragment" if FRAGMENT.match(found[0]) and "</" in found[0] else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield the page as one post; one that was saved from the web is marked clipped."""
    html = _decoded(file)
    tree = HTMLParser("" if too_deep(html) else html)
    title = _title(tree)
    text = text_of(html)
    if not text.strip():
        yield Problem("file", "empty")
        return
    created, precision = _created(tree, PurePosixPath(file.name).name, reading.zone)
    author = tree.css_first('meta[name="author"]')
    name = (author.attributes.get("content") or "").strip() if author else ""
    clipped = bool(SAVED.search(html[:SAVED_IN])) or any(tree.css_first(s) for s in ELSEWHERE)
    yield Piece(
        namespace="file",
        own=file.name,
        text=text,
        kind="post",
        locator="line 1",
        handle=f"name:{name}" if name else None,
        people=[(f"name:{name}", name)] if name else [],
        mine=True if not name and not clipped and "html" in reading.assume_mine else None,
        origin="clipped" if clipped else None,
        created=created,
        precision=precision,
        title=title,
    )


def _decoded(file: File) -> str:
    """Return the page in the encoding it declares, if its bytes are not UTF-8."""
    data = file.read_bytes()
    found = CHARSET.search(data[:SAVED_IN])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if found and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            try:
                return data.decode(found.group(1).decode("ascii"))
            except (LookupError, UnicodeDecodeError):
                pass
    return decode(data)[0]


def _title(tree: HTMLParser) -> str | None:
    for selector in ("title", "h1"):
        node = tree.css_first(selector)
        if node is not None and node.text().strip():
            return " ".join(node.text().split())
    return None


def _created(tree: HTMLParser, name: str, zone: str) -> tuple[datetime | None, str]:
    for selector, attribute in DATES:
        node = tree.css_first(selector)
        value = (node.attributes.get(attribute) or "").strip() if node else ""
        found = moment(value, zone)
        if found[0] is not None:
            return found
    return date_in(name, zone)
