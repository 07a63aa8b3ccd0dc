"""MinHash-LSH over word shingles: signatures equal to datasketch's, and verified candidates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, model_validator

from corpus.folding import folding
from corpus.stage import Section

PERMUTATIONS = 128
BLOCK = 4 << 20  # bytes of text worked on at a time: bounds the scratch memory
Arrays = (pa.Array, pa.ChunkedArray)
Texts: TypeAlias = Sequence[str] | pa.Array | pa.ChunkedArray
Ragged: TypeAlias = tuple[np.ndarray, np.ndarray]
"""Values of all texts one after another (uint64), and where each text's end (int64)."""


class Near(Section):
    """What counts as nearly the same: shingles of words, compared through MinHash signatures."""

    words: int = Field(
        5,
        ge=1,
        le=20,
        title="Words per shingle",
        description="Texts are compared by their runs of this many words.",
    )
    bands: int = Field(
        25,
        ge=1,
        le=PERMUTATIONS,
        title="Bands",
        description="Texts that agree in a whole band of digests are compared: 25 bands of 5 meet "
        "99.9 % of the pairs at .75 (14 of 8: 77 %). Bands × rows is at most 128.",
    )
    rows: int = Field(
        5,
        ge=1,
        le=PERMUTATIONS,
        title="Rows per band",
        description="Digests in a band. More rows compare fewer unlike texts.",
    )
    threshold: float = Field(
        0.75,
        ge=0.3,
        le=1,
        title="Near-duplicate threshold",
        description="Share of common shingles among all (exact Jaccard) from which two texts are "
        "the same piece.",
    )
    containment: float = Field(
        0.9,
        ge=0.5,
        le=1,
        title="Excerpt threshold",
        description="Share of the shorter text's shingles in the longer from which it is an "
        "excerpt: it stays, in the longer one's family.",
    )
    min_words: int = Field(
        8,
        ge=1,
        le=1000,
        title="Fewest words",
        description="Shorter texts are compared for equality only; shorter mails and prompts, "
        "turns like «ok, thanks», not at all.",
    )

    @model_validator(mode="after")
    def _fits(self) -> Near:
        if self.bands * self.rows > PERMUTATIONS:
            raise ValueError(
                f"bands × rows is {self.bands * self.rows}; at most {PERMUTATIONS} digests exist"
            )
        return self


@cache
def permutations() -> tuple[np.ndarray, np.ndarray]:
    """Return datasketch's own permutations for `MinHash(128, seed=1)`: a and b, uint32 (128,)."""
    from datasketch import MinHash  # takes .6 s with scipy

    a, b = MinHash(PERMUTATIONS, seed=1).permutations
    return np.ascontiguousarray(a), np.ascontiguousarray(b)


def utf8(texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """Return the bytes of `texts` (uint8) and where each starts (int64, one more); null is empty.

    >>> utf8(["é", "", "ab"])[1].tolist()
    [0, 2, 2, 4]
    """
    large = pa.large_string()
    array = texts.cast(large) if isinstance(texts, Arrays) else pa.array(texts, large)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    array = pc.fill_null(array, "")
    _, offsets, data = array.buffers()
    if not len(array):
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    starts = np.frombuffer(offsets, np.int64, len(array) + 1, 8 * array.offset)
    return np.frombuffer(data or b"", np.uint8), starts


def blocks(offsets: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield runs of texts (first, end) of some `BLOCK` bytes each, given where the texts start."""
    first, n = 0, len(offsets) - 1
    while first < n:
        end = int(np.searchsorted(offsets, offsets[first] + BLOCK, side="right")) - 1
        end = min(n, max(end, first + 1))
        yield first, end
        first = end


def words(data: np.ndarray, offsets: np.ndarray) -> Ragged:
    """Return the hash of each word of the texts that `utf8` gave, in order."""
    from corpus import shingles

    n = len(offsets) - 1
    out = np.empty(int(offsets[-1] - offsets[0]) // 2 + n + 1, np.uint64)
    ends = np.empty(n, np.int64)
    return out[: shingles.split_words(data, offsets, *folding(), out, ends)], ends


def shingle_sets(hashed: Ragged, size: int) -> Ragged:
    """Return the sorted, distinct shingles of `size` words each, given the words' hashes."""
    from corpus import shingles

    values, ends = np.empty_like(hashed[0]), np.empty_like(hashed[1])
    shingles.combine(*hashed, size, values, ends)
    low = 0
    for end in ends.tolist():  # numpy's sort is vectorised, 10 times as fast as one in a kernel
        values[low:end].sort()
        low = end
    return values[: shingles.distinct(values, ends)], ends


def digests(sets: Ragged) -> np.ndarray:
    """Return the MinHash signature of each shingle set, uint32 (n, 128)."""
    from corpus import shingles

    out = np.empty((len(sets[1]), PERMUTATIONS), np.uint32)
    shingles.minima(*sets, *permutations(), out)
    return out


def sequences(hashed: Ragged) -> np.ndarray:
    """Return one hash per text over its words in order, uint64 (n,), given the words' hashes."""
    from corpus import shingles

    out = np.empty(len(hashed[1]), np.uint64)
    shingles.sequence(*hashed, out)
    return out


def band_keys(signed: np.ndarray, near: Near) -> np.ndarray:
    """Return the hash of each band of each signature, uint64 (bands, n)."""
    from corpus import shingles

    out = np.empty((near.bands, len(signed)), np.uint64)
    shingles.band_keys(signed, near.bands, near.rows, out)
    return out


def signatures(texts: Texts, settings: Near | None = None) -> np.ndarray:
    """Return the MinHash signature of each text, uint32 of shape (n, 128).

    Row i equals `datasketch.MinHash(128, seed=1, hashfunc=hash32)` updated with the text's
    shingles as UTF-8, words joined by spaces; two texts' Jaccard similarity is estimated by the
    share of equal columns. A text without words is all ones (2^32 - 1).
    """
    size = (settings or Near()).words
    data, offsets = utf8(texts)
    out = np.empty((len(offsets) - 1, PERMUTATIONS), np.uint32)
    for first, end in blocks(offsets):
        out[first:end] = digests(shingle_sets(words(data, offsets[first : end + 1]), size))
    return out


def hash32(shingle: bytes) -> int:
    """Return our 32-bit hash of one shingle (UTF-8, words between spaces): datasketch's `hashfunc`.

    >>> hash32("ein Maß Bier".encode()) == hash32("EIN MASS BIER".encode())
    True
    """
    data = np.frombuffer(shingle, np.uint8)
    hashed = words(data, np.array([0, len(data)], np.int64))
    sets, _ = shingle_sets(hashed, max(1, len(hashed[0])))
    return int(sets[0]) & 0xFFFFFFFF if len(sets) else 0


def compare(pairs: np.ndarray, values: np.ndarray, spans: np.ndarray) -> np.ndarray:
    """Return exact Jaccard and containment of pairs of texts (n, 2), shape (n, 2).

    Text i has the sorted shingles `values[spans[i, 0]:spans[i, 1]]`.
    """
    from corpus import shingles

    return shingles.compare(np.asarray(pairs, np.int64), values, spans)


class Candidates:
    """The texts that share a band with another, and their union-find; text i has rank i.

    `keys` has shape (bands, n). `alike` is the initial union-find: the rank of the first text with
    the same words, only that one being compared.
    """

    def __init__(self, keys: np.ndarray, compared: np.ndarray, alike: np.ndarray) -> None:
        self.parent = alike.copy()
        self.buckets = [_buckets(band, compared) for band in keys]
        members = [members for members, _ in self.buckets]
        self.texts = np.unique(np.concatenate(members)) if members else np.empty(0, np.int64)

    def verify(
        self, values: np.ndarray, spans: np.ndarray, apart: np.ndarray, near: Near
    ) -> np.ndarray:
        """Join what is alike by exact Jaccard; returns the pairs (i, j, jaccard, containment).

        Text i has the sorted shingles `values[spans[i, 0]:spans[i, 1]]`; texts of equal `apart`
        ≥ 0 are not compared. Pairs come once, sorted.
        """
        from corpus import shingles

        least = (near.threshold, near.containment)
        found = [
            shingles.join(members, ends, values, spans, apart, self.parent, least)
            for members, ends in self.buckets
        ]
        edges = np.concatenate([np.empty((0, 4)), *found])
        edges[:, :2].sort(axis=1)
        return np.unique(edges, axis=0)

    def roots(self) -> np.ndarray:
        """Return for each text the smallest rank of its component."""
        from corpus import shingles

        return np.array([shingles.root(self.parent, i) for i in range(len(self.parent))], np.int64)


def _buckets(keys: np.ndarray, compared: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the texts in `compared` that share a key, bucket by bucket, and the buckets' ends."""
    keys = keys[compared]
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    new = np.append(True, sorted_keys[1:] != sorted_keys[:-1])[: len(keys)]
    sizes = np.diff(np.append(np.flatnonzero(new), len(keys)))
    return compared[order[np.repeat(sizes > 1, sizes)]], np.cumsum(sizes[sizes > 1])
