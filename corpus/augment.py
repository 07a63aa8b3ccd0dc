"""Makes variants of training documents with nlpaug: a few words changed, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, ValidationInfo, field_validator

from corpus.augmenters import ENGLISH, NO_WORDNET, Name, has_wordnet
from corpus.keys import seed
from corpus.schema import DOCUMENTS, VARIANTS
from corpus.spared import Range
from corpus.stage import Ledger, Section, column
from corpus.variation import alike, vary

Kind = Literal["mail", "post", "note", "essay", "prompt"]
StandIns = Mapping[str, Sequence[Range]]
"""Id → where in its text a surrogate or a tag stands for personal data."""


class Augment(Section):
    """Which training documents get variants, and how much those differ."""

    step: ClassVar[str] = "augment"
    version: ClassVar[int] = 2

    share: float = Field(
        0.1,
        ge=0,
        le=1,
        title="Share",
        description="Share of your own training documents that get variants; 0 makes none.",
    )
    per_document: int = Field(
        1, ge=1, le=20, title="Variants each", description="Most variants of one document."
    )
    edits: float = Field(
        0.03,
        gt=0,
        le=0.5,
        title="Words changed",
        description="Share of the words, or of the sentences, that a variant changes; at least "
        "one.",
    )
    augmenters: tuple[Name, ...] = Field(
        ("keyboard", "ocr", "spelling", "swap"),
        min_length=1,
        title="Augmenters",
        description="One is drawn per variant. Misspelt words: keyboard (a neighbouring key), ocr "
        "(a misread letter), spelling (common misspellings, English), swap (two letters "
        "exchanged), delete (a letter left out), split (a blank within a word). Other words: "
        "word-swap (two words exchanged), word-delete (a word left out), synonym (English; only "
        "where NLTK's WordNet is installed). Sentences: sentence-shuffle (two neighbours "
        "exchanged), sentence-drop (one left out).",
    )
    least_alike: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Least alike",
        description="A variant that shares less than this of its pairs of neighbouring words with "
        "its parent (Jaccard) is not written.",
    )
    most_alike: float = Field(
        0.98,
        ge=0,
        le=1,
        title="Most alike",
        description="A variant that shares more than this with its parent is not written.",
    )
    kinds: tuple[Kind, ...] = Field(
        ("mail", "post", "note", "essay"),
        title="Kinds",
        description="Kinds of writing that get variants; chat and code never do.",
    )
    seed: int = Field(
        0,
        ge=0,
        le=(1 << 63) - 1,
        title="Seed",
        description="Decides which documents get variants, and which words change.",
    )

    @field_validator("augmenters")
    @classmethod
    def _installed(cls, names: tuple[Name, ...]) -> tuple[Name, ...]:
        if "synonym" in names and not has_wordnet():
            raise ValueError(NO_WORDNET)
        return names

    @field_validator("most_alike")
    @classmethod
    def _above(cls, most: float, told: ValidationInfo) -> float:
        least = told.data.get("least_alike", 0.0)
        if most < least:
            raise ValueError(f"must be at least least_alike, which is {least}")
        return most


def variants(
    batch: pa.RecordBatch, settings: Augment, stand_ins: StandIns | None = None
) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """Return the variants of the documents in `batch` as `VARIANTS`, and the events.

    Own documents in use of the training split have them. A variant is its parent but for `id`
    (the parent's, «~» and its number), `parent` and `text`, where some words or sentences are
    changed, none in `stand_ins`, and all between them is the parent's. Where the augmenter that
    was drawn can do nothing, the others have their turn. Events are the parent's: action
    «varied», rule the augmenter, value the places changed, other the variant, score how alike the
    two are; or, when only texts too much or too little alike came out, «unvaried», value how
    alike the last was, threshold the bound.
    """
    ledger = Ledger(settings.step)
    rows, ids, texts = [], [], []
    for parent in _chosen(batch, settings, stand_ins or {}):
        seen = {parent.text}
        for n in range(1, settings.per_document + 1):
            made = _variant(parent, n, settings, seen, ledger)
            if made is not None:
                rows.append(parent.row)
                ids.append(f"{parent.id}~{n}")
                texts.append(made)
                seen.add(made)
    return _made(batch, rows, ids, texts), ledger.batch()


class _Parent(NamedTuple):
    """A document to vary, and where it stands in the batch."""

    row: int
    id: str
    text: str
    language: str | None
    stand_ins: Sequence[Range]


def _chosen(batch: pa.RecordBatch, settings: Augment, stand_ins: StandIns) -> list[_Parent]:
    """Return the documents to vary."""
    able = pc.and_(
        pc.and_(pc.is_null(batch.column("removed")), pc.equal(batch.column("origin"), "self")),
        pc.and_(
            pc.equal(batch.column("split"), "train"),
            pc.is_in(batch.column("kind"), value_set=pa.array(settings.kinds, pa.string())),
        ),
    )
    columns = [column(batch, name) for name in ("id", "text", "language")]
    flags = pc.fill_null(able, False).to_pylist()
    return [
        _Parent(row, id_, text, language, stand_ins.get(id_, ()))
        for row, (flag, id_, text, language) in enumerate(zip(flags, *columns, strict=True))
        if flag and text and seed("augment", settings.seed, id_) < settings.share * 2**64
    ]


def _variant(
    parent: _Parent, n: int, settings: Augment, seen: set[str], ledger: Ledger
) -> str | None:
    """Return a text that is none of `seen` and as much alike as asked for, or None."""
    chance = random.Random(seed("augment", settings.seed, parent.id, n))
    names = _fitting(settings.augmenters, parent.language)
    low, high = settings.least_alike, settings.most_alike
    missed: tuple[str, float] | None = None
    for name in chance.sample(names, len(names)):
        text, changed = vary(
            parent.text, name, parent.language, settings.edits, chance, parent.stand_ins
        )
        if not changed or text in seen:
            continue
        share = alike(parent.text, text)
        if low <= share <= high:
            other = f"{parent.id}~{n}"
            ledger.add(parent.id, "varied", name, value=float(changed), other=other, score=share)
            return text
        missed = name, share
    if missed:
        last, share = missed
        bound = low if share < low else high
        ledger.add(parent.id, "unvaried", last, value=share, threshold=bound)
    return None


def _fitting(names: tuple[Name, ...], language: str | None) -> tuple[Name, ...]:
    """Return the augmenters for `language`: some know English words only.

    >>> _fitting(("spelling", "swap"), "de")
    ('swap',)
    """
    return tuple(n for n in names if n not in ENGLISH or language in ("en", None))


def _made(
    batch: pa.RecordBatch, rows: list[int], ids: list[str], texts: list[str]
) -> pa.RecordBatch:
    taken = batch.select(DOCUMENTS.names).take(pa.array(rows, pa.int64()))
    columns = dict(zip(DOCUMENTS.names, taken.columns, strict=True))
    columns |= {
        "id": pa.array(ids, pa.string()),
        "text": pa.array(texts, pa.string()),
        "parent": taken.column("id"),
    }
    return pa.RecordBatch.from_arrays([columns[f.name] for f in VARIANTS], schema=VARIANTS)
