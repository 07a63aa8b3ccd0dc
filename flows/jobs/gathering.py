"""The jobs that make documents of drafts: one fit over all of them, applied slice by slice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.people import People
from corpus.schema import DRAFT, EVENTS, PROBLEMS, WORK
from corpus.sources.gather import NEEDED, Identities, attribute, fit
from corpus.sources.piece import Reading
from corpus.stage import Section
from flows.jobs.job import Job
from flows.jobs.shard import part_name
from store.library import Library
from store.objects import Output, Writer


class Slice(Section):
    """Rows `start` to `stop` of the drafts in `read`: what becomes one shard."""

    read: Output
    start: int
    stop: int


def slices(library: Library, reads: Sequence[Output], shard_mb: int) -> list[Slice]:
    """Return the drafts cut at row groups into pieces of about `shard_mb` MB of text."""
    out = []
    for read in reads:
        text = DRAFT.get_field_index("text")
        start = stop = size = 0
        with pq.ParquetFile(library.objects.path(read, "documents")) as file:
            for n in range(file.num_row_groups):
                group = file.metadata.row_group(n)
                stop += group.num_rows
                size += group.column(text).total_uncompressed_size
                if size >= shard_mb << 20:
                    out.append(Slice(read=read, start=start, stop=stop))
                    start, size = stop, 0
        if stop > start:
            out.append(Slice(read=read, start=start, stop=stop))
    return out


class Gather(Job):
    """The fit of ingest: ids, threads, sessions, authors and sightings over all drafts."""

    step: ClassVar[str] = "gather"
    slices: tuple[Slice, ...]
    reading: Reading
    people: People
    pins: dict[str, str]
    key_name: str

    def identity(self) -> list[object]:
        """The drafts' content and order, the identity table, the pins and the key."""
        told = [[s.read.digest("documents"), s.start, s.stop] for s in self.slices]
        pins = sorted(self.pins.items())
        return [told, self.reading.model_dump(mode="json"), self.people.key(), pins, self.key_name]

    def make(self, library: Library, write: Writer) -> None:
        """Write one table of verdicts per slice, the sightings, and what was seen before."""
        tables: dict[str, pa.Table] = {}
        cut = []
        for piece in self.slices:
            if piece.read.key not in tables:
                tables[piece.read.key] = library.objects.table(piece.read, "documents", NEEDED)
            cut.append(tables[piece.read.key].slice(piece.start, piece.stop - piece.start))
        who = Identities(library.key, self.people, self.pins)
        verdicts, sightings = fit(cut, self.reading, who)
        for n, table in enumerate(verdicts):
            write.table(part_name(n), table)
        write.table("sightings", sightings)
        joined = [_account_rows(d, v) for d, v in zip(cut, verdicts, strict=True)]
        rows = pa.concat_tables(joined) if joined else None
        if rows is not None:
            write.table("files", _per_file(rows))
            write.table("seen_before", _seen_before(rows))
            write.count(documents=int(pc.sum(rows["kept"]).as_py() or 0), drafts=rows.num_rows)


def _account_rows(draft: pa.Table, verdict: pa.Table) -> pa.Table:
    names = ["file", "locator", "created", "kept", "author", "mine"]
    mine = pc.equal(verdict["origin"], "self")
    columns = [
        draft["file"],
        draft["locator"],
        draft["created"],
        verdict["kept"],
        verdict["author"],
    ]
    return pa.table([*columns, mine], names=names)


def _per_file(rows: pa.Table) -> pa.Table:
    """Return per file how many pieces were seen before, its dates, authors and own pieces."""
    rows = rows.append_column("before", pc.cast(pc.invert(rows["kept"]), pa.int64()))
    rows = rows.set_column(5, "mine", pc.cast(rows["mine"], pa.int64()))
    grouped = rows.group_by("file").aggregate(
        [
            ("before", "sum"),
            ("created", "min"),
            ("created", "max"),
            ("author", "count_distinct"),
            ("mine", "sum"),
        ]
    )
    names = ["file", "seen_before", "first", "last", "authors", "mine"]
    return grouped.rename_columns(names).sort_by("file")


def _seen_before(rows: pa.Table) -> pa.Table:
    again = rows.filter(pc.invert(rows["kept"]))
    n = again.num_rows
    columns = [
        again["file"],
        again["locator"],
        pa.array(["dropped"] * n),
        pa.array(["seen before"] * n),
    ]
    return pa.table(columns, schema=PROBLEMS)


class Attribute(Job):
    """Applies the verdicts of gather to one slice of drafts: the documents of one shard."""

    step: ClassVar[str] = "ingest"
    piece: Slice
    gathered: Output
    n: int

    def identity(self) -> list[object]:
        """The slice's content and the verdicts on exactly its rows."""
        told = [self.piece.read.digest("documents"), self.piece.start, self.piece.stop]
        return [*told, self.gathered.parts[part_name(self.n)].digest]

    def make(self, library: Library, write: Writer) -> None:
        """Write the documents and the events of the shard."""
        verdicts = library.objects.table(self.gathered, part_name(self.n)).combine_chunks()
        at, place = 0, 0
        with write.open("documents", WORK) as documents, write.open("events", EVENTS) as events:
            for batch in library.objects.batches(self.piece.read, "documents"):
                first, last = max(self.piece.start - place, 0), self.piece.stop - place
                place += batch.num_rows
                batch = batch.slice(first, max(last - first, 0))
                if not batch.num_rows:
                    continue
                rows = verdicts.slice(at, batch.num_rows).to_batches()[0]
                at += batch.num_rows
                made, happened = attribute(batch, rows)
                documents(made)
                events(happened)
                size = pc.sum(pc.binary_length(made["text"])).as_py() or 0
                write.count(documents=made.num_rows, bytes=size)
