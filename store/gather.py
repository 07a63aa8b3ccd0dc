"""Compiled loops that put the ids of a plan's rows together into sequences (numba).

Nothing is checked in here: `store.layout` and `store.loader` make sure beforehand that every row
lies in its shard and in its sequence. Loops run over slices, from 0, since numba tests a signed
index for being negative otherwise, and no longer copies many ids at once.
"""

from __future__ import annotations

import numpy as np

from corpus.shingles import compiled
from store.layout import IGNORED, LITERAL, Rows

LINE = 32  # ids of two bytes in a line of the processor's cache


@compiled
def gather(
    which: np.ndarray,
    first: np.ndarray,
    rows: Rows,
    shard: int,
    source: np.ndarray,
    pad: int,
    ids: np.ndarray,
) -> int:
    """Write the ids of the sequences `which` that lie in `shard` or in none to `ids` (n, length).

    `first[q]` is the first row of sequence q, `source` are the shard's ids; literals, and `pad`
    to the end of each sequence, lie in none. What is returned says nothing.
    """
    touched = 0
    for n in range(which.size):  # asks for all memory at once, which lies far apart, before use
        for r in range(first[which[n]], first[which[n] + 1]):
            if rows.shard[r] == shard:
                there = source[rows.start[r] : rows.start[r] + rows.tokens[r]]
                for i in range(0, there.size, LINE):
                    touched += there[i]
    for n in range(which.size):
        out, end = ids[n], 0
        for r in range(first[which[n]], first[which[n] + 1]):
            at, size = rows.place[r], rows.tokens[r]
            end = at + size
            if rows.shard[r] == LITERAL:
                out[at] = rows.start[r]
            elif rows.shard[r] == shard:
                there, here = source[rows.start[r] : rows.start[r] + size], out[at:end]
                for i in range(size):
                    here[i] = there[i]
        out[end:] = pad
    return touched


@compiled
def lay_out(
    which: np.ndarray,
    first: np.ndarray,
    rows: Rows,
    ids: np.ndarray,
    labels: np.ndarray,
    positions: np.ndarray,
    borders: np.ndarray,
) -> int:
    """Write labels, and positions that restart with every piece and padding.

    A label is the id where that is a target, else -100; nothing is predicted across the start of
    a piece. `borders` takes where pieces and paddings start in the flattened batch, then its end;
    returns how many.
    """
    count, length = 0, positions.shape[1]
    for n in range(which.size):
        end = 0
        for r in range(first[which[n]], first[which[n] + 1]):
            at, size, position = rows.place[r], rows.tokens[r], rows.position[r]
            end = at + size
            there, here, place = ids[n, at:end], labels[n, at:end], positions[n, at:end]
            for i in range(size):
                place[i] = position + i
            if rows.target[r]:
                for i in range(size):
                    here[i] = there[i]
            else:
                for i in range(size):
                    here[i] = IGNORED
            if rows.opens[r]:
                here[0] = IGNORED
                borders[count] = n * length + at
                count += 1
        if end < length:
            borders[count] = n * length + end
            count += 1
            here, place = labels[n, end:], positions[n, end:]
            for i in range(length - end):
                place[i] = i
                here[i] = IGNORED
    borders[count] = which.size * length
    return count + 1
