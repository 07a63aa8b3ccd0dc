"""Find the texts of a library that are most like some given ones, each verified exactly.

The given texts are put into a datasketch index, and every stored signature is looked up in it.
What only shares a passage, as a page does with its book, has hardly a digest in common with it:
the stored shingles are counted as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from corpus import sketches
from corpus.index import Index
from corpus.near import Near
from corpus.shelf import Shelf
from corpus.views import ragged, view


class Match(NamedTuple):
    """A stored text that is like a given one: its number, exact likeness, and the relation.

    `relation` is same, version or excerpt as in `duplicates`, or None below both thresholds.
    """

    asked: int
    number: int
    unit: str
    jaccard: float
    containment: float
    relation: str | None


def matches(asked: pa.Table, shelf: Shelf, settings: Near, least: float) -> Iterator[list[Match]]:
    """Yield for one shard after another what is like the texts in `asked` (`UNITS`).

    That is: a candidate of the index at any likeness from `least`, and every text that has at
    least that share of its shingles, or of the given text's, in common.
    """
    index = _index(asked, settings)
    given, starts = ragged(asked["shingles"])
    for shard in range(len(shelf.starts) - 1):
        units = shelf.open(shard)
        pairs = {*_candidates(index, units), *_holders(units, given, starts, least)}
        yield _verified(asked, units, pairs, settings, least, int(shelf.starts[shard]))


def _index(asked: pa.Table, settings: Near) -> Index:
    rows, signatures = sketches.signed(asked)
    index = Index(settings)
    index.add(map(str, rows.tolist()), signatures)
    return index


def _candidates(index: Index, units: pa.Table) -> Iterator[tuple[int, int]]:
    """Yield pairs (given text, row) of which a band is the same."""
    rows, signatures = sketches.signed(units)
    for row, found in zip(rows.tolist(), index.queries(signatures), strict=True):
        yield from ((int(name), row) for name in found)


def _holders(
    units: pa.Table, given: np.ndarray, starts: np.ndarray, least: float
) -> Iterator[tuple[int, int]]:
    """Yield pairs (given text, row) that have that share of the smaller's shingles in common."""
    from corpus import likeness

    values, offsets = ragged(units["shingles"])
    sizes = np.diff(offsets)
    for text in range(len(starts) - 1):
        wanted = given[starts[text] : starts[text + 1]]
        table = np.zeros(2 << max(1, len(wanted)).bit_length(), np.uint64)
        likeness.fill(table, wanted)
        counts = np.empty(len(sizes), np.int64)
        likeness.holders(values, offsets, table, counts)
        enough = counts >= np.maximum(1, least * np.minimum(sizes, len(wanted)))
        yield from ((text, row) for row in np.flatnonzero(enough).tolist())


def _verified(
    asked: pa.Table,
    units: pa.Table,
    pairs: set[tuple[int, int]],
    settings: Near,
    least: float,
    start: int,
) -> list[Match]:
    from corpus import likeness

    rows = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    found = likeness.compare(rows, *ragged(asked["shingles"]), *ragged(units["shingles"]))
    words, stored = view(asked["normal"]), view(units["normal"])
    out = []
    for (text, row), (jaccard, part) in zip(rows.tolist(), found.tolist(), strict=True):
        same = words[text] == stored[row]
        version, excerpt = jaccard >= settings.threshold, part >= settings.containment
        relation = "same" if same else "version" if version else "excerpt" if excerpt else None
        if max(jaccard, part) >= least:
            unit = units["unit"][row].as_py()
            out.append(Match(text, start + row, unit, jaccard, part, relation))
    return out


def nearest(found: list[Match], n: int) -> list[Match]:
    """Return for each given text its `n` best matches: by Jaccard, then containment."""
    out: list[Match] = []
    counts: dict[int, int] = {}
    for match in sorted(found, key=lambda m: (m.asked, -m.jaccard, -m.containment, m.unit)):
        counts[match.asked] = counts.get(match.asked, 0) + 1
        if counts[match.asked] <= n:
            out.append(match)
    return out
