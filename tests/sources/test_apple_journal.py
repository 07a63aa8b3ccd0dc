"""Apple Journal: days in any language, cards and prompts left out."""

import pytest

from corpus.sources import apple_journal
from corpus.sources.file import File
from corpus.sources.piece import Problem, Reading

PAGE = (
    "<!DOCTYPE html><html><body><p class='p1'><span><div class='pageContainer'>"
    '<div class="pageHeader">{when}</div><div class="assetGrid"><div class="gridItem">'
    "<div class='mediaTitle'>A song</div></div></div>"
    "<div class='reflectionPrompt'>How was it?</div>{title}<div class='bodyText'></span></p>"
    "{body}<p class='p1'><span></div></div></span></p></body></html>"
)


@pytest.fixture
def read(tmp_path):
    def read(when="Sunday, 17 December 2023", body="<p>Words.</p>", title="", name="e.html"):
        path = tmp_path / name
        path.write_text(PAGE.format(when=when, body=body, title=title))
        file = File(path=path, name=f"top/Entries/{name}", id="f")
        assert apple_journal.recognise(file, file.head())
        (item,) = apple_journal.read(file, Reading(zone="Europe/Oslo"))
        return item

    return read


@pytest.mark.parametrize(
    "when",
    [
        "Sunday, 17 December 2023",
        "Sunday, December 17, 2023",
        "Sonntag, 17. Dezember 2023",
        "dimanche 17 décembre 2023",
        "domingo, 17 de diciembre de 2023",
        "søndag 17. desember 2023",
        "2023年12月17日 日曜日",
        "воскресенье, 17 декабря 2023 г.",
    ],
)
def test_the_day_is_read_in_many_languages(read, when):
    piece = read(when)
    assert piece.created.isoformat() == "2023-12-16T23:00:00+00:00"
    assert piece.precision == "day"


def test_only_the_persons_words_are_read(read):
    piece = read(title="<div class='title'>A  day</div>", body="<p>One.</p><p>Two.</p>")
    assert (piece.text, piece.title, piece.mine) == ("One.\n\nTwo.", "A day", True)


def test_a_title_alone_is_the_entry(read):
    piece = read(title="<div class='title'>Nothing more</div>", body="")
    assert (piece.text, piece.title) == ("Nothing more", None)


def test_without_a_header_the_name_tells_the_day(read):
    assert read("", name="2023-12-17_Rain.html").created.isoformat() == "2023-12-16T23:00:00+00:00"


def test_cards_alone_are_dropped(read):
    assert read(body="") == Problem("file", "an entry without text")


def test_ids_are_the_names_of_entries(read):
    assert read(name="2023-12-17_Rain.html").own == "2023-12-17_Rain"


def test_ordinary_pages_are_not_claimed(tmp_path):
    file = File(path=tmp_path / "x.html", name="x.html", id="f")
    page = b"<html><body><div class='title'>x</div><div class='bodyText'>y</div></body></html>"
    assert apple_journal.recognise(file, page) is None
    assert apple_journal.recognise(file, b"<html><a href='Entries/a.html'>a</a></html>") is None
