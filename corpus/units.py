"""What repeats or resembles something else: documents and chat sessions, ranked by name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import sketches
from corpus.sketches import LATE
from corpus.views import column, filled, strings, view


class Units:
    """Rows of sketches that have met others, in the order of their names; unit i is row i.

    `numbers` are the rows' numbers through all shards, `rows` their light columns, and `messages`
    the messages of the sessions among them. Neither the order of shards nor where batches were
    cut shows in any result.
    """

    def __init__(self, numbers: np.ndarray, rows: pa.Table, messages: Sequence[pa.Table]) -> None:
        order = pc.sort_indices(rows["unit"])
        self.rows = rows.take(order).combine_chunks()
        self.numbers = numbers[view(order)]
        self.exact, self.normal = view(self.rows["exact"]), view(self.rows["normal"])
        self.apart, self.words = view(self.rows["apart"]), view(self.rows["words"])
        self._messages = sketches.ordered(pa.concat_tables(messages)) if messages else None

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def names(self) -> list[str]:
        """What each unit is called: a document's id, a session."""
        return self.rows["unit"].to_pylist()

    def ranks(self, numbers: np.ndarray) -> np.ndarray:
        """Return the units of the given numbers, in any shape."""
        order = np.argsort(self.numbers)
        return order[np.searchsorted(self.numbers, numbers, sorter=order)]

    def leaders(self, same: np.ndarray) -> np.ndarray:
        """Return for each unit the first with the same words, given (number, other number)."""
        leaders = np.arange(len(self))
        pairs = self.ranks(same)
        _, which = np.unique(pairs[:, 1], return_inverse=True)
        first = np.full(len(pairs), len(self))
        np.minimum.at(first, which, pairs[:, 0])
        leaders[pairs[:, 0]] = first[which]
        return leaders

    def ids(self, unit: int) -> list[str]:
        """Return the ids of a unit's documents, in order."""
        return self._members[unit][0] if self.apart[unit] else [self.names[unit]]

    def turns(self, unit: int) -> list[int]:
        """Return the hash of the words of each of a unit's documents, in order."""
        return self._members[unit][1] if self.apart[unit] else [int(self.normal[unit])]

    @cached_property
    def _members(self) -> dict[int, tuple[list[str], list[int]]]:
        """The ids and the hashes of the messages of each session."""
        if self._messages is None:
            return {}
        starts = sketches.starts_of(self._messages["session"])
        sessions = self._messages["session"].take(column(starts[:-1])).to_pylist()
        ids, hashes = self._messages["id"].to_pylist(), view(self._messages["normal"]).tolist()
        units = {name: unit for unit, name in enumerate(self.names) if self.apart[unit]}
        return {
            units[name]: (ids[low:high], hashes[low:high])
            for name, low, high in zip(sessions, starts[:-1], starts[1:], strict=True)
        }

    def order(self, prefer: str, sources: Sequence[str]) -> np.ndarray:
        """Return each unit's place in the order of who survives.

        Own words come first, then what is published, then a source by its place in `sources`,
        then `prefer`: longest, newest or oldest.
        """
        oldest, length = view(self.rows["created"]), view(self.rows["length"])
        newest = np.where(oldest == LATE, LATE, -oldest)
        tie = {"longest": (oldest, -length), "newest": (-length, newest)}
        liked = pc.index_in(self.rows["source"], value_set=strings(sources))
        source = filled(liked, len(sources))
        keys = (*tie.get(prefer, (-length, oldest)), source, *map(self._view, ("draft", "foreign")))
        places = np.empty(len(self), np.int64)
        places[np.lexsort(keys)] = np.arange(len(self))  # stable: equals stay in order of name
        return places

    def _view(self, name: str) -> np.ndarray:
        return view(self.rows[name])
