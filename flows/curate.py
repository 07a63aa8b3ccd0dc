"""Curate: normalise, identify, filter, deduplicate, redact, split, vary, and the leak gate.

Row-wise stages run per shard; a fit is one job over all shards, whose verdicts are cut per shard,
so that a shard is done again only when its own documents or its own verdicts change.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from corpus import boilerplate, split
from corpus.augment import Augment, StandIns, variants
from corpus.boilerplate import KINDS, Boilerplate
from corpus.decontaminate import Decontaminate
from corpus.duplicates import alarms
from corpus.identify import Identify
from corpus.letters import fit as letters
from corpus.normalise import Normalise
from corpus.schema import EVENTS, VARIANTS, WORK
from corpus.shares import SHARES, Share
from corpus.split import Split
from corpus.stage import Section
from flows.context import Work, each, one
from flows.ingest import Ingested
from flows.jobs.combinations import combined
from flows.jobs.job import Job, StepFailed
from flows.jobs.overlap import Overlap, sets
from flows.jobs.quality import sifted_by_rules
from flows.jobs.redaction import Find, Hide, LeakScan, Names, Originals, unread, unread_sentence
from flows.jobs.search import searched
from flows.jobs.shard import Lent, cut_for, kept_in, part_name, through
from flows.pointer import keep_pointer
from store.library import Library
from store.objects import Output, Writer
from store.pins import value_pins
from store.splits import Recorded


class Letters(Job):
    """The fit that reads own mails beside those they answer, and beside each other."""

    step: ClassVar[str] = "letters"
    shards: tuple[Output, ...]
    normalise: Normalise
    identify: Identify

    def identity(self) -> list[object]:
        """The documents of all shards, how text is normalised, and the settings."""
        told = [self.identify.cut_mail, self.identify.alike_endings]
        documents = [s.digest("documents") for s in self.shards]
        return [documents, self.normalise.identity(), letters.VERSION, told]

    def make(self, library: Library, write: Writer) -> None:
        """Write one part of what is told per shard."""
        shards = self.shards if self.identify.cut_mail else ()
        wanted = letters.wanted(
            batch
            for shard in shards
            for batch in library.objects.batches(shard, "documents", columns=letters.HEAD)
        )
        value_set = pa.array(sorted(wanted), pa.string())
        found = (
            self.normalise(batch.filter(pc.is_in(batch.column("id"), value_set=value_set)))[0]
            for shard in shards
            for batch in library.objects.batches(shard, "documents")
        )
        told = letters.fit(found, self.identify.alike_endings)
        cut_for(library, write, told, self.shards)


class Frames(Job):
    """The fit that finds what frames many posts, notes and essays: footers, templates."""

    step: ClassVar[str] = "frames"
    shards: tuple[Output, ...]
    normalise: Normalise
    boilerplate: Boilerplate

    def identity(self) -> list[object]:
        """The documents of all shards, how text is normalised, and the settings."""
        documents = [s.digest("documents") for s in self.shards]
        return [documents, self.normalise.identity(), self.boilerplate.identity()]

    def make(self, library: Library, write: Writer) -> None:
        """Write one part of what is to be cut per shard."""
        found = (
            self.normalise(batch.filter(pc.is_in(batch["kind"], value_set=pa.array(KINDS))))[0]
            for shard in (self.shards if self.boilerplate.documents else ())
            for batch in library.objects.batches(shard, "documents")
        )
        told = boilerplate.fit(found, self.boilerplate)
        cut_for(library, write, told, self.shards)
        write.count(framed=told.num_rows)


class Clean(Job):
    """Normalises and identifies one shard, and cuts what frames many of its documents."""

    step: ClassVar[str] = "clean"
    shard: Output
    letters: Output
    frames: Output
    n: int
    normalise: Normalise
    identify: Identify
    boilerplate: Boilerplate

    def identity(self) -> list[object]:
        """The shard's documents, what is told of its mails and frames, and the stages."""
        stages = [s.identity() for s in (self.normalise, self.identify, self.boilerplate)]
        parts = [o.parts[part_name(self.n)].digest for o in (self.letters, self.frames)]
        return [self.shard.digest("documents"), parts, stages]

    def make(self, library: Library, write: Writer) -> None:
        """Write documents and events."""
        with (
            Lent(library, self.letters, part_name(self.n)) as letters,
            Lent(library, self.frames, part_name(self.n)) as frames,
            write.open("events", EVENTS) as events,
        ):
            stages = [
                self.normalise,
                self.identify.model_copy(update={"letters": letters}),
                self.boilerplate.model_copy(update={"frames": frames}),
            ]
            write.tables("documents", WORK, through(library, self.shard, stages, write, events))


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


class Curated(Section):
    """What curate leaves: the shards with their events, pairs and redactions."""

    cleaned: tuple[Output, ...]
    sifted: tuple[Output, ...]
    families: Output
    found: tuple[Output, ...]
    named: Output
    originals: Output
    hidden: tuple[Output, ...]
    combinations: Output
    assigned: Output
    shards: tuple[Output, ...]


def cleaned_of(work: Work, source: Ingested) -> list[Output]:
    """Return the documents of `source` normalised and identified, nothing judged yet."""
    s = work.settings
    stages = {"normalise": s.normalise, "identify": s.identify}
    told = one(work, Letters(shards=tuple(source.shards), **stages))
    read = tuple(source.shards)
    framing = {"normalise": s.normalise, "boilerplate": s.boilerplate}
    frames = one(work, Frames(shards=read, **framing))
    clean = {"letters": told, "frames": frames, **stages, **framing}
    return each(work, [Clean(shard=o, n=n, **clean) for n, o in enumerate(read)])


def curated(work: Work, source: Ingested) -> Curated:
    """Return the documents curated, de-identified and split, past the leak gate.

    Raises StepFailed when a step does not balance or the gate finds a leak.
    """
    s, people, key_name = work.settings, source.people, work.library.key_name
    held_out = sets(work.library)
    cleaned = cleaned_of(work, source)
    sifted = sifted_by_rules(work, cleaned)
    families = searched(work, sifted, s.deduplicate)
    _say_alarms(work, families)
    find = {
        "families": families,
        "deduplicate": s.deduplicate,
        "redact": s.redact,
        "people": people,
    }
    found = each(work, [Find(shard=o, n=n, **find) for n, o in enumerate(sifted)])
    keyed = {"redact": s.redact, "key_name": key_name}
    pins = value_pins(work.library)
    named = one(work, Names(shards=tuple(found), people=people, pins=pins, **keyed))
    if told := unread_sentence(unread(found)):
        work.engine.warn(told)
    hide = {"named": named, "redact": s.redact, "people": people, "key_name": key_name}
    hidden = each(work, [Hide(shard=o, n=n, **hide) for n, o in enumerate(found)])
    originals = one(work, Originals(named=named, hidden=tuple(hidden), **keyed))
    combinations = combined(work, hidden)
    recorded = Recorded.before(work.library, [o.digest("documents") for o in hidden], s.split)
    assigned = one(work, Splits(shards=tuple(hidden), settings=s.split, recorded=recorded))
    _say_shares(work, assigned)
    overlap = one(
        work,
        Overlap(
            shards=tuple(hidden),
            assigned=assigned,
            split=s.split,
            settings=s.decontaminate,
            sets=held_out,
        ),
    )
    vary = {
        "assigned": assigned,
        "split": s.split,
        "overlap": overlap,
        "decontaminate": s.decontaminate,
        "augment": s.augment,
    }
    shards = each(work, [Vary(shard=o, n=n, **vary) for n, o in enumerate(hidden)])
    each(work, [LeakScan(shard=o, named=named) for o in shards])
    recorded.keep(work.library, assigned)
    work.results["digest"] = keep_pointer(work, hidden, originals, shards)
    _balance([source.shards, cleaned, sifted, found, hidden, shards])
    return Curated(
        cleaned=tuple(cleaned),
        sifted=tuple(sifted),
        families=families,
        found=tuple(found),
        named=named,
        originals=originals,
        hidden=tuple(hidden),
        combinations=combinations,
        assigned=assigned,
        shards=tuple(shards),
    )


def _say_alarms(work: Work, families: Output) -> None:
    """Log which families were split for their size."""
    if families.counts["alarms"]:
        for alarm in alarms(work.library.objects.table(families, "duplicates")):
            work.engine.warn(
                f"deduplicate: {alarm['units']} texts hang together as near duplicates, more than "
                f"the setting giant; split into {alarm['families']} families, one to "
                "each survivor"
            )


def _say_shares(work: Work, assigned: Output) -> None:
    """Log why valid or test have more or less of the text than was asked for."""
    for row in work.library.objects.table(assigned, "shares").to_pylist():
        if row["why"]:
            work.engine.warn(Share(**row).sentence())


def _balance(steps: Sequence[Sequence[Output]]) -> None:
    """Raise StepFailed unless every step holds as many documents as the one before."""
    for before, after in pairwise(steps):
        was = sum(o.parts["documents"].rows for o in before)
        now = sum(o.parts["documents"].rows for o in after)
        if was != now:
            step = after[0].step
            raise StepFailed(f"{step}: {was:,} documents went in and {now:,} came out; report this")
