"""Split the redacted documents, keep what is held out apart, and make variants for training."""

from __future__ import annotations

from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from corpus import split
from corpus.augment import Augment, StandIns, variants
from corpus.decontaminate import Decontaminate
from corpus.schema import EVENTS, VARIANTS, WORK
from corpus.shares import SHARES
from corpus.split import Split
from flows.jobs.job import Job
from flows.jobs.shard import Lent, cut_for, kept_in, part_name, through
from store.library import Library
from store.objects import Output, Writer
from store.splits import Recorded


class Splits(Job):
    """The fit that assigns families and sessions whole to train, valid or test."""

    step: ClassVar[str] = "splits"
    shards: tuple[Output, ...]
    settings: Split
    recorded: Recorded

    def identity(self) -> list[object]:
        """The documents' families and sessions, the settings and the splits of earlier runs."""
        return [
            [s.digest("documents") for s in self.shards],
            self.settings.identity(),
            self.recorded.digest,
        ]

    def make(self, library: Library, write: Writer) -> None:
        """Write one part per shard, and all assignments to be recorded."""
        documents = pa.concat_tables([_weighed(library, shard) for shard in self.shards])
        fitted = split.fit(documents, self.settings, self.recorded.table(library))
        cut_for(library, write, fitted.assignments, self.shards)
        write.table("assignments", fitted.assignments.sort_by("id"))
        rows = [share._asdict() for share in fitted.shares]
        write.table("shares", pa.Table.from_pylist(rows, SHARES))


def _weighed(library: Library, shard: Output) -> pa.Table:
    """Return what of the documents of `shard` decides on splits; texts are only measured."""
    columns = ["id", "family", "session", "created", "removed", "origin", "pin"]
    told = [
        pa.table(batch.select(columns)).append_column("weight", pc.binary_length(batch["text"]))
        for batch in library.objects.batches(shard, "documents", columns=[*columns, "text"])
    ]
    empty = pa.schema([*(WORK.field(name) for name in columns), ("weight", pa.int32())])
    return pa.concat_tables([empty.empty_table(), *told])


class Vary(Job):
    """Splits one shard, removes what overlaps with what is held out, and makes variants."""

    step: ClassVar[str] = "vary"
    shard: Output
    assigned: Output
    overlap: Output
    n: int
    split: Split
    decontaminate: Decontaminate
    augment: Augment

    def identity(self) -> list[object]:
        """The documents, their splits and overlaps, and the settings."""
        parts = [o.parts[part_name(self.n)].digest for o in (self.assigned, self.overlap)]
        varying = [self.augment.version, self.augment.model_dump(mode="json")]
        stages = [self.split.identity(), self.decontaminate.identity(), varying]
        return [self.shard.digest("documents", "redactions"), parts, stages]

    def make(self, library: Library, write: Writer) -> None:
        """Write documents, variants and events."""
        stand_ins = _stand_ins(library, self.shard)
        with (
            Lent(library, self.assigned, part_name(self.n)) as assigned,
            Lent(library, self.overlap, part_name(self.n)) as overlaps,
            write.open("events", EVENTS) as events,
            write.open("documents", WORK) as documents,
            write.open("variants", VARIANTS) as varied,
        ):
            stages = [
                self.split.model_copy(update={"assignments": assigned}),
                self.decontaminate.model_copy(update={"verdicts": overlaps}),
            ]
            for batch in through(library, self.shard, stages, write, events):
                documents(batch)
                made, happened = variants(batch, self.augment, stand_ins)
                varied(made)
                events(happened)
                write.count(
                    **{"augment.added": made.num_rows, "augment.in": kept_in(batch).num_rows}
                )


def _stand_ins(library: Library, shard: Output) -> StandIns:
    """Return where in the texts of `shard` surrogates and tags stand for personal data."""
    columns = ["document", "field", "new_start", "new_end"]
    found: dict[str, list[tuple[int, int]]] = {}
    for row in library.objects.table(shard, "redactions", columns).to_pylist():
        if row["field"] == "text":
            found.setdefault(row["document"], []).append((row["new_start"], row["new_end"]))
    return found
