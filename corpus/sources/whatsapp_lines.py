"""Divide an exported WhatsApp chat into messages and tell how its dates are written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from corpus.sources.whatsapp_phrases import AFTERNOON, FORENOON, MARKS

FIRST_YEAR, LAST_YEAR = 2009, 2100  # WhatsApp began in 2009
BUDDHIST = 543  # years ahead of ours in the Thai calendar
SAME_SHAPE = 0.25  # share of header lines a second form needs, else it is pasted text
M = f"[{MARKS}]{{0,3}}"
_WORD = r"[^\W\d]{1,4}(?:\.\s?[^\W\d]{1,2})?\.?"
_HEADER = re.compile(
    rf"{M}(?P<bracket>\[)?{M}"
    rf"(?P<a>\d{{1,4}}){M}\s?(?P<separator>[-/.]){M}\s?(?P<b>\d{{1,2}}){M}\s?[-/.]{M}\s?"
    rf"(?P<c>\d{{1,4}}){M}\.?[,،]?\s{M}"
    rf"(?:(?P<before>{_WORD})\s?)?"
    rf"(?P<hour>\d{{1,2}})[:.h](?P<minute>\d{{2}})(?:[:.](?P<second>\d{{2}}))?{M}"
    rf"(?:\s?(?P<after>{_WORD}))?{M}"
    rf"(?(bracket)\]|(?:\s[-–]|,))(?:\s|$)"
)


class Header(NamedTuple):
    """The parts of a header line: date as written, clock in 24 hours, what follows."""

    parts: tuple[int, int, int]
    clock: tuple[int, int, int | None]
    shape: tuple[object, ...]
    rest: str


@dataclass(slots=True)
class Message:
    """A message: the number of its first line, its header, and the lines below it."""

    line: int
    header: Header
    body: list[str]


def header_of(line: str) -> Header | None:
    """Return the date, clock and rest of a line that opens a message."""
    found = _HEADER.match(line)
    if found is None:
        return None
    words = [re.sub(r"[.\s]+", " ", found[w] or "").strip().casefold() for w in ("before", "after")]
    hour, minute = int(found["hour"]), int(found["minute"])
    twelve = any(w in FORENOON | AFTERNOON for w in words)
    if hour < 12 and any(w in AFTERNOON for w in words):
        hour += 12
    elif hour == 12 and any(w in FORENOON for w in words):
        hour = 0
    second = int(found["second"]) if found["second"] else None
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return None
    return Header(
        (int(found["a"]), int(found["b"]), int(found["c"])),
        (hour, minute, second),
        (bool(found["bracket"]), found["separator"], second is None, twelve),
        line[found.end() :],
    )


def headers_of(lines: Sequence[str]) -> list[Header | None]:
    """Return the header of each line; a form that few lines have is taken for pasted text."""
    found = [header_of(line) for line in lines]
    shapes = Counter(h.shape for h in found if h)
    least = SAME_SHAPE * shapes.total()
    return [h if h and shapes[h.shape] >= least else None for h in found]


def order_of(headers: Sequence[Header]) -> tuple[str, bool]:
    """Return how dates are written, «dmy», «mdy», «ymd» or «ydm», and whether that is certain.

    The order with the fewest impossible dates wins, then the one that runs backwards least
    often; a tie is day first, or month first with a 12-hour clock and slashes, and not certain
    unless both say the same.
    """
    american = any(h.shape[1] == "/" and h.shape[3] for h in headers)
    names = ["mdy", "dmy"] if american else ["dmy", "mdy"]
    if sum(h.parts[0] > 31 for h in headers) * 2 > len(headers):
        names = ["ymd", "ydm"]
    days = {name: [day_of(h.parts, name) for h in headers] for name in names}
    if all(2 * found.count(None) > len(found) for found in days.values()) and "ymd" not in names:
        days["ymd"] = [day_of(h.parts, "ymd") for h in headers]
    best = min(days, key=lambda name: _faults(days[name]))
    rivals = [d for d in days.values() if _faults(d) == _faults(days[best])]
    return best, best == "ymd" or all(d == days[best] for d in rivals)


def _faults(days: Sequence[date | None]) -> tuple[int, int]:
    """Return how many dates are impossible, and how often the others run backwards."""
    real = [d for d in days if d]
    return len(days) - len(real), sum(b < a for a, b in pairwise(real))


def day_of(parts: tuple[int, int, int], order: str) -> date | None:
    """Return the date of three numbers read in `order`, None if there is no such day.

    >>> day_of((1, 2, 19), "mdy"), day_of((13, 2, 2562), "dmy"), day_of((1, 13, 19), "dmy")
    (datetime.date(2019, 1, 2), datetime.date(2019, 2, 13), None)
    """
    day, month, year = (parts[order.index(c)] for c in "dmy")
    year += 2000 if year < 100 else -BUDDHIST if year > 2500 else 0
    try:
        return date(year, month, day) if FIRST_YEAR <= year < LAST_YEAR else None
    except ValueError:
        return None


def messages_of(
    lines: Sequence[str], headers: Sequence[Header | None], order: str
) -> tuple[list[Message], list[int]]:
    """Return the messages, and the numbers of the lines with text above the first.

    A header without a real date is a line of the message it stands in, unless most are such:
    then the calendar is one we do not know.
    """
    found = [h for h in headers if h]
    strict = sum(day_of(h.parts, order) is not None for h in found) * 2 > len(found)
    messages: list[Message] = []
    stray: list[int] = []
    for n, (line, header) in enumerate(zip(lines, headers, strict=True), start=1):
        if header and (not strict or day_of(header.parts, order)):
            messages.append(Message(n, header, []))
        elif messages:
            messages[-1].body.append(line)
        elif line.strip(MARKS + " \t"):
            stray.append(n)
    return messages, stray
