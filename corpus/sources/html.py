"""HTML pages: blog posts of one's own, and pages saved from elsewhere, which are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from corpus.sources.byline import claims, people_of, writers
from corpus.sources.dates import date_in, moment
from corpus.sources.file import File, decode
from corpus.sources.html_main import main_text
from corpus.sources.markup import too_deep
from corpus.sources.mhtml import MHTML, page_of
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.shape import head_text

START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+"
    r"<(?:!doctype\s+html|html|head|body|article|meta|title)\b",
    re.I | re.S,
)
FRAGMENT = re.compile(r"\s*<(?:p|div|h[1-6]|section|figure|blockquote|ul|ol)\b[^>]*>", re.I)
TAG = re.compile(r"\s*<[a-z][a-z0-9]*\b[^<>]*>", re.I)
TEMPLATE = re.compile(r"\{%[-+]? *\w|<%")
NAMES = (".html", ".htm", ".xhtml")
MARKDOWN_NAMES = (".md", ".markdown", ".mdown", ".mkd")  # in which a fragment of HTML may stand
CHATS = re.compile(
    r'class="(?:_a6-g|_a70e|pam _3-95|[^"]*\bmessage default clearfix|chatlog__|'
    r"outer-cell mdl-cell)|\bjsonData\s*=\s*\["
)
"""Signs of exports as HTML pages that hold the words of many: Facebook and Instagram messages,
Telegram, Discord, Google activity, ChatGPT's chat.html."""
_CLASS = re.compile(r"\bclass\s{0,3}=\s{0,3}[\"']?([^\"'<>]{1,200})")
_WORD = re.compile("[a-z]+")
SAID = frozenset("message msg bubble".split())
WHO = frozenset(
    "sender author username nick speaker participant incoming outgoing inbound outbound sent "
    "received me from".split()
)
"""Words in the names that exports of chats give to messages, and to whoever wrote them."""
MAX_CHAT = 1 << 20  # characters in which they are looked for
MESSAGES = 3  # from which on a page with such names is a conversation
SAVED = re.compile(
    r"saved from url=|<base\s+href=|Page saved with SingleFile|data-scrapbook-source=|"
    r"<!-- Mirrored from |web\.archive\.org/|wombat\.js|data-savepage|itemid=\"https?:"
)
SAVED_IN = 8_192
CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", re.I)
ELSEWHERE = (
    *('link[rel="canonical"]', 'meta[property="og:url"]', 'meta[property="og:site_name"]'),
    *('meta[name="twitter:site"]', 'meta[property="fb:app_id"]', 'link[rel="amphtml"]'),
)
DATES = (
    *(("time[datetime]", "datetime"), ('meta[property="article:published_time"]', "content")),
    *(('meta[name="date"]', "content"), ('meta[name="dcterms.created"]', "content")),
    *(('[itemprop="datePublished"]', "content"), ('meta[name="created"]', "content")),
)
AUTHORS = ('meta[name="author" i]', 'meta[name="dc.creator" i]', 'meta[property="article:author"]')
OFFICE = re.compile(r"<o:(Author|Created)>([^<]{1,200})</o:")
"""What Word writes of a document that is saved as a page."""


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` is an HTML page or fragment, or None."""
    if MHTML.search(head):
        return "a page saved as MIME parts"
    found = head_text(head)
    if found is None or CHATS.search(found[0]):
        return None
    if START.match(found[0]):
        return "an HTML page"
    name = file.name.lower()
    begins = FRAGMENT.match(found[0]) or (name.endswith(NAMES) and TAG.match(found[0]))
    if not begins or "</" not in found[0] or TEMPLATE.search(found[0]):
        return None
    return None if name.endswith(MARKDOWN_NAMES) else "an HTML fragment"


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the page as one post; one that was saved from the web is marked clipped."""
    if archived := MHTML.search(file.head()) is not None:
        html = page_of(file.read_bytes())
        if html is None:
            yield Problem("file", "no page among its MIME parts", "errored")
            return
    else:
        html = _decoded(file)
    if not archived and is_chat(html):
        yield Problem("file", "a conversation as a page; export it as text or JSON to have it read")
        return
    tree = HTMLParser("" if too_deep(html) else html)
    text = main_text(html)
    if not text.strip():
        yield Problem("file", "empty")
        return
    clipped = archived or bool(SAVED.search(html[:SAVED_IN]))
    clipped = clipped or any(tree.css_first(s) for s in ELSEWHERE)
    office = dict(OFFICE.findall(html[: 4 * SAVED_IN]))
    names = _names(tree) or writers(office.get("Author"))
    created, precision = moment(office.get("Created"), reading.zone)
    if created is None:
        created, precision = _created(tree, PurePosixPath(file.name).name, reading.zone)
    if not clipped:
        yield from claims(names, "an HTML page")
    yield Piece(
        namespace="file",
        own=file.name,
        text=text,
        kind="post",
        locator="line 1",
        handle=f"name:{names[0]}" if names else None,
        people=people_of(names),
        mine=True if not names and not clipped and "html" in reading.assume_mine else None,
        origin="clipped" if clipped else None,
        created=created,
        precision=precision,
        title=_title(tree),
    )


def is_chat(html: str) -> bool:
    """Return whether a page shows the messages of several people, as exports of chats do.

    >>> is_chat('<div class="msg"><b class="sender">Ann</b>Hi</div>' * 3)
    True
    """
    names = [set(_WORD.findall(found.lower())) for found in _CLASS.findall(html[:MAX_CHAT])]
    said = sum(not SAID.isdisjoint(words) for words in names)
    return said >= MESSAGES and sum(not WHO.isdisjoint(words) for words in names) >= MESSAGES


def _decoded(file: File) -> str:
    """Return the page in the encoding it declares, if its bytes are not UTF-8."""
    data = file.read_bytes()
    found = CHARSET.search(data[:SAVED_IN])
    return decode(data, found.group(1).decode("ascii") if found else None)[0]


def _names(tree: HTMLParser) -> list[str]:
    for selector in AUTHORS:
        node = tree.css_first(selector)
        names = writers(node.attributes.get("content")) if node is not None else []
        if names and "://" not in names[0]:
            return names
    return []


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
