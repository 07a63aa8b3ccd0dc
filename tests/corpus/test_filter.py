"""Quality rules: each removes what it is named for, and ordinary small writing stays."""

import json
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import ValidationError

from corpus import outliers, sessions
from corpus.figures import FIGURES
from corpus.filter import Filter, measured
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


@contextmanager
def lending(**tables):
    keys = {name: lend(f"test-{name}", table) for name, table in tables.items()}
    try:
        yield keys
    finally:
        for key in keys.values():
            give_back(key)


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
    assert {figure_of(rule) for rule in RULES} <= set(FIGURES)
    assert set(SIZES) <= set(RULES) | {figure_of(rule) for rule in RULES}
    assert all(size in FIGURES for size, _ in SIZES.values())


def test_presets_have_the_thresholds_of_their_papers():
    assert (GOPHER.min_words, GOPHER.max_words, GOPHER.min_stop_words) == (50, 100_000, 2)
    assert (GOPHER.min_mean_word_length, GOPHER.max_mean_word_length) == (3, 10)
    grams = [getattr(GOPHER, f"max_duplicate_{n}gram") for n in range(5, 11)]
    assert grams == [0.15, 0.14, 0.13, 0.12, 0.11, 0.1]
    assert [getattr(GOPHER, f"max_top_{n}gram") for n in (2, 3, 4)] == [0.2, 0.18, 0.16]
    assert (C4.min_sentences, C4.max_brace_lines, C4.max_lorem_ipsum) == (5, 0, 0)
    assert (FINEWEB.min_terminal_lines, FINEWEB.max_short_lines) == (0.12, 0.67)
    assert (FINEWEB.max_duplicate_line_characters, FINEWEB.max_newline_ratio) == (0.01, 0.3)
    asked = {rule for rule in RULES if getattr(WEB, rule) is not None}
    assert asked == set(ELSEWHERE)


@pytest.mark.parametrize("preset", ["personal", "gopher", "c4", "fineweb", "web"])
def test_a_preset_holds_for_every_kind_and_a_table_changes_it(preset):
    stage = Filter.model_validate({"preset": preset, "note": {"min_words": 7}})
    for kind in KINDS:
        same = thresholds(preset)[kind]
        changed = same.model_copy(update={"min_words": 7})
        assert getattr(stage, kind) == (changed if kind == "note" else same)
    assert Filter.model_validate_json(stage.model_dump_json()) == stage
    assert Filter.model_validate(stage.model_dump(exclude_unset=True)) == stage


WEB_CASES = {
    "min-words": (GOPHER, "Much too short."),
    "min-alphabetic-tokens": (GOPHER, "12, 14; 16: it is 18! " * 20),
    "max-duplicate-lines": (GOPHER, PROSE * 3 + "\n" + "and\n" * 9),
    "max-top-2gram": (GOPHER, "we walked and we walked and we walked " * 12),
    "max-duplicate-5gram": (
        GOPHER,
        PROSE + "Then it was time to be going with him. " + PROSE + "It had that and the like.",
    ),
    "min-sentences": (C4, "One sentence of some words. And a second one here.\nno end of it"),
    "max-brace-lines": (C4, "It is written like {this} on the wall.\n" * 6),
    "max-lorem-ipsum": (C4, "Lorem ipsum dolor sit amet, and so on. " * 6),
    "min-terminal-lines": (FINEWEB, "no end of it, word after word after word\n" * 5),
    "max-short-lines": (FINEWEB, "Short it is.\n" + "Shorter.\nShort, too.\nTiny.\n"),
    "max-newline-ratio": (FINEWEB, "So.\n\n\nIt is.\n\n\n\nThe end.\n"),
}


@pytest.mark.parametrize("rule", WEB_CASES)
def test_rules_for_web_pages(rule):
    bounds, text = WEB_CASES[rule]
    only = {r: getattr(bounds, r) for r in RULES if r.replace("_", "-") == rule}
    row = {"text": text, "kind": "essay", "language": "en"}
    out, _ = judged(row, essay=Thresholds(**only, judge_short=True))
    assert out[0]["removed"] == f"filter.{rule}"
    out, _ = judged(row | {"text": PAGE}, essay=bounds)
    assert out[0]["removed"] is None


PAGE = """
The boats came back in the evening, and the whole village went down to the water to look.
Some had been out for three days with hardly any bread, and one of them had lost a sail.
"We are home," said the oldest of the fishermen, "and that is all I have to tell you."
Then they carried the baskets up to the market, where the women were already waiting.
It rained a little. Nobody cared, because there would be soup for everyone that night.
Later the children asked what it had been like, so far from land and without a moon.
"""


def test_web_rules_judge_short_documents_and_ours_do_not():
    text = "Two lines\nand no end"
    assert judged({"text": text}, preset="fineweb")[0][0]["removed"] == "filter.min-terminal-lines"
    assert judged({"text": text})[0][0]["removed"] is None


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"preset": "goofer"}, "preset"),
        ({"note": {"max_addresses": 1.2}}, r"note\.max_addresses"),
        ({"note": {"min_stop_words": -1}}, r"note\.min_stop_words"),
        ({"note": {"min_words": 9, "max_words": 3}}, "min_words is 9"),
        ({"preset": "web", "post": {"min_wrods": 3}}, r"post\.min_wrods"),
        ({"outlier": 0.5}, "outlier"),
        ({"essay": 3}, "essay"),
    ],
)
def test_bad_settings_are_named(told, says):
    with pytest.raises(ValidationError, match=says):
        Filter.model_validate(told)


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
    messages, figures = sessions.fit([batch])
    with lending(sessions=messages, figures=figures) as keys:
        out, events = Filter(**keys)(batch)
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


def test_lent_figures_give_what_measuring_gives():
    rows = [{"id": f"d{n}", "kind": case["kind"], "language": case.get("language"),
             "text": case["text"] * case.get("times", 1)} for n, case in enumerate(CASES)
            if case["kind"] != "chat"]  # fmt: skip
    batch = record_batch(rows, WORK)
    with lending(figures=measured(batch)) as keys:
        out, events = Filter(**keys)(batch)
    plain, plain_events = Filter()(batch)
    assert out.equals(plain) and events.equals(plain_events)


LINKS = "".join(f"See https://{word}.example for more of {word}. " for word in PAGE.split()[5:9])


def test_an_outlier_is_flagged_and_removed_only_by_setting():
    rows = [{"id": f"d{n:03}", "kind": "note", "text": PROSE * (3 + n % 4)} for n in range(120)]
    rows.append({"id": "odd", "kind": "note", "text": PROSE + LINKS})
    rows.append({"id": "kept", "kind": "note", "pin": "keep", "text": rows[-1]["text"]})
    batch = record_batch(rows, WORK)
    found, norms = outliers.fit([measured(batch)], 5.0)
    assert set(found["id"].to_pylist()) == {"odd", "kept"}
    assert {row["documents"] for row in norms.to_pylist()} == {122}
    with lending(outliers=found) as keys:
        flagged, events = Filter(**keys)(batch)
        removed, removals = Filter(**keys, remove_outliers=True)(batch)
    assert flagged["removed"].null_count == 122
    assert [(e["document"], e["action"], e["rule"]) for e in events.to_pylist()] == [
        ("odd", "flagged", "z-addresses"), ("kept", "flagged", "z-addresses"),
    ]  # fmt: skip
    assert all(e["value"] > e["threshold"] == 5.0 for e in events.to_pylist())
    assert removed["removed"].to_pylist()[-2:] == ["filter.z-addresses", None]
    assert [e["action"] for e in removals.to_pylist()] == ["removed", "pinned"]


def test_outliers_do_not_depend_on_order_and_need_enough_documents():
    rows = [{"id": f"d{n:03}", "kind": "note", "text": PROSE * (3 + n % 4)} for n in range(60)]
    rows.append({"id": "odd", "kind": "note", "text": "# " * 90 + PROSE})
    batch = record_batch(rows, WORK)
    whole = outliers.fit([measured(batch)], 4.0)
    parts = [measured(batch.slice(start, 20)) for start in (40, 60, 0, 20)]
    again = outliers.fit(parts, 4.0)
    assert all(a.equals(b) for a, b in zip(whole, again, strict=True))
    assert outliers.fit([measured(batch.slice(35))], 4.0)[0].num_rows == 0
    assert outliers.fit([], 4.0)[0].schema == outliers.OUTLIERS


def test_one_more_usual_document_changes_no_outlier():
    rows = [{"id": f"d{n:03}", "kind": "note", "text": PROSE * (3 + n % 4)} for n in range(120)]
    rows.append({"id": "odd", "kind": "note", "text": PROSE + LINKS})
    before, _ = outliers.fit([measured(record_batch(rows, WORK))], 5.0)
    rows.append({"id": "more", "kind": "note", "text": PROSE * 5})
    after, _ = outliers.fit([measured(record_batch(rows, WORK))], 5.0)
    assert before.num_rows == 1
    assert after.equals(before)


def test_empty_corpus_and_one_document():
    assert judged() == ([], [])
    assert measured(record_batch([], WORK)).num_rows == 0
    assert judged({"text": PROSE})[0][0]["removed"] is None
