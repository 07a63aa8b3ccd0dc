"""Whose words: origin, role and removal; mail cut; language per document."""

import pytest
from pydantic import ValidationError

from corpus.identify import NOT_WRITTEN, Identify
from corpus.schema import WORK, record_batch

ENGLISH = "I will be at the station by noon, wait for me there."
FRENCH = "Je serai à la gare vers midi, attends-moi là-bas."
QUOTE = "On Mon, 2 Apr 2012 at 18:26, Ann <ann@example.org> wrote:\n> When are you coming?\n"
FORWARD = "---------- Forwarded message ---------\nFrom: Ann <ann@example.org>\n\nLook at this.\n"


def identify(*rows, **settings):
    rows = [{"id": f"d{i}", "kind": "note", "origin": "self"} | row for i, row in enumerate(rows)]
    batch, events = Identify(**settings)(record_batch(rows, WORK))
    return batch.to_pylist(), events.to_pylist()


def test_roles():
    out, events = identify(
        {"text": ENGLISH},
        {"text": ENGLISH, "origin": "other"},
        {"text": ENGLISH, "origin": None},
    )
    assert [d["role"] for d in out] == ["target", "context", "context"]
    assert [d["removed"] for d in out] == [None] * 3 and not events


@pytest.mark.parametrize("origin", NOT_WRITTEN)
def test_what_was_not_written_is_left_out(origin):
    out, events = identify({"text": ENGLISH, "origin": origin})
    assert out[0]["removed"] == f"identify.{origin}" and out[0]["role"] == "context"
    assert [(e["action"], e["rule"]) for e in events] == [("removed", origin)]
    out, _ = identify({"text": ENGLISH, "origin": origin}, leave_out=())
    assert out[0]["removed"] is None and out[0]["role"] == "context"


def test_others_can_be_left_out():
    out, _ = identify(
        {"text": ENGLISH},
        {"text": ENGLISH, "origin": "other"},
        {"text": ENGLISH, "origin": None},
        others=False,
    )
    assert [d["removed"] for d in out] == [None, "identify.other", "identify.other"]


def test_mail_is_cut_with_an_event_for_each_span():
    text = f"{ENGLISH}\n\n{QUOTE}"
    out, events = identify({"kind": "mail", "text": text}, {"kind": "note", "text": text})
    assert out[0]["text"] == ENGLISH and out[1]["text"] == text
    assert {e["action"] for e in events} == {"cut"} and {e["document"] for e in events} == {"d0"}
    assert sum(e["value"] for e in events) >= len(QUOTE) - 1
    out, events = identify({"kind": "mail", "text": text}, cut_mail=False)
    assert out[0]["text"] == text and not events


@pytest.mark.parametrize(
    ("text", "origin"), [(QUOTE, "quoted"), (FORWARD, "forwarded"), ("-- \nAnn Example\n", "self")]
)
def test_mail_with_nothing_of_its_own(text, origin):
    out, events = identify({"kind": "mail", "text": text})
    assert out[0]["removed"] == "identify.nothing-own"
    assert out[0]["origin"] == origin and out[0]["text"] == text
    assert [e["action"] for e in events] == ["removed"]


def test_a_pin_keeps_it_whole_as_context():
    out, events = identify({"kind": "mail", "text": QUOTE, "pin": "keep"})
    assert out[0]["removed"] is None and out[0]["text"] == QUOTE and out[0]["role"] == "context"
    assert [e["action"] for e in events] == ["pinned"]


def test_language_of_all_but_chat():
    out, _ = identify(
        {"text": FRENCH},
        {"text": FRENCH, "kind": "chat"},
        {"text": "ok"},
        {"text": FRENCH, "language": "de-AT"},
        {"text": None},
        {"text": FRENCH, "removed": "source.empty"},
    )
    assert [d["language"] for d in out] == ["fr", None, None, "de", None, None]


def test_languages_by_paragraph_only_when_they_differ():
    out, _ = identify({"text": f"{FRENCH}\n\n{ENGLISH}"}, {"text": f"{FRENCH}\n\n{FRENCH}"})
    assert [d["languages"] for d in out] == [["fr", "en"], None]


def test_the_language_is_that_of_the_own_part():
    out, _ = identify({"kind": "mail", "text": f"{FRENCH}\n\n{QUOTE.replace('When', ENGLISH)}"})
    assert out[0]["language"] == "fr"


def test_an_unknown_origin_in_the_settings_is_refused():
    with pytest.raises(ValidationError, match="leave_out"):
        Identify(leave_out=("other",))
