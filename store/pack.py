"""Deterministic order and best-fit packing of pieces into sequences of one length."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np


def splitmix64(x: np.ndarray) -> np.ndarray:
    """Return the SplitMix64 output for each uint64 state in `x`.

    Steele, Lea and Flood, «Fast splittable pseudorandom number generators», OOPSLA 2014;
    constants as in Vigna's reference code.

    >>> [hex(v) for v in splitmix64(np.array([0], np.uint64))]
    ['0xe220a8397b1dcdaf']
    """
    with np.errstate(over="ignore"):
        x = x.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def mix(x: np.ndarray, *salts: int) -> np.ndarray:
    """Return hashes of `x` (uint64) under each of `salts` in turn."""
    for salt in salts:
        salted = splitmix64(np.array([salt & (1 << 64) - 1], np.uint64))
        x = splitmix64(x ^ salted)
    return x


def hashes(ids: Iterable[str]) -> np.ndarray:
    """Return a uint64 for each id, the same on every machine."""
    raw = b"".join(blake2b(id_.encode(), digest_size=8).digest() for id_ in ids)
    return np.frombuffer(raw, "<u8").astype(np.uint64)


def fraction(x: np.ndarray) -> np.ndarray:
    """Return each uint64 of `x` as a float64 in [0, 1)."""
    return (x >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def pack(sizes: np.ndarray, order: np.ndarray, length: int) -> np.ndarray:
    """Return for each piece the sequence it is in; no piece is cut and no sequence over `length`.

    Best fit decreasing: the longest piece first, into the fullest sequence that still holds it.
    Pieces of one size go by `order` (uint64). `sizes` are 1…`length`. Sequences are numbered from
    0 in the order of the hash of their first piece.
    """
    by_size = np.lexsort((order, -sizes))
    sequence = np.empty(len(sizes), np.int64)
    full = int(np.searchsorted(-sizes[by_size], -length, side="right"))
    sequence[by_size[:full]] = np.arange(full)
    rest = by_size[full:]
    sequence[rest] = _best_fit(sizes[rest].tolist(), length, full)
    count = int(sequence.max()) + 1 if len(sizes) else 0
    first = np.empty(count, np.int64)
    first[sequence[by_size[::-1]]] = by_size[::-1]  # the last write, so the first piece, stays
    rank = np.empty(count, np.int64)
    rank[np.lexsort((first, mix(order[first], 1)))] = np.arange(count)
    return rank[sequence]


def _best_fit(sizes: list[int], length: int, begin: int) -> list[int]:
    """Place falling `sizes`; sequences are numbered from `begin`."""
    open_by_room: list[list[int]] = [[] for _ in range(length + 1)]
    rooms = 0  # bit r is set while some sequence has exactly r tokens of room
    placed = []
    for size in sizes:
        fitting = rooms >> size
        if fitting:
            room = size + (fitting & -fitting).bit_length() - 1
            sequence = open_by_room[room].pop()
            if not open_by_room[room]:
                rooms ^= 1 << room
        else:
            room, sequence, begin = length, begin, begin + 1
        placed.append(sequence)
        if left := room - size:
            open_by_room[left].append(sequence)
            rooms |= 1 << left
    return placed
