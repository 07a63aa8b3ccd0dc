"""The job that flags rare combinations of what is left of people in the redacted texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pyarrow as pa

from corpus.redact.quasi import COMBINATIONS, Counted, counted, rare
from flows.context import Work, each, one
from flows.jobs.job import Job
from flows.jobs.shard import kept_in
from store.library import Library
from store.objects import Output, Writer

PAIRS = pa.schema([field for field in COMBINATIONS if field.name != "units"])


class Signs(Job):
    """Finds the pairs of signs in the redacted documents of one shard."""

    step: ClassVar[str] = "signs"
    shard: Output
    key_name: str

    def identity(self) -> list[object]:
        """The redacted documents, what is made up in them, and the key."""
        return [self.shard.digest("documents", "redactions"), self.key_name]

    def make(self, library: Library, write: Writer) -> None:
        """Write the pairs, named by keyed hashes."""
        made_up: dict[str, list[tuple[int, int]]] = {}
        columns = ["document", "field", "new_start", "new_end"]
        for row in library.objects.table(self.shard, "redactions", columns).to_pylist():
            if row["field"] == "text":
                made_up.setdefault(row["document"], []).append((row["new_start"], row["new_end"]))
        with write.open("pairs", PAIRS) as append:
            columns = ["id", "thread", "text", "removed"]
            for batch in library.objects.batches(self.shard, "documents", columns=columns):
                found = counted(kept_in(batch).to_pylist(), made_up, library.key)
                append(pa.Table.from_pylist([c._asdict() for c in found], PAIRS))


class Combinations(Job):
    """The fit that counts in how many conversations each pair stands."""

    step: ClassVar[str] = "combinations"
    signs: tuple[Output, ...]
    k: int

    def identity(self) -> list[object]:
        """The pairs of all shards, and the bound."""
        return [[s.digest("pairs") for s in self.signs], self.k]

    def make(self, library: Library, write: Writer) -> None:
        """Write the rare ones."""
        told = [
            Counted(**row)
            for shard in self.signs
            for row in library.objects.table(shard, "pairs").to_pylist()
        ]
        found = rare(told, self.k)
        write.table("combinations", found)
        write.count(combinations=found.num_rows)


def combined(work: Work, hidden: Sequence[Output]) -> Output:
    """Return the rare combinations of the redacted shards."""
    key = work.library.key_name
    signs = each(work, [Signs(shard=shard, key_name=key) for shard in hidden])
    return one(work, Combinations(signs=tuple(signs), k=work.settings.review.k))
