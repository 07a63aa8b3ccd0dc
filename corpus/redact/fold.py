"""Looking for many known strings in a text: case-folded, word-bounded, in one pass."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import ahocorasick

_UNPARTED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
"""Letters of scripts that do not part words, or that add particles to a name: 田中さん, 민수가."""
_FILE = re.compile(r"[\w.-]*\.[A-Za-z][A-Za-z0-9]{1,4}(?!\w)")
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
        hits = list(self._bounded(folded))
        if "_" in folded:  # «IMG_Ann_Lee.jpg»
            for hit in self._bounded(folded.replace("_", " ")):
                if "_" in folded[max(0, hit.start - 1) : hit.end + 1]:
                    if not _identifies(folded, hit.start, hit.end):
                        hits.append(hit)
        return _longest(hits)

    def _bounded(self, folded: str) -> Iterator[Hit]:
        for last, (length, payload) in self._automaton.iter(folded):
            start, end = last + 1 - length, last + 1
            if bounded(folded, start, end):
                yield Hit(start, end, payload)


def _identifies(text: str, start: int, end: int) -> bool:
    """Return whether one word beside an underscore is of an identifier: no full name, no file's."""
    if "_" not in text[max(0, start - 1) : end + 1] or "_" in text[start + 1 : end - 1]:
        return False
    return _FILE.match(text, start) is None


def bounded(text: str, start: int, end: int) -> bool:
    """Return whether `text[start:end]` does not begin or end within a word.

    >>> bounded("joann", 2, 5), bounded("jo ann", 3, 6)
    (False, True)
    """
    if start and _joined(text[start - 1], text[start]):
        return False
    return not (end < len(text) and _joined(text[end - 1], text[end]))


def _joined(one: str, other: str) -> bool:
    """Return whether two characters side by side belong to one word, in scripts that part words."""
    return _wordy(one) and _wordy(other) and not (_UNPARTED.match(one) or _UNPARTED.match(other))


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
