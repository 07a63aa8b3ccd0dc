"""Kernels over UTF-8 bytes: words, shingles, MinHash minima, bands and exact overlaps (numba).

A word is a run of letters, digits, marks and underscores, compared as `corpus.folding` says; each
Han ideograph and each kana is a word of its own. Everything is 64-bit arithmetic on fixed
constants: the hashes are the same in every process and on every machine.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from corpus.folding import PLANES

COMPARED = 32  # how many strangers in one bucket a text is compared with
LOOKED = 4096  # how far back in one bucket they are looked for
u32, u64 = np.uint32, np.uint64


def compiled(function: Callable) -> Callable:
    """Return `function` compiled without the GIL; the machine code is kept where it can be."""
    try:
        return njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no folder can be written: every process compiles for itself
        return njit(nogil=True)(function)


@njit(inline="always")
def _spread(h: np.uint64) -> np.uint64:
    """Mix 64 bits (the finalizer of MurmurHash3)."""
    h ^= h >> u64(33)
    h *= u64(0xFF51AFD7ED558CCD)
    h ^= h >> u64(33)
    h *= u64(0xC4CEB9FE1A85EC53)
    return h ^ (h >> u64(33))


@njit(inline="always")
def _roll(h: np.uint64, by: int) -> np.uint64:
    """Rotate 64 bits to the left."""
    return (h << u64(by)) | (h >> u64(64 - by))


@njit(inline="always")
def _alone(c: int) -> bool:
    """Whether a character is a word of its own; kana or Han."""
    if c < 0x3040:
        return False
    return c < 0x3100 or 0x3400 <= c < 0x4DC0 or 0x4E00 <= c < 0xA000 or 0xF900 <= c < 0xFB00


@njit(inline="always")
def _decode(data: np.ndarray, i: int) -> tuple[np.int64, int]:
    """Return the character that starts with the non-ASCII byte `i`, and where the next starts."""
    b = np.int64(data[i])
    if b < 0xE0:
        return (b & 0x1F) << 6 | (np.int64(data[i + 1]) & 0x3F), i + 2
    c = (np.int64(data[i + 1]) & 0x3F) << 6 | (np.int64(data[i + 2]) & 0x3F)
    if b < 0xF0:
        return (b & 0x0F) << 12 | c, i + 3
    return (b & 0x07) << 18 | c << 6 | (np.int64(data[i + 3]) & 0x3F), i + 4


@compiled
def split_words(
    data: np.ndarray,
    offsets: np.ndarray,
    starts: np.ndarray,
    codes: np.ndarray,
    words: np.ndarray,
    ends: np.ndarray,
) -> int:
    """Fill `words` with the hash of each word of each text; text i ends at `ends[i]` in it.

    Text i is `data[offsets[i]:offsets[i + 1]]`, valid UTF-8. `words` needs room for one word per
    two bytes and one more per text.
    """
    ascii_ = np.zeros(256, np.uint64)
    for c in range(128):
        if starts[c] < starts[c + 1]:
            ascii_[c] = codes[starts[c]]
    k = 0
    for t in range(ends.size):
        i, stop, h = offsets[t], offsets[t + 1], u64(0)
        while i < stop:
            code = ascii_[data[i]]
            while code != u64(0):  # the tight loop: most bytes are letters within a word
                h = _roll(h, 7) + code
                i += 1
                code = ascii_[data[i]] if i < stop else u64(0)
            if i == stop:
                break
            if data[i] < 128:
                if h != u64(0):
                    words[k] = _spread(h)
                    k, h = k + 1, u64(0)
                i += 1
                continue
            c, i = _decode(data, i)  # type: ignore[assignment]
            single = c >= PLANES or _alone(c)
            if h != u64(0) and (single or starts[c] == starts[c + 1]):
                words[k] = _spread(h)
                k, h = k + 1, u64(0)
            if c >= PLANES:
                h = _spread(u64(c))
            else:
                for j in range(starts[c], starts[c + 1]):
                    h = _roll(h, 7) + codes[j]
            if single and h != u64(0):
                words[k] = _spread(h)
                k, h = k + 1, u64(0)
        if h != u64(0):
            words[k] = _spread(h)
            k += 1
        ends[t] = k
    return k


@compiled
def combine(
    words: np.ndarray, ends: np.ndarray, n: int, out: np.ndarray, out_ends: np.ndarray
) -> int:
    """Fill `out` with the hash of each `n` consecutive words, in order; `out_ends` as `ends`.

    A text of fewer words has one shingle of all its words, one without words none. `out` may be
    `words` itself.
    """
    k, low = 0, 0
    for t in range(ends.size):
        high = ends[t]
        width = min(n, high - low)
        if width > 0:
            for s in range(low, high - width + 1):
                g = u64(0)
                for j in range(width):
                    g = _roll(g, 13) + words[s + j]
                out[k] = _spread(g)
                k += 1
        out_ends[t] = k
        low = high
    return k


@compiled
def sequence(words: np.ndarray, ends: np.ndarray, out: np.ndarray) -> None:
    """Fill `out` with one hash per text over its words in order."""
    low = 0
    for t in range(ends.size):
        g = u64(ends[t] - low)
        for s in range(low, ends[t]):
            g = (_roll(g, 23) ^ words[s]) * u64(0x9E3779B97F4A7C15)
        out[t] = _spread(g)
        low = ends[t]


@compiled
def distinct(values: np.ndarray, ends: np.ndarray) -> int:
    """Close the gaps that repeats leave in `values`, each text's being sorted; moves `ends`."""
    k, low = 0, 0
    for t in range(ends.size):
        first = k
        for s in range(low, ends[t]):
            if k == first or values[s] != values[k - 1]:
                values[k] = values[s]
                k += 1
        low = ends[t]
        ends[t] = k
    return k


@compiled
def minima(
    shingles: np.ndarray, ends: np.ndarray, a: np.ndarray, b: np.ndarray, out: np.ndarray
) -> None:
    """Fill `out` (texts, permutations) with MinHash digests, as datasketch's scheme affine32.

    That is: the low 32 bits of the shingle, mixed by MurmurHash3's fmix32, then the minimum of
    `a * x + b` modulo 2^32 (datasketch 2.0, minhash.py). A text without shingles is all ones.
    """
    low, most = 0, 0
    for t in range(ends.size):
        most = max(most, ends[t] - low)
        low = ends[t]
    mixed = np.empty(most, np.uint32)
    low = 0
    for t in range(ends.size):
        size = ends[t] - low
        for j in range(size):
            x = u32(shingles[low + j])
            x ^= x >> u32(16)
            x = u32(x * u32(0x85EBCA6B))
            x ^= x >> u32(13)
            x = u32(x * u32(0xC2B2AE35))
            mixed[j] = x ^ (x >> u32(16))
        for p in range(a.size):
            least, times, plus = u32(0xFFFFFFFF), a[p], b[p]
            for j in range(size):
                least = min(least, u32(times * mixed[j] + plus))
            out[t, p] = least
        low = ends[t]


@compiled
def band_keys(signatures: np.ndarray, bands: int, rows: int, out: np.ndarray) -> None:
    """Fill `out` (bands, texts) with a hash of each band of `rows` digests."""
    for i in range(signatures.shape[0]):
        for band in range(bands):
            h = u64(band + 1)
            for j in range(rows):
                h = _spread(h ^ u64(signatures[i, band * rows + j]))
            out[band, i] = h


@compiled
def shared(values: np.ndarray, i: int, i_end: int, j: int, j_end: int) -> int:
    """Return how many values two sorted runs of `values` have in common."""
    count = 0
    while i < i_end and j < j_end:
        x, y = values[i], values[j]
        count += x == y
        i += x <= y
        j += y <= x
    return count


@compiled
def root(parent: np.ndarray, i: int) -> int:
    """Return the representative of `i`, shortening the way to it."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@compiled
def join(
    members: np.ndarray,
    ends: np.ndarray,
    values: np.ndarray,
    spans: np.ndarray,
    apart: np.ndarray,
    parent: np.ndarray,
    least: tuple,
) -> np.ndarray:
    """Verify the texts that share a bucket and join those alike; returns what was found.

    Bucket k is `members[ends[k - 1]:ends[k]]`, ascending; text i has the sorted shingles
    `values[spans[i, 0]:spans[i, 1]]`; texts with equal `apart` ≥ 0 are not compared, nor those of
    which one has none. `parent` is the union-find over all texts (Tarjan 1975). `least` is the
    smallest Jaccard and the smallest containment. Returns rows (i, j, jaccard, containment) of
    each pair that reaches one of them; pairs already joined through others are skipped.
    """
    found, n, low = np.empty((256, 4), np.float64), 0, 0
    for bucket in range(ends.size):
        for at in range(low + 1, ends[bucket]):
            j, compared = members[at], 0
            for back in range(at - 1, max(low, at - LOOKED) - 1, -1):
                i = members[back]
                if compared == COMPARED:
                    break
                unlike = (apart[i] < 0) != (apart[j] < 0)
                if unlike or (apart[i] == apart[j] >= 0) or root(parent, i) == root(parent, j):
                    continue
                compared += 1
                a, b = spans[i, 1] - spans[i, 0], spans[j, 1] - spans[j, 0]
                common = shared(values, spans[i, 0], spans[i, 1], spans[j, 0], spans[j, 1])
                jaccard, part = common / max(1, a + b - common), common / max(1, min(a, b))
                if jaccard >= least[0]:
                    x, y = root(parent, i), root(parent, j)
                    parent[max(x, y)] = min(x, y)
                elif part < least[1]:
                    continue
                if n == found.shape[0]:
                    more = np.empty((2 * n, 4), np.float64)
                    more[:n] = found
                    found = more
                found[n, 0], found[n, 1], found[n, 2], found[n, 3] = i, j, jaccard, part
                n += 1
        low = ends[bucket]
    return found[:n]


@compiled
def compare(pairs: np.ndarray, values: np.ndarray, spans: np.ndarray) -> np.ndarray:
    """Return Jaccard and containment of each pair of texts, shape (pairs, 2)."""
    out = np.empty((pairs.shape[0], 2), np.float64)
    for k in range(pairs.shape[0]):
        i, j = pairs[k]
        a, b = spans[i, 1] - spans[i, 0], spans[j, 1] - spans[j, 0]
        common = shared(values, spans[i, 0], spans[i, 1], spans[j, 0], spans[j, 1])
        out[k, 0], out[k, 1] = common / max(1, a + b - common), common / max(1, min(a, b))
    return out
