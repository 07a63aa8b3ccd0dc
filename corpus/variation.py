"""Varies one text: words, pairs of words or sentences change, and every blank and sign stays."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from corpus import near
from corpus.augmenters import PAIRS, WORDS, augmenter
from corpus.spared import Range, spared, touches

TRIES = 8
"""Places looked at per place to change; many words have no misspelling that nlpaug knows."""

# A lowercase word that stands alone between blanks, but for punctuation: not a name, not in a URL,
# address, number, path, tag or code. Four letters is also the least nlpaug's character noise takes.
_WORD = re.compile(
    r"(?<!\S)[(\[\"'“”‘’„«»¡¿*–—-]*"
    r"(?P<word>[^\W\d_]{4,}(?:['’][^\W\d_]+)?)"
    r"(?=[)\]\"'“”‘’„«»*,.;:!?…–—-]*(?!\S))"
)
_BARE = re.compile(r"(?<!\S)[^\W\d_]{2,}(?!\S)")
_GAP = re.compile(r"[ \t]+")
_RESULT = re.compile(r"\w+(?:['’-]\w+)*")
_PARTED = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)? [^\W\d_'’]+(?:['’][^\W\d_]+)?")
_BULLET = re.compile(r"[ \t]*(?:(?:[-*+•·#]+|\(?\w{1,3}[.)])[ \t]+)?")
# A sentence ends where the next begins with a capital or a quotation mark. «Dr.», «e.g.» and
# «Prof.» end none: before a full stop there are four small letters, a digit or a bracket.
_END = re.compile(
    r"(?:[!?…]|(?<=[^\W\dA-Z_]{4})\.|(?<=[\d)\]\"”’»])\.)[\"”’»)]*(?P<gap>[ \t]+)"
    r"(?=[\"“„«(¿¡]*[^\W\d_])"
    r"|[。！？](?P<none>)(?=\S)"
)


class Slot(NamedTuple):
    """A place that may change: `first`, and `second` after it where two things change places.

    No two changed slots hold the same words or sentences, told by where those start.
    """

    first: Range
    second: Range | None
    holds: tuple[int, ...]


def vary(
    text: str,
    name: str,
    language: str | None,
    edits: float,
    chance: random.Random,
    stand_ins: Iterable[Range] = (),
) -> tuple[str, int]:
    """Return `text` with a share `edits` of its words or sentences changed, and how many were.

    Nothing in the `stand_ins` changes, nor in code, addresses and quoted lines.

    >>> vary("Meet me by the harbour at 10:15.", "swap", "en", 0.1, random.Random(2))
    ('Meet me by the ahrbour at 10:15.', 1)
    """
    slots = _packed(_slots(text, name, spared(text, stand_ins)))
    wanted = max(1, round(edits * len(slots)))
    change = _change(text, name, language, chance)
    changed: dict[Range, str] = {}
    held: set[int] = set()
    for n in chance.sample(range(len(slots)), min(len(slots), TRIES * wanted)):
        slot = _unpacked(slots[n])
        if held.intersection(slot.holds):
            continue
        new = change(slot)
        if new is not None:
            changed[slot.first[0], (slot.second or slot.first)[1]] = new
            held.update(slot.holds)
        if len(changed) == wanted:
            break
    return _spliced(text, changed), len(changed)


def alike(one: str, other: str) -> float:
    """Return the Jaccard similarity of two texts by their pairs of neighbouring words.

    >>> alike("one two three four", "one two three FOUR!"), alike("a b c d", "a b c e")
    (1.0, 0.5)
    """
    data, starts = near.utf8([one, other])
    values, (middle, _) = near.shingle_sets(near.words(data, starts), 2)
    common = len(np.intersect1d(values[:middle], values[middle:], assume_unique=True))
    return common / max(1, len(values) - common)


def _slots(text: str, name: str, kept: list[Range]) -> Iterator[Slot]:
    """Return where the augmenter `name` may change `text`, in order."""
    if name in WORDS:
        return _words(text, kept)
    if name in PAIRS:
        return _pairs(text, kept)
    return _exchanges(text, kept) if name == "sentence-shuffle" else _drops(text, kept)


def _packed(slots: Iterator[Slot]) -> np.ndarray:
    """Return `slots` as rows of six numbers, which take a sixth of the memory."""
    flat = ((*s.first, *(s.second or (-1, -1)), s.holds[0], s.holds[-1]) for s in slots)
    return np.fromiter(chain.from_iterable(flat), np.int64).reshape(-1, 6)


def _unpacked(row: np.ndarray) -> Slot:
    a, b, c, d, *holds = row.tolist()
    return Slot((a, b), (c, d) if d >= 0 else None, tuple(holds))


def _words(text: str, kept: list[Range]) -> Iterator[Slot]:
    for match in _WORD.finditer(text):
        span = match.span("word")
        if _is_lower(match["word"]) and not touches(kept, *span):
            yield Slot(span, None, (span[0],))


def _pairs(text: str, kept: list[Range]) -> Iterator[Slot]:
    """Yield words with nothing but blanks between them."""
    before: Range | None = None
    for match in _BARE.finditer(text):
        span = match.span()
        able = _is_lower(match[0]) and not touches(kept, *span)
        if able and before and _GAP.fullmatch(text, before[1], span[0]):
            yield Slot(before, span, (before[0], span[0]))
        before = span if able else None


def _exchanges(text: str, kept: list[Range]) -> Iterator[Slot]:
    """Yield neighbouring sentences of a line."""
    for line in _sentences(text):
        for one, two in pairwise(line):
            if not touches(kept, *one) and not touches(kept, *two):
                yield Slot(one, two, (one[0], two[0]))


def _drops(text: str, kept: list[Range]) -> Iterator[Slot]:
    """Yield sentences with the blanks after them, the last of a line with those before it."""
    for line in _sentences(text):
        for one, two in pairwise(line):
            if not touches(kept, *one):
                yield Slot((one[0], two[0]), None, (one[0],))
        if len(line) > 1 and not touches(kept, *line[-1]):
            yield Slot((line[-2][1], line[-1][1]), None, (line[-2][0], line[-1][0]))


def _sentences(text: str) -> Iterator[list[Range]]:
    """Yield the sentences of each line; what a line breaks is not put together again.

    >>> [[text[a:b] for a, b in line] for text in ["- So it went. And then?"]
    ...  for line in _sentences(text)]
    [['So it went.', 'And then?']]
    """
    at = 0
    for line in text.split("\n"):
        match = _BULLET.match(line)
        start, end = at + (match.end() if match else 0), at + len(line.rstrip())
        found = []
        for mark in _END.finditer(text, start, end):
            gap = mark.span("gap") if mark["gap"] else (mark.end(), mark.end())
            found.append((start, gap[0]))
            start = gap[1]
        yield [*found, (start, end)] if start < end else found
        at += len(line) + 1


def _change(
    text: str, name: str, language: str | None, chance: random.Random
) -> Callable[[Slot], str | None]:
    """Return what gives the new text of a slot, or None where nothing new comes of it."""
    if name == "sentence-drop":
        return lambda slot: ""
    if name == "sentence-shuffle":
        return lambda slot: _exchanged(text, slot)
    drawing = augmenter(name, language, chance)
    if name in WORDS:
        good = _PARTED if name == "split" else _RESULT

        def of_word(slot: Slot) -> str | None:
            word = text[slice(*slot.first)]
            new = drawing.augment(word)[0]
            return new if new != word and new.islower() and good.fullmatch(new) else None

        return of_word

    def of_pair(slot: Slot) -> str | None:
        assert slot.second is not None
        one, two = text[slice(*slot.first)], text[slice(*slot.second)]
        drawing.stopwords = [two]
        told = drawing.augment(f"{one} {two}")[0].split()
        if told == [two]:
            return two
        return _exchanged(text, slot) if told == [two, one] else None

    return of_pair


def _exchanged(text: str, slot: Slot) -> str | None:
    assert slot.second is not None
    one, two = text[slice(*slot.first)], text[slice(*slot.second)]
    return None if one == two else two + text[slot.first[1] : slot.second[0]] + one


def _is_lower(word: str) -> bool:
    """Return whether all letters of `word` are small ones; scripts without have none to vary.

    >>> [_is_lower(word) for word in ("don't", "Berg", "漢字", "die漢")]
    [True, False, False, False]
    """
    return all(c.islower() or c in "'’" for c in word)


def _spliced(text: str, changed: dict[Range, str]) -> str:
    """Return `text` with the spans of `changed` replaced.

    >>> _spliced("a few words", {(2, 5): "fwe"})
    'a fwe words'
    """
    parts, at = [], 0
    for (start, end), new in sorted(changed.items()):
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])
