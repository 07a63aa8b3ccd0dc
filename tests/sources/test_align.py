"""Overlapping exports of one conversation are aligned on runs of equal texts."""

from hypothesis import given
from hypothesis import strategies as st

from corpus.sources.align import MIN_ANCHORS, RUN, align, groups

ENOUGH = RUN + MIN_ANCHORS


def test_a_later_export_is_matched_where_it_overlaps():
    old = [f"m{i}" for i in range(100)]
    new = [f"m{i}" for i in range(40, 130)]
    assert align(old, new) == {n: n + 40 for n in range(60)}


def test_an_edited_message_in_the_overlap_is_not_matched_and_its_neighbours_are():
    old = [f"m{i}" for i in range(50)]
    new = [f"m{i}" for i in range(20, 60)]
    new[10] = "edited"
    matched = align(old, new)
    assert 10 not in matched
    assert matched[9] == 29
    assert matched[11] == 31


def test_repeated_short_texts_do_not_make_strangers_the_same():
    assert align(["ok", "yes"] * 50, ["ok", "yes"] * 30) == {}


def test_few_shared_messages_are_no_evidence():
    shared = [f"s{i}" for i in range(RUN)]
    assert align(["a", "b", *shared], [*shared, "c", "d"]) == {}


@given(st.integers(0, 40), st.integers(ENOUGH, 60), st.integers(0, 40))
def test_every_overlap_of_distinct_texts_is_found_whole(before, shared, after):
    texts = [f"m{i}" for i in range(before + shared + after)]
    old, new = texts[: before + shared], texts[before:]
    assert align(old, new) == {n: n + before for n in range(shared)}


@given(st.lists(st.sampled_from("abc"), max_size=60), st.lists(st.sampled_from("abc"), max_size=60))
def test_matches_are_equal_texts_in_increasing_order(old, new):
    matched = align(old, new)
    assert all(new[n] == old[o] for n, o in matched.items())
    assert list(matched.values()) == sorted(set(matched.values()))


def test_groups_begin_with_the_export_that_starts_earliest_in_any_order():
    texts = [f"m{i}" for i in range(100)]
    parts = [texts[60:], texts[:40], ["other"] * 20, texts[30:70]]
    found = {tuple(i for i, _ in group) for group in groups(parts)}
    assert found == {(1, 3, 0), (2,)}
    chain = next(g for g in groups(parts) if len(g) == 3)
    assert chain == [(1, None), (3, 1), (0, 3)]


def test_of_two_exports_from_the_start_the_shorter_is_first():
    texts = [f"m{i}" for i in range(50)]
    assert groups([texts, texts[:30]]) == [[(1, None), (0, 1)]]
