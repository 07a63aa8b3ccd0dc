"""A hash table over sorted 64-bit keys, filled and asked by numba."""

from __future__ import annotations

import numpy as np

from corpus.passes import compiled

FACTOR = np.uint64(0x9E3779B97F4A7C15)


@compiled
def fill(keys: np.ndarray, table: np.ndarray) -> None:
    """Put the places of `keys` into `table`, a power of two of slots that are -1, twice as many."""
    mask = np.uint64(table.size - 1)
    for n in range(keys.size):
        slot = (keys[n] * FACTOR >> np.uint64(32)) & mask
        while table[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = n


@compiled
def find(asked: np.ndarray, keys: np.ndarray, table: np.ndarray, out: np.ndarray) -> None:
    """Write to `out` the place in `keys` of each of the `asked`; -1 where it is none of them."""
    mask = np.uint64(table.size - 1)
    for n in range(asked.size):
        slot = (asked[n] * FACTOR >> np.uint64(32)) & mask
        while table[slot] >= 0 and keys[table[slot]] != asked[n]:
            slot = (slot + np.uint64(1)) & mask
        out[n] = table[slot]
