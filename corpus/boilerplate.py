"""Cuts what frames many documents of one source and author: footers, headers, templates.

A frame is a block of lines at the start or end of a document that stands, figures and case aside,
in several others which are otherwise different. Mail has a fit of its own (`corpus.letters`), and
in chat everybody repeats themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from corpus.lent import borrow
from corpus.stage import Ledger, Stage, column, used, with_columns

KINDS = ("post", "note", "essay")
HEAD = ["id", "source", "kind", "author", "origin", "removed", "text"]
"""The columns that `fit` looks at."""
EDGE = 30
"""Lines with words at either end of a document that are compared."""
MOST = 0.8
"""A document with more of its words in repeated lines is a draft or copy of another one: it tells
nothing, and nothing is cut from it."""
LONGEST = 150
"""A block of more words is no frame but what drafts of one text have in common."""

FRAMES = pa.schema(
    [("id", pa.string()), ("start", pa.int64()), ("end", pa.int64()), ("others", pa.int64())]
)
"""A range of a text to cut, and in how many documents its rarest line stands."""

_WORD = re.compile(r"\w")
_DIGITS = re.compile(r"\d+")
_SIGN = re.compile(r"https?://|\bwww\.|@\w|[©®™]|\]\(|!\[|<\w")


class Line(NamedTuple):
    """A line with words: where it is, what it says (a hash), its words, if it has a link.

    `before` is where the lines without words before it begin: blank ones, rulers.
    """

    before: int
    start: int
    end: int
    says: int
    words: int
    sign: bool


class Boilerplate(Stage):
    """Cuts the ranges that the lent table tells from the texts in use; each cut is an event."""

    step: ClassVar[str] = "boilerplate"

    documents: int = Field(
        6,
        ge=0,
        le=1_000_000,
        title="Documents",
        description="Posts, notes and essays of one source and author that begin or end alike, "
        "from which on this is a template and is cut; 0 cuts nothing.",
    )
    words: int = Field(
        12,
        ge=3,
        le=1000,
        title="Words",
        description="A template has a line of at least this many words, or a link or © and so "
        "many words in all; what is shorter, or short lines like a refrain's, stays.",
    )
    frames: str = Field(
        "",
        json_schema_extra={"private": True},
        title="Frames",
        description="Key of the lent table of what is to be cut.",
    )

    def __call__(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Return `batch` without its frames; an event's value is the characters cut.

        Its score is in how many documents the frame stands.
        """
        ledger = Ledger(self.step)
        if not self.frames:
            return batch, ledger.batch()
        table = borrow(self.frames)
        assert isinstance(table, pa.Table)
        told: dict[str, list[tuple[int, int, int]]] = {}
        for row in table.filter(pc.is_in(table["id"], value_set=batch.column("id"))).to_pylist():
            told.setdefault(row["id"], []).append((row["start"], row["end"], row["others"]))
        texts = column(batch, "text")
        for n, (id_, in_use) in enumerate(zip(column(batch, "id"), used(batch), strict=True)):
            for start, end, others in sorted(told.get(id_, []), reverse=True) if in_use else ():
                texts[n] = texts[n][:start] + texts[n][end:]
                ledger.add(id_, "cut", "boilerplate", value=float(end - start), score=float(others))
            if in_use and id_ in told:
                texts[n] = texts[n].strip("\n")
        return with_columns(batch, text=texts), ledger.batch()


class _Page(NamedTuple):
    """The lines at both ends of one document, and how many words it has."""

    id: str
    of: tuple[str, str]
    top: list[Line]
    bottom: list[Line]
    words: int


def fit(batches: Iterable[pa.RecordBatch], settings: Boilerplate) -> pa.Table:
    """Return `FRAMES` of the documents in `batches`, ordered by id and place.

    The batches have the columns `HEAD`, their text normalised. Memory holds some numbers for each
    line at the ends of each post, note and essay, but no text.
    """
    pages = [page for batch in batches for page in _pages(batch)] if settings.documents else []
    met = _met(pages)
    told = [p for p in pages if _repeated(p, met, settings.documents) <= MOST * p.words]
    met = _met(told)
    rows = sorted(
        (page.id, start, end, others)
        for page in told
        for lines, at_end in ((page.top, False), (page.bottom, True))
        for start, end, others in _frame(page, lines, at_end, met, settings)
    )
    columns = list(zip(*rows, strict=True)) or [()] * len(FRAMES)
    arrays = [pa.array(list(c), f.type) for c, f in zip(columns, FRAMES, strict=True)]
    return pa.table(arrays, FRAMES)


Met = Counter[tuple[tuple[str, str], bool, int]]


def _met(pages: Sequence[_Page]) -> Met:
    """Return in how many documents of a source and author each line stands, at which end."""
    met: Met = Counter()
    for page in pages:
        for lines, at_end in ((page.top, False), (page.bottom, True)):
            met.update({(page.of, at_end, line.says) for line in lines})
    return met


def _repeated(page: _Page, met: Met, least: int) -> int:
    """Return how many words of a document stand in repeated lines."""
    return sum(
        {
            line.start: line.words
            for lines, at_end in ((page.top, False), (page.bottom, True))
            for line in lines
            if met[page.of, at_end, line.says] >= least
        }.values()
    )


def _frame(
    page: _Page, lines: list[Line], at_end: bool, met: Met, settings: Boilerplate
) -> Iterator[tuple[int, int, int]]:
    """Yield the range of the repeated lines at one end of a document, if they are a frame."""
    size = 0
    queue = lines[::-1] if at_end else lines
    while size < len(queue) and met[page.of, at_end, queue[size].says] >= settings.documents:
        size += 1
    block = queue[:size]
    words = sum(line.words for line in block)
    if words > LONGEST:
        return
    long = any(line.words >= settings.words for line in block)
    if long or (words >= settings.words and any(line.sign for line in block)):
        others = min(met[page.of, at_end, line.says] for line in block)
        if at_end:
            yield block[-1].before, block[0].end, others
        else:
            yield block[0].start, queue[size].start if size < len(queue) else block[-1].end, others


def _pages(batch: pa.RecordBatch) -> Iterator[_Page]:
    """Yield the documents of `batch` that may have a frame."""
    able = pc.and_(
        pc.and_(pc.is_null(batch["removed"]), pc.equal(batch["origin"], "self")),
        pc.is_in(batch["kind"], value_set=pa.array(KINDS)),
    )
    for row in batch.select(HEAD).filter(pc.fill_null(able, False)).to_pylist():
        text = row["text"] or ""
        spans = _spans(text)
        if len(spans) > 1:
            of = (row["source"] or "", row["author"] or "")
            half = len(spans) // 2
            top = _lines(text, spans[: min(EDGE, len(spans) - half)])
            bottom = _lines(text, spans[-min(EDGE, half) :])
            words = len(text.split())
            yield _Page(row["id"], of, top, bottom, words)


def _spans(text: str) -> list[tuple[int, int, int]]:
    """Return before, start and end of each line with words; see `Line`."""
    out, at, before = [], 0, 0
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        if _WORD.search(line):
            out.append((before, start, start + len(line)))
            before = at
    return out


def _lines(text: str, spans: Sequence[tuple[int, int, int]]) -> list[Line]:
    out = []
    for before, start, end in spans:
        line = text[start:end]
        says = hash(_DIGITS.sub("0", " ".join(line.casefold().split())))
        words = len(line.split())
        out.append(Line(before, start, end, says, words, bool(_SIGN.search(line))))
    return out
