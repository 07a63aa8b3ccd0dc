"""Numbers that stand for numbers: reserved telephone ranges, test cards and test accounts."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import NamedTuple

from corpus.redact import checks
from corpus.redact.known import digits

AREAS = "201 206 213 267 303 312 347 404 415 503 512 617 646 702 713 801 904 917 971".split()
RESERVED: dict[int, tuple[str, str]] = {
    1: ("A55501dd 55501dd", "A55501dd"),
    33: ("19900dddd 26191dddd 35301dddd 46571dddd 53649dddd", "63998dddd"),
    44: (
        "1632960ddd 2079460ddd 1134960ddd 1144960ddd 1154960ddd 1164960ddd 1174960ddd 1184960ddd "
        "1214960ddd 1314960ddd 1414960ddd 1514960ddd 1614960ddd 1914980ddd 2920180ddd",
        "7700900ddd",
    ),
    46: ("3139006dd 4062804dd 8465004dd 9803192dd", "701740608 70174061d 70174062d 70174063d"),
    49: ("3023125ddd 6990009ddd 4066969ddd 2214710ddd 8999998ddd", "17139200dd 17604069ddd"),
    61: (
        "25550dddd 27010dddd 35550dddd 37010dddd 75550dddd 77010dddd 85550dddd 87010dddd",
        "491570006 491570110 491570156 491570157 491570158 491570159 491570313 491570737 491571266 "
        "491571491 491571804 491572549",
    ),
    353: ("2091ddddd", "2091ddddd"),
}
"""Country code → national numbers kept for fiction, fixed and mobile: «d» any digit, «A» an area.

By the North American plan (555-0100 to 0199), ARCEP, Ofcom, PTS, the Bundesnetzagentur, ACMA and
ComReg. Where a country keeps none, a number is drawn that its plan does not assign.
"""
CARDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("34", "37"), "378282"),
    (("300", "301", "302", "303", "304", "305", "309"), "305693"),
    (("36", "38", "39"), "362272"),
    (("35",), "353011"),
    (("6011", "64", "65"), "601111"),
    (("62",), "620000"),
    (("51", "52", "53", "54", "55"), "555555"),
    (("22", "23", "24", "25", "26", "27"), "222300"),
    (("50", "56", "57", "58", "6"), "675964"),
    (("4",), "400000"),
)
"""First digits of a brand → the issuer number under which its test cards are published."""


class Parsed(NamedTuple):
    """A telephone number in parts: what stands before the national number, it, what follows."""

    country: int
    before: str
    national: str
    after: str
    mobile: bool


@lru_cache(4_096)
def parsed(value: str, regions: tuple[str, ...]) -> Parsed | None:
    """Return the parts of a telephone number, read as one of `regions` if it names no country."""
    import phonenumbers as plan

    real = digits(value)
    if len(real) == 7 and {"US", "CA"} & {*regions}:
        return Parsed(1, "", real, "", False)
    mobile = (plan.PhoneNumberType.MOBILE, plan.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    found: list[tuple[bool, Parsed]] = []
    for region in regions or ("US",):
        try:
            number = plan.parse(value, region)
        except plan.NumberParseException:
            continue
        national = plan.national_significant_number(number)
        at = real.rfind(national)
        if at >= 0 and number.country_code:
            rest = real[at + len(national) :]
            is_mobile = plan.number_type(number) in mobile
            told = Parsed(number.country_code, real[:at], national, rest, is_mobile)
            found.append((plan.is_valid_number(number), told))
    valid = [told for is_valid, told in found if is_valid]
    return next(iter(valid or [told for _, told in found]), None)


def phone(rng: random.Random, value: str, regions: tuple[str, ...]) -> str:
    """Return as many digits as `value` has: its country, then a number nobody can have.

    It is of a range kept for fiction and of the same kind, fixed or mobile, where the country has
    one of that length; else one that the country's plan does not assign.
    """
    told = parsed(value, regions)
    real = digits(value)
    if told is None or len(told.national) < 7:
        return ("55501" + _drawn(rng, "dd"))[-len(real) :].rjust(len(real), "5")
    fixed, mobile = RESERVED.get(told.country, ("", ""))
    order = (mobile, fixed) if told.mobile else (fixed, mobile)
    fitting = [[p for p in pool.split() if _width(p) == len(told.national)] for pool in order]
    pool = next((pool for pool in fitting if pool), None)
    made = _drawn(rng, rng.choice(pool)) if pool else _unassigned(rng, told)
    return told.before + made + _drawn(rng, "d" * len(told.after))


def _width(pattern: str) -> int:
    return len(pattern) + 2 * pattern.count("A")


def _drawn(rng: random.Random, pattern: str) -> str:
    kinds = {"d": lambda: rng.choice("0123456789"), "A": lambda: rng.choice(AREAS)}
    return "".join(kinds.get(c, c.__str__)() for c in pattern)


def _unassigned(rng: random.Random, told: Parsed) -> str:
    """Return a national number of the length of `told` that is valid in no plan of its country."""
    import phonenumbers as plan

    size, made = len(told.national), told.national
    for n in range(400):
        kept = told.national[: max(0, 2 - n // 20)]  # like the real one as long as that will do
        made = kept + _drawn(rng, "d" * (size - len(kept)))
        number = plan.PhoneNumber(country_code=told.country, national_number=int(made))
        if made[0] != "0" and not plan.is_valid_number(number) and made != told.national:
            break
    return made


def card(rng: random.Random, value: str) -> str:
    """Return a number of the brand's test cards: six known digits and a right check digit."""
    real = digits(value)
    head = next((test for starts, test in CARDS if real.startswith(starts)), real[0] + "00000")
    body = head + _drawn(rng, "d" * (len(real) - len(head) - 1))
    return next(body + d for d in "0123456789" if checks.luhn(body + d))


def iban(rng: random.Random, value: str) -> str:
    """Return an IBAN of the same country and length, bank «TEST» or 0000, right check digits."""
    real = "".join(filter(str.isalnum, value)).upper()
    country, account = real[:2], real[4:]
    made = ["TEST0000"[i] if c.isalpha() else "0" for i, c in enumerate(account[:4])]
    made += [rng.choice("0123456789") if c.isdigit() else rng.choice("TESX") for c in account[4:]]
    body = "".join(made)
    return f"{country}{98 - checks.mod97(f'{country}00{body}'):02}{body}"


def ssn(rng: random.Random, value: str) -> str:
    """Return nine digits that are neither a US SSN (area 9xx) nor an ITIN (groups below 50)."""
    return f"9{rng.randrange(100):02}{rng.randrange(1, 50):02}{rng.randrange(1, 10_000):04}"


def ip(rng: random.Random, value: str) -> str:
    """Return an address of RFC 5737 or RFC 3849, kept for documentation."""
    if ":" in value:
        return f"2001:db8::{rng.randrange(1, 65_536):x}:{rng.randrange(1, 65_536):x}"
    return f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randrange(1, 255)}"
