"""Joplin's raw export: notes and their dates, clippings apart, what the app knows left out."""

import io
import tarfile

import pytest

from corpus.sources import joplin
from corpus.sources.archive import walk
from corpus.sources.file import File
from corpus.sources.piece import Piece, Problem, Reading
from corpus.sources.reading import recognise

ID = "0a" * 16
FIELDS = {
    "id": ID,
    "parent_id": "0b" * 16,
    "created_time": "2020-05-01T10:11:12.345Z",
    "latitude": "59.91000000",
    "author": "",
    "source_url": "",
    "is_todo": "0",
    "application_data": "",
    "user_created_time": "2019-05-01T10:11:12.345Z",
    "encryption_applied": "0",
    "markup_language": "1",
    "deleted_time": "0",
    "type_": "1",
}


def item(words, **fields):
    told = "\n".join(f"{name}: {value}" for name, value in (FIELDS | fields).items())
    return f"{words}\n\n{told}" if words else told


@pytest.fixture
def read(tmp_path):
    def run(text, name=f"export/{ID}.md"):
        path = tmp_path / "a"
        path.write_text(text)
        file = File(path, name, "f")
        assert recognise(file, Reading())[0] == "joplin"
        (found,) = joplin.read(file, Reading())
        return found

    return run


def test_a_note_has_its_title_date_and_words_only(read):
    found = read(item("Milk\n\nBuy some.\n\n- [ ] at: noon"))
    assert (found.title, found.text) == ("Milk", "Buy some.\n\n- [ ] at: noon")
    assert (found.own, found.kind, found.mine, found.origin) == (ID, "note", True, None)
    assert found.created.isoformat() == "2019-05-01T10:11:12.345000+00:00"


def test_an_html_note_is_read_as_text_and_a_todo_is_named(read):
    found = read(item("Tea\n\n<p>Own, <b>bold</b>.</p>", markup_language="2", is_todo="1"))
    assert (found.text, found.metadata) == ("Own, bold.", {"todo": True})


def test_what_was_clipped_or_names_an_author_is_not_own(read):
    clipped = read(item("Page\n\nTheirs.", source_url="https://x.example/a", author="Cai"))
    assert (clipped.mine, clipped.origin, clipped.handle) == (None, "clipped", "name:Cai")
    named = read(item("Page\n\nTheirs.", author="Cai"))
    assert (named.mine, named.origin, named.handle) == (None, None, "name:Cai")


@pytest.mark.parametrize(
    ("words", "fields", "reason"),
    [
        ("My notebook", {"type_": "2"}, "what an app knows of its notes; not writing"),
        ("", {"type_": "6"}, "what an app knows of its notes; not writing"),
        ("Gone\n\nGone.", {"deleted_time": "1714558272345"}, "in the trash"),
        ("Sealed", {"encryption_applied": "1"}, "encrypted"),
        ("Only a title", {}, "a note without text"),
    ],
)
def test_what_is_no_note_is_dropped(read, words, fields, reason):
    assert read(item(words, **fields)) == Problem("file", reason)


def test_a_long_note_is_known_by_its_end(read):
    found = read(item("Long\n\n" + "A line of words that goes on.\n" * 5_000))
    assert (found.title, found.kind) == ("Long", "essay")


def test_the_archive_of_an_export_is_read(tmp_path):
    with tarfile.open(tmp_path / "notes.jex", "w") as archive:
        for name, text in ((f"{ID}.md", item("Milk\n\nBuy some.")), ("resources/a.txt", "Hello.")):
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    files = list(walk([tmp_path / "notes.jex"], str))
    kinds = [recognise(file, Reading())[0] for file in files]
    assert kinds == ["joplin", "plain"]
    (found,) = joplin.read(files[0], Reading())
    assert isinstance(found, Piece)


@pytest.mark.parametrize(
    "text", ["Notes\n\nid: 12\ntype_: 1\n", f"id: {ID}\n\nsome words of a note follow here\n"]
)
def test_other_notes_with_fields_are_not_joplin_s(tmp_path, text):
    path = tmp_path / "a.md"
    path.write_text(text)
    file = File(path, "a.md", "f")
    assert joplin.recognise(file, file.head()) is None
