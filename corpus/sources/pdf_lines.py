"""Lines of a PDF's pages as text: paragraphs joined, running heads and page numbers left out."""

from __future__ import annotations

import re
import statistics
from collections import Counter

LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st"}
EDGE = 2  # lines at the top and bottom of a page that may be running heads
REPEATED = 3  # pages on which such a line must stand
HYPHENS = ("-", "\u00ad", "\u2010")
ENDS = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
ITEM = re.compile(r"\s*(?:[-–—•◦▪*·]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
NUMBERS = re.compile(r"\d+|\b[ivxlc]{1,6}\b")
NUMBER = re.compile(
    r"[-–—\s]*(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:/|of|von|av|de|sur)\s*\d{1,4})?[-–—\s]*$"
)
FULL = 0.75  # of the usual width: a line that long goes on in the next


def text_of_pages(pages: list[str]) -> str:
    """Return the text of `pages`, each a page as lines.

    >>> text_of_pages(["A hy-\\nphen and a long line that goes on\\nhere.\\n1"])
    'A hyphen and a long line that goes on here.'
    """
    split = [[_clean(line) for line in page.split("\n")] for page in pages]
    split = [_trimmed(lines) for lines in split]
    heads = _running(split)
    kept = [line for lines in split for line in _body(lines, heads)]
    return _joined(kept)


def _clean(line: str) -> str:
    return " ".join(line.translate(LIGATURES).replace("\0", "").split())


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


def _shape(line: str) -> str:
    return NUMBERS.sub("#", line.casefold())


def _running(pages: list[list[str]]) -> set[str]:
    """Return the shapes of lines that stand at the edges of several pages."""
    seen: Counter[str] = Counter()
    for lines in pages:
        seen.update({_shape(line) for line in (*lines[:EDGE], *lines[-EDGE:]) if line})
    return {shape for shape, count in seen.items() if count >= REPEATED}


def _body(lines: list[str], heads: set[str]) -> list[str]:
    """Return the lines of a page without running heads and its number at the edges."""
    depth = min(EDGE, max(1, len(lines) // 3))
    edge = {*range(min(depth, len(lines))), *range(max(0, len(lines) - depth), len(lines))}
    out = []
    for n, line in enumerate(lines):
        alone = n in (0, len(lines) - 1) and NUMBER.match(line)
        if not (n in edge and (_shape(line) in heads or alone)):
            out.append(line)
    return out


def _joined(lines: list[str]) -> str:
    """Return the lines as paragraphs: a line that is full, or ends inside a sentence, goes on."""
    long = [len(line) for line in lines if len(line) > 20]
    full = FULL * statistics.median(long) if long else float("inf")
    out, before = "", ""
    for line in lines:
        if not line or not before:
            out += "\n\n" if line and out else ""
            out += line
        elif before.endswith(HYPHENS) and line[:1].isalpha() and before[-2:-1].isalpha():
            out = out if line[:1].isupper() else out[:-1]
            out += line
        elif _goes_on(before, line, full):
            out += f" {line}"
        else:
            out += f"\n{'' if ITEM.match(line) else chr(10)}{line}"
        before = line
    return out.strip()


def _goes_on(before: str, line: str, full: float) -> bool:
    if ITEM.match(line):
        return False
    if line[:1].islower():
        return True
    return len(before) >= full and not (ENDS.search(before) and len(before) < full / FULL)
