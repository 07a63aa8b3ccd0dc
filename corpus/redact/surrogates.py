"""Surrogates: made-up values of the same type and shape, drawn by keyed hash."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection

from corpus.keys import keyed
from corpus.redact import checks, pools
from corpus.redact.fold import fold
from corpus.redact.known import PARTICLES, digits, parts

DRAWS = 200
_STREET_WORDS = frozenset(
    "street st avenue ave road rd lane ln drive dr court ct boulevard blvd way place pl "
    "square sq terrace close crescent parkway pkwy highway hwy row walk gardens circle trail "
    "mews grove hill apt apartment suite ste unit flat room box po p o n s e w ne nw se sw "
    "rue via calle quai piazza impasse bis".split()
)
_AREAS = "201 206 213 267 303 312 347 404 415 503 512 617 646 702 713 801 904 917 971".split()


class Surrogates:
    """Draws surrogates within one scope: equal values get equal ones, in every process.

    A surrogate is HMAC-SHA256(key, scope, type, canonical value) turned into a choice from
    `pools`, or into digits of a reserved range. It is never the value itself nor one of `taken`
    (real values, folded): then the next draw decides. Names of one person agree because each part
    of a name is drawn on its own.
    """

    def __init__(self, key: bytes, scope: str, taken: Collection[str] = ()) -> None:
        self.key, self.scope, self.taken = key, scope, taken
        self._avoid: set[str] = set()
        self._drawn: dict[tuple[str, str], str] = {}

    def reserve(self, people: Collection[str]) -> None:
        """Draw for these names at once, so that no two parts get the same surrogate.

        Where the pool is too small for that, later ones share. The order of `people` is no matter;
        their own parts are never drawn.
        """
        real = {fold(part) for person in people for part in parts(person)}
        self._avoid = set(real)
        for person in sorted(people):
            before = len(self._drawn)
            self.name(person)
            fresh = list(self._drawn.values())[before:]
            self._avoid.update(map(fold, fresh))
        self._avoid = real

    def draw(self, type_: str, value: str, person: str = "") -> str:
        """Return the surrogate of `value`; `person` is the full name that it is a part of."""
        if type_ == "PERSON":
            return self.name(value, person)
        canonical = canonical_form(type_, value)
        drawn = self._draw(type_, canonical, lambda rng: MAKERS.get(type_, _shaped)(rng, value))
        if type_ in ("EMAIL_ADDRESS", "HANDLE"):
            return drawn
        return reshaped(type_, drawn, value)

    def name(self, value: str, person: str = "") -> str:
        """Return the surrogate of a personal name, part by part, in its case and punctuation."""
        whole = parts(person) or parts(value)
        roles = {fold(part): i for i, part in enumerate(whole)}
        out, end = [], 0
        for found in re.finditer(r"[^\W\d_](?:[\w'’-]*\w)?", value):
            part = re.sub(r"['’]s\Z", "", found[0])
            out.append(value[end : found.start()])
            out.append(self._part(part, roles.get(fold(part)), len(whole)))
            end = found.start() + len(part)
        return "".join(out) + value[end:]

    def anyone(self, author: str) -> str:
        """Return a full name for an author of whom no name is known."""
        first = self._draw("FIRST", author, lambda rng: rng.choice(pools.given("")))
        return f"{first} {self._draw('LAST', author, lambda rng: rng.choice(pools.last_names()))}"

    def _part(self, part: str, role: int | None, of: int) -> str:
        folded = fold(part)
        if folded in PARTICLES:
            return part
        if len(part) == 1:
            letter = self._draw("INITIAL", folded, lambda rng: rng.choice("ABCDEFGHJKLMNPRSTW"))
            return like(letter, part)
        last = of > 1 and role == of - 1
        pool = pools.last_names() if last else pools.given(folded)
        drawn = self._draw("LAST" if last else "FIRST", folded, lambda rng: rng.choice(pool))
        return like(drawn, part)

    def _draw(self, type_: str, canonical: str, make: Callable[[random.Random], str]) -> str:
        known = self._drawn.get((type_, canonical))
        if known is not None:
            return known
        drawn = ""
        for n in range(DRAWS):
            rng = random.Random(keyed(self.key, "surrogate", self.scope, type_, canonical, str(n)))
            drawn = make(rng)
            folded = canonical_form(type_, drawn)
            avoided = folded in self._avoid and n < DRAWS // 2
            if folded != canonical and folded not in self.taken and not avoided:
                break
        self._drawn[type_, canonical] = drawn
        return drawn


def canonical_form(type_: str, value: str) -> str:
    """Return what is equal for values that mean the same.

    >>> canonical_form("PHONE_NUMBER", "(415) 555-0142")
    '4155550142'
    """
    if type_ in ("PHONE_NUMBER", "CREDIT_CARD", "US_SSN"):
        return digits(value)
    if type_ == "IBAN_CODE":
        return "".join(filter(str.isalnum, value)).upper()
    if type_ == "HANDLE":
        return fold(value).lstrip("@")
    return " ".join(fold(value).split())


def like(word: str, model: str) -> str:
    """Return `word` in the capitals of `model`.

    >>> like("Kate", "ANN"), like("Kate", "ann"), like("Kate", "Ann"), like("Kate", "A")
    ('KATE', 'kate', 'Kate', 'Kate')
    """
    if model.islower():
        return word.lower()
    return word.upper() if model.isupper() and len(model) > 1 else word


def reshaped(type_: str, drawn: str, value: str) -> str:
    """Return digits and letters of `drawn` in the separators and case of `value`, for numbers."""
    if type_ not in ("PHONE_NUMBER", "CREDIT_CARD", "US_SSN", "IBAN_CODE"):
        return drawn
    source = iter(filter(str.isalnum, drawn))
    out = [next(source, "0") if c.isalnum() else c for c in value]
    return "".join(c.lower() if v.islower() else c for c, v in zip(out, value, strict=True))


def _username(rng: random.Random, value: str) -> str:
    women, men = pools.first_names()
    name = rng.choice(women + men).lower()
    joint = next((c for c in "._-" if c in value.strip("@._-")), "")
    if joint:
        name += joint + rng.choice(pools.last_names()).lower()
    count = sum(map(str.isdigit, value)) or (0 if joint else 2)
    return (
        ("@" if value.startswith("@") else "") + name + "".join(rng.choices("0123456789", k=count))
    )


def _email(rng: random.Random, value: str) -> str:
    local = _username(rng, value.partition("@")[0])
    return f"{local}@example.{rng.choice(('com', 'org', 'net'))}"


def _phone(rng: random.Random, value: str) -> str:
    """Return digits in ranges kept for fiction: NANP 555-01xx, Ofcom's 07700 900xxx.

    Elsewhere the country code stays and the digits end in 555-01xx, which no plan reserves.
    """
    real = digits(value)
    tail = f"55501{rng.randrange(100):02}"
    abroad = value.lstrip("( ").startswith("+") and not real.startswith("1")
    if abroad and real.startswith("44") and len(real) == 12:
        return f"447700900{rng.randrange(1000):03}"
    if real.startswith("0") and len(real) == 11:
        return f"07700900{rng.randrange(1000):03}"
    head = len(real) - 7
    if head <= 0:
        return tail[-len(real) :]
    if len(real) in (10, 11) and not abroad:
        return real[: head - 3] + rng.choice(_AREAS) + tail
    middle = "".join(rng.choices("0123456789", k=max(0, head - 2)))
    return real[:2][:head] + middle + tail


def _card(rng: random.Random, value: str) -> str:
    """Return a number like the issuer's test numbers: first digit, zeros, right check digit."""
    real = digits(value)
    body = real[0] + "00000" + "".join(rng.choices("0123456789", k=len(real) - 7))
    return next(body + d for d in "0123456789" if checks.luhn(body + d))


def _iban(rng: random.Random, value: str) -> str:
    """Return an IBAN of the same country and length, bank «TEST» or 0000, right check digits."""
    real = "".join(filter(str.isalnum, value)).upper()
    country, account = real[:2], real[4:]
    made = ["TEST0000"[i] if c.isalpha() else "0" for i, c in enumerate(account[:4])]
    made += [rng.choice("0123456789") if c.isdigit() else rng.choice("TESX") for c in account[4:]]
    body = "".join(made)
    return f"{country}{98 - checks.mod97(f'{country}00{body}'):02}{body}"


def _ssn(rng: random.Random, value: str) -> str:
    """Return nine digits that are neither a US SSN (area 9xx) nor an ITIN (groups below 50)."""
    return f"9{rng.randrange(100):02}{rng.randrange(1, 50):02}{rng.randrange(1, 10_000):04}"


def _ip(rng: random.Random, value: str) -> str:
    """Return an address of RFC 5737 or RFC 3849, kept for documentation."""
    if ":" in value:
        return f"2001:db8::{rng.randrange(1, 65_536):x}:{rng.randrange(1, 65_536):x}"
    return f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randrange(1, 255)}"


def _url(rng: random.Random, value: str) -> str:
    scheme = value.partition("://")[0] + "://" if "://" in value else ""
    path = "/" + rng.choice(pools.towns()).lower() if "/" in value.partition("://")[2] else ""
    return f"{scheme}{rng.choice(pools.last_names()).lower()}.example.com{path}"


def _location(rng: random.Random, value: str) -> str:
    if not any(map(str.isdigit, value)):
        pool = pools.countries() if fold(value) in pools.all_countries() else pools.towns()
        return like(rng.choice(pool), value)
    return re.sub(r"[^\W_]+", lambda m: _address_word(rng, m[0]), value)


def _address_word(rng: random.Random, word: str) -> str:
    if fold(word) in _STREET_WORDS:
        return word
    if word.isdigit():
        return str(rng.randrange(1, 10)) + "".join(rng.choices("0123456789", k=len(word) - 1))
    if any(map(str.isdigit, word)):
        return _shaped(rng, word)
    if len(word) <= 2:
        return rng.choice(pools.STATES) if word.isupper() and len(word) == 2 else word
    return like(rng.choice(pools.towns()), word) if word[0].isupper() else word


def _date(rng: random.Random, value: str) -> str:
    def number(found: re.Match[str]) -> str:
        text = found[0]
        if len(text) > 2:
            return str(int(text) + rng.randrange(-3, 4))
        return f"{rng.randrange(1, 13):0{len(text)}}"[: max(len(text), 1)]

    moved = re.sub(r"[0-9]+", number, value)
    return re.sub(r"[A-Z][a-z]{2,}", lambda m: rng.choice(pools.MONTHS)[: len(m[0])], moved)


def _shaped(rng: random.Random, value: str) -> str:
    def one(char: str) -> str:
        if char.isdigit():
            return rng.choice("0123456789")
        if not char.isalpha():
            return char
        letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
        return letter.upper() if char.isupper() else letter

    return "".join(map(one, value))


MAKERS: dict[str, Callable[[random.Random, str], str]] = {
    "EMAIL_ADDRESS": _email,
    "HANDLE": _username,
    "PHONE_NUMBER": _phone,
    "CREDIT_CARD": _card,
    "IBAN_CODE": _iban,
    "US_SSN": _ssn,
    "IP_ADDRESS": _ip,
    "URL": _url,
    "LOCATION": _location,
    "DATE_TIME": _date,
    "NRP": lambda rng, value: like(rng.choice(pools.NATIONS), value),
    "ORGANIZATION": lambda rng, value: rng.choice(pools.last_names()) + " & Co",
    "SECRET": _shaped,
}
"""How a surrogate of each type is made; types not here keep their shape only."""


def shape(value: str) -> str:
    """Return the shape of `value`: runs of A, a and d for capitals, small letters and digits.

    >>> shape("Ann Miller"), shape("+1 415")
    ('Aa+ Aa+', '+d d+')
    """
    classes = "".join(
        "d" if c.isdigit() else "A" if c.isupper() else "a" if c.isalpha() else c for c in value
    )
    return re.sub(r"([Aad])\1+", r"\1+", classes)
