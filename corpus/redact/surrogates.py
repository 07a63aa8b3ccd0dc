"""Surrogates: made-up values of the same type, locale and shape, drawn by keyed hash."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Collection

from corpus.keys import keyed
from corpus.redact import logins, numbers, places, pools
from corpus.redact.aliases import nominative
from corpus.redact.fold import fold
from corpus.redact.known import PARTICLES, TITLES, digits, parts, plainer
from corpus.redact.logins import plain

DRAWS = 200
LOGINS = ("EMAIL_ADDRESS", "HANDLE")
_MARKS = "".join(chr(c) for c in range(0x300, 0x1100) if unicodedata.category(chr(c))[0] == "M")
_WORD = re.compile(rf"[^\W\d_](?:(?!_)[\w'’{_MARKS}-])*(?<![-'’])")


class Surrogates:
    """Draws surrogates within one scope: equal values get equal ones, in every process.

    A surrogate is HMAC-SHA256(key, scope, type, canonical value) turned into a choice from
    `pools`, or into a number of a reserved range. It is never the value itself nor one of `taken`
    (real values, folded): then the next draw decides. All names, addresses and handles of one
    person agree because each part of a name is drawn on its own and logins are built of the parts.
    `regions` say how numbers are read that name no country.
    """

    def __init__(
        self,
        key: bytes,
        scope: str,
        taken: Collection[str] = (),
        regions: tuple[str, ...] = (),
    ) -> None:
        self.key, self.scope, self.taken, self.regions = key, scope, taken, regions
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
        """Return the surrogate of `value`; `person` is the full name of whom it stands for."""
        if type_ == "PERSON":
            return self.name(value, person)
        if type_ in LOGINS:
            return self._login(value, person)
        if type_ == "PHONE_NUMBER":
            return reshaped(type_, self._phone(value), value)
        canonical = canonical_form(type_, value)
        make = MAKERS.get(type_, places.shaped)
        return reshaped(type_, self._draw(type_, canonical, lambda rng: make(rng, value)), value)

    def name(self, value: str, person: str = "") -> str:
        """Return the surrogate of a personal name, part by part, in its case and punctuation.

        A short form gets what stands for the given name of `person`, an initial its first letter.
        """
        whole = parts(person) or _words(value)
        roles = {
            told: i
            for i, part in reversed(list(enumerate(whole)))
            for told in (plain(part), *plainer(part))
        }
        out, end = [], 0
        for found in _WORD.finditer(value):
            part = re.sub(r"['’]s\Z", "", found[0])
            out.append(value[end : found.start()])
            out.append(self._word(part, whole, roles))
            end = found.start() + len(part)
        return "".join(out) + value[end:]

    def anyone(self, author: str) -> str:
        """Return a full name for an author of whom no name is known."""
        first = self._draw("FIRST", author, lambda rng: rng.choice(pools.given("")))
        last = pools.names(pools.ENGLISH).last
        return f"{first} {self._draw('LAST', author, lambda rng: rng.choice(last))}"

    def _word(self, part: str, whole: list[str], roles: dict[str, int]) -> str:
        if fold(part) in PARTICLES or fold(part) in TITLES:
            return part
        if len(part) == 1:
            return places.like(self._initial(part, whole), part)
        role, ending = roles.get(plain(part)), ""
        if role is None and (base := nominative(part, roles)) != part:
            role, ending = roles[base], part[-1] if part[-1] in "sS" else ""
        if role is None:
            role = 0 if len(whole) > 1 else None
        meant = whole[role] if role is not None else part
        last = len(whole) > 1 and role == len(whole) - 1
        drawn = self._part(meant, last)
        return places.like(drawn if drawn[-1] in "sxzß" else drawn + ending, part)

    def _initial(self, letter: str, whole: list[str]) -> str:
        long = [(i, part) for i, part in enumerate(whole) if len(part) > 1]
        meant = [(i, part) for i, part in long if plain(part).startswith(plain(letter))]
        if len(meant) == 1:
            return self._part(meant[0][1], 0 < meant[0][0] == len(whole) - 1)[0]
        return self._draw("INITIAL", fold(letter), lambda rng: rng.choice("ABCDEFGHJKLMNPRSTW"))

    def _part(self, part: str, last: bool) -> str:
        """Return what stands for one part of a name, in the case of its pool."""
        if "-" in part:
            return "-".join(self._part(piece, last) if piece else "" for piece in part.split("-"))
        word = unicodedata.normalize("NFC", part).casefold()
        locale = pools.locale_of(word)
        surname = "" if last else pools.surname_of(word, locale)
        if surname:
            return self._part(surname, True) + self._given(word.removeprefix(surname), locale)
        if not last:
            return self._given(word, locale)
        pool = pools.near(locale, "last", len(word))
        return self._draw("LAST", word, lambda rng: rng.choice(pool))

    def _given(self, word: str, locale: str) -> str:
        pool = pools.given(word, locale)
        return self._draw("FIRST", word, lambda rng: rng.choice(pool))

    def _login(self, value: str, person: str) -> str:
        local, at, domain = value.removeprefix("@").partition("@")
        words = [word for word in parts(person) if len(word) > 1]
        drawn = [self._part(w, 0 < i == len(words) - 1) for i, w in enumerate(words)]
        login = self._draw(
            "LOGIN", fold(local), lambda rng: logins.username(rng, local, words, drawn)
        )
        if not at:
            return f"@{login}" if value.startswith("@") else login
        place = self._draw("DOMAIN", fold(domain), lambda rng: rng.choice(logins.DOMAINS))
        return f"{login}@{place}"

    def _phone(self, value: str) -> str:
        told = numbers.parsed(value, self.regions)
        if told is None:
            make = lambda rng: numbers.phone(rng, value, self.regions)  # noqa: E731
            return self._draw("PHONE_NUMBER", digits(value), make)
        country = str(told.country)
        bare = f"+{country}{told.national}"
        drawn = self._draw(
            "PHONE_NUMBER",
            canonical_form("PHONE_NUMBER", value, self.regions),
            lambda rng: country + digits(numbers.phone(rng, bare, self.regions))[len(country) :],
        )
        extension = self._draw("EXTENSION", told.after, lambda rng: places.shaped(rng, told.after))
        return told.before + drawn[len(country) :] + extension

    def _draw(self, type_: str, canonical: str, make: Callable[[random.Random], str]) -> str:
        known = self._drawn.get((type_, canonical))
        if known is not None:
            return known
        drawn = ""
        for n in range(DRAWS if canonical else 0):
            rng = random.Random(keyed(self.key, "surrogate", self.scope, type_, canonical, str(n)))
            drawn = make(rng)
            folded = drawn if type_ == "PHONE_NUMBER" else canonical_form(type_, drawn)
            avoided = folded in self._avoid and n < DRAWS // 2
            if folded != canonical and folded not in self.taken and not avoided:
                break
        self._drawn[type_, canonical] = drawn
        return drawn


def _words(name: str) -> list[str]:
    """Return the words of `name`, family name last; where letters bear marks, as they stand."""
    told = parts(name)
    if any(unicodedata.category(char)[0] == "M" for char in unicodedata.normalize("NFC", name)):
        return [word for word in _WORD.findall(name) if fold(word) not in TITLES]
    return told


def canonical_form(type_: str, value: str, regions: tuple[str, ...] = ()) -> str:
    """Return what is equal for values that mean the same; `regions` as of `Surrogates`.

    >>> canonical_form("PHONE_NUMBER", "(415) 555-0142", ("US",))
    '14155550142'
    """
    if type_ == "PHONE_NUMBER":
        told = numbers.parsed(value, regions)
        return f"{told.country}{told.national}" if told else digits(value)
    if type_ in ("CREDIT_CARD", "US_SSN"):
        return digits(value)
    if type_ == "IBAN_CODE":
        return "".join(filter(str.isalnum, value)).upper()
    if type_ == "HANDLE":
        return fold(value).lstrip("@")
    return " ".join(fold(value).split())


def reshaped(type_: str, drawn: str, value: str) -> str:
    """Return digits and letters of `drawn` in the separators and case of `value`, for numbers."""
    if type_ not in ("PHONE_NUMBER", "CREDIT_CARD", "US_SSN", "IBAN_CODE"):
        return drawn
    source = iter(filter(str.isalnum, drawn))
    out = [next(source, "0") if c.isalnum() else c for c in value]
    return "".join(c.lower() if v.islower() else c for c, v in zip(out, value, strict=True))


def _email(rng: random.Random, value: str) -> str:
    return f"{logins.username(rng, value.partition('@')[0])}@{rng.choice(logins.DOMAINS)}"


def _url(rng: random.Random, value: str) -> str:
    scheme = value.partition("://")[0] + "://" if "://" in value else ""
    path = "/" + rng.choice(pools.towns()).lower() if "/" in value.partition("://")[2] else ""
    return f"{scheme}{rng.choice(pools.names(pools.ENGLISH).last).lower()}.example.com{path}"


def _company(rng: random.Random, value: str) -> str:
    return rng.choice(pools.names(pools.ENGLISH).last) + " & Co"


MAKERS: dict[str, Callable[[random.Random, str], str]] = {
    "EMAIL_ADDRESS": _email,
    "HANDLE": logins.username,
    "CREDIT_CARD": numbers.card,
    "IBAN_CODE": numbers.iban,
    "US_SSN": numbers.ssn,
    "IP_ADDRESS": numbers.ip,
    "URL": _url,
    "LOCATION": places.location,
    "DATE_TIME": places.date,
    "NRP": lambda rng, value: places.like(rng.choice(pools.NATIONS), value),
    "ORGANIZATION": _company,
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
