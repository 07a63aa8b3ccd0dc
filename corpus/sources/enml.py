"""Evernote's mark-up of a note as text: boxes to tick, and what was clipped from a page."""

from __future__ import annotations

import re
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from corpus.sources.markup import text_of, too_deep

PROLOG = re.compile(
    r"<\?xml[^<>]{0,500}\?>|<!DOCTYPE[^<>\[]{0,500}(?:\[[^\[\]]{0,100000}\])?[^<>]{0,100}>"
)
TODO = re.compile(r"<en-todo\b([^<>]{0,500})>(?:[ \t\r\n]{0,10}</en-todo>)?")
MEDIA = re.compile(r"</?en-media\b[^<>]{0,5000}>")
CRYPT = re.compile(r"<en-crypt\b[^<>]{0,5000}>[^<>]*</en-crypt>")
EMPTY = re.compile(
    r"<(div|span|p|a|b|i|u|s|em|strong|font|ul|ol|li|td|th|tr|table)\b([^<>]{0,5000})/>"
)
CHECKED = re.compile(r"checked\s*=\s*[\"']?true", re.IGNORECASE)
CLIPPINGS = '[style*="en-clipped-content"],[style*="evernote-webclip"]'
TICKED = 'li[style*="--en-checked"]'


class Words(NamedTuple):
    """The words of a note: one's own, those clipped from a page, and whether some are encrypted."""

    own: str
    clipped: str
    encrypted: bool


def words_of(enml: str) -> Words:
    """Return the words of a note's content.

    >>> words_of('<en-note><div><en-todo checked="true"/>tea</div><en-media hash="x"/></en-note>')
    Words(own='[x] tea', clipped='', encrypted=False)
    """
    encrypted = "<en-crypt" in enml
    html = CRYPT.sub("", PROLOG.sub("", enml)) if encrypted else PROLOG.sub("", enml)
    html = EMPTY.sub(r"<\1\2></\1>", MEDIA.sub("", TODO.sub(_box, html)))
    if too_deep(html) or not ("en-clipped" in html or "webclip" in html or "--en-checked" in html):
        return Words(text_of(html).strip(), "", encrypted)
    tree = HTMLParser(html)
    for item in tree.css(TICKED):
        ticked = "true" in (item.attributes.get("style") or "").partition("--en-checked")[2][:8]
        inside = item.css_first("div") or item
        first = inside.child
        if first is not None:
            first.insert_before("[x] " if ticked else "[ ] ")
    clipped = []
    for node in tree.css(CLIPPINGS):
        clipped.append(text_of(node.html or ""))
        node.decompose()
    own = text_of(tree.html or "").strip()
    return Words(own, "\n\n".join(part for part in clipped if part.strip()), encrypted)


def _box(found: re.Match[str]) -> str:
    return "[x] " if CHECKED.search(found[1]) else "[ ] "
