"""The outlook says beforehand what the filter then does, and how documents lie about its bounds."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from corpus import sessions
from corpus.figures import FIGURES
from corpus.filter import MEASURED, Filter, measured
from corpus.lent import give_back, lend
from corpus.outlook import histogram, outlook, removed_in
from corpus.rules import RULES, shown
from corpus.schema import WORK, record_batch

CASES = json.loads((Path(__file__).parents[1] / "cases" / "filter.json").read_text("utf-8"))


def batch():
    rows = [
        {"id": f"d{n}", "kind": case["kind"], "language": case.get("language"),
         "text": case["text"] * case.get("times", 1)}
        for n, case in enumerate(CASES)
    ]  # fmt: skip
    chat = [r | {"thread": "t", "session": r["id"], "position": 0} for r in rows]
    return record_batch([c if c["kind"] == "chat" else r for c, r in zip(chat, rows, strict=True)],
                        WORK)  # fmt: skip


@pytest.mark.parametrize("preset", ["personal", "gopher", "c4", "fineweb", "web"])
def test_what_is_foretold_is_what_the_filter_removes(preset):
    documents = batch()
    messages, of_sessions = sessions.fit([documents])
    tables = [measured(documents), of_sessions]
    stage = Filter.model_validate({"preset": preset})
    told = outlook(tables, stage)
    keys = {"sessions": lend("outlook-sessions", messages)}
    keys["figures"] = lend("outlook-figures", tables[0].from_batches(
        [b for t in tables for b in t.to_batches()], MEASURED))  # fmt: skip
    after, events = stage.model_copy(update=keys)(documents)
    for key in keys.values():
        give_back(key)
    happened = {}
    for event in events.to_pylist():
        row = documents["id"].to_pylist().index(event["document"])
        place = (documents["kind"][row].as_py(), event["rule"])
        happened[place] = happened.get(place, 0) + 1
    assert {(o.kind, o.rule): o.removes for o in told if o.removes} == happened
    assert sum(removed_in(table, stage) for table in tables) == sum(happened.values())
    assert len(after) - after["removed"].null_count == sum(happened.values())


def test_bars_count_every_document_judged_and_those_kept():
    told = outlook([measured(batch())], Filter())
    assert {o.rule for o in told} <= {"empty", *map(shown, RULES)}
    for o in told:
        if o.rule == "empty":
            continue
        assert sum(b.documents for b in o.histogram) == o.judged
        assert all(0 <= b.kept <= b.documents for b in o.histogram)
        beyond = [b for b in o.histogram if o.rule.startswith("max") and b.low >= o.threshold]
        assert not any(b.kept for b in beyond), o.rule
        assert o.removes <= o.fails <= o.judged and len(o.ids) <= min(o.fails, 5)


def test_bars_touch_and_hold_every_value():
    rng = np.random.default_rng(1)
    for figure in FIGURES:
        values = rng.random(200) * (300 if figure == "words" else 1.2)
        ones = np.ones(len(values), int)
        bars = histogram(figure, values, ones, ones)
        assert sum(b.documents for b in bars) == 200
        assert all(a.high == b.low for a, b in pairwise(bars))
        assert bars[0].low < values.min() and values.max() <= bars[-1].high
    assert histogram("words", np.array([]), np.array([]), np.array([])) == ()


def test_nothing_measured_nothing_told():
    assert outlook([], Filter()) == []
    assert removed_in(MEASURED.empty_table(), Filter()) == 0
