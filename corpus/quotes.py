"""Cut what a mail's author did not write from its body: quotes, forwards and signatures."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from corpus import headers, signatures
from corpus.headers import Header
from corpus.pages import Page
from corpus.quote_phrases import HIDDEN


class Span(NamedTuple):
    """A removed range of the input, in code points, and the rule that removed it."""

    start: int
    end: int
    rule: str


class Cut(NamedTuple):
    """What remains of a text, and what was removed from it, in order and without overlap."""

    text: str
    spans: list[Span]


class Known(NamedTuple):
    """What the other mails of a thread and of the author tell of one mail, as ranges of its text.

    `quoted` stands in an earlier mail by somebody else, `own` in none although it stands below a
    header, `signed` ends many of the author's mails. `answers`: an earlier mail is known, so that
    a «>» before words which it does not hold is the author's own.
    """

    answers: bool = False
    quoted: Sequence[tuple[int, int]] = ()
    own: Sequence[tuple[int, int]] = ()
    signed: Sequence[tuple[int, int]] = ()


NOTHING = Known()
MARKS = ">＞"
_MARK = re.compile(r"[ \t\u00a0]{0,3}[>＞]")
_HIDDEN = frozenset(f"[{phrase}]" for phrase in HIDDEN)
_INITIALS = re.compile(r" ?([^\W\d_]{1,4})>+(?: |$)")
_BAR = re.compile(r"[ \t]{0,3}[|¦»›]")
_INDENT = re.compile(r"\t| {2,}|\u00a0{2,}|\u3000")
_WORD = re.compile(r"\w+")
_BLANK_START = re.compile(r"(?:[^\S\n]*\n)*")
LONG = 55  # a quoted line at least this long was perhaps wrapped, its last words left without mark
SHORT = 40
NEAR = 200  # lines below a header by which it is told how its quote is marked


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
    return _quoted(Page(text), known)


def _quoted(page: Page, known: Known) -> bool:
    """Fill in the rules of quoted lines; return whether all of the text is passed on.

    Below a header that marks follow, what has no mark is the author's (answers between and
    below the quotes). Without marks nothing tells the two apart: all below is cut.
    """
    _mark(page)
    _mark_known(page, known)
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
        at = headers.inside(page.lines[header.start], " ".join(page.lines[header.start + 1 : i + 1]))
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
        end = _marked_end(page, header.end) if header.rule == "forward" else header.end
        page.rules[header.start : end] = [header.rule] * (end - header.start)
        if header.rule == "forward" and not own:
            passed_on = not _has_own(page, end, len(page.lines))
    given = _restore(page, known, any_header)
    return passed_on and not given


def _marked_end(page: Page, n: int) -> int:
    """Return where the marked lines end that follow line `n`."""
    while n < len(page.lines) and (page.rules[n] == "quote.marks" or not page.lines[n].strip()):
        n += 1
    return n


def _mark(page: Page) -> None:
    """Give the lines with a quotation mark their rule, and what was wrapped off them."""
    lines, rules = page.lines, page.rules
    initials: dict[str, list[int]] = {}
    for n, line in enumerate(lines):
        if not line:
            continue
        first = line[0]
        if first in MARKS or (first in " \t\u00a0" and _MARK.match(line)):
            if not _is_other_mark(page, n):
                rules[n] = "quote.marks"
        elif first == "[" and line.strip() in _HIDDEN:
            rules[n] = "quote.hidden"
        elif ">" in line[:7] and (found := _INITIALS.match(line)):
            initials.setdefault(found[1], []).append(n)
    for same in initials.values():
        if len(same) > 1:
            for n in same:
                rules[n] = "quote.marks"
    for n in range(1, len(lines) - 1):
        if rules[n] is None and rules[n - 1] == rules[n + 1] == "quote.marks":
            above, line = lines[n - 1].rstrip(), lines[n].strip()
            wrapped = len(above) >= LONG and above[-1] not in ".?!:;,>"
            if wrapped and line[:1].islower() and len(line) <= SHORT:
                rules[n] = "quote.marks"


def _is_other_mark(page: Page, n: int) -> bool:
    """Return whether the «>» of line `n` closes a «<http…» above it, or opens a header."""
    line = page.lines[n]
    if line[:2] == ">>" and line.rstrip().endswith(">>"):
        return headers.is_groupwise(line.strip())
    if n == 0 or page.rules[n - 1] is not None or line[0] != ">":
        return False
    above = page.lines[n - 1][-300:]
    return above.rfind("<") > above.rfind(">") and "://" in above


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
    below = page.next_words(header.end, 4)
    if below is not None and page.rules[below] == "quote.parent":
        return own
    if below is not None and page.rules[below] == "quote.marks":
        return header.block and own and not _mostly_marked(page, header.end)
    return own or not _indented(page, header.end)


def _mostly_marked(page: Page, start: int) -> bool:
    """Return whether most of the next lines with words have a quotation mark."""
    near = range(start, min(len(page.lines), start + NEAR))
    rest = [page.rules[n] for n in near if page.lines[n].strip()]
    return 5 * sum(rule is not None for rule in rest) >= 3 * len(rest)


def _indented(page: Page, start: int) -> bool:
    """Mark the indented or barred lines below a header, if what follows it is, with others below.

    Returns whether there were any.
    """
    n = page.next_words(start, 4)
    for pattern in (_BAR, _INDENT):
        if n is None or not pattern.match(page.lines[n]):
            continue
        end = n
        while end < len(page.lines) and (
            not page.lines[end].strip() or pattern.match(page.lines[end])
        ):
            end += 1
        if page.next_words(end, len(page.lines)) is not None:
            page.rules[n:end] = ["quote.indent"] * (end - n)
            return True
    return False


def _holds(ranges: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Return whether one of the sorted `ranges` holds all from `start` to `end`."""
    at = bisect_right(ranges, (start, end)) - 1
    return any(a <= start and end <= b for a, b in ranges[max(0, at) : at + 2])


def _touches(ranges: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Return whether one of the sorted `ranges` has something of `start` to `end`."""
    at = bisect_right(ranges, (start, start)) - 1
    return any(a < end and start < b for a, b in ranges[max(0, at) : at + 2])


def _line_end(page: Page, n: int) -> int:
    return page.starts[n] + len(page.lines[n].rstrip())


def _mark_known(page: Page, known: Known) -> None:
    """Give the unmarked lines that stand in an earlier mail their rule."""
    if not known.quoted:
        return
    for n, line in enumerate(page.lines):
        words = page.rules[n] is None and line.strip()
        if words and _holds(known.quoted, page.starts[n], _line_end(page, n)):
            page.rules[n] = "quote.parent"


def _restore(page: Page, known: Known, any_header: bool) -> bool:
    """Give back to the author what the other mails of the thread tell to be the author's.

    Returns whether anything below a header was.
    """
    given = False
    if not any_header:
        _restore_prompts(page)
    if not known.answers:
        return False
    for n, line in enumerate(page.lines if known.own else ()):
        words = page.rules[n] not in (None, "quote.marks") and line.strip()
        if words and _holds(known.own, page.starts[n], _line_end(page, n)):
            page.rules[n], given = None, True
    n = len(page.lines) if any_header else 0
    while n < len(page.lines):
        end = n + 1
        if page.rules[n] == "quote.marks":
            while end < len(page.lines) and page.rules[end] == "quote.marks":
                end += 1
            if not _touches(known.quoted, page.starts[n], page.starts[end]):
                page.rules[n:end] = [None] * (end - n)
        n = end
    return given


def _restore_prompts(page: Page) -> None:
    """Give back «>>> » of Python's prompt: a quote in a quote in a quote has others around it."""
    marked = [n for n, rule in enumerate(page.rules) if rule == "quote.marks"]
    if marked and all(page.lines[n].startswith(">>> ") for n in marked):
        for n in marked:
            page.rules[n] = None


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
