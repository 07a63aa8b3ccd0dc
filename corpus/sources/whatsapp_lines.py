"""Read the line that opens a message of an exported WhatsApp chat: its date, clock and rest."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from corpus.sources.whatsapp_phrases import AFTERNOON, CLOCK_WORDS, FORENOON, MARKS

FIRST_YEAR, LAST_YEAR = 2009, 2100  # WhatsApp began in 2009
BUDDHIST = 543  # years ahead of ours in the Thai calendar
JALALI = range(1388, 1430)  # the years since 2009 in Iran's calendar; those of Islam's came before
NEW_YEAR_1388 = date(2009, 3, 21)
KNOWN = FORENOON | AFTERNOON | CLOCK_WORDS
DATE_ENDS = frozenset(("г", "р"))  # «year» after a date in Bulgarian and Ukrainian
MONTH_FIRST = re.compile(
    r"US/|America/(?:New_York|Chicago|Denver|Los_Angeles|Phoenix|Detroit|Anchorage|Boise|Juneau|"
    r"Menominee|Indiana/|Kentucky/|North_Dakota/)|Pacific/Honolulu$|Asia/Manila$"
)
"""Zones in which the month is written first."""

M = f"[{MARKS}]{{0,3}}"
_LETTER = r"[^\s\d:,،\[\]()<>/\\–-]"
_WORD = rf"{_LETTER}{{1,14}}(?:\s{_LETTER}{{1,14}})?"
_DATE = (
    rf"(?P<a>\d{{1,4}}){M}\s?(?P<separator>[-/.]){M}\s?(?P<b>\d{{1,2}}){M}\s?[-/.]{M}\s?"
    rf"(?P<c>\d{{1,4}}){M}\.?(?:\s(?P<ends>\w)\.)?"
)
_CLOCK = (
    r"(?P<hour>\d{1,2})(?:[:.]|\s?h\s?)(?P<minute>\d{2})"
    r"(?:(?:[:.]|\s?min\s?)(?P<second>\d{2})(?:\s?s(?![^\s\]]))?)?"
)
_HEADER = re.compile(
    rf"{M}(?P<bracket>\[)?{M}{_DATE}[,،]?{M}\s{M}(?:(?P<before>{_WORD})\s?)?{_CLOCK}{M}"
    rf"(?:\s?(?P<after>{_WORD}))?{M}"
    rf"(?(bracket)\]|(?:\s[-–]|,|(?P<colon>:)))(?:\s|$)"
)
_CLOCK_FIRST = re.compile(
    rf"{M}(?P<bracket>\[)?{M}{_CLOCK}{M}(?:\s(?P<after>{_WORD}))?,?\s{M}{_DATE}{M}"
    rf"(?(bracket)\]|\s[-–])(?:\s|$)"
)
"""The order of Vietnamese phones."""


class Header(NamedTuple):
    """The parts of a header line: date as written, clock in 24 hours, what follows.

    `padded` is whether a day or month below ten has a zero in front, `upper` whether AM or PM is
    in capitals, `known` whether the word beside the clock is understood.
    """

    parts: tuple[int, int, int]
    clock: tuple[int, int, int | None]
    shape: tuple[object, ...]
    rest: str
    padded: bool
    upper: bool
    known: bool


def header_of(line: str) -> Header | None:
    """Return the date, clock and rest of a line that opens a message."""
    found = _HEADER.match(line) or _CLOCK_FIRST.match(line)
    if found is None:
        return None
    told = found.groupdict()
    if (told.get("colon") and not told["second"]) or (told["ends"] or "г") not in DATE_ENDS:
        return None
    before, after = (_plain(told.get(w)) for w in ("before", "after"))
    if after and after not in KNOWN and after.isascii():
        return None  # a word of a log, not of a clock
    hour, minute = _hour(int(told["hour"]), {before, after}), int(told["minute"])
    second = int(told["second"]) if told["second"] else None
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return None
    words = " ".join(told.get(w) or "" for w in ("before", "after"))
    return Header(
        (int(told["a"]), int(told["b"]), int(told["c"])),
        (hour, minute, second),
        (bool(told["bracket"]), told["separator"], second is None, _is_twelve(before, after)),
        line[found.end() :],
        any(told[n].startswith("0") for n in "ab"),
        "AM" in words or "PM" in words,
        not after or after in KNOWN,
    )


@lru_cache(maxsize=1_024)
def _plain(word: str | None) -> str:
    return re.sub(r"[.\s]+", " ", word or "").strip().casefold()


def _is_twelve(before: str, after: str) -> bool:
    return bool({before, after} & (FORENOON | AFTERNOON))


def _hour(hour: int, words: set[str]) -> int:
    """Return the hour of 24 that a clock of 12 means with one of `words` beside it."""
    if hour < 12 and words & AFTERNOON:
        return hour + 12
    return 0 if hour == 12 and words & FORENOON else hour


@lru_cache(maxsize=16_384)
def day_of(parts: tuple[int, int, int], order: str) -> date | None:
    """Return the date of three numbers read in `order`, None if there is no such day.

    >>> day_of((1, 2, 19), "mdy"), day_of((13, 2, 2562), "dmy"), day_of((1, 13, 19), "dmy")
    (datetime.date(2019, 1, 2), datetime.date(2019, 2, 13), None)
    """
    day, month, year = (parts[order.index(c)] for c in "dmy")
    if year in JALALI:
        return _from_jalali(year, month, day)
    year += 2000 if year < 100 else -BUDDHIST if year > 2500 else 0
    try:
        return date(year, month, day) if FIRST_YEAR <= year < LAST_YEAR else None
    except ValueError:
        return None


def _from_jalali(year: int, month: int, day: int) -> date | None:
    """Return a date of Iran's calendar in ours; leap years follow the rule of 33 years.

    >>> _from_jalali(1398, 1, 1), _from_jalali(1399, 12, 30), _from_jalali(1398, 12, 30)
    (datetime.date(2019, 3, 21), datetime.date(2021, 3, 20), None)
    """
    leap = year % 33 in (1, 5, 9, 13, 17, 22, 26, 30)
    lengths = [31] * 6 + [30] * 5 + [30 if leap else 29]
    if not 1 <= month <= 12 or not 1 <= day <= lengths[month - 1]:
        return None
    leaps = sum(y % 33 in (1, 5, 9, 13, 17, 22, 26, 30) for y in range(JALALI[0], year))
    days = 365 * (year - JALALI[0]) + leaps + sum(lengths[: month - 1]) + day - 1
    return NEW_YEAR_1388 + timedelta(days=days)
