"""Compiled loops that put the ids of a plan's rows together into sequences (numba).

Documents lie far apart in memory, in the order of a plan: what takes time is to wait for them, so
they are asked for ahead. Nothing is checked in here: `store.layout` and `store.loader` make sure
beforehand that every row lies in its shard and in its sequence. Loops run over slices, from 0,
since numba tests a signed index for being negative otherwise, and no longer copies many ids at
once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from corpus.shingles import compiled
from store.layout import IGNORED, LITERAL, Rows

LINE = 32  # ids of two bytes in a line of the processor's cache
AHEAD = 2  # sequences whose ids are asked for while an earlier one is written


def _prefetch(_: object, source: types.Array, at: types.Integer) -> tuple[Any, Any]:
    """Ask for the line of memory of `source[at]`, without waiting for it; reads nothing."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> object:
        array = make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.bitcast(builder.gep(array.data, [arguments[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [place.type, number, number, number])
        asked = builder.module.declare_intrinsic("llvm.prefetch", [place.type], kind)
        # To read, into all levels of the cache, as data.
        builder.call(asked, [place, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(source, types.intp), code


prefetch: Any = intrinsic(_prefetch)


@compiled
def _ask(sequence: int, first: np.ndarray, rows: Rows, shard: int, source: np.ndarray) -> None:
    """Ask for the memory of all ids of `sequence` that lie in `shard`."""
    for r in range(first[sequence], first[sequence + 1]):
        if rows.shard[r] == shard:
            start, end = rows.start[r], rows.start[r] + rows.tokens[r]
            for at in range(start, end, LINE):
                prefetch(source, at)
            prefetch(source, end - 1)


@compiled
def gather(
    which: np.ndarray,
    first: np.ndarray,
    rows: Rows,
    shard: int,
    source: np.ndarray,
    pad: int,
    ids: np.ndarray,
) -> None:
    """Write the ids of the sequences `which` that lie in `shard` or in none to `ids` (n, length).

    `first[q]` is the first row of sequence q, `source` are the shard's ids; literals, and `pad`
    to the end of each sequence, lie in none. Past the last, what is asked for ahead are the
    sequences that a reader in order wants next.
    """
    count, last = first.size - 1, which.size - 1
    for n in range(-AHEAD if which.size else 0, which.size):
        ahead = which[n + AHEAD] if n + AHEAD <= last else which[last] + n + AHEAD - last
        if ahead < count:
            _ask(ahead, first, rows, shard, source)
        if n < 0:
            continue
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
