"""Looking for many known strings in a text: case-folded, word-bounded, in one pass."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import ahocorasick

_SPACES = ("\n", "\t", "\r", "\u00a0", "\u202f", "\u2009")


def fold(text: str) -> str:
    """Return `text` in lower case with plain spaces and apostrophes, of the same length.

    >>> fold("Ann\\u00a0O’Hara")
    "ann o'hara"
    """
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    for space in _SPACES:
        low = low.replace(space, " ")
    return low.replace("’", "'")


class Hit(NamedTuple):
    """An occurrence `[start, end)` of a known string, and what it was entered with."""

    start: int
    end: int
    payload: Any


class Matcher:
    """Finds the strings of `forms` as whole words in texts, in any case; the payloads tell which.

    A form is looked for composed and decomposed (NFC, NFD). Building takes time in the length of
    all forms, finding in the length of the text, whatever their number.
    """

    def __init__(self, forms: Mapping[str, Any]) -> None:
        self._automaton = ahocorasick.Automaton()
        for form, payload in forms.items():
            for variant in {unicodedata.normalize(n, form) for n in ("NFC", "NFD")}:
                folded = fold(variant)
                if folded.strip():
                    self._automaton.add_word(folded, (len(folded), payload))
        self.empty = not len(self._automaton)
        if not self.empty:
            self._automaton.make_automaton()

    def find(self, text: str) -> list[Hit]:
        """Return the hits in `text`, by start; a hit inside a longer one is left out."""
        if self.empty:
            return []
        folded = fold(text)
        hits = []
        for last, (length, payload) in self._automaton.iter(folded):
            start, end = last + 1 - length, last + 1
            if bounded(folded, start, end):
                hits.append(Hit(start, end, payload))
        return _longest(hits)


def bounded(text: str, start: int, end: int) -> bool:
    """Return whether `text[start:end]` does not begin or end within a word.

    >>> bounded("joann", 2, 5), bounded("jo ann", 3, 6)
    (False, True)
    """
    if start and _wordy(text[start - 1]) and _wordy(text[start]):
        return False
    return not (end < len(text) and _wordy(text[end]) and _wordy(text[end - 1]))


def _wordy(char: str) -> bool:
    return char.isalnum() or char == "_" or unicodedata.combining(char) > 0


def _longest(hits: Iterable[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    reach = -1
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if hit.end > reach:
            kept.append(hit)
            reach = hit.end
    return kept
