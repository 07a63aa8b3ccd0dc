"""Duplicates of every kind are found and one of each family survives, by the rule."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from corpus.duplicates import VERDICTS, Deduplicate, alarms, fit, sketch
from corpus.lent import give_back, lend
from corpus.near import OPEN, Key, Near
from corpus.schema import DUPLICATES, WORK, record_batch
from corpus.sketches import MESSAGES, UNITS, Sketch
from corpus.stage import check_balance

START = datetime(2024, 5, 1, tzinfo=UTC)
PLAIN = Deduplicate()
RELATIONS = ("same", "same", "version")


def prose(seed: int, length: int = 200) -> str:
    draw = random.Random(seed)
    return " ".join(f"{draw.choice('bdfgklmn')}{draw.randrange(900)}" for _ in range(length))


def edited(text: str, every: int = 45) -> str:
    words = text.split()
    words[7::every] = [f"new{i}{every}" for i in range(len(words[7::every]))]
    return " ".join(words)


def note(id_: str, text: str | None, **more: object) -> dict[str, object]:
    return {"id": id_, "kind": "note", "origin": "self", "text": text, **more}


def chat(thread: str, texts: list[str], **more: object) -> list[dict[str, object]]:
    same = {"kind": "chat", "thread": thread, "session": f"{thread}/1", "origin": "other", **more}
    return [
        {"id": f"{same['session']}/{i}", "position": i, "text": text, **same}
        for i, text in enumerate(texts)
    ]


def judge(rows: list[dict], settings: Deduplicate = PLAIN, size: int = 1000) -> tuple:
    """Return the verdicts by id and the pairs, with batches of `size` rows."""
    batches = [record_batch(rows[i : i + size], WORK) for i in range(0, len(rows), size)]
    verdicts, pairs = fit([sketch(batch, settings) for batch in batches], settings)
    assert verdicts.schema.equals(VERDICTS) and pairs.schema.equals(DUPLICATES)
    ids = verdicts["id"].to_pylist()
    assert ids == sorted(ids) and not set(ids) - {r["id"] for r in rows if not r.get("removed")}
    alone = {"family": None, "cause": None, "other": None, "score": None}
    told = {r["id"]: {"id": r["id"], "survivor": r["id"], **alone} for r in rows}
    return told | {row["id"]: row for row in verdicts.to_pylist()}, pairs


def causes(rows: list[dict], settings: Deduplicate = PLAIN) -> dict[str, str]:
    return {id_: v["cause"] for id_, v in judge(rows, settings)[0].items() if v["cause"]}


def test_exact_normal_and_near_duplicates_leave_one_survivor() -> None:
    text = prose(1)
    rows = [
        note("a", text),
        note("b", text),
        note("c", text.upper().replace(" ", "\n")),
        note("d", edited(text), origin="other"),
        note("e", prose(2)),
    ]
    verdicts, pairs = judge(rows)
    assert [verdicts[i]["cause"] for i in "abcde"] == [None, "exact", "normal", "near", None]
    assert {verdicts[i]["survivor"] for i in "abcd"} == {"a"}
    assert [verdicts[i]["other"] for i in "bcd"] == ["a"] * 3
    assert len({verdicts[i]["family"] for i in "abcd"}) == 1
    assert verdicts["e"] == {
        "id": "e", "family": None, "survivor": "e", "cause": None, "other": None, "score": None,
    }  # fmt: skip
    told = [(r["a"], r["b"], r["relation"], r["survivor"]) for r in pairs.to_pylist()]
    assert told == [("a", x, r, "a") for x, r in zip("bcd", RELATIONS, strict=True)]


def test_copies_of_a_version_are_copies_of_it() -> None:
    rows = [note("a", prose(1) + " and more"), note("b", prose(1)), note("c", prose(1))]
    verdicts, _ = judge(rows)
    assert [verdicts[i]["cause"] for i in "abc"] == [None, "near", "exact"]
    assert [verdicts[i]["other"] for i in "bc"] == ["a", "b"]
    assert [verdicts[i]["survivor"] for i in "bc"] == ["a", "a"]


def test_the_score_is_the_exact_jaccard() -> None:
    words = [f"w{i}" for i in range(104)]
    rows = [note("a", " ".join(words)), note("b", " ".join(words[:96]))]
    verdicts, pairs = judge(rows)
    assert verdicts["b"]["cause"] == "near" and verdicts["b"]["other"] == "a"
    assert verdicts["b"]["score"] == pytest.approx(92 / 100)
    row = pairs.to_pylist()[0]
    assert (row["a"], row["b"], row["containment"]) == ("a", "b", 1.0)


def test_what_is_below_the_threshold_stays() -> None:
    text = prose(3)
    rows = [note("a", text), note("b", edited(text, 15))]
    assert causes(rows) == {}
    loose = Deduplicate(near=Near(threshold=0.4))
    assert len(causes(rows, loose)) == 1


def shingles_of(text: str) -> set[str]:
    words = text.split()
    return {" ".join(words[i : i + 5]) for i in range(len(words) - 4)}


def test_what_a_chain_loses_is_near_to_what_survives() -> None:
    words = [f"w{i:03}" for i in range(500)]
    rows = [note(f"v{k}", " ".join(words[15 * k : 300 - k + 15 * k])) for k in range(12)]
    verdicts, _ = judge(rows)
    kept = {i for i, v in verdicts.items() if v["cause"] is None}
    assert "v0" in kept and 1 < len(kept) < 6
    assert len(verdicts) == 12 and len({v["family"] for v in verdicts.values()}) == 1
    sets = {row["id"]: shingles_of(row["text"]) for row in rows}
    for verdict in verdicts.values():
        if verdict["cause"]:
            one, other = sets[verdict["id"]], sets[verdict["survivor"]]
            assert verdict["survivor"] == verdict["other"] in kept
            assert verdict["score"] == pytest.approx(len(one & other) / len(one | other))
            assert verdict["score"] >= 0.75


def test_an_excerpt_stays_in_the_family_of_the_whole() -> None:
    words = [f"w{i}" for i in range(300)]
    rows = [note("whole", " ".join(words)), note("part", " ".join(words[:200]))]
    verdicts, pairs = judge(rows)
    assert causes(rows) == {}
    assert verdicts["whole"]["family"] == verdicts["part"]["family"] is not None
    (pair,) = pairs.to_pylist()
    assert (pair["a"], pair["b"], pair["relation"]) == ("whole", "part", "excerpt")
    assert pair["containment"] == 1.0 and pair["survivor"] == "whole"


@pytest.mark.parametrize(
    ("rows", "removed"),
    [
        ([note("a", "Buy milk"), note("b", "Buy milk")], {"b": "exact"}),
        ([note("a", "Buy milk"), note("b", "buy MILK!")], {"a": "normal"}),
        ([note("a", "go on", kind="prompt"), note("b", "go on", kind="prompt")], {}),
        ([note("a", "Thanks, Ann!", kind="mail"), note("b", "Thanks, Ann!", kind="mail")], {}),
        ([note("a", ""), note("b", ""), note("c", None)], {}),
        ([note("a", "😀 …"), note("b", "😀 …")], {}),
        ([note("a", prose(1)), note("b", prose(1), removed="filter.short")], {}),
    ],
)
def test_short_empty_and_removed_documents(rows: list[dict], removed: dict[str, str]) -> None:
    assert causes(rows) == removed


@pytest.mark.parametrize(
    ("prefer", "better", "worse"),
    [
        ("longest", {"text": prose(4) + " one more word"}, {}),
        ("newest", {"created": START + timedelta(days=1)}, {"created": START}),
        ("newest", {"created": START}, {}),
        ("oldest", {"created": START}, {"created": START + timedelta(days=1)}),
        ("oldest", {"created": START}, {}),
        ("longest", {"created": START}, {"created": START + timedelta(days=1)}),
        ("longest", {}, {"metadata": '{"draft": true}', "text": prose(4) + " and a word"}),
        ("newest", {}, {"origin": "other", "created": START}),
        ("longest", {"origin": "other"}, {"origin": "quoted", "text": prose(4) + " and more"}),
        ("longest", {"metadata": '{"draft": "yes"}'}, {"origin": "other"}),
        ("newest", {"metadata": '{"draft": "yes"}'}, {"origin": "forwarded", "created": START}),
        ("longest", {"id": "0"}, {}),
    ],
)
def test_who_survives(prefer: str, better: dict, worse: dict) -> None:
    rows = [note("a", prose(4)) | worse, note("b", prose(4)) | better]
    verdicts, _ = judge(rows, Deduplicate(prefer=prefer))
    kept, gone = better.get("id", "b"), "a"
    assert verdicts[kept]["cause"] is None
    assert verdicts[gone]["cause"] and verdicts[gone]["survivor"] == kept


def test_a_preferred_source_survives_longer_pieces_of_others_but_no_draft_does() -> None:
    rows = [
        note("a", prose(4) + " and some more", source="notes"),
        note("b", prose(4), source="blog"),
        note("c", prose(4) + " and", source="mail"),
    ]
    assert judge(rows)[0]["b"]["survivor"] == "a"
    for preferred, kept in ((("blog",), "b"), (("mail", "blog"), "c"), (("wiki",), "a")):
        verdicts, _ = judge(rows, Deduplicate(sources=preferred))
        assert {verdict["survivor"] for verdict in verdicts.values()} == {kept}
    rows[1]["metadata"] = '{"draft": true}'
    assert judge(rows, Deduplicate(sources=("blog",)))[0]["b"]["survivor"] == "a"


def test_short_messages_are_never_duplicates_but_a_session_met_again_is() -> None:
    turns = [prose(50 + i, 9) for i in range(8)]
    rows = [
        *chat("one", [*turns, "ok"]),
        *chat("two", ["ok", *turns]),
        *chat("three", ["ok", "ok", "fine"]),
        *chat("four", ["ok", "ok", "fine"]),
    ]
    verdicts, pairs = judge(rows)
    gone = [i for i, v in verdicts.items() if v["cause"]]
    assert {i.split("/")[0] for i in gone} in ({"one"}, {"two"}) and len(gone) == 9
    assert verdicts["two/1/1"]["other"] == "one/1/0", "each message names its like"
    assert verdicts["one/1/8"]["family"] == verdicts["two/1/0"]["family"]
    assert verdicts["three/1/0"]["family"] is None
    assert pairs.num_rows == 1 and pairs["b"].to_pylist() == ["two/1/0"]


def test_sessions_of_one_thread_are_not_duplicates_of_one_another() -> None:
    turns = ["good morning", "how did you sleep", "well thanks", "coffee"] * 3
    first = chat("t", turns)
    again = chat("t", turns, session="t/2")
    assert causes([*first, *again]) == {}
    elsewhere = causes([*first, *again, *chat("u", turns)])
    assert {i.split("/")[0] for i in elsewhere} == {"u"}


def test_a_session_is_not_compared_with_a_document() -> None:
    text = prose(9)
    assert causes([note("a", text), *chat("t", [text])]) == {}


def library() -> list[dict]:
    rows = [note(f"n{i:03}", prose(i % 40)) for i in range(60)]
    rows += [note(f"m{i:03}", edited(prose(i), 45 + i)) for i in range(30)]
    for thread in ("p", "q"):
        rows += chat(thread, [prose(700 + i, 12) for i in range(10)])
    return rows


def test_neither_order_nor_batches_change_the_result() -> None:
    rows = library()
    whole = judge(rows)
    random.Random(5).shuffle(rows)
    for size in (1, 7, 50):
        verdicts, pairs = judge(rows, size=size)
        assert verdicts == whole[0] and pairs.equals(whole[1])


def test_unrelated_documents_change_nothing() -> None:
    before, pairs = judge(library())
    more = [note(f"a{i}", prose(9000 + i)) for i in range(50)]
    after, more_pairs = judge([*more, *library()])
    assert {i: after[i] for i in before} == before
    assert more_pairs.equals(pairs)


def test_sketches_hold_no_text_and_come_back_from_files() -> None:
    told = [sketch(record_batch([row], WORK), PLAIN) for row in library()]
    stored = []
    for part in told:
        tables = []
        for table, schema in zip(part, (UNITS, MESSAGES), strict=True):
            assert table.schema.equals(schema)
            file = io.BytesIO()
            pq.write_table(table, file)
            tables.append(pq.read_table(file, schema=schema))
        stored.append(Sketch(*tables))
    assert fit(stored, PLAIN)[0].equals(fit(told, PLAIN)[0]) and fit(told, PLAIN)[1].num_rows > 50
    assert not {"text", "title", "author", "people"} & {*UNITS.names, *MESSAGES.names}


def test_a_sketch_depends_on_what_it_says() -> None:
    batch = record_batch(library(), WORK)
    other = Deduplicate(prefer="oldest", near=Near(threshold=0.5, bands=10))
    assert other.sketching() == PLAIN.sketching()
    for ours, theirs in zip(sketch(batch, other), sketch(batch, PLAIN), strict=True):
        assert ours.equals(theirs) and ours.num_rows
    for near in (Near(words=3), Near(min_words=3)):
        assert Deduplicate(near=near).sketching() != PLAIN.sketching()


def test_another_key_gives_other_hashes_and_the_same_families() -> None:
    batch = record_batch(library(), WORK)
    hashes = {"units": ("exact", "normal", "same", "signature", "shingles"),
              "messages": ("exact", "normal", "turn")}  # fmt: skip
    keys = [OPEN, Key.of(b"one"), Key.of(b"other")]
    told = [sketch(batch, PLAIN, key) for key in keys]
    for part, columns in hashes.items():
        for name in columns:
            values = [pc.list_flatten(v) if pa.types.is_large_list(v.type) else v
                      for v in (getattr(s, part)[name] for s in told)]  # fmt: skip
            found = [set(v.to_pylist()) for v in values]
            assert len(set.union(*found)) > 0.99 * sum(map(len, found)) > 0, name
    fitted = [fit([s], PLAIN, key) for s, key in zip(told, keys, strict=True)]
    assert all(v.equals(fitted[0][0]) and p.equals(fitted[0][1]) for v, p in fitted)


def test_a_giant_family_is_reported_and_split_around_survivors() -> None:
    words = [f"w{i}" for i in range(900)]
    rows = [note(f"v{k:02}", " ".join(words[15 * k : 300 + 15 * k])) for k in range(30)]
    assert len({v["family"] for v in judge(rows)[0].values()}) == 1
    small = Deduplicate(giant=10)
    verdicts, pairs = judge(rows, small)
    (alarm,) = alarms(pairs)
    kept = {i for i, v in verdicts.items() if v["cause"] is None}
    assert alarm == {"units": 30, "families": len(kept)} and 3 < len(kept) < 29
    removed = [v for v in verdicts.values() if v["cause"]]
    assert all(v["other"] == v["survivor"] in kept and v["score"] >= 0.75 for v in removed)
    assert len({v["family"] for v in removed}) == len({v["survivor"] for v in removed})


def test_equal_texts_are_no_giant() -> None:
    rows = [note(f"v{k:02}", prose(1)) for k in range(30)]
    _, pairs = judge(rows, Deduplicate(giant=2))
    assert alarms(pairs) == [] and pairs.num_rows == 29


@pytest.mark.parametrize("rows", [[], [note("a", None)], [note("a", "x", removed="filter.short")]])
def test_nothing_to_compare(rows: list[dict]) -> None:
    verdicts, pairs = judge(rows)
    assert pairs.num_rows == 0 and all(v["cause"] is None for v in verdicts.values())
    assert fit([], PLAIN)[0].num_rows == 0


def applied(rows: list[dict], settings: Deduplicate = PLAIN) -> tuple:
    batch = record_batch(rows, WORK)
    verdicts, _ = fit([sketch(batch, settings)], settings)
    key = lend("duplicates-test", verdicts)
    try:
        stage = settings.model_copy(update={"verdicts": key})
        out, events = stage(batch)
        halves = [stage(batch.slice(0, 2)), stage(batch.slice(2))]
    finally:
        give_back(key)
    check_balance(batch, out, stage.step)
    assert pa.Table.from_batches([h[0] for h in halves]).equals(pa.Table.from_batches([out]))
    assert pa.Table.from_batches([h[1] for h in halves]).num_rows == events.num_rows
    return out.to_pylist(), events.to_pylist()


def test_the_stage_removes_and_says_why() -> None:
    text = prose(6)
    rows = [
        note("a", text + " the end"),
        note("b", text),
        note("c", text, pin="keep"),
        note("d", text, removed="filter.short"),
        note("e", prose(7)),
    ]
    out, events = applied(rows)
    assert [r["removed"] for r in out] == [None, "deduplicate.near", None, "filter.short", None]
    assert [r["text"] for r in out] == [r["text"] for r in rows]
    families = [r["family"] for r in out]
    assert families[0] == families[1] == families[2] and families[3:] == [None, None]
    removed, pinned = events
    assert (removed["document"], removed["action"], removed["rule"]) == ("b", "removed", "near")
    assert (removed["other"], removed["threshold"]) == ("a", 0.75)
    assert 0.9 < removed["score"] < 1
    assert (pinned["document"], pinned["action"]) == ("c", "pinned")


def test_a_stage_without_verdicts_changes_nothing() -> None:
    batch = record_batch([note("a", "x"), note("b", "x")], WORK)
    out, events = PLAIN(batch)
    assert out.equals(batch) and events.num_rows == 0


def test_excerpts_do_not_make_a_giant_family() -> None:
    words = [f"w{i}" for i in range(300)]
    rows = [note("whole", " ".join(words))]
    rows += [note(f"part{k}", " ".join(words[50 * k : 200 + 50 * k])) for k in range(3)]
    (family,) = {v["family"] for v in judge(rows)[0].values()}
    assert family is not None
    small = judge(rows, Deduplicate(giant=2))
    assert {v["family"] for v in small[0].values()} == {None} and small[1].num_rows == 3


@pytest.mark.timeout(60)  # it takes a second; comparing all pairs would take many minutes
def test_many_copies_leave_one() -> None:
    rows = [note(f"n{i:05}", "one two three four five six seven eight") for i in range(6000)]
    assert len(causes(rows)) == 5999
