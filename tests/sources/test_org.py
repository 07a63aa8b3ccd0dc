"""Org files: journals by day, notes whole, and nothing of the machinery."""

from pathlib import Path

import pytest

from corpus.sources import org
from corpus.sources.file import File
from corpus.sources.org_text import entries
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reading import recognise

FIXTURE = Path(__file__).parent.parent / "fixtures/org/journal.org"


@pytest.fixture
def read(tmp_path):
    def read(text, name="a.org", zone="UTC"):
        path = tmp_path / name
        path.write_text(text)
        file = File(path=path, name=name, id="f")
        assert recognise(file, Reading())[0] == "org"
        return [
            x
            for x in org.read(file, Reading(zone=zone, assume_mine=("org",)))
            if not isinstance(x, Claim)
        ]

    return read


def test_a_journal_has_one_document_a_day(read):
    intro, year, peas, netting, heap, compost = read(FIXTURE.read_text(), zone="Europe/Oslo")
    assert (intro.text, intro.handle) == ("Kept since the flood.", "name:Ann Leeson")
    assert year.reason == "no text below the heading"
    assert peas.text == "Sowed them with Bo's dibber.\n```python\nrows = 2\n```"
    assert (peas.namespace, peas.own, peas.title) == ("org", "0b1c2d3e", "Peas")
    assert peas.created.isoformat() == "2024-03-05T18:30:00+00:00"
    assert netting.text == "- netting\n- stakes\n\nAsk Bo\n\nAbout the stakes."
    assert (netting.precision, netting.own) == ("day", "a.org#2024-03-06/1")
    assert (compost.text, compost.title) == ("Turned it.", "Compost")
    assert heap.outcome == "dropped"


def test_a_file_of_notes_is_one_document(read):
    text = "#+title: Gate\n* Why\nIt sticks.\n** Since\nMarch.\n* [2024-01-01 Mon] x\ny\n"
    (piece,) = read(text)
    assert piece.text == "Why\n\nIt sticks.\n\nSince\n\nMarch.\n\nx\n\ny"
    assert (piece.title, piece.own, piece.mine) == ("Gate", "a.org", True)


def test_an_id_does_not_change_when_entries_are_added_before(read):
    day = "* [2024-01-0{0} Mon] t{0}\ntext {0}\n"
    before = [p.own for p in read("".join(day.format(n) for n in (2, 3, 4)))]
    after = [p.own for p in read("".join(day.format(n) for n in (1, 2, 3, 4)))]
    assert after[1:] == before


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("#+begin_quote\ntheirs\n#+end_quote\nmine", "mine"),
        ("#+BEGIN_VERSE\na\nb\n#+END_VERSE", "a\nb"),
        ("#+begin_src sh\n* not a heading\n#+end_src", "```sh\n* not a heading\n```"),
        ("#+RESULTS:\n: 4\n: 5\n\nmine", "mine"),
        ("#+RESULTS:\n#+begin_example\n4\n#+end_example\nmine", "mine"),
        (":LOGBOOK:\nCLOCK: [2024-01-01]\n:END:\nmine", "mine"),
        ("CLOSED: [2024-01-01 Mon] SCHEDULED: <2024-01-02 Tue>\nmine", "mine"),
        ("# a comment\nmine #not one", "mine #not one"),
        ("see [[https://x.example][the page]] and [[id:7]]", "see the page and id:7"),
        ("#+INCLUDE: \"/etc/passwd\"\nmine", "mine"),
    ],
)  # fmt: skip
def test_what_is_read_below_a_heading(lines, text):
    assert entries(lines.split("\n"), {})[0].text() == text


@pytest.mark.parametrize(
    ("heading", "title", "tags"),
    [
        ("* TODO [#A] Call :phone:bo:", "Call", ("phone", "bo")),
        ("** DONE [2024-03-05 Tue] Dig", "Dig", ()),
        ("* TODOS of mine", "TODOS of mine", ()),
        ("* 12:30 lunch", "12:30 lunch", ()),
    ],
)
def test_headings_lose_states_priorities_and_tags(heading, title, tags):
    entry = entries([heading], {})[-1]
    assert (entry.title, entry.tags) == (title, tags)


def test_an_archived_subtree_hides_what_is_below_it(read):
    told = read("#+title: x\n* Now\nmine\n* Old :ARCHIVE:\ngone\n** Older\ngone\n* New\nmine too\n")
    assert [p.text for p in told if isinstance(p, Piece)] == ["Now\n\nmine\n\nNew\n\nmine too"]
    assert [p.outcome for p in told if isinstance(p, Problem)] == ["dropped"]


def test_markdown_and_prose_are_left_to_others(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("# Title\n\n* one\n* two\n")
    assert org.recognise(File(path=path, name="a.txt", id="f"), path.read_bytes()) is None


def test_cuts_give_only_items(tmp_path):
    whole = FIXTURE.read_bytes()
    for cut in range(len(whole)):
        path = tmp_path / "x.org"
        path.write_bytes(whole[:cut])
        told = org.read(File(path=path, name="x.org", id="f"), Reading())
        assert all(isinstance(x, Piece | Problem | Claim) for x in told)


@pytest.mark.parametrize(
    "hostile", ["*" * 500_000, "[[" * 300_000, "CLOSED: [" * 90_000, ":a" * 3**11]
)
def test_hostile_lines_take_linear_time(read, hostile):
    read(f"#+title: x\n{hostile}\ntext\n")
