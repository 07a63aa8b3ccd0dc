"""The pools surrogates are drawn from: Faker's names and places of the locale a word is of."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

ENGLISH = "en_US"
LATIN = (
    "en_US en_GB fr_FR es_ES it_IT no_NO da_DK sv_SE nl_NL de_DE pt_PT fi_FI pl_PL cs_CZ hu_HU "
    "ro_RO hr_HR tr_TR et_EE lv_LV lt_LT is_IS en_IN id_ID vi_VN ga_IE"
).split()
"""Locales whose names are in Latin letters; a name of several is of the first."""
SCRIPTS = {
    "CYRILLIC": "ru_RU",
    "GREEK": "el_GR",
    "HEBREW": "he_IL",
    "ARABIC": "ar_AA",
    "HANGUL": "ko_KR",
    "HIRAGANA": "ja_JP",
    "KATAKANA": "ja_JP",
    "CJK": "zh_CN",
    "DEVANAGARI": "hi_IN",
    "THAI": "th_TH",
    "ARMENIAN": "hy_AM",
    "GEORGIAN": "ka_GE",
    "BENGALI": "bn_BD",
    "TAMIL": "ta_IN",
}
"""First word of a letter's Unicode name → the locale of its script."""
LETTERS = {
    "іїєґ": "uk_UA",
    "پچژگ": "fa_IR",
    "ß": "de_DE",
    "åøæ": "no_NO",
    "äö": "de_DE",
    "ñ": "es_ES",
    "ãõ": "pt_PT",
    "łżźśćńęą": "pl_PL",
    "řěůčšž": "cs_CZ",
    "őű": "hu_HU",
    "ğşı": "tr_TR",
    "ățţ": "ro_RO",
    "ðþ": "is_IS",
    "āēīūķļņģ": "lv_LV",
    "ėų": "lt_LT",
    "çœêèëâîïûà": "fr_FR",
    "ảạấầẩẫậắằẳẵặẻẽẹếềểễệỉĩịỏọốồổỗộớờởỡợủũụứừửữựỳỷỹỵđư": "vi_VN",
}
"""Letters that tell a locale where no pool knows the word."""
FEWEST = 10
NICKNAMES = {
    nick: name
    for name, nicks in (
        ("robert", "bob bobby rob robbie bert"),
        ("william", "bill billy will willy liam"),
        ("richard", "dick rick ricky rich"),
        ("james", "jim jimmy jamie"),
        ("john", "jack johnny"),
        ("thomas", "tom tommy"),
        ("charles", "charlie chuck"),
        ("michael", "mike mick micky"),
        ("anthony", "tony"),
        ("edward", "ed eddie ted ned"),
        ("joseph", "joe joey"),
        ("henry", "harry hank"),
        ("david", "dave davy"),
        ("stephen", "steve"),
        ("andrew", "andy drew"),
        ("lawrence", "larry"),
        ("frederick", "fred freddie"),
        ("margaret", "maggie meg peggy"),
        ("elizabeth", "liz lizzie beth betty betsy eliza"),
        ("katherine", "kate katie kathy kit"),
        ("catherine", "cathy cate"),
        ("susan", "sue susie"),
        ("patricia", "pat patty trish"),
        ("deborah", "deb debbie"),
        ("barbara", "barb babs"),
        ("dorothy", "dot dolly"),
        ("helen", "nell nelly"),
        ("mary", "molly polly"),
        ("sarah", "sally"),
        ("victoria", "vicky tori"),
        ("alexander", "sandy sasha"),
    )
    for nick in nicks.split()
}
"""English short forms that do not begin like the name they stand for, or not only."""
STATES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH "
    "NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY".split()
)
_ENDINGS = ("ton", "ville", "burgh", "port", "field", "mouth", "ford", "shire", "bury", "haven")
NATIONS = (
    "Austrian Belgian Canadian Chilean Danish Dutch Finnish Greek Irish Italian Norwegian "
    "Peruvian Polish Portuguese Scottish Spanish Swedish Swiss Welsh".split()
)


class Names(NamedTuple):
    """Given names of women and of men, and family names; each sorted, single words."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    last: tuple[str, ...]


@cache
def names(locale: str) -> Names:
    """Return the names of `locale`; English ones where Faker has fewer than `FEWEST`."""
    given = _provider("person", locale)
    both = _words(given, "first_names")
    women = _words(given, "first_names_female") or both
    men = _words(given, "first_names_male") or both
    last = _words(given, "last_names", "last_names_male", "unisex_last_names")
    found = (women, men, last)
    if locale == ENGLISH:
        return Names(*found)
    pairs = zip(found, names(ENGLISH), strict=True)
    return Names(*(own if len(own) >= FEWEST else english for own, english in pairs))


def _provider(kind: str, locale: str) -> Any:
    try:
        return import_module(f"faker.providers.{kind}.{locale}").Provider
    except ImportError:
        return None


def _words(provider: Any, *attributes: str) -> tuple[str, ...]:
    """Return the first of the named lists that is one, its single words sorted."""
    for name in attributes:
        told = getattr(provider, name, None)
        if isinstance(told, Iterable) and not isinstance(told, str):
            found = sorted({word for word in told if isinstance(word, str) and _single(word)})
            if len(found) > 2:
                return tuple(found)
    return ()


def _single(word: str) -> bool:
    """Return whether `word` is letters and their marks alone; one Latin letter is no name."""
    kinds = {unicodedata.category(char)[0] for char in word}
    return kinds <= {"L", "M"} and (len(word) > 1 or ord(word) > 0x2E80)


def locale_of(word: str) -> str:
    """Return the locale of a name: by its script, by the pool that has it, by its letters.

    >>> [locale_of(word) for word in ("Ann", "Jürgen", "Ольга", "Xyzzyå")]
    ['en_US', 'de_DE', 'ru_RU', 'no_NO']
    """
    folded = unicodedata.normalize("NFC", word).casefold()
    letter = next((c for c in folded if c.isalpha()), "a")
    script = SCRIPTS.get(unicodedata.name(letter, "LATIN").partition(" ")[0])
    told = next((locale for letters, locale in LETTERS.items() if set(letters) & set(folded)), None)
    if script is not None:
        return told if told in ("uk_UA", "fa_IR") else script
    return _homes().get(folded) or told or ENGLISH


@cache
def _homes() -> dict[str, str]:
    """Return each name in Latin letters, case-folded, with the first locale that has it."""
    return {
        word.casefold(): locale
        for locale in reversed(LATIN)
        for pool in names(locale)
        for word in pool
    }


SURNAME_FIRST = ("zh_CN", "ja_JP", "ko_KR")
"""Locales that write family and given name in one word."""


@cache
def surname_of(word: str, locale: str) -> str:
    """Return the family name that `word` begins with where names are one word, else «».

    >>> surname_of("王小明", "zh_CN"), surname_of("Ann", "en_US")
    ('王', '')
    """
    known = _known(locale)[2] if locale in SURNAME_FIRST else frozenset()
    return next((word[:n] for n in (3, 2, 1) if n < len(word) and word[:n] in known), "")


def given(name: str, locale: str = ENGLISH) -> tuple[str, ...]:
    """Return the given names that can stand for `name`: of its gender, where known, and length."""
    of_women, of_men, _ = _known(locale)
    folded = name.casefold()
    kinds = (folded in of_women) - (folded in of_men)
    return near(locale, {1: "women", -1: "men"}.get(kinds, "given"), len(name))


@cache
def near(locale: str, kind: str, length: int) -> tuple[str, ...]:
    """Return the names of `locale` of about `length` letters, or all of them when those are few.

    `kind` is women, men, given (both) or last.
    """
    women, men, last = names(locale)
    given = tuple(sorted({*women, *men}))
    pool = {"women": women, "men": men, "given": given, "last": last}[kind]
    fitting = tuple(name for name in pool if abs(len(name) - length) <= 2)
    return fitting if len(fitting) >= 2 * FEWEST else pool


@cache
def _known(locale: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(word.casefold() for word in pool) for pool in names(locale))


@cache
def countries() -> tuple[str, ...]:
    """Return English names of countries of one word, sorted."""
    return tuple(sorted({c for c in _provider("address", "en").countries if c.isalpha()}))


@cache
def all_countries() -> frozenset[str]:
    """Return the English names of all countries, in lower case."""
    usual = {"england", "scotland", "wales", "usa", "us", "uk", "uae", "america", "russia"}
    return frozenset(c.lower() for c in _provider("address", "en").countries) | usual


@cache
def towns(locale: str = ENGLISH) -> tuple[str, ...]:
    """Return names of towns of one word, sorted: Faker's, or family names, made-up if English."""
    if locale != ENGLISH:
        found = _words(_provider("address", locale), "cities", "city_names")
        return found if len(found) >= FEWEST else names(locale).last
    stems = [n for n in names(ENGLISH).last if len(n) <= 7]
    return tuple(sorted({stem + _ENDINGS[i % len(_ENDINGS)] for i, stem in enumerate(stems)}))


@cache
def town_locale(word: str) -> str:
    """Return the locale of a place: by its script, by the list of towns that has it, by letters."""
    folded = word.casefold()
    for locale in LATIN:
        if not locale.startswith("en_") and folded in _towns_folded(locale):
            return locale
    told = locale_of(word)
    return told if told in SCRIPTS.values() or not word.isascii() else ENGLISH


@cache
def _towns_folded(locale: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in towns(locale))


MONTHS: tuple[tuple[str, ...], ...] = tuple(
    tuple(line.split())
    for line in (
        "January February March April May June July August September October November December",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "januar februar mars april mai juni juli august september oktober november desember",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "januari februari mars april maj juni juli augusti september oktober november december",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
        "dicembre",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października "
        "listopada grudnia",
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta "
        "syyskuuta lokakuuta marraskuuta joulukuuta",
        "ledna února března dubna května června července srpna září října listopadu prosince",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    )
)
"""The months as languages call them; the first list that has a word is its language's."""
