"""The jobs of the quality rules: figures, sessions, outliers, and the rules applied."""

from __future__ import annotations

from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from corpus import outliers, sessions
from corpus.filter import MEASURED, Filter, measured
from corpus.lent import give_back, lend
from corpus.schema import EVENTS, WORK
from corpus.stage import Section
from flows.context import Work, each, one
from flows.jobs.job import Job
from flows.jobs.shard import cut_for, part_name, through
from store.library import Library
from store.objects import Output, Writer

FIGURES = 2
"""Goes up when the same text gets other figures, so that they are taken again."""


class Measure(Job):
    """Takes the figures of one shard's documents; no setting changes them."""

    step: ClassVar[str] = "measure"
    shard: Output

    def identity(self) -> list[object]:
        """The shard's documents, and what is measured of them."""
        return [self.shard.digest("documents"), FIGURES, MEASURED.names]

    def make(self, library: Library, write: Writer) -> None:
        """Write the figures."""
        batches = library.objects.batches(self.shard, "documents")
        write.tables("figures", MEASURED, map(measured, batches))


class Sessions(Job):
    """The fit that takes language and figures of every chat session as a whole."""

    step: ClassVar[str] = "sessions"
    version: ClassVar[int] = 3
    shards: tuple[Output, ...]

    def identity(self) -> list[object]:
        """The documents of all shards, and what is measured of them."""
        return [[s.digest("documents") for s in self.shards], FIGURES, MEASURED.names]

    def make(self, library: Library, write: Writer) -> None:
        """Write the figures of all sessions and, per shard, those of its own, and its messages'."""
        found = (
            batch.filter(pc.equal(batch.column("kind"), "chat"))
            for shard in self.shards
            for batch in library.objects.batches(shard, "documents")
        )
        messages, figures = sessions.fit(found)
        write.table("figures", figures)
        cut_for(library, write, messages, self.shards)
        for n, shard in enumerate(self.shards):
            ids = library.objects.table(shard, "documents", ["id"])["id"]
            own = messages.filter(pc.is_in(messages["id"], value_set=ids))["session"]
            write.table(f"figures-{part_name(n)}", among(figures, own))


class Outliers(Job):
    """The fit that tells which documents and sessions are unlike their kind."""

    step: ClassVar[str] = "outliers"
    version: ClassVar[int] = 2
    measured: tuple[Output, ...]
    sessions: Output
    limit: float

    def identity(self) -> list[object]:
        """All figures and the limit."""
        told = [o.digest("figures") for o in (*self.measured, self.sessions)]
        return [told, self.limit]

    def make(self, library: Library, write: Writer) -> None:
        """Write what is usual for each kind and, per shard, its outliers."""
        outputs = (*self.measured, self.sessions)
        tables = [library.objects.table(o, "figures") for o in outputs]
        found, norms = outliers.fit(tables, self.limit)
        write.table("norms", norms)
        for n, table in enumerate(tables[:-1]):
            own = library.objects.table(self.sessions, f"figures-{part_name(n)}", ["id"])["id"]
            ids = pa.chunked_array([*table["id"].chunks, *own.chunks], pa.string())
            write.table(part_name(n), among(found, ids))
        write.count(outliers=found.num_rows)


def among(table: pa.Table, ids: pa.ChunkedArray) -> pa.Table:
    """Return the rows of `table` whose id is among `ids`, ordered by id."""
    return table.filter(pc.is_in(table["id"], value_set=ids.combine_chunks())).sort_by("id")


class Sift(Job):
    """Filters one shard."""

    step: ClassVar[str] = "sift"
    shard: Output
    measured: Output
    sessions: Output
    outliers: Output
    n: int
    filter: Filter

    def identity(self) -> list[object]:
        """The documents, what is lent for them, and the filter."""
        part = part_name(self.n)
        lent = [
            self.measured.digest("figures"),
            self.sessions.digest(part, f"figures-{part}"),
            self.outliers.digest(part),
        ]
        return [self.shard.digest("documents"), lent, self.filter.identity()]

    def make(self, library: Library, write: Writer) -> None:
        """Write documents and events."""
        with (
            LentFigures(library, self) as lent,
            write.open("events", EVENTS) as events,
            write.open("documents", WORK) as documents,
        ):
            stage = self.filter.model_copy(update=lent)
            for batch in through(library, self.shard, [stage], write, events):
                documents(batch)


class LentFigures:
    """Lends a shard's figures, sessions and outliers for the time of a block."""

    def __init__(self, library: Library, job: Sift) -> None:
        table, part = library.objects.table, part_name(job.n)
        figures = [table(job.measured, "figures"), table(job.sessions, f"figures-{part}")]
        self._tables = {
            "figures": pa.concat_tables(figures),
            "sessions": table(job.sessions, part),
            "outliers": table(job.outliers, part),
        }
        self._keys = {name: f"{job.key()}-{name}" for name in self._tables}

    def __enter__(self) -> dict[str, str]:
        """Lend the tables and give the keys by the fields of `Filter`."""
        for name, key in self._keys.items():
            lend(key, self._tables[name])
        return self._keys

    def __exit__(self, *_: object) -> None:
        """Take them back."""
        for key in self._keys.values():
            give_back(key)


class Measured(Section):
    """The figures of all documents and sessions."""

    shards: tuple[Output, ...]
    sessions: Output


def measured_all(work: Work, cleaned: list[Output]) -> Measured:
    """Return the figures of the documents of `cleaned` and of their chat sessions."""
    shards = each(work, [Measure(shard=o) for o in cleaned])
    return Measured(shards=tuple(shards), sessions=one(work, Sessions(shards=tuple(cleaned))))


def sifted_by_rules(work: Work, cleaned: list[Output]) -> list[Output]:
    """Return the documents of `cleaned` with those removed that fail a quality rule."""
    s, found = work.settings, measured_all(work, cleaned)
    unlike = one(
        work,
        Outliers(measured=found.shards, sessions=found.sessions, limit=s.filter.outlier),
    )
    lent = {"sessions": found.sessions, "outliers": unlike}
    pairs = zip(cleaned, found.shards, strict=True)
    return each(
        work,
        [Sift(shard=o, measured=m, n=n, filter=s.filter, **lent) for n, (o, m) in enumerate(pairs)],
    )
