"""CSV text: how it is written, and its records, of which a broken one takes no other along."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

from corpus.sources.file import HEAD, decode

DELIMITERS = ",;\t|"
SAMPLE = 50
SHARE = 0.5  # of the first rows that must have as many fields as the header
MAX_NAME = 60
MAX_FIELD = 16 << 20  # characters; a quote that is never closed is given up there
MAX_REREAD = 256 << 20  # characters read again after such quotes, in one file
OPEN_QUOTE = "a quote is not closed or stands alone"
Dialect = dict[str, Any]
Record = tuple[int, list[str] | str]

csv.field_size_limit(MAX_FIELD)  # the module has one limit for the process; its default is 128 KiB


def dialect_of(head: bytes) -> tuple[Dialect, list[str]] | None:
    """Return how the CSV file that begins with `head` is written, and its header; None if it isn't.

    The delimiter is the one by which most of the first rows have as many fields as the header.

    >>> dialect_of(b"id;text\\n1;Salt, fat, heat\\n")[1]
    ['id', 'text']
    """
    whole = len(head) < HEAD
    text, encoding = decode(head if whole else head[: head.rfind(b"\n") + 1] or head)
    if encoding == "replaced" or "\0" in text:
        return None
    text = text.removeprefix("\ufeff")
    quotes: Dialect = {"strict": True}
    if '\\"' in text and '""' not in text:
        quotes |= {"doublequote": False, "escapechar": "\\"}
    fits = {mark: _fit(text, {**quotes, "delimiter": mark}, whole) for mark in DELIMITERS}
    mark = max(DELIMITERS, key=lambda mark: (fits[mark][0], len(fits[mark][1])))
    share, names = fits[mark]
    if share < SHARE or not _is_header(names):
        return None
    return {**quotes, "delimiter": mark}, names


def _fit(text: str, dialect: Dialect, whole: bool) -> tuple[float, list[str]]:
    """Return the share of the first rows that have as many fields as the header, and the header."""
    told = [r for _, r in islice(records(io.StringIO(text, newline=""), dialect), SAMPLE + 1)]
    header, rows = (told[0], told[1:]) if told else ([], [])
    if not isinstance(header, list) or len(header) < 2 or not rows:
        return 0.0, []
    if not whole and isinstance(rows[0], list):  # the last record may be cut in its quotes
        rows = rows[: next((n for n, row in enumerate(rows) if isinstance(row, str)), None)]
    return sum(isinstance(r, list) and len(r) == len(header) for r in rows) / len(rows), header


def _is_header(names: list[str]) -> bool:
    """Return whether `names` can head columns: short, distinct, at most one of them empty."""
    short = all("\n" not in name and len(name) <= MAX_NAME for name in names)
    return short and len(set(names)) == len(names) > 1


def records(lines: Iterator[str], dialect: Dialect) -> Iterator[Record]:
    """Yield each record as (number of its first line, fields), or (number, what is wrong).

    After a quote that is not closed, reading goes on at the line after the record's first.
    `dialect` must be strict, else the rest of the text is taken for the quoted field.
    """
    feed = _Feed(lines)
    while True:
        try:
            for record in csv.reader(feed, **dialect):
                line = feed.done()
                if record:
                    yield line, record
            return
        except csv.Error:
            yield feed.next_line, OPEN_QUOTE
        if not feed.back_to_second():
            yield feed.next_line, "too many open quotes; the rest was not read"
            return


class _Feed:
    """Lines, of which those since the last `done` can be read again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._budget = MAX_REREAD
        self.next_line = 1

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._taken.append(line)
        return line

    def done(self) -> int:
        """Forget the lines taken; returns the number of the first of them."""
        first = self.next_line
        self.next_line += len(self._taken)
        self._taken = []
        return first

    def back_to_second(self) -> bool:
        """Read on after the first of the lines taken; False when too much was read again."""
        again = self._taken[1:]
        self._again.extendleft(reversed(again))
        self._taken = []
        self.next_line += 1
        self._budget -= sum(map(len, again))
        return self._budget > 0
