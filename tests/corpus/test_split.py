"""Splits: groups stay whole, recorded splits stay put, nothing held out is trained on."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from corpus import decontaminate
from corpus.decontaminate import Decontaminate
from corpus.lent import give_back, lend
from corpus.schema import WORK, record_batch
from corpus.split import Split, fit
from corpus.stage import run

COLUMNS = ["id", "family", "session", "created", "removed", "origin"]
START = datetime(2020, 1, 1, tzinfo=UTC)


def batch(*rows):
    plain = {"origin": "self", "removed": None, "text": "words"}
    return record_batch([{**plain, **row} for row in rows], WORK)


def documents(*rows):
    return pa.Table.from_batches([batch(*rows)]).select(COLUMNS)


def alone(count, **extra):
    return [{"id": f"d{i:04}", **extra} for i in range(count)]


def recorded(**splits):
    names = pa.array(list(splits.values()), pa.string())
    return pa.table({"id": pa.array(list(splits), pa.string()), "split": names})


def splits(table, stage=None, before=None):
    told = fit(table, stage or Split(), before).assignments
    return dict(zip(told["id"].to_pylist(), told["split"].to_pylist(), strict=True))


@given(
    st.lists(
        st.tuples(st.sampled_from([None, *"abcdef"]), st.sampled_from([None, *"uvwxyz"])),
        min_size=1,
        max_size=60,
    ),
    st.integers(0, 50),
)
@settings(max_examples=60, deadline=None)
def test_what_shares_a_family_or_a_session_is_never_parted(links, seed):
    rows = [{"id": f"d{i}", "family": f, "session": s} for i, (f, s) in enumerate(links)]
    told = splits(documents(*rows), Split(valid=0.3, test=0.3, seed=seed))
    for name in ("family", "session"):
        for value in {row[name] for row in rows} - {None}:
            assert len({told[row["id"]] for row in rows if row[name] == value}) == 1


def test_links_reach_through_other_documents():
    rows = [
        {"id": "b", "family": "f", "session": "s"},
        {"id": "a", "family": "f"},
        {"id": "c", "session": "s"},
    ]
    for seed in range(30):
        told = splits(documents(*alone(30), *rows), Split(valid=0.4, test=0.4, seed=seed))
        assert told["a"] == told["b"] == told["c"]


def test_equal_names_of_a_family_and_a_session_do_not_link():
    rows = [{"id": "a", "family": "x"}, {"id": "b", "session": "x"}]
    seeds = [
        splits(documents(*alone(30), *rows), Split(valid=0.4, test=0.4, seed=s)) for s in range(30)
    ]
    assert any(told["a"] != told["b"] for told in seeds)


def test_shares_are_about_what_was_asked_for():
    counts = Counter(splits(documents(*alone(4000)), Split(valid=0.1, test=0.2)).values())
    assert abs(counts["valid"] / 4000 - 0.1) < 0.02
    assert abs(counts["test"] / 4000 - 0.2) < 0.02


def test_order_and_unrelated_documents_change_nothing():
    few, many = alone(200), alone(600)
    told = splits(documents(*few))
    assert splits(documents(*reversed(few))) == told
    more = splits(documents(*many))
    assert {id_: more[id_] for id_ in told} == told
    assert splits(documents(*few), Split(seed=1)) != told


def test_another_shard_layout_changes_nothing():
    rows = [{"id": f"d{i}", "family": f"f{i // 3}"} for i in range(120)]
    chunks = pa.concat_tables([documents(*rows[:50]), documents(*rows[50:])])
    assert splits(chunks) == splits(documents(*rows))


@pytest.mark.parametrize("by_time", [False, True])
@pytest.mark.parametrize("seed", range(25))
def test_a_small_library_has_every_part_with_own_words(seed, by_time):
    others = [{"id": f"o{i}", "origin": "other"} for i in range(20)]
    rows = [{"created": START + timedelta(days=i), **row} for i, row in enumerate(alone(20))]
    told = splits(documents(*rows, *others), Split(seed=seed, by_time=by_time))
    own = Counter(told[row["id"]] for row in rows)
    assert own["train"] >= 15
    assert own["valid"] >= 1
    assert own["test"] >= 1


def test_a_share_of_nothing_holds_nothing_out():
    told = splits(documents(*alone(100)), Split(valid=0, test=0))
    assert set(told.values()) == {"train"}


def test_a_group_too_large_to_hold_out_is_trained_on():
    chat = [{"id": f"c{i}", "session": "s"} for i in range(40)]
    for by_time in (False, True):
        for seed in range(20):
            stage = Split(valid=0.45, test=0.45, seed=seed, by_time=by_time)
            assert splits(documents(*chat, *alone(60)), stage)["c0"] == "train"


def test_the_latest_writing_is_held_out_by_time():
    rows = [{"id": f"d{i:03}", "created": START + timedelta(days=i)} for i in range(100)]
    told = splits(documents(*rows), Split(by_time=True, valid=0.1, test=0.2))
    assert [told[f"d{i:03}"] for i in range(100)] == ["train"] * 70 + ["valid"] * 10 + ["test"] * 20


def test_undated_writing_is_not_taken_for_the_latest():
    rows = [{"id": f"d{i}", "created": START + timedelta(days=i)} for i in range(50)]
    told = splits(documents(*rows, {"id": "undated"}), Split(by_time=True))
    assert told["undated"] == "train"
    assert told["d49"] == "test"


def test_a_removed_document_has_no_split_and_links_nothing():
    bridge = {"id": "bridge", "family": "f", "session": "s", "removed": "filter.short"}
    rows = [{"id": "a", "family": "f"}, {"id": "b", "session": "s"}, bridge]
    seeds = [
        splits(documents(*alone(30), *rows), Split(valid=0.4, test=0.4, seed=s)) for s in range(30)
    ]
    assert all("bridge" not in told for told in seeds)
    assert any(told["a"] != told["b"] for told in seeds)


def test_a_recorded_split_never_moves():
    first = splits(documents(*alone(200)))
    before = recorded(**first)
    again = splits(documents(*alone(400)), Split(seed=9, valid=0.3), before)
    assert {id_: again[id_] for id_ in first} == first


def test_newcomers_follow_the_recorded_split_of_their_group():
    for name in ("train", "valid", "test"):
        rows = [{"id": "old", "family": "f"}, {"id": "new", "family": "f"}]
        assert splits(documents(*rows), before=recorded(old=name))["new"] == name


def test_a_newcomer_that_would_join_two_splits_is_out():
    rows = [
        {"id": "a", "family": "f"},
        {"id": "b", "session": "s"},
        {"id": "bridge", "family": "f", "session": "s"},
        {"id": "beside", "family": "f"},
    ]
    told = splits(documents(*rows), before=recorded(a="train", b="test"))
    assert told == {"a": "train", "b": "test", "bridge": None, "beside": "train"}


def test_of_a_chain_that_would_join_two_splits_one_goes():
    chain = [
        {"id": "n1", "family": "f", "session": "x"},
        {"id": "n2", "family": "g", "session": "x"},
        {"id": "n3", "family": "g", "session": "s"},
    ]
    rows = [{"id": "a", "family": "f"}, *chain, {"id": "b", "session": "s"}]
    for order in (rows, rows[::-1]):
        told = splits(documents(*order), before=recorded(a="valid", b="test"))
        assert told == {"a": "valid", "n1": "valid", "n2": "valid", "n3": None, "b": "test"}


def test_a_pinned_newcomer_stays_with_the_most_held_out():
    rows = [{"id": "a", "family": "f"}, {"id": "b", "session": "s"}]
    bridge = {"id": "new", "family": "f", "session": "s", "pin": "keep"}
    table = pa.Table.from_batches([batch(*rows, bridge, {"id": "side", "family": "f"})])
    told = fit(table, Split(), recorded(a="train", b="test")).assignments.to_pylist()
    assert told[3] == {"id": "side", "split": "train", "why": None}
    assert told[2] == {"id": "new", "split": "test", "why": "pinned"}
    assert [row["split"] for row in told[:2]] == ["train", "test"]


def test_a_removed_bridge_is_not_recorded_and_may_come_back():
    rows = [{"id": name, "session": "s"} for name in ("a", "b", "new")]
    told = fit(documents(*rows), Split(), recorded(a="train", b="test")).assignments
    assert dict(zip(told["id"].to_pylist(), told["split"].to_pylist(), strict=True))["new"] is None
    apart = [{"id": "a", "session": "s"}, {"id": "b"}, {"id": "new", "session": "s"}]
    assert splits(documents(*apart), before=told)["new"] == "train"
    assert "new" not in splits(documents({"id": "a"}), before=told)


LINK = st.sampled_from([None, *"abcdef"])


@given(
    st.lists(
        st.tuples(LINK, LINK, st.sampled_from([None, None, "train", "valid", "test"])),
        max_size=40,
    ),
    st.randoms(),
)
@settings(max_examples=150, deadline=None)
def test_no_newcomer_ever_stands_beside_two_splits(links, chance):
    rows = [
        {"id": f"d{i:02}", "family": f, "session": s and "s" + s}
        for i, (f, s, _) in enumerate(links)
    ]
    before = {f"d{i:02}": split for i, (_, _, split) in enumerate(links) if split}
    told = splits(documents(*rows), Split(valid=0.2, test=0.2), recorded(**before))
    assert {id_: told[id_] for id_ in before} == before
    linked = {row["id"]: {row["family"], row["session"]} - {None} for row in rows}
    for id_, split in told.items():
        if id_ not in before and split:
            near = {told[other] for other in told if linked[id_] & linked[other]} - {None}
            assert near <= {split}
    chance.shuffle(rows)
    assert splits(documents(*rows), Split(valid=0.2, test=0.2), recorded(**before)) == told


def test_a_removed_document_hands_its_recorded_split_to_its_successor():
    old = {"id": "old", "family": "f", "removed": "deduplicate.near"}
    for seed in range(10):
        told = splits(
            documents(*alone(40), old, {"id": "new", "family": "f"}),
            Split(seed=seed),
            recorded(old="test"),
        )
        assert told["new"] == "test"
        assert told["old"] == "test"


def test_a_recorded_document_that_is_gone_is_remembered():
    told = splits(documents({"id": "a"}), before=recorded(gone="valid"))
    assert told["gone"] == "valid"
    assert splits(documents({"id": "gone"}), before=recorded(**told))["gone"] == "valid"


def test_an_empty_library_has_no_assignments():
    assert splits(documents()) == {}
    assert splits(documents(), Split(by_time=True), recorded(gone="test")) == {"gone": "test"}


def weighed(weights, **extra):
    rows = alone(len(weights), **extra)
    return documents(*rows).append_column("weight", pa.array(weights, pa.int64()))


def parts(table, stage, before=None):
    told = fit(table, stage, before)
    split = dict(zip(*(told.assignments[n].to_pylist() for n in ("id", "split")), strict=True))
    total = sum(table["weight"].to_pylist()) or 1
    has = Counter()
    for id_, weight in zip(table["id"].to_pylist(), table["weight"].to_pylist(), strict=True):
        has[split[id_]] += weight / total
    return has, told


SHARE = st.sampled_from([0.0, 0.03, 0.05, 0.1, 0.2, 0.3])


@given(
    st.lists(st.integers(0, 10**6), max_size=80),
    st.lists(st.sampled_from([None, *"abcdefgh"]), min_size=80, max_size=80),
    SHARE,
    SHARE,
    st.booleans(),
    st.integers(0, 99),
)
@settings(max_examples=200, deadline=None)
def test_shares_hold_by_weight_or_it_is_said_why(weights, families, valid, test, by_time, seed):
    rows = [
        {**row, "family": f, "created": START + timedelta(days=i)}
        for i, (row, f) in enumerate(zip(alone(len(weights)), families, strict=False))
    ]
    table = documents(*rows).append_column("weight", pa.array(weights, pa.int64()))
    stage = Split(valid=valid, test=test, by_time=by_time, seed=seed)
    has, told = parts(table, stage)
    for share in told.shares:
        assert share.has == pytest.approx(has[share.part])
        assert bool(share.why) or abs(share.has - share.asked) <= 0.02 + 1e-9
        assert not share.why or share.sentence().startswith(f"split: {share.part} has ")


@pytest.mark.parametrize("by_time", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_shares_hold_where_weights_are_uneven(seed, by_time):
    weights = [int(10**6 / (rank + 10)) for rank in range(500)]
    stage = Split(valid=0.1, test=0.05, seed=seed, by_time=by_time)
    has, told = parts(weighed(weights), stage)
    assert abs(has["test"] - 0.05) <= 0.02
    assert abs(has["valid"] - 0.1) <= 0.02
    assert {share.why for share in told.shares} == {""}
    assert set(told.assignments["why"].to_pylist()) == {None}


def test_one_document_with_nearly_all_the_weight_is_trained_on_and_said():
    _, told = parts(weighed([10**9, *[1000] * 400]), Split(valid=0.1, test=0.1))
    rows = told.assignments.to_pylist()
    assert rows[0] == {"id": "d0000", "split": "train", "why": "large"}
    assert {row["why"] for row in rows[1:]} == {None}
    assert {share.why for share in told.shares} == {"large"}
    small = Counter(row["split"] for row in rows[1:])
    assert small["train"] >= 200
    assert min(small["valid"], small["test"]) >= 20


@pytest.mark.parametrize("by_time", [False, True])
@pytest.mark.parametrize(
    "rows",
    [
        alone(1),
        alone(50, family="f"),
        alone(50, session="s"),
        [{"id": f"d{i}", "family": f"f{i // 2}", "session": f"s{(i + 1) // 2}"} for i in range(40)],
    ],
    ids=["one document", "one family", "one session", "one chain"],
)
def test_what_cannot_be_parted_is_trained_on_and_said(rows, by_time):
    told = fit(documents(*rows), Split(by_time=by_time), None)
    assert set(told.assignments["split"].to_pylist()) == {"train"}
    assert set(told.assignments["why"].to_pylist()) == {"large"}
    assert [(s.part, s.has, s.why) for s in told.shares] == [
        ("valid", 0.0, "large"),
        ("test", 0.0, "large"),
    ]
    assert told.shares[1].sentence() == (
        "split: test has 0.0% of the text, not 5.0%: "
        "the families and sessions left are larger than what is missing"
    )


def test_recorded_splits_that_leave_no_choice_are_said():
    before = recorded(**{row["id"]: "test" for row in alone(50)})
    _, told = parts(weighed([1] * 100), Split(), before)
    assert {s.part: s.why for s in told.shares} == {"valid": "", "test": "recorded"}


def test_an_empty_library_says_that_there_is_nothing():
    assert [s.why for s in fit(documents(), Split(), None).shares] == ["empty", "empty"]
    none = Split(valid=0, test=0)
    assert [s.why for s in fit(documents(), none, None).shares] == ["", ""]


def grams(text):
    words = text.split()
    return [tuple(words[i : i + 8]) for i in range(len(words) - 7)]


def crossing(batch_, sides=("train", "test")):
    """Return the largest share of a document's runs of 8 words on the other side."""
    used = [row for row in batch_.to_pylist() if row["removed"] is None]
    texts = {side: [grams(r["text"]) for r in used if r["split"] == side] for side in sides}
    assert all(texts.values())
    worst = 0.0
    for side, other in (sides, sides[::-1]):
        there = {gram for text in texts[other] for gram in text}
        worst = max([worst, *(sum(g in there for g in t) / len(t) for t in texts[side] if t)])
    return worst


@pytest.mark.parametrize("seed", range(5))
def test_nothing_held_out_is_trained_on_in_a_corpus_made_of_its_own_passages(seed, lent):
    chance = random.Random(seed)
    passages = [[f"p{n}w{i}" for i in range(40)] for n in range(120)]
    rows = []
    for i in range(400):  # each is of its own family, and half of it stands in some others
        own = [f"d{i}w{k}" for k in range(chance.choice([10, 40, 80]))]
        words = [*own, *chance.choice(passages)] if chance.random() < 0.5 else own
        rows.append({"id": f"d{i:03}", "text": " ".join(words)})
    told = fit(documents(*rows), Split(test=0.1, seed=seed), None).assignments
    parted, _ = lent(told)(batch(*rows))
    assert crossing(parted) > 0.2
    stage = Decontaminate()
    verdicts = decontaminate.fit(lambda: iter([parted]), {}, stage)
    key = lend("verdicts", verdicts)
    clean, _ = stage.model_copy(update={"verdicts": key})(parted)
    give_back(key)
    assert crossing(clean) <= 0.2


@pytest.fixture
def lent():
    keys = []

    def lending(table):
        keys.append(lend(f"assignments-{len(keys)}", table))
        return Split(assignments=keys[-1])

    yield lending
    for key in keys:
        give_back(key)


def test_the_stage_fills_used_documents_only(lent):
    rows = [{"id": "a"}, {"id": "b", "removed": "filter.short"}, {"id": "c"}]
    stage = lent(recorded(c="test", b="train", a="train"))
    after, events = run([stage], batch(*rows))
    assert after.column("split").to_pylist() == ["train", None, "test"]
    assert events[0].num_rows == 0


def test_only_what_there_is_to_say_has_events(lent):
    rows = [{"id": name, "session": "s"} for name in ("a", "b", "new")]
    rows += [{"id": "kept", "session": "s", "pin": "keep"}, *alone(97)]
    table = pa.Table.from_batches([batch(*rows)])
    told = fit(table, Split(), recorded(a="train", b="test")).assignments
    after, events = run([lent(told)], batch(*rows))
    assert [(e["document"], e["action"], e["rule"]) for e in events[0].to_pylist()] == [
        ("a", "split", "mixed"),
        ("b", "split", "mixed"),
        ("new", "removed", "bridge"),
        ("kept", "pinned", "bridge"),
    ]
    assert after.column("removed").to_pylist()[:4] == [None, None, "split.bridge", None]
    assert after.column("split").to_pylist()[:4] == ["train", "test", None, "test"]


def test_a_document_without_an_assignment_is_an_error(lent):
    with pytest.raises(ValueError, match="split: 1 documents in use have no assignment"):
        lent(recorded(a="train"))(batch({"id": "a"}, {"id": "b"}))


def test_shares_that_leave_nothing_to_train_on_are_refused():
    with pytest.raises(ValidationError, match="valid"):
        Split(valid=0.6)
