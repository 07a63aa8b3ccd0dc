"""Texts of like bands meet in any partition, and only verified pairs count."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corpus import buckets
from corpus.buckets import EQUAL, Bands
from corpus.duplicates import verified
from corpus.likeness import BIG, FEW, LOOKED
from corpus.near import Near
from corpus.schema import WORK, record_batch
from corpus.shelf import Shelf
from corpus.sketches import sketch


def prose(seed: int, length: int) -> str:
    draw = random.Random(seed)
    return " ".join(f"{draw.choice('bdfgklmn')}{draw.randrange(900)}" for _ in range(length))


def edited(text: str, every: int) -> str:
    words = text.split()
    words[::every] = [f"new{i}" for i in range(len(words[::every]))]
    return " ".join(words)


def jaccard(a: str, b: str, size: int = 5) -> float:
    sets = []
    for text in (a, b):
        words = text.split()
        sets.append({tuple(words[i : i + size]) for i in range(len(words) - size + 1)})
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def shelf_of(texts: list[str], near: Near, shards: int = 1) -> Shelf:
    rows = [
        {"id": f"d{n:05}", "kind": "note", "origin": "self", "text": t} for n, t in enumerate(texts)
    ]
    cuts = np.array_split(np.arange(len(rows)), shards)
    batches = [record_batch([rows[n] for n in cut], WORK) for cut in cuts]
    return Shelf.of([sketch(batch, near).units.combine_chunks() for batch in batches])


def edges_of(texts: list[str], near: Near, shards: int = 1, partitions: int = 1) -> list:
    shelf = shelf_of(texts, near, shards)
    cut = [
        buckets.cut(buckets.bands(shelf.open(n), near), partitions)
        for n in range(len(shelf.starts) - 1)
    ]
    starts = shelf.starts[:-1].tolist()
    met = [buckets.meet(parts, starts, shelf.look) for parts in zip(*cut, strict=True)]
    pairs = buckets.distinct(np.concatenate([m.pairs for m in met]))
    return verified(shelf, pairs, near).tolist()


def test_only_verified_candidates_count() -> None:
    base = prose(3, 600)
    texts = [base, edited(base, 40), edited(base, 17), prose(4, 600)]
    above, below = jaccard(base, texts[1]), jaccard(base, texts[2])
    assert above > 0.75 > below > 0.5, "the case is on both sides of the threshold"
    (edge,) = edges_of(texts, Near())
    assert edge[:2] == [0, 1] and edge[2] == pytest.approx(above)
    assert [e[:2] for e in edges_of(texts, Near(threshold=0.5))] == [[0, 1], [0, 2]]


def test_neither_shards_nor_partitions_change_what_is_found() -> None:
    texts = [prose(i % 40, 80) if i % 3 else edited(prose(i % 40, 80), 30 + i) for i in range(120)]
    whole = edges_of(texts, Near())
    assert len(whole) > 30
    for shards, partitions in ((1, 8), (5, 1), (7, 4), (120, 2)):
        assert edges_of(texts, Near(), shards, partitions) == whole


@pytest.mark.parametrize(("bands", "rows", "least"), [(25, 5, 0.985), (14, 8, 0.7)])
def test_recall_over_random_edits_is_what_the_bands_promise(
    bands: int, rows: int, least: float
) -> None:
    texts, close = [], []
    for i in range(150):
        base = prose(1000 + i, 250)
        texts += [base, edited(base, 30 + i)]
        close.append(jaccard(*texts[-2:]) >= 0.75)
    found = {tuple(e[:2]) for e in edges_of(texts, Near(bands=bands, rows=rows)) if e[2] >= 0.75}
    hits = [(2 * i, 2 * i + 1) in found for i in range(150)]
    assert sum(close) > 100
    assert sum(f for f, c in zip(hits, close, strict=True) if c) >= least * sum(close)
    assert not any(f for f, c in zip(hits, close, strict=True) if not c)


def met(same: list[int], apart: list[int]) -> list:
    """Return the pairs of texts that all share one band."""
    n = len(same)
    found = Bands(np.full(n, 9, np.uint64), np.arange(n, dtype=np.uint32))
    columns = np.array([same, apart], np.uint64)
    return buckets.meet([found], [0], lambda numbers: (columns[0, numbers], columns[1, numbers]))


def test_the_first_of_equal_texts_stands_for_all_and_threads_are_kept_apart() -> None:
    assert met([5, 5, 6], [0, 0, 0]).pairs.tolist() == [[0, 2]]
    assert met([1, 2, 3], [7, 7, 8]).pairs.tolist() == [[0, 2], [1, 2]]
    assert met([1, 2], [0, 7]).pairs.tolist() == []


def test_in_a_big_bucket_each_is_compared_with_some() -> None:
    n = 2 * BIG
    pairs = met(list(range(n)), [0] * n).pairs
    assert n < len(pairs) <= n * FEW
    assert {1} == set(np.diff(np.unique(pairs))), "all are in some pair"


def test_copies_change_nothing_in_what_is_compared() -> None:
    once = met(list(range(40)), [0] * 40).pairs.tolist()
    assert len(once) > 500
    copied = [*range(40), *[20] * (2 * LOOKED)]
    assert met(copied, [0] * len(copied)).pairs.tolist() == once


def test_equal_words_meet_without_a_band() -> None:
    keys = np.array([3, 4, 3, 3], np.uint64)
    rows = np.arange(2, dtype=np.uint32) | EQUAL
    parts = [Bands(keys[:2], rows), Bands(keys[2:], rows)]
    found = buckets.meet(parts, [10, 20], lambda numbers: (numbers, numbers))
    assert sorted(found.same.tolist()) == [[10, 10], [20, 10], [21, 10]]
    assert found.pairs.shape == (0, 2)


def test_a_cut_loses_nothing() -> None:
    draw = np.random.default_rng(1)
    found = Bands(draw.integers(0, 2**64, 999, np.uint64), np.arange(999, dtype=np.uint32))
    parts = buckets.cut(found, 8)
    assert len(parts) == 8 and all(len(p.keys) for p in parts)
    assert sorted(np.concatenate([p.rows for p in parts]).tolist()) == list(range(999))
    assert all(set((p.keys >> np.uint64(61)).tolist()) == {n} for n, p in enumerate(parts))
