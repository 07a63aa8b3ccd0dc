"""Bear and TextBundles: what info.json says, tags, trash, and bundles of other apps."""

import json
import zipfile

import pytest

from corpus.sources import bear
from corpus.sources.archive import walk
from corpus.sources.file import File
from corpus.sources.piece import Problem, Reading

BEAR = {
    "creationDate": "2024-06-07T10:08:13Z",
    "uniqueIdentifier": "B1C5",
    "trashed": 0,
    "archived": 0,
}
INFO = {"type": "net.daringfireball.markdown", "version": 2, "net.shinyfrog.bear": BEAR}


@pytest.fixture
def read(tmp_path):
    def read(text, info=INFO, name="text.md"):
        folder = tmp_path / "A note.textbundle"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
        told = info if isinstance(info, str) else json.dumps(info)
        (folder / "info.json").write_text(told)
        file = File(path=folder / name, name=f"top/{folder.name}/{name}", id="f")
        assert bear.recognise(file, file.head())
        (item,) = bear.read(file, Reading())
        return item

    return read


@pytest.mark.parametrize("name", ["text.md", "text.txt", "text.markdown", "Text.MD"])
def test_a_note_has_the_date_and_id_of_its_info(read, name):
    piece = read("# Hive\n\nFour mites.\n", name=name)
    assert (piece.own, piece.title, piece.mine) == ("B1C5", "Hive", True)
    assert piece.text == "# Hive\n\nFour mites."
    assert piece.created.isoformat() == "2024-06-07T10:08:13+00:00"


def test_tags_are_metadata_and_lines_of_tags_are_no_words(read):
    piece = read("# A\n#bees/hive #winter plans#\n\nSee #mites. Not `C#` or #12.\n")
    assert piece.text == "# A\n\nSee #mites. Not `C#` or #12."
    assert piece.metadata["tags"] == ["winter plans", "bees/hive", "mites"]


def test_headings_and_code_are_no_tags(read):
    piece = read("## Two\n\n```sh\n#!/bin/sh\n#comment\n```\nx https://a.example/#part\n")
    assert "tags" not in piece.metadata


def test_pictures_and_their_settings_are_no_words(read):
    piece = read('Look ![](a.png)<!-- {"width":300} --> here [image:B/c.png]\n')
    assert piece.text == "Look  here"


def test_a_note_in_the_trash_is_dropped(read):
    told = {**INFO, "net.shinyfrog.bear": {**BEAR, "trashed": 1}}
    assert read("x", told) == Problem("file", "in the trash")


@pytest.mark.parametrize("info", ["{broken", "[]", "", '{"net.shinyfrog.bear": 5}'])
def test_a_damaged_info_costs_the_date_not_the_note(read, info):
    piece = read("Words.", info)
    assert (piece.text, piece.created, piece.own) == ("Words.", None, "bundle A note")


def test_a_bundle_made_from_a_page_is_a_clip(read):
    piece = read("Theirs.", {**INFO, "sourceURL": "https://x.example/a"})
    assert (piece.origin, piece.mine) == ("clipped", None)


def test_a_backup_is_read_from_its_archive(tmp_path):
    path = tmp_path / "notes.bear2bk"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("A note.textbundle/text.md", "# A\n\nWords.\n")
        archive.writestr("A note.textbundle/info.json", json.dumps(INFO))
    told = {f.members[-1]: f for f in walk([path], lambda name: name)}
    assert bear.recognise(told["A note.textbundle/info.json"], json.dumps(INFO).encode())
    (piece,) = bear.read(told["A note.textbundle/text.md"], Reading())
    assert (piece.own, piece.text) == ("B1C5", "# A\n\nWords.")


def test_ordinary_files_named_alike_are_not_claimed(tmp_path):
    (tmp_path / "text.md").write_text("# A\n")
    text = File(path=tmp_path / "text.md", name="top/text.md", id="f")
    info = File(path=tmp_path / "info.json", name="top/info.json", id="f")
    assert bear.recognise(text, b"# A\n") is None
    assert bear.recognise(info, b'{"version": "1.0", "name": "a package"}') is None
