"""Makes a tombstone of what was found: hashes to obey ever after, and ids to search for."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import UTC, datetime

from corpus import forgotten as hashes
from corpus.forgotten import Forgotten
from corpus.runs import SIZE, windows
from flows.asked import Asked, Found, is_typed, rows_of
from flows.ingest import Ingested
from store.library import Library
from store.tombstones import Tombstone


def tombstone(
    library: Library, source: Ingested, shard_mb: int, asked: Asked, found: Found
) -> Tombstone:
    """Return what must be obeyed ever after, and searched for, so that `found` is gone."""
    key = library.key
    ids = found.documents
    elsewhere = _short_elsewhere(library, source, shard_mb, ids)
    sets: dict[str, set] = {name: set() for name in Forgotten.__dataclass_fields__}
    needles: set[str] = set()
    gone = ids | set(asked.threads)
    authors = {
        row.author
        for row in found.rows
        if row.author and (row.author in asked.authors or is_typed(key, row, asked.typed))
    }
    for row in found.rows:
        draft = row.draft
        told = hashes.words(draft["text"])
        sets["pieces"].add(hashes.piece_id(key, draft["id"]))
        if row.thread in asked.threads:
            sets["threads"] |= {str(row.thread), hashes.thread_id(key, draft["thread"])}
        if row.author in authors and draft["handle"]:
            scope = draft["thread"] or draft["file"]
            sets["handles"].add(hashes.handle_hash(key, draft["handle"], scope))
        if len(told) >= SIZE:
            sets["runs"].update(windows(key, told))
        elif hashes.text_hash(key, told) in elsewhere:
            sets["moments"].add(hashes.moment_hash(key, told, draft["created"]))
        elif told:
            sets["texts"].add(hashes.text_hash(key, told))
            needles.update(windows(key, told))
    sets["files"] = {hashes.file_hash(key, e.digest) for e in source.inventory.entries
                     if e.file.id in found.files}  # fmt: skip
    for name in ("handles", "kinds", "phrases"):
        sets[name] |= getattr(asked.typed, name)
    gone |= authors | sets["pieces"]
    return Tombstone(
        id=f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}",
        documents=len(ids),
        until=furthest(library),
        hashes={name: tuple(sorted(told)) for name, told in sets.items()},
        gone=tuple(sorted(gone)),
        needles=tuple(sorted(needles)),
    )


def _short_elsewhere(
    library: Library, source: Ingested, shard_mb: int, ids: set[str]
) -> frozenset[str]:
    """Return the hashes of the short texts that others wrote too, in documents besides `ids`.

    They are matched with their minute, so that forgetting one «see you soon» leaves all others.
    """
    counted: Counter[str] = Counter()
    for row in rows_of(library, source, shard_mb):
        told = hashes.words(row.draft["text"])
        if row.id not in ids and 0 < len(told) < SIZE:
            counted[hashes.text_hash(library.key, told)] += 1
    return frozenset(counted)


def furthest(library: Library) -> str:
    """Return the step up to which this library was built."""
    models = library.models.glob("*/commonplace.json")
    return "finetune" if any(models) else "write-shards"
