"""Tell whose words a document holds and in which language; cut quotes and signatures of mail."""

from __future__ import annotations

from typing import ClassVar, Literal

import pyarrow as pa
from pydantic import Field

from corpus import language, quotes
from corpus.stage import Ledger, Removal, Stage, column, used, with_columns

NotWritten = Literal["quoted", "forwarded", "pasted", "clipped", "system"]
NOT_WRITTEN: tuple[NotWritten, ...] = ("quoted", "forwarded", "pasted", "clipped", "system")


class Identify(Stage):
    """Origin, role and language filled in; only the author's own part of a mail left.

    What a person wrote (origin `self`) becomes a target, others' words context. Documents of the
    origins in `leave_out` are removed as `identify.<origin>`, and mails in which nothing is the
    author's own as `identify.nothing-own`, their text left whole. A language that the source
    states is kept; that of a chat message is decided with its session, by `corpus.sessions`.
    """

    step: ClassVar[str] = "identify"

    cut_mail: bool = Field(
        True,
        title="Cut mail",
        description="Cut quoted and forwarded text and signatures from mail.",
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

    def __call__(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Return `batch` with origin, role, text and language decided, and what was done."""
        ledger = Ledger(self.step)
        removal = Removal(batch, ledger)
        changed = {n: column(batch, n) for n in ("origin", "role", "text", "language", "languages")}
        origins, roles, texts, languages, mixed = changed.values()
        rows = zip(column(batch, "id"), column(batch, "kind"), used(batch), strict=True)
        for i, (id_, kind, in_use) in enumerate(rows):
            if not in_use:
                continue
            cause = None
            if self.cut_mail and kind == "mail" and texts[i] and origins[i] not in NOT_WRITTEN:
                texts[i], passed_on = own_part(id_, texts[i], ledger)
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

    def cause(self, origin: str | None) -> str | None:
        """Return why a document of `origin` is not used, or None; unknown authors are others."""
        if origin in self.leave_out:
            return origin
        return "other" if not self.others and origin in (None, "other") else None


def own_part(id_: str, text: str, ledger: Ledger) -> tuple[str, str | None]:
    """Return what the author of a mail wrote, and None; each piece cut is an event with its length.

    When nothing of it is the author's own, return the text as it is, and what it is instead:
    `forwarded`, `quoted` or a mere `signature`.
    """
    own = quotes.cut(text)
    if not own.spans:
        return text, None
    if own.text.strip():
        for span in own.spans:
            ledger.add(id_, "cut", span.rule, value=float(span.end - span.start))
        return own.text, None
    if quotes.is_forward_only(text):
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
    return found.code, language.by_paragraph(text) if found.mixed else None
