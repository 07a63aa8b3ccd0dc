"""Quality rules: each removes what it is named for, and ordinary small writing stays."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from corpus import sessions
from corpus.filter import Filter
from corpus.lent import give_back, lend
from corpus.presets import C4, ELSEWHERE, FINEWEB, GOPHER, PERSONAL, WEB, thresholds
from corpus.rules import RULES, SIZES, Thresholds, figure_of
from corpus.schema import KINDS, WORK, record_batch

CASES = json.loads((Path(__file__).parents[1] / "cases" / "filter.json").read_text("utf-8"))
PROSE = "We walked down to the harbour and it was cold, so that he had to be carried home. "


def judged(*rows, **settings):
    rows = [{"id": f"d{i}", "kind": "note"} | row for i, row in enumerate(rows)]
    batch, events = Filter(**settings)(record_batch(rows, WORK))
    return batch.to_pylist(), events.to_pylist()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case):
    text = case["text"] * case.get("times", 1)
    row = {"text": text, "kind": case["kind"], "language": case.get("language")}
    out, events = judged(row)
    want = case["rule"]
    assert out[0]["removed"] == (f"filter.{want}" if want else None)
    assert [e["rule"] for e in events] == ([want] if want else [])
    if want and want != "empty":
        value, threshold = events[0]["value"], events[0]["threshold"]
        assert (value > threshold) if want.startswith("max") else (value < threshold)
        assert threshold == getattr(PERSONAL[case["kind"]], want.replace("-", "_"))


def test_every_kind_has_thresholds_and_every_rule_a_figure():
    assert set(PERSONAL) == set(KINDS)
    assert all(name.startswith(("min_", "max_")) for name in RULES)


def test_a_partial_table_keeps_the_rest_of_its_kind():
    essay = Filter.model_validate({"essay": {"min_words": 5}}).essay
    assert essay.min_words == 5 and essay.max_addresses == PERSONAL["essay"].max_addresses
    assert Filter(essay=Thresholds()).essay == Thresholds()
    with pytest.raises(ValidationError, match=r"essay\.max_addresses"):
        Filter.model_validate({"essay": {"max_addresses": 2}})
    with pytest.raises(ValidationError, match=r"note\.min_wrods"):
        Filter.model_validate({"note": {"min_wrods": 2}})


def test_thresholds_are_obeyed():
    out, _ = judged({"text": "Three short words"}, note={"min_words": 4})
    assert out[0]["removed"] == "filter.min-words"


def test_context_is_judged_as_well_and_pins_hold():
    out, events = judged(
        {"text": "x", "role": "context"},
        {"text": "x", "pin": "keep"},
        {"text": "x", "removed": "identify.system"},
        {"text": None},
    )
    assert [d["removed"] for d in out] == [
        "filter.min-words", None, "identify.system", "filter.empty",
    ]  # fmt: skip
    assert [(e["document"], e["action"]) for e in events] == [
        ("d0", "removed"), ("d1", "pinned"), ("d3", "removed"),
    ]  # fmt: skip


def test_chat_is_judged_by_session():
    def turn(n, session, text, **more):
        row = {"id": n, "kind": "chat", "thread": "t", "session": session, "position": int(n[1:])}
        return row | {"text": text} | more

    rows = [
        turn("m1", "good", "Wann kommst du heute Abend?"),
        turn("m2", "good", "ok"),
        turn("m3", "good", "  "),
        turn("m4", "good", "So gegen sieben, der Zug hat wieder Verspätung.", origin="other"),
        turn("m5", "bad", "https://a.example/123456789/aaaaaaaaaaaaaaa"),
        turn("m6", "bad", "lol"),
        turn("m7", "bad", "weg", removed="identify.system"),
    ]
    batch = record_batch(rows, WORK)
    key = lend("test-sessions", sessions.fit([batch], Filter()))
    out, events = Filter(sessions=key)(batch)
    give_back(key)
    assert out["removed"].to_pylist() == [
        None, None, "filter.empty", None,
        "filter.max-addresses", "filter.max-addresses", "identify.system",
    ]  # fmt: skip
    assert out["language"].to_pylist()[:4] == ["de"] * 4
    assert out["language"][6].as_py() is None
    first = events.to_pylist()[1]
    assert first["value"] > first["threshold"] == PERSONAL["chat"].max_addresses


def test_chat_without_verdicts_is_only_checked_for_emptiness():
    out, _ = judged({"kind": "chat", "text": "https://a.example/b"}, {"kind": "chat", "text": "\n"})
    assert [d["removed"] for d in out] == [None, "filter.empty"]


def test_settings_survive_json():
    stage = Filter.model_validate({"note": {"min_words": 4}})
    assert Filter.model_validate_json(stage.model_dump_json()) == stage
    assert hash(stage) == hash(stage.model_copy())
