"""The jobs of redaction: find, names, replace, and the gate that looks again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from corpus.duplicates import Deduplicate
from corpus.lent import lend
from corpus.people import People
from corpus.redact import Redact, Replace, find_entities, leak, names, without_model
from corpus.redact.fields import FIELDS
from corpus.redact.pins import ValuePin, heeded
from corpus.redact.stage import ENTITIES
from corpus.redact.values import hmac_of, sealed
from corpus.schema import EVENTS, REDACTIONS, WORK
from flows.jobs.job import Job, StepFailed
from flows.jobs.lines import keep, kept
from flows.jobs.shard import Lent, count_step, cut_for, kept_in, part_name, through
from store.library import Library
from store.objects import Output, Writer

ORIGINALS = pa.schema([("hmac", pa.string()), ("sealed", pa.binary())])
"""A value that was replaced: its keyed hash as in `redactions`, and itself under the key."""
KEYED = ("type", "value")
NO_MODEL = "no model: "
"""Begins the name of the counts of documents whose language no name model reads."""


def unread(found: Iterable[Output]) -> Counter[str]:
    """Return how many documents were looked at without a name model, by language."""
    counted: Counter[str] = Counter()
    for output in found:
        for name, count in output.counts.items():
            if name.startswith(NO_MODEL):
                counted[name.removeprefix(NO_MODEL)] += count
    return counted


def unread_sentence(counted: Counter[str]) -> str:
    """Return what a person is told of documents that no name model reads; empty when all are read.

    >>> unread_sentence(Counter(de=1200, unknown=3)).partition(":")[0]
    'NAMES ARE NOT LOOKED FOR in 1,203 documents (de 1,200, unknown 3)'
    """
    if not counted:
        return ""
    each = ", ".join(f"{code} {count:,}" for code, count in counted.most_common())
    total = "1 document" if counted.total() == 1 else f"{counted.total():,} documents"
    return (
        f"NAMES ARE NOT LOOKED FOR in {total} ({each}): no name model reads their language. Hidden "
        "there are only people your exports or secrets/people.toml name, and what rules find. Set "
        "redact.model and redact.languages to add a model, or list names in people.toml"
    )


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
            shard = self.shard.digest("documents")
            lines = kept(library, self.redact, shard)
            for batch in through(library, self.shard, [stage], write, events):
                documents(batch)
                entities(find_entities(batch, self.redact, self.people, lines))
                for language, count in without_model(batch, self.redact).items():
                    write.count(**{f"{NO_MODEL}{language}": count})
            keep(write, self.redact, shard, lines)


class Names(Job):
    """The fit that tells which names to look for in which thread."""

    step: ClassVar[str] = "names"
    shards: tuple[Output, ...]
    redact: Redact
    people: People
    key_name: str
    pins: tuple[ValuePin, ...] = ()

    def identity(self) -> list[object]:
        """All documents and entities, the settings, the identity table, the pins and the key."""
        told = [s.digest("documents", "entities") for s in self.shards]
        pins = [pin.model_dump(mode="json", exclude={"reason"}) for pin in self.pins]
        return [told, self.redact.identity(), self.people.key(), pins, self.key_name]

    def make(self, library: Library, write: Writer) -> None:
        """Write one part per shard, and the values that must be found nowhere afterwards."""
        objects = library.objects
        documents = [objects.table(s, "documents") for s in self.shards]
        entities = [objects.table(s, "entities") for s in self.shards]
        texts = (text for table in documents for text in _texts(table))
        people, denied = heeded(self.people, self.pins, texts, library.key)
        found = names.fit(documents, entities, self.redact, people, self.key_name, denied)
        cut_for(library, write, found, self.shards)
        values = leak.values(documents, entities, self.redact, people)
        write.table("values", pa.table({"value": pa.array(sorted(values), pa.string())}))


def _texts(documents: pa.Table) -> Iterator[str]:
    in_use = documents.select(["removed", *FIELDS]).filter(pc.field("removed").is_null())
    for field in FIELDS:
        yield from in_use[field].drop_null().to_pylist()


class Originals(Job):
    """Seals every value that was replaced under the library's key, for who holds it."""

    step: ClassVar[str] = "originals"
    named: Output
    hidden: tuple[Output, ...]
    redact: Redact
    key_name: str

    def identity(self) -> list[object]:
        """The spans and redactions of all documents, the settings and the key."""
        parts = [self.named.parts[part_name(n)].digest for n in range(len(self.hidden))]
        told = [shard.digest("redactions") for shard in self.hidden]
        return [parts, told, self.redact.identity(), self.key_name]

    def make(self, library: Library, write: Writer) -> None:
        """Write each different value once: its keyed hash, and itself sealed.

        Values of documents that were removed are not among them.
        """
        objects = library.objects
        told: set[tuple[str, str]] = set()
        replaced: set[str] = set()
        for n, shard in enumerate(self.hidden):
            spans = pc.list_flatten(objects.table(self.named, part_name(n))["names"])
            told |= set(zip(*(pc.struct_field(spans, c).to_pylist() for c in KEYED), strict=True))
            replaced |= set(objects.table(shard, "redactions", ["hmac"])["hmac"].to_pylist())
        rows = []
        for type_, value in told:
            named = hmac_of(library.key, type_, value, self.redact.regions)
            if named in replaced:
                rows.append((named, sealed(library.key, value)))
        columns = list(zip(*sorted(rows), strict=True)) or [(), ()]
        write.table("originals", pa.table([list(c) for c in columns], schema=ORIGINALS))


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
                count_step(write, stage.step, before, after)
                documents(after)
                events(happened)
                redactions(hidden)


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
                batch = kept_in(batch)
                scanned += batch.num_rows
                leaky += _leaky(scanner, batch)
        if leaky:
            raise StepFailed(
                f"{len(leaky)} documents still hold personal data that was to be replaced, "
                f"first {leaky[0]}; nothing is published. Decide with commonplace pin LIBRARY "
                f"VALUE allow or deny, or: commonplace pin LIBRARY {leaky[0]} remove"
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
