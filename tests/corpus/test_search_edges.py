"""The duplicate search at its edges: nothing, one, all alike, none alike, one huge, very many."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from corpus.duplicates import Deduplicate, alarms, fit, sketch
from corpus.schema import WORK

PLAIN = Deduplicate()
WORDS = [f"w{i:04}" for i in range(5000)]


def judge(texts: list[str], settings: Deduplicate = PLAIN) -> tuple[pa.Table, pa.Table]:
    n = len(texts)
    told = {"id": [f"d{i:07}" for i in range(n)], "text": texts}
    told |= {"kind": ["note"] * n, "origin": ["self"] * n}
    arrays = [
        pa.array(told[f.name], f.type) if f.name in told else pa.nulls(n, f.type) for f in WORK
    ]
    batch = pa.RecordBatch.from_arrays(arrays, schema=WORK)
    starts = range(0, max(1, n), 2000)
    return fit([sketch(batch.slice(i, 2000), settings) for i in starts], settings)


def prose(seed: int, length: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


@pytest.mark.parametrize("texts", [[], [""], ["one"], [prose(1, 50)]])
def test_nothing_or_one(texts: list[str]) -> None:
    verdicts, pairs = judge(texts)
    assert verdicts.num_rows == pairs.num_rows == 0


def test_no_duplicates() -> None:
    verdicts, pairs = judge([prose(i, 60) for i in range(500)])
    assert verdicts.num_rows == pairs.num_rows == 0 and alarms(pairs) == []


def test_all_duplicates() -> None:
    verdicts, pairs = judge([prose(1, 60)] * 500)
    causes = verdicts["cause"].to_pylist()
    assert causes.count("exact") == 499 == pairs.num_rows and causes.count(None) == 1
    assert len(set(verdicts["family"].to_pylist())) == 1


def test_thousands_of_letters_of_one_form_are_split_and_reported() -> None:
    form = prose(1, 60)
    verdicts, pairs = judge([f"{form} {i} {i + 1}" for i in range(3000)])
    assert alarms(pairs) == [{"units": 3000, "families": 1}]
    assert verdicts["cause"].to_pylist().count(None) == 1


@pytest.mark.timeout(60)  # it takes a second; comparing each part with all would take an hour
def test_a_chain_of_very_many_is_split_around_survivors() -> None:
    words = [f"w{i}" for i in range(150_100)]
    verdicts, pairs = judge([" ".join(words[10 * k : 10 * k + 200]) for k in range(15_000)])
    (alarm,) = alarms(pairs)
    assert alarm["units"] == 15_000 and 4_000 < alarm["families"] < 8_000
    told = [row for row in verdicts.to_pylist() if row["cause"]]
    assert len(told) > 7_000 and all(row["other"] == row["survivor"] for row in told)
    assert min(row["score"] for row in told) >= PLAIN.near.threshold


@pytest.mark.slow
def test_one_document_of_fifty_megabytes() -> None:
    huge = prose(1, 8_400_000)
    assert len(huge) > 50_000_000
    verdicts, pairs = judge([huge, huge + " and more", prose(2, 60)])
    assert verdicts["cause"].to_pylist().count("near") == 1
    assert pairs["jaccard"][0].as_py() > 0.99


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_million_documents_of_one_word() -> None:
    verdicts, pairs = judge([f"w{i}" for i in range(1_000_000)])
    assert verdicts.num_rows == pairs.num_rows == 0
    verdicts, pairs = judge(random.Random(3).choices(WORDS, k=1_000_000))
    assert verdicts["cause"].to_pylist().count("exact") == 995_000 == pairs.num_rows
