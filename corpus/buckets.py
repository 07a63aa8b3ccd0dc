"""Buckets: texts that agree in a whole band of digests meet, wherever their shards are.

Every shard writes its bands cut into partitions by key; each partition is sorted on its own, and
gives the texts with the same words and the pairs worth comparing. Texts are numbered through all
shards in their order; which pairs are found depends on the texts alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import sketches
from corpus.near import Near
from corpus.views import strings, view

TURNS = ("mail", "prompt")  # kinds in which a few words are an answer, not a piece of writing
EQUAL = np.uint32(1 << 31)  # set in `rows` where the key is that of all words, not of a band
BYTES = 80  # what meeting takes per key, at its peak; measured 73


class Bands(NamedTuple):
    """Keys of the bands of some texts (uint64), and which text each is of (uint32, `EQUAL`).

    Those of bands are in the order of their texts, and before the others.
    """

    keys: np.ndarray
    rows: np.ndarray


class Met(NamedTuple):
    """Numbers of texts (int64): (text, first with the same words), and pairs worth comparing."""

    same: np.ndarray
    pairs: np.ndarray


Look = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""From numbers of texts to what stands for their words, `same`, and their thread, `apart`."""


def bands(units: pa.Table, near: Near) -> Bands:
    """Return the bands of the texts of a sketch that have a signature, and the keys of all words.

    Equal words count in chat only within sessions that have a signature, and in short mails and
    prompts not at all.
    """
    from corpus import likeness

    signed, signatures = sketches.signed(units)
    keys = np.empty((len(signed), near.bands), np.uint64)
    likeness.band_keys(signatures, near.bands, near.rows, keys)
    equal = view(units["words"]) > 0
    turns = pc.is_in(units["kind"], value_set=strings(TURNS))
    short = _at(len(equal), view(pc.indices_nonzero(turns))) & ~_at(len(equal), signed)
    equal &= ~short
    equal &= view(units["apart"]) == 0
    whole = np.flatnonzero(equal)
    rows = np.repeat(signed, near.bands).astype(np.uint32)
    return Bands(
        np.concatenate([keys.ravel(), view(units["same"])[whole]]),
        np.concatenate([rows, whole.astype(np.uint32) | EQUAL]),
    )


def _at(n: int, places: np.ndarray) -> np.ndarray:
    out = np.zeros(n, bool)
    out[places] = True
    return out


def cut(found: Bands, partitions: int) -> list[Bands]:
    """Return `found` in `partitions` (a power of two) by the leading bits of the keys."""
    if partitions == 1:
        return [found]
    which = found.keys >> np.uint64(64 - (partitions.bit_length() - 1))
    order = np.argsort(which, kind="stable")
    bounds = np.searchsorted(which[order], np.arange(1, partitions, dtype=np.uint64))
    return [Bands(found.keys[o], found.rows[o]) for o in np.split(order, bounds)]


def partitions_for(keys: int, megabytes: int) -> int:
    """Return in how many partitions so many keys meet within so much memory.

    >>> partitions_for(0, 512), partitions_for(26_000_000, 512)
    (1, 4)
    """
    needed = -(-keys * BYTES // (megabytes << 20))
    return 1 << max(0, needed - 1).bit_length()


def meet(parts: Sequence[Bands], starts: Sequence[int], look: Look) -> Met:
    """Return what meets in one partition, given the part of every shard and its first number."""
    from corpus import likeness

    keys, texts, whole = _numbered(parts, starts)
    same = _equal(keys[whole], texts[whole])
    different, apart, places = _different(texts[~whole], look)
    del texts
    first = places >= 0
    met, ends = _buckets(keys[~whole][first], places[first])
    which = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    met = np.sort(which << 32 | met) & 0xFFFFFFFF  # each bucket in the order of `different`
    pairs = likeness.candidates(different[met], ends, apart[met])
    return Met(same, distinct(pairs))


def _numbered(
    parts: Sequence[Bands], starts: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the keys of all parts, the number of the text of each, and whether it is `EQUAL`."""
    keys = np.concatenate([np.empty(0, np.uint64), *(part.keys for part in parts)])
    rows = np.concatenate([np.empty(0, np.uint32), *(part.rows for part in parts)])
    sizes = [len(part.rows) for part in parts]
    texts = np.repeat(np.array(starts, np.int64), sizes) + (rows & ~EQUAL)
    return keys, texts, rows >= EQUAL


def _different(texts: np.ndarray, look: Look) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the first of the ascending `texts` of each words, by the hash of those, the threads
    of them, and where each of `texts` is in them; -1 for a copy.

    Copies have all their bands in common: where thousands of them lie, none would be sorted and
    met for more than its first.
    """
    new = np.append(True, texts[1:] != texts[:-1])[: len(texts)]
    numbers = texts[new]
    stand_for, apart = look(numbers)
    _, first = np.unique(stand_for, return_index=True)
    place = np.full(len(numbers), -1)
    place[first] = np.arange(len(first))
    return numbers[first], apart[first], place[np.cumsum(new) - 1]


def distinct(pairs: np.ndarray) -> np.ndarray:
    """Return each of the pairs of numbers once, sorted.

    >>> distinct(np.array([[1, 3], [0, 2], [1, 3]])).tolist()
    [[0, 2], [1, 3]]
    """
    packed = np.sort((pairs[:, 0].astype("u8") << np.uint64(32)) | pairs[:, 1].astype("u8"))
    packed = packed[np.append(True, packed[1:] != packed[:-1])[: len(packed)]]
    return np.stack([packed >> np.uint64(32), packed & np.uint64(0xFFFFFFFF)], axis=1).astype("i8")


def _buckets(keys: np.ndarray, texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the texts that share a key with another, bucket by bucket, and the buckets' ends."""
    order = np.argsort(keys)
    ordered = keys[order]
    new = np.append(True, ordered[1:] != ordered[:-1])[: len(keys)]
    sizes = np.diff(np.append(np.flatnonzero(new), len(keys)))
    return texts[order[np.repeat(sizes > 1, sizes)]], np.cumsum(sizes[sizes > 1])


def _equal(keys: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Return (text, first text with the same key) for every key that several texts have."""
    members, ends = _buckets(keys, texts)
    sizes = np.diff(ends, prepend=0)
    first = np.minimum.reduceat(members, ends - sizes) if len(ends) else members
    return np.stack([members, np.repeat(first, sizes)], axis=1)
