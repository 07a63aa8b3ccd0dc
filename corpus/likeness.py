"""Kernels over signatures and sorted shingle sets: bands, candidate pairs, overlaps (numba)."""

from __future__ import annotations

import numpy as np

from corpus.shingles import compiled, spread, u64

COMPARED = 32  # how many others in one bucket a text is compared with
BIG = 256  # buckets of more texts are templates: all hang together through a few each
FEW = 8  # how many others a text is compared with in one of those
LOOKED = 4096  # how far back in one bucket they are looked for


@compiled
def band_keys(signatures: np.ndarray, bands: int, rows: int, out: np.ndarray) -> None:
    """Fill `out` (texts, bands) with a hash of each band of `rows` digests."""
    for i in range(signatures.shape[0]):
        for band in range(bands):
            h = u64(band + 1)
            for j in range(rows):
                h = spread(h ^ u64(signatures[i, band * rows + j]))
            out[i, band] = h


@compiled
def candidates(members: np.ndarray, ends: np.ndarray, apart: np.ndarray) -> np.ndarray:
    """Return the pairs (i, j) of texts worth comparing, smaller first, in buckets of like bands.

    Bucket k is `members[ends[k - 1]:ends[k]]`. Two of equal `apart` > 0 are not compared, nor those
    of which one has none. In a bucket each is compared with at most `COMPARED` before it, in a big
    one with `FEW`.
    """
    found, n, low = np.empty((256, 2), np.int64), 0, 0
    for bucket in range(ends.size):
        most = COMPARED if ends[bucket] - low <= BIG else FEW
        for at in range(low + 1, ends[bucket]):
            compared = 0
            for back in range(at - 1, max(low, at - LOOKED) - 1, -1):
                if (apart[at] > 0) != (apart[back] > 0) or (apart[at] == apart[back] > 0):
                    continue
                if n == found.shape[0]:
                    more = np.empty((2 * n, 2), np.int64)
                    more[:n] = found
                    found = more
                found[n, 0] = min(members[at], members[back])
                found[n, 1] = max(members[at], members[back])
                n += 1
                compared += 1
                if compared == most:
                    break
        low = ends[bucket]
    return found[:n]


@compiled
def shared(a: np.ndarray, b: np.ndarray) -> int:
    """Return how many values two sorted sets have in common."""
    i, j, count = 0, 0, 0
    while i < a.size and j < b.size:
        x, y = a[i], b[j]
        count += x == y
        i += x <= y
        j += y <= x
    return count


@compiled
def compare(
    pairs: np.ndarray,
    values: np.ndarray,
    offsets: np.ndarray,
    other_values: np.ndarray,
    other_offsets: np.ndarray,
) -> np.ndarray:
    """Return Jaccard and containment of each pair (text, other text), shape (pairs, 2).

    Text i has the sorted shingles `values[offsets[i]:offsets[i + 1]]`, other texts likewise.
    """
    out = np.empty((pairs.shape[0], 2), np.float64)
    for k in range(pairs.shape[0]):
        a = values[offsets[pairs[k, 0]] : offsets[pairs[k, 0] + 1]]
        b = other_values[other_offsets[pairs[k, 1]] : other_offsets[pairs[k, 1] + 1]]
        common = shared(a, b)
        out[k, 0] = common / max(1, a.size + b.size - common)
        out[k, 1] = common / max(1, min(a.size, b.size))
    return out


@compiled
def join(parent: np.ndarray, pairs: np.ndarray) -> None:
    """Unite the two of each pair; `parent[i]` is then the smallest index of i's component."""
    for k in range(pairs.shape[0]):
        i, j = pairs[k, 0], pairs[k, 1]
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        while parent[j] != j:
            parent[j] = parent[parent[j]]
            j = parent[j]
        parent[max(i, j)] = min(i, j)
    for i in range(parent.size):  # the parent is never larger: one pass flattens all
        parent[i] = parent[parent[i]]


@compiled
def holders(values: np.ndarray, offsets: np.ndarray, table: np.ndarray, counts: np.ndarray) -> None:
    """Fill `counts` with how many shingles of each text are in the open-addressed `table`.

    `table` has a power of two of places and at least one empty one, which is 0.
    """
    last = u64(table.size - 1)
    for i in range(counts.size):
        count = 0
        for k in range(offsets[i], offsets[i + 1]):
            place = values[k] & last
            while table[place] != u64(0) and table[place] != values[k]:
                place = (place + u64(1)) & last
            count += table[place] == values[k]
        counts[i] = count


@compiled
def fill(table: np.ndarray, values: np.ndarray) -> None:
    """Put distinct `values` into the empty open-addressed `table` of twice as many places."""
    last = u64(table.size - 1)
    for k in range(values.size):
        place = values[k] & last
        while table[place] != u64(0):
            place = (place + u64(1)) & last
        table[place] = values[k]
