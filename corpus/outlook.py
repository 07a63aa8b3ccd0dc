"""What the quality rules would do, before they do it: counts and histograms of stored figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.figures import FIGURES
from corpus.filter import MEASURED, Filter
from corpus.rules import RULES, bounds, failures, figure_of, judged_by, shown

COUNTED = ("words", "sentences", "stop_words", "brace_lines", "lorem_ipsum")
"""Figures that are whole numbers; the others are shares, or ratios, or a length."""
IDS = 5


class Bucket(NamedTuple):
    """One bar of a histogram: from above `low` to `high`, and how many documents are in it.

    `kept` of them no rule removes.
    """

    low: float
    high: float
    documents: int
    kept: int

    @property
    def label(self) -> str:
        """The bucket in words: «0», «0.05–0.1», «from 20»."""
        if self.low < 0:
            return f"{self.high:g}"
        return f"from {self.low:g}" if np.isinf(self.high) else f"{self.low:g}–{self.high:g}"


class Outlook(NamedTuple):
    """What one rule would do to the documents of one kind; a chat's documents are its messages.

    Of the `judged` ones `fails` are beyond the `threshold`, and `removes` of those no earlier rule
    has taken. `ids` are some of the worst, a session's for chat.
    """

    kind: str
    rule: str
    threshold: float
    judged: int
    fails: int
    removes: int
    ids: tuple[str, ...]
    histogram: tuple[Bucket, ...]


def outlook(measured: Sequence[pa.Table], settings: Filter) -> list[Outlook]:
    """Return for every kind there is, and every rule asked of it, what it would do.

    `measured` are tables of `MEASURED`; kinds come in the order of their names, rules in that in
    which they are asked. Nothing is removed.
    """
    table = pa.concat_tables([MEASURED.empty_table(), *measured])
    kinds = pc.fill_null(table["kind"], "note")
    out: list[Outlook] = []
    for kind in sorted(pc.unique(kinds).to_pylist()):
        out += _of_kind(kind, table.filter(pc.equal(kinds, kind)), settings)
    return out


def removed_in(table: pa.Table, settings: Filter) -> int:
    """Return how many of the documents measured in `table` some rule, or emptiness, removes."""
    thresholds = settings.bounds_of(table["kind"].to_pylist())
    figures = _matrix(table)
    gone = failures(figures, thresholds).any(axis=1) | (figures[:, 0] == 0)
    return int(table["documents"].to_numpy()[gone].sum())


def _of_kind(kind: str, table: pa.Table, settings: Filter) -> list[Outlook]:
    thresholds = settings.bounds_of([kind]) * table.num_rows
    figures, ids = _matrix(table), table["id"].to_pylist()
    weights = table["documents"].to_numpy()
    fails, values = failures(figures, thresholds), judged_by(figures, thresholds)
    limits = bounds(thresholds[:1])[0]
    blank = figures[:, 0] == 0
    taken, stays = blank.copy(), weights * ~(blank | fails.any(axis=1))
    out = [_empty(kind, blank, weights, ids)] if blank.any() else []
    for n in np.flatnonzero(~np.isnan(limits)).tolist():
        judged = ~np.isnan(values[:, n]) & ~blank
        failed = fails[:, n] & ~blank
        worst = np.flatnonzero(failed)[np.argsort(-np.abs(values[failed, n] - limits[n]))]
        out.append(
            Outlook(
                kind=kind,
                rule=shown(RULES[n]),
                threshold=float(limits[n]),
                judged=int(weights[judged].sum()),
                fails=int(weights[failed].sum()),
                removes=int(weights[failed & ~taken].sum()),
                ids=tuple(ids[row] for row in worst[:IDS].tolist()),
                histogram=histogram(
                    figure_of(RULES[n]), values[judged, n], weights[judged], stays[judged]
                ),
            )
        )
        taken |= failed
    return out


def _empty(kind: str, blank: np.ndarray, weights: np.ndarray, ids: Sequence[str]) -> Outlook:
    """Return what is said of documents without a visible character."""
    count = int(weights[blank].sum())
    some = tuple(ids[row] for row in np.flatnonzero(blank)[:IDS].tolist())
    return Outlook(kind, "empty", 1.0, int(weights.sum()), count, count, some, ())


def _matrix(table: pa.Table) -> np.ndarray:
    columns = [table[name].to_numpy() for name in FIGURES]
    return np.column_stack(columns) if table.num_rows else np.empty((0, len(FIGURES)))


def histogram(
    figure: str, values: np.ndarray, weights: np.ndarray, kept: np.ndarray
) -> tuple[Bucket, ...]:
    """Return the bars of a figure's `values`, each counted as its weight says, all and those kept.

    >>> bars = histogram("words", np.array([1.0, 6.0]), np.array([1, 3]), np.array([0, 3]))
    >>> [(b.label, b.documents, b.kept) for b in bars]
    [('0–1', 1, 0), ('1–2', 0, 0), ('2–4', 0, 0), ('4–8', 3, 3)]
    """
    if not len(values):
        return ()
    edges = _edges(figure, float(values.max()))
    places = np.searchsorted(edges, values)
    counts, stay = (np.bincount(places, weights=w).astype(int).tolist() for w in (weights, kept))
    first = next(n for n, count in enumerate(counts) if count)
    lows = [-1.0, *edges.tolist()]
    return tuple(
        Bucket(lows[n], float(edges[n]), counts[n], stay[n]) for n in range(first, len(counts))
    )


def _edges(figure: str, most: float) -> np.ndarray:
    """Return the upper ends of the buckets of `figure` for values of at most `most`."""
    if figure in COUNTED:
        return np.array([0.0, *(2.0**n for n in range(2 + int(np.log2(most + 1))))])
    if figure == "mean_word_length":
        return np.append(np.arange(0.0, 21.0), np.inf)
    return np.append(np.round(np.arange(0.0, 1.0001, 0.05), 2), np.inf)
