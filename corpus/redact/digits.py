"""The parts of a text around digits: what has a number in it is looked for nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

_DIGIT = re.compile("[0-9]+")
NEAR = 90  # characters around a digit in which what belongs to it stands


@lru_cache(maxsize=1)  # several rules ask in turn
def numbered(text: str) -> tuple[tuple[int, int], ...]:
    """Return the parts of lines of `text` around digits, as (start, end).

    >>> numbered("no\\n12 a\\n3")
    ((3, 7), (8, 9))
    """
    return tuple(_numbered(text))


def _numbered(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while found := _DIGIT.search(text, at):
        first = max(at, found.start() - NEAR)
        start = max(first, text.rfind("\n", first, found.start()) + 1)
        while start > at and text[start - 1].isalnum():
            start -= 1
        end = found.end()
        while True:
            stop = text.find("\n", end, end + NEAR)
            at = stop if stop >= 0 else min(len(text), end + NEAR)
            more = _DIGIT.search(text, end, at)
            if more is None:
                break
            end = more.end()
        yield start, at


def numbered_with(
    text: str, stems: Sequence[str], pattern: re.Pattern[str] = _DIGIT
) -> Iterator[tuple[int, int]]:
    """Yield the parts around digits that hold one of `stems`, in lower case, and `pattern`.

    >>> list(numbered_with("3 May\\n4 x", ("may",)))
    [(0, 5)]
    """
    for start, end in numbered(text):
        if pattern is not _DIGIT and not pattern.search(text, start, end):
            continue
        part = text[start:end].lower()
        if any(stem in part for stem in stems):  # some 30 times faster than a pattern
            yield start, end


def apart(text: str, start: int, end: int, joints: str = "") -> bool:
    """Return whether `text[start:end]` stands alone; at `joints` between digits it does not."""
    if start and (text[start - 1].isalnum() or text[start - 1] in "_" + joints):
        return False
    after = text[end : end + 2]
    if after[:1].isalnum() or after[:1] == "_":
        return False
    return not (after[:1] in joints and after[1:].isdigit()) if joints and after else True
