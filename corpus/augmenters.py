"""nlpaug's augmenters, each set to make one small change and to draw from a generator of our own.

By itself nlpaug draws from the global generators, which every thread shares, and fetches WordNet
from the network when it is missing. Neither happens here.
"""

from __future__ import annotations

import copy
import random
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, get_args

from corpus.quiet import light

if TYPE_CHECKING:
    from nlpaug import Augmenter

OfWord = Literal["keyboard", "ocr", "spelling", "swap", "delete", "split", "synonym"]
OfPair = Literal["word-swap", "word-delete"]
OfSentence = Literal["sentence-shuffle", "sentence-drop"]
Name = Literal[
    "keyboard",
    "ocr",
    "spelling",
    "swap",
    "delete",
    "split",
    "synonym",
    "word-swap",
    "word-delete",
    "sentence-shuffle",
    "sentence-drop",
]
NAMES: tuple[Name, ...] = get_args(Name)
WORDS: tuple[str, ...] = get_args(OfWord)
PAIRS: tuple[str, ...] = get_args(OfPair)
ENGLISH: tuple[Name, ...] = ("spelling", "synonym")
"""Those that know English words only."""

LAYOUTS = frozenset({"de", "en", "es", "fr", "it", "nl", "pl", "tr", "uk"})
"""Languages nlpaug has a keyboard for, of those with small letters; others type on the English."""
NO_WORDNET = (
    "synonym needs WordNet, which is not installed; run: pip install 'commonplace[synonym]' && "
    "python -m nltk.downloader wordnet; or leave synonym out"
)


def has_wordnet() -> bool:
    """Return whether NLTK and its WordNet are on this machine; fetches nothing."""
    try:
        with light():
            data = import_module("nltk.data")
    except ImportError:
        return False
    for place in ("corpora/wordnet", "corpora/wordnet.zip"):
        try:
            data.find(place)
        except LookupError:
            continue
        return True
    return False


def augmenter(name: str, language: str | None, chance: random.Random) -> Augmenter:
    """Return nlpaug's augmenter `name` for texts in `language`, which draws from `chance`.

    One of words takes a single word; one of pairs takes two words with a blank between them, the
    second in its `stopwords`, and changes the first.
    """
    own = copy.copy(_augmenter(name, language if language in LAYOUTS else "en"))

    def sample(choices: Any, count: int | None = None) -> Any:
        if isinstance(choices, int):  # where to part a word of so many letters
            return chance.randrange(1, choices)
        return chance.sample(choices, count or 0)

    own.sample = sample
    return own


@cache
def _augmenter(name: str, layout: str) -> Augmenter:
    characters, words = _nlpaug()
    word = {"tokenizer": _alone, "reverse_tokenizer": "".join}  # its own would part «don't»
    pair = {"tokenizer": str.split, "reverse_tokenizer": " ".join, "aug_max": 1}
    one = {"aug_char_min": 1, "aug_char_max": 1, "aug_word_p": 1, **word}
    match name:
        case "keyboard":
            plain = {"include_upper_case": False, "include_numeric": False}
            return characters.KeyboardAug(lang=layout, **plain, **one)
        case "ocr":
            return characters.OcrAug(**one)
        case "spelling":
            return _spelling(words, word)
        case "split":
            return words.SplitAug(aug_p=1, tokenizer=_alone, reverse_tokenizer=" ".join)
        case "synonym":
            return _synonym(words, word)
        case "word-swap" | "word-delete":
            return words.RandomWordAug(action=name.removeprefix("word-"), **pair)
        case _:
            return characters.RandomCharAug(action=name, **one)


def _spelling(words: ModuleType, word: dict[str, Any]) -> Augmenter:
    spelling = words.SpellingAug(aug_p=1, include_reverse=False, **word)
    known = spelling.model.dict
    # nlpaug orders them by string hashes, which differ in every process
    spelling.model.dict = {key: sorted(known[key]) for key in known}
    return spelling


def _synonym(words: ModuleType, word: dict[str, Any]) -> Augmenter:
    """Return the augmenter over our reading of WordNet; nlpaug's own would go to the network.

    Raises RuntimeError when WordNet is not installed.
    """
    if not has_wordnet():
        raise RuntimeError(NO_WORDNET)
    with light():
        wordnet = import_module("nltk.corpus").wordnet
        wordnet.ensure_loaded()  # its lazy loading is not safe among threads

    class Synonym(words.SynonymAug):  # type: ignore[name-defined, misc]
        @classmethod
        def get_model(cls, *_: object) -> Senses:
            return Senses(wordnet)

    return Synonym(aug_p=1, **word)


class Senses:
    """WordNet as nlpaug asks it: synonyms in the most frequent sense that has any.

    Only a word in its base form has synonyms, for others would not fit its ending; names
    («Washington» for «was») and phrases are none.
    """

    def __init__(self, wordnet: Any) -> None:
        self.wordnet = wordnet

    def pos_tag(self, tokens: list[str]) -> list[tuple[str, str]]:
        """Return the tokens without parts of speech: the tagger is a download of its own."""
        return [(token, "") for token in tokens]

    def predict(self, word: str, pos: str | None = None) -> list[str]:
        """Return the synonyms of `word`, in order of the alphabet."""
        for sense in self.wordnet.synsets(word, pos=pos):
            names = [str(name) for name in sense.lemma_names()]
            others = sorted({n for n in names if n.isalpha() and n.islower()} - {word})
            if word in names and others:
                return others
        return []


def _nlpaug() -> tuple[ModuleType, ModuleType]:
    """Return nlpaug's augmenters of characters and of words."""
    with light():
        characters = import_module("nlpaug.augmenter.char")
        return characters, import_module("nlpaug.augmenter.word")


def _alone(word: str) -> list[str]:
    return [word]
