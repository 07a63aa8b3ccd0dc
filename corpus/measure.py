"""Measure the figures of `corpus.words` for many texts at once, from UTF-8 bytes."""

from __future__ import annotations

import string
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from corpus import passes
from corpus import words as w


class Texts(NamedTuple):
    """Texts as Arrow holds them."""

    data: np.ndarray  # uint8, UTF-8 of all
    offsets: np.ndarray  # int64, where each begins, and where the last ends
    languages: np.ndarray  # int64, the row of `stops`, or -1
    wanted: np.ndarray  # bool


class Room(NamedTuple):
    """What the passes over one document write to; made once, for the longest."""

    points: np.ndarray  # uint32, code points, and three zeros
    classes: np.ndarray  # uint16
    hashes: np.ndarray  # uint64, of the words, then of the lines
    sizes: np.ndarray  # int64, their characters
    blocks: np.ndarray  # uint64, of the paragraphs
    block_sizes: np.ndarray
    letters: np.ndarray  # int64, how often each ASCII character
    table: np.ndarray  # uint64, see `occurrences`
    kinds: np.ndarray  # uint16, see `classes`
    stops: np.ndarray  # uint64, see `stops`
    least: w.Least


def measure(texts: pa.Array, languages: Sequence[str | None], wanted: np.ndarray) -> np.ndarray:
    """Return the `FIGURES` of each of the `wanted` texts, float64 (texts, figures); else NaN.

    Equals `corpus.words.figures` bit for bit.
    """
    offsets, data = _buffers(texts)
    sizes = np.diff(offsets)[wanted]
    room = _room(int(sizes.max(initial=0)))
    out = np.full((len(texts), len(w.FIGURES)), np.nan)
    known = {code: i for i, code in enumerate(w.STOP_WORDS)}
    codes = np.array([known.get(code or "", -1) for code in languages], np.int64)
    passes.scan(Texts(data, offsets, codes, np.array(wanted, bool)), room, out)
    return out


def _buffers(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return the offsets (int64) and the UTF-8 bytes of `texts`, without a copy of the bytes."""
    _, starts, data = texts.buffers()
    kind = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    if starts is None or not len(texts):
        return np.zeros(len(texts) + 1, np.int64), np.frombuffer(b"", np.uint8)
    offsets = np.frombuffer(starts, kind)[texts.offset : texts.offset + len(texts) + 1]
    return offsets.astype(np.int64), np.frombuffer(data or b"", np.uint8)


def _room(size: int) -> Room:
    """Return room for documents of at most `size` bytes."""
    # a letter that is alone has three bytes, and another word needs a space or such a letter
    most = min(w.LEAST.most, size // 2 + 1)
    slots = 64
    while slots < 4 * most:
        slots *= 2
    hashes, sizes, blocks, block_sizes = (np.empty(most, t) for t in ("u8", "i8", "u8", "i8"))
    return Room(
        np.empty(size + 3, np.uint32),
        np.empty(size + 3, np.uint16),
        hashes,
        sizes,
        blocks,
        block_sizes,
        np.zeros(128, np.int64),
        np.empty(slots, np.uint64),
        classes(),
        stops(),
        w.LEAST,
    )


@cache
def classes() -> np.ndarray:
    """Return the class of every code point below `CLASSED`, uint16, with the bits of `passes`."""
    bits = np.array([w.character_class(chr(i)) for i in range(w.CLASSED)], np.uint16)
    in_word = (bits & (w.LETTER | w.DIGIT) > 0) & (bits & w.ALONE == 0)
    bits[in_word] |= passes.IN_WORD
    blob = string.ascii_letters + string.digits + "+/=_-"
    for characters, bit in (
        (blob, passes.IN_BLOB),
        ("#…:.", passes.SIGN),
        (w.BULLETS, passes.BULLET_SIGN),
        (w.DASHES, passes.DASH),
    ):
        bits[[ord(c) for c in characters]] |= bit
    return bits


@cache
def stops() -> np.ndarray:
    """Return for each language of `STOP_WORDS` an open hash table of 64 slots, 0 where empty."""
    tables = np.zeros((len(w.STOP_WORDS), 64), np.uint64)
    for table, listed in zip(tables, w.STOP_WORDS.values(), strict=True):
        for word in listed.split():
            hash_ = int(passes.OFFSET)
            for character in word:
                hash_ = ((hash_ ^ ord(character)) * int(passes.PRIME)) & (2**64 - 1)
            slot = hash_ & 63
            while table[slot]:
                slot = (slot + 1) & 63
            table[slot] = hash_
    return tables
