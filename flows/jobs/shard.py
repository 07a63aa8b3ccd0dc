"""One shard through a list of stages, and the verdicts of a fit cut and lent per shard."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from corpus.lent import give_back, lend
from corpus.stage import Stage, run
from store.library import Library
from store.objects import Append, Output, Writer


def through(
    library: Library, shard: Output, stages: Sequence[Stage], write: Writer, events: Append
) -> Iterator[pa.RecordBatch]:
    """Yield the documents of `shard` after `stages`, in batches; writes events and counts."""
    for batch in library.objects.batches(shard, "documents"):
        for stage in stages:
            before = batch
            batch, happened = run([stage], before)
            for event in happened:
                events(event)
            count_step(write, stage.step, before, batch)
        yield batch


def count_step(write: Writer, step: str, before: pa.RecordBatch, after: pa.RecordBatch) -> None:
    """Add what `step` took in, removed and gave on to the counts of the output."""
    kept_before, kept = kept_in(before), kept_in(after)
    write.count(
        **{
            f"{step}.in": kept_before.num_rows,
            f"{step}.kept": kept.num_rows,
            f"{step}.removed": kept_before.num_rows - kept.num_rows,
            f"{step}.bytes_in": _bytes(kept_before),
            f"{step}.bytes_out": _bytes(kept),
        }
    )


def kept_in(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the documents of `batch` that are in use."""
    return batch.filter(pc.is_null(batch.column("removed")))


def _bytes(batch: pa.RecordBatch) -> int:
    return pc.sum(pc.binary_length(batch.column("text"))).as_py() or 0


def part_name(n: int) -> str:
    """Return the name of the part for the `n`-th shard of a fit."""
    return f"part-{n:05}"


def cut_for(library: Library, write: Writer, table: pa.Table, shards: Sequence[Output]) -> None:
    """Write the rows of a fit's `table` (column id) as one part per shard, for that shard's ids."""
    for n, shard in enumerate(shards):
        ids = library.objects.table(shard, "documents", ["id"])["id"]
        place = pc.is_in(table["id"], value_set=ids)
        write.table(part_name(n), table.filter(place).sort_by("id"))


class Lent:
    """Lends a part of a fit for the time of a block, under a key of this block's own.

    Equal parts of two shards may be lent at the same time by two threads, so the digest alone
    would let one take back what the other still uses.
    """

    def __init__(self, library: Library, fitted: Output, part: str) -> None:
        self.key = f"{fitted.parts[part].digest}-{uuid.uuid4().hex[:8]}"
        self._table = library.objects.table(fitted, part)

    def __enter__(self) -> str:
        """Lend the table and give its key."""
        return lend(self.key, self._table)

    def __exit__(self, *_: object) -> None:
        """Take it back."""
        give_back(self.key)
