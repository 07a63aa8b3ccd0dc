"""Where every row of a plan lies in its sequence, as arrays; checked once, then trusted."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.plan import BadPlan

IGNORED = -100  # the label that PyTorch's cross-entropy and transformers leave out
LITERAL = -1  # in place of a shard, where a row is one id of its own


class Rows(NamedTuple):
    """A plan's rows in order, as arrays with one entry a row.

    `shard`, or `LITERAL`; `start`, the first token there, or the literal id; `tokens`, how many;
    `place` in the sequence; `position` of the first in its piece; whether they are a `target`,
    and whether a piece `opens` with them.
    """

    shard: np.ndarray
    start: np.ndarray
    tokens: np.ndarray
    place: np.ndarray
    position: np.ndarray
    target: np.ndarray
    opens: np.ndarray


def laid(plan: pa.Table, length: int) -> tuple[np.ndarray, Rows]:
    """Return the first row of each sequence, with one more at the end, and the rows of `plan`.

    Raises BadPlan unless the sequences are numbered from 0, and their rows fit into `length`.
    """
    numbers = {
        name: pc.fill_null(plan[name], LITERAL).to_numpy().astype(np.int64)
        for name in ("shard", "start", "tokens", "literal")
    }
    shard, tokens, literal = numbers["shard"], numbers["tokens"], numbers["literal"]
    start = np.where(shard == LITERAL, literal, numbers["start"])
    sequence, piece = plan["sequence"].to_numpy(), plan["piece"].to_numpy()
    count = int(sequence[-1]) + 1 if len(sequence) else 0
    first = np.searchsorted(sequence, np.arange(count + 1))
    empty = (np.diff(first) <= 0).any() or (np.diff(sequence) < 0).any()
    if empty or (start < 0).any() or (tokens < 1).any() or (tokens[shard == LITERAL] != 1).any():
        raise BadPlan("plan: has rows that lie nowhere; plan it again")
    before = np.cumsum(tokens) - tokens
    place = before - np.repeat(before[first[:-1]], np.diff(first))
    if len(tokens) and int((place + tokens).max()) > length:
        raise BadPlan(f"plan: has sequences longer than {length:,} tokens; plan it again")
    opens = (np.diff(sequence, prepend=-1) != 0) | (np.diff(piece, prepend=-1) != 0)
    begin = np.flatnonzero(opens)
    position = place - np.repeat(place[begin], np.diff(np.append(begin, len(place))))
    target = pc.fill_null(plan["target"], False).to_numpy(zero_copy_only=False)
    return first, Rows(shard, start, tokens, place, position, target.astype(bool), opens)
