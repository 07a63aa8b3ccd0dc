"""Notion exports: pages, properties, rows that stand three times, clips and links."""

import pytest

from corpus.sources import notion
from corpus.sources.file import File
from corpus.sources.notion_markdown import page
from corpus.sources.notion_page import told_moment
from corpus.sources.piece import Claim, Piece, Problem, Reading

A, B, C = "a" * 32, "b" * 32, "c" * 32


@pytest.fixture
def read(tmp_path):
    def read(name, text, **beside):
        for other, value in {**beside, name: text}.items():
            path = tmp_path / "top" / other
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(value)
        file = File(path=tmp_path / "top" / name, name=f"top/{name}", id="f")
        assert notion.recognise(file, file.head())
        return [i for i in notion.read(file, Reading()) if not isinstance(i, Claim)]

    return read


def test_a_page_is_named_by_the_id_in_its_file_name(read):
    (piece,) = read(f"Tea {A}.md", "# Tea: a study\n\nBrew it.\n")
    assert (piece.own, piece.title, piece.text) == (A, "Tea: a study", "Brew it.")
    assert (piece.mine, piece.kind, piece.created) == (True, "note", None)


def test_lines_that_look_like_properties_are_text_where_there_is_no_database(read):
    (piece,) = read(f"Tea {A}.md", "# Tea\n\nNote: it was cold.\nAlso: dark.\n\nThe end.\n")
    assert piece.text == "Note: it was cold.\nAlso: dark.\n\nThe end."


def test_properties_are_told_by_the_columns_of_the_database(read):
    csv = "\ufeffName,Mood,Why\nTea,good,\n"
    text = "# Tea\n\nMood: good\nWhy: because the kettle was still warm\n\nNote: brew it.\n"
    beside = {f"Diary {B}.csv": csv}
    (piece,) = read(f"Diary {B}/Tea {A}.md", text, **beside)
    assert piece.text == "because the kettle was still warm\n\nNote: brew it."
    assert "good" not in piece.text


def test_dates_and_authors_come_from_properties(read):
    text = "# Tea\n\nCreated: December 4, 2024 8:45 AM\nCreated by: Ann Oak\nTags: a, b\n\nBrew.\n"
    (piece,) = read(f"Tea {A}.md", text)
    assert piece.created.isoformat() == "2024-12-04T08:45:00+00:00"
    assert (piece.handle, piece.mine) == ("notion:Ann Oak", None)
    assert piece.metadata == {"properties": {"Tags": "a, b"}}


def test_a_page_with_an_address_is_a_clip_and_what_was_noted_on_it_is_own(read):
    csv = {f"Links {B}.csv": "\ufeffName,URL,Why\nx,https://x.example,y\n"}
    text = "# X\n\nURL: https://x.example/a\nWhy: I want to argue with this one\n\nTheir words.\n"
    own, clip = read(f"Links {B}/X {A}.md", text, **csv)
    assert (own.text, own.origin, own.mine) == ("I want to argue with this one", None, True)
    assert (clip.text, clip.origin, clip.mine) == ("Their words.", "clipped", None)
    assert own.own != clip.own


def test_a_page_without_words_is_dropped(read):
    assert read(f"Tea {A}.md", "# Tea\n\nStatus: Done") == [Problem("file", "a page without text")]


def test_rows_are_read_once_where_they_stand_three_times(read):
    beside = {
        f"Tea/D {B}_all.csv": "\ufeffName,Why\nOne: a day,because it rained all day long\n"
        "Two,a row that has no page at all\n",
        f"Tea/D {B}/One a day {A}.md": "# One: a day\n",
    }
    rows = read(f"Tea/D {B}.csv", "\ufeffName\nOne: a day\nTwo\n", **beside)
    assert [r.reason for r in rows if isinstance(r, Problem)] == ["its page stands beside"]
    (piece,) = (r for r in rows if isinstance(r, Piece))
    assert (piece.title, piece.text) == ("Two", "a row that has no page at all")
    (again,) = read(f"Tea/D {B}_all.csv", "\ufeffName,Why\nOne: a day,\nTwo,\n")
    assert again.reason == "the same rows stand in the CSV file beside it"


def test_titles_that_a_name_cannot_hold_still_match(read):
    long = "A very long title that Notion cuts after some fifty characters or so"
    page_name = f"{long[:45]} {A}.md"
    rows = read(f"D {B}.csv", f'Name,Why\n"{long}?",x\n', **{f"D {B}/{page_name}": "# x\n"})
    assert [r.reason for r in rows] == ["its page stands beside"]


HTML = (
    '<html><body><article id="{own}" class="page sans"><header><h1 class="page-title">Tea</h1>'
    '<table class="properties"><tbody><tr class="property-row property-row-created_time">'
    "<th>作成</th><td><time>@2024年12月4日 8:45</time></td></tr></tbody></table></header>"
    '<div class="page-body"><p>Brew.</p><a class="bookmark" href="x">Theirs</a>'
    '<ul class="to-do-list"><li><div class="checkbox checkbox-off"></div>milk</li></ul>'
    "</div></article></body></html>"
)


def test_html_gives_the_same_page(read):
    own = f"{A[:8]}-{A[8:12]}-{A[12:16]}-{A[16:20]}-{A[20:]}"
    (piece,) = read("Tea.html", HTML.format(own=own))
    assert (piece.own, piece.title, piece.text) == (A, "Tea", "Brew.\n\n- [ ] milk")
    assert piece.created.isoformat() == "2024-12-04T08:45:00+00:00"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f"See [Sub](Tea%20{A}/Sub%20{B}.md) now.", "See Sub now."),
        (f"[Sub](Sub%20{B}.md)\n\nText.", "Text."),
        ("[Theirs](https://x.example/a) stays.", "[Theirs](https://x.example/a) stays."),
        (f"At [Home](https://www.notion.so/Home-{A}).", "At Home."),
        ("![Untitled](Tea%20x/Untitled.png)\n\nText.", "Text."),
        ("<aside>\n💡 Mind the step.\n\n</aside>\n\nText.", "💡 Mind the step.\n\nText."),
    ],
)
def test_links_callouts_and_pictures(body, text):
    assert page(f"# T\n\n{body}", A, frozenset()).text == text


@pytest.mark.parametrize(
    ("shown", "moment"),
    [
        ("December 4, 2024 8:45 PM", "2024-12-04T20:45:00+00:00"),
        ("4. Dezember 2024 20:45", "2024-12-04T20:45:00+00:00"),
        ("2024年12月4日 20:45", "2024-12-04T20:45:00+00:00"),
        ("@December 4, 2024 → December 6, 2024", "2024-12-04T00:00:00+00:00"),
        ("2024-12-04", "2024-12-04T00:00:00+00:00"),
        ("soon", None),
    ],
)
def test_moments_as_exports_print_them(shown, moment):
    found, precision = told_moment(shown, "UTC")
    assert (found and found.isoformat()) == moment
    assert (found is None) == (precision == "unknown")


def test_other_files_are_not_claimed(tmp_path):
    for name, text in (
        ("Tea.md", b"# Tea\n"),
        (f"Tea {A}.md", b"no heading"),
        (f"Tea {A}.txt", b"# Tea\n"),
        (f"Tea {A}.csv", b'{"a": 1}'),
        (f"Tea {A[:-1]}.md", b"# Tea\n"),
        (f"Tea {A}.html", b"<html><body>x</body></html>"),
    ):
        file = File(path=tmp_path / name, name=f"top/{name}", id="f")
        assert notion.recognise(file, text) is None
