"""Google Keep: lists, trash, shared notes, times, broken files, and the page beside the note."""

import json

import pytest

from corpus.sources import keep
from corpus.sources.file import File
from corpus.sources.piece import Problem, Reading

NOTE = {"color": "DEFAULT", "isTrashed": False, "isPinned": False, "isArchived": False}
TIMES = {"createdTimestampUsec": 1690372692755000, "userEditedTimestampUsec": 1690866308447000}
PAGE = (
    "<html><head><title>T</title></head><body>"
    '<div class="note DEFAULT"><div class="heading">{when}</div>'
    '<div class="title">T</div><div class="content">{content}</div></div></body></html>'
)


@pytest.fixture
def read(tmp_path):
    def read(told, name="A note.json"):
        path = tmp_path / name
        path.write_text(told if isinstance(told, str) else json.dumps(told))
        file = File(path=path, name=f"top/{name}", id="f")
        assert keep.recognise(file, file.head())
        return list(keep.read(file, Reading(zone="Europe/Oslo")))

    return read


def test_a_note_is_own_and_named_by_the_microsecond_it_was_made_in(read):
    (first,) = read({**NOTE, **TIMES, "title": "T", "textContent": "Words"})
    (again,) = read({**NOTE, **TIMES, "textContent": "Words, changed"}, "Other name.json")
    assert (first.text, first.title, first.mine) == ("Words", "T", True)
    assert first.own == again.own == "1690372692755000"
    assert first.created.isoformat(timespec="seconds") == "2023-07-26T11:58:12+00:00"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"listContent": [{"text": "a", "isChecked": True}, {"text": "b"}]}, "- [x] a\n- [ ] b"),
        ({"textContent": "", "textContentHtml": "<p>From <b>HTML</b></p>"}, "From HTML"),
        ({"textContent": "Top", "listContent": [{"text": "a"}]}, "Top\n- [ ] a"),
        ({"title": "Only a title"}, "Only a title"),
    ],
)
def test_text_and_lists(read, body, text):
    (piece,) = read({**NOTE, **TIMES, **body})
    assert piece.text == text
    assert piece.title is None


def test_pages_a_note_links_to_are_not_its_words(read):
    told = {"annotations": [{"title": "Theirs", "description": "Theirs too", "url": "https://x"}]}
    (piece,) = read({**NOTE, **TIMES, "textContent": "Mine", **told})
    assert "Theirs" not in piece.text + repr(piece.metadata)


def test_labels_and_flags_are_kept(read):
    told = {"textContent": "x", "labels": [{"name": "home"}, {"no": 1}], "isPinned": True}
    (piece,) = read({**NOTE, **TIMES, **told})
    assert piece.metadata == {"labels": ["home"], "pinned": True}


def test_a_note_in_the_trash_is_dropped_and_so_is_a_picture(read):
    assert read({**NOTE, **TIMES, "isTrashed": True, "textContent": "x"}) == [
        Problem("file", "in the trash")
    ]
    assert read({**NOTE, **TIMES, "attachments": [{}]}) == [Problem("file", "a note without text")]


@pytest.mark.parametrize("owner", [True, False])
def test_a_shared_note_is_its_owners(read, owner):
    sharees = [
        {"isOwner": owner, "email": "a@x.example"},
        {"isOwner": not owner, "email": "b@x.example"},
    ]
    (piece,) = read({**NOTE, **TIMES, "textContent": "x", "sharees": sharees})
    assert piece.handle == f"email:{'a' if owner else 'b'}@x.example"
    assert (piece.mine, len(piece.people)) == (None, 2)


def test_a_note_shared_with_nobody_else_is_own(read):
    told = {"textContent": "x", "sharees": [{"isOwner": True, "email": "a@x.example"}]}
    (piece,) = read({**NOTE, **TIMES, **told})
    assert (piece.mine, piece.handle) == (True, None)


def test_without_a_time_of_making_the_last_edit_is_assumed(read):
    (piece,) = read({**NOTE, "textContent": "x", "userEditedTimestampUsec": 1690866308447000})
    assert (piece.basis, piece.precision, piece.own) == ("assumed", "second", "file A note")


def test_of_a_broken_file_what_stands_before_the_damage_is_read(read):
    text = json.dumps({**NOTE, "textContent": "Whole.", "title": "T"}).replace(
        ', "title"', ' "title"'
    )
    piece, problem = read(text)
    assert (piece.text, problem.outcome) == ("Whole.", "errored")
    assert problem.shape


def test_a_broken_file_that_may_be_in_the_trash_is_not_read(read):
    (problem,) = read(
        '{"color": "RED", "isPinned": false, "isArchived": 1, "textContent": "x" "y"}'
    )
    assert problem.outcome == "errored"


def test_the_page_beside_the_note_is_the_same_note(read):
    page = PAGE.format(when="Jan 20, 2018, 6:29:27 PM", content="Old.<br>Words")
    (alone,) = read(page, "[Odd] name*.html")
    assert (alone.text, alone.title, alone.mine) == ("Old.\nWords", "T", True)
    assert alone.created.isoformat() == "2018-01-20T17:29:27+00:00"
    read({**NOTE, **TIMES, "textContent": "x"}, "[Odd] name*.json")
    assert read(page, "[Odd] name*.html")[0].reason.startswith("the same note")


def test_lists_on_a_page_keep_their_boxes(read):
    items = '<div class="list"><div class="listitem checked"><span class="bullet">☑</span>'
    items += '<span class="text">a</span></div><div class="listitem"><span class="text">b</span>'
    (piece,) = read(PAGE.format(when="", content=f"{items}</div></div>"), "n.html")
    assert (piece.text, piece.created) == ("- [x] a\n- [ ] b", None)


def test_the_labels_are_no_writing_and_only_in_an_export(tmp_path):
    path = tmp_path / "Labels.txt"
    path.write_text("home\n")
    inside = File(path=path, name="Takeout/Notizen/Labels.txt", id="f")
    assert keep.recognise(inside, b"home\n")
    assert [p.outcome for p in keep.read(inside, Reading())] == ["dropped"]
    assert keep.recognise(File(path=path, name="mine/Labels.txt", id="f"), b"home\n") is None


def test_other_json_is_not_claimed(tmp_path):
    file = File(path=tmp_path / "x.json", name="x.json", id="f")
    for text in (b'{"title": "T", "isPinned": true}', b'{"isTrashed": 1, "isPinned": 2}', b"[]"):
        assert keep.recognise(file, text) is None
