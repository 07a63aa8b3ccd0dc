"""Curate: normalise, identify, filter, deduplicate, redact, split, vary, and the leak gate.

Row-wise stages run per shard; a fit is one job over all shards, whose verdicts are cut per shard,
so that a shard is done again only when its own documents or its own verdicts change.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from corpus import duplicates, sessions, split
from corpus.augment import Augment, variants
from corpus.duplicates import Deduplicate
from corpus.filter import Filter
from corpus.identify import Identify
from corpus.lent import give_back, lend
from corpus.normalise import Normalise
from corpus.people import People
from corpus.redact import Redact, Replace, find_entities, leak, names
from corpus.redact.stage import ENTITIES
from corpus.schema import EVENTS, REDACTIONS, VARIANTS, WORK
from corpus.split import Split
from corpus.stage import Section, Stage, run
from flows.context import Work, each, one
from flows.ingest import Ingested, part_name
from flows.job import Job, StepFailed
from store.library import Library
from store.objects import Append, Output, Writer
from store.splits import Recorded


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
            _count(write, stage.step, before, batch)
        yield batch


def _count(write: Writer, step: str, before: pa.RecordBatch, after: pa.RecordBatch) -> None:
    kept_before, kept = _kept(before), _kept(after)
    write.count(
        **{
            f"{step}.in": kept_before.num_rows,
            f"{step}.kept": kept.num_rows,
            f"{step}.removed": kept_before.num_rows - kept.num_rows,
            f"{step}.bytes_in": _bytes(kept_before),
            f"{step}.bytes_out": _bytes(kept),
        }
    )


def _kept(batch: pa.RecordBatch) -> pa.RecordBatch:
    return batch.filter(pc.is_null(batch.column("removed")))


def _bytes(batch: pa.RecordBatch) -> int:
    return pc.sum(pc.binary_length(batch.column("text"))).as_py() or 0


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


class Clean(Job):
    """Normalises and identifies one shard."""

    step: ClassVar[str] = "clean"
    shard: Output
    normalise: Normalise
    identify: Identify

    def identity(self) -> list[object]:
        """The shard's documents and both stages."""
        stages = [self.normalise.identity(), self.identify.identity()]
        return [self.shard.digest("documents"), stages]

    def make(self, library: Library, write: Writer) -> None:
        """Write documents and events."""
        stages = [self.normalise, self.identify]
        with write.open("events", EVENTS) as events:
            write.tables("documents", WORK, through(library, self.shard, stages, write, events))


class Sessions(Job):
    """The fit that judges every chat session as a whole."""

    step: ClassVar[str] = "sessions"
    shards: tuple[Output, ...]
    settings: Filter

    def identity(self) -> list[object]:
        """The documents of all shards and the filter's settings."""
        return [[s.digest("documents") for s in self.shards], self.settings.identity()]

    def make(self, library: Library, write: Writer) -> None:
        """Write one part of verdicts per shard."""
        found = (
            batch.filter(pc.equal(batch.column("kind"), "chat"))
            for shard in self.shards
            for batch in library.objects.batches(shard, "documents")
        )
        cut_for(library, write, sessions.fit(found, self.settings), self.shards)


class Sift(Job):
    """Filters one shard and sketches what is left for the duplicate search."""

    step: ClassVar[str] = "sift"
    shard: Output
    judged: Output
    n: int
    filter: Filter
    near: Deduplicate

    def identity(self) -> list[object]:
        """The documents, the session verdicts on them, the filter and the sketch settings."""
        part = self.judged.parts[part_name(self.n)].digest
        return [self.shard.digest("documents"), part, self.filter.identity(), self.near.sketching()]

    def make(self, library: Library, write: Writer) -> None:
        """Write documents, events and sketches."""
        sketches = []
        with (
            Lent(library, self.judged, part_name(self.n)) as key,
            write.open("events", EVENTS) as events,
            write.open("documents", WORK) as documents,
        ):
            stage = self.filter.model_copy(update={"sessions": key})
            for batch in through(library, self.shard, [stage], write, events):
                documents(batch)
                sketches.append(duplicates.sketch(batch, self.near))
        write.table("sketches", pa.concat_tables(sketches))


class Families(Job):
    """The fit that finds duplicates and version families over all shards."""

    step: ClassVar[str] = "families"
    shards: tuple[Output, ...]
    settings: Deduplicate

    def identity(self) -> list[object]:
        """All sketches and the settings."""
        return [[s.digest("sketches") for s in self.shards], self.settings.identity()]

    def make(self, library: Library, write: Writer) -> None:
        """Write one part of verdicts per shard, and all verified pairs."""
        sketches = [library.objects.table(s, "sketches") for s in self.shards]
        verdicts, pairs = duplicates.fit(sketches, self.settings)
        cut_for(library, write, verdicts, self.shards)
        write.table("duplicates", pairs)
        write.count(pairs=pairs.num_rows, alarms=len(duplicates.alarms(pairs)))


class Find(Job):
    """Marks the duplicates of one shard and finds the personal data in what stays."""

    step: ClassVar[str] = "find"
    shard: Output
    families: Output
    n: int
    deduplicate: Deduplicate
    redact: Redact
    people: People

    def identity(self) -> list[object]:
        """The documents, the verdicts on them, the settings and the identity table."""
        part = self.families.parts[part_name(self.n)].digest
        stages = [self.deduplicate.identity(), self.redact.finding(), self.people.key()]
        return [self.shard.digest("documents"), part, *stages]

    def make(self, library: Library, write: Writer) -> None:
        """Write documents, events and entities (private: their offsets point at real values)."""
        with (
            Lent(library, self.families, part_name(self.n)) as key,
            write.open("events", EVENTS) as events,
            write.open("documents", WORK) as documents,
            write.open("entities", ENTITIES) as entities,
        ):
            stage = self.deduplicate.model_copy(update={"verdicts": key})
            for batch in through(library, self.shard, [stage], write, events):
                documents(batch)
                entities(find_entities(batch, self.redact, self.people))


class Names(Job):
    """The fit that tells which names to look for in which thread."""

    step: ClassVar[str] = "names"
    shards: tuple[Output, ...]
    redact: Redact
    people: People
    key_name: str

    def identity(self) -> list[object]:
        """All documents, all entities, the settings, the identity table and the key."""
        told = [s.digest("documents", "entities") for s in self.shards]
        return [told, self.redact.identity(), self.people.key(), self.key_name]

    def make(self, library: Library, write: Writer) -> None:
        """Write one part per shard, and the values that must be found nowhere afterwards."""
        objects = library.objects
        documents = [objects.table(s, "documents") for s in self.shards]
        entities = [objects.table(s, "entities") for s in self.shards]
        found = names.fit(documents, entities, self.redact, self.people, self.key_name)
        cut_for(library, write, found, self.shards)
        values = leak.values(documents, entities, self.redact, self.people)
        write.table("values", pa.table({"value": pa.array(sorted(values), pa.string())}))


class Hide(Job):
    """Replaces the personal data of one shard by surrogates."""

    step: ClassVar[str] = "redact"
    shard: Output
    named: Output
    n: int
    redact: Redact
    people: People
    key_name: str

    def identity(self) -> list[object]:
        """The documents, their entities and names, the settings, the people and the key."""
        part = self.named.parts[part_name(self.n)].digest
        told = [self.shard.digest("documents", "entities"), part]
        return [*told, self.redact.identity(), self.people.key(), self.key_name]

    def make(self, library: Library, write: Writer) -> None:
        """Write documents, events and the redactions table."""
        people = lend(self.people.key(), self.people)
        with (
            Lent(library, self.shard, "entities") as entities,
            Lent(library, self.named, part_name(self.n)) as named,
            write.open("events", EVENTS) as events,
            write.open("documents", WORK) as documents,
            write.open("redactions", REDACTIONS) as redactions,
        ):
            stage = Replace(
                settings=self.redact,
                entities=entities,
                names=named,
                secret=self.key_name,
                people=people,
            )
            for before in library.objects.batches(self.shard, "documents"):
                after, happened, hidden = stage.replace(before)
                _count(write, stage.step, before, after)
                documents(after)
                events(happened)
                redactions(hidden)


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
        columns = ["id", "family", "session", "created", "removed", "origin"]
        tables = [library.objects.table(s, "documents", columns) for s in self.shards]
        assigned = split.fit(pa.concat_tables(tables), self.settings, self.recorded.table(library))
        cut_for(library, write, assigned, self.shards)
        write.table("assignments", assigned.sort_by("id"))


class Vary(Job):
    """Splits one shard and makes variants of its training documents."""

    step: ClassVar[str] = "vary"
    shard: Output
    assigned: Output
    n: int
    split: Split
    augment: Augment

    def identity(self) -> list[object]:
        """The documents, their splits, and both settings."""
        part = self.assigned.parts[part_name(self.n)].digest
        varying = [self.augment.version, self.augment.model_dump(mode="json")]
        stages = [self.split.identity(), varying]
        return [self.shard.digest("documents"), part, stages]

    def make(self, library: Library, write: Writer) -> None:
        """Write documents, variants and events."""
        with (
            Lent(library, self.assigned, part_name(self.n)) as key,
            write.open("events", EVENTS) as events,
            write.open("documents", WORK) as documents,
            write.open("variants", VARIANTS) as varied,
        ):
            stage = self.split.model_copy(update={"assignments": key})
            for batch in through(library, self.shard, [stage], write, events):
                documents(batch)
                made, happened = variants(batch, self.augment)
                varied(made)
                events(happened)
                write.count(**{"augment.added": made.num_rows, "augment.in": _kept(batch).num_rows})


class LeakScan(Job):
    """The gate: fails when a value that was to be hidden is in what will be published."""

    step: ClassVar[str] = "leakscan"
    shard: Output
    named: Output

    def identity(self) -> list[object]:
        """The documents and variants, and the values."""
        return [self.shard.digest("documents", "variants"), self.named.parts["values"].digest]

    def make(self, library: Library, write: Writer) -> None:
        """Write how many texts were scanned; raises StepFailed naming documents, not values."""
        values = library.objects.table(self.named, "values")["value"].to_pylist()
        scanner = leak.Scanner(values)
        leaky: list[str] = []
        scanned = 0
        for part in ("documents", "variants"):
            columns = ["id", "title", "text", "metadata", "speaker", "removed"]
            for batch in library.objects.batches(self.shard, part, columns=columns):
                batch = _kept(batch)
                scanned += batch.num_rows
                leaky += _leaky(scanner, batch)
        if leaky:
            raise StepFailed(
                f"{len(leaky)} documents still hold personal data that was to be replaced, "
                f"first {leaky[0]}; nothing is published. Add the value to deny or allow in "
                f"secrets/people.toml, or: commonplace pin LIBRARY {leaky[0]} remove"
            )
        write.count(scanned=scanned, leaks=0)


def _leaky(scanner: leak.Scanner, batch: pa.RecordBatch) -> list[str]:
    found: dict[str, None] = {}
    ids = batch.column("id").to_pylist()
    for name in ("title", "text", "metadata", "speaker"):
        texts = [t or "" for t in batch.column(name).to_pylist()]
        for id_, hits in zip(ids, scanner.hits(texts), strict=True):
            if hits:
                found[id_] = None
    return list(found)


class Curated(Section):
    """What curate leaves: the shards with their events, pairs and redactions."""

    cleaned: tuple[Output, ...]
    sifted: tuple[Output, ...]
    families: Output
    found: tuple[Output, ...]
    named: Output
    hidden: tuple[Output, ...]
    assigned: Output
    shards: tuple[Output, ...]


def curated(work: Work, source: Ingested) -> Curated:
    """Return the documents curated, de-identified and split, past the leak gate.

    Raises StepFailed when a step does not balance or the gate finds a leak.
    """
    s, people, key_name = work.settings, work.library.people(), work.library.key_name
    cleaned = each(
        work, [Clean(shard=i, normalise=s.normalise, identify=s.identify) for i in source.shards]
    )
    judged = one(work, Sessions(shards=tuple(cleaned), settings=s.filter))
    sifted = each(
        work,
        [
            Sift(shard=o, judged=judged, n=n, filter=s.filter, near=s.deduplicate)
            for n, o in enumerate(cleaned)
        ],
    )
    families = one(work, Families(shards=tuple(sifted), settings=s.deduplicate))
    find = {
        "families": families,
        "deduplicate": s.deduplicate,
        "redact": s.redact,
        "people": people,
    }
    found = each(work, [Find(shard=o, n=n, **find) for n, o in enumerate(sifted)])
    named = one(work, Names(shards=tuple(found), redact=s.redact, people=people, key_name=key_name))
    hide = {"named": named, "redact": s.redact, "people": people, "key_name": key_name}
    hidden = each(work, [Hide(shard=o, n=n, **hide) for n, o in enumerate(found)])
    recorded = Recorded.before(work.library, [o.digest("documents") for o in hidden], s.split)
    assigned = one(work, Splits(shards=tuple(hidden), settings=s.split, recorded=recorded))
    vary = {"assigned": assigned, "split": s.split, "augment": s.augment}
    shards = each(work, [Vary(shard=o, n=n, **vary) for n, o in enumerate(hidden)])
    each(work, [LeakScan(shard=o, named=named) for o in shards])
    recorded.keep(work.library, assigned)
    _balance([source.shards, cleaned, sifted, found, hidden, shards])
    return Curated(
        cleaned=tuple(cleaned),
        sifted=tuple(sifted),
        families=families,
        found=tuple(found),
        named=named,
        hidden=tuple(hidden),
        assigned=assigned,
        shards=tuple(shards),
    )


def _balance(steps: Sequence[Sequence[Output]]) -> None:
    """Raise StepFailed unless every step holds as many documents as the one before."""
    for before, after in pairwise(steps):
        was = sum(o.parts["documents"].rows for o in before)
        now = sum(o.parts["documents"].rows for o in after)
        if was != now:
            step = after[0].step
            raise StepFailed(f"{step}: {was:,} documents went in and {now:,} came out; report this")
