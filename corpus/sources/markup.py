"""Turn HTML into the text a reader sees, with quotes, signatures and code marked as in mail."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

QUOTES = (
    "blockquote",
    "div.gmail_quote",
    "div.gmail_quote_container",
    ".yahoo_quoted",
    ".moz-cite-prefix",
    "#divRplyFwdMsg",
)
SIGNATURES = (".gmail_signature", "[data-smartmail]", ".moz-signature")
GONE = ("script", "style", "nav", "template", "noscript", "svg", "head", "iframe", "object")
BLOCKS = frozenset(
    "address article aside body dd div dl dt fieldset figcaption footer form header html main "
    "tr center".split()
)
PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 ul ol blockquote table section figure".split())
SPACES = re.compile(r"[ \t\r\n\f]+")
BLANK = re.compile(r"\n{3,}")
LINE, PARAGRAPH = "\x01", "\x02"  # where a block begins or ends; runs of them are one break
BREAKS = re.compile(r"[ \t]*(?:[\x01\x02][ \t]*)+")
MAX_DEPTH = 200


def text_of(html: str) -> str:
    """Return the text of `html`: paragraphs between blank lines, lists, code in ``` fences.

    Quoted mail comes out as lines with «> », a signature after a line «-- ».

    >>> text_of("<p>Hi &amp; bye</p><blockquote>You said<br>so</blockquote>")
    'Hi & bye\\n\\n> You said\\n> so'
    """
    tree = HTMLParser(html)
    for selector in GONE:
        for node in tree.css(selector):
            node.decompose()
    body = tree.body or tree.root
    if body is None:
        return ""
    _mark_outlook(tree)
    quoted = _ids(tree, QUOTES)
    signed = _ids(tree, SIGNATURES)
    return _tidy(_render(body, quoted, signed, 0))


def _ids(tree: HTMLParser, selectors: tuple[str, ...]) -> frozenset[int]:
    return frozenset(node.mem_id for selector in selectors for node in tree.css(selector))


def _mark_outlook(tree: HTMLParser) -> None:
    """Put everything after Outlook's header block into it: it is all quoted."""
    head = tree.css_first("#divRplyFwdMsg")
    if head is None:
        return
    node = head.next
    while node is not None:
        after = node.next
        if node.tag != "-text" or (node.text() or "").strip():
            head.insert_child(node)
            node.decompose()
        node = after


def _render(node: Node, quoted: frozenset[int], signed: frozenset[int], depth: int) -> str:
    """Return the text of `node` and what is in it."""
    if depth > MAX_DEPTH:
        return node.text(deep=True, separator=" ")
    if node.tag == "-text":
        return SPACES.sub(" ", node.text(deep=False) or "")
    if node.tag == "br":
        return "\n"
    if node.tag == "hr":
        return PARAGRAPH
    if node.tag == "pre":
        code = node.text(deep=True).strip("\n")
        return f"{PARAGRAPH}```\n{code}\n```{PARAGRAPH}"
    inner = "".join(_render(c, quoted, signed, depth + 1) for c in node.iter(include_text=True))
    if node.mem_id in quoted:
        text = _prefixed(_tidy(inner))
        return f"{PARAGRAPH}{text}{PARAGRAPH}" if text.strip("> \n") else ""
    if node.mem_id in signed:
        return f"{LINE}-- \n{_tidy(inner)}{LINE}"
    return _block(node.tag, inner)


def _block(tag: str, inner: str) -> str:
    if tag == "li":
        return f"{LINE}- {_tidy(inner)}{LINE}"
    if tag in ("td", "th"):
        return f"{inner}\t"
    if tag in PARAGRAPHS:
        return f"{PARAGRAPH}{inner}{PARAGRAPH}"
    return f"{LINE}{inner}{LINE}" if tag in BLOCKS else inner


def _prefixed(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _tidy(text: str) -> str:
    """Return `text` with breaks as newlines, lines trimmed and no runs of blank lines."""
    text = BREAKS.sub(lambda m: "\n\n" if PARAGRAPH in m.group() else "\n", text)
    out, fenced = [], False
    for line in text.split("\n"):
        mark = line.strip() == "```"
        fenced ^= mark
        keeps = fenced or mark or line.startswith(("> ", "-- "))
        out.append(line.rstrip("\t\r") if keeps else line.strip(" \t\r"))
    return BLANK.sub("\n\n", "\n".join(out)).strip("\n")
