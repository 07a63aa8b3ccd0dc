"""Turn HTML into the text a reader sees, with quotes, signatures and code marked as in mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

from corpus.sources.reply_marks import MAX_DEPTH, Marks, marks_of

SIGNATURE_MARK = "-- \n"
GONE = (
    *("script", "style", "nav", "template", "noscript", "svg", "head", "iframe", "object"),
    *("textarea", "select", "button"),
)
HIDDEN = (
    ("gmail_signature_prefix", "span.gmail_signature_prefix"),
    ("display:none", '[style*="display:none"]'),
    ("display: none", '[style*="display: none"]'),
    ("mso-hide:all", '[style*="mso-hide:all"]'),
)
WINGDINGS = str.maketrans("JKLàßó", "☺😐☹→←↔")  # what Outlook makes of «:-)» and «-->»
BLOCKS = frozenset(
    "address article aside body dd div dl dt fieldset figcaption footer form header html main "
    "tr center".split()
)
PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 ul ol blockquote table section figure".split())
SPACES = re.compile(r"[ \t\r\n\f]+")
LINE, PARAGRAPH = "\x01", "\x02"  # where a block begins or ends; runs of them are one break
GOES_ON = "\x03"  # here the quote above goes on
BREAKS = re.compile(r"[\x01\x02][\x01\x02 \t]*+")
LAST_BREAK = re.compile(r"\n[ \t]*+(?=[\x01\x02])")
MARKS = (LINE, PARAGRAPH, GOES_ON)
MAX_EMOJI = 16
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
    for mark in MARKS:
        html = html.replace(mark, "")
    if too_deep(html):
        return _tidy(unescape(SPACES.sub(" ", re.sub(r"<[^<>]*>", " ", html))))
    tree = HTMLParser(html)
    _clear(tree, html)
    body = tree.body or tree.root
    if body is None:
        return ""
    text = _tidy(_render(body, marks_of(tree, html), 0))
    return text.replace(f"\n\n{GOES_ON}", "\n>\n").replace(GOES_ON, "")


def _clear(tree: HTMLParser, html: str) -> None:
    """Take out of `tree` what a reader does not see, and put letters for pictures of them."""
    lower = html.lower()
    gone = [name for name in GONE if f"<{name}" in lower]
    gone += [selector for needle, selector in HIDDEN if needle in lower]
    for node in tree.css(",".join(gone)) if gone else ():
        node.decompose()
    for node in tree.css('[style*="ingdings"]') if "wingdings" in lower else ():
        shown = (node.text(deep=True) or "").strip().translate(WINGDINGS)
        node.replace_with(shown if len(shown) == 1 else node.text(deep=True) or "")
    for node in tree.css("img[alt]") if "<img" in lower else ():
        alt = node.attributes.get("alt") or ""
        if 0 < len(alt) <= MAX_EMOJI and not any(c.isascii() or c.isalnum() for c in alt):
            node.replace_with(alt)


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


def _render(node: Node, marks: Marks, depth: int) -> str:
    """Return the text of `node` and what is in it."""
    tag = node.tag
    if tag == "-text":
        text = node.text(deep=False) or ""
        return text if text.isprintable() and "  " not in text else SPACES.sub(" ", text)
    if tag == "br":
        return "\n"
    if depth > MAX_DEPTH:
        return node.text(deep=True, separator=" ")
    if tag == "hr":
        return PARAGRAPH
    if tag == "pre":
        code = _preformatted(node)
        fenced = f"{PARAGRAPH}```\n{code}\n```{PARAGRAPH}" if code.strip() else ""
        inner = code if node.mem_id in marks.signed else fenced
    elif marks.runs:
        inner = "".join(_with_runs(node, marks, depth))
    else:
        children = node.iter(include_text=True)
        inner = "".join([_render(child, marks, depth + 1) for child in children])
    if marks.quoted and node.mem_id in marks.quoted:
        return _quoted(inner)
    if marks.signed and node.mem_id in marks.signed:
        text = _tidy(inner)
        mark = "" if text.startswith(SIGNATURE_MARK) else SIGNATURE_MARK
        return f"{LINE}{mark}{text}{LINE}" if text else ""
    return _block(tag, inner, node)


def _with_runs(node: Node, marks: Marks, depth: int) -> Iterator[str]:
    """Yield the texts of the children of `node`, neighbours in `marks.runs` as one quote."""
    run: list[str] = []
    lead = ""
    for child in node.iter(include_text=True):
        text = _render(child, marks, depth + 1)
        if child.mem_id in marks.runs:
            lead = lead if run else GOES_ON * (child.mem_id in marks.goes_on)
            run.append(text)
        elif run and not text.strip():
            run.append(text)
        else:
            yield _quoted("".join(run), lead)
            run = []
            yield text
    yield _quoted("".join(run), lead)


def _quoted(inner: str, lead: str = "") -> str:
    text = _prefixed(_tidy(inner)) if inner else ""
    return f"{PARAGRAPH}{lead}{text}{PARAGRAPH}" if text.strip("> \n") else ""


def _preformatted(node: Node) -> str:
    for br in node.css("br"):
        br.replace_with("\n")
    return (node.text(deep=True) or "").strip("\n")


def _block(tag: str | None, inner: str, node: Node) -> str:
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
    text = LAST_BREAK.sub(lambda m: _last_break(text, m), text)
    text = BREAKS.sub(lambda m: "\n\n" if PARAGRAPH in m.group() else "\n", text)
    out: list[str] = []
    fenced = False
    for line in text.split("\n"):
        mark = line.strip() == "```"
        fenced ^= mark
        keeps = fenced or mark or line.startswith(("> ", "-- "))
        line = line.rstrip("\t\r") if keeps else line.strip(" \t\r\xa0")
        if line or fenced or (out and out[-1]):
            out.append(line)
    return "\n".join(out).strip("\n")


def _last_break(text: str, found: re.Match[str]) -> str:
    """Return what stays of a line break before the end of a block: nothing below words."""
    above = text[found.start() - 1 : found.start()]
    return "" if above and above not in "\n\x01\x02" else found[0]
