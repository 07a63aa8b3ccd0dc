"""A mail as lines, each with the rule by which it is cut; None while it is the author's own."""

from __future__ import annotations

from itertools import accumulate

EDGES = " \t\r\f\v\u00a0\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff*"
"""What stands around a line's words: blanks, direction marks, the asterisks of bold type."""


class Page:
    """The lines of a text without their line ends, where each begins, and its rule."""

    __slots__ = ("lines", "rules", "starts", "text")

    def __init__(self, text: str) -> None:
        self.lines = text.removesuffix("\n").split("\n") if text else []
        ends = enumerate(accumulate(map(len, self.lines)), start=1)
        self.starts = [0, *[size + n for n, size in ends]]
        self.starts[-1] = len(text)
        self.text = text
        self.rules: list[str | None] = [None] * len(self.lines)

    def split(self, i: int, at: int) -> None:
        """Make two lines of line `i`, the second from its character `at` on."""
        line = self.lines[i]
        self.lines[i : i + 1] = [line[:at], line[at:]]
        self.rules[i : i + 1] = [self.rules[i]] * 2
        self.starts.insert(i + 1, self.starts[i] + at)

    def next_words(self, i: int, reach: int) -> int | None:
        """Return the first line from `i` on that is not blank, of `reach`, or None."""
        for n in range(i, min(i + reach, len(self.lines))):
            if self.lines[n].strip(EDGES):
                return n
        return None
