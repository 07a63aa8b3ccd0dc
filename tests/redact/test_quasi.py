"""Rare combinations: what is left of people, paired, counted by conversation."""

import pytest

from corpus.redact.quasi import Sign, counted, pairs, rare, signs

KEY = b"0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("She is 34 now", {("AGE", "34")}),
        ("a 52-year-old baker", {("AGE", "52")}),
        ("aged 7, born 3 May 2012", {("AGE", "7"), ("DATE_TIME", "3 may 2012")}),
        ("I work at Norsk Hydro.", {("ORGANIZATION", "norsk hydro")}),
        ("ask Bergen Katedral School", {("ORGANIZATION", "bergen katedral school")}),
        ("her Norwegian aunt", {("NRP", "norwegian")}),
        ("it was 34 km, at 12.30, he is 5 minutes late", set()),
        ("I was working at home", set()),
    ],
)
def test_signs(text, found):
    assert {tuple(sign) for sign in signs(text)} == found


def test_what_is_made_up_singles_nobody_out():
    text = "She works at Norsk Hydro since 3 May 2012"
    start = text.index("3 May")
    assert [s.type for s in signs(text, [(start, len(text))])] == ["ORGANIZATION"]


def test_pairs_are_of_two_types_and_in_one_order():
    told = [Sign("DATE_TIME", "b"), Sign("AGE", "1"), Sign("AGE", "2")]
    assert list(pairs(told)) == list(pairs(told[::-1]))
    assert len(list(pairs(told))) == 2


def document(id_, thread, text):
    return {"id": id_, "thread": thread, "text": text}


def test_a_combination_is_rare_by_the_conversations_it_stands_in():
    text = "She is 34 and works at Norsk Hydro"
    rows = [document("a", "t", text), document("b", "t", text), document("c", None, "Nothing")]
    found = rare(counted(rows, {}, KEY), 2).to_pylist()
    assert [(r["document"], r["types"], r["units"]) for r in found] == [
        ("a", "AGE+ORGANIZATION", 1),
        ("b", "AGE+ORGANIZATION", 1),
    ]
    assert "hydro" not in str(found).lower()
    assert rare(counted([*rows, document("d", "u", text)], {}, KEY), 2).num_rows == 0
    assert rare(counted([*rows, document("d", None, text)], {}, KEY), 3).num_rows == 3
