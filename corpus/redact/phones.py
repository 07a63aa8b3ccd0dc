"""Phone numbers: candidates by shape, judged by libphonenumber and by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.redact import checks, patterns
from corpus.redact.digits import apart

Span = tuple[int, int, float]

_DECIMALS = re.compile(r" [.]|[0-9][.][0-9]{2} +[0-9]+[.][0-9]{2}(?![0-9])|[(] *[-\u2013]")


def phones(text: str, regions: tuple[str, ...]) -> Iterator[Span]:
    """Yield the spans of `text` that are phone numbers of `regions` or carry a country code."""
    for found in patterns.PHONE.finditer(text):
        start, end = found.span()
        while start and text[start - 1] in "(+" and end - start < 40:
            start -= 1
        end -= text[end - 1] == "/"
        number = text[start:end]
        digits = sum(map(str.isdigit, number))
        alone = apart(text, start, end, ".:-/#=") and not patterns.DATED.match(found[0])
        other = patterns.IP4.fullmatch(number) or patterns.SSN.fullmatch(number)
        if not alone or not 6 <= digits <= 20 or other or tabular(number):
            continue
        if number.count("(") != number.count(")"):
            start, number = found.start(), found[0]
        score = _phone_score(text, start, number, digits, regions)
        if score:
            yield start, end, score


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
