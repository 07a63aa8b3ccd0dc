"""Measure the figures of `corpus.figures` for many texts at once, from UTF-8 bytes."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from corpus import characters as c
from corpus import line_passes, passes, secret_passes, shape_passes, shapes, sign_passes
from corpus.figures import FIGURES
from corpus.lines import LOREM, UNWANTED
from corpus.stops import STOP_WORDS
from corpus.words import MOST

AT_ONCE = 128 << 10
"""Bytes of text that the passes go over one after another: their notes stay in the cache."""


class Texts(NamedTuple):
    """Texts as Arrow holds them, and those of them that are chosen."""

    data: np.ndarray  # uint8, UTF-8 of all
    offsets: np.ndarray  # int64, where each begins, and where the last ends
    languages: np.ndarray  # int64, the row of `tables`
    chosen: np.ndarray  # int64, numbers of texts


class Room(NamedTuple):
    """What the passes write to and look up; a text's numbers are its place among the chosen."""

    points: np.ndarray  # uint32, code points, and three zeros behind each text
    classes: np.ndarray  # uint16
    spans: np.ndarray  # int64 (texts, 2), where each begins and ends in those
    signs: np.ndarray  # int32, where one text's signs are, see `sign_passes`
    breaks: np.ndarray  # int32, where the newlines are, and the texts' ends
    stops: np.ndarray  # int32, behind a sentence's last marks, or where a brace is, negated
    stop_ends: np.ndarray  # int64, of each text in `stops`
    lines: np.ndarray  # int32 (lines, 8), see `line_passes`
    line_ends: np.ndarray  # int64, of each text in `lines`
    watched: np.ndarray  # int64 (words, 2), begin and end of the watched words
    watched_bits: np.ndarray  # uint64
    watched_ends: np.ndarray  # int64, of each text in `watched`
    cursor: np.ndarray  # int64 (3,), how many of `watched`, `breaks` and `stops`
    state: np.ndarray  # uint64 (9,), see `passes.find_words`, and the words it found:
    found: np.ndarray  # uint64
    found_sizes: np.ndarray  # uint64
    found_stops: np.ndarray  # uint64
    hashes: np.ndarray  # uint64, of one text's words, then of its lines
    ends: np.ndarray  # uint64, characters of its words so far, then of each line
    keys: np.ndarray  # uint64, of its sequences of words, then of its paragraphs
    block_sizes: np.ndarray  # uint64
    slots: np.ndarray  # uint64, of its sequences in `table`
    places: np.ndarray  # uint64
    letters: np.ndarray  # int64 (4, 256), how often each byte
    table: np.ndarray  # uint64, see `passes.place_of`
    sieve: np.ndarray  # uint8, see `passes.sift`
    kinds: np.ndarray  # uint16, see `classes`
    codes: np.ndarray  # uint64, see `codes`
    known: np.ndarray  # uint64 (languages, slots), and what goes with it, see `tables`
    known_bits: np.ndarray
    factors: np.ndarray


def measure(texts: pa.Array, languages: Sequence[str | None], wanted: np.ndarray) -> np.ndarray:
    """Return the `FIGURES` of each of the `wanted` texts, float64 (texts, figures); else NaN.

    Equals `corpus.figures.figures` bit for bit.
    """
    offsets, data = _buffers(texts)
    out = np.full((len(texts), len(FIGURES)), np.nan)
    known = {code: i for i, code in enumerate(STOP_WORDS, start=1)}
    codes = np.array([known.get(code or "", 0) for code in languages], np.int64)
    groups = list(_groups(offsets, np.flatnonzero(wanted)))
    sizes = [int((offsets[chosen + 1] - offsets[chosen]).sum()) for chosen in groups]
    texts_most = max((len(chosen) for chosen in groups), default=0)
    longest = int(np.diff(offsets)[np.asarray(wanted, bool)].max(initial=0))
    room = _room(max(sizes, default=0), longest, texts_most)
    for chosen in groups:
        some = Texts(data, offsets, codes, chosen)
        for step in (passes, sign_passes, line_passes, secret_passes, shape_passes):
            step.scan(some, room, out)
    return out


def _groups(offsets: np.ndarray, wanted: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the numbers of the texts `wanted`, so many at a time as have `AT_ONCE` bytes."""
    ends = np.cumsum(offsets[wanted + 1] - offsets[wanted])
    first = 0
    while first < len(wanted):
        before = ends[first - 1] if first else 0
        end = max(int(np.searchsorted(ends, before + AT_ONCE, side="right")), first + 1)
        yield wanted[first:end].astype(np.int64)
        first = end


def _buffers(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return the offsets (int64) and the UTF-8 bytes of `texts`, without a copy of the bytes."""
    _, starts, data = texts.buffers()
    kind = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    if starts is None or not len(texts):
        return np.zeros(len(texts) + 1, np.int64), np.frombuffer(b"", np.uint8)
    offsets = np.frombuffer(starts, kind)[texts.offset : texts.offset + len(texts) + 1]
    return offsets.astype(np.int64), np.frombuffer(data or b"", np.uint8)


def _room(size: int, longest: int, texts: int) -> Room:
    """Return room for `texts` of at most `size` bytes together, the longest of `longest`."""
    # a letter that is alone has three bytes, and another word needs a space or such a letter
    most = min(MOST, longest // 2 + 1)
    slots = 64
    while slots < 3 * most:
        slots *= 2
    points, words, block = size + 3 * texts + 16, size // 3 + texts, passes.BLOCK + 2
    known, known_bits, factors = tables()
    return Room(
        points=np.empty(points, np.uint32),
        classes=np.empty(points, np.uint16),
        spans=np.empty((texts, 2), np.int64),
        signs=np.empty(longest + 1, np.int32),
        breaks=np.empty(size + texts, np.int32),
        stops=np.empty(size + 1, np.int32),
        stop_ends=np.empty(texts, np.int64),
        lines=np.empty((size // 2 + texts + 1, 8), np.int32),
        line_ends=np.empty(texts, np.int64),
        watched=np.empty((words, 2), np.int64),
        watched_bits=np.empty(words, np.uint64),
        watched_ends=np.empty(texts, np.int64),
        cursor=np.zeros(3, np.int64),
        state=np.zeros(9, np.uint64),
        found=np.empty(block, np.uint64),
        found_sizes=np.empty(block, np.uint64),
        found_stops=np.empty(block, np.uint64),
        hashes=np.empty(most, np.uint64),
        ends=np.zeros(most + 1, np.uint64),
        keys=np.empty(most, np.uint64),
        block_sizes=np.empty(most, np.uint64),
        slots=np.empty(most, np.uint64),
        places=np.empty(most, np.uint64),
        letters=np.zeros((4, 256), np.int64),
        table=np.empty(slots, np.uint64),
        sieve=np.empty(4 * slots, np.uint8),
        kinds=classes(),
        codes=codes(),
        known=known,
        known_bits=known_bits,
        factors=factors,
    )


@cache
def classes() -> np.ndarray:
    """Return the class of every code point below `CLASSED`, uint16, with the bits of `passes`."""
    bits = np.array([c.character_class(chr(i)) for i in range(c.CLASSED)], np.uint16)
    in_word = (bits & (c.LETTER | c.DIGIT) > 0) & (bits & c.ALONE == 0)
    bits[in_word] |= passes.IN_WORD
    blob = string.ascii_letters + string.digits + "+/=_-"
    for characters, bit in (
        (blob, passes.IN_BLOB),
        ("#…:\n{" + c.TERMINALS, passes.SIGN),
        (c.APOSTROPHES, passes.APOSTROPHE),
        (c.TERMINALS, passes.TERMINAL),
        (c.CLOSERS, passes.CLOSER),
        (c.SEPARATORS, passes.SEPARATOR),
        (c.CODE, passes.CODE_SIGN),
    ):
        bits[[ord(character) for character in characters]] |= bit
    return bits


@cache
def codes() -> np.ndarray:
    """Return for each of the first code points 64 random bits, the same for a and A."""
    out = np.array([_spread(i * int(passes.MIX)) for i in range(passes.CODES)], np.uint64)
    out[65:91] = out[97:123]
    return out


WATCHED = {
    **dict.fromkeys((p.partition(" ")[0] for p in (LOREM, *UNWANTED)), 1 << 60),
    **dict.fromkeys(shapes.CREDENTIALS, int(secret_passes.CREDENTIAL)),
    **dict.fromkeys(shapes.COLUMNS, int(secret_passes.CREDENTIAL | secret_passes.COLUMN)),
}
"""Words that line and shape passes look at → their bits."""


@cache
def tables() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the known words of no language and of each: hashes, their bits, and a factor.

    A word's slot is the top of its hash times the language's factor, and no two words share one.
    """
    hashes = np.zeros((1 + len(STOP_WORDS), 1 << passes.SLOT_BITS), np.uint64)
    bits, factors = np.zeros_like(hashes), np.zeros(len(hashes), np.uint64)
    for row, listed in enumerate(["", *STOP_WORDS.values()]):
        words = {word: 1 << n for n, word in enumerate(dict.fromkeys(listed.split()))}
        for word, bit in WATCHED.items():
            words[word] = words.get(word, 0) | bit
        found = {_hash(word): bit for word, bit in words.items()}
        tries = (_spread(n) | 1 for n in range(10_000))
        factor = next(f for f in tries if len({_slot(h, f) for h in found}) == len(found))
        places = [_slot(hash_, factor) for hash_ in found]
        hashes[row, places], bits[row, places] = list(found), list(found.values())
        factors[row] = factor
    return hashes, bits, factors


def _slot(hash_: int, factor: int) -> int:
    return (hash_ * factor & ALL) >> (64 - passes.SLOT_BITS)


def _hash(word: str) -> int:
    """Return the hash of a word as `passes.word_end` has it."""
    hash_ = 0
    for character in word:
        turned = (hash_ << 7 | hash_ >> 57) & ALL
        hash_ = (turned + _spread(ord(character) * int(passes.MIX))) & ALL
    return _spread(hash_)


ALL = 2**64 - 1


def _spread(x: int) -> int:
    x &= ALL
    x ^= x >> 33
    x = x * 0xFF51AFD7ED558CCD & ALL
    x ^= x >> 33
    x = x * 0xC4CEB9FE1A85EC53 & ALL
    return x ^ (x >> 33)
