"""Moments and days as people and programs write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from corpus.sources.piece import localise

DATE = re.compile(r"(?<!\d)(19\d\d|20\d\d)([-_. ]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
EPOCH = re.compile(r"-?\d{9,19}(?:\.\d+)?")
PARTIAL = re.compile(r"([12]\d\d\d)(?:-(0[1-9]|1[0-2]))?")
SPACED_OFFSET = re.compile(r"\s+([+-]\d\d:?\d\d)$")
MAX_SECONDS = 1e11  # epoch numbers beyond it (the year 5138) count milli-, micro- or nanoseconds
Found = tuple[datetime | None, str]
UNKNOWN: Found = (None, "unknown")


def date_in(words: str, zone: str) -> Found:
    """Return the first date written in `words` (year, month, day), and its precision.

    >>> date_in("2024-03-05 a walk.txt", "UTC")[0].isoformat()
    '2024-03-05T00:00:00+00:00'
    """
    found = DATE.search(words)
    if found is None:
        return UNKNOWN
    year, _, month, day = found.groups()
    try:
        return localise(datetime(int(year), int(month), int(day)), zone), "day"
    except (ValueError, OverflowError):
        return UNKNOWN


def moment(value: object, zone: str) -> Found:
    """Return the moment a field states, in UTC, and its precision; `(None, "unknown")` if none.

    Read are dates and datetimes, ISO 8601 and RFC 2822 text, years, months, and seconds, milli-,
    micro- or nanoseconds since 1970 as numbers or text. Times without a zone are of `zone`.

    >>> moment("2024-07-01 12:00", "Europe/Oslo")[0].hour, moment(1719828000000, "UTC")[0].hour
    (10, 10)
    """
    try:
        return _told(value, zone)
    except (ValueError, OverflowError, OSError):
        return UNKNOWN


def _told(value: object, zone: str) -> Found:
    if isinstance(value, datetime):
        return localise(value, zone), "second"
    if isinstance(value, date):
        return localise(datetime(value.year, value.month, value.day), zone), "day"
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return UNKNOWN
    text = f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value).strip()
    for parse in (_epoch, _partial, _iso, _mail):
        if found := parse(text, zone):
            return found
    return date_in(text[:10], zone)


def _epoch(text: str, zone: str) -> Found | None:
    if not EPOCH.fullmatch(text):
        return None
    seconds = float(text)
    while abs(seconds) > MAX_SECONDS:
        seconds /= 1_000
    return datetime.fromtimestamp(seconds, UTC), "second"


def _partial(text: str, zone: str) -> Found | None:
    found = PARTIAL.fullmatch(text)
    if found is None:
        return None
    year, month = found.groups()
    return localise(datetime(int(year), int(month or 1), 1), zone), "month" if month else "year"


def _iso(text: str, zone: str) -> Found | None:
    text = SPACED_OFFSET.sub(r"\1", text.removesuffix("UTC").rstrip() + "+00:00" * _utc(text))
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    clock = re.split(r"[T ]", text, maxsplit=1)[1:]
    if not clock:
        return localise(found, zone), "day"
    return localise(found, zone), "second" if clock[0].count(":") != 1 else "minute"


def _utc(text: str) -> bool:
    return text.endswith("UTC")


def _mail(text: str, zone: str) -> Found | None:
    parse: Callable[[str], datetime] = parsedate_to_datetime
    try:
        return localise(parse(text), zone), "second"
    except (ValueError, TypeError, IndexError):
        return None
