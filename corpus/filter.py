"""Remove documents that are no prose of a person: empty, repeated, machine-made, addresses only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, model_validator

from corpus.figures import FIGURES
from corpus.lent import borrow
from corpus.presets import KINDS, PERSONAL, PRESETS, Preset, thresholds
from corpus.rules import EMPTY, Thresholds, judge, shown
from corpus.stage import Ledger, Removal, Stage, column, used, with_columns

MEASURED = pa.schema(
    [
        ("id", pa.string()),
        ("kind", pa.string()),
        ("language", pa.string()),
        ("documents", pa.int64()),
        *((name, pa.float64()) for name in FIGURES),
    ]
)
"""The figures of one document, or of a session of a chat, whose `documents` are its messages."""


def _thresholds(kind: str, what: str) -> Any:
    """Return the field of the thresholds of `kind`."""
    return Field(
        PERSONAL[kind], title=kind.capitalize(), description=f"Bounds for {what}; see below."
    )


def _private(title: str, description: str) -> Any:
    hidden: Any = {"private": True}
    return Field("", title=title, description=description, json_schema_extra=hidden)


class Filter(Stage):
    """Documents judged by the rules of their kind; the first one failed is why it is removed.

    The reason is `filter.<rule>`; the event holds the figure and the threshold. Chat is judged by
    session: a chat message by itself is removed only when empty, and one whose session is not
    among the lent ones is not judged. Lent are `figures`, a table of `MEASURED` of documents and
    sessions; `sessions`, from `corpus.sessions.fit`, which has the language of every message as
    well; and `outliers`, from `corpus.outliers.fit`, which become «flagged» events, or
    removals.
    """

    step: ClassVar[str] = "filter"
    version: ClassVar[int] = 3

    preset: Preset = Field(
        "personal",
        title="Preset",
        description="What the bounds are where nothing else is said: personal (by kind), or those "
        "made for web pages: gopher, c4, fineweb, web (all three).",
    )
    mail: Thresholds = _thresholds("mail", "mails")
    chat: Thresholds = _thresholds("chat", "a session of a chat")
    post: Thresholds = _thresholds("post", "posts")
    note: Thresholds = _thresholds("note", "notes and diary entries")
    essay: Thresholds = _thresholds("essay", "essays and chapters")
    prompt: Thresholds = _thresholds("prompt", "what was written to an assistant")
    code: Thresholds = _thresholds("code", "programs")
    outlier: float = Field(
        5.0,
        ge=2,
        le=100,
        title="Outlier",
        description="A document is flagged when one of its figures is so many standard deviations "
        "from the mean of its kind (z-score).",
    )
    remove_outliers: bool = Field(
        False, title="Remove outliers", description="Do not use documents that are flagged."
    )
    figures: str = _private("Figures", "Key of the lent figures of documents and sessions.")
    sessions: str = _private("Sessions", "Key of the lent sessions of chat messages.")
    outliers: str = _private("Outliers", "Key of the lent outliers.")

    @model_validator(mode="before")
    @classmethod
    def _as_preset(cls, told: Any) -> Any:
        """Return what is not told of a kind's thresholds as the preset has it."""
        if not isinstance(told, dict) or told.get("preset", "personal") not in PRESETS:
            return told
        preset = thresholds(told.get("preset", "personal"))
        kinds = {kind: told.get(kind, {}) for kind in KINDS}
        return told | {
            kind: preset[kind].model_dump() | given if isinstance(given, dict) else given
            for kind, given in kinds.items()
        }

    def __call__(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Return `batch` with `removed` and the languages of chats filled in, and the verdicts."""
        ledger = Ledger(self.step)
        kinds, in_use = column(batch, "kind"), np.array(used(batch), bool)
        chat = np.array([kind == "chat" for kind in kinds], bool)
        batch, units = self._with_sessions(batch, chat & in_use)
        verdicts = judge(self._figures(batch, units, in_use & ~chat), self.bounds_of(kinds))
        outliers = _lent(self.outliers, units)
        removal, texts = Removal(batch, ledger), column(batch, "text")
        for row in np.flatnonzero(in_use).tolist():
            blank = chat[row] and (not texts[row] or texts[row].isspace())
            verdict = EMPTY if blank else verdicts[row]
            if verdict:
                removal.remove(row, verdict.rule, value=verdict.value, threshold=verdict.threshold)
            elif outliers and outliers["figure"][row]:
                self._flag(row, outliers, removal)
        return removal.done(), ledger.batch()

    def _flag(self, row: int, outliers: dict[str, list], removal: Removal) -> None:
        """Note that a document is unlike its kind, or remove it for that."""
        name = f"z-{shown(outliers['figure'][row])}"
        told = {"value": outliers["z"][row], "threshold": self.outlier}
        if self.remove_outliers:
            removal.remove(row, name, **told)
        else:
            removal.ledger.add(removal.batch["id"][row].as_py(), "flagged", name, **told)

    def bounds_of(self, kinds: Sequence[str | None]) -> list[Thresholds]:
        """Return the thresholds for each of `kinds`; an unknown kind is judged as a note."""
        known = {kind: getattr(self, kind) for kind in KINDS}
        return [known.get(kind or "note", self.note) for kind in kinds]

    def _figures(
        self, batch: pa.RecordBatch, ids: Sequence[str | None], wanted: np.ndarray
    ) -> np.ndarray:
        """Return the figures lent for each of `ids`, else measured of those `wanted`; else NaN."""
        if self.figures:
            table: Any = borrow(self.figures)
            place = pc.index_in(pa.array(ids, pa.string()), value_set=table["id"].combine_chunks())
            columns = [table[name].combine_chunks().take(place) for name in FIGURES]
            return np.column_stack([c.to_numpy(zero_copy_only=False) for c in columns])
        from corpus.measure import measure  # brings in numba, which settings alone do not need

        return measure(pc.fill_null(batch["text"], ""), column(batch, "language"), wanted)

    def _with_sessions(
        self, batch: pa.RecordBatch, chat: np.ndarray
    ) -> tuple[pa.RecordBatch, list[str | None]]:
        """Return `batch` with the languages of its chat messages, and what each is judged by."""
        ids: list[str | None] = column(batch, "id")
        lent = _lent(self.sessions, ids)
        languages = column(batch, "language")
        for row in np.flatnonzero(chat).tolist():
            languages[row] = lent["language"][row] or languages[row] if lent else languages[row]
            ids[row] = lent["session"][row] if lent else None
        return with_columns(batch, language=languages), ids


def _lent(key: str, ids: Sequence[str | None]) -> dict[str, list]:
    """Return the columns of the table lent under `key` at `ids`; nothing without a key."""
    if not key:
        return {}
    table: Any = borrow(key)
    place = pc.index_in(pa.array(ids, pa.string()), value_set=table["id"].combine_chunks())
    return {name: table[name].take(place).to_pylist() for name in table.schema.names}


def measured(batch: pa.RecordBatch) -> pa.Table:
    """Return a row of `MEASURED` for every document in use that is no chat message."""
    from corpus.measure import measure

    own = batch.filter(
        pc.and_(
            pc.is_null(batch["removed"]),
            pc.not_equal(pc.fill_null(batch["kind"], ""), "chat"),
        )
    )
    figures = measure(
        pc.fill_null(own["text"], ""), column(own, "language"), np.ones(own.num_rows, bool)
    )
    ones = pa.array(np.ones(own.num_rows, np.int64))
    return table_of([own["id"], own["kind"], own["language"], ones], figures)


def table_of(told: Sequence[pa.Array], figures: np.ndarray) -> pa.Table:
    """Return a table of `MEASURED` of its first four columns and the `figures`."""
    return pa.table([*told, *(pa.array(figures[:, n]) for n in range(len(FIGURES)))], MEASURED)
