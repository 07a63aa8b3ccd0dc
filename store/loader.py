"""Reads token shards in the order of a plan: sequences by number, or batches by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.layout import IGNORED as IGNORED
from store.layout import LITERAL, laid
from store.plan import BadPlan, read
from store.query import open_catalogue
from store.remote import cache_folder, fetch, fetch_catalogue, is_remote
from store.shards import open_shard


class Sequences:
    """The sequences of a plan, as a map-style dataset: `len(s)` and `s[i]`.

    `directory` is what the paths of `shards` are relative to. `target_tokens` and `target_bytes`
    are totals over the plan, so that bits per byte = nats summed over targets / ln 2 / bytes;
    ends of turns are targets of no bytes. Pickles without the mapped files. With `verify` the
    shards' digests are checked, which reads them; with `tokenizer` (a key) also what they were
    written with. Raises BadShard when a shard is not as `shards` says, BadPlan when the plan does
    not fit `length` or the shards.
    """

    def __init__(
        self,
        directory: Path,
        plan: pa.Table,
        shards: pa.Table,
        length: int,
        pad: int,
        *,
        tokenizer: str | None = None,
        verify: bool = False,
    ) -> None:
        self.directory, self.length, self.pad = Path(directory), length, pad
        self._shards = {row["shard"]: row for row in shards.to_pylist()}
        self._first, self._rows = laid(plan, length)
        self.target_tokens = int(self._rows.tokens[self._rows.target].sum())
        self.target_bytes = pc.sum(plan["bytes"]).as_py() or 0
        self._maps = self._open(tokenizer, verify)

    def _open(self, tokenizer: str | None = None, verify: bool = False) -> dict[int, np.ndarray]:
        maps = {}
        ends = self._rows.start + self._rows.tokens
        for shard in np.unique(self._rows.shard).tolist():
            if shard == LITERAL:
                continue
            if shard not in self._shards:
                raise BadPlan(f"plan: reads shard {shard:,}, which is not recorded; plan it again")
            row = self._shards[shard]
            maps[shard] = np.asarray(open_shard(self.directory, row, tokenizer, verify=verify))
            if ends[self._rows.shard == shard].max() > len(maps[shard]):
                raise BadPlan(f"plan: reads beyond the end of {row['path']}; plan it again")
        return maps or {LITERAL: np.empty(0, np.dtype("<u2"))}

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
        return self.__getitems__([index])[0]

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, np.ndarray]]:
        """Return the sequences `indices`, read together: what PyTorch's loader asks for."""
        count = len(self)
        for index in indices:
            if not -count <= index < count:
                raise IndexError(f"sequence {index}: the plan has {count:,}")
        both = self._read(np.asarray(indices, np.int64) % count)
        names = ("ids", "position_ids", "labels")
        return [{name: both[name][n] for name in names} for n in range(len(indices))]

    def read(self, begin: int, end: int) -> dict[str, np.ndarray]:
        """Return sequences `begin`…`end`-1: `ids`, `position_ids`, `labels` (n, length) int64.

        `cu_seqlens` int32 are the borders of pieces and paddings in the flattened batch, from 0
        to n · length.
        """
        return self._read(self._range(begin, end))

    def ids(self, begin: int, end: int) -> np.ndarray:
        """Return the ids alone of sequences `begin`…`end`-1, int64 (n, length)."""
        return self._gather(self._range(begin, end))

    def _range(self, begin: int, end: int) -> np.ndarray:
        if not 0 <= begin <= end <= len(self):
            raise IndexError(f"sequences {begin} to {end}: the plan has {len(self):,}")
        return np.arange(begin, end)

    def _gather(self, which: np.ndarray) -> np.ndarray:
        from store.gather import gather  # brings in numba, which plans do not need

        ids = np.empty((len(which), self.length), np.int64)
        for shard, source in self._maps.items():
            gather(which, self._first, self._rows, shard, source, self.pad, ids)
        return ids

    def _read(self, which: np.ndarray) -> dict[str, np.ndarray]:
        from store.gather import lay_out

        ids = self._gather(which)
        labels, positions = np.empty_like(ids), np.empty_like(ids)
        rows = int((self._first[which + 1] - self._first[which]).sum())
        borders = np.empty(rows + len(which) + 1, np.int32)
        count = lay_out(which, self._first, self._rows, ids, labels, positions, borders)
        return {
            "ids": ids,
            "position_ids": positions,
            "labels": labels,
            "cu_seqlens": borders[:count].copy(),
        }


def sequences(
    library: Path | str,
    plan: str,
    *,
    tokenizer: str | None = None,
    verify: bool = True,
    cache: Path | None = None,
) -> Sequences:
    """Return the sequences of the plan named `plan` in the catalogue of `library`.

    `library` is a folder, or the URL of a copy of its `corpus.duckdb` and `shards/`, such as
    s3://bucket/library; what is needed of that is kept in the folder `cache`, by default in the
    user's own. Raises NoCatalogue, NotReached, BadShard, and BadPlan when there is no such plan or
    its file is not the one the catalogue records.
    """
    folder = Path(library)
    if is_remote(library):
        folder = cache or cache_folder(str(library))
        fetch_catalogue(str(library), folder)
    with open_catalogue(folder) as connection:
        sql = "SELECT path, digest FROM plans WHERE plan = ?"
        found = connection.execute(sql, [plan]).fetchall()
        shards = connection.sql("SELECT * FROM shards").to_arrow_table()
    if len(found) != 1:
        raise BadPlan(f"{plan}: no such plan in the catalogue; see SELECT plan FROM plans")
    path, expected = found[0]
    if is_remote(library):
        fetch(str(library), {path: None}, folder)
    rows = read(folder / path, expected)
    if is_remote(library):
        used = shards.filter(pc.is_in(shards["shard"], value_set=pc.unique(rows["shard"])))
        told = zip(used["path"].to_pylist(), used["digest"].to_pylist(), strict=True)
        fetch(str(library), dict(told), folder)
        verify = False  # fetched files are
    length, pad = (int(rows.schema.metadata[name]) for name in (b"length", b"pad"))
    return Sequences(folder, rows, shards, length, pad, tokenizer=tokenizer, verify=verify)


def batches(
    library: Path | str,
    plan: str,
    batch: int,
    length: int,
    *,
    rank: int = 0,
    world: int = 1,
    step: int = 0,
    **opening: Any,
) -> Iterator[dict[str, np.ndarray]]:
    """Yield batches of the plan `plan` from `step` on: `ids position_ids labels cu_seqlens`.

    `batch` sequences of `length` tokens make a step over all ranks; rank `rank` of `world` gets
    its consecutive share, so any number of ranks sees the same steps. The state is `step` alone.
    Ends when less than a batch is left. `opening` is `tokenizer`, `verify` and `cache`, as in
    `sequences`. Raises BadPlan when the plan has another length, no whole batch, or `world` does
    not divide `batch`; as `sequences` does otherwise.
    """
    if batch < 1 or step < 0 or world < 1 or batch % world or not 0 <= rank < world:
        raise BadPlan(
            f"batch {batch}: does not divide over {world} ranks, or no rank {rank}, or no step "
            f"{step}"
        )
    data = sequences(library, plan, **opening)
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
