"""Overlaps: the stronger rule wins, nothing found is left uncovered, ends are sorted."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from corpus.redact.entities import Entity, resolve

TEXT = "Ann Lee, 12 Lee Street, ann.lee@example.org"
SPANS = st.builds(
    lambda start, size, type_, rule: Entity(start, min(start + size, len(TEXT)), type_, 0.8, rule),
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 20),
    st.sampled_from(["PERSON", "LOCATION", "EMAIL_ADDRESS"]),
    st.sampled_from(["ner.x", "rule.x", "identity.x", "checksum.x", "thread.x"]),
)


def test_an_address_wins_over_the_name_in_it():
    name = Entity(12, 15, "PERSON", 0.95, "identity.part")
    street = Entity(9, 22, "LOCATION", 0.8, "rule.address")
    assert resolve(TEXT, [name, street]) == [street]


def test_ner_does_not_swallow_what_a_rule_found_but_keeps_the_rest():
    mail = Entity(24, 43, "EMAIL_ADDRESS", 1.0, "rule.email")
    sloppy = Entity(0, 43, "PERSON", 0.85, "ner.person")
    assert resolve(TEXT, [sloppy, mail]) == [sloppy._replace(end=22), mail]


def test_spans_of_one_type_are_united_under_the_stronger_rule():
    part = Entity(4, 7, "PERSON", 0.95, "identity.part")
    found = Entity(0, 5, "PERSON", 0.85, "ner.person")
    assert resolve(TEXT, [part, found]) == [Entity(0, 7, "PERSON", 0.95, "identity.part")]


def test_a_checksum_wins_over_a_rule_of_the_same_length():
    card = Entity(9, 15, "CREDIT_CARD", 1.0, "checksum.card")
    phone = Entity(9, 15, "PHONE_NUMBER", 0.85, "rule.phone")
    assert resolve(TEXT, [phone, card]) == [card]


@given(st.lists(SPANS, max_size=12))
def test_the_result_is_sorted_disjoint_and_in_any_order_the_same(spans):
    resolved = resolve(TEXT, spans)
    assert all(a.end <= b.start for a, b in pairwise(resolved))
    assert resolved == resolve(TEXT, reversed(spans))


@given(st.lists(SPANS.filter(lambda e: not e.rule.startswith("ner")), max_size=12))
def test_no_pair_of_letters_found_is_left_uncovered(spans):
    covered = {i for e in resolve(TEXT, spans) for i in range(e.start, e.end)}
    for span in spans:
        bare = "".join(TEXT[i] for i in range(span.start, span.end) if i not in covered)
        assert not any(
            len([c for c in p if c.isalnum()]) >= 2
            for p in [bare]
            if p == TEXT[span.start : span.end]
        )
