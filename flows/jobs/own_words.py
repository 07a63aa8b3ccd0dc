"""A person's own words in the curated shards: those that may be learnt, and those measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b

import pyarrow as pa
import pyarrow.compute as pc

from store.library import Library
from store.objects import Output

TRAIN = "train"
MEASURED = (TRAIN, "valid")
COLUMNS = ["id", "text", "source", "kind", "language", "split"]


def _own(
    library: Library, shards: Sequence[Output], columns: list[str], *more: str
) -> Iterator[pa.RecordBatch]:
    """Yield `columns` of own documents in use, and of the parts `more`, of training and valid."""
    needed = list(dict.fromkeys([*columns, "origin", "split", "removed"]))
    for shard in shards:
        for part in ("documents", *more):
            for batch in library.objects.batches(shard, part, columns=needed):
                mine = pc.equal(batch.column("origin"), "self")
                split = pc.is_in(batch.column("split"), value_set=pa.array(MEASURED))
                kept = pc.and_(pc.fill_null(mine, False), pc.is_null(batch.column("removed")))
                yield batch.filter(pc.and_(kept, split)).select(columns)


def own_words(library: Library, shards: Sequence[Output]) -> Iterator[str]:
    """Yield the texts that may be learnt: own documents of the training split, and variants."""
    for batch in _own(library, shards, ["text", "split"], "variants"):
        yield from batch.filter(pc.equal(batch.column("split"), TRAIN)).column("text").to_pylist()


def sampled(
    library: Library, shards: Sequence[Output], megabytes: int, seed: int
) -> Iterator[pa.RecordBatch]:
    """Yield own documents of training and valid split to measure, about so many megabytes at most.

    Which ones depends on their ids and the seed alone.
    """
    size = sum(
        pc.sum(pc.binary_length(batch.column("text"))).as_py() or 0
        for batch in _own(library, shards, ["text"])
    )
    share = min(1.0, megabytes * 1_000_000 / max(1, size))
    key = seed.to_bytes(8, "little")
    for batch in _own(library, shards, COLUMNS):
        if share < 1:
            chosen = [_drawn(id_, key) < share for id_ in batch.column("id").to_pylist()]
            batch = batch.filter(pa.array(chosen, pa.bool_()))
        yield batch


def _drawn(id_: str, key: bytes) -> float:
    raw = blake2b(id_.encode(), digest_size=8, key=key).digest()
    return int.from_bytes(raw, "little") / (1 << 64)
