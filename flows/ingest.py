"""Ingest: every source file recognised, read, accounted for, and its documents attributed."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from corpus.people import People
from corpus.sources.archive import NotFound
from corpus.sources.piece import Reading
from corpus.stage import Section
from flows.accounts import accounts
from flows.context import Work, each, one
from flows.jobs.gathering import Attribute, Gather, slices
from flows.jobs.identities import identified
from flows.jobs.inventory import Inventory, groups, scan
from flows.jobs.job import NothingLeft, StepFailed
from flows.jobs.read import Read, steadily
from flows.progress import tell
from store import tombstones
from store.library import Library
from store.objects import Output


class Ingested(Section):
    """What ingest leaves: the shards, and the accounts they come from."""

    inventory: Inventory
    people: People
    reads: tuple[Output, ...]
    gathered: Output
    shards: tuple[Output, ...]

    def accounts(self, library: Library) -> dict[str, pa.Table]:
        """Return the tables `sources` and `source_problems`; every file balances."""
        return accounts(library, self.reads, self.gathered, self.inventory.refused)


def ingested(work: Work) -> Ingested:
    """Return the documents of every source file, read, aligned, attributed and accounted for."""
    reading = work.settings.sources
    inventory, reads = _read(work, reading)
    people = identified(work, reads)
    cut = slices(work.library, reads, work.settings.run.shard_mb)
    if not cut:
        raise NothingLeft("no documents in the exports; see secrets/files.csv for what they are")
    gather = Gather(
        slices=tuple(cut),
        reading=reading,
        people=people,
        pins=work.library.pins(),
        key_name=work.library.key_name,
    )
    gathered = one(work, gather)
    shards = each(
        work, [Attribute(piece=piece, gathered=gathered, n=n) for n, piece in enumerate(cut)]
    )
    _balance(reads, gathered, shards)
    return Ingested(
        inventory=inventory,
        people=people,
        reads=tuple(reads),
        gathered=gathered,
        shards=tuple(shards),
    )


def _read(work: Work, reading: Reading) -> tuple[Inventory, list[Output]]:
    """Return all files and what they hold."""
    stones = tombstones.digest_of(work.library)
    first = work.results.pop("inventory", None)  # of a look that was taken just before

    def read(inventory: Inventory) -> list[Output]:
        cut = groups(inventory.entries)
        jobs = [Read(entries=tuple(g), reading=reading, forgotten=stones) for g in cut]
        return each(work, jobs)

    return steadily(lambda: _scan(work), read, first)


def _scan(work: Work) -> Inventory:
    try:
        return scan(work.library, work.settings.sources, lambda n: tell("scan", n, 0))
    except NotFound:  # its message holds a personal path, which Prefect would store
        raise StepFailed("a path in secrets/sources.toml is gone; correct it there") from None


def _balance(reads: Sequence[Output], gathered: Output, shards: Sequence[Output]) -> None:
    """Raise StepFailed unless every piece read is a document or was seen before."""
    read = sum(r.counts["documents"] for r in reads)
    made = sum(s.counts.get("documents", 0) for s in shards)
    before = gathered.parts["seen_before"].rows if "seen_before" in gathered.parts else 0
    if read != made + before:
        raise StepFailed(
            f"ingest: {read:,} pieces were read, {made:,} became documents and {before:,} were "
            "seen before; this does not balance, please report it"
        )
