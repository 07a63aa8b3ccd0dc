"""Mark the lines of a mail that others wrote: by «>», and by what other mails hold."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from corpus.letters.evidence import COLONS
from corpus.letters.headers import is_groupwise
from corpus.letters.pages import Page
from corpus.letters.quote_phrases import HIDDEN


class Known(NamedTuple):
    """What the other mails of a thread and of the author tell of one mail, as ranges of its text.

    `quoted` stands in an earlier mail by somebody else, `own` in none although it stands below a
    header or behind a «>», `signed` ends many of the author's mails.
    """

    quoted: Sequence[tuple[int, int]] = ()
    own: Sequence[tuple[int, int]] = ()
    signed: Sequence[tuple[int, int]] = ()


NOTHING = Known()
MARKS = ">＞"
_MARK = re.compile(r"[ \t\u00a0]{0,3}[>＞]")
_HIDDEN = frozenset(f"[{phrase}]" for phrase in HIDDEN)
_INITIALS = re.compile(r"[ \t]{0,4}([^\W\d_]{1,4})>+(?: |$)")
_RULER = re.compile(r"[ \t]*[-_=*~+#]{5,100}[ \t]*")
_BAR = re.compile(r"[ \t]{0,3}[|¦»›]")
_INDENT = re.compile(r"\t| {2,}|\u00a0{2,}|\u3000")
LONG = 55  # a quoted line at least this long was perhaps wrapped, its last words left without mark
SHORT, WRAP = 40, 72
NEAR = 200  # lines below a header by which it is told how its quote is marked


def mark(page: Page) -> None:
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
        elif ">" in line[:12] and (found := _INITIALS.match(line)):
            initials.setdefault(found[1], []).append(n)
    for same in initials.values():
        if len(same) > 1:
            for n in same:
                rules[n] = "quote.marks"
    _mark_torn(page)


def _mark_torn(page: Page) -> None:
    """Mark the words that were wrapped off marked lines, and rulers between such.

    Where two lines go on in lower case with a sentence above them, a program broke the lines:
    then what begins with a capital was wrapped off too.
    """
    lines, rules = page.lines, page.rules
    torn = [
        n
        for n in range(1, len(lines) - 1)
        if rules[n] is None and rules[n - 1] == rules[n + 1] == "quote.marks" and lines[n].strip()
    ]
    sure = {n for n in torn if _goes_on(lines[n - 1], lines[n], SHORT)}
    if len(sure) > 1:
        sure.update(n for n in torn if _goes_on(lines[n - 1], lines[n], WRAP, capital=True))
    for n in torn:
        if n in sure or _RULER.fullmatch(lines[n]):
            rules[n] = "quote.marks"


def _goes_on(above: str, line: str, most: int, capital: bool = False) -> bool:
    """Return whether `line` may be the last words of the long line `above` it."""
    above = above.rstrip()
    if len(above) < LONG or len(line) > most:
        return False
    if capital:
        return above[-1] not in ".?!" or line.endswith(" ")
    return line.lstrip()[:1].islower() and above[-1] not in ".?!:;,>"


def _is_other_mark(page: Page, n: int) -> bool:
    """Return whether the «>» of line `n` closes a «<http…» above it, or opens a header."""
    line = page.lines[n]
    if line[:2] == ">>" and line.rstrip().endswith(">>"):
        return is_groupwise(line.strip())
    if n == 0 or page.rules[n - 1] is not None or line[0] != ">":
        return False
    above = page.lines[n - 1][-300:]
    return above.rfind("<") > above.rfind(">") and "://" in above


def mark_known(page: Page, known: Known) -> None:
    """Give the unmarked lines that stand in an earlier mail their rule."""
    if not known.quoted:
        return
    for n, line in enumerate(page.lines):
        if page.rules[n] is not None or not line.strip() or _introduces(page, n):
            continue
        if _holds(known.quoted, page.starts[n], _line_end(page, n)):
            page.rules[n] = "quote.parent"
    for n, line in enumerate(page.lines):
        if page.rules[n] is None and _RULER.fullmatch(line):
            below = page.next_words(n + 1, 3)
            if below is not None and page.rules[below] == "quote.parent":
                page.rules[n] = "quote.parent"


def _introduces(page: Page, n: int) -> bool:
    """Return whether line `n` ends in a colon above marked lines: a header, if it is one."""
    below = page.next_words(n + 1, 3)
    marked = below is not None and page.rules[below] == "quote.marks"
    return marked and page.lines[n].rstrip().endswith(tuple(COLONS))


def marked_end(page: Page, n: int) -> int:
    """Return where the marked lines end that follow line `n`."""
    while n < len(page.lines) and (page.rules[n] == "quote.marks" or not page.lines[n].strip()):
        n += 1
    return n


def mostly_marked(page: Page, start: int) -> bool:
    """Return whether most of the next lines with words have a quotation mark."""
    near = range(start, min(len(page.lines), start + NEAR))
    rest = [page.rules[n] for n in near if page.lines[n].strip()]
    return 5 * sum(rule is not None for rule in rest) >= 3 * len(rest)


def mark_indented(page: Page, start: int) -> bool:
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


def _line_end(page: Page, n: int) -> int:
    return page.starts[n] + len(page.lines[n].rstrip())


def restore(page: Page, known: Known, any_header: bool) -> bool:
    """Give back to the author what the other mails of the thread tell to be the author's.

    What is behind a «>» is given back only where no header stands in the mail. Returns whether
    anything was given back.
    """
    given = False
    if not any_header:
        _restore_prompts(page)
    for n, line in enumerate(page.lines if known.own else ()):
        rule = page.rules[n]
        if rule is None or (any_header and rule == "quote.marks") or not line.strip():
            continue
        if _holds(known.own, page.starts[n], _line_end(page, n)):
            page.rules[n], given = None, True
    return given


def _restore_prompts(page: Page) -> None:
    """Give back «>>> » of Python's prompt: a quote in a quote in a quote has others around it."""
    marked = [n for n, rule in enumerate(page.rules) if rule == "quote.marks"]
    if marked and all(page.lines[n].startswith(">>> ") for n in marked):
        for n in marked:
            page.rules[n] = None


def runs(page: Page) -> list[tuple[int, int]]:
    """Return the ranges of the runs of lines with a quotation mark."""
    out, n = [], 0
    while n < len(page.lines):
        end = n + 1
        if page.rules[n] == "quote.marks":
            while end < len(page.lines) and page.rules[end] == "quote.marks":
                end += 1
            out.append((page.starts[n], page.starts[end]))
        n = end
    return out
