import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.sources import signal, signal_notes, whatsapp
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

FIXTURES = Path(__file__).parent.parent / "fixtures" / "signal"
BEN, ME = "phone:+4790000002", "signal:me"
ACI = "11111111-1111-1111-1111-111111111111"


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def fixture(name, zone="UTC"):
    file = File(FIXTURES / name, f"signal/{name}", "f1")
    assert signal.recognise(file, file.head())
    return list(signal.read(file, Reading(zone=zone)))


@pytest.fixture
def read(tmp_path):
    def run(*lines):
        path = tmp_path / "main.jsonl"
        path.write_text("".join(f"{json.dumps(x)}\n" for x in lines))
        return list(signal.read(File(path, "x/main.jsonl", "f1"), Reading()))

    return run


def item(text="hi", **more):
    told = {"chatId": "10", "authorId": "2", "dateSent": "1709539200123", "incoming": {}}
    return {"chatItem": {**told, "standardMessage": {"text": {"body": text}}, **more}}


PEOPLE = (
    {"recipient": {"id": "1", "self": {}}},
    {"recipient": {"id": "2", "contact": {"aci": ACI, "systemGivenName": "Ben"}}},
    {"chat": {"id": "10", "recipientId": "2"}},
)


def test_the_own_export_in_full():
    found = fixture("export/main.jsonl")
    assert [(p.text, p.handle, p.mine) for p in of(Piece, found)] == [
        ("Are you there?", BEN, False),
        ("Yes, @Ben Ode", ME, True),
        ("Hello crew", BEN, False),
        ("buy rope", ME, True),  # note to self
    ]
    first, second = of(Piece, found)[:2]
    assert (first.own, second.own) == (f"{ACI} 1709539200123", "me 1709539260456")
    assert second.reply_to == first.own and second.metadata == {"edited": True}
    assert first.thread == second.thread == ACI
    assert first.created == datetime(2024, 3, 4, 8, 0, 0, 123_000, tzinfo=UTC)
    assert [(p.reason, p.outcome) for p in of(Problem, found)] == [
        ("system message", "dropped"),
        ("deleted message", "dropped"),
        ("media without text", "dropped"),
        ("written by Signal itself", "dropped"),
        ("not a JSON object", "errored"),
    ]
    evidence = "is the account of a Signal export"
    assert of(Claim, found) == [Claim(ME, evidence, strong=True, name="Ann Lee")]


def test_sigtop_gives_the_ids_of_the_own_export():
    for n, name in ((0, "sigtop/ben.json"), (1, "sigtop/ben.json")):
        there, here = (of(Piece, fixture(f))[n] for f in ("export/main.jsonl", name))
        names = ("namespace", "own", "reply_to", "handle", "mine", "created")
        assert [getattr(there, x) for x in names] == [getattr(here, x) for x in names]
    assert of(Piece, fixture("sigtop/ben.json"))[1].text == "Yes @Ben"


def test_signal_export_is_read_once_from_its_richest_file():
    found = fixture("desktop/Ben Ode/data.json", zone="Europe/Oslo")
    assert [(p.text, p.handle, p.thread) for p in of(Piece, found)] == [
        ("Are you there?", "name:Ben Ode", "Ben Ode"),
        ("Yes\nat the quay", ME, "Ben Ode"),
    ]
    assert of(Piece, found)[0].created == datetime(2024, 3, 4, 8, 0, 0, 123_000, tzinfo=UTC)
    assert [p.reason for p in of(Problem, found)] == ["media without text", "call"]
    doubled = fixture("desktop/Ben Ode/chat.md")
    assert [p.reason for p in doubled] == ["the same messages stand in another file beside it"]


def test_markdown_without_the_rest_gives_the_same_words():
    words = [p.text for p in of(Piece, fixture("Cat Poe.md"))]
    assert words == [p.text for p in of(Piece, fixture("desktop/Ben Ode/data.json"))]


def test_the_old_form_is_not_taken_for_whatsapp():
    path = FIXTURES / "old.txt"
    assert whatsapp.recognise(File(path, "old.txt", "f1"), path.read_bytes()) is None
    found = fixture("old.txt")
    assert [(p.text, p.handle, p.mine) for p in of(Piece, found)] == [
        ("Hello Ann!", "name:Cat Poe", None),
        ("Hello\nCat!", "name:Ann Lee", None),
    ]
    assert of(Piece, found)[0].precision == "minute"


def test_fields_of_sigtop():
    found = fixture("sigtop/ben.txt")
    assert [(p.text, p.handle, p.mine) for p in of(Piece, found)] == [
        ("Are you there?", BEN, None),
        ("Yes\nFrom: the quay", ME, True),
        ("last words", ME, True),
    ]
    assert of(Piece, found)[0].people == [(BEN, "Ben Ode")]
    assert of(Piece, found)[0].created == datetime(2024, 3, 4, 8, 0, tzinfo=UTC)
    assert [p.reason for p in of(Problem, found)] == ["media without text"]


@pytest.mark.parametrize(
    ("change", "reason", "outcome"),
    [
        ({"dateSent": "soon"}, "a message without its author or time", "errored"),
        ({"dateSent": None}, "a message without its author or time", "errored"),
        ({"authorId": "99"}, "a message without its author or time", "errored"),
        ({"standardMessage": {"text": {"body": 5}}}, "no text", "dropped"),
        ({"standardMessage": [1]}, "no text", "dropped"),
        ({"poll": {"question": "?"}}, "poll", "dropped"),
        (
            {"directStoryReplyMessage": {"emoji": "x"}, "standardMessage": None},
            "reaction",
            "dropped",
        ),
    ],
)
def test_odd_items_stop_nothing(read, change, reason, outcome):
    found = read(*PEOPLE, item(**change), item())
    problems = [(p.reason, p.outcome) for p in of(Problem, found)]
    assert problems == [(reason, outcome)]
    assert [p.text for p in of(Piece, found)] == ["hi"]


def test_a_reply_to_a_story_is_ones_words(read):
    reply = {"textReply": {"text": {"body": "nice"}}}
    found = read(*PEOPLE, item(standardMessage=None, directStoryReplyMessage=reply))
    assert [p.text for p in of(Piece, found)] == ["nice"]


def test_a_contact_without_account_or_number_has_a_handle(read):
    found = read({"recipient": {"id": "2", "contact": {}}}, PEOPLE[2], item())
    assert [p.handle for p in of(Piece, found)] == ["signal:recipient 2"]


def test_notes_are_found_quickly():
    begin = time.perf_counter()
    for text in ("(- " * 300_000, "[a](./" * 150_000, "![" * 400_000, "\n> x" * 200_000):
        signal_notes.bare(text)
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize(
    "text",
    [
        '{"chat": {"id": 1}}\n{"chat": {"id": 2}}\n',
        '[{"type": "incoming", "body": "x"}]',
        '{"version": 1}',
        "[2024-03-04 09:00:00] INFO: started\n[2024-03-04 09:00:01] INFO: stopped\n",
        "Conversation: a talk\n\nWe spoke.\n",
    ],
)
def test_other_files_are_not_signal(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text)
    assert signal.recognise(File(path, "a.json", "f1"), text.encode()) is None
