"""What is held out and what is learnt from, by their runs of words: the work of `decontaminate`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import overlap
from corpus.near import Ragged
from corpus.overlap import Index, Runs

Read = Callable[[], Iterable[pa.RecordBatch]]
"""Gives batches with id, text, split and removed; called once for every pass over them."""
Sets = Mapping[str, Callable[[], Iterable[str]]]
"""Name of an evaluation set → what gives its items; called once for every pass over them."""

ITEMS = 4_096
NONE = np.iinfo(np.int64).max


class Lengths(NamedTuple):
    """Words of a run, of the guard's runs, and of the shortest item that is looked for whole."""

    run: int
    guard: int
    item: int


def in_use(read: Read, split: str) -> Iterator[pa.Table]:
    """Yield the documents in use of `split`, some at a time."""
    for batch in read():
        wanted = pc.and_(pc.is_null(batch["removed"]), pc.equal(batch["split"], split))
        yield pa.table(batch).filter(pc.fill_null(wanted, False))


def of_split(read: Read, split: str) -> Iterator[tuple[list[str], Ragged]]:
    """Yield the ids of documents in use of `split`, some at a time, and their words' hashes."""
    for some in in_use(read, split):
        ids = some["id"].to_pylist()
        for first, hashed in overlap.words(some["text"]):
            yield ids[first : first + len(hashed[1])], hashed


class Held:
    """The texts held out, numbered: evaluation sets by name, then test documents by id."""

    def __init__(self, read: Read, sets: Sets, lengths: Lengths) -> None:
        self._read, self._sets, self.lengths = read, sets, lengths
        self.sets = sorted(sets)
        known: list[str] = []
        total = 0
        for ids, hashed in of_split(read, "test"):
            known += ids
            total += 2 * len(hashed[0])
        total += sum(len(hashed[0]) for _, hashed in self._items())
        self.ids = sorted(known)
        self._numbers = {id_: len(self.sets) + n for n, id_ in enumerate(self.ids)}
        self.parts = -(-total // overlap.AT_ONCE)

    def __len__(self) -> int:
        return len(self.sets) + len(self.ids)

    def name(self, number: int) -> str:
        """Return the name of an evaluation set, or the id of a test document."""
        first = len(self.sets)
        return self.sets[number] if number < first else self.ids[number - first]

    def indices(self, part: int) -> dict[int, Index]:
        """Return the runs that belong to `part` of the hash space, by their length."""
        run, guard, least = self.lengths
        found: dict[int, list[Runs]] = {n: [] for n in {run, guard, *range(least, run)}}
        for ids, hashed in of_split(self._read, "test"):
            numbers = np.array([self._numbers[id_] for id_ in ids], np.int64)
            for length in {run, guard}:
                found[length].append(self._runs(hashed, length, numbers, part))
        for number, hashed in self._items():
            sizes = overlap.counts(hashed)
            numbers = np.full(len(sizes), number)
            found[run].append(self._runs(hashed, run, numbers, part))
            for length in range(least, run):
                if (sizes == length).any():
                    whole = np.where(sizes == length, numbers, -1)
                    found[length].append(self._runs(hashed, length, whole, part))
        return {length: Index(runs) for length, runs in found.items() if runs}

    def _runs(self, hashed: Ragged, length: int, numbers: np.ndarray, part: int) -> Runs:
        runs = overlap.part_of(overlap.runs(hashed, length), part, self.parts)
        texts = numbers[runs.texts]
        return Runs(runs.hashes[texts >= 0], texts[texts >= 0])

    def _items(self) -> Iterator[tuple[int, Ragged]]:
        """Yield the number of an evaluation set and the hashes of the words of some items."""
        for number, name in enumerate(self.sets):
            items = iter(self._sets[name]())
            while some := list(islice(items, ITEMS)):
                for _, hashed in overlap.words(some):
                    yield number, hashed

    def per_document(self, index: Index, wanted: np.ndarray) -> np.ndarray:
        """Return how many of the `wanted` runs of `index` each test document has."""
        owners = index.owners[np.repeat(wanted, np.diff(index.starts))] - len(self.sets)
        return np.bincount(owners[owners >= 0], minlength=len(self.ids)).astype(float)


class Learnt:
    """The training documents, and how much of each is held out."""

    def __init__(self, read: Read, held: Held, common: int) -> None:
        self._read, self.held, self._common = read, held, common
        ids = [some["id"].to_pylist() for some in in_use(read, "train")] if len(held) else []
        self.ids = [id_ for some in ids for id_ in some]
        rules = ("evaluation", "test", "guard")
        self._hits = {rule: np.zeros(len(self.ids), np.int64) for rule in rules}
        self._runs = {rule: np.zeros(len(self.ids), np.int64) for rule in rules}
        self.others = {rule: np.full(len(self.ids), NONE) for rule in rules}

    def compare(self, indices: Mapping[int, Index], part: int) -> None:
        """Count which runs of `part` of the hash space the documents share with what is held."""
        counts, hit = self._counts(indices, part)
        common = {
            length: (count > self._common) & (self._common > 0) for length, count in counts.items()
        }
        for low, hashed in self._words():
            high = low + len(hashed[1])
            self._count_runs(low, high, hashed)
            for length, index in indices.items() if hit[low:high].any() else ():
                runs, places = self._places(hashed, length, index, part)
                here = places >= 0
                here[here] = ~common[length][places[here]]
                self._note(length, index, places[here], low + runs.texts[here])

    def shares(self) -> dict[str, np.ndarray]:
        """Return for each rule the share of each document's runs that are held out."""
        out = {}
        for rule, hits in self._hits.items():
            out[rule] = hits / np.maximum(np.maximum(self._runs[rule], hits), 1)
        return out

    def holds(self, index: Index, part: int, gone: set[str]) -> np.ndarray:
        """Return which of the runs of `index` documents other than those `gone` have."""
        found = np.zeros(len(index.keys), bool)
        length = self.held.lengths.guard
        for low, hashed in self._words():
            runs, places = self._places(hashed, length, index, part)
            kept = np.array([id_ not in gone for id_ in self.ids[low : low + len(hashed[1])]], bool)
            found[places[(places >= 0) & kept[runs.texts]]] = True
        return found

    def _words(self) -> Iterator[tuple[int, Ragged]]:
        low = 0
        for ids, hashed in of_split(self._read, "train"):
            yield low, hashed
            low += len(ids)

    def _places(
        self, hashed: Ragged, length: int, index: Index, part: int
    ) -> tuple[Runs, np.ndarray]:
        runs = overlap.part_of(overlap.runs(hashed, length), part, self.held.parts)
        return runs, index.places(runs.hashes)

    def _counts(
        self, indices: Mapping[int, Index], part: int
    ) -> tuple[dict[int, np.ndarray], np.ndarray]:
        """Return in how many documents each run is, and which documents have any."""
        counts = {length: np.zeros(len(index.keys), np.int64) for length, index in indices.items()}
        hit = np.zeros(len(self.ids), bool)
        for low, hashed in self._words():
            for length, index in indices.items():
                runs, places = self._places(hashed, length, index, part)
                texts, places = runs.texts[places >= 0], places[places >= 0]
                hit[low + texts] = True
                different = np.unique(places * len(hashed[1]) + texts)
                np.add.at(counts[length], different // len(hashed[1]), 1)
        return counts, hit

    def _count_runs(self, low: int, high: int, hashed: Ragged) -> None:
        """Note how many runs the documents `low` to `high` have."""
        run, guard, _ = self.held.lengths
        for rule in self._runs:
            length = guard if rule == "guard" else run
            self._runs[rule][low:high] = np.maximum(overlap.counts(hashed) - length + 1, 0)

    def _note(self, length: int, index: Index, places: np.ndarray, texts: np.ndarray) -> None:
        """Add the runs at `places` of `index`, found in the documents `texts`."""
        first = len(self.held.sets)
        of_set = index.owners[index.starts[places]] < first
        of_test = index.owners[index.starts[places + 1] - 1] >= first
        run, guard, _ = self.held.lengths
        rules = {
            "evaluation": of_set,
            "test": of_test & (length == run),
            "guard": of_test & (length == guard),
        }
        for rule, wanted in rules.items():
            np.add.at(self._hits[rule], texts[wanted], 1)
            owners = index.owners[index.starts[places]]
            if rule != "evaluation":
                owners = np.where(of_set, index.owners[index.starts[places + 1] - 1], owners)
            np.minimum.at(self.others[rule], texts[wanted], owners[wanted])
