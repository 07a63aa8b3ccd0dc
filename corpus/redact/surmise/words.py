"""The words of a line, what lists know of each, and which stand together as one name does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from corpus.redact.known import PARTICLES, TITLES
from corpus.redact.surmise.code import identifier
from corpus.redact.surmise.gazetteer import FAMILY, GIVEN, NOUN, PLACE, WORD, flags, fold
from corpus.redact.surmise.spans import Span

WORDS = re.compile(r"[^\W\d_]+(?:['’‐-][^\W\d_]+)*")


LISTED = GIVEN | FAMILY | PLACE


LONG = 6  # words of the longest name surmised


class Word(NamedTuple):
    """A word of a line: where it is, its folded form, its flags, and whether it has a capital."""

    start: int
    end: int
    folded: str
    flags: int
    capital: bool
    initial: bool

    @property
    def plain(self) -> bool:
        """Return whether it is a word of the language, not only a name."""
        return bool(self.flags & WORD) or bool(
            self.flags & NOUN and not self.flags & (GIVEN | FAMILY | PLACE)
        )

    @property
    def name(self) -> bool:
        """Return whether it is on a list of names and no word of the language."""
        return bool(self.flags & (GIVEN | FAMILY)) and not self.flags & (WORD | NOUN)

    @property
    def candidate(self) -> bool:
        """Return whether it can be part of a name: a capital, and no word that forbids it."""
        return self.capital and (bool(self.flags & (GIVEN | FAMILY)) or not self.plain)


def words(line: str, recased: bool = False) -> list[Word]:
    """Return the words of `line`; an acronym among other words counts as one without capital.

    Part of an identifier counts as a word of the language. In a line that was `recased` a capital
    alone says nothing: words count when they are listed.
    """
    found = []
    mixed = not line.isupper()
    for match in WORDS.finditer(line):
        text = match[0]
        folded = fold(text)
        initial = len(text) == 1 and text.isupper()
        told = flags(folded)
        capital = text[0].isupper()
        if identifier(line, *match.span(), recased):
            told, capital, initial = WORD, False, False
        elif capital and mixed and len(text) > 1 and text.isupper():  # «IBAN», but «Ann MILLER»
            capital = len(text) > 3 and bool(told & (GIVEN | FAMILY | PLACE))
        named = bool(told & (GIVEN | FAMILY)) or bool(told & PLACE and not told & (WORD | NOUN))
        capital = capital and (named or not recased)
        found.append(Word(*match.span(), folded, told, capital, initial))
    return list(_shouted(line, found)) if mixed else found


def _shouted(line: str, told: Sequence[Word]) -> Iterator[Word]:
    """Yield `told`; capitals alone on words side by side count where they make a full name."""
    for i, word in enumerate(told):
        beside = [w for w in told[max(0, i - 2) : i + 3] if w is not word and _shout(line, w)]
        named = any(w.flags & GIVEN and not w.flags & WORD for w in (word, *beside))
        close = any(joined(line, *sorted((word, w))) for w in beside)
        full = named and close and not any(w.flags & WORD for w in (word, *beside))
        yield word._replace(capital=True) if full and _shout(line, word) else word


def _shout(line: str, word: Word) -> bool:
    return word.end - word.start > 2 and line[word.start : word.end].isupper()


def within(told: Sequence[Word], start: int, end: int) -> list[Word]:
    """Return the words of a line that lie in `[start, end)`."""
    return [word for word in told if word.start >= start and word.end <= end]


def joined(line: str, one: Word, other: Word) -> bool:
    """Return whether two words stand side by side as parts of one name do."""
    gap = line[one.end : other.start]
    return (
        gap in (" ", "  ", "_")
        or (gap == ". " and (one.initial or one.folded in TITLES))
        or (
            gap == "." and one.initial and other.initial  # «J.P. O'Rourke»
        )
    )


def groups_of(line: str, told: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield runs of words that could be one name: capitals, initials, particles between."""
    group: list[Word] = []
    for word in told:
        fits = word.candidate or word.initial
        fits = fits or (
            bool(group) and word.folded in PARTICLES and word.folded not in ("and", "of", "y")
        )
        if group and not (fits and joined(line, group[-1], word)):
            yield group
            group = []
        if fits and (group or word.candidate):
            group.append(word)
    if group:
        yield group


def indices(told: Sequence[Word], span: Span) -> list[int]:
    """Return which words of a line `span` touches."""
    return [i for i, w in enumerate(told) if w.start < span.end and span.start < w.end]
