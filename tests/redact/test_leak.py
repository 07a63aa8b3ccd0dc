"""The gate: values are found however they are written, and nothing else is."""

import pyarrow as pa
import pytest

from corpus.people import People
from corpus.redact import Redact, find_entities, leak, names
from corpus.redact.leak import Scanner
from corpus.schema import WORK, record_batch

VALUES = {
    "Ann Miller",
    "a.miller77@corp.example",
    "+47 900 11 222",
    "(415) 555-0142",
    "GB82 WEST 1234 5698 7654 32",
    "86.34.246.154",
    "Zoë Åberg",
    "AKIAIOSFODNN7EXAMPLE",
}
SCANNER = Scanner(VALUES)


@pytest.mark.parametrize(
    "text",
    [
        "so ann miller said",
        "ANN\n> MILLER",
        "ann_miller and",
        "x Ann\u00a0Mil-\nler x",
        "<A.Miller77@Corp.Example>",
        "a.miller77@corp.\nexample",
        "call 415.555.0142",
        "call 4155550142.",
        "0047: +4790011222",
        "gb82west12345698765432",
        "host=86.34.246.154:80",
        "Zoe\u0308 A\u030aberg",
        '{"k": "AKIAIOSFODNN7EXAMPLE"}',
    ],
)
def test_a_value_is_found(text):
    assert SCANNER.count(text) == 1
    assert SCANNER.count(f"before {text} after") == 1


@pytest.mark.parametrize(
    "text",
    [
        "Joann Miller",
        "Ann Millerton",
        "Ann and Miller",
        "94155550142 and 41555501423",
        "8634246154",
        "86.34.246.1545",
        "",
    ],
)
def test_nothing_else_is_found(text):
    assert SCANNER.count(text) == 0


def test_hits_are_per_text_and_a_scanner_of_nothing_finds_nothing():
    assert SCANNER.hits(["ann miller, Ann Miller", "none"]) == [2, 0]
    assert Scanner(()).hits(["Ann Miller"]) == [0]


def test_spans_are_offsets_of_the_text():
    text = "İ said: Ann Miller"
    assert [text[s:e] for s, e, _ in SCANNER.spans(text)] == ["Ann Miller"]


def test_a_full_name_of_a_header_is_looked_for_in_the_whole_library():
    people = [
        {"handle": "email:a@vik.example", "name": name} for name in ("Anthea Godolphin", "Mum")
    ]
    rows = [
        {"id": "mail", "thread": "t1", "text": "See you there.", "people": people},
        {"id": "note", "text": "Lunch with anthea godolphin, then Mum rang."},
    ]
    table = pa.Table.from_batches([record_batch(rows, WORK)])
    off = Redact(ner=False)
    found = find_entities(table.to_batches()[0], off, People())
    assert leak.values([table], [found], off, People()) == {"Anthea Godolphin"}
    spans = names.fit([table], [found], off, People()).to_pylist()
    (note,) = (row["names"] for row in spans if row["id"] == "note")
    assert [(s["value"], s["type"]) for s in note] == [("anthea godolphin", "PERSON")]
