"""What tells one language from its neighbours: the letters it is written with, and small words.

A model of letter sequences takes Danish for Norwegian and Slovak for Czech, above all in a single
sentence. A letter that a language does not write counts against it, and a small word that it has
and the other has not counts for it; words that all of them have change nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from corpus.stops import SMALL_WORDS, STOP_WORDS

NEIGHBOURS = (
    "no nn da sv",
    "hr bs sr sl",
    "sk cs pl",
    "id ms",
    "bg mk ru sr uk be",
    "es ca gl pt",
    "fa ar ur ku",
    "lt lv",
    "et fi",
    "tr az",
    "hi mr",
)
"""Languages that are easily taken for each other."""

LETTERS = dict(
    pair.split(":")
    for pair in (
        "af:êëéèïôû ar:ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي az:çəğıöşü "
        "be:абвгдеёжзійклмнопрстуўфхцчшыьэюя bg:абвгдежзийклмнопрстуфхцчшщъьюя bs:čćđšž "
        "ca:àçèéíïòóúü· cs:áčďéěíňóřšťúůýž da:æøå de:äöüß en:éèï es:áéíñóúü et:äõöüšž eu:ñçü "
        "fa:ءآأؤئابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیيكة fi:äöå fr:àâæçèéêëîïôœùûüÿ gl:áéíñóúü "
        "hi:अआइईउऊऋऍएऐऑओऔकखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह "
        "mr:अआइईउऊऋऍएऐऑओऔकखगघङचछजझञटठडढणतथदधनपफबभमयरलळवशषसह "
        "hr:čćđšž hu:áéíóöőúüű id:é is:áæéíðóöþúý it:àèéìíòóùú "
        "ku:çêîşûءئابپتجچحخدرڕزژسشعغفڤقکگلڵمنهھەوۆیێ lt:ąčęėįšųūž lv:āčēģīķļņšūž "
        "mk:абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ ms:é nl:áéèëíïóöúü nn:æøåòéô no:æøåéòô "
        "pl:ąćęłńóśźż pt:àáâãçéêíóôõú ro:ăâîșțşţ ru:абвгдеёжзийклмнопрстуфхцчшщъыьэюя "
        "sk:áäčďéíĺľňóôŕšťúýž sl:čšž sq:çë sr:čćđšžабвгдђежзијклљмнњопрстћуфхцчџш sv:åäöé "
        "tr:çğıöşüâîû uk:абвгґдеєжзиіїйклмнопрстуфхцчшщьюя "
        "ur:ءآأؤئابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھیےۓۂ"
    ).split()
)
"""Language → the letters beyond a–z that it is written with."""

FOR, AGAINST = 0.7, 0.7
"""What a word is worth, and a foreign letter, as differences of log-likelihood."""
STRONG = 5  # letters
AGAINST_LATIN = 0.35
"""What counts against Serbian in Latin letters, since much of it is written in Cyrillic ones."""

_MARKS = "".join(c for c in map(chr, range(0x300, 0xFE30)) if unicodedata.category(c)[0] == "M")
_WORD = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+")  # vowels of Indian scripts are marks
_BEYOND = re.compile(r"[^\W\d_\x00-\x7f]")
_LATIN = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split()
_PAIRS = sorted(
    zip(_LATIN, "абвгдђежзијклљмнњопрстћуфхцчџш", strict=True), key=lambda p: -len(p[0])
)
_PAIRS_BACK = [(cyrillic, latin) for latin, cyrillic in _PAIRS]


@cache
def neighbours(language: str) -> frozenset[str]:
    """Return the languages that `language` is easily taken for, itself among them.

    >>> sorted(neighbours("sk"))
    ['cs', 'pl', 'sk']
    """
    found = (group.split() for group in NEIGHBOURS)
    return frozenset({language}.union(*(group for group in found if language in group)))


@cache
def small_words(language: str) -> frozenset[str]:
    """Return the small words of `language`; those of Serbian in both of its scripts."""
    found = {*SMALL_WORDS.get(language, "").split(), *STOP_WORDS.get(language, "").split()}
    if language == "sr":
        found |= {_spelt(word, pairs) for word in found for pairs in (_PAIRS, _PAIRS_BACK)}
    return frozenset(found)


def _spelt(word: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return a Serbian word spelt in its other script.

    >>> _spelt("između", _PAIRS), _spelt("нешто", _PAIRS_BACK)
    ('између', 'nešto')
    """
    for before, after in pairs:
        word = word.replace(before, after)
    return word


class Evidence:
    """The small words and the letters beyond a–z of one text."""

    def __init__(self, text: str) -> None:
        low = text.lower()
        self.letters = frozenset() if low.isascii() else frozenset(_BEYOND.findall(low))
        self.words = frozenset(_WORD.findall(low)).union(filter(_is_word, self.letters))

    def telling(self, language: str) -> int:
        """Return how many different small words of `language` the text has, single letters aside.

        >>> Evidence("Hva er det du ikke vil?").telling("no")
        5
        """
        found = self.words & small_words(language)
        return sum(len(word) > 1 or _is_word(word) for word in found)

    def weight(self, language: str) -> float:
        """Return what speaks for `language`, as a difference of log-likelihood.

        >>> text = Evidence("Hva er det du ikke vil?")
        >>> text.weight("no") > text.weight("da") > text.weight("sv")
        True
        """
        foreign = len(self.letters - _letters(language)) if language in LETTERS else 0
        latin = language == "sr" and "а" not in self.letters
        if language in ("ja", "zh"):  # Japanese has kana, Chinese has none
            foreign += STRONG * (any("ぁ" <= c <= "ヿ" for c in self.letters) == (language == "zh"))
        small = len(self.words & small_words(language))
        return FOR * small - AGAINST * foreign - AGAINST_LATIN * latin


def _is_word(letter: str) -> bool:
    """Return whether a letter is a word for itself: kana or an ideograph, between no spaces."""
    return "ぁ" <= letter[0] < "가"


@cache
def _letters(language: str) -> frozenset[str]:
    return frozenset(LETTERS[language])
