"""A stage: a frozen settings object that maps a batch of documents to documents and events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict

from corpus.schema import EVENTS


class Unbalanced(RuntimeError):
    """A step lost, invented or reordered documents."""


class Section(BaseModel):
    """A frozen section of the settings: unknown keys and wrong types are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, validate_default=True)


class Stage(Section):
    """One step over a batch of documents; it is its own configuration, and it hashes and pickles.

    Calling it returns the same documents in the same order, and the events of what it changed.
    A removed document is left as it came. `version` goes up when the same settings give another
    result, so that stored results are made again.
    """

    step: ClassVar[str]
    version: ClassVar[int] = 1

    def __call__(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Return the documents of `batch` after this stage, and the events."""
        raise NotImplementedError(type(self).__name__)

    def identity(self) -> list[object]:
        """Return what a result of this stage depends on besides the batch, as JSON values."""
        return [type(self).__name__, self.version, self.model_dump(mode="json")]


class Ledger:
    """Collects the events of one stage call and numbers them per document."""

    def __init__(self, step: str) -> None:
        self.step = step
        self._rows: list[tuple[object, ...]] = []
        self._count: dict[str, int] = {}

    def add(
        self,
        document: str,
        action: str,
        rule: str,
        *,
        value: float | None = None,
        threshold: float | None = None,
        other: str | None = None,
        score: float | None = None,
    ) -> None:
        """Note that `rule` did `action` to `document`."""
        n = self._count.get(document, 0)
        self._count[document] = n + 1
        self._rows.append((document, n, self.step, action, rule, value, threshold, other, score))

    def batch(self) -> pa.RecordBatch:
        """Return the events so far as a RecordBatch of `EVENTS`, in the order they were added."""
        columns = list(zip(*self._rows, strict=True)) or [()] * len(EVENTS)
        arrays = [pa.array(list(c), type=f.type) for c, f in zip(columns, EVENTS, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=EVENTS)


def column(batch: pa.RecordBatch, name: str) -> list:
    """Return a column of `batch` as a Python list."""
    return batch.column(name).to_pylist()


def with_columns(batch: pa.RecordBatch, **columns: Sequence | pa.Array) -> pa.RecordBatch:
    """Return `batch` with the named columns replaced; lists take the column's type."""
    arrays = dict(zip(batch.schema.names, batch.columns, strict=True))
    for name, values in columns.items():
        type_ = batch.schema.field(name).type
        is_array = isinstance(values, (pa.Array, pa.ChunkedArray))
        arrays[name] = values if is_array else pa.array(values, type=type_)
    return pa.RecordBatch.from_arrays(list(arrays.values()), schema=batch.schema)


def used(batch: pa.RecordBatch) -> list[bool]:
    """Return for each document whether it is still in use."""
    return pc.is_null(batch.column("removed")).to_pylist()


def edit_text(
    batch: pa.RecordBatch, edit: Callable[[str], str], ledger: Ledger, rule: str
) -> pa.RecordBatch:
    """Return `batch` with `edit` applied to the texts in use; changes become `edited` events.

    The event's `value` is the difference in characters.
    """
    texts = column(batch, "text")
    for i, (id_, use) in enumerate(zip(column(batch, "id"), used(batch), strict=True)):
        if not use or texts[i] is None:
            continue
        new = edit(texts[i])
        if new != texts[i]:
            ledger.add(id_, "edited", rule, value=float(len(new) - len(texts[i])))
            texts[i] = new
    return with_columns(batch, text=texts)


class Removal:
    """Fills `removed`: only from null, never over a `keep` pin, always with an event."""

    def __init__(self, batch: pa.RecordBatch, ledger: Ledger) -> None:
        self.batch, self.ledger = batch, ledger
        self._ids = column(batch, "id")
        self._removed = column(batch, "removed")
        self._pins = column(batch, "pin")

    def remove(self, row: int, cause: str, **evidence: Any) -> bool:
        """Remove the document at `row` for `cause`; returns whether it is removed now.

        A document removed before is left alone. One pinned `keep` stays, with a `pinned` event.
        """
        if self._removed[row] is not None:
            return True
        if self._pins[row] == "keep":
            self.ledger.add(self._ids[row], "pinned", cause, **evidence)
            return False
        self._removed[row] = f"{self.ledger.step}.{cause}"
        self.ledger.add(self._ids[row], "removed", cause, **evidence)
        return True

    def done(self) -> pa.RecordBatch:
        """Return the batch with `removed` filled."""
        return with_columns(self.batch, removed=self._removed)


def run(
    stages: Iterable[Stage], batch: pa.RecordBatch
) -> tuple[pa.RecordBatch, list[pa.RecordBatch]]:
    """Return `batch` after `stages` in order, and the events of each stage.

    Raises Unbalanced when a stage loses, invents or reorders a document, or brings one back.
    """
    events = []
    for stage in stages:
        before = batch
        batch, happened = stage(before)
        check_balance(before, batch, stage.step)
        events.append(happened)
    return batch, events


def check_balance(before: pa.RecordBatch, after: pa.RecordBatch, step: str) -> None:
    """Raise Unbalanced unless `after` has the ids of `before` in order and no removal undone."""
    if not before.column("id").equals(after.column("id")):
        raise Unbalanced(
            f"{step}: {before.num_rows} documents went in, {after.num_rows} came out or moved"
        )
    was, now = before.column("removed"), after.column("removed")
    stays = pc.fill_null(pc.equal(was, now), False)
    if not pc.all(pc.or_(pc.is_null(was), stays)).as_py() and before.num_rows:
        raise Unbalanced(f"{step}: a removed document changed its reason or came back; report this")
