"""Simplenote: active and trashed notes, shared ones, and the text files beside them."""

import json

import pytest

from corpus.sources import simplenote
from corpus.sources.file import File
from corpus.sources.piece import Piece, Reading


def note(own="n", content="Words.\r\n\r\nMore.", **more):
    return {"id": own, "content": content, "creationDate": "2020-09-22T08:00:00.000Z", **more}


@pytest.fixture
def read(tmp_path):
    def read(active, trashed=(), data=None):
        path = tmp_path / "source" / "notes.json"
        path.parent.mkdir(exist_ok=True)
        told = {"activeNotes": list(active), "trashedNotes": list(trashed)}
        path.write_text(json.dumps(told) if data is None else data)
        file = File(path=path, name="top/source/notes.json", id="f")
        assert simplenote.recognise(file, file.head())
        return list(simplenote.read(file, Reading()))

    return read


def test_a_note_is_own_with_plain_line_ends(read):
    (piece,) = read([note(tags=["a"], pinned=True)])
    assert (piece.own, piece.text, piece.title) == ("n", "Words.\n\nMore.", "Words.")
    assert (piece.mine, piece.metadata) == (True, {"tags": ["a"], "pinned": True})


def test_trashed_empty_and_broken_notes_are_accounted_for(read):
    items = read([note(content=" "), 7, note("m", deleted=True)], [note("t")])
    assert [(i.reason, i.outcome) for i in items] == [
        ("a note without text", "dropped"),
        ("not a note object", "errored"),
        ("in the trash", "dropped"),
        ("in the trash", "dropped"),
    ]


def test_a_shared_note_is_not_taken_as_own(read):
    (piece,) = read([note(collaboratorEmails=["b@x.example"])])
    assert (piece.mine, piece.people) == (None, [("email:b@x.example", None)])


def test_damage_is_told_once(read):
    text = json.dumps({"activeNotes": [note(), note("m")]})
    items = read([], data=text[:-10])
    assert [getattr(i, "outcome", "piece") for i in items] == ["piece", "errored"]


def test_text_files_of_the_same_notes_are_dropped_and_others_are_not(tmp_path, read):
    read([note()], [note("t", "Gone.")])
    told = {
        "Words.txt": "Words.\r\n\r\nMore.\r\n\r\nTags:\r\n  a",
        "trash/Gone.txt": "Gone.",
        "Mine.txt": "Something else.",
    }
    found = {}
    for name, text in told.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, newline="")
        file = File(path=path, name=f"top/{name}", id="f")
        found[name] = bool(simplenote.recognise(file, file.head()))
        assert not any(isinstance(i, Piece) for i in simplenote.read(file, Reading()))
    assert found == {"Words.txt": True, "trash/Gone.txt": True, "Mine.txt": False}


def test_other_json_is_not_claimed(tmp_path):
    file = File(path=tmp_path / "notes.json", name="notes.json", id="f")
    assert simplenote.recognise(file, b'{"notes": [{"content": "x"}]}') is None
    assert simplenote.recognise(file, b'[{"activeNotes": []}]') is None
