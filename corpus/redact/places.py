"""Made-up places, addresses and dates that keep the form and the language of the real ones."""

from __future__ import annotations

import random
import re

from corpus.redact import pools
from corpus.redact.fold import fold

_STREET_WORDS = frozenset(
    "street st avenue ave road rd lane ln drive dr court ct boulevard blvd way place pl "
    "square sq terrace close crescent parkway pkwy highway hwy row walk gardens circle trail "
    "mews grove hill apt apartment suite ste unit flat room box po p o n s e w ne nw se sw "
    "rue via calle quai piazza impasse bis straße strasse str gasse allee platz weg gade vej "
    "gatan gata gate vägen veien katu laan straat c/o".split()
)
_STREET_LOCALES = {
    "de_DE": "straße strasse str gasse allee platz",
    "fr_FR": "rue quai impasse",
    "it_IT": "via piazza",
    "es_ES": "calle",
    "no_NO": "gate gata veien",
    "da_DK": "gade vej",
    "sv_SE": "gatan vägen",
    "nl_NL": "straat laan",
    "fi_FI": "katu",
}
_STREET_TAIL = re.compile(
    r"(.{3,})(straße|strasse|str|gasse|allee|platz|weg|gade|vej|gatan|gata|gate|vägen|veien|katu"
    r"|laan|straat)\Z",
    re.I,
)
_WORD = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(r"(?<![0-9])([0-9]{1,2})(?:st|nd|rd|th)\b")
_ENDS = {"1": "st", "2": "nd", "3": "rd"}


def like(word: str, model: str) -> str:
    """Return `word` in the capitals of `model`.

    >>> like("Kate", "ANN"), like("Kate", "ann"), like("Kate", "Ann"), like("Kate", "A")
    ('KATE', 'kate', 'Kate', 'Kate')
    """
    if model.islower():
        return word.lower()
    return word.upper() if model.isupper() and len(model) > 1 else word


def location(rng: random.Random, value: str) -> str:
    """Return a place of the locale of `value`: a country for a country, an address for one."""
    if not any(map(str.isdigit, value)):
        if fold(value) in pools.all_countries():
            return like(rng.choice(pools.countries()), value)
        town = rng.choice(pools.towns(pools.town_locale(value)))
        return like(town, value)
    locale = _address_locale(value)
    return _WORD.sub(lambda m: _address_word(rng, m[0], locale), value)


def _address_locale(value: str) -> str:
    words = set()
    for word in _WORD.findall(fold(value)):
        joined = _STREET_TAIL.match(word)
        words |= {word, joined[2] if joined else word}
    for locale, told in _STREET_LOCALES.items():
        if words & set(told.split()):
            return locale
    return pools.ENGLISH


def _address_word(rng: random.Random, word: str, locale: str) -> str:
    if fold(word) in _STREET_WORDS:
        return word
    if word.isdigit():
        return str(rng.randrange(1, 10)) + "".join(rng.choices("0123456789", k=len(word) - 1))
    if any(map(str.isdigit, word)):
        return shaped(rng, word)
    if len(word) <= 2:
        return rng.choice(pools.STATES) if word.isupper() and len(word) == 2 else word
    joined = _STREET_TAIL.match(word)
    if joined:
        return like(rng.choice(pools.towns(locale)), joined[1]) + joined[2]
    return like(rng.choice(pools.towns(locale)), word) if word[0].isupper() else word


def date(rng: random.Random, value: str) -> str:
    """Return another date written in the same way, its month in the same language."""

    def number(found: re.Match[str]) -> str:
        text = found[0]
        if len(text) > 2:
            return f"{int(text) + rng.choice((-3, -2, -1, 1, 2, 3)):0{len(text)}}"[-len(text) :]
        low, high = (10, 12) if len(text) == 2 and text[0] != "0" else (1, 9)
        return f"{rng.randint(low, high):0{len(text)}}"

    moved = re.sub(r"[0-9]+", number, value)
    moved = _ORDINAL.sub(lambda m: m[1] + _ENDS.get(m[1], "th"), moved)
    return re.sub(r"[^\W\d_]{3,}", lambda m: _month(rng, m[0]), moved)


def _month(rng: random.Random, word: str) -> str:
    for months in pools.MONTHS:
        if word in months or word.capitalize() in months or word.lower() in months:
            return like(rng.choice(months), word)
    return word


def shaped(rng: random.Random, value: str) -> str:
    """Return other letters for letters and digits for digits, in the same case; all else stays."""

    def one(char: str) -> str:
        if char.isdigit():
            return rng.choice("0123456789")
        if not char.isalpha():
            return char
        letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
        return letter.upper() if char.isupper() else letter

    return "".join(map(one, value))
