"""The pools surrogates are drawn from: Faker's English names and places, as sorted tuples."""

from __future__ import annotations

from functools import cache

MONTHS = (
    "January February March April May June July August September October November December".split()
)
STATES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH "
    "NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY".split()
)
_ENDINGS = ("ton", "ville", "burgh", "port", "field", "mouth", "ford", "shire", "bury", "haven")
NATIONS = (
    "Austrian Belgian Canadian Chilean Danish Dutch Finnish Greek Irish Italian Norwegian "
    "Peruvian Polish Portuguese Scottish Spanish Swedish Swiss Welsh".split()
)


@cache
def first_names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return given names of women and of men, each sorted; a name of both is in both."""
    from faker.providers.person.en_US import Provider

    return tuple(sorted(Provider.first_names_female)), tuple(sorted(Provider.first_names_male))


@cache
def last_names() -> tuple[str, ...]:
    """Return family names, sorted."""
    from faker.providers.person.en_US import Provider

    return tuple(sorted(Provider.last_names))


@cache
def countries() -> tuple[str, ...]:
    """Return names of countries of one word, sorted."""
    from faker.providers.address.en import Provider

    return tuple(sorted({c for c in Provider.countries if c.isalpha()}))


@cache
def all_countries() -> frozenset[str]:
    """Return the names of all countries, in lower case."""
    from faker.providers.address.en import Provider

    usual = {"england", "scotland", "wales", "usa", "us", "uk", "uae", "america", "russia"}
    return frozenset(c.lower() for c in Provider.countries) | usual


@cache
def towns() -> tuple[str, ...]:
    """Return made-up names of towns, sorted."""
    stems = [n for n in last_names() if n.isalpha() and len(n) <= 7]
    return tuple(sorted({stem + _ENDINGS[i % len(_ENDINGS)] for i, stem in enumerate(stems)}))


@cache
def given(name: str) -> tuple[str, ...]:
    """Return the given names that can stand for `name`: of the same gender when that is known."""
    women, men = first_names()
    title = name.title()
    if title in women and title not in men:
        return women
    if title in men and title not in women:
        return men
    return tuple(sorted({*women, *men}))
