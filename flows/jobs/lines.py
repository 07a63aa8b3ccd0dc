"""What name models found in lines, kept beside the entities of each shard and believed later."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from corpus.redact import Redact
from corpus.redact.ner.lines import Kept
from store.library import Library
from store.objects import Writer

PART = "lines-"
"""Begins the name of the part; the engine's digest follows, so that only its own are believed."""
LATEST = 8  # outputs of other shards that are looked at: a line seldom moves far


def kept(library: Library, settings: Redact, shard: str) -> Kept:
    """Return what `settings`' engine found before, in this shard and in the latest others.

    `shard` is the digest of the shard's documents, as `keep` was told.
    """
    name = part_of(settings)
    return Kept(_before(library, name, number(shard)) if name else ())


def keep(write: Writer, settings: Redact, shard: str, lines: Kept) -> None:
    """Write the lines that were met as a part of the output."""
    if name := part_of(settings):
        write.count(**{PART: number(shard)})
        write.table(name, lines.table())


def part_of(settings: Redact) -> str:
    """Return the name of the part for the engine of `settings`; empty when nothing can be kept."""
    engine = settings.engine()
    return f"{PART}{engine[:16]}" if engine else ""


def number(shard: str) -> int:
    """Return the number by which outputs of the same documents know each other."""
    return int(shard[:12], 16)


def _before(library: Library, name: str, shard: int) -> Iterator[pa.Table]:
    others = 0
    for output in library.objects.all("find"):
        same = output.counts.get(PART) == shard
        if name in output.parts and (same or others < LATEST):
            others += not same
            yield library.objects.table(output, name)
