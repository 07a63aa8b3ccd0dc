"""MinHash over word shingles: signatures equal to datasketch's, under a library's key or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, model_validator

from corpus.folding import folding
from corpus.keys import keyed
from corpus.stage import Section

PERMUTATIONS = 128
BLOCK = 4 << 20  # bytes of text worked on at a time: bounds the scratch memory
Arrays = (pa.Array, pa.ChunkedArray)
Texts: TypeAlias = Sequence[str] | pa.Array | pa.ChunkedArray
Ragged: TypeAlias = tuple[np.ndarray, np.ndarray]
"""Values of all texts one after another (uint64), and where each text's end (int64)."""


class Key(NamedTuple):
    """Two halves under which words are hashed, so that only its holder can look for a text."""

    before: np.uint64
    after: np.uint64

    @classmethod
    def of(cls, secret: bytes) -> Key:
        """Return the key drawn from a library's secret."""
        told = keyed(secret, "shingles", size=16)
        return cls(np.uint64(int(told[:16], 16)), np.uint64(int(told[16:], 16)))


OPEN = Key(np.uint64(0), np.uint64(0))
"""No secret: hashes that everybody can compute."""


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
    """Return the permutations of datasketch's `MinHash(128, seed=1)`: a and b, uint32 (128,).

    They are drawn as its scheme affine32 draws them (datasketch 2.0, minhash.py); importing it
    with scipy would take longer than all else that a first signature needs.
    """
    draw = np.random.RandomState(1)
    a = draw.randint(0, 1 << 31, PERMUTATIONS, dtype=np.uint32)
    b = draw.randint(0, 1 << 32, PERMUTATIONS, dtype=np.uint32)
    return a * np.uint32(2) + np.uint32(1), b


def utf8(texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """Return the bytes of `texts` (uint8) and where each starts (int64, one more); null is empty.

    >>> utf8(["é", "", "ab"])[1].tolist()
    [0, 2, 2, 4]
    """
    if not isinstance(texts, Arrays):
        encoded = [(text or "").encode("utf-8", "surrogatepass") for text in texts]
        starts = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(text) for text in encoded], out=starts[1:])
        return np.frombuffer(b"".join(encoded), np.uint8), starts
    array = texts.cast(pa.large_string())
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    array = pc.fill_null(array, "") if array.null_count else array
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


def words(data: np.ndarray, offsets: np.ndarray, key: Key = OPEN) -> Ragged:
    """Return the hash under `key` of each word of the texts that `utf8` gave, in order."""
    from corpus import shingles

    n = len(offsets) - 1
    out = np.empty(int(offsets[-1] - offsets[0]) // 2 + n + 1, np.uint64)
    ends = np.empty(n, np.int64)
    found = out[: shingles.split_words(data, offsets, *folding(), out, ends)]
    shingles.scatter(found, *key)
    return found, ends


def shingle_sets(hashed: Ragged, size: int, least: int = 1) -> Ragged:
    """Return the sorted, distinct shingles of `size` words each, none for under `least` words.

    `hashed` are the words' hashes; their memory is used for the result.
    """
    from corpus import shingles

    values, ends = hashed[0], np.empty_like(hashed[1])
    shingles.combine(*hashed, size, values, ends, least)
    starts = np.concatenate([[0], ends[:-1]])[: len(ends)]
    several = ends - starts > 1
    for low, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
        values[low:end].sort()  # numpy's is vectorised, 10 times as fast as one in a kernel
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


def marks(data: np.ndarray, offsets: np.ndarray, key: Key = OPEN) -> np.ndarray:
    """Return one hash per text over its bytes, uint64 (n,), under `key`."""
    from corpus import shingles

    out = np.empty(len(offsets) - 1, np.uint64)
    shingles.marks(data, offsets, key.before, out)
    return out


def signatures(texts: Texts, settings: Near | None = None, key: Key = OPEN) -> np.ndarray:
    """Return the MinHash signature of each text, uint32 of shape (n, 128).

    Row i equals `datasketch.MinHash(128, seed=1, hashfunc=hasher(key))` updated with the text's
    shingles as UTF-8, words joined by spaces; two texts' Jaccard similarity is estimated by the
    share of equal columns. A text without words is all ones (2^32 - 1).
    """
    size = (settings or Near()).words
    data, offsets = utf8(texts)
    out = np.empty((len(offsets) - 1, PERMUTATIONS), np.uint32)
    for first, end in blocks(offsets):
        out[first:end] = digests(shingle_sets(words(data, offsets[first : end + 1], key), size))
    return out


def hash32(shingle: bytes, key: Key = OPEN) -> int:
    """Return our 32-bit hash of one shingle (UTF-8, words between spaces): datasketch's `hashfunc`.

    >>> hash32("ein Maß Bier".encode()) == hash32("EIN MASS BIER".encode())
    True
    """
    data = np.frombuffer(shingle, np.uint8)
    hashed = words(data, np.array([0, len(data)], np.int64), key)
    sets, _ = shingle_sets(hashed, max(1, len(hashed[0])))
    return int(sets[0]) & 0xFFFFFFFF if len(sets) else 0


def hasher(key: Key) -> Callable[[bytes], int]:
    """Return `hash32` under `key`."""
    return partial(hash32, key=key)
