"""Deduplicate: exact and near duplicates and version families, one survivor each.

Sketch every shard (`corpus.sketches`), let like bands meet (`corpus.buckets`), verify the pairs by
exact Jaccard over the shingles, decide, and apply the verdicts row by row. Documents are compared
as they are, chat by session: a single «ok» is nobody's copy, while a session met again in another
thread or export is. Only equal words and verified pairs make families.

Each step takes and gives arrays, so that shards and partitions may be worked on anywhere; `fit`
does them all in one process.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from corpus import buckets, sketches
from corpus.families import Families, Repeat
from corpus.lent import borrow
from corpus.near import OPEN, Key, Near
from corpus.schema import DUPLICATES
from corpus.shelf import Shelf
from corpus.sketches import Sketch
from corpus.stage import Ledger, Removal, Stage, column, used, with_columns
from corpus.units import Units
from corpus.views import column as array
from corpus.views import empty, floats, strings, view

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
"""What is to become of a document in a family: `cause` is exact, normal or near, null when it
stays; `other` is the document it repeats with Jaccard `score`, the survivor or a copy that the
survivor is near to as well. Documents without a family have no row."""

Messages = Callable[[pa.Array], list[pa.Table]]
"""Gives the `MESSAGES` of the sessions of these names."""


class Deduplicate(Stage):
    """Removes what repeats another piece, keeping one of each family by a stated rule.

    Of a family, your own words survive others', then a published piece a draft, then a source by
    its place in `sources`, then `prefer` decides, then the id. What is not yours never takes the
    place of what is. Nothing is removed that is not near to what survives: the early drafts of a
    chain of versions that have drifted further apart than the threshold have a survivor of their
    own, in the same family.
    """

    step: ClassVar[str] = "deduplicate"
    version: ClassVar[int] = 3

    near: Near = Field(
        Near(), title="Near duplicates", description="When two texts count as nearly the same."
    )
    prefer: Literal["longest", "newest", "oldest"] = Field(
        "longest",
        title="Who survives",
        description="Among published pieces of your own: the longest, the newest or the oldest.",
    )
    sources: tuple[str, ...] = Field(
        (),
        title="Preferred sources",
        description="Sources whose pieces survive those of other sources, most preferred first, "
        'such as ["wordpress", "markdown"].',
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
        description="More distinct texts than this in one family are reported and split, a family "
        "to each survivor: usually templates that hang together in chains.",
    )
    memory_mb: int = Field(
        256,
        ge=16,
        le=65_536,
        title="Memory per task (MB)",
        description="The search is cut into as many tasks as keep each within this, besides two "
        "shards; it changes no result.",
    )
    verdicts: str = Field(
        "",
        json_schema_extra={"private": True},
        title="Verdicts",
        description="Key of the fitted table.",
    )

    def identity(self) -> list[object]:
        """Return what the verdicts and their application depend on, as JSON values."""
        return [type(self).__name__, self.version, self.model_dump(exclude={"memory_mb"})]

    def sketching(self) -> list[object]:
        """Return what a sketch depends on besides the batch and the key, as JSON values."""
        return ["sketch", self.version, self.near.words, self.near.min_words]

    @property
    def fewest(self) -> tuple[int, int]:
        """Messages and words of which a session needs one to be compared."""
        return self.session_messages, self.session_words

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


def sketch(batch: pa.RecordBatch, settings: Deduplicate, key: Key = OPEN) -> Sketch:
    """Return what the search knows of the documents of `batch` in use, hashed under `key`."""
    return sketches.sketch(batch, settings.near, key)


def fit(
    told: Sequence[Sketch], settings: Deduplicate, key: Key = OPEN
) -> tuple[pa.Table, pa.Table]:
    """Return the verdicts (`VERDICTS`, a row per document in a family, by id) and the pairs.

    The pairs are `DUPLICATES`: each removed unit with what it repeats, and all other verified
    pairs; a session goes by its first message. Relation `same` is equal words, `version` near
    duplicates, `excerpt` a text mostly contained in a longer one that stays. Where families were
    split for their size, `alarms(pairs)` tells. Neither the order of the sketches nor their
    batches nor unrelated documents change what is said of a document.
    """
    messages = [s.messages for s in told]
    chats = sketches.sessions(messages, settings.near, settings.fewest, key)
    tables = [*(s.units for s in told), chats]
    shelf = Shelf.of(tables)
    found = [buckets.bands(table, settings.near) for table in tables]
    met = buckets.meet(found, shelf.starts[:-1].tolist(), shelf.look)
    edges = verified(shelf, met.pairs, settings.near)
    return decide(shelf, met.same, edges, settings, lambda names: among(messages, names))


def among(messages: Sequence[pa.Table], names: pa.Array) -> list[pa.Table]:
    """Return the messages of the sessions of these names, without their words."""
    return [
        table.drop_columns(["turn"]).filter(pc.is_in(table["session"], value_set=names))
        for table in messages
    ]


def verified(shelf: Shelf, pairs: np.ndarray, near: Near) -> np.ndarray:
    """Return the pairs that are alike, rows (i, j, jaccard, containment), by exact comparison."""
    likeness = shelf.compare(pairs)
    alike = (likeness[:, 0] >= near.threshold) | (likeness[:, 1] >= near.containment)
    return np.concatenate([pairs[alike], likeness[alike]], axis=1)


def decide(
    shelf: Shelf,
    same: np.ndarray,
    edges: np.ndarray,
    settings: Deduplicate,
    messages: Messages,
) -> tuple[pa.Table, pa.Table]:
    """Return what `fit` does, given texts with equal words (number, number) and verified pairs."""
    numbers = np.unique(np.concatenate([same.ravel(), edges[:, :2].ravel().astype(np.int64)]))
    if not len(numbers):
        return empty(VERDICTS), empty(DUPLICATES)
    rows = shelf.rows(numbers)
    chats = rows["unit"].take(array(np.flatnonzero(view(rows["apart"]))))
    units = Units(numbers, rows, messages(chats.combine_chunks()) if len(chats) else [])
    alike = units.leaders(same)
    ends = np.sort(alike[units.ranks(edges[:, :2].astype(np.int64))], axis=1)
    families = Families(
        units=units,
        alike=alike,
        order=units.order(settings.prefer, settings.sources),
        edges=np.unique(np.concatenate([ends, edges[:, 2:]], axis=1), axis=0),
        compare=lambda pairs: shelf.compare(units.numbers[np.array(pairs)]),
        threshold=settings.near.threshold,
        giant=settings.giant,
    )
    components = families.groups()
    repeats = families.repeats([group for groups in components for group in groups])
    names = families.names([[unit for group in groups for unit in group] for groups in components])
    pairs = _pairs(families, repeats, names)
    said = {b"alarms": json.dumps(families.alarms).encode()} if families.alarms else None
    return _verdicts(units, repeats, names), pairs.replace_schema_metadata(said)


def alarms(pairs: pa.Table) -> list[dict[str, int]]:
    """Return the families that `fit` split for their size: how many units, in how many parts."""
    return json.loads((pairs.schema.metadata or {}).get(b"alarms", b"[]"))


def _verdicts(units: Units, repeats: list[Repeat], names: dict[int, str]) -> pa.Table:
    rows: list[tuple[str | float | None, ...]] = []
    for repeat in repeats:
        survivors = _partners(units, repeat.unit, repeat.survivor)
        others = _partners(units, repeat.unit, repeat.other)
        family = names[repeat.unit]
        for told in zip(units.ids(repeat.unit), survivors, others, strict=True):
            rows.append((told[0], family, told[1], repeat.cause, told[2], repeat.jaccard))
    for unit in names.keys() - {repeat.unit for repeat in repeats}:
        rows += [(id_, names[unit], id_, None, None, None) for id_ in units.ids(unit)]
    return _table(sorted(rows, key=lambda row: str(row[0])), VERDICTS)


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    made = [floats if field.type == pa.float64() else strings for field in schema]
    arrays = [make(told) for make, told in zip(made, columns, strict=True)]
    return pa.table(arrays, schema=schema)


def _partners(units: Units, unit: int, other: int) -> list[str]:
    """Return for each document of `unit` its like in `other`: the same words, or the first."""
    ids = units.ids(other)
    if not units.apart[unit]:
        return ids[:1]
    alike = dict(zip(reversed(units.turns(other)), reversed(ids), strict=True))
    return [alike.get(words, ids[0]) for words in units.turns(unit)]


def _pairs(families: Families, repeats: list[Repeat], names: dict[int, str]) -> pa.Table:
    """Return `DUPLICATES`: what is removed with what it repeats, then all other verified pairs."""
    units, edges = families.units, families.edges
    gone = np.array([(r.other, r.unit) for r in repeats], np.int64).reshape(-1, 2)
    alike = np.array([(r.jaccard, r.containment) for r in repeats]).reshape(-1, 2)
    ends = edges[:, :2].astype(np.int64)
    version = edges[:, 2] >= families.threshold
    ranks = np.where(version[:, None], families.order[ends], -units.words[ends])
    new = ~np.isin(_packed(ends), _packed(gone))
    ends = np.where((ranks[:, 1] < ranks[:, 0])[:, None], ends[:, ::-1], ends)
    a, b = np.concatenate([gone, ends[new]]).T
    jaccard, part = np.concatenate([alike, edges[new, 2:]]).T
    same = units.normal[a] == units.normal[b]
    relation = np.where(same, 0, np.where(jaccard >= families.threshold, 1, 2))
    survivors = np.arange(len(units))
    survivors[gone[:, 1]] = [r.survivor for r in repeats]
    ids = strings([units.ids(unit)[0] for unit in range(len(units))])
    family = strings([names.get(unit) for unit in range(len(units))])
    columns = [ids.take(array(a)), ids.take(array(b)), array(jaccard), array(part)]
    columns += [strings(["same", "version", "excerpt"]).take(array(relation))]
    columns += [family.take(array(b)), ids.take(array(survivors[a]))]
    return pa.table(columns, schema=DUPLICATES).sort_by([("a", "ascending"), ("b", "ascending")])


def _packed(pairs: np.ndarray) -> np.ndarray:
    """Return a number for each pair of units, whichever of them comes first."""
    low, high = np.sort(pairs, axis=1).T
    return low << 32 | high
