"""Tell whose words a document holds and in which language; cut quotes and signatures of mail."""

from __future__ import annotations

from typing import ClassVar, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from corpus import language
from corpus.lent import borrow
from corpus.letters import quotes
from corpus.letters.fit import known_of
from corpus.letters.marks import NOTHING, Known
from corpus.stage import Ledger, Removal, Stage, column, used, with_columns

NotWritten = Literal["quoted", "forwarded", "pasted", "clipped", "system"]
NOT_WRITTEN: tuple[NotWritten, ...] = ("quoted", "forwarded", "pasted", "clipped", "system")


class Identify(Stage):
    """Origin, role and language filled in; only the author's own part of a mail left.

    What a person wrote (origin `self`) becomes a target, others' words context. Documents of the
    origins in `leave_out` are removed as `identify.<origin>`, and mails in which nothing is the
    author's own as `identify.nothing-own`, their text left whole. A language that the source
    states is kept; that of a chat message is decided with its session, by `corpus.sessions`.
    `letters` is the key of the table of `corpus.letters.fit`: what of a mail stands in the one it
    answers, and the ending it shares with the author's others.
    """

    step: ClassVar[str] = "identify"
    version: ClassVar[int] = 3

    cut_mail: bool = Field(
        True,
        title="Cut mail",
        description="Cut quoted and forwarded text and signatures from mail.",
    )
    alike_endings: int = Field(
        3,
        ge=2,
        le=1_000_000,
        title="Mails that end alike",
        description="From this many on, of one author, what they all end with is a signature.",
    )
    leave_out: tuple[NotWritten, ...] = Field(
        NOT_WRITTEN,
        title="Leave out",
        description="Origins that are not used: quoted forwarded pasted clipped system.",
    )
    others: bool = Field(
        True,
        title="Keep others' words",
        description="Keep what others wrote as context, never to be learnt; else it is removed.",
    )
    letters: str = Field(
        "",
        json_schema_extra={"private": True},
        title="Letters",
        description="Key of the lent table of what all mails together tell.",
    )

    def __call__(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Return `batch` with origin, role, text and language decided, and what was done."""
        ledger = Ledger(self.step)
        removal = Removal(batch, ledger)
        known = self._known(batch)
        changed = {n: column(batch, n) for n in ("origin", "role", "text", "language", "languages")}
        origins, roles, texts, languages, mixed = changed.values()
        rows = zip(column(batch, "id"), column(batch, "kind"), used(batch), strict=True)
        for i, (id_, kind, in_use) in enumerate(rows):
            if not in_use:
                continue
            cause = None
            if self.cut_mail and kind == "mail" and texts[i] and origins[i] not in NOT_WRITTEN:
                texts[i], passed_on = own_part(id_, texts[i], ledger, known.get(id_, NOTHING))
                cause = "nothing-own" if passed_on else None
                origins[i] = origins[i] if passed_on in (None, "signature") else passed_on
            roles[i] = "target" if origins[i] == "self" else "context"
            cause = cause or self.cause(origins[i])
            if cause and removal.remove(i, cause):
                continue
            if kind != "chat" and texts[i]:
                languages[i], mixed[i] = _languages(languages[i], texts[i])
        removal.batch = with_columns(batch, **changed)
        return removal.done(), ledger.batch()

    def _known(self, batch: pa.RecordBatch) -> dict[str, Known]:
        """Return what all mails together tell of those in `batch`, by id."""
        if not self.letters:
            return {}
        table: pa.Table = borrow(self.letters)
        return known_of(table.filter(pc.is_in(table["id"], value_set=batch.column("id"))))

    def cause(self, origin: str | None) -> str | None:
        """Return why a document of `origin` is not used, or None; unknown authors are others."""
        if origin in self.leave_out:
            return origin
        return "other" if not self.others and origin in (None, "other") else None


def own_part(id_: str, text: str, ledger: Ledger, known: Known = NOTHING) -> tuple[str, str | None]:
    """Return what the author of a mail wrote, and None; each piece cut is an event with its length.

    When nothing of it is the author's own, return the text as it is, and what it is instead:
    `forwarded`, `quoted` or a mere `signature`.
    """
    own = quotes.cut(text, known)
    if not own.spans:
        return text, None
    if own.text.strip():
        for span in own.spans:
            ledger.add(id_, "cut", span.rule, value=float(span.end - span.start))
        return own.text, None
    if quotes.is_forward_only(text, known):
        return text, "forwarded"
    signed = all(span.rule.startswith("signature") for span in own.spans)
    return text, "signature" if signed else "quoted"


def _languages(stated: str | None, text: str) -> tuple[str | None, list[str | None] | None]:
    """Return the language of `text`, and those of its paragraphs when they differ.

    >>> _languages("en-GB", "Where is it?")
    ('en', None)
    """
    code = (stated or "").replace("_", "-").split("-")[0].lower()
    if len(code) == 2 and code.isalpha():
        return code, None
    found = language.detect(text)
    return found.code, language.by_paragraph(text, found.code) if found.mixed else None
