"""Kernels over UTF-8 bytes: words, shingles and MinHash minima (numba).

A word is a run of letters, digits, marks and underscores, compared as `corpus.folding` says; each
Han ideograph and each kana is a word of its own. Everything is 64-bit arithmetic on fixed
constants: the hashes are the same in every process and on every machine.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from corpus.folding import PLANES

u32, u64 = np.uint32, np.uint64


def compiled(function: Callable) -> Callable:
    """Return `function` compiled without the GIL; the machine code is kept where it can be."""
    try:
        return njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no folder can be written: every process compiles for itself
        return njit(nogil=True)(function)


@njit(inline="always")
def spread(h: np.uint64) -> np.uint64:
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
    """Fill `words` with the code of each word of each text; text i ends at `ends[i]` in it.

    Text i is `data[offsets[i]:offsets[i + 1]]`, valid UTF-8. `words` needs room for one word per
    two bytes and one more per text. `scatter` makes hashes of the codes.
    """
    ascii_ = np.zeros(128, np.uint64)
    for c in range(128):
        if starts[c] < starts[c + 1]:
            ascii_[c] = codes[starts[c]]
    k = 0
    for t in range(ends.size):
        i, stop, h = offsets[t], offsets[t + 1], u64(0)
        while i < stop:
            byte = data[i]
            if byte < 128:  # without a branch: where words end cannot be predicted
                code = ascii_[byte]
                words[k] = h  # stays if the word ends here
                k += (code == u64(0)) & (h != u64(0))
                h = (_roll(h, 7) + code) & (u64(0) - u64(code != u64(0)))
                i += 1
                continue
            c, i = _decode(data, i)  # type: ignore[assignment]
            single = c >= PLANES or _alone(c)
            if h != u64(0) and (single or starts[c] == starts[c + 1]):
                words[k] = h
                k, h = k + 1, u64(0)
            if c >= PLANES:
                h = spread(u64(c))
            else:
                for j in range(starts[c], starts[c + 1]):
                    h = _roll(h, 7) + codes[j]
            if single and h != u64(0):
                words[k] = h
                k, h = k + 1, u64(0)
        if h != u64(0):
            words[k] = h
            k += 1
        ends[t] = k
    return k


@compiled
def scatter(words: np.ndarray, before: np.uint64, after: np.uint64) -> None:
    """Turn codes of words into hashes in place: 64 mixed bits under a key of two halves."""
    for k in range(words.size):
        words[k] = spread(words[k] ^ before) ^ after


@compiled
def marks(data: np.ndarray, offsets: np.ndarray, before: np.uint64, out: np.ndarray) -> None:
    """Fill `out` with a hash of the bytes of each text under a key: equal for equal texts."""
    for t in range(out.size):
        i, stop = offsets[t], offsets[t + 1]
        h = before ^ u64(stop - i)
        while i + 8 <= stop:
            x = u64(0)
            for j in range(8):
                x |= u64(data[i + j]) << u64(8 * j)
            h = (_roll(h, 29) ^ x) * u64(0x9E3779B97F4A7C15)
            h ^= h >> u64(32)
            i += 8
        while i < stop:
            h = (_roll(h, 29) ^ u64(data[i])) * u64(0x9E3779B97F4A7C15)
            h ^= h >> u64(32)
            i += 1
        out[t] = spread(h)


@compiled
def combine(
    words: np.ndarray,
    ends: np.ndarray,
    n: int,
    out: np.ndarray,
    out_ends: np.ndarray,
    least: int = 1,
) -> int:
    """Fill `out` with the hash of each `n` consecutive words, in order; `out_ends` as `ends`.

    A text of fewer than `n` words has one shingle of all its words, one of fewer than `least`
    has none. Returns how many shingles there are. `out` may be `words` itself.
    """
    k, low = 0, 0
    for t in range(ends.size):
        high = ends[t]
        width = min(n, high - low)
        if width > 0 and high - low >= least:
            for s in range(low, high - width + 1):
                g = u64(0)
                for j in range(width):
                    g = _roll(g, 13) + words[s + j]
                out[k] = spread(g)
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
        out[t] = spread(g)
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
