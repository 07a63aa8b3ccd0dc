"""Markdown: what counts as evidence, every kind of front matter, and nothing lost on the way."""

import pytest

from corpus.sources import markdown
from corpus.sources.file import File
from corpus.sources.markdown import split_front
from corpus.sources.piece import Piece, Problem, Reading


@pytest.fixture
def read(tmp_path):
    def read(text, name="notes/n.md", **reading):
        path = tmp_path / "n.md"
        path.write_bytes(text.encode())
        return next(markdown.read(File(path=path, name=name, id="f"), Reading(**reading)))

    return read


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: Oats\n---\nBoil.\n",
        "---\r\ntitle: Oats\r\n---\r\nBoil.\r\n",
        "+++\ntitle = 'Oats'\n+++\nBoil.\n",
        '{\n "title": "Oats"\n}\n\nBoil.\n',
        "# Oats\n\nBoil.\n",
        "Take [these](http://x.example) and **boil**.\n",
        "[[Oats]] are\n\n- [ ] boiled\n- [x] eaten\n",
    ],
)
def test_markdown_is_recognised(text):
    assert markdown.recognise(None, text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "Oats, boiled.\n\nThen eaten.\n",
        "---\nA line above and below.\n---\nThen text.\n",
        "- milk\n- bread\n",
        "#1 on the list was: rain.\n",
        "[02:54] <Ann> it is *so* wet\n[02:55] <Bo> __init__ failed\n",
    ],
)
def test_ordinary_text_is_not(text):
    assert markdown.recognise(None, text.encode()) is None


@pytest.mark.parametrize(
    ("front", "text"),
    [
        ("---\ntitle: Oats\nlist: [a\n---\n", "  indented code\n"),
        ("---\ntitle: Oats\ndate: 2024-13-45\n---\n", "Boil.\n"),
        ("---\ntitle: Oats\n? [1, 2]: {a: b}: c\n---\n", "Boil.\n"),
        ("+++\ntitle = Oats\n+++\n", "Boil.\n"),
        ("---\ntitle: Oats\n...\n", "---\nrule\n---\n"),
    ],
)
def test_bad_front_matter_keeps_the_text_and_what_can_be_read(front, text):
    fields, rest = split_front(front + text)
    assert (fields["title"], rest) == ("Oats", text)


@pytest.mark.parametrize(
    ("front", "kind"),
    [
        ("layout: post", "post"),
        ("slug: oats", "post"),
        ("draft: false", "post"),
        ("title: Oats\ndate: 2024-01-02", "post"),
        ("title: Oats", "note"),
    ],
)
def test_a_blogs_front_matter_makes_a_post(read, front, kind):
    assert read(f"---\n{front}\n---\nBoil.\n").kind == kind


@pytest.mark.parametrize(
    ("front", "origin"),
    [
        ("source: https://x.example/a", "clipped"),
        ("url: https://x.example/a", "clipped"),
        ("clipped: 2024-01-02", "clipped"),
        ("url: /2024/oats/", None),
        ("source:", None),
    ],
)
def test_a_clipping_is_told_from_the_path_of_a_post(read, front, origin):
    piece = read(f"---\ntitle: Oats\n{front}\n---\nBoil.\n")
    assert (piece.origin, piece.mine) == (origin, None if origin else True)


def test_authors_are_named_and_then_it_is_not_assumed_mine(read):
    piece = read("---\nauthors:\n  - name: Ann Oak\n  - Bo\n---\nBoil.\n")
    assert piece.handle == "name:Ann Oak"
    assert piece.people == [("name:Ann Oak", "Ann Oak"), ("name:Bo", "Bo")]
    assert piece.mine is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Oats #\n\nBoil.\n", "Oats"),
        ("Oats\n====\n\n[a](b) **c**\n", "Oats"),
        ("```sh\n# not this\n```\n\n# Oats\n", "Oats"),
        ("```sh\n# not this\n```\n", None),
        ("## Only a section\n", None),
    ],
)
def test_the_title_is_the_first_heading_outside_code(read, text, title):
    assert read(text).title == title


@pytest.mark.parametrize(
    ("name", "front", "day"),
    [
        ("_posts/2021-08-23-basic.md", "", "2021-08-23"),
        ("daily/2022-06-01.md", "", "2022-06-01"),
        ("a.md", "---\ncreated: 2020-05-06 07:08\n---\n", "2020-05-06"),
        ("2021-08-23-a.md", "---\ndate: '2020-05-06'\n---\n", "2020-05-06"),
    ],
)
def test_the_date_is_in_the_fields_or_else_in_the_name(read, name, front, day):
    assert read(f"{front}# A\n\nText.\n", name).created.date().isoformat() == day


def test_metadata_is_an_allow_list_of_plain_values(read):
    front = "a: &a [x, *a]\ntags: [food, 3, {deep: 1}]\naliases: *a\nsecret: s\nslug: oats"
    piece = read(f"---\n{front}\n---\nBoil.\n")
    assert isinstance(piece, Piece)
    assert piece.metadata["tags"] == ["food", "3"]
    assert set(piece.metadata) <= {"tags", "aliases", "slug"}


def test_front_matter_without_text_is_dropped_as_empty(read):
    assert read("---\ntitle: Oats\n---\n\n") == Problem("file", "empty")


def test_hostile_lines_end():
    for text in ("[" * 60_000, "**a " * 15_000, "# " + "# " * 30_000, "[[a" * 20_000):
        markdown.recognise(None, text.encode())
        assert split_front(text) == ({}, text)
