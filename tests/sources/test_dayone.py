"""Day One: escapes, rich text, zones, media, and entries of older versions."""

import json
import plistlib
from datetime import datetime

import pytest

from corpus.sources import dayone
from corpus.sources.dayone_text import plain, rich
from corpus.sources.file import File
from corpus.sources.piece import Piece, Problem, Reading

ENTRY = {"uuid": "2F8D", "creationDate": "2021-03-03T11:30:00Z", "starred": False, "richText": ""}


@pytest.fixture
def read(tmp_path):
    def read(*entries, data=None):
        path = tmp_path / "Journal.json"
        text = json.dumps({"metadata": {"version": "1.0"}, "entries": list(entries)})
        path.write_bytes(text.encode() if data is None else data)
        file = File(path=path, name="top/Journal.json", id="f")
        assert dayone.recognise(file, file.head())
        return list(dayone.read(file, Reading(zone="Europe/Oslo")))

    return read


def test_an_entry_is_own_in_its_zone_without_its_place(read):
    told = {"timeZone": "Australia/Sydney", "tags": ["trip"], "location": {"placeName": "Home"}}
    (piece,) = read({**ENTRY, **told, "text": "# Off\n\nAt last\\."})
    assert (piece.own, piece.title, piece.text) == ("2F8D", "Off", "# Off\n\nAt last.")
    assert (piece.mine, piece.zone, piece.precision) == (True, "Australia/Sydney", "second")
    assert piece.metadata == {"tags": ["trip"]}


@pytest.mark.parametrize("zone", ["Mars/Base", "", 7, "Europe", "../etc"])
def test_a_zone_that_is_none_is_left_out(read, zone):
    (piece,) = read({**ENTRY, "text": "x", "timeZone": zone})
    assert piece.zone is None


@pytest.mark.parametrize("wrap", [json.dumps, lambda told: told])
def test_rich_text_counts_where_the_text_is_missing(read, wrap):
    told = {
        "contents": [{"text": "One"}, {"embeddedObjects": [{"type": "photo"}]}, {"text": "two"}]
    }
    (piece,) = read({**ENTRY, "richText": wrap(told)})
    assert piece.text == "One\ntwo"
    (piece,) = read({**ENTRY, "richText": wrap(told), "text": "Plain wins"})
    assert piece.text == "Plain wins"


def test_what_was_said_is_read_and_pictures_alone_are_dropped(read):
    spoken = {**ENTRY, "audios": [{"transcription": "Said aloud."}, {}]}
    picture = {**ENTRY, "text": "![](dayone-moment://AB)\n", "photos": [{}]}
    piece, problem = read(spoken, picture)
    assert piece.text == "Said aloud."
    assert problem == Problem("entry 2", "an entry without text")


def test_a_whole_day_is_precise_to_the_day(read):
    assert read({**ENTRY, "text": "x", "isAllDay": True})[0].precision == "day"


def test_entries_before_damage_are_read(read):
    text = json.dumps({"entries": [{**ENTRY, "text": "kept"}, {**ENTRY, "text": "cut"}]})
    piece, problem = read(data=text[:-20].encode())
    assert (piece.text, problem.outcome) == ("kept", "errored")


def test_entries_of_a_wrong_type_are_errors(read):
    assert [i.outcome for i in read({**ENTRY, "text": 5}, 7) if isinstance(i, Problem)] == [
        "dropped",
        "errored",
    ]


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_an_entry_of_an_older_version_is_the_same_entry(tmp_path, form):
    told = {
        "UUID": "2f8d",
        "Entry Text": "Snow.",
        "Creation Date": datetime(2014, 10, 23, 15, 36),
        "Time Zone": "Europe/Oslo",
        "Tags": ["winter"],
    }
    path = tmp_path / "x.doentry"
    path.write_bytes(plistlib.dumps(told, fmt=form))
    file = File(path=path, name="x.doentry", id="f")
    assert dayone.recognise(file, file.head())
    (piece,) = dayone.read(file, Reading())
    assert isinstance(piece, Piece)
    assert (piece.own, piece.text, piece.zone) == ("2F8D", "Snow.", "Europe/Oslo")
    assert piece.created.isoformat() == "2014-10-23T15:36:00+00:00"


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ("a\\!b\\_c \\#1", "a!b_c #1"),
        ("```\na\\n = 1\\.\n```\nb\\.", "```\na\\n = 1\\.\n```\nb."),
        ("one\u2028two", "one\ntwo"),
        ("a\n\n![](dayone-moment:/video/AB)\n\nb", "a\n\nb"),
        ("[Snow](dayone2://view?entryId=AB) fell", "Snow fell"),
        ("a \ufffc b", "a  b"),
    ],
)
def test_escapes_and_moments_are_undone(told, text):
    assert plain(told) == text


def test_lines_of_rich_text_keep_their_form():
    lists = [
        {"text": "Day\n", "attributes": {"line": {"header": 2}}},
        {"text": "a", "attributes": {"line": {"listStyle": "bulleted"}}},
        {"text": "b\n", "attributes": {"bold": True}},
        {"text": "c\n", "attributes": {"line": {"listStyle": "checkbox", "checked": False}}},
    ]
    assert rich({"contents": lists}) == "## Day\n- ab\n- [ ] c"
    assert rich("{broken") == ""


def test_other_json_is_not_claimed(tmp_path):
    file = File(path=tmp_path / "x.json", name="x.json", id="f")
    for text in (
        b'{"entries": []}',
        b'{"entries": [{"uuid": 1, "text": "x"}]}',
        b'{"entries": [{"title": "feed"}], "timeZone": "UTC"}',
        b"<plist><dict><key>UUID</key></dict></plist>",
    ):
        assert dayone.recognise(file, text) is None
