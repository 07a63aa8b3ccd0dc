"""Clean: normalise and identify shard by shard, with what two fits over all of them tell.

A fit is one job over all shards, whose verdicts are cut per shard, so that a shard is done again
only when its own documents or its own verdicts change.
"""

from __future__ import annotations

from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from corpus import boilerplate
from corpus.boilerplate import KINDS, Boilerplate
from corpus.identify import Identify
from corpus.letters import fit as letters
from corpus.normalise import Normalise
from corpus.schema import EVENTS, WORK
from flows.jobs.job import Job
from flows.jobs.shard import Lent, cut_for, part_name, through
from store.library import Library
from store.objects import Output, Writer


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
