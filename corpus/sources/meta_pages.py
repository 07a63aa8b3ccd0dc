"""Pages of Facebook's and Instagram's HTML exports as blocks of heading, body and printed date.

Their class names are obfuscated and change, so blocks are told by their form: the date, which
stands last in each, and what stands before it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

from corpus.sources.file import File
from corpus.sources.markup import text_of, too_deep
from corpus.sources.meta_dates import looks_dated

SIGNS = re.compile(rb"<html|<!doctype html|<div", re.IGNORECASE)
LAYOUT = re.compile(
    rb'class="[^"]{0,200}\b(?:_a6-[gohpq]|_a70e|_a706|_a72d|_2lek|_2lem|_2let|_3b0d|uiBoxWhite|_3-9[456])'
    rb'[ "]'
)
LEAVES = "div, span, td, time"
BLOCK = frozenset("div p h1 h2 h3 h4 table ul ol li video audio img".split())
MEDIA = frozenset("img video audio source object iframe ul table".split())
FRAMED = MEDIA | {"a"}
HEADS = ("h1", "h2", "h3", "h4")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the blocks of one page look like: tag and class of their dates, class of headings."""

    tag: str
    date: str | None
    heading: str | None
    heading_tag: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """One entry of a page: `own` are the words that stand alone and first in its body.

    `caption` is the heading with its line breaks; `framed` tells that the body holds media, links
    or reactions.
    """

    number: int
    heading: str
    caption: str
    own: str
    framed: bool
    date: str


def is_page(head: bytes) -> bool:
    """Return whether `head` begins an HTML page in one of the layouts of Meta's exports."""
    return bool(SIGNS.search(head[:4_096]) and (LAYOUT.search(head) or is_old_page(head)))


def is_old_page(head: bytes) -> bool:
    """Return whether `head` begins the page of all threads that Facebook made until 2018."""
    return all(f'class="{name}"'.encode() in head for name in ("thread", "message_header", "meta"))


def title_of(head: bytes) -> str:
    """Return the title of the page that `head` begins."""
    node = _parsed(head).css_first("title")
    return " ".join(node.text().split()) if node else ""


def headings(head: bytes) -> list[str]:
    """Return the headings of the first blocks of the page that `head` begins."""
    layout = layout_of(head)
    if layout is None or layout.heading is None:
        return []
    found = (n for n in _parsed(head).css(layout.heading_tag or "div"))
    return [_text(n) for n in found if n.attributes.get("class") == layout.heading]


@lru_cache(maxsize=2)
def layout_of(head: bytes) -> Layout | None:
    """Return what the blocks of the page that `head` begins look like; None if there are none."""
    dates = [node for node in _parsed(head).css(LEAVES) if _is_date(node)]
    kinds = Counter((node.tag or "div", node.attributes.get("class")) for node in dates)
    if not kinds:
        return None
    (tag, date), _ = kinds.most_common(1)[0]
    firsts: Counter[tuple[str, str | None]] = Counter()
    for node in dates:
        before = _before(node)
        if (node.tag, node.attributes.get("class")) == (tag, date) and len(before) > 1:
            firsts[(before[0].tag or "", before[0].attributes.get("class"))] += 1
    heading_tag, heading = firsts.most_common(1)[0][0] if firsts else (None, None)
    return Layout(tag, date, heading, heading_tag)


@lru_cache(maxsize=2)
def _parsed(head: bytes) -> HTMLParser:
    html = head.decode("utf-8", "replace")
    return HTMLParser("" if too_deep(html) else html)


def _is_date(node: Node) -> bool:
    if any(child.tag != "-text" for child in node.iter(include_text=False)):
        return False
    return bool(_before(node)) and looks_dated(_text(node))


def _text(node: Node) -> str:
    return " ".join((node.text(deep=True) or "").split())


def _before(node: Node) -> list[Node]:
    parent, out = node.parent, []
    for child in parent.iter(include_text=False) if parent is not None else ():
        if child.mem_id == node.mem_id:
            break
        out.append(child)
    return out


def blocks(file: File, layout: Layout) -> Iterator[Block]:
    """Yield the blocks of the page in order; memory holds one. Raises etree.LxmlError."""
    for number, (date, before) in enumerate(_parts(file, layout), start=1):
        caption = ""
        if before and _is_heading(before[0], layout, len(before)):
            caption, before = _words(before[0]), before[1:]
        own = next((words for e in before if (words := _first_words(e))), "")
        framed = any(e.tag in FRAMED for part in before for e in part.iter())
        yield Block(number, " ".join(caption.split()), caption, own, framed, date)


def outline(file: File, layout: Layout) -> Iterator[tuple[str, str]]:
    """Yield heading and date of each block, up to where the page is damaged."""
    try:
        for date, before in _parts(file, layout):
            heading = before and _is_heading(before[0], layout, len(before))
            yield " ".join("".join(before[0].itertext()).split()) if heading else "", date
    except (etree.LxmlError, UnicodeError, ValueError):
        return


def _parts(file: File, layout: Layout) -> Iterator[tuple[str, list[etree._Element]]]:
    """Yield each date with the elements before it in its block."""
    with file.open() as stream:
        events = etree.iterparse(
            stream, events=("end",), html=True, encoding="utf-8", huge_tree=True, recover=True
        )
        for _, element in events:
            if element.tag != layout.tag or element.get("class") != layout.date or len(element):
                continue
            date = " ".join((element.text or "").split())
            if element.getprevious() is None or not (layout.date or looks_dated(date)):
                continue
            yield date, list(element.itersiblings(preceding=True))[::-1]
            _forget(element)


def _words(element: etree._Element) -> str:
    """Return the text of an element."""
    if not len(element):
        return " ".join((element.text or "").split())
    return text_of(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def _is_heading(element: etree._Element, layout: Layout, before: int) -> bool:
    if element.tag in HEADS:
        return True
    same = (element.tag, element.get("class")) == (layout.heading_tag, layout.heading)
    return same if layout.heading_tag else before > 1


def _first_words(element: etree._Element) -> str:
    """Return the text that stands alone in the first filled place of `element`.

    What a person wrote has a place of its own among those of shared pages, media and reactions,
    which are elements within elements: what branches deep inside holds no words of theirs.
    """
    at, depth, branched = element, 0, False
    while True:
        children = [c for c in at if isinstance(c.tag, str) and c.tag != "br"]
        framed = [c for c in children if c.tag in BLOCK]
        if not framed:
            return "" if _is_link(at) else _words(at)
        if (at.text or "").strip():
            return " ".join((at.text or "").split())
        filled = [c for c in framed if _is_filled(c)]
        branches = len(children) > 1
        if not filled or filled[0].tag in MEDIA or (branches and (branched or depth > 1)):
            return ""
        at, depth, branched = filled[0], depth + 1, branched or branches


def _is_link(element: etree._Element) -> bool:
    """Return whether nothing stands in `element` but a link."""
    if not len(element):
        return False
    linked = sum(len("".join(a.itertext()).strip()) for a in element.iter("a"))
    return linked > 0 and linked == len("".join(element.itertext()).strip())


def _is_filled(element: etree._Element) -> bool:
    if not len(element):
        return bool((element.text or "").strip()) or element.tag in MEDIA
    media = any(e.tag in MEDIA for e in element.iter())
    return media or any(text.strip() for text in element.itertext())


def comments(file: File) -> Iterator[tuple[str, str]]:
    """Yield the first long cell of each table, without its label, and the date in it or «»."""
    with file.open() as stream:
        events = etree.iterparse(
            stream, events=("end",), html=True, encoding="utf-8", huge_tree=True, recover=True
        )
        for _, table in events:
            if table.tag != "table":
                continue
            cells = list(table.iter("td"))
            values = [
                d for cell in cells[:1] for d in cell.iter("div") if not len(d.findall("div"))
            ]
            html = (etree.tostring(v, encoding="unicode", method="html") for v in values[:1])
            texts = (" ".join("".join(c.itertext()).split()) for c in cells[1:])
            yield text_of("".join(html)), next((t for t in texts if looks_dated(t)), "")
            table.clear()


def ends_early(file: File) -> bool:
    """Return whether the page does not end as pages do."""
    with file.open() as stream:
        stream.seek(max(0, stream.seek(0, 2) - 512))
        return b"</html>" not in stream.read().lower()


def _forget(date: etree._Element) -> None:
    """Free the block that ends with `date`, and all before it."""
    block = date.getparent()
    if block is None:
        return
    for element in list(date.itersiblings(preceding=True)):
        block.remove(element)
    parent = block.getparent()
    while parent is not None and block.getprevious() is not None:
        del parent[0]
