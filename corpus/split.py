"""Assigns families and sessions whole to train, valid or test; recorded splits never move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from corpus.keys import seed
from corpus.lent import borrow
from corpus.schema import SPLITS
from corpus.stage import Ledger, Stage, column, used, with_columns

TRAIN, VALID, TEST = range(len(SPLITS))  # the order tells what is more held out
NONE = -1
LARGE = 0.25
"""A group with more than this share of the documents is trained on: held out, it would leave
too little to learn from."""
ENOUGH = 20
"""From this many groups with own words on, no asked-for part stays empty."""

ASSIGNMENTS = pa.schema([("id", pa.string()), ("split", pa.string()), ("mixed", pa.bool_())])
"""A document's split; `mixed` (may be left out) when its group was recorded in more than one."""


class Split(Stage):
    """Fills `split` as the lent assignments say; removed documents have none.

    There is an event only for a document whose group was recorded in more than one split.
    """

    step: ClassVar[str] = "split"

    valid: float = Field(
        0.05,
        ge=0,
        le=0.45,
        title="Validation share",
        description="Share of the documents that is held out to watch the training.",
    )
    test: float = Field(
        0.05,
        ge=0,
        le=0.45,
        title="Test share",
        description="Share of the documents that is held out for the last judgement.",
    )
    seed: int = Field(
        0,
        ge=0,
        le=(1 << 63) - 1,
        title="Seed",
        description="Decides what is held out; what was split before stays where it is.",
    )
    by_time: bool = Field(
        False,
        title="Hold out the latest",
        description="Hold out the latest writing (test the newest, then valid) in place of a "
        "random part.",
    )
    assignments: str = Field(
        "",
        title="Assignments",
        description="Key of the lent table of assignments.",
        json_schema_extra={"private": True},
    )

    def __call__(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Return `batch` with `split` filled where a document is used, and the events.

        Raises ValueError when a used document has no assignment.
        """
        ledger = Ledger(self.step)
        table = borrow(self.assignments)
        assert isinstance(table, pa.Table)
        place = pc.index_in(batch.column("id"), value_set=table["id"].combine_chunks())
        use = pc.is_null(batch.column("removed"))
        if missing := pc.sum(pc.and_(use, pc.is_null(place))).as_py():
            raise ValueError(
                f"split: {missing} documents in use have no assignment; fit over the same documents"
            )
        found = pc.take(table["split"].combine_chunks(), place)
        splits = pc.if_else(use, found, batch.column("split"))
        mixed = _mixed(table)
        for id_, in_use in zip(column(batch, "id"), used(batch), strict=True):
            if in_use and id_ in mixed:
                ledger.add(id_, "split", "mixed")
        return with_columns(batch, split=splits), ledger.batch()


def _mixed(assignments: pa.Table) -> set[str]:
    if "mixed" not in assignments.schema.names:
        return set()
    return set(assignments.filter(assignments["mixed"])["id"].to_pylist())


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of documents that must not be parted: one entry a group, but `of`, one a document.

    `first` is the smallest id; `latest` the newest `created` (microseconds, the smallest int64
    when there is none); `size` counts documents; `held` is the most held-out recorded split, or
    NONE; `mixed`, whether there is another recorded one; `own`, whether any words are one's own.
    """

    of: np.ndarray
    first: np.ndarray
    latest: np.ndarray
    size: np.ndarray
    held: np.ndarray
    mixed: np.ndarray
    own: np.ndarray


def fit(documents: pa.Table, settings: Split, recorded: pa.Table | None) -> pa.Table:
    """Return `ASSIGNMENTS` for the documents in use and for all that are in `recorded`.

    `documents` has id, family, session, created, removed and origin; `recorded` id and split of
    earlier runs. Documents that share a family or a session, directly or through others, are a
    group and go to one split, drawn by the seed and the group's smallest id, so that unrelated
    documents change nothing. A recorded document never moves. Newcomers to its group follow it;
    where the group was recorded in more than one split, they go to the most held-out of them
    (test, valid, train), so that nothing next to a held-out document is trained on. A removed
    document binds its group only when it is recorded.
    """
    codes = _recorded(documents["id"], recorded)
    use = pc.is_null(documents["removed"]).to_numpy()
    rows = np.flatnonzero(use | (codes != NONE))
    kept, codes = documents.take(pa.array(rows)), codes[rows]
    groups = _groups(kept, codes)
    split = groups.held.copy()
    fresh = np.flatnonzero(split == NONE)
    if settings.by_time:
        split[fresh] = _latest(groups, fresh, settings)
    else:
        split[fresh] = _drawn(groups, fresh, settings)
    of_document = np.where(codes == NONE, split[groups.of], codes)
    told = _table(kept["id"], of_document, groups.mixed[groups.of])
    return told if recorded is None else _with_absent(told, recorded)


def _table(ids: pa.ChunkedArray, codes: np.ndarray, mixed: np.ndarray) -> pa.Table:
    names = pa.array(SPLITS).take(pa.array(codes, pa.int64()))
    return pa.table([ids, names, pa.array(mixed, pa.bool_())], schema=ASSIGNMENTS)


def _with_absent(told: pa.Table, recorded: pa.Table) -> pa.Table:
    """Return `told` and the recorded documents that are not in it: they may come back."""
    absent = recorded.filter(pc.invert(pc.is_in(recorded["id"], value_set=told["id"])))
    mixed = pa.array([False] * absent.num_rows, pa.bool_())
    rest = pa.table([absent["id"], absent["split"], mixed], schema=ASSIGNMENTS)
    return pa.concat_tables([told, rest])


def _recorded(ids: pa.ChunkedArray, recorded: pa.Table | None) -> np.ndarray:
    """Return the code of the recorded split of each of `ids`, or NONE."""
    if recorded is None:
        return np.full(len(ids), NONE)
    codes = pc.index_in(recorded["split"], value_set=pa.array(SPLITS))
    place = pc.index_in(ids, value_set=recorded["id"].combine_chunks())
    return pc.fill_null(pc.take(codes, place), NONE).to_numpy().astype(np.int64)


def _groups(documents: pa.Table, codes: np.ndarray) -> Groups:
    of = _components([documents["family"], documents["session"]])
    count = int(of.max(initial=-1)) + 1
    order = pc.sort_indices(documents["id"]).to_numpy()
    _, first = np.unique(of[order], return_index=True)
    created = pc.cast(documents["created"], pa.int64())
    oldest = np.iinfo(np.int64).min
    latest = np.full(count, oldest)
    np.maximum.at(latest, of, pc.fill_null(created, oldest).to_numpy())
    held, least = np.full(count, NONE), np.full(count, len(SPLITS))
    np.maximum.at(held, of, codes)
    np.minimum.at(least, of, np.where(codes == NONE, len(SPLITS), codes))
    own = pc.fill_null(pc.equal(documents["origin"], "self"), False).to_numpy()
    return Groups(
        of=of,
        first=documents["id"].take(pa.array(order[first])).to_numpy(),
        latest=latest,
        size=np.bincount(of, minlength=count),
        held=held,
        mixed=(held != NONE) & (least < held),
        own=np.bincount(of, weights=own, minlength=count) > 0,
    )


def _components(links: Sequence[pa.ChunkedArray]) -> np.ndarray:
    """Return a number per row, equal for rows that equal values of `links` connect."""
    count = nodes = len(links[0])
    rows, values = [], []
    for link in links:
        codes = link.combine_chunks().dictionary_encode()
        linked = np.flatnonzero(pc.is_valid(link).to_numpy())
        rows.append(linked)
        values.append(nodes + pc.fill_null(codes.indices, 0).to_numpy()[linked].astype(np.int64))
        nodes += len(codes.dictionary)
    row, value = np.concatenate(rows), np.concatenate(values)
    graph = coo_array((np.ones(len(row), np.int8), (row, value)), shape=(nodes, nodes))
    labels = connected_components(graph, directed=False)[1][:count]
    return np.unique(labels, return_inverse=True)[1] if count else np.zeros(0, np.int64)


def _drawn(groups: Groups, fresh: np.ndarray, settings: Split) -> np.ndarray:
    """Return a split for each of the groups `fresh`, drawn by seed and smallest id."""
    draw = np.array([seed("split", settings.seed, id_) / 2**64 for id_ in groups.first[fresh]])
    small = groups.size[fresh] <= LARGE * groups.size.sum()
    split = np.full(len(fresh), TRAIN)
    split[small & (draw < settings.test + settings.valid)] = VALID
    split[small & (draw < settings.test)] = TEST
    if groups.own.sum() < ENOUGH:
        return split
    own = groups.own[fresh]
    there = set(groups.held[groups.own].tolist()) | set(split[own].tolist())
    spare = [
        i for i in np.argsort(draw, kind="stable") if own[i] and split[i] == TRAIN and small[i]
    ]
    for part, share in ((TEST, settings.test), (VALID, settings.valid)):
        if share and part not in there and spare:
            split[spare.pop(0)] = part
    return split


def _latest(groups: Groups, fresh: np.ndarray, settings: Split) -> np.ndarray:
    """Return a split for each of the groups `fresh`: the newest is test, then valid, then train.

    Each part is filled up to its share of all documents, recorded ones counted.
    """
    total = groups.size.sum()
    split = np.full(len(fresh), TRAIN)
    newest = np.lexsort((groups.first[fresh].astype(str), -groups.latest[fresh].astype(float)))
    queue = [i for i in newest if groups.size[fresh[i]] <= LARGE * total]
    for part, share in ((TEST, settings.test), (VALID, settings.valid)):
        filled = groups.size[groups.held == part].sum()
        while filled < share * total and queue:
            i = queue.pop(0)
            split[i] = part
            filled += groups.size[fresh[i]]
    return split
