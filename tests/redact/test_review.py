"""What is listed for review: weak grounds only, grouped by value, never with text."""

from corpus.redact.pins import ValuePin
from corpus.redact.review import doubts


def row(hmac, score, rule="rule.greeted", document="d1", start=0):
    told = {"document": document, "field": "text", "new_start": start, "new_end": start + 3}
    return told | {"type": "PERSON", "hmac": hmac, "rule": rule, "score": score,
                   "action": "surrogate", "shape": "Aa+"}  # fmt: skip


def test_values_found_surely_anywhere_are_not_listed():
    rows = [row("weak", 0.5), row("sure", 0.5), row("sure", 0.95, "identity.name")]
    assert [d.hmac for d in doubts(rows, 0.7, [])] == ["weak"]


def test_what_was_only_repeated_adds_places_but_no_confidence():
    rows = [row("weak", 0.5), row("weak", 0.9, "thread.known", "d2"), row("other", 0.6)]
    (first, second) = doubts(rows, 0.7, [])
    assert (first.hmac, first.spans, first.documents, first.score) == ("weak", 2, 2, 0.5)
    assert second.hmac == "other"


def test_decided_values_are_told_with_the_decision():
    pins = [ValuePin(hmac="sure", type="PERSON", action="allow", words=("w",))]
    (doubt,) = doubts([row("sure", 0.95)], 0.7, pins)
    assert doubt.decided == "allow"


def test_few_places_are_kept_and_none_is_told():
    (doubt,) = doubts([row("weak", 0.5, start=n) for n in range(9)], 0.7, [])
    assert [place[2] for place in doubt.places] == [0, 1, 2]
    assert doubt.told().keys().isdisjoint({"places", "value", "text"})
