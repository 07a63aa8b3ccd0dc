"""Keep what a model is judged by out of what it learns from: overlap with held-out texts.

Held out are evaluation sets that the person names, and the test split. A training document is not
used when it shares a run of 13 words with an evaluation set (GPT-3's rule, Brown et al. 2020,
appendix C; as there, runs that stand in more than ten documents are phrases everybody uses), or a
tenth of its runs with the test split. Then a guard looks at runs of 8: no training document has
more than a fifth of them, phrases aside, in the test split, and a test document of which training
documents still hold more than a fifth, phrases or not, is not used for testing.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from corpus.held import Held, Learnt, Lengths, Read, Sets
from corpus.lent import borrow
from corpus.stage import Ledger, Removal, Stage, column, used

LEAST_ITEM = 8
"""An item of an evaluation set with fewer words than a run, but with these, is looked for whole."""

VERDICTS = pa.schema(
    [
        ("id", pa.string()),
        ("rule", pa.string()),
        ("value", pa.float64()),
        ("threshold", pa.float64()),
        ("other", pa.string()),
        ("remove", pa.bool_()),
    ]
)
"""A document that shares runs with held-out texts: by which rule, the share of its runs, the
evaluation set or the first test document, and whether that is too much."""


class Decontaminate(Stage):
    """Removes documents that overlap with held-out texts, as lent verdicts say.

    Whatever overlaps has an event with the measured share; what is within the bounds is «flagged».
    """

    step: ClassVar[str] = "decontaminate"

    words: int = Field(
        13,
        ge=LEAST_ITEM,
        le=50,
        title="Words per run",
        description="Runs of this many words, case and punctuation aside, are compared.",
    )
    evaluation: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Overlap with evaluation sets",
        description="Share of a training document's runs that may be in an evaluation set named "
        "in secrets/evaluation.toml; 1 is no bound.",
    )
    test: float = Field(
        0.1,
        ge=0,
        le=1,
        title="Overlap with the test split",
        description="Share of a training document's runs that may be in the test split; 1 is no "
        "bound.",
    )
    common: int = Field(
        10,
        ge=0,
        le=1_000_000,
        title="Common phrase",
        description="A run in more training documents than this is a phrase and does not count; "
        "0: every run counts.",
    )
    guard_words: int = Field(
        8,
        ge=4,
        le=50,
        title="Words per run of the guard",
        description="Runs by which training and test split are compared once more.",
    )
    guard: float = Field(
        0.2,
        ge=0,
        le=1,
        title="Guard",
        description="Share of a document's runs that may be on the other side, in training or in "
        "the test split; 1 is no bound.",
    )
    verdicts: str = Field(
        "",
        json_schema_extra={"private": True},
        title="Verdicts",
        description="Key of the fitted table.",
    )

    def __call__(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Return `batch` without what overlaps too much, and what was measured."""
        ledger = Ledger(self.step)
        if not self.verdicts:
            return batch, ledger.batch()
        removal, in_use, ids = Removal(batch, ledger), used(batch), column(batch, "id")
        table: Any = borrow(self.verdicts)
        place = pc.index_in(batch["id"], value_set=table["id"].combine_chunks())
        rows = table.take(place).to_pylist()
        for row, told in enumerate(rows):
            if told["id"] is None or not in_use[row]:
                continue
            evidence = {name: told[name] for name in ("value", "threshold", "other")}
            if told["remove"]:
                removal.remove(row, told["rule"], **evidence)
            else:
                ledger.add(ids[row], "flagged", told["rule"], **evidence)
        return removal.done(), ledger.batch()


def fit(read: Read, sets: Sets, settings: Decontaminate) -> pa.Table:
    """Return `VERDICTS`, ordered by id, on the training and test documents in use.

    `sets` gives the items of each evaluation set, whenever asked. Memory holds no texts, but at
    most `overlap.AT_ONCE` runs at a time and some numbers for each training and test document.
    """
    lengths = Lengths(settings.words, settings.guard_words, LEAST_ITEM)
    held = Held(read, sets, lengths)
    learnt = Learnt(read, held, settings.common)
    for part in range(held.parts if len(held) else 0):
        learnt.compare(held.indices(part), part)
    rows = _of_training(learnt, settings)
    gone = {id_ for id_, *_, remove in rows if remove}
    exposed, total = np.zeros(len(held.ids)), np.zeros(len(held.ids))
    for part in range(held.parts if held.ids else 0):
        index = held.indices(part)[settings.guard_words]
        total += held.per_document(index, np.ones(len(index.keys), bool))
        exposed += held.per_document(index, learnt.holds(index, part, gone))
    rows += _of_test(held, exposed / np.maximum(total, 1), settings)
    columns = list(zip(*sorted(rows), strict=True)) or [()] * len(VERDICTS)
    arrays = [pa.array(list(c), f.type) for c, f in zip(columns, VERDICTS, strict=True)]
    return pa.table(arrays, VERDICTS)


Row = tuple[str, str, float, float, str | None, bool]


def _of_training(learnt: Learnt, settings: Decontaminate) -> list[Row]:
    """Return the verdicts on the training documents that overlap with something."""
    held, rows = learnt.held, list[Row]()
    bounds = {
        "evaluation": settings.evaluation,
        "test": settings.test,
        "guard": settings.guard,
    }
    shares = learnt.shares()
    found = np.flatnonzero(sum(shares.values()) > 0)
    for n in found.tolist():
        beyond = [rule for rule, bound in bounds.items() if shares[rule][n] > bound]
        rule = next(iter(beyond), "evaluation" if shares["evaluation"][n] else "test")
        value = float(shares[rule][n])
        if value:
            other = held.name(int(learnt.others[rule][n]))
            rows.append((learnt.ids[n], rule, value, bounds[rule], other, bool(beyond)))
    return rows


def _of_test(held: Held, shares: np.ndarray, settings: Decontaminate) -> list[Row]:
    """Return the verdicts on the test documents of which the training documents hold too much."""
    return [
        (held.ids[n], "exposed", float(shares[n]), settings.guard, None, True)
        for n in np.flatnonzero(shares > settings.guard).tolist()
    ]
