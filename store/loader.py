"""Reads token shards in the order of a plan: sequences by number, or batches by step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.plan import BadPlan, read
from store.query import open_catalogue
from store.shards import open_shard

IGNORED = -100  # the label that PyTorch's cross-entropy and transformers leave out
_LITERAL = -1


class Sequences:
    """The sequences of a plan, as a map-style dataset: `len(s)` and `s[i]`.

    `directory` is what the paths of `shards` are relative to. `target_tokens` and `target_bytes`
    are totals over the plan, so that bits per byte = nats summed over targets / ln 2 / bytes;
    ends of turns are targets of no bytes. Pickles without the mapped files. Raises BadShard when a
    shard is not as `shards` says, BadPlan when the plan does not fit `length`.
    """

    def __init__(
        self, directory: Path, plan: pa.Table, shards: pa.Table, length: int, pad: int
    ) -> None:
        self.directory, self.length, self.pad = Path(directory), length, pad
        self._shards = {row["shard"]: row for row in shards.to_pylist()}
        self._rows = {
            name: pc.fill_null(plan[name], False if name == "target" else _LITERAL).to_numpy()
            for name in ("shard", "start", "tokens", "literal", "target")
        }
        sequence = plan["sequence"].to_numpy()
        count = int(sequence[-1]) + 1 if len(sequence) else 0
        self._first = np.searchsorted(sequence, np.arange(count + 1))
        tokens = self._rows["tokens"]
        before = np.cumsum(tokens) - tokens
        begins = self._first[:-1]
        self._place = before - np.repeat(before[begins], np.diff(self._first))
        if len(tokens) and int((self._place + tokens).max()) > length:
            raise BadPlan(f"plan: has sequences longer than {length:,} tokens; plan it again")
        piece = plan["piece"].to_numpy()
        same = (np.diff(sequence, prepend=-1) == 0) & (np.diff(piece, prepend=-1) == 0)
        self._opens = ~same
        self.target_tokens = int(tokens[self._rows["target"]].sum())
        self.target_bytes = pc.sum(plan["bytes"]).as_py() or 0
        self._maps = self._open()

    def _open(self) -> dict[int, np.ndarray]:
        used = np.unique(self._rows["shard"])
        return {
            int(s): open_shard(self.directory, self._shards[int(s)]) for s in used if s != _LITERAL
        }

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_maps"}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._maps = self._open()

    def __len__(self) -> int:
        return len(self._first) - 1

    def __getitem__(self, index: int) -> dict[str, np.ndarray]:
        """Return `ids`, `position_ids` and `labels` of sequence `index`, int64 (length,).

        `labels[i]` is `ids[i]` where that is a target, else -100; the model shifts them. Positions
        restart with each packed piece, and with the padding at the end.
        """
        if not -len(self) <= index < len(self):
            raise IndexError(f"sequence {index}: the plan has {len(self):,}")
        index %= len(self)
        both = self.read(index, index + 1)
        return {name: both[name][0] for name in ("ids", "position_ids", "labels")}

    def read(self, begin: int, end: int) -> dict[str, np.ndarray]:
        """Return sequences `begin`…`end`-1: `ids`, `position_ids`, `labels` (n, length) int64.

        `cu_seqlens` int32 are the borders of pieces and paddings in the flattened batch, from 0
        to n · length.
        """
        count = end - begin
        rows = slice(self._first[begin], self._first[end])
        take = {name: values[rows] for name, values in self._rows.items()}
        tokens = take["tokens"]
        sequence = np.repeat(np.arange(count), np.diff(self._first[begin : end + 1]))
        place = self._place[rows] + sequence * self.length
        within = np.arange(tokens.sum()) - np.repeat(np.cumsum(tokens) - tokens, tokens)
        at = np.repeat(place, tokens) + within

        flat = np.full(count * self.length, self.pad, np.int64)
        flat[at] = self._gather(take, within)
        labels = np.full(len(flat), IGNORED, np.int64)
        learnt = at[np.repeat(take["target"], tokens)]
        labels[learnt] = flat[learnt]

        fill = np.bincount(sequence, weights=tokens, minlength=count).astype(np.int64)
        padding = (np.arange(count) * self.length + fill)[fill < self.length]
        opens = place[self._opens[rows]]
        labels[opens] = IGNORED  # the model would predict it from the piece before
        borders = np.sort(np.concatenate([opens, padding, [len(flat)]]))
        positions = np.arange(len(flat)) - np.repeat(borders[:-1], np.diff(borders))
        shape = (count, self.length)
        return {
            "ids": flat.reshape(shape),
            "position_ids": positions.reshape(shape),
            "labels": labels.reshape(shape),
            "cu_seqlens": borders.astype(np.int32),
        }

    def _gather(self, take: dict[str, np.ndarray], within: np.ndarray) -> np.ndarray:
        """Return the ids of the rows `take`, one after the other."""
        ids = np.repeat(take["literal"], take["tokens"]).astype(np.int64)
        source = np.repeat(take["start"], take["tokens"]) + within
        shards = np.unique(take["shard"])
        of_token = np.repeat(take["shard"], take["tokens"])
        for shard in shards[shards != _LITERAL].tolist():
            here = of_token == shard
            ids[here] = self._maps[shard][source[here]]
        return ids


def sequences(library: Path, plan: str) -> Sequences:
    """Return the sequences of the plan named `plan` in the catalogue of `library`.

    Raises NoCatalogue, BadShard, and BadPlan when there is no such plan or its file is not the one
    the catalogue records.
    """
    sql = "SELECT path, digest FROM plans WHERE plan = ?"
    with open_catalogue(library) as connection:
        found = connection.execute(sql, [plan]).fetchall()
        shards = connection.sql("SELECT * FROM shards").to_arrow_table()
    if len(found) != 1:
        raise BadPlan(f"{plan}: no such plan in the catalogue; see SELECT plan FROM plans")
    path, expected = found[0]
    rows = read(Path(library) / path, expected)
    length, pad = (int(rows.schema.metadata[name]) for name in (b"length", b"pad"))
    return Sequences(Path(library), rows, shards, length, pad)


def batches(
    library: Path,
    plan: str,
    batch: int,
    length: int,
    *,
    rank: int = 0,
    world: int = 1,
    step: int = 0,
) -> Iterator[dict[str, np.ndarray]]:
    """Yield batches of the plan `plan` from `step` on: `ids position_ids labels cu_seqlens`.

    `batch` sequences of `length` tokens make a step over all ranks; rank `rank` of `world` gets
    its consecutive share, so any number of ranks sees the same steps. The state is `step` alone.
    Ends when less than a batch is left. Raises BadPlan when the plan has another length, no whole
    batch, or `world` does not divide `batch`; as `sequences` does otherwise.
    """
    if batch % world or not 0 <= rank < world:
        raise BadPlan(f"batch {batch}: does not divide over {world} ranks, or no rank {rank}")
    data = sequences(library, plan)
    if data.length != length:
        raise BadPlan(f"{plan}: planned at {data.length:,} tokens, asked for {length:,}")
    if len(data) < batch:
        raise BadPlan(f"{plan}: has {len(data):,} sequences, fewer than one batch of {batch:,}")
    return _steps(data, batch, step, (rank, world))


def _steps(
    data: Sequences, batch: int, step: int, share: tuple[int, int]
) -> Iterator[dict[str, np.ndarray]]:
    rank, world = share
    size = batch // world
    for begin in range(step * batch, len(data) - batch + 1, batch):
        yield data.read(begin + rank * size, begin + (rank + 1) * size)
