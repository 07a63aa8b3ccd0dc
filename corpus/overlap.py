"""Find runs of words of one set of texts in others: hashed, exact but for hash collisions.

Words are those of `corpus.near`, case-folded and without punctuation; a run is n of them in a row,
hashed to 64 bits. What a set of runs takes is bounded by `parts`: only the runs of one part of
the hash space are held at a time, and the texts are gone through once a part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from corpus import near

AT_ONCE = 4_000_000
"""Runs held at a time, of 8 bytes, and twice as much again to find them."""


class Runs(NamedTuple):
    """Runs of words: their hashes (uint64) and the number of the text each is of (int64)."""

    hashes: np.ndarray
    texts: np.ndarray


def words(texts: near.Texts) -> Iterator[tuple[int, near.Ragged]]:
    """Yield the hashes of the words of some texts at a time, and the number of the first."""
    data, offsets = near.utf8(texts)
    for first, end in near.blocks(offsets):
        yield first, near.words(data, offsets[first : end + 1])


def counts(hashed: near.Ragged) -> np.ndarray:
    """Return how many words each text has."""
    return np.diff(hashed[1], prepend=0)


def runs(hashed: near.Ragged, length: int) -> Runs:
    """Return the runs of `length` words of each text; one of fewer words has none.

    >>> _, hashed = next(words(["one two three four", "one two"]))
    >>> runs(hashed, 3).texts.tolist()
    [0, 0]
    """
    from corpus import shingles

    sizes = counts(hashed)
    out, ends = np.empty_like(hashed[0]), np.empty_like(hashed[1])
    shingles.combine(*hashed, length, out, ends)
    texts = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    long = sizes[texts] >= length
    return Runs(out[: len(texts)][long], texts[long])


def part_of(found: Runs, part: int, parts: int) -> Runs:
    """Return those of the runs whose hashes belong to `part` of `parts`."""
    if parts == 1:
        return found
    mine = found.hashes % np.uint64(parts) == np.uint64(part)
    return Runs(found.hashes[mine], found.texts[mine])


class Index:
    """The different runs of some texts, and of how many of which texts they are.

    `keys` holds them, sorted; `owners` their texts, those of run i between `starts[i]` and
    `starts[i + 1]`.
    """

    def __init__(self, found: Sequence[Runs]) -> None:
        hashes = np.concatenate([np.empty(0, np.uint64), *(f.hashes for f in found)])
        texts = np.concatenate([np.empty(0, np.int64), *(f.texts for f in found)])
        order = np.lexsort((texts, hashes))
        hashes, texts = hashes[order], texts[order]
        fresh = np.append(True, (np.diff(hashes) > 0) | (np.diff(texts) > 0))[: len(hashes)]
        hashes, self.owners = hashes[fresh], texts[fresh]
        self.keys, first = np.unique(hashes, return_index=True)
        self.starts = np.append(first, len(hashes)).astype(np.int64)
        self._table = _table(self.keys)

    def places(self, hashes: np.ndarray) -> np.ndarray:
        """Return where in `keys` each of `hashes` is, int64; -1 where it is not."""
        from corpus import lookup

        out = np.empty(len(hashes), np.int64)
        lookup.find(hashes, self.keys, self._table, out)
        return out


def _table(keys: np.ndarray) -> np.ndarray:
    """Return a hash table of the places of `keys`, int32; -1 where it is empty."""
    from corpus import lookup

    bits = max(4, int(2 * len(keys)).bit_length())
    table = np.full(1 << bits, -1, np.int32)
    lookup.fill(keys, table)
    return table
