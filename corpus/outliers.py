"""Tell documents that are unlike their kind: z-scores of figures, a fit over all documents."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.filter import MEASURED
from corpus.rules import size_of

COMPARED = (
    "words",
    "mean_word_length",
    "hash_ratio",
    "ellipsis_ratio",
    "alphabetic_words",
    "newline_ratio",
    "top_2gram",
    "duplicate_10gram",
    "addresses",
    "machine_text",
    "vowels",
    "letter_coincidence",
    "table_lines",
    "duplicate_line_characters",
)
"""Figures that are compared; the number of words by its logarithm."""
LEAST = 30
"""With fewer documents than this of a kind there is no kind to be unlike."""

OUTLIERS = pa.schema(
    [
        ("id", pa.string()),
        ("figure", pa.string()),
        ("value", pa.float64()),
        ("z", pa.float64()),
    ]
)
"""A document, or a session, and the figure by which it is furthest from its kind."""

NORMS = pa.schema(
    [
        ("kind", pa.string()),
        ("figure", pa.string()),
        ("documents", pa.int64()),
        ("mean", pa.float64()),
        ("deviation", pa.float64()),
    ]
)
"""What is usual for a kind."""


class Norm(NamedTuple):
    """How many documents of a kind have a figure, its mean and its standard deviation.

    The mean is rounded to a quarter of the deviation, and the deviation to a quarter of an octave:
    with exact ones every new document would change every z-score, and redo every shard.
    """

    documents: int
    mean: float
    deviation: float


def fit(measured: Sequence[pa.Table], limit: float) -> tuple[pa.Table, pa.Table]:
    """Return the `OUTLIERS` beyond `limit` standard deviations, ordered by id, and the `NORMS`.

    A figure counts only where there is enough text for it (`corpus.rules.SIZES`). The order of
    `measured` changes nothing.
    """
    table = pa.concat_tables([MEASURED.empty_table(), *measured]).combine_chunks()
    kinds = pc.fill_null(table["kind"], "note")
    furthest = np.zeros(table.num_rows)
    which, values = np.full(table.num_rows, -1), np.full(table.num_rows, np.nan)
    norms: list[tuple[object, ...]] = []
    for n, figure in enumerate(COMPARED):
        found = _values(table, figure)
        for kind in sorted(pc.unique(kinds).to_pylist()):
            rows = np.flatnonzero(pc.equal(kinds, kind).to_numpy() & ~np.isnan(found))
            norm = _norm(found[rows])
            if norm is None:
                continue
            norms.append((kind, figure, *norm))
            z = (found[rows] - norm.mean) / norm.deviation
            further = rows[np.abs(z) > np.maximum(np.abs(furthest[rows]), limit)]
            furthest[further] = (found[further] - norm.mean) / norm.deviation
            which[further] = n
            values[further] = table[figure].to_numpy()[further]
    return _outliers(table["id"], which, values, furthest), _rows(norms, NORMS)


def _values(table: pa.Table, figure: str) -> np.ndarray:
    """Return a figure of each row; NaN where there is too little text for it."""
    size, least = size_of(figure)
    found = table[figure].to_numpy().copy()
    found[~(table[size].to_numpy() >= least)] = np.nan
    return np.log1p(found) if figure == "words" else found


def _norm(found: np.ndarray) -> Norm | None:
    """Return what is usual among the values `found`, or None where there is nothing usual."""
    if len(found) < LEAST:
        return None
    found = np.sort(found)  # sums of floats depend on their order
    deviation = float(found.std())
    if deviation <= 1e-12:
        return None
    coarse = float(2.0 ** (round(math.log2(deviation) * 4) / 4))
    return Norm(len(found), round(float(found.mean()) / coarse * 4) * coarse / 4, coarse)


def _outliers(
    ids: pa.ChunkedArray, which: np.ndarray, values: np.ndarray, z: np.ndarray
) -> pa.Table:
    rows = np.flatnonzero(which >= 0)
    names = pa.array([COMPARED[n] for n in which[rows]], pa.string())
    columns = [ids.take(pa.array(rows)), names, pa.array(values[rows]), pa.array(z[rows])]
    return pa.table(columns, OUTLIERS).sort_by("id")


def _rows(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*sorted(rows), strict=True)) or [()] * len(schema)
    arrays = [pa.array(list(c), f.type) for c, f in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema)
