"""Turn HTML into the text a reader sees, with quotes, signatures and code marked as in mail."""

from __future__ import annotations

import re
from html import unescape

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
SIGNATURE_MARK = "-- \n"
GONE = (
    *("script", "style", "nav", "template", "noscript", "svg", "head", "iframe", "object"),
    *("textarea", "select", "button", "span.gmail_signature_prefix"),
)
BLOCKS = frozenset(
    "address article aside body dd div dl dt fieldset figcaption footer form header html main "
    "tr center".split()
)
PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 ul ol blockquote table section figure".split())
SPACES = re.compile(r"[ \t\r\n\f]+")
LINE, PARAGRAPH = "\x01", "\x02"  # where a block begins or ends; runs of them are one break
BREAKS = re.compile(r"(?<![ \t])[ \t]*+(?:[\x01\x02][ \t]*+)+")
MARKS = str.maketrans("", "", LINE + PARAGRAPH)
MAX_DEPTH = 200
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
UNNESTED = frozenset(
    "p li td th tr dt dd option br hr img input meta link col wbr area base source".split()
)
MAX_NESTING = 3_000  # the parser looks through all open elements at each tag: 200,000 took 290 s


def text_of(html: str) -> str:
    """Return the text of `html`: paragraphs between blank lines, lists, code in ``` fences.

    Quoted mail comes out as lines with «> », a signature after a line «-- ».

    >>> text_of("<p>Hi &amp; bye</p><blockquote>You said<br>so</blockquote>")
    'Hi & bye\\n\\n> You said\\n> so'
    """
    if too_deep(html):
        return _tidy(unescape(SPACES.sub(" ", re.sub(r"<[^<>]*>", " ", html.translate(MARKS)))))
    tree = HTMLParser(html.translate(MARKS))
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


def too_deep(html: str) -> bool:
    """Return whether `html` nests so deep that parsing it would not end in reasonable time."""
    return html.count("<") > MAX_NESTING and _nesting(html) > MAX_NESTING


def _nesting(html: str) -> int:
    """Return how deep elements are nested at most, as far as the tags alone tell.

    >>> _nesting("<div><p>a<p>b<b>c</b></div>")
    2
    """
    depth = deepest = 0
    for closing, name in TAG.findall(html):
        if name.lower() not in UNNESTED:
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _mark_outlook(tree: HTMLParser) -> None:
    """Put everything after Outlook's header block into it: it is all quoted."""
    head = tree.css_first("#divRplyFwdMsg")
    around = head
    while head is not None and around is not None and around.tag not in ("body", "html"):
        node = around.next
        while node is not None:
            after = node.next
            if node.tag != "-text" or (node.text() or "").strip():
                head.insert_child(node)
                node.decompose()
            node = after
        around = around.parent


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
        code = _preformatted(node)
        fenced = f"{PARAGRAPH}```\n{code}\n```{PARAGRAPH}" if code.strip() else ""
        inner = code if node.mem_id in signed else fenced
    else:
        children = node.iter(include_text=True)
        inner = "".join(_render(child, quoted, signed, depth + 1) for child in children)
    if node.mem_id in quoted:
        text = _prefixed(_tidy(inner))
        return f"{PARAGRAPH}{text}{PARAGRAPH}" if text.strip("> \n") else ""
    if node.mem_id in signed:
        text = _tidy(inner)
        mark = "" if text.startswith(SIGNATURE_MARK) else SIGNATURE_MARK
        return f"{LINE}{mark}{text}{LINE}" if text else ""
    return _block(node, inner)


def _preformatted(node: Node) -> str:
    for br in node.css("br"):
        br.replace_with("\n")
    return (node.text(deep=True) or "").strip("\n")


def _block(node: Node, inner: str) -> str:
    tag = node.tag
    if tag == "li":
        return f"{LINE}- {_tidy(inner)}{LINE}"
    if tag in ("td", "th"):
        return f"{inner}\t"
    is_inner_list = tag in ("ul", "ol") and node.parent is not None and node.parent.tag == "li"
    if tag in PARAGRAPHS and not is_inner_list:
        return f"{PARAGRAPH}{inner}{PARAGRAPH}"
    return f"{LINE}{inner}{LINE}" if tag in BLOCKS or is_inner_list else inner


def _prefixed(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _tidy(text: str) -> str:
    """Return `text` with breaks as newlines, lines trimmed and no runs of blank lines."""
    text = BREAKS.sub(lambda m: "\n\n" if PARAGRAPH in m.group() else "\n", text)
    out: list[str] = []
    fenced = False
    for line in text.split("\n"):
        mark = line.strip() == "```"
        fenced ^= mark
        keeps = fenced or mark or line.startswith(("> ", "-- "))
        line = line.rstrip("\t\r") if keeps else line.strip(" \t\r")
        if line or fenced or (out and out[-1]):
            out.append(line)
    return "\n".join(out).strip("\n")
