"""Dates: days, months, years, weekdays in English and in numbers, days with a month in others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.redact.digits import numbered_with
from corpus.redact.patterns import DATED, MONTH
from corpus.redact.pools import MONTHS

Span = tuple[int, int, float]

_STEMS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = r"[0-3]?[0-9](?:st|nd|rd|th)?"
_YEAR = r"(?:1[5-9]|20)[0-9]{2}"
_RANGE = rf"(?:{_DAY}[ ]?(?:-|–|to|and|&|or)[ ]?)?{_DAY}"
_NAMED = re.compile(
    rf"{_RANGE}[ ]+(?:day[ ]+)?(?:of[ ]+)?(?:{MONTH})\b\.?"
    rf"(?:,?[ ]+(?:{_YEAR}|['’][0-9]{{2}})\b)?"
    rf"|(?:{MONTH})\b\.?[ ]+{_RANGE}(?![\w:]|[.,][0-9])(?:,?[ ]+{_YEAR}\b)?"
    rf"|(?:{MONTH})\b\.?[ ]+the[ ]+{_DAY}(?!\w)(?:,?[ ]+{_YEAR}\b)?"
    rf"|(?:{MONTH})\b\.?,?[ ]+(?:of[ ]+)?{_YEAR}(?!\w)"
    rf"|{_DAY}[-/](?:{MONTH})[-/](?:{_YEAR}|[0-9]{{2}})(?!\w)",
    re.I,
)
_NAMES = {name for months in MONTHS for name in months}
_MONTHS = "|".join(sorted(_NAMES, key=lambda name: (-len(name), name)))
_SHORT = "|".join(sorted({name[:n] for name in _NAMES for n in (3, 4)}))
_ABROAD = re.compile(
    rf"[0-3]?[0-9](?:\.|er|º|ª|°)?[ ](?:de[ ]|d['’])?(?i:(?:{_MONTHS})\b|(?:{_SHORT})\.)"
    rf"(?:,?[ ](?:del?[ ])?{_YEAR}\b)?"
    r"|[12][0-9]{3}[年년][ ]?[01]?[0-9][月월](?:[ ]?[0-3]?[0-9][日일])?"
)
_MONTH_BEFORE = re.compile(rf"\b(?:{_MONTHS})[ ](?:del?[ ])?\Z", re.I)
_CLOCK = re.compile(
    r"[T ][0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?:Z"
    r"|[ ]?[+-][0-2][0-9]:?[0-5][0-9])?(?![\w:])"
)
_DAYS = re.compile(r"(?:day|DAY)[sS]?(?![\w-])")
_WEEKDAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)\Z", re.I)
_WEEKDAY_BEFORE = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},?[ ]+\Z", re.I)
_BARE = re.compile(
    rf"(?:{_YEAR})(?:s|[-–/](?:{_YEAR}|[0-9]{{2}}(?![0-9])))?"
    r"(?![\w%°'’$€£]|[.,:/-][0-9]|-[^\W\d_])"
)
_NO_YEAR = re.compile(
    r"[#$€£+]\Z|[0-9A-Za-z][-.,:/_]\Z|\w\Z|\.\Z"
    r"|\b(?:no|nr|nos|number|box|apt|suite|unit|room|flat|route|highway|hwy|street|st|avenue|ave"
    r"|road"
    r"|rd|pin|code|zip|id|ext|extension|version|rev|revision|build|isbn|issn|sku"
    r"|model|page|pages|section|article|rule|order|ticket"
    r"|invoice|about|around|over|under|than|nearly|almost|approximately|weighs"
    r"|costs?)\b\.?[ ]?[:#]?[ ]?\Z",
    re.I,
)
_COUNTED = re.compile(
    r"[ ](?:people|persons?|men|women|times|miles|km|kilomet\w+|met(?:er|re)s|feet|ft|words"
    r"|pages|items|units"
    r"|dollars|euros|pounds|usd|eur|gbp|points|votes|calories|grams|kg|mb|gb|px|steps|hours"
    r"|minutes|rpm|[A-Z]\w+[ ]+(?:Street|St|Ave|Road|Rd|Lane|Drive))\b",
)


def dates(text: str) -> Iterator[Span]:
    """Yield the spans of `text` that are dates, each with its score."""
    for found in DATED.finditer(text):
        clock = _CLOCK.match(text, found.end())
        end = clock.end() if clock else found.end()
        if _apart(text, found.start(), end):
            yield found.start(), end, 0.85
    for found in _ABROAD.finditer(text):
        if _apart(text, *found.span()) and not _may(text, found):
            yield *found.span(), 0.85
    for found in (
        named for line in numbered_with(text, _STEMS) for named in _NAMED.finditer(text, *line)
    ):
        if _apart(text, *found.span()) and not _may(text, found):
            day = _WEEKDAY_BEFORE.search(text, max(0, found.start() - 12), found.start())
            whole = day is not None and _apart(text, day.start(), day.end() - 1)
            yield day.start() if day and whole else found.start(), found.end(), 0.9
    for found in _DAYS.finditer(text):
        name = _WEEKDAY.search(text, max(0, found.start() - 6), found.start())
        if name and _apart(text, name.start(), found.end()):
            yield name.start(), found.end(), 0.8
    for found in _BARE.finditer(text):
        start, end = found.span()
        if not _NO_YEAR.search(text, max(0, start - 16), start) and not _COUNTED.match(text, end):
            month = _MONTH_BEFORE.search(text, max(0, start - 20), start)
            yield month.start() if month else start, end, 0.7


def _may(text: str, found: re.Match[str]) -> bool:
    """Return whether «may», «march» in lower case stand for the verb: «in 3 may be»."""
    word = re.search(r"\b(?:may|march|mar|sun|dec)\b", found[0])
    return (
        word is not None and found[0] == found[0].lower() and text[found.start() :][:40].islower()
    )


def _apart(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() or before == "_" or after.isalnum() or after == "_")
