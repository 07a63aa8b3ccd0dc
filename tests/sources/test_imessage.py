import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.sources import imessage
from corpus.sources.file import File
from corpus.sources.phones import handle_of, is_machine, region_of
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.typedstream import text_of_stream

FIXTURES = Path(__file__).parent.parent / "fixtures" / "imessage"
ANN, BEN = "phone:+4790000001", "phone:+4790000002"
SCHEMA = """
CREATE TABLE message (ROWID INTEGER PRIMARY KEY, guid TEXT, text TEXT, handle_id INTEGER,
                      date INTEGER, is_from_me INTEGER);
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY, id TEXT);
INSERT INTO handle VALUES (1, '+4790000002');
"""


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def read(path, zone="UTC"):
    file = File(path, f"x/{path.name}", "f1")
    assert imessage.recognise(file, file.head())
    return list(imessage.read(file, Reading(zone=zone)))


@pytest.fixture
def database(tmp_path):
    """Return a new database with the statements run on it."""

    def run(*statements):
        path = tmp_path / "chat.db"
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.executescript(statement)
        connection.close()
        return path

    return run


def test_texts_come_from_text_attributed_body_or_the_last_edit():
    found = {p.own: p.text for p in of(Piece, read(FIXTURES / "chat.db"))}
    assert found == {
        "G-01": "Are you there?",
        "G-02": "Yes, at the quay " + "é" * 70,
        "G-05": "Look at this",
        "G-06": "by SMS",
        "G-08": "Edited at last",
        "G-12": "Hello all",
        "G-13": "https://tides.example",
    }


def test_who_wrote_is_known_and_addresses_are_in_one_form():
    found = {p.own: p for p in of(Piece, read(FIXTURES / "chat.db"))}
    assert (found["G-02"].handle, found["G-02"].mine) == (ANN, True)
    assert (found["G-01"].handle, found["G-01"].mine) == (BEN, False)
    assert found["G-06"].handle == BEN  # «90 00 00 02» of Norway
    assert found["G-12"].people == [("email:cat@boats.example", None), (BEN, None)]
    claims = of(Claim, read(FIXTURES / "chat.db"))
    assert [(c.handle, c.strong) for c in claims] == [(ANN, True)]


def test_threads_replies_and_clocks():
    found = {p.own: p for p in of(Piece, read(FIXTURES / "chat.db"))}
    assert {found[g].thread for g in ("G-01", "G-06")} == {"+4790000002"}  # SMS and iMessage
    assert {found[g].thread for g in ("G-12", "G-13")} == {"chat77"}
    assert found["G-02"].reply_to == "G-01"
    assert found["G-01"].created == datetime(2024, 3, 4, 8, 0, tzinfo=UTC)  # nanoseconds
    assert found["G-06"].created == datetime(2024, 3, 4, 8, 2, tzinfo=UTC)  # seconds
    assert found["G-08"].metadata == {"edited": True}


def test_what_is_no_writing_is_dropped_with_a_reason():
    found = of(Problem, read(FIXTURES / "chat.db"))
    assert {p.place.split()[1]: p.reason for p in found} == {
        "3": "reaction",
        "4": "media without text",
        "7": "deleted message",
        "9": "deleted message",
        "10": "written by a machine",
        "11": "system message",
        "14": "made by an app",
        "15": "a text that cannot be decoded",
    }


def test_a_bare_schema_of_old_phones_is_read(database):
    path = database(SCHEMA, "INSERT INTO message VALUES (1, 'G', 'hi', 1, 100, 0)")
    piece = of(Piece, read(path))[0]
    assert (piece.text, piece.handle, piece.thread) == ("hi", BEN, BEN)
    assert piece.created == datetime(2001, 1, 1, 0, 1, 40, tzinfo=UTC)


def test_what_is_still_in_the_journal_is_read_and_the_original_left_alone(database, tmp_path):
    path = database(SCHEMA, "PRAGMA journal_mode=WAL")
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO message VALUES (1, 'G', 'new', 1, 100, 1)")
    connection.commit()
    folder = tmp_path / "copied"
    folder.mkdir()
    for part in ("chat.db", "chat.db-wal"):
        shutil.copy(tmp_path / part, folder / part)
    connection.close()
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert [p.text for p in of(Piece, read(folder / "chat.db"))] == ["new"]
    journal = read(folder / "chat.db-wal")
    assert [p.outcome for p in of(Problem, journal)] == ["dropped"]
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


@pytest.mark.parametrize(
    "hostile",
    [
        "DROP TABLE message; CREATE VIEW message AS SELECT 1 AS guid, 2 AS date, 3 AS is_from_me",
        "DROP TABLE handle; CREATE VIRTUAL TABLE handle USING fts5(id)",
        "DROP TABLE message; CREATE TABLE message (guid TEXT, text TEXT)",
        "DROP TABLE handle",
    ],
)
def test_schemas_that_are_not_plain_tables_are_refused(database, hostile):
    path = database(SCHEMA, hostile)
    file = File(path, "x/chat.db", "f1")
    assert imessage.recognise(file, file.head()) is None


def test_values_of_the_wrong_kind_stop_nothing(database):
    rows = (
        "(1, 'A', x'00ff', 1, 'yesterday', 0)",
        "(2, NULL, 'no id', 1, 5, 0)",
        "(3, 'C', 'no date', 99, NULL, 0)",
        "(4, 'D', 7, 'x', 1e300, 'y')",
        "(5, x'41', 'id of bytes', 1, 9223372036854775807, 1)",
    )
    path = database(SCHEMA, *(f"INSERT INTO message VALUES {row}" for row in rows))
    found = read(path)
    assert [p.text for p in of(Piece, found)] == ["no date", "7"]
    assert [p.outcome for p in of(Problem, found)] == ["dropped", "errored", "errored"]
    assert all(p.created is None for p in of(Piece, found))


@pytest.mark.parametrize("cut", range(0, 7680, 512))
def test_a_cut_database_never_raises(tmp_path, cut):
    path = tmp_path / "chat.db"
    path.write_bytes((FIXTURES / "chat.db").read_bytes()[:cut])
    file = File(path, "x/chat.db", "f1")
    if imessage.recognise(file, file.head()):
        assert of(Problem, imessage.read(file, Reading()))[-1].outcome == "errored"


def test_other_databases_are_not_messages(database):
    path = database("CREATE TABLE message (id INTEGER, body TEXT)")
    file = File(path, "x/chat.db", "f1")
    assert imessage.recognise(file, file.head()) is None


def test_conversations_as_a_page():
    found = read(FIXTURES / "+4790000003.html")
    pieces = of(Piece, found)
    assert [(p.mine, p.text) for p in pieces] == [
        (False, "Are you there?"),
        (True, "Yes & no,\nat the quay\nsoon"),
        (False, "And the rope?"),
        (True, "Here"),
        (True, "at noon"),
    ]
    assert {p.thread for p in pieces} == {"+4790000003"}
    assert (pieces[0].handle, pieces[1].handle) == ("phone:+4790000003", None)
    assert pieces[0].created.isoformat() == "2024-03-04T08:00:00+00:00"
    assert [p.reason for p in of(Problem, found)] == [
        "media without text",
        "the same message a second time in the file",
    ]


def test_conversations_as_text():
    found = read(FIXTURES / "+4790000002.txt", zone="Europe/Oslo")
    pieces = of(Piece, found)
    assert [p.text for p in pieces] == [
        "Are you there?",
        "Yes,\n\nat the quay",
        "And the rope?",
        "Here",
    ]
    assert [(p.handle, p.mine) for p in pieces] == [(BEN, False), (None, True)] * 2
    assert {p.thread for p in pieces} == {"+4790000002"}
    assert pieces[0].created == datetime(2024, 3, 4, 7, 0, tzinfo=UTC)
    assert [p.reason for p in of(Problem, found)] == [
        "media without text",
        "the same message a second time in the file",
    ]


@pytest.mark.parametrize(
    ("size", "text"), [(b"\x03", "abc"), (b"\x81\x2c\x01", "a" * 300), (b"\x82\x03\0\0\0", "abc")]
)
def test_lengths_of_a_typedstream(size, text):
    blob = b"\x04\x0bstreamtyped\x81\xe8\x03NSString\x01\x94\x84\x01+" + size + text.encode()
    assert text_of_stream(blob) == text
    assert all(text_of_stream(blob[:n]) is None for n in range(len(blob)))


def test_addresses():
    assert handle_of("0047 900 00 000") == "phone:00479" + "0000000"
    assert handle_of("90000000", "NO") == "phone:+4790000000"
    assert handle_of("x" * 999) is handle_of("Bank") is handle_of("") is None
    assert is_machine("12345") and not is_machine("+12345")
    assert region_of(None) is None
