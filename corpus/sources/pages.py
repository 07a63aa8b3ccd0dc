"""The author's own words in the HTML of a page or post: without what it quotes or embeds."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from corpus.sources.markup import text_of, too_deep

OTHERS = (
    *("blockquote", "iframe", "object", "embed", "video", "audio", "form", "noscript", "script"),
    *("[class*='pullquote']", ".twitter-tweet", ".instagram-media", ".wp-block-embed"),
)
"""What others wrote or made: quotations, embedded posts and players, forms."""

VERSE = re.compile(
    r"<pre\b[^<>]{0,500}class=\"(?:[\w -]{0,200}\bwp-block-verse\b|text\")[^<>]{0,500}>"
    r"(.*?)(?:</pre\s*>|\Z)",
    re.I | re.S,
)
TAG = re.compile(r"<[^<>]{0,10000}>")
PRE = re.compile(r"(<(pre|script|style|textarea)\b[^<>]{0,5000}>.*?(?:</\2\s*>|\Z))", re.I | re.S)
BLANK = re.compile(r"\n[ \t\r]*(?:\n[ \t\r]*)+")
BLOCK = (
    r"p|div|h[1-6]|ul|ol|li|dl|dt|dd|table|thead|tbody|tr|td|th|blockquote|pre|hr|figure|"
    r"figcaption|section|article|address|form|br|img|iframe|!--"
)
BLOCK_END = re.compile(rf"</?(?:{BLOCK})\b[^<>]{{0,2000}}>\s*$|-->\s*$", re.I)
BLOCK_START = re.compile(rf"\s*<(?:/?(?:{BLOCK})\b|!--)", re.I)


def own_words(html: str, *others: str) -> str:
    """Return the text of `html` without quotations, embeds, and what the selectors `others` name.

    >>> own_words("<p>I agree with</p><blockquote>what he said</blockquote><p>here.</p>")
    'I agree with\\n\\nhere.'
    """
    if too_deep(html):
        return text_of(html)
    tree = HTMLParser(VERSE.sub(lambda m: f"<p>{m[1].replace(chr(10), '<br>')}</p>", html))
    for selector in (*OTHERS, *others):
        for node in reversed(tree.css(selector)):  # inner ones before those around them
            node.decompose()
    return text_of(tree.html or "")


def plain(value: object) -> str | None:
    """Return a title or name without tags and entities, None when nothing is left.

    >>> plain("Q&amp;#038;A <em>today</em>")
    'Q&A today'
    """
    if not isinstance(value, str):
        return None
    return " ".join(unescape(unescape(TAG.sub("", value))).split()) or None


def paragraphed(html: str) -> str:
    """Return `html` with its blank lines as paragraphs and its line ends as line breaks.

    This is how blog programs show what was typed without tags.

    >>> paragraphed("One\\nTwo\\n\\nThree")
    '<p>One<br>Two</p><p>Three</p>'
    """
    out = []
    for n, part in enumerate(PRE.split(html.replace("\r\n", "\n"))):
        if n % 3 == 1:
            out.append(part)
        elif n % 3 == 0 and part.strip():
            out += [f"<p>{_broken(block)}</p>" for block in BLANK.split(part) if block.strip()]
    return "".join(out)


def _broken(block: str) -> str:
    lines = block.strip("\n").split("\n")
    out = [lines[0]]
    for before, line in pairwise(lines):
        joins = BLOCK_END.search(before[-2_100:]) or BLOCK_START.match(line)
        out += ["\n" if joins else "<br>", line]
    return "".join(out)
