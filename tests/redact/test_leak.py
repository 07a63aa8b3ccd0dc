"""The gate: values are found however they are written, and nothing else is."""

import pytest

from corpus.redact.leak import Scanner

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
