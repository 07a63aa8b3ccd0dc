"""Full names that lists know, for texts in a language of which there is no model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from corpus.redact.entities import Entity
from corpus.redact.known import PARTICLES
from corpus.redact.patterns import NAME, PARTICLE
from corpus.redact.surmise.gazetteer import FAMILY, GIVEN, flags, fold, given

USUAL = 4
"""Locales that have a given name so usual that an unknown word after it is a family name."""
SCORE = 0.5
_RUN = re.compile(rf"{NAME}(?:[ ](?:[A-Z]\.[ ])?{PARTICLE}{NAME}){{1,5}}")
_WORD = re.compile(NAME)


def listed(text: str) -> Iterator[Entity]:
    """Yield the full names in `text`: a given name of the lists, and family names after it.

    One capital proves nothing where all nouns have one, so it takes two words that lists know, or
    a very usual given name and a word that no list knows at all.

    >>> [text[e.start:e.end] for text in ("Gestern kam Agnieszka Nowak, die Gute Frau",)
    ...  for e in listed(text)]
    ['Agnieszka Nowak']
    """
    for run in _RUN.finditer(text):
        words = list(_WORD.finditer(text, *run.span()))
        pairs = pairwise(words)
        first = next((i for i, (w, after) in enumerate(pairs) if _starts(text, w, after)), None)
        if first is not None:
            last = first + 1
            while last + 1 < len(words) and _family(words[last + 1][0]):
                last += 1
            start, end = words[first].start(), words[last].end()
            yield Entity(start, end, "PERSON", SCORE, "list.full")


def _starts(text: str, word: re.Match[str], after: re.Match[str]) -> bool:
    """Return whether a given name is followed by another or a family name."""
    pieces = fold(word[0]).split("-")
    if not all(flags(piece) & GIVEN for piece in pieces):
        return False
    if _family(after[0]):
        return True
    told = flags(fold(after[0]))
    side_by_side = text[word.end() : after.start()] == " "  # «Gregor der Schulmeister»
    usual = all(given()[piece] >= USUAL for piece in pieces)
    return usual and side_by_side and (not told or bool(told & GIVEN))


def _family(word: str) -> bool:
    folded = fold(word)
    return bool(flags(folded) & FAMILY) and folded not in PARTICLES
