"""The jobs of the duplicate search: bands per shard, meeting per partition, verdicts over all.

What one job leaves another finds in files, so that they may run on any machine that shares the
library's folder; the files of hashes are mapped, not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import buckets, duplicates, near, sketches
from corpus.duplicates import Deduplicate
from corpus.near import Key, Near
from corpus.shelf import Shelf
from corpus.sketches import NEEDED
from corpus.views import column, ragged, view
from flows.context import Work, each, one
from flows.jobs.job import Job
from flows.jobs.shard import cut_for
from store.library import Library
from store.objects import Output, Writer

UNITS_PART, MESSAGES_PART = "units.arrow", "messages.arrow"
BANDS = pa.schema([("key", pa.uint64()), ("row", pa.uint32())])
PAIRS = pa.schema([("a", pa.int64()), ("b", pa.int64())])
EDGES = pa.schema([*PAIRS, ("jaccard", pa.float64()), ("containment", pa.float64())])


def put(write: Writer, part: str, table: pa.Table) -> None:
    """Write `table` as a file that can be mapped: hashes do not compress."""
    with pa.OSFile(str(write.path(part)), "wb") as sink:
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())


def mapped(library: Library, output: Output, part: str) -> pa.Table:
    """Return a table that `put` wrote, its columns being the file itself, each in one piece."""
    path = library.objects.path(output, part)
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all().combine_chunks()


def write_units(write: Writer, units: pa.Table) -> None:
    """Write `UNITS`, and count them and those that are compared."""
    put(write, UNITS_PART, units)
    compared = np.count_nonzero(np.diff(ragged(units["signature"])[1]))
    write.count(units=units.num_rows, compared=int(compared))


def shelf_of(library: Library, sketched: Sequence[Output]) -> Shelf:
    """Return the texts of what wrote `UNITS`, numbered through in their order."""
    sizes = [output.counts["units"] for output in sketched]
    return Shelf(sizes, lambda n: mapped(library, sketched[n], UNITS_PART))


class Sketch(Job):
    """Sketches one shard: signatures and shingles of its documents, words of its messages."""

    step: ClassVar[str] = "sketch"
    shard: Output
    settings: Deduplicate
    key_name: str

    def identity(self) -> list[object]:
        """The shard's documents, the settings and the key."""
        return [self.shard.digest("documents"), self.settings.sketching(), self.key_name]

    def make(self, library: Library, write: Writer) -> None:
        """Write `UNITS` and `MESSAGES`, which hold no text."""
        key = Key.of(library.key)
        documents = library.objects.batches(self.shard, "documents", columns=list(NEEDED))
        whole = sketches.joined(
            [sketches.sketch(batch, self.settings.near, key) for batch in documents]
        )
        put(write, MESSAGES_PART, whole.messages)
        write.count(chat_words=pc.sum(whole.messages["words"]).as_py() or 0)
        write_units(write, whole.units)


class Chats(Job):
    """Sketches the chat sessions whose names fall in one partition, from all shards' messages."""

    step: ClassVar[str] = "chats"
    shards: tuple[Output, ...]
    n: int
    partitions: int
    settings: Deduplicate
    key_name: str

    def identity(self) -> list[object]:
        """The messages of all shards, which sessions, the settings of their sketches, the key."""
        told = [s.parts[MESSAGES_PART].digest for s in self.shards]
        cut = [self.n, self.partitions, self.settings.fewest]
        return [told, *cut, self.settings.sketching(), self.key_name]

    def make(self, library: Library, write: Writer) -> None:
        """Write the sessions as `UNITS`."""
        key = Key.of(library.key)
        mine = []
        for shard in self.shards:
            messages = mapped(library, shard, MESSAGES_PART)
            which = near.marks(*near.utf8(messages["session"]), key) % np.uint64(self.partitions)
            mine.append(messages.take(column(np.flatnonzero(which == self.n))))
        settings = self.settings
        write_units(write, sketches.sessions(mine, settings.near, settings.fewest, key))


class Bands(Job):
    """Cuts the signatures of one shard into bands, one part for each partition."""

    step: ClassVar[str] = "bands"
    sketched: Output
    partitions: int
    near: Near

    def identity(self) -> list[object]:
        """The sketch, the bands and the partitions."""
        bands = [self.near.bands, self.near.rows, self.partitions]
        return [self.sketched.parts[UNITS_PART].digest, *bands]

    def make(self, library: Library, write: Writer) -> None:
        """Write keys and rows per partition."""
        found = buckets.bands(mapped(library, self.sketched, UNITS_PART), self.near)
        for n, part in enumerate(buckets.cut(found, self.partitions)):
            put(write, _partition(n), pa.table([column(c) for c in part], schema=BANDS))


def _partition(n: int) -> str:
    return f"bands-{n:05}.arrow"


class Meet(Job):
    """Finds in one partition which texts have the same words and which are worth comparing."""

    step: ClassVar[str] = "meet"
    version: ClassVar[int] = 2
    bands: tuple[Output, ...]
    sketched: tuple[Output, ...]
    n: int

    def identity(self) -> list[object]:
        """The bands of this partition in all shards, and the shards."""
        told = [b.parts[_partition(self.n)].digest for b in self.bands]
        return [told, [s.parts[UNITS_PART].digest for s in self.sketched]]

    def make(self, library: Library, write: Writer) -> None:
        """Write the pairs of numbers, sorted."""
        shelf = shelf_of(library, self.sketched)
        parts = [mapped(library, b, _partition(self.n)) for b in self.bands]
        cut = [buckets.Bands(*(view(column) for column in part.columns)) for part in parts]
        met = buckets.meet(cut, shelf.starts[:-1].tolist(), shelf.look)
        for name, pairs in (("same.arrow", met.same), ("pairs.arrow", met.pairs)):
            put(write, name, pa.table([column(pairs[:, 0]), column(pairs[:, 1])], schema=PAIRS))


class Verify(Job):
    """Compares the pairs whose first text is in one shard, shingle by shingle."""

    step: ClassVar[str] = "verify"
    met: tuple[Output, ...]
    sketched: tuple[Output, ...]
    n: int
    near: Near

    def identity(self) -> list[object]:
        """All pairs and shards, which shard, and the thresholds."""
        told = [m.parts["pairs.arrow"].digest for m in self.met]
        shards = [s.parts[UNITS_PART].digest for s in self.sketched]
        return [told, shards, self.n, self.near.threshold, self.near.containment]

    def make(self, library: Library, write: Writer) -> None:
        """Write the pairs that are alike, with how much."""
        shelf = shelf_of(library, self.sketched)
        found = [
            _slice(mapped(library, met, "pairs.arrow"), *shelf.starts[self.n : self.n + 2].tolist())
            for met in self.met
        ]
        pairs = buckets.distinct(np.concatenate(found))
        edges = duplicates.verified(shelf, pairs, self.near)
        numbers = [column(edges[:, n].astype(np.int64)) for n in (0, 1)]
        likeness = [column(edges[:, n]) for n in (2, 3)]
        put(write, "edges.arrow", pa.table([*numbers, *likeness], schema=EDGES))
        write.count(compared=len(pairs), alike=len(edges))


def _slice(pairs: pa.Table, first: int, end: int) -> np.ndarray:
    """Return the pairs, sorted by their first numbers, of those from `first` to before `end`."""
    a, b = (view(c) for c in pairs.columns)
    low, high = np.searchsorted(a, [first, end])
    return np.stack([a[low:high], b[low:high]], axis=1)


class Families(Job):
    """The fit that makes families of all that is alike, and says who survives."""

    step: ClassVar[str] = "families"
    shards: tuple[Output, ...]
    messages: tuple[Output, ...]
    sketched: tuple[Output, ...]
    met: tuple[Output, ...]
    verified: tuple[Output, ...]
    settings: Deduplicate

    def identity(self) -> list[object]:
        """All sketches, what was found, the settings, and which documents are in which shard."""
        sketched = [s.parts[UNITS_PART].digest for s in self.sketched]
        messages = [s.parts[MESSAGES_PART].digest for s in self.messages]
        found = [o.digest() for o in (*self.met, *self.verified)]
        return [sketched, messages, found, self.settings.identity()]

    def make(self, library: Library, write: Writer) -> None:
        """Write one part of verdicts per shard, and all verified pairs."""
        same = [np.empty((0, 2)), *(_columns(mapped(library, m, "same.arrow")) for m in self.met)]
        verified = (_columns(mapped(library, v, "edges.arrow")) for v in self.verified)
        verdicts, pairs = duplicates.decide(
            shelf_of(library, self.sketched),
            np.concatenate(same).astype(np.int64),
            np.concatenate([np.empty((0, 4)), *verified]),
            self.settings,
            lambda names: duplicates.among(
                [mapped(library, shard, MESSAGES_PART) for shard in self.messages], names
            ),
        )
        cut_for(library, write, verdicts, self.shards)
        write.table("duplicates", pairs)
        write.count(pairs=pairs.num_rows, alarms=len(duplicates.alarms(pairs)))


def _columns(table: pa.Table) -> np.ndarray:
    return np.stack([view(c).astype(np.float64) for c in table.columns], axis=1)


def searched(work: Work, sifted: Sequence[Output], settings: Deduplicate) -> Output:
    """Return the verdicts on the documents of all sifted shards, and all verified pairs."""
    same: dict[str, Any] = {"settings": settings, "key_name": work.library.key_name}
    sketches = each(work, [Sketch(shard=shard, **same) for shard in sifted])
    words = sum(s.counts["chat_words"] for s in sketches)
    chats = buckets.partitions_for(words, settings.memory_mb) if words else 0
    cut: dict[str, Any] = {"shards": tuple(sketches), "partitions": chats, **same}
    sessions = each(work, [Chats(n=n, **cut) for n in range(chats)])
    sketched = (*sketches, *sessions)
    keys = sum(s.counts["compared"] * settings.near.bands + s.counts["units"] for s in sketched)
    n = buckets.partitions_for(keys, settings.memory_mb)
    bands = each(work, [Bands(sketched=s, partitions=n, near=settings.near) for s in sketched])
    partitions = [Meet(bands=tuple(bands), sketched=sketched, n=part) for part in range(n)]
    found: dict[str, Any] = {"met": tuple(each(work, partitions)), "sketched": sketched}
    near = settings.near
    verified = each(work, [Verify(n=shard, near=near, **found) for shard in range(len(sketched))])
    whole: dict[str, Any] = {"shards": tuple(sifted), "messages": tuple(sketches), **found}
    return one(work, Families(verified=tuple(verified), settings=settings, **whole))
