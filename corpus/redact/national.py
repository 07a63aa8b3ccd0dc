"""National identity numbers: a form per country, and the check digits that its law gives it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from corpus.redact.checks import luhn
from corpus.redact.digits import apart, numbered

Span = tuple[int, int, float]


def weighed(digits: str, weights: Sequence[int]) -> int:
    """Return the sum of digits times weights."""
    return sum(int(d) * w for d, w in zip(digits, weights, strict=False))


def dated(day: str, month: str, year: str) -> bool:
    """Return whether two-digit parts can be a day: the century may be any.

    >>> dated("29", "02", "00"), dated("31", "04", "99")
    (True, False)
    """
    try:
        date(2000 + int(year) % 100, int(month), int(day))
    except ValueError:
        return (int(day), int(month)) == (29, 2)
    return True


def _norway(n: str) -> bool:
    first = weighed(n, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0
    second = weighed(n, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0
    return first and second and dated(f"{int(n[:2]) % 40:02}", f"{int(n[2:4]) % 40:02}", n[4:6])


def _sweden(n: str) -> bool:
    short = n[-10:]
    return luhn(short) and dated(f"{int(short[4:6]) % 60:02}", short[2:4], short[:2])


def _finland(n: str) -> bool:
    told = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(n[:6] + n[7:10]) % 31]
    return n[-1].upper() == told and dated(n[:2], n[2:4], n[4:6])


def _germany(n: str) -> bool:
    """Tax number: ISO 7064 mod 11, 10; of the first ten digits one comes two or three times."""
    left = 10
    for digit in n[:10]:
        left = ((int(digit) + left) % 10 or 10) * 2 % 11
    often = sorted(n[:10].count(d) for d in set(n[:10]))
    return (11 - left) % 10 == int(n[10]) and often[-1] in (2, 3) and n[0] != "0"


def _france(n: str) -> bool:
    body = n[:13].upper().replace("2A", "19").replace("2B", "18")
    return body.isdigit() and 97 - int(body) % 97 == int(n[13:])


def _spain(n: str) -> bool:
    body = str("XYZ".find(n[0].upper())) + n[1:-1] if n[0].isalpha() else n[:-1]
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(body) % 23] == n[-1].upper()


def _italy(n: str) -> bool:
    odd = "BAKPLCQDREVOSFTGUHMINJWZYX"  # the value of a character at an odd place
    values = [int(c) if c.isdigit() else ord(c) - 65 for c in n.upper()]
    total = sum(odd.index(chr(65 + v)) for v in values[:15:2]) + sum(values[1:15:2])
    return total % 26 == values[15]


def _poland(n: str) -> bool:
    sums = weighed(n, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0
    return sums and dated(n[4:6], f"{int(n[2:4]) % 20:02}", n[:2])


def _belgium(n: str) -> bool:
    return int(n[9:]) in (97 - int(n[:9]) % 97, 97 - int("2" + n[:9]) % 97)


def _brazil(n: str) -> bool:
    first = weighed(n, range(10, 1, -1)) * 10 % 11 % 10
    second = weighed(n, range(11, 1, -1)) * 10 % 11 % 10
    return len(set(n)) > 1 and (first, second) == (int(n[9]), int(n[10]))


def _switzerland(n: str) -> bool:
    return weighed(n, (1, 3) * 7) % 10 == 0


def _britain(n: str) -> bool:
    return n[:2].upper() not in ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ")


def _nhs(n: str) -> bool:
    return weighed(n, (*range(10, 1, -1), 1)) % 11 == 0 and len(set(n)) > 1


def _denmark(n: str) -> bool:
    return dated(n[:2], n[2:4], n[4:6])


class Number(NamedTuple):
    """A kind of number: its country, its form, the check of its letters and digits, its score."""

    region: str
    form: re.Pattern[str]
    check: Callable[[str], bool]
    score: float


NUMBERS: tuple[Number, ...] = tuple(
    Number(region, re.compile(form), check, score)
    for region, form, check, score in (
        ("GB", r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:[ ]?[0-9]{2}){3}[ ]?[A-D]", _britain, 0.9),
        ("GB", r"(?<=NHS )(?:no\.? |number )?([0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4})", _nhs, 0.95),
        ("NO", r"[0-7][0-9][0-9]{4}[ ]?[0-9]{5}", _norway, 0.95),
        ("SE", r"(?:19|20)?[0-9]{6}[-+][0-9]{4}|(?:19|20)[0-9]{10}", _sweden, 0.9),
        ("DK", r"[0-3][0-9][01][0-9]{3}-[0-9]{4}", _denmark, 0.7),
        ("FI", r"[0-3][0-9][01][0-9]{3}[-+A-FU-Ya-fu-y][0-9]{3}[0-9A-Ya-y]", _finland, 0.95),
        ("DE", r"[1-9][0-9](?:[ ]?[0-9]{3}){3}", _germany, 0.7),
        ("FR", r"[12](?:[ ]?[0-9]{2}){2}[ ]?(?:[0-9]{2}|2[AB])(?:[ ]?[0-9]{3}){2}[ ]?[0-9]{2}",
         _france, 0.95),
        ("ES", r"(?i:(?:[0-9]{8}|[XYZ][- ]?[0-9]{7})[- ]?[A-HJ-NP-TV-Z])", _spain, 0.95),
        ("IT", r"(?i:[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-7LMNP-T][0-9LMNP-V]"
         r"[A-Z][0-9LMNP-V]{3}[A-Z])", _italy, 0.95),  # letters where two would be alike
        ("PL", r"[0-9]{11}", _poland, 0.8),
        ("BE", r"[0-9]{2}\.[01][0-9]\.[0-3][0-9][- ][0-9]{3}[.][0-9]{2}", _belgium, 0.95),
        ("BR", r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", _brazil, 0.95),
        ("CH", r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}", _switzerland, 0.95),
        ("CA", r"[1-79][0-9]{2}[ -][0-9]{3}[ -][0-9]{3}", luhn, 0.7),
    )
)  # fmt: skip
"""The numbers of countries that `redact.regions` may name; the US number is a type of its own."""


def identity_numbers(text: str, regions: Sequence[str]) -> Iterator[Span]:
    """Yield the national identity numbers of `regions` in `text` whose check digits are right."""
    kinds = [number for number in NUMBERS if number.region in regions]
    for line in numbered(text) if kinds else ():
        for number in kinds:
            for found in number.form.finditer(text, *line):
                start, end = found.span(found.lastindex or 0)
                compact = text[start:end]
                if number.region != "FI":  # there the sign between is the century
                    compact = re.sub("[ .+-]", "", compact)
                if apart(text, start, end, "-./") and number.check(compact):
                    yield start, end, number.score
