"""Pins on values: nothing tells the value, the value is met again, and it is heeded everywhere."""

import pyarrow as pa
import pytest

from corpus import lent
from corpus.people import People, Person
from corpus.redact import Redact, find_entities, leak, names
from corpus.redact.pins import TooShort, heeded, met, pin
from corpus.schema import WORK, record_batch

KEY = b"0123456789abcdef"
RULES = Redact(ner=False)
TEXTS = ["Dear Bosse, the Nightjar flies.", "(Project Nightjar), call +47 900 11 222."]


def test_a_pin_tells_nothing_of_its_value():
    pinned = pin(KEY, "Project Nightjar", "deny").model_dump_json().lower()
    assert "nightjar" not in pinned
    assert pin(KEY, "Nightjar", "deny").hmac != pin(b"another key of ours", "Nightjar", "deny").hmac


@pytest.mark.parametrize("value", ["Nightjar", "PROJECT nightjar", "+47 900 11 222", "Dear Bosse"])
def test_a_value_is_met_again_in_texts_by_its_words_alone(value):
    pinned = pin(KEY, value, "allow")
    assert met([pinned], TEXTS, KEY) == {pinned: value.casefold()}


def test_a_value_is_not_met_where_a_word_of_it_is_missing_or_the_key_is_another():
    pinned = pin(KEY, "Project Robin", "deny")
    assert met([pinned], TEXTS, KEY) == {}
    assert met([pin(KEY, "Nightjar", "deny")], TEXTS, b"another key of ours") == {}


def test_a_value_that_would_be_everywhere_is_refused():
    with pytest.raises(TooShort, match="fewer than 3"):
        pin(KEY, "a.", "deny")


def test_a_pin_overrules_what_the_table_says():
    people = People(me=Person(names=("Lars Berg",)), allow=("nightjar",), deny=("dear bosse",))
    pins = [pin(KEY, "Nightjar", "deny"), pin(KEY, "Dear Bosse", "allow")]
    told, denied = heeded(people, pins, TEXTS, KEY)
    assert (told.allow, told.deny, denied) == (("dear bosse",), ("nightjar",), {"nightjar"})
    assert told.me == people.me


@pytest.fixture
def _lent():
    lent.lend("key", KEY)
    yield
    lent.give_back("key")


def fitted(rows, pins):
    table = pa.Table.from_batches([record_batch(rows, WORK)])
    found = find_entities(table.to_batches()[0], RULES, People())
    people, denied = heeded(People(), pins, [row["text"] for row in rows], KEY)
    spans = names.fit([table], [found], RULES, people, "key", denied).to_pylist()
    values = leak.values([table], [found], RULES, people)
    return {row["id"]: [(s["value"], s["rule"]) for s in row["names"]] for row in spans}, values


ROWS = [
    {"id": "a", "thread": "t", "text": "Dear Bosse, call +47 900 11 222. Bosse knows."},
    {"id": "b", "text": "The nightjar flies, says bob@corp.example, or 4790011222."},
]


def test_without_pins_what_was_found_is_hidden_wherever_it_stands(_lent):
    spans, values = fitted(ROWS, [])
    assert [v for v, _ in spans["a"]] == ["Bosse", "+47 900 11 222", "Bosse"]
    assert [v for v, _ in spans["b"]] == ["bob@corp.example", "4790011222"]
    assert values == {"+47 900 11 222", "bob@corp.example"}


def test_an_allowed_value_stays_wherever_it_stands_and_the_gate_lets_it_pass(_lent):
    pins = [pin(KEY, "Bosse", "allow"), pin(KEY, "+47 900 11 222", "allow")]
    spans, values = fitted(ROWS, pins)
    assert spans["a"] == []
    assert [v for v, _ in spans["b"]] == ["bob@corp.example"]
    assert values == {"bob@corp.example"}


def test_a_denied_value_is_hidden_where_no_rule_finds_it_and_the_gate_looks_for_it(_lent):
    spans, values = fitted(ROWS, [pin(KEY, "Nightjar", "deny")])
    assert ("nightjar", "pin.deny") in spans["b"]
    assert "nightjar" in values
