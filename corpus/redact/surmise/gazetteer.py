"""What is known of a word alone: a given or family name, a place, or a word of the language.

All lists come from installed packages: names of Faker's locales, places of phonenumbers' area
codes and of the time zones, English words of the lemmatizer that comes with the name model. A word
on a list proves nothing; `surmise` looks at what stands around it.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

GIVEN, FAMILY, PLACE, WORD, NOUN = 1, 2, 4, 8, 16
"""Flags of a word: on which lists it is; WORD is any English word but a noun."""

USUAL = 8  # locales that make a given name so usual that a word of the language may be it

_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ENGLISH = re.compile(r"""'en':\s*u?\(?(['"])((?:(?!\1)[^\\]|\\.)*)\1""")
_REGION = re.compile(r" - [A-Z]{2}$|[,/(]")
_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("ier", "y"), ("iest", "y"), ("ily", "y"), ("es", ""), ("es", "e"),
    ("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("er", ""), ("er", "e"),
    ("est", ""), ("est", "e"), ("ly", ""), ("ness", ""), ("in", "ing"), ("able", ""), ("able", "e"),
)  # fmt: skip
_CHAT = (
    "i'm i'll i've i'd it's that's don't can't won't didn't doesn't isn't wasn't aren't couldn't "
    "wouldn't shouldn't haven't hasn't ain't let's what's how's who's there's here's where's he's "
    "she's they're we're you're they've we've you've they'll we'll you'll he'll she'll it'll he'd "
    "she'd they'd we'd you'd im ive id dont cant wont didnt doesnt isnt wasnt thats whats hows "
    "lets "
    "youre theyre weve youve couldnt wouldnt shouldnt havent ya yep yup yeah nah nope ok okay k kk "
    "lol lmao lmfao rofl omg omfg wtf btw imo imho tbh idk ikr fyi asap aka brb gtg ttyl thx ty "
    "tysm "
    "np pls plz pleas u ur r y cuz coz cos bc bcoz tho thru gonna wanna gotta kinda sorta dunno "
    "lemme gimme tmrw tmr tomorow tonite nite rn atm afaik haha hahaha hahah hah hehe heh hihi hmm "
    "hm hmmm mhm uh um umm er oh ooh ah aww aw ugh wow whoa yay yo hey hi hello hiya bye gday sup "
    "cheers thanks sorry please dear hugs xo xoxo xx xxx pm am etc eg ie vs re fwd fw via app apps "
    "blog email emails online wifi internet website web pics pic vid vids selfie emoji hashtag dm "
    "mum mom mama mommy mummy dad daddy papa grandma grandpa granny nana bro sis bff babe hon "
    "sweetie "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june "
    "july august september october november december mon tue tues wed thu thur thurs fri sat sun "
    "jan "
    "feb mar apr jun jul aug sep sept oct nov dec easter xmas christmas english http https www com"
)
_SHORT = (
    "abby ally andy ange baz becca becky bex charl charlie chaz chelle chrissie debs "
    "dougie eddie ellie fran freddie gaz geoff gerry hettie izzy jess "
    "jez jonno jools josie kaz kath kev kim lou lottie maddy manda maz mags millie "
    "nate nath olly ollie paddy phil raj rhi ricky ronnie roz seb shaz "
    "steph stevie tash teddy tess tilly trish zac zack zach"
)
"""Short forms of given names that Faker's lists do not have."""
_FUNCTION = (
    "her his him hers she he they them their theirs it its we us our ours you your yours i me my "
    "mine myself himself herself this that these those the a an and or but nor so yet if then than "
    "because as until while of at by for with about against between into through during before "
    "after above below to from up down in out on off over under again once here there when where "
    "why how all any both each few more most other some such no not only own same too very can "
    "will "
    "just should now would could may might must shall do does did done doing have has had having "
    "be "
    "is am are was were been being what which who whom whose yes mr mrs ms dr miss sir anybody "
    "anyone anything everybody everyone everything nobody someone something nothing none upon "
    "without within along across since ever never always one two three four five six seven eight "
    "nine ten eleven twelve twenty thirty hundred thousand million first second third"
)


def fold(word: str) -> str:
    """Return `word` in lower case with a plain apostrophe, without a possessive ending.

    >>> fold("Ann’s")
    'ann'
    """
    return word.lower().replace("’", "'").removesuffix("'s")


@lru_cache(maxsize=131_072)
def flags(folded: str) -> int:
    """Return the flags of a folded word."""
    listed = (GIVEN * (folded in given())) | (FAMILY * (folded in family()))
    listed |= PLACE * (folded in places())
    words, nouns = english()
    if folded in words or (not listed and _inflected(folded, words)):
        return listed | WORD
    if folded in nouns or (not listed and _inflected(folded, nouns)):
        return listed | NOUN
    stem = folded.removesuffix("s")
    if stem not in given() and (stem in words or stem in nouns):
        return listed | NOUN  # «pages», not «williams»
    head, hyphen, tail = folded.partition("-")
    both = (flags(head), flags(tail)) if hyphen else (0, 0)
    if hyphen and not listed and all(told & (WORD | NOUN) for told in both):
        return 0 if all(told & (GIVEN | FAMILY) for told in both) else WORD  # «Wei-Lin»
    if not listed and stem != folded and len(stem) > 3 and stem in given() and not ordinary(stem):
        return GIVEN  # «katies», of Katie
    return listed


def ordinary(folded: str) -> bool:
    """Return whether a word in lower case can be taken for no name at all.

    >>> ordinary("walked"), ordinary("naomi")
    (True, False)
    """
    told = flags(folded)
    if told & WORD:
        return given()[folded] < USUAL
    return bool(told & NOUN) and not told & PLACE and given()[folded] < USUAL // 2


def _inflected(word: str, words: frozenset[str]) -> bool:
    for ending, other in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word.removesuffix(ending)
            if stem + other in words:
                return True
            if stem[-1:] == stem[-2:-1] and not other and stem[:-1] in words:
                return True
    return False


@cache
def given() -> Counter[str]:
    """Return the given names of Faker's locales, folded, each one word: in how many it is."""
    listed = Counter(
        name
        for provider in _providers("person")
        for name in set(_single(_named(provider, "first")))
    )
    return listed | Counter(_SHORT.split())


@cache
def family() -> frozenset[str]:
    """Return the family names of all of Faker's locales, folded, each one word."""
    return frozenset(
        name for provider in _providers("person") for name in _single(_named(provider, "last"))
    )


def _named(provider: Any, which: str) -> Iterator[str]:
    for name in dir(provider):
        if name.startswith(f"{which}_") and "name" in name and "format" not in name:
            yield from _strings(getattr(provider, name))


def _providers(kind: str) -> Iterator[Any]:
    package = importlib.import_module(f"faker.providers.{kind}")
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg:
            yield importlib.import_module(f"{package.__name__}.{module.name}").Provider


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, (list, tuple, set, frozenset, dict)):
        for item in value:
            if isinstance(item, str):
                yield item
            elif isinstance(item, tuple):  # the same name in several scripts
                yield from (part for part in item if isinstance(part, str))


def _single(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        folded = name.lower().replace("’", "'")
        if len(folded) > 1 and _NAME.fullmatch(folded):
            yield folded


@cache
def places() -> frozenset[str]:
    """Return names of countries, regions and towns, folded, of up to five words."""
    found = set(_towns())
    for provider in _providers("address"):
        for name in ("countries", "cities", "states", "provinces", "counties", "regions"):
            found.update(_strings(getattr(provider, name, ())))
    found.update(
        zone.rpartition("/")[2].replace("_", " ") for zone in zoneinfo.available_timezones()
    )
    usual = (
        "britain england scotland wales usa u.s. us uk u.k. uae america russia holland europe asia "
        "africa"
    )
    return frozenset(
        name
        for name in (*(place.lower().strip() for place in found), *usual.split())
        if len(name) > 2 and name.count(" ") < 5 and not any(map(str.isdigit, name))
    )


def _towns() -> Iterator[str]:
    """Yield the places that telephone area codes are told by, without their region.

    The tables are read as text: imported, they would take 100 MB.
    """
    package = importlib.import_module("phonenumbers")
    for path in package.__path__:
        for table in sorted(Path(path, "geodata").glob("data*.py")):
            with table.open(encoding="utf-8") as lines:
                for told in (found for line in lines for found in _ENGLISH.finditer(line)):
                    name = told[2].encode("latin-1", "backslashreplace").decode("unicode-escape")
                    for part in _REGION.split(name):
                        yield part.strip()


@cache
def longest_place() -> dict[str, int]:
    """Return for the first word of places of several words how many words the longest has."""
    longest: dict[str, int] = {}
    for place in places():
        first, space, _ = place.partition(" ")
        if space:
            longest[first] = max(longest.get(first, 0), place.count(" ") + 1)
    return longest


@cache
def english() -> tuple[frozenset[str], frozenset[str]]:
    """Return English words but nouns, and nouns, both folded; the latter hold some names."""
    words, nouns = set((_CHAT + " " + _FUNCTION).split()), set[str]()
    try:
        from corpus.redact.ner.models import model_folder

        path = model_folder() / "lemmatizer/lookups/lookups.bin"
        import srsly

        tables = srsly.msgpack_loads(path.read_bytes())
    except (OSError, ValueError, RuntimeError, ImportError):
        return frozenset(words), frozenset(nouns)
    from spacy.lang.en.stop_words import STOP_WORDS

    words |= STOP_WORDS
    sizes = sorted(tables["lemma_index"].values(), key=len)
    nouns.update(sizes[-1])
    for table in sizes[:-1]:
        words.update(table)
    for table in tables["lemma_exc"].values():
        for form, bases in table.items():
            (words if any(base in words for base in bases) else nouns).add(form)
    return frozenset(words), frozenset(nouns - words)
