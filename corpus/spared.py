"""Finds what no variant may touch: code, addresses, formulas, quoted lines, tables, stand-ins."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

Range = tuple[int, int]

# Every pattern stops at a line's end or at its own first sign, so that each is linear.
_INSIDE = re.compile(
    r"`[^`\n]+`"  # code within a line
    r"|<[^<>\n]*>"  # markup, control tokens
    r"|\[[a-z][a-z_]*\]"  # what a tag of the redaction looks like
    r"|\]\([^()\n]*\)"  # where a Markdown link goes
    r"|\$[^$\n]+\$"  # a formula
    r"|\bhttps?://\S+|\bwww\.\S+"
)
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_WHOLE = re.compile(r"[ \t]*[>|]")  # somebody else's line, a row of a table
_INDENTED = re.compile(r"(?: {4}|\t)[ \t]*\S")
_CODE = re.compile(r"[{};=]|\w\(")
_MATTER = re.compile(r"---\n(?s:.*?)\n---[ \t]*(?:\n|\Z)")


def spared(text: str, stand_ins: Iterable[Range] = ()) -> list[Range]:
    """Return the ranges of `text` to leave alone, in order and apart; `stand_ins` are among them.

    >>> spared("see `a b` at [secret]")
    [(4, 9), (13, 21)]
    """
    found = [*stand_ins, *_blocks(text), *(m.span() for m in _INSIDE.finditer(text))]
    out: list[Range] = []
    for start, end in sorted(found):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        elif start < end:
            out.append((start, end))
    return out


def touches(ranges: list[Range], start: int, end: int) -> bool:
    """Return whether any of `ranges`, as `spared` gives them, overlaps with start to end.

    >>> [touches([(4, 9)], *span) for span in ((0, 4), (8, 12), (9, 12), (5, 6))]
    [False, True, False, True]
    """
    place = bisect_right(ranges, (end, -1)) - 1
    return place >= 0 and ranges[place][1] > start


def _blocks(text: str) -> Iterator[Range]:
    """Yield the lines that are no prose: fenced and indented code, front matter, quotes, tables."""
    at, fence, matter = 0, "", bool(_MATTER.match(text))
    for n, line in enumerate(text.split("\n")):
        start, at = at, at + len(line) + 1
        mark = _FENCE.match(line)
        if matter:
            matter = not (n and line.rstrip() == "---")
            yield start, start + len(line)
        elif fence:
            yield start, start + len(line)
            closes = mark and mark[1].startswith(fence) and not line.strip(" \t`~")
            fence = "" if closes else fence
        elif mark:
            fence = mark[1]
            yield start, start + len(line)
        elif _WHOLE.match(line) or (_INDENTED.match(line) and _CODE.search(line)):
            yield start, start + len(line)
