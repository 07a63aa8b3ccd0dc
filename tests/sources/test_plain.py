"""Plain text: a person's own as it stands; books, logs, code and chats told apart."""

import pytest

from corpus.sources import plain
from corpus.sources.file import File
from corpus.sources.not_own import is_code, is_log, made_by_others
from corpus.sources.piece import Piece, Problem, Reading
from corpus.sources.reading import recognise


@pytest.fixture
def read(tmp_path):
    def read(text, name="a.txt", **reading):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return list(plain.read(File(path=path, name=f"d/{name}", id="f"), Reading(**reading)))

    return read


def test_wrapped_lines_stay_and_pages_end_in_a_line_end(read):
    text = "A line that\nwas wrapped.\f\nThe next page.\r\nEnd"
    (piece,) = read(text)
    assert piece.text == "A line that\nwas wrapped.\n\nThe next page.\nEnd"
    assert (piece.mine, piece.kind, piece.origin) == (True, "note", None)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffThe Project Gutenberg eBook of Emma\n\n*** START OF THE PROJECT GUTENBERG EBOOK",
        "MIT License\n\nPermission is hereby granted, free of charge, to any person",
        "Network Working Group\nRequest for Comments: 2119\n",
        "Emma was rich.\n" * 900 + "\nEnd of Project Gutenberg's Emma, by Jane Austen",
    ],
)
def test_books_and_licences_are_clipped(read, text):
    (piece,) = read(text)
    assert (piece.origin, piece.mine) == ("clipped", None)


def test_a_person_may_write_of_such_things():
    assert made_by_others("I read Project Gutenberg all night and licensed my code.") is None


IRC = "--- Log opened Wed Feb 04 2015\n[23:58] <ann> rain?\n[23:59] <@bo_ek> no\n=== cy joined\n"


def test_a_chat_log_gives_messages_under_nicknames(read):
    told = read(
        f"{IRC}[00:01] <ann> now: yes\n[00:02] * bo_ek laughs\n", "chan.txt", zone="Europe/Oslo"
    )
    pieces = [x for x in told if isinstance(x, Piece)]
    assert [(p.handle, p.text) for p in pieces] == [
        ("name:ann", "rain?"), ("name:bo_ek", "no"), ("name:ann", "now: yes"),
        ("name:bo_ek", "laughs"),
    ]  # fmt: skip
    assert {p.mine for p in pieces} == {None}
    assert {(p.kind, p.thread) for p in pieces} == {("chat", "d/chan.txt")}
    assert pieces[0].created.isoformat() == "2015-02-04T22:58:00+00:00"
    assert pieces[2].created.isoformat() == "2015-02-04T23:01:00+00:00"  # past midnight
    assert [x.reason for x in told if isinstance(x, Problem)] == ["service message"] * 2


@pytest.mark.parametrize(
    ("log", "first"),
    [
        ("<ann> a\n<bo> b\n<ann> c\n", ("name:ann", "a")),
        ("2015-02-04T10:00:01 <ann> a\n2015-02-04T10:00:02 <bo> b\n", ("name:ann", "a")),
        ("(07:30:12 PM) Bo Ek: a: b\n(07:30:15 PM) Ann: c\nmore\n", ("name:Bo Ek", "a: b")),
        ("[03:30] <Nick> alone\n", ("name:Nick", "alone")),
    ],
)
def test_forms_of_chat_logs(read, log, first):
    piece = read(log, "2015-02-04.txt")[0]
    assert (piece.handle, piece.text) == first


@pytest.mark.parametrize(
    "text",
    [
        "Ann: hello\nBo: hi\nAnn: rain?\n",  # it may be a play
        "I left at [10:15] and <b>ran</b>.\n" * 5,
        "10:15 coffee\n11:00 bread\n12:00 rest\n",
    ],
)
def test_prose_is_no_chat(read, text):
    (piece,) = read(text)
    assert piece.kind == "note" and piece.mine


@pytest.mark.parametrize(
    "line",
    [
        "2024-03-05 10:00:01,123 INFO gate: up",
        "[2024-03-05T10:00:01Z] [main] ERROR no gate",
        "Mar  5 10:00:01 host sshd[12]: session opened",
        '192.0.2.1 - - [05/Mar/2024:10:00:01 +0000] "GET / HTTP/1.1" 200 1',
        "[    0.000000] Linux version",
    ],
)
def test_logs_of_programs_are_dropped(read, line):
    assert is_log(f"{line}\n" * 5)
    assert [x.outcome for x in read(f"{line}\n" * 5)] == ["dropped"]


def test_a_diary_with_times_is_no_log():
    assert not is_log("2024-03-05 10:00 I woke and it rained, an error of the sky.\n" * 9)


CODE = "import os\n\n\ndef gate(n):\n    x = n + 1\n    return os.path.join(x)\n"


def test_code_is_code_and_not_assumed_to_be_ones_own(read):
    (piece,) = read(CODE, "gate.py")
    assert (piece.kind, piece.mine) == ("code", None)
    assert read(CODE, "gate.py", assume_mine=("plain", "code"))[0].mine is True
    assert read(CODE, "gate.txt")[0].kind == "code"


@pytest.mark.parametrize(
    "text",
    [
        "Dear Bo,\n\nfor all I know the gate is shut; if so, open it.\n\nAnn\n",
        "- milk\n- eggs\n- bread\n- return the drill\n",
        "import taxes are high.\nfrom here to there.\nwhile I wait\nI write.\n",
    ],
)
def test_prose_is_no_code(text):
    assert not is_code(text, "a.txt")


def test_a_file_beyond_all_writing_is_dropped(read, monkeypatch):
    monkeypatch.setattr(plain, "MAX_SIZE", 10)
    assert [x.outcome for x in read("eleven chars")] == ["dropped"]


@pytest.mark.parametrize(
    "hostile", ["(" * 10**6, "<a" * 10**6, "a." * 10**6, "[1" * 10**6, " " * 10**6 + "x"]
)
def test_hostile_lines_take_linear_time(read, hostile):
    assert read(hostile)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "# Read a file\n\n* one\n* two\n\nimport os\n\n# Then\n\nprint('[a](b)')\n"),
        ("b.py", '"""Title\n=====\n\n.. note:: This is said of a program, at length.\n"""\n'),
        ("c.toml", "# Settings of the program\n# Change them as you like\n\n[section]\nname = 1\n"),
        (
            "d.el",
            "* A comment of a program that looks like a heading\n** Another one\n(setq a 1)\n",
        ),
        (".github/e.yml", "# This file tells a server what to do\n\non: push\n- one\n- two\n"),
    ],
)
def test_a_program_with_signs_of_markup_in_it_is_code(tmp_path, name, text):
    path = tmp_path / "a"
    path.write_text(text)
    file = File(path, name, "f")
    found = recognise(file, Reading())
    if not isinstance(found, str):  # what holds no prose at all is not read
        assert found[0] == "plain"
        assert [(p.kind, p.mine) for p in plain.read(file, Reading())] == [("code", None)]


def test_notes_on_programs_stay_notes(tmp_path):
    path = tmp_path / "a"
    path.write_text("# Python\n\nHow I read a file:\n\n```\nimport os\n```\n")
    for name in ("notes.md", "notes", "About go"):
        assert recognise(File(path, name, "f"), Reading())[0] == "markdown"
