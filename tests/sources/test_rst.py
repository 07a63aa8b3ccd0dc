"""reStructuredText: the words a reader sees, and no other file's."""

from pathlib import Path

import pytest

from corpus.sources import rst
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reading import recognise
from corpus.sources.rst_text import parsed

FIXTURE = Path(__file__).parent.parent / "fixtures/rst/hedge.rst"


def test_the_fixture_gives_its_words(tmp_path):
    file = File(path=FIXTURE, name="hedge.rst", id="f")
    assert recognise(file, Reading())[0] == "rst"
    claim, piece = rst.read(file, Reading())
    assert piece.text == (
        "The hedge\n\nPlant it in November [^1], see tools. Then:\n\n```\ndig(2)\n```\n\n"
        "Wet ground only.\n\nThorns from Bo.\n\n- one\n- two\n\n[^1]: Or in March."
    )
    assert (piece.handle, piece.title) == ("name:Ann Leeson", "The hedge")
    assert piece.created.date().isoformat() == "2018-05-06"
    assert not claim.strong


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (".. include:: /etc/hostname", ""),
        (".. raw:: html\n   :file: /etc/hostname", ""),
        (".. csv-table::\n   :file: /etc/hostname", ""),
        (".. toctree::\n\n   other", ""),
        (".. code-block:: python\n   :linenos:\n\n   a = 1", "```\na = 1\n```"),
        (".. admonition:: Mind\n\n   the step", "Mind\n\nthe step"),
        ("    indented\n\n    -- Someone", ""),
        ("    only indented", "only indented"),
        ("a :ref:`label <x>` and `link <http://x.example>`_", "a label and link"),
        ("| a\n| b", "a\nb"),
        (".. table:: Boats of ours\n\n   == ==\n   a  b\n   == ==", "Boats of ours\n\na\tb"),
        ("term\n  meaning", "term\n\nmeaning"),
        ("broken `role", "broken `role"),
        ("Title\n====\n\nunder", "Title\n\nunder"),
    ],
)
def test_what_is_read(source, text):
    assert parsed(f"first\n\n{source}\n").text == f"first\n\n{text}".strip()


def test_what_docutils_cannot_read_is_taken_as_it_stands(tmp_path, monkeypatch):
    monkeypatch.setattr("corpus.sources.rst_text.MAX_SIZE", 10)
    path = tmp_path / "a.rst"
    path.write_text("Title\n=====\n\nwords\n")
    (piece,) = rst.read(File(path=path, name="a.rst", id="f"), Reading())
    assert piece.text == "Title\n=====\n\nwords"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "Title\n=====\n\nwords\n"),
        ("a.txt", "Just words.. and :-) more::\n"),
        ("a.txt", "# T\n\n.. note:: x\n\n[a](https://x.example)\n"),
    ],
)
def test_markdown_and_prose_are_left_to_others(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    assert rst.recognise(File(path=path, name=name, id="f"), text.encode()) is None


def test_cuts_give_only_items(tmp_path):
    whole = FIXTURE.read_bytes()
    for cut in range(0, len(whole), 5):
        path = tmp_path / "x.rst"
        path.write_bytes(whole[:cut])
        told = rst.read(File(path=path, name="x.rst", id="f"), Reading())
        assert all(isinstance(x, Piece | Problem | Claim) for x in told)


@pytest.mark.timeout(60)
def test_a_run_without_spaces_is_read_as_it_stands():
    source = "Title\n=====\n\nSome *words*. " + "=?utf-8?q?" * 40_000
    assert parsed(source) is None
    assert parsed(source[:1500]).title == "Title"
