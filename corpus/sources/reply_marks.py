"""Find in HTML what mail programs put around a reply: quotes, forwarded mail and signatures."""

from __future__ import annotations

import re
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

QUOTES = (
    ("<blockquote", "blockquote"),
    ("moz-cite-prefix", '[class*="moz-cite-prefix"]'),
    ("moz-forward-container", '[class*="moz-forward-container"]'),
    ("moz-email-headers-table", '[class*="moz-email-headers-table"]'),
    ("yahoo_quoted", '[class*="yahoo_quoted"],[id*="yahoo_quoted"]'),
    ("protonmail_quote", '[class*="protonmail_quote"]'),
    ("tutanota_quote", '[class*="tutanota_quote"]'),
    ("skiff_quote", '[class*="skiff_quote"]'),
    ("zmail_extra", 'div[class*="zmail_extra"]'),
    ("airmail_ext_on", '[class*="airmail_ext_on"]'),
    ("sh-quoted-content", '[class*="sh-quoted-content"]'),
    ("messagereplysection", '[name="messageReplySection"]'),
    ('name="quote"', 'div[name="quote"]'),
    ("__quoted_text__", '[data-marker="__QUOTED_TEXT__"]'),
    ("olk_src_body_section", '[id*="OLK_SRC_BODY_SECTION"]'),
    ("mail-editor-reference-message-container", '[id*="mail-editor-reference-message-container"]'),
    ("isforwardcontent", '[id*="isForwardContent"]'),
    ("border-left:solid blue", 'div[style*="border-left:solid blue"]'),
    ("border-left: solid blue", 'div[style*="border-left: solid blue"]'),
)
"""What stands in the HTML, in lower case, when an element is a quote, and the element's selector.

Ids and classes are found inside others: mail programs put prefixes before those that they quote.
"""

HEADS = (
    ("divrplyfwdmsg", '[id*="divRplyFwdMsg"],[name="divRplyFwdMsg"]'),
    ("outlookmessageheader", '[class*="OutlookMessageHeader"]'),
    (
        "ms-outlook-mobile-reference-message",
        '[class*="ms-outlook-mobile-reference-message"]',
    ),
    ("stopspelling", 'hr[id*="stopSpelling"]'),
    ("replysplit", 'hr[id*="replySplit"]'),
    ("zwchr", 'hr[id*="zwchr"]'),
)
"""The same for what begins the mail that is answered: it and all that follows is quoted."""

RULES = (
    ("border-top", 'div[style*="border-top"]'),
    ("border-style", 'div[style*="border-style"]'),
)
"""The same for ruled blocks, which begin one when they hold the labels of a mail's header."""

GMAIL = ("gmail_quote", '[class*="gmail_quote"]')

SIGNATURES = (
    ("gmail_signature", '[class*="gmail_signature"]'),
    ("data-smartmail", "[data-smartmail]"),
    ("moz-signature", '[class*="moz-signature"]'),
    ("protonmail_signature", '[class*="protonmail_signature_block"]'),
    ("ymail_android_signature", '[id*="ymail_android_signature"]'),
    ("composer_signature", '[id*="composer_signature"]'),
    ("ms-outlook-mobile-signature", '[id*="ms-outlook-mobile-signature"]'),
    ("messagesignaturesection", '[name="messageSignatureSection"]'),
    ('id="signature"', 'div[id="Signature"]'),
    ('id="x_signature"', 'div[id="x_Signature"]'),
    ("applemailsignature", '[id*="AppleMailSignature"]'),
)
TELLING = tuple(
    needle
    for needle, _ in (*QUOTES[1:], *HEADS, GMAIL, *SIGNATURES)
    if not needle.startswith("border")
)
"""What in a mail's HTML tells own words from others' better than its plain text does."""

CITE = re.compile(r"<blockquote[^>]{0,400}\b(?:type=[\"']?cite|gmail_quote)", re.IGNORECASE)
RULED = re.compile(r"border-top:\s?solid|border-style:\s?solid none none", re.IGNORECASE)
INDENTED = re.compile(r"border(?:-\w+)?:\s*(?:none|0)", re.IGNORECASE)
LINED = re.compile(r"border-left:(?!\s*(?:none|0))", re.IGNORECASE)
HEAD_LABELS, MAX_LABELS = 3, 20  # «From:», «Sent:», … in bold are at least so many
FORWARD_LINES = 3  # a forwarded mail's header has more lines than «On …, Ann wrote:»
FORWARD_LENGTH = 400
MAX_DEPTH = 200


class Marks(NamedTuple):
    """The `mem_id`s of nodes: quotes, signatures, and runs of neighbours that are one quote.

    A run whose first node is in `goes_on` belongs to the quote above it.
    """

    quoted: set[int]
    signed: set[int]
    runs: set[int]
    goes_on: set[int]


def tells(html: str) -> bool:
    """Return whether `html` marks its quotes or its signature.

    >>> tells('<p>Hi</p><div class="gmail_quote">'), tells("<p>Hi</p><blockquote>So</blockquote>")
    (True, False)
    """
    lower = html.lower()
    if any(needle in lower for needle in TELLING):
        return True
    ruled = "border-" in lower and RULED.search(html) is not None
    return ruled or ("<blockquote" in lower and CITE.search(html) is not None)


def marks_of(tree: HTMLParser, html: str) -> Marks:
    """Return what in `tree`, parsed from `html`, is quoted and signed."""
    lower = html.lower()
    marks = Marks(set(), set(), set(), set())
    for node in _found(tree, lower, QUOTES):
        if node.tag != "blockquote" or not _is_indent(node):
            marks.quoted.add(node.mem_id)
    for node in _found(tree, lower, (GMAIL,)):
        if node.tag != "blockquote":
            _mark_gmail(node, marks)
    sure = {node.mem_id for node in _found(tree, lower, HEADS)}
    for node in _found(tree, lower, (*HEADS, *RULES)):  # outer ones first
        if not _is_quoted(node, marks) and (node.mem_id in sure or _is_head(node)):
            _mark_after(node, marks)
    marks.signed.update(node.mem_id for node in _found(tree, lower, SIGNATURES))
    return marks


def _found(tree: HTMLParser, lower: str, table: tuple[tuple[str, str], ...]) -> list[Node]:
    selectors = ",".join(selector for needle, selector in table if needle in lower)
    return tree.css(selectors) if selectors else []


def _is_indent(node: Node) -> bool:
    """Return whether a blockquote merely indents: mail programs then take its border away."""
    style = node.attributes.get("style") or ""
    cited = (
        node.attributes.get("type")
        or node.attributes.get("cite")
        or "gmail_quote" in (node.attributes.get("class") or "")
    )
    return not cited and INDENTED.search(style) is not None and not LINED.search(style)


def _mark_gmail(node: Node, marks: Marks) -> None:
    """Mark Gmail's quote: all of it, or what introduces it and the block that is cited.

    Answers typed between and below the cited blocks stand inside of this element too.
    """
    if _is_quoted(node, marks):
        return
    before: list[Node] = []
    child = node.child
    while child is not None and not (child.tag == "blockquote" or _cites(child)):
        before.append(child)
        child = child.next
    lines = sum(_breaks(n) for n in before)
    length = sum(len(n.text(deep=True) or "") for n in before)
    forward = lines > FORWARD_LINES or length > FORWARD_LENGTH
    if child is None or forward or not _answered(child.next, marks):
        marks.quoted.add(node.mem_id)
    else:
        marks.runs.update(n.mem_id for n in before)
        marks.quoted.add(child.mem_id)


def _cites(node: Node) -> bool:
    return node.child is not None and node.css_first("blockquote") is not None


def _answered(node: Node | None, marks: Marks) -> bool:
    """Return whether words stand in `node` or after it that are not quoted."""
    while node is not None:
        if node.mem_id not in marks.quoted and (node.text(deep=True) or "").strip():
            return True
        node = node.next
    return False


def _breaks(node: Node) -> int:
    if node.tag == "br":
        return 1
    return len(node.css("br")) if node.child is not None else 0


def _is_head(node: Node) -> bool:
    """Return whether a ruled block holds the labels of a mail's header, in any language."""
    if not RULED.search(node.attributes.get("style") or ""):
        return False
    labels = (bold.text(deep=True).strip() for bold in node.css("b,strong")[:MAX_LABELS])
    return sum(label.endswith((":", "：")) for label in labels) >= HEAD_LABELS


def _mark_after(head: Node, marks: Marks) -> None:
    """Mark `head` and all that follows it, up to the end of the quote that it stands in."""
    around: Node | None = head
    marks.runs.add(head.mem_id)
    first = True
    while around is not None and around.tag not in ("body", "html"):
        node = around.next
        while node is not None:
            marks.runs.add(node.mem_id)
            if not first:
                marks.goes_on.add(node.mem_id)
            node = node.next
        around, first = around.parent, False
        if around is not None and around.mem_id in marks.quoted:
            return


def _is_quoted(node: Node, marks: Marks) -> bool:
    """Return whether `node` stands in what is quoted already."""
    around: Node | None = node
    for _ in range(MAX_DEPTH):
        if around is None or around.tag in ("body", "html"):
            return False
        if around.mem_id in marks.quoted or around.mem_id in marks.runs:
            return True
        around = around.parent
    return True  # what is deeper is shown as one text
