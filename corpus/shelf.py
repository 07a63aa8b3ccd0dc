"""The sketches of all shards as one row of numbered texts, of which few are open at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from corpus.sketches import LIGHT, UNITS
from corpus.views import column, empty, ragged, view


class Shelf:
    """Texts numbered through all shards; `open` gives the `UNITS` of the n-th one.

    Shards are opened one after another, at most two at once, and let go: with `open` mapping
    files, memory is bounded by the two largest shards and not by the library.
    """

    def __init__(self, sizes: Sequence[int], open: Callable[[int], pa.Table]) -> None:
        self.starts = np.concatenate([[0], np.cumsum(np.array(sizes, np.int64))]).astype(np.int64)
        self.open = open

    @classmethod
    def of(cls, tables: Sequence[pa.Table]) -> Shelf:
        """Return a shelf over tables in memory."""
        return cls([table.num_rows for table in tables], tables.__getitem__)

    def __len__(self) -> int:
        return int(self.starts[-1])

    def look(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the columns `same` and `apart` of the texts of these numbers."""
        out = np.empty((2, len(numbers)), np.uint64)
        for table, places, rows in self._shards(numbers):
            out[0, places] = view(table["same"])[rows]
            out[1, places] = view(table["apart"])[rows]
        return out[0], out[1]

    def rows(self, numbers: np.ndarray) -> pa.Table:
        """Return the columns of the texts of these ascending numbers but for their hash lists."""
        found = [table.select(LIGHT).take(column(rows)) for table, _, rows in self._shards(numbers)]
        return pa.concat_tables([empty(UNITS).select(LIGHT), *found])

    def compare(self, pairs: np.ndarray) -> np.ndarray:
        """Return exact Jaccard and containment of pairs of numbers (n, 2), shape (n, 2)."""
        from corpus import likeness

        out = np.empty((len(pairs), 2))
        which = self._shard_of(pairs)
        for one, mine in _parted(which[:, 0]):
            sets = ragged(self.open(one)["shingles"])
            for other, some in _parted(which[mine, 1]):
                places = mine[some]
                others = sets if other == one else ragged(self.open(other)["shingles"])
                rows = pairs[places] - self.starts[[one, other]]
                out[places] = likeness.compare(rows, *sets, *others)
        return out

    def _shard_of(self, numbers: np.ndarray) -> np.ndarray:
        return np.searchsorted(self.starts, numbers, side="right") - 1

    def _shards(self, numbers: np.ndarray) -> Iterator[tuple[pa.Table, np.ndarray, np.ndarray]]:
        """Yield each shard that holds some of `numbers`, with their places and its rows."""
        for shard, places in _parted(self._shard_of(numbers)):
            yield self.open(shard), places, numbers[places] - self.starts[shard]


def _parted(which: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield each value of `which` and where it stands, ascending; the work is that of one sort.

    >>> [(value, places.tolist()) for value, places in _parted(np.array([3, 1, 3]))]
    [(1, [1]), (3, [0, 2])]
    """
    order = np.argsort(which, kind="stable")
    values, first = np.unique(which[order], return_index=True)
    yield from zip(values.tolist(), np.split(order, first[1:]), strict=False)
