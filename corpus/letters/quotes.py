"""Cut what a mail's author did not write from its body: quotes, forwards and signatures."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from corpus.letters import headers, marks, signatures
from corpus.letters.headers import Header
from corpus.letters.marks import NOTHING, Known
from corpus.letters.pages import Page

_WORD = re.compile(r"\w")
_BLANK_START = re.compile(r"(?:[^\S\n]*\n)*")


class Span(NamedTuple):
    """A removed range of the input, in code points, and the rule that removed it."""

    start: int
    end: int
    rule: str


class Cut(NamedTuple):
    """What remains of a text, and what was removed from it, in order and without overlap."""

    text: str
    spans: list[Span]


def cut(text: str, known: Known = NOTHING) -> Cut:
    """Return `text` without quotes, forwarded mail and signatures, and the removed ranges.

    The remaining text is the input without the ranges, outer blank lines trimmed. Takes time
    linear in the length of the text.

    >>> cut("At noon.\\n\\nOn Mon, 2 Apr 2012 at 18:26, Ann <a@b.org> wrote:\\n> When?\\n").text
    'At noon.'
    >>> [span.rule for span in cut("Fine.\\n-- \\nAnn\\n").spans]
    ['signature.dashes']
    """
    page = Page(text)
    _quoted(page, known)
    signatures.sign(page)
    spans = _spans(page)
    if known is not NOTHING:
        spans = _merged([*spans, *_told(page, known)])
    return Cut(_without(text, spans), spans)


def is_forward_only(text: str, known: Known = NOTHING) -> bool:
    """Return whether the author wrote nothing above a mail passed on without quotation marks.

    >>> is_forward_only("---------- Forwarded message ---------\\nFrom: Ann\\n\\nLook at this.")
    True
    >>> is_forward_only("See below.\\n\\n---------- Forwarded message ---------\\nFrom: Ann\\n")
    False
    """
    return _quoted(Page(text), known)[0]


def unheaded(text: str) -> list[tuple[int, int]]:
    """Return the ranges of `text` behind quotation marks, none if a header says whose they are.

    >>> unheaded("> When?\\n\\nAt noon.")
    [(0, 8)]
    """
    page = Page(text)
    return [] if _quoted(page, NOTHING)[1] else marks.runs(page)


def _quoted(page: Page, known: Known) -> tuple[bool, bool]:
    """Fill in the rules of quoted lines.

    Return whether all of the text is passed on, and whether there is any header.

    Below a header that marks follow, what has no mark is the author's (answers between and
    below the quotes). Without marks nothing tells the two apart: all below is cut.
    """
    marks.mark(page)
    marks.mark_known(page, known)
    own, done, moved, any_header, passed_on = False, 0, 0, False, False
    candidates = [
        n
        for n, line in enumerate(page.lines)
        if line and page.rules[n] is None and headers.may_begin(line)
    ]
    for candidate in candidates:
        i = candidate + moved
        if i < done or page.rules[i] is not None:
            continue
        header = headers.find(page, i)
        if header is None:
            continue
        at = headers.inside(
            page.lines[header.start], " ".join(page.lines[header.start + 1 : i + 1])
        )
        if at:
            page.split(header.start, at)
            moved += 1
            header = header._replace(start=header.start + 1, end=header.end + 1)
        own = own or _has_own(page, done, header.start)
        any_header, done = True, max(done, header.end)
        if _takes_all(page, header, own):
            page.rules[header.start :] = [header.rule] * (len(page.lines) - header.start)
            passed_on = not own
            break
        end = marks.marked_end(page, header.end) if header.rule == "forward" else header.end
        page.rules[header.start : end] = [header.rule] * (end - header.start)
        if header.rule == "forward" and not own:
            passed_on = not _has_own(page, end, len(page.lines))
    given = marks.restore(page, known, any_header)
    return passed_on and not given, any_header


def _has_own(page: Page, start: int, end: int) -> bool:
    """Return whether words of the author stand between two lines, above a signature."""
    for n in range(start, end):
        if page.rules[n] is None and page.lines[n]:
            if page.lines[n].rstrip() == "--":
                return False
            if _WORD.search(page.lines[n]) and not signatures.is_device(page.lines[n]):
                return True
    return False


def _takes_all(page: Page, header: Header, own: bool) -> bool:
    """Return whether all below `header` is another's."""
    if header.rule == "forward":
        return header.block or not headers.is_followed(page, header.end)
    below = headers.below(page, header.end)
    if below is not None and page.rules[below] == "quote.parent":
        return own
    if below is not None and page.rules[below] == "quote.marks":
        return header.block and own and not marks.mostly_marked(page, header.end)
    return own or not marks.mark_indented(page, header.end)


def _told(page: Page, known: Known) -> list[Span]:
    """Return the ranges that others tell of and that no rule has cut."""
    spans = [Span(a, b, "signature.learned") for a, b in known.signed]
    for a, b in known.quoted:
        n = bisect_right(page.starts, a) - 1
        if page.rules[min(n, len(page.rules) - 1)] is None and page.text[a:b].strip():
            spans.append(Span(a, b, "quote.parent"))
    return spans


def _spans(page: Page) -> list[Span]:
    """Return the removed ranges; blank lines below one go with it when others stand above it."""
    lines, rules, starts = page.lines, page.rules, page.starts
    spans: list[Span] = []
    n, size, blank_above = 0, len(lines), True
    while n < size:
        rule = rules[n]
        if rule is None:
            n += 1
            continue
        end = n + 1
        while end < size and rules[end] == rule:
            end += 1
        joins = bool(spans) and spans[-1].end == starts[n]
        if not joins:
            blank_above = n == 0 or not lines[n - 1].strip()
        while blank_above and end < size and rules[end] is None and not lines[end].strip():
            end += 1
        if joins and spans[-1].rule == rule:
            spans[-1] = Span(spans[-1].start, starts[end], rule)
        else:
            spans.append(Span(starts[n], starts[end], rule))
        n = end
    return spans


def _merged(spans: list[Span]) -> list[Span]:
    """Return `spans` in order; of two that overlap, the later one loses what both hold."""
    out: list[Span] = []
    for span in sorted(spans):
        start = max(span.start, out[-1].end if out else 0)
        if start < span.end:
            out.append(Span(start, span.end, span.rule))
    return out


def _without(text: str, spans: list[Span]) -> str:
    kept, at = [], 0
    for span in spans:
        kept.append(text[at : span.start])
        at = span.end
    rest = "".join([*kept, text[at:]])
    return rest[_BLANK_START.match(rest).end() :].rstrip()  # type: ignore[union-attr]
