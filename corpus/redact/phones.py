"""Phone numbers: candidates by shape, judged by libphonenumber and by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.redact import checks, patterns
from corpus.redact.digits import apart

Span = tuple[int, int, float]

_DECIMALS = re.compile(r" [.]|[0-9][.][0-9]{2} +[0-9]+[.][0-9]{2}(?![0-9])|[(] *[-\u2013]")

_BETWEEN = re.compile(r"[ \u00a0][-\u2013/][ \u00a0]")
_LISTED = re.compile(r"[0-9](?:[0-9 \u00a0().+\-\u2010-\u2013/]{0,200}[0-9])?")
_PART = re.compile(
    r"[0-9](?:(?![ \u00a0][-\u2013/][ \u00a0])[0-9 \u00a0().\-\u2010-\u2013/]){4,24}(?<=[0-9])"
)
_CALLED = re.compile(r"\b(?:tel|callto|sms|phone|fax):[+(]?\Z", re.I)


def phones(text: str, regions: tuple[str, ...]) -> Iterator[Span]:
    """Yield the spans of `text` that are phone numbers of `regions` or carry a country code."""
    reach = 0
    for found in patterns.PHONE.finditer(text):
        if found.end() <= reach:
            continue
        whole = list(_judged(text, found.start(), found.end(), regions))
        if whole or not _BETWEEN.search(found[0]):
            yield from whole
            continue
        for start, reach in _runs(text, found.start()):  # «91 12 34 56 - 98765 43210»
            yield from _judged(text, start, reach, regions)


def _runs(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the parts between which a bar or dash stands alone, as far as digits go on."""
    end = _LISTED.match(text, start)
    for part in _PART.finditer(text, start, end.end() if end else start):
        yield part.span()


def _judged(text: str, start: int, end: int, regions: tuple[str, ...]) -> Iterator[Span]:
    first, found = start, text[start:end]
    while start and text[start - 1] in "(+" and end - start < 40:
        start -= 1
    end -= text[end - 1] == "/"
    number = text[start:end]
    digits = sum(map(str.isdigit, number))
    alone = _alone(text, start, end) and not patterns.DATED.match(found)
    other = patterns.IP4.fullmatch(number) or patterns.SSN.fullmatch(number)
    if not alone or not 6 <= digits <= 20 or other or tabular(number):
        return
    if number.count("(") != number.count(")"):
        start, number = first, text[first:end]
    score = _phone_score(text, start, number, digits, regions)
    if score:
        yield start, end, score


def _alone(text: str, start: int, end: int) -> bool:
    """Return whether a number is no part of a longer token; «tel:» may stand before it."""
    called = _CALLED.search(text, max(0, start - 10), start) is not None
    return apart(text, start, end, "" if called else ".:-/#=")


def _phone_score(
    text: str, start: int, number: str, digits: int, regions: tuple[str, ...]
) -> float:
    verdict = checks.phone(number, regions)
    end = start + len(number)
    named = patterns.PHONE_WORD.search(text, max(0, start - 60), start) is not None
    named = named or patterns.PHONE_KIND.match(text, end) is not None
    if verdict is None:
        wrong = not 6 <= digits <= 15 or patterns.MONEY.match(text, end)
        return 0.5 if named and not wrong else 0.0
    if verdict == "valid":
        return 0.85 if named or digits < len(number) else 0.45
    breaks = len(re.findall(r"[^0-9]+", number))
    if named or number[0] in "+(" or (breaks >= 2 and digits >= 10):
        return 0.6
    return 0.4 if number.startswith("555") and breaks == 1 and digits == 7 else 0.0


def tabular(number: str) -> bool:
    """Return whether digits apart by marks are more likely scores, sums or columns of a table.

    >>> tabular("15-10 15-6 15-7"), tabular("639.55 639.38"), tabular("06 12 34 56 78")
    (True, True, False)
    """
    if number.startswith("+"):
        return False
    runs = re.findall("[0-9]+", number)
    single = sum(len(run) == 1 for run in runs)
    short = len(runs) > 2 and sum(map(len, runs)) < 2 * len(runs)
    return short or 2 * single > len(runs) or _DECIMALS.search(number) is not None
