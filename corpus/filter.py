"""Remove documents that are no prose of a person: empty, repeated, machine-made, addresses only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, ValidationInfo, field_validator

from corpus.lent import borrow
from corpus.rules import EMPTY, PRESETS, Thresholds, Verdict, judge
from corpus.stage import Ledger, Removal, Stage, column, used, with_columns


def _thresholds(kind: str, what: str) -> Thresholds:
    """Return the field of the thresholds of `kind`."""
    return Field(
        PRESETS[kind], title=kind.capitalize(), description=f"Bounds for {what}; see `[filter]`."
    )


class Filter(Stage):
    """Documents judged by the rules of their kind; the first one failed is why it is removed.

    Chat is judged by session: `sessions` is the key of the table of `corpus.sessions.fit`, which
    also gives each message its language. A chat message by itself is removed only when empty.
    The reason is `filter.<rule>`; the event holds the figure and the threshold.
    """

    step: ClassVar[str] = "filter"

    mail: Thresholds = _thresholds("mail", "mails")
    chat: Thresholds = _thresholds("chat", "a session of a chat")
    post: Thresholds = _thresholds("post", "posts")
    note: Thresholds = _thresholds("note", "notes and diary entries")
    essay: Thresholds = _thresholds("essay", "essays and chapters")
    prompt: Thresholds = _thresholds("prompt", "what was written to an assistant")
    code: Thresholds = _thresholds("code", "programs")
    sessions: str = Field(
        "",
        json_schema_extra={"private": True},
        title="Sessions",
        description="Key of the lent verdicts on chat sessions.",
    )

    @field_validator(*PRESETS, mode="before")
    @classmethod
    def _as_preset(cls, value: object, info: ValidationInfo) -> object:
        """Return what is not told of a kind's thresholds as its preset has it."""
        if isinstance(value, dict):
            return PRESETS[str(info.field_name)].model_dump() | value
        return value

    def __call__(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Return `batch` with `removed` and the languages of chats filled in, and the verdicts."""
        ledger = Ledger(self.step)
        kinds, in_use = column(batch, "kind"), np.array(used(batch), bool)
        texts = pc.fill_null(batch.column("text"), "")
        verdicts = self.judge(texts, column(batch, "language"), kinds, in_use)
        batch, of_session = self._sessions(batch, kinds, in_use)
        removal = Removal(batch, ledger)
        for row in np.flatnonzero(in_use).tolist():
            verdict = verdicts[row]
            if kinds[row] == "chat" and verdict is not EMPTY:
                verdict = of_session.get(row)
            if verdict:
                removal.remove(row, verdict.rule, value=verdict.value, threshold=verdict.threshold)
        return removal.done(), ledger.batch()

    def judge(
        self,
        texts: pa.Array,
        languages: Sequence[str | None],
        kinds: Sequence[str | None],
        wanted: np.ndarray,
    ) -> list[Verdict | None]:
        """Return the verdict on each of the `wanted` texts; an unknown kind is judged as a note."""
        from corpus.measure import measure  # brings in numba, which settings alone do not need

        known = {kind: getattr(self, kind) for kind in PRESETS}
        return judge(
            measure(texts, languages, wanted),
            [known.get(kind or "note", self.note) for kind in kinds],
        )

    def _sessions(
        self, batch: pa.RecordBatch, kinds: list[str | None], in_use: np.ndarray
    ) -> tuple[pa.RecordBatch, dict[int, Verdict]]:
        """Return `batch` with the languages of the chats in use, and the verdicts by row."""
        if not self.sessions:
            return batch, {}
        table: pa.Table = borrow(self.sessions)
        found = pc.index_in(batch.column("id"), value_set=table["id"].combine_chunks())
        lent = {name: table[name].take(found).to_pylist() for name in table.schema.names}
        languages, verdicts = column(batch, "language"), {}
        for row in np.flatnonzero(in_use).tolist():
            if kinds[row] != "chat" or lent["id"][row] is None:
                continue
            languages[row] = lent["language"][row] or languages[row]
            if lent["cause"][row]:
                verdicts[row] = Verdict(*(lent[n][row] for n in ("cause", "value", "threshold")))
        return with_columns(batch, language=languages), verdicts
