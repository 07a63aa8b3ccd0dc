"""What is compared for duplicates: a document, or of chat a whole session, drawn from sketches."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.near import PERMUTATIONS, Near, Ragged, band_keys, digests, sequences, shingle_sets

HEAVY = ("signature", "shingles", "turn")
TURNS = ("mail", "prompt")  # kinds in which a few words are an answer, not a piece of writing
LATE = np.iinfo(np.int64).max


class Units:
    """All units of the sketches, ranked by name; unit i holds `rows[first[i]:first[i + 1]]`.

    The rows, documents' sketches without their hashes, are sorted by unit, thread, position and
    id, so that neither the order of the sketches nor where batches were cut shows in any result.
    A session's words are its messages' words one after another. `apart` is the rank of the thread
    of a session, -1 for a document; `words` counts words and `normal` hashes them in order.
    """

    def __init__(self, sketches: Sequence[pa.Table], near: Near) -> None:
        self.near, self.sketch = near, pa.concat_tables(sketches)
        light = self.sketch.drop_columns(list(HEAVY))
        light = light.append_column("place", pa.array(np.arange(light.num_rows)))
        keys = [(name, "ascending") for name in ("unit", "thread", "position", "id")]
        self.rows = light.take(pc.sort_indices(light, keys)).combine_chunks()
        self.first = _starts(self.rows.column("unit"))
        self.chat = pc.equal(self._head("kind"), "chat").to_numpy(zero_copy_only=False)
        threads = pc.rank(self._head("thread"), tiebreaker="dense").to_numpy()
        self.apart = np.where(self.chat, threads.astype(np.int64), -1)
        self.words = self._sum("words")
        self._hashes = self.rows.column("normal").to_numpy()
        self.normal = self._hashes[self.first[:-1]].copy()
        self.normal[self.chat] = sequences(self._sessions)

    def __len__(self) -> int:
        return len(self.first) - 1

    def ids(self, unit: int) -> list[str]:
        """Return the ids of a unit's documents, in order."""
        return self.names[self.first[unit] : self.first[unit + 1]]

    def turns(self, unit: int) -> list[int]:
        """Return the hash of the words of each of a unit's documents, in order."""
        return self._hashes[self.first[unit] : self.first[unit + 1]].tolist()

    def name(self, unit: int) -> str:
        """Return what the unit is called: a document's id, a session."""
        return self.rows.column("unit")[int(self.first[unit])].as_py()

    @cached_property
    def names(self) -> list[str]:
        """The id of each row."""
        return self.rows.column("id").to_pylist()

    @cached_property
    def exact(self) -> np.ndarray:
        """A number per unit, equal for equal texts and only for those (int64)."""
        column = self.rows.column("exact").combine_chunks()
        codes = column.dictionary_encode().indices.to_numpy().astype(np.int64)
        out = codes[self.first[:-1]]
        met: dict[bytes, int] = {}
        for unit in np.flatnonzero(self.chat).tolist():
            texts = codes[self.first[unit] : self.first[unit + 1]].tobytes()
            out[unit] = met.setdefault(texts, -1 - len(met))
        return out

    def alike(self, fewest: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        """Return the rank of the first unit with the same words, and which units LSH compares.

        `fewest` is (messages, words): a session with fewer of both is not compared. Sessions with
        the same words are left to LSH, which knows their threads.
        """
        ranks = np.arange(len(self), dtype=np.int64)
        turns = pc.is_in(self._head("kind"), value_set=pa.array(TURNS))
        long = self.words >= self.near.min_words
        equal = ~self.chat & np.where(turns.to_numpy(zero_copy_only=False), long, self.words > 0)
        _, leaders, which = np.unique(self.normal[equal], return_index=True, return_inverse=True)
        first = ranks.copy()
        first[equal] = ranks[equal][leaders][which]
        sizes = np.diff(self.first)
        sessions = self.chat & ((sizes >= fewest[0]) | (self.words >= fewest[1]))
        sessions &= self.words >= self.near.words
        return first, np.flatnonzero((~self.chat & long & (first == ranks)) | sessions)

    def band_keys(self) -> np.ndarray:
        """Return the hash of each band of each unit's signature, uint64 (bands, n)."""
        keys = np.zeros((self.near.bands, self.sketch.num_rows), np.uint64)
        start = 0
        for chunk in self.sketch.column("signature").chunks:
            told = start + np.flatnonzero(chunk.is_valid().to_numpy(zero_copy_only=False))
            signatures = chunk.flatten().to_numpy().reshape(-1, PERMUTATIONS)
            keys[:, told] = band_keys(signatures, self.near)
            start += len(chunk)
        keys = keys[:, self._head("place").to_numpy()]
        if self.chat.any():
            keys[:, self.chat] = band_keys(digests(self._session_sets), self.near)
        return keys

    def sets(self, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the shingles of `units` (uint64) and where each unit's are in them (n, 2)."""
        spans = np.zeros((len(self), 2), np.int64)
        documents = units[~self.chat[units]]
        places = self._head("place").to_numpy()[documents]
        order = np.argsort(places)
        values, ends = _gather(self.sketch.column("shingles"), places[order])
        spans[documents[order]] = _spans(ends)
        more, more_ends = self._session_sets
        spans[self.chat] = _spans(more_ends) + len(values)
        return np.concatenate([values, more]), spans

    def order(self, prefer: str) -> np.ndarray:
        """Return each unit's place in the order of who survives: published, own, then `prefer`."""
        created = self.rows.column("created").cast(pa.int64())
        oldest = self._least(pc.fill_null(created, LATE).to_numpy())
        length = self._sum("length")
        newest = np.where(oldest == LATE, LATE, -oldest)
        tie = {"longest": (oldest, -length), "newest": (-length, newest)}
        draft = self._least(self.rows.column("draft").cast(pa.int8()).to_numpy())
        strange = pc.not_equal(pc.fill_null(self.rows.column("origin"), ""), "self")
        quoted = pc.not_equal(pc.fill_null(self.rows.column("origin"), ""), "other")
        foreign = strange.cast(pa.int8()).to_numpy() * (1 + quoted.cast(pa.int8()).to_numpy())
        keys = (*tie.get(prefer, (-length, oldest)), self._least(foreign), draft)
        places = np.empty(len(self), np.int64)
        places[np.lexsort(keys)] = np.arange(len(self))  # stable: equals stay in order of rank
        return places

    @cached_property
    def _sessions(self) -> Ragged:
        """The words of each session, in order."""
        inside = np.repeat(self.chat, np.diff(self.first))
        places = self.rows.column("place").to_numpy()[inside]
        order = np.argsort(places)
        values, ends = _gather(self.sketch.column("turn"), places[order])
        spans = np.empty((len(places), 2), np.int64)
        spans[order] = _spans(ends)
        words = [values[start:end] for start, end in spans.tolist()]
        return np.concatenate([np.empty(0, np.uint64), *words]), np.cumsum(self.words[self.chat])

    @cached_property
    def _session_sets(self) -> Ragged:
        return shingle_sets(self._sessions, self.near.words)

    def _head(self, name: str) -> pa.ChunkedArray:
        return self.rows.column(name).take(pa.array(self.first[:-1]))

    def _sum(self, name: str) -> np.ndarray:
        values = self.rows.column(name).to_numpy()
        return np.add.reduceat(values, self.first[:-1]) if len(self) else values

    def _least(self, values: np.ndarray) -> np.ndarray:
        return np.minimum.reduceat(values, self.first[:-1]) if len(self) else values


def _starts(column: pa.ChunkedArray) -> np.ndarray:
    """Return where each run of equal values of a sorted column starts, and its length last."""
    n = len(column)
    if not n:
        return np.zeros(1, np.int64)
    change = pc.not_equal(column.slice(1), column.slice(0, n - 1)).to_numpy()
    return np.concatenate([[0], 1 + np.flatnonzero(change), [n]]).astype(np.int64)


def _spans(ends: np.ndarray) -> np.ndarray:
    return np.stack([np.concatenate([[0], ends[:-1]])[: len(ends)], ends], axis=1)


def _gather(column: pa.ChunkedArray, places: np.ndarray) -> Ragged:
    """Return the lists at the ascending `places` of a column, copying no others."""
    values, sizes, start = [np.empty(0, np.uint64)], [np.empty(0, np.int64)], 0
    for chunk in column.chunks:
        low, high = np.searchsorted(places, [start, start + len(chunk)])
        taken = chunk.take(pa.array(places[low:high] - start))
        values.append(taken.flatten().to_numpy())
        sizes.append(pc.fill_null(pc.list_value_length(taken), 0).to_numpy().astype(np.int64))
        start += len(chunk)
    return np.concatenate(values), np.cumsum(np.concatenate(sizes))
