"""Deduplicate: exact and near duplicates and version families, one survivor each.

Sketch every shard, fit over the sketches, apply the verdicts row by row. Documents are compared
as they are. Chat is compared by session: a single «ok» is nobody's copy, while a session met again
in another thread or export is; since a session's messages may lie in several batches, the sketch
of a message holds its words in order, and the fit builds the session's shingles in the order
(thread, position).

Equal texts and equal words come first, then MinHash-LSH; every candidate is verified by exact
Jaccard over the shingles before it counts, and only verified pairs make families.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from corpus import near
from corpus.families import Families, Repeat
from corpus.lent import borrow
from corpus.near import Near, Ragged
from corpus.schema import DUPLICATES, TIMESTAMP
from corpus.stage import Ledger, Removal, Stage, column, used, with_columns
from corpus.units import Units

HASHES = pa.list_(pa.uint64())
SKETCH = pa.schema(
    [
        ("id", pa.string()),
        ("unit", pa.string()),  # what is compared: the document, or the session of a chat message
        ("thread", pa.string()),
        ("position", pa.int64()),
        ("kind", pa.string()),
        ("source", pa.string()),
        ("origin", pa.string()),
        ("created", TIMESTAMP),
        ("length", pa.int64()),  # characters
        ("draft", pa.bool_()),
        ("words", pa.int64()),
        ("exact", pa.binary(16)),  # BLAKE2b of the text
        ("normal", pa.uint64()),  # hash of the case-folded words in order
        ("signature", pa.list_(pa.uint32())),  # 128 digests; null for a chat message
        ("shingles", HASHES),  # sorted, distinct; null for a chat message
        ("turn", HASHES),  # a chat message's words in order; null otherwise
    ]
)
"""One document in use, as the fit sees it: no text, only hashes."""

VERDICTS = pa.schema(
    [
        ("id", pa.string()),
        ("family", pa.string()),
        ("survivor", pa.string()),
        ("cause", pa.string()),
        ("other", pa.string()),
        ("score", pa.float64()),
    ]
)
"""What is to become of a document: `cause` is exact, normal or near, null when it stays; `other`
is the document it repeats with Jaccard `score`, the survivor or, in a chain, a link to it."""


class Deduplicate(Stage):
    """Removes what repeats another piece, keeping one of each family by a stated rule.

    Of a family, a published piece survives a draft, then your own words others', then `prefer`
    decides, then the id.
    """

    step: ClassVar[str] = "deduplicate"

    near: Near = Field(
        Near(), title="Near duplicates", description="When two texts count as nearly the same."
    )
    prefer: Literal["longest", "newest", "oldest"] = Field(
        "longest",
        title="Who survives",
        description="Among published pieces of your own: the longest, the newest or the oldest.",
    )
    session_messages: int = Field(
        8,
        ge=1,
        le=1000,
        title="Fewest messages of a session",
        description="A chat session with fewer messages and fewer words is never a duplicate.",
    )
    session_words: int = Field(
        40,
        ge=1,
        le=10_000,
        title="Fewest words of a session",
        description="A chat session with fewer messages and fewer words is never a duplicate.",
    )
    giant: int = Field(
        1000,
        ge=2,
        le=1_000_000,
        title="Largest family",
        description="More distinct texts than this in one family are reported and split, each "
        "part around its survivor: usually templates that hang together in chains.",
    )
    verdicts: str = Field(
        "",
        json_schema_extra={"private": True},
        title="Verdicts",
        description="Key of the fitted table.",
    )

    def sketching(self) -> list[object]:
        """Return what a sketch depends on besides the batch, as JSON values."""
        return ["sketch", self.version, self.near.words]

    def __call__(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Return the batch with `family` set and repeats removed as exact, normal or near."""
        ledger = Ledger(self.step)
        removal = Removal(batch, ledger)
        verdicts = {row["id"]: row for row in self._verdicts(batch)}
        families = column(batch, "family")
        for row, (id_, use) in enumerate(zip(column(batch, "id"), used(batch), strict=True)):
            verdict = verdicts.get(id_)
            if not use or verdict is None:
                continue
            families[row] = verdict["family"]
            if cause := verdict["cause"]:
                least = self.near.threshold if cause == "near" else 1.0
                evidence = {"other": verdict["other"], "score": verdict["score"]}
                removal.remove(row, cause, threshold=least, **evidence)
        return with_columns(removal.done(), family=families), ledger.batch()

    def _verdicts(self, batch: pa.RecordBatch) -> list[dict]:
        if not self.verdicts:
            return []
        table: pa.Table = borrow(self.verdicts)
        return table.filter(pc.is_in(table["id"], batch.column("id"))).to_pylist()


def sketch(batch: pa.RecordBatch, settings: Deduplicate) -> pa.Table:
    """Return a `SKETCH` row for each document of `batch` in use, documents before chat.

    Depends on `settings.near.words` alone; in chunks of some 4 MB of text.
    """
    inuse = batch.filter(pc.is_null(batch.column("removed")))
    chat = pc.fill_null(pc.equal(inuse.column("kind"), "chat"), False)
    parts = []
    for rows, size in (
        (inuse.filter(pc.invert(chat)), settings.near.words),
        (inuse.filter(chat), 0),
    ):
        data, offsets = near.utf8(rows.column("text"))
        for first, end in near.blocks(offsets):
            block = rows.slice(first, end - first)
            parts.append(_sketched(block, data, offsets[first : end + 1], size))
    return pa.Table.from_batches(parts, SKETCH)


def _sketched(
    rows: pa.RecordBatch, data: np.ndarray, offsets: np.ndarray, size: int
) -> pa.RecordBatch:
    """Return the sketch of documents with shingles of `size` words, or of chat for 0."""
    hashed = near.words(data, offsets)
    columns = _told(rows, hashed)
    columns["exact"] = [
        hashlib.blake2b(data[start:end].data, digest_size=16).digest()
        for start, end in pairwise(offsets.tolist())
    ]
    if size:
        sets = near.shingle_sets(hashed, size)
        signed = near.digests(sets)
        ends = np.arange(1, len(signed) + 1) * near.PERMUTATIONS
        columns["signature"] = _lists((signed.ravel(), ends), pa.uint32())
        columns["shingles"] = _lists(sets, pa.uint64())
    else:
        columns["turn"] = _lists(hashed, pa.uint64())
    columns |= {name: pa.nulls(rows.num_rows) for name in set(SKETCH.names) - set(columns)}
    arrays = [
        pa.array(told, f.type) if isinstance(told, list) else told.cast(f.type)
        for f, told in ((f, columns[f.name]) for f in SKETCH)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SKETCH)


def _told(rows: pa.RecordBatch, hashed: Ragged) -> dict[str, pa.Array | list]:
    """Return the columns of a sketch that come from the columns of the documents."""
    same = ("id", "thread", "position", "kind", "source", "origin", "created")
    columns = {name: rows.column(name) for name in same}
    chat = pc.fill_null(pc.equal(rows.column("kind"), "chat"), False)
    session = pc.coalesce(rows.column("session"), rows.column("thread"), rows.column("id"))
    columns["unit"] = pc.if_else(chat, session, rows.column("id"))
    columns["length"] = pc.fill_null(pc.utf8_length(rows.column("text")), 0)
    columns["draft"] = [_is_draft(text) for text in column(rows, "metadata")]
    columns["words"] = pa.array(np.diff(hashed[1], prepend=0))
    columns["normal"] = pa.array(near.sequences(hashed))
    return columns


def _is_draft(metadata: str | None) -> bool:
    """Return whether a document's metadata call it a draft.

    >>> _is_draft('{"draft": true}'), _is_draft('{"draft": "no"}'), _is_draft(None)
    (True, False, False)
    """
    if not metadata or '"draft"' not in metadata:
        return False
    return str(json.loads(metadata).get("draft")).lower() in ("true", "yes", "1", "draft")


def _lists(ragged: Ragged, type_: pa.DataType) -> pa.Array:
    offsets = np.concatenate([[0], ragged[1]]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(ragged[0], type_))


def fit(sketches: Sequence[pa.Table], settings: Deduplicate) -> tuple[pa.Table, pa.Table]:
    """Return the verdicts (`VERDICTS`, a row per sketched document by id) and the pairs.

    The pairs are `DUPLICATES`: each removed unit with what it repeats, and the other verified
    pairs that were met; a session goes by its first message. Relation `same` is equal words,
    `version` near duplicates, `excerpt` a text mostly contained in a longer one that stays. Where
    families were split for their size, `alarms(pairs)` tells. Neither the order of `sketches` nor
    their batches nor unrelated documents change what is said of a document.
    """
    if not sum(table.num_rows for table in sketches):
        return VERDICTS.empty_table(), DUPLICATES.empty_table()
    units = Units(sketches, settings.near)
    alike, compared = units.alike((settings.session_messages, settings.session_words))
    candidates = near.Candidates(units.band_keys(), compared, alike)
    sets, spans = units.sets(candidates.texts)
    edges = candidates.verify(sets, spans, units.apart, settings.near)
    families = Families(
        units=units,
        alike=alike,
        order=units.order(settings.prefer),
        edges=edges,
        compare=lambda pairs: near.compare(np.array(pairs), sets, spans),
        threshold=settings.near.threshold,
        giant=settings.giant,
    )
    groups = families.groups(candidates.roots())
    repeats = families.repeats(groups)
    names = families.names(groups)
    survivors = {repeat.unit: repeat.survivor for repeat in repeats}
    pairs = _pairs(families, spans, repeats, (names, survivors))
    said = {b"alarms": json.dumps(families.alarms).encode()} if families.alarms else None
    return _verdicts(units, repeats, names), pairs.replace_schema_metadata(said)


def alarms(pairs: pa.Table) -> list[dict[str, int]]:
    """Return the families that `fit` split for their size: how many units, in how many parts."""
    return json.loads((pairs.schema.metadata or {}).get(b"alarms", b"[]"))


def _verdicts(units: Units, repeats: list[Repeat], names: dict[int, str]) -> pa.Table:
    rows: list[list[str | float | None]] = [
        [id_, None, id_, None, None, None] for id_ in units.names
    ]
    for unit, family in names.items():
        for row in range(units.first[unit], units.first[unit + 1]):
            rows[row][1] = family
    for repeat in repeats:
        start = int(units.first[repeat.unit])
        survivors = _partners(units, repeat.unit, repeat.survivor)
        others = _partners(units, repeat.unit, repeat.other)
        for n, (survivor, other) in enumerate(zip(survivors, others, strict=True)):
            rows[start + n][2:] = [survivor, repeat.cause, other, repeat.jaccard]
    columns = zip(*sorted(rows, key=lambda row: str(row[0])), strict=True)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, VERDICTS, strict=True)]
    return pa.table(arrays, schema=VERDICTS)


def _partners(units: Units, unit: int, other: int) -> list[str]:
    """Return for each document of `unit` its like in `other`: the same words, or the first."""
    ids = units.ids(other)
    alike = dict(zip(reversed(units.turns(other)), reversed(ids), strict=True))
    return [alike.get(words, ids[0]) for words in units.turns(unit)]


def _pairs(
    families: Families,
    spans: np.ndarray,
    repeats: list[Repeat],
    said: tuple[dict[int, str], dict[int, int]],
) -> pa.Table:
    names, survivors = said
    units = families.units
    rows: dict[tuple[str, str], tuple[object, ...]] = {}

    def add(a: int, b: int, likeness: tuple[float, float], relation: str) -> None:
        first, second, last = (units.ids(u)[0] for u in (a, b, survivors.get(a, a)))
        if (second, first) not in rows:
            row = (first, second, *likeness, relation, names.get(b), last)
            rows.setdefault((first, second), row)

    shortness = spans[:, 0] - spans[:, 1]
    for r in repeats:
        same = units.normal[r.unit] == units.normal[r.other]
        add(r.other, r.unit, (r.jaccard, r.containment), "same" if same else "version")
    for i, j, jaccard, part in families.edges.tolist():
        version = jaccard >= families.threshold
        order = families.order if version else shortness
        a, b = sorted((int(i), int(j)), key=lambda u: (order[u], u))
        same = units.normal[a] == units.normal[b]
        add(a, b, (jaccard, part), "same" if same else "version" if version else "excerpt")
    columns = list(zip(*sorted(rows.values()), strict=True)) or [()] * len(DUPLICATES)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, DUPLICATES, strict=True)]
    return pa.table(arrays, schema=DUPLICATES)
