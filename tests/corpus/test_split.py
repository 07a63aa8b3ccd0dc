"""Splits: groups stay whole, recorded splits stay put, nothing held out is trained on."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

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
    return pa.table({"id": list(splits), "split": list(splits.values())})


def splits(table, stage=None, before=None):
    told = fit(table, stage or Split(), before)
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


def test_a_group_recorded_in_two_splits_takes_newcomers_to_the_most_held_out():
    rows = [{"id": name, "session": "s"} for name in ("a", "b", "new")]
    told = splits(documents(*rows), before=recorded(a="train", b="test"))
    assert told == {"a": "train", "b": "test", "new": "test"}


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


def test_only_groups_recorded_in_two_splits_have_events(lent):
    rows = [{"id": name, "session": "s"} for name in ("a", "b", "new")] + [{"id": "other"}]
    told = fit(documents(*rows), Split(), recorded(a="train", b="test"))
    _, events = lent(told)(batch(*rows))
    assert [(e["document"], e["action"], e["rule"]) for e in events.to_pylist()] == [
        ("a", "split", "mixed"),
        ("b", "split", "mixed"),
        ("new", "split", "mixed"),
    ]


def test_a_document_without_an_assignment_is_an_error(lent):
    with pytest.raises(ValueError, match="split: 1 documents in use have no assignment"):
        lent(recorded(a="train"))(batch({"id": "a"}, {"id": "b"}))


def test_shares_that_leave_nothing_to_train_on_are_refused():
    with pytest.raises(ValidationError, match="valid"):
        Split(valid=0.6)
