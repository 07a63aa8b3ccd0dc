"""The stage that replaces personal data, and says what it replaced without saying what it was."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import ClassVar, NamedTuple, cast

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from corpus.lent import borrow
from corpus.people import People
from corpus.redact.fields import ENTITIES, FIELDS, encoded, find_entities, read
from corpus.redact.names import NAMES, SPEAKER, Span, fit
from corpus.redact.settings import VERSION, Redact
from corpus.redact.surrogates import Surrogates, shape
from corpus.redact.values import hmac_of
from corpus.schema import REDACTIONS
from corpus.stage import Ledger, Removal, Stage, column, used, with_columns

__all__ = ["ENTITIES", "NAMES", "Replace"]


class Replaced(NamedTuple):
    """A row of `REDACTIONS`."""

    document: str
    field: str
    start: int
    end: int
    new_start: int
    new_end: int
    type: str
    rule: str
    version: int
    score: float
    action: str
    hmac: str
    shape: str


class Replace(Stage):
    """Replaces entities as the settings say and fills `speaker`; one event per document and rule.

    Offsets, surrogates and real values are in the lent tables only. A document with an entity
    whose action is «remove» is removed for `redact.<type>`; one pinned `keep` stays, with a tag.
    """

    step: ClassVar[str] = "redact"
    version: ClassVar[int] = 1

    settings: Redact = Field(Redact(), title="Redaction", description="What is replaced, and how.")
    entities: str = Field(
        "",
        json_schema_extra={"private": True},
        title="Entities",
        description="Key under which the entities found are lent; empty: they are found here.",
    )
    names: str = Field(
        "",
        json_schema_extra={"private": True},
        title="Names",
        description="Key under which the fit of names is lent; empty: each batch is fitted alone.",
    )
    secret: str = Field(
        "",
        json_schema_extra={"private": True},
        title="Key",
        description="Fingerprint under which the library's key is lent.",
    )
    people: str = Field(
        "",
        json_schema_extra={"private": True},
        title="People",
        description="Digest under which the identity table is lent; empty: nobody is known.",
    )

    def __call__(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Return the documents of `batch` de-identified, and the events."""
        return self.replace(batch)[:2]

    def replace(
        self, batch: pa.RecordBatch
    ) -> tuple[pa.RecordBatch, pa.RecordBatch, pa.RecordBatch]:
        """Return the documents of `batch` de-identified, the events, and rows of `REDACTIONS`.

        Raises KeyError when the key or a table named in the settings was not lent.
        """
        ledger, done = Ledger(self.step), list[Replaced]()
        removal = Removal(batch, ledger)
        spans = self._spans(batch)
        columns = {name: column(batch, name) for name in (*FIELDS, SPEAKER, "thread", "author")}
        key = cast(bytes, borrow(self.secret))
        for i, (id_, use) in enumerate(zip(column(batch, "id"), used(batch), strict=True)):
            if not use or self._removed(removal, i, spans.get(id_, [])):
                continue
            scope = "library" if self.settings.scope == "library" else columns["thread"][i] or id_
            draw = Surrogates(key, scope, regions=self.settings.regions)
            for field in FIELDS:
                here = [s for s in spans.get(id_, []) if s.field == field]
                if here:
                    rewritten = self._rewrite(id_, columns[field][i], here, draw)
                    columns[field][i], rows = rewritten
                    done.extend(rows)
            author = columns["author"][i]
            if author is not None:
                told = next((s for s in spans.get(id_, []) if s.field == SPEAKER), None)
                drawn = told.surrogate if told else None
                name = told.value if told else ""
                columns[SPEAKER][i] = drawn or (draw.name(name) if name else draw.anyone(author))
        for (document, rule), count in Counter((r.document, r.rule) for r in done).items():
            ledger.add(document, "redacted", rule, value=float(count))
        replaced = {name: columns[name] for name in (*FIELDS, SPEAKER)}
        return with_columns(removal.done(), **replaced), ledger.batch(), _table(done)

    def _spans(self, batch: pa.RecordBatch) -> dict[str, list[Span]]:
        named = cast(pa.Table, borrow(self.names)) if self.names else self._fitted(batch)
        here = pc.is_in(named.column("id"), value_set=batch.column("id"))
        rows = named.filter(here)
        flat = pc.list_flatten(rows.column("names").combine_chunks())
        fields = [flat.field(name).to_pylist() for name in Span._fields]
        spans = map(Span, *fields)
        counts = pc.fill_null(pc.list_value_length(rows.column("names")), 0).to_pylist()
        ids = rows.column("id").to_pylist()
        return {id_: list(islice(spans, n)) for id_, n in zip(ids, counts, strict=True)}

    def _fitted(self, batch: pa.RecordBatch) -> pa.Table:
        people = cast(People, borrow(self.people)) if self.people else People()
        lone = with_columns(batch, thread=column(batch, "id"))
        found = (
            borrow(self.entities) if self.entities else find_entities(lone, self.settings, people)
        )
        return fit([pa.Table.from_batches([lone])], [found], self.settings, people)

    def _removed(self, removal: Removal, row: int, spans: list[Span]) -> bool:
        for span in spans:
            if span.field != SPEAKER and self.settings.action(span.type) == "remove":
                return removal.remove(row, span.type.lower(), score=span.score)
        return False

    def _rewrite(
        self, id_: str, text: str, spans: list[Span], draw: Surrogates
    ) -> tuple[str, list[Replaced]]:
        out: list[str] = []
        rows: list[Replaced] = []
        at = length = 0
        for span in sorted(spans, key=lambda s: s.start):
            action = self.settings.action(span.type)
            if action == "keep":
                continue
            raw = text[span.start : span.end]
            value = read(span.field, raw)
            new = encoded(span.field, self._instead(action, span, value, draw), raw)
            out.append(text[at : span.start])
            start = length + span.start - at
            length = start + len(new)
            at = span.end
            out.append(new)
            rows.append(
                Replaced(
                    id_,
                    span.field,
                    span.start,
                    span.end,
                    start,
                    length,
                    span.type,
                    span.rule,
                    VERSION,
                    span.score,
                    "tag" if action == "remove" else action,
                    hmac_of(draw.key, span.type, value, draw.regions),
                    shape(value),
                )
            )
        return "".join(out) + text[at:], rows

    def _instead(self, action: str, span: Span, value: str, draw: Surrogates) -> str:
        if action == "surrogate":
            return span.surrogate or draw.draw(span.type, value, span.person)
        if action == "mask":
            return "".join("*" if c.isalnum() else c for c in value)
        return f"[{span.type.lower()}]"


def _table(rows: list[Replaced]) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True)) or [()] * len(REDACTIONS)
    arrays = [pa.array(list(c), type=f.type) for c, f in zip(columns, REDACTIONS, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=REDACTIONS)
