"""Assigns families and sessions whole to train, valid or test; recorded splits never move."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from corpus import bridges, shares
from corpus.groups import NONE, Groups, grouped
from corpus.lent import borrow
from corpus.schema import SPLITS
from corpus.shares import Chosen, Share
from corpus.stage import Ledger, Stage, column, used, with_columns

ASSIGNMENTS = pa.schema([("id", pa.string()), ("split", pa.string()), ("why", pa.string())])
"""A document's split, null for one of `BRIDGE`, and `why` (may be left out): what is to be said
about it, or null.

`BRIDGE` it would join documents recorded in different splits, so it is not used, `PINNED` it
would but is to stay, `MIXED` its group was recorded in different splits all the same, `LARGE` its
group is larger than what a part misses of its share."""

BRIDGE, PINNED, MIXED, LARGE = "bridge", "pinned", "mixed", "large"


class Split(Stage):
    """Fills `split` as the lent assignments say; removed documents have none.

    One that would join documents recorded in different splits is removed as `split.bridge`. There
    is an event only where there is something to say, see `ASSIGNMENTS`.
    """

    step: ClassVar[str] = "split"
    version: ClassVar[int] = 2

    valid: float = Field(
        0.05,
        ge=0,
        le=0.45,
        title="Validation share",
        description="Share of the text in use, in bytes, that is held out to watch the training.",
    )
    test: float = Field(
        0.05,
        ge=0,
        le=0.45,
        title="Test share",
        description="Share of the text in use, in bytes, that is held out for the last judgement.",
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
        told = _why(table, place)
        out = pc.and_(use, pc.fill_null(pc.equal(told, BRIDGE), False))
        removed = pc.if_else(out, f"{self.step}.{BRIDGE}", batch.column("removed"))
        splits = pc.if_else(use, found, batch.column("split"))
        reasons = zip(column(batch, "id"), used(batch), told.to_pylist(), strict=True)
        for id_, in_use, why in reasons:
            if in_use and why is not None:
                action = {BRIDGE: "removed", PINNED: "pinned"}.get(why, "split")
                ledger.add(id_, action, BRIDGE if why == PINNED else why)
        return with_columns(batch, split=splits, removed=removed), ledger.batch()


def _why(assignments: pa.Table, place: pa.Array) -> pa.Array:
    if "why" not in assignments.schema.names:
        return pa.nulls(len(place), pa.string())
    return pc.take(assignments["why"].combine_chunks(), place)


class Fitted(NamedTuple):
    """`ASSIGNMENTS`, and how much of the text valid and test have."""

    assignments: pa.Table
    shares: list[Share]


def fit(documents: pa.Table, settings: Split, recorded: pa.Table | None) -> Fitted:
    """Return the assignments of the documents in use and of all that are in `recorded`.

    `documents` has id, family, session, created, removed and origin, and perhaps weight (bytes of
    text; without, all weigh the same) and pin; `recorded` id and split of earlier runs. Documents
    that share a family or a session, directly or through others, are a group and go to one split,
    drawn by the seed and the group's smallest id; groups drawn next change sides where a part
    would miss its share by more than `shares.TOLERANCE`. So unrelated documents change nothing
    as long as the shares hold. A recorded document never moves. Newcomers to its group follow
    it, but one that would join documents of different splits is not used; where it is pinned, it
    goes to the most held-out of them (test, valid, train). A removed document binds its group
    only when it is recorded.
    """
    codes = _recorded(documents["id"], recorded)
    use = pc.is_null(documents["removed"]).to_numpy()
    rows = np.flatnonzero(use | (codes != NONE))
    kept, codes = documents.take(pa.array(rows)), codes[rows]
    out = bridges.bridging(kept, codes)
    stays = np.setdiff1d(np.arange(len(rows)), list(out))
    groups = grouped(kept.take(pa.array(stays)), codes[stays])
    chosen = shares.chosen(groups, settings)
    split = np.full(len(rows), NONE)
    split[stays] = np.where(codes[stays] == NONE, chosen.split[groups.of], codes[stays])
    why = np.full(len(rows), BRIDGE, object)
    why[stays] = _reasons(groups, chosen)[groups.of]
    pins = _pins(kept)
    for row in [row for row in out if pins[row].as_py() == "keep"]:
        split[row], why[row] = out[row], PINNED
    told = pa.table([kept["id"], _names(split), pa.array(why, pa.string())], ASSIGNMENTS)
    if recorded is not None:
        told = _with_absent(told, recorded)
    return Fitted(told, chosen.shares)


def _reasons(groups: Groups, chosen: Chosen) -> np.ndarray:
    """Return what is to be said of each group: `LARGE`, `MIXED` or None."""
    why = np.full(len(groups.held), None, object)
    why[groups.mixed] = MIXED
    why[chosen.large] = LARGE
    return why


def _pins(documents: pa.Table) -> pa.ChunkedArray:
    if "pin" in documents.schema.names:
        return documents["pin"]
    return pa.chunked_array([pa.nulls(documents.num_rows, pa.string())])


def _names(codes: np.ndarray) -> pa.Array:
    return pa.array(SPLITS).take(pa.array(np.maximum(codes, 0), mask=codes == NONE))


def _with_absent(told: pa.Table, recorded: pa.Table) -> pa.Table:
    """Return `told` and the recorded documents that are not in it: they may come back."""
    absent = pc.invert(pc.is_in(recorded["id"], value_set=told["id"]))
    rest = recorded.filter(pc.and_(absent, pc.is_valid(recorded["split"])))
    why = pa.nulls(rest.num_rows, pa.string())
    return pa.concat_tables([told, pa.table([rest["id"], rest["split"], why], ASSIGNMENTS)])


def _recorded(ids: pa.ChunkedArray, recorded: pa.Table | None) -> np.ndarray:
    """Return the code of the recorded split of each of `ids`, or NONE."""
    if recorded is None:
        return np.full(len(ids), NONE)
    codes = pc.index_in(recorded["split"], value_set=pa.array(SPLITS))
    place = pc.index_in(ids, value_set=recorded["id"].combine_chunks())
    return pc.fill_null(pc.take(codes, place), NONE).to_numpy().astype(np.int64)
