"""Markdown: what counts as evidence, every kind of front matter, and nothing lost on the way."""

import pytest

from corpus.sources import markdown
from corpus.sources.file import File
from corpus.sources.markdown import split_front
from corpus.sources.markdown_text import words_of
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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("See [[Garden#Gate|the gate]] and [[Tea]].", "See the gate and Tea."),
        ("Look ![[map.png|300]] here ^a1", "Look  here"),
        ("One.\n\n%% a\nb %%\nTwo.<!-- c\nd -->", "One.\n\nTwo."),
        ("> [!note]- Title\n> Mine.", "Title\nMine."),
        ("a\n\n```dataview\nLIST\n```\n\nb", "a\n\nb"),
        ("```js\nlet a = `{{x}}` // [[y]]\n\n\n\nb %% c %%\n```", None),
        ("Use `[[ -f x ]]` or `{% raw %}`.", None),
        ("{% include a.html %}\nText {{ site.x }}.\n{: .lead}", "Text ."),
        ('{{< figure src="a" caption="Mine" >}}', "Mine"),
        ("{{c1::Oslo::hint}} is a capital", "Oslo is a capital"),
        ("- Block\n  id:: 64a1-b\n  collapsed:: true", "- Block"),
        ("{% highlight py %}\nx = 1\n{% endhighlight %}", "```\nx = 1\n```"),
        ("Hello <% tp.date.now() %>!", "Hello !"),
        ("a\n\n[TOC]\n\nb", "a\n\nb"),
    ],
)
def test_machinery_of_programs_is_no_text(read, text, words):
    piece = read(f"---\ntitle: T\n---\n{text}\n")
    assert piece.text == (f"{text}\n" if words is None else words)


def test_quoted_blocks_are_a_piece_of_their_own(tmp_path):
    path = tmp_path / "n.md"
    path.write_text("# A\n\nShe wrote:\n\n> Never.\n> [!x\n\n```\n> not this\n```\n\nI agree.\n")
    own, quoted = markdown.read(File(path=path, name="n.md", id="f"), Reading())
    assert own.text == "# A\n\nShe wrote:\n\n```\n> not this\n```\n\nI agree."
    assert (quoted.text, quoted.origin, quoted.mine) == ("Never.\n[!x", "quoted", None)
    assert own.own != quoted.own


def test_a_quote_callout_is_a_quote_and_others_are_not(tmp_path):
    path = tmp_path / "n.md"
    path.write_text("# A\n\n> [!quote] Ann\n> Hers.\n\n> [!warning]\n> Mine.\n")
    own, quoted = markdown.read(File(path=path, name="n.md", id="f"), Reading())
    assert (own.text, quoted.text) == ("# A\n\nMine.", "Ann\nHers.")


@pytest.mark.parametrize(
    ("name", "front", "origin"),
    [
        ("v/Clippings/a.md", "", "clipped"),
        ("v.zip!Readwise/Books/a.md", "", "clipped"),
        ("v/a.md", "tags: [clippings, x]", "clipped"),
        ("v/a.md", "tags: '#readwise'", "clipped"),
        ("v/mine/a.md", "tags: [clippers]", None),
    ],
)
def test_clippings_are_told_by_folder_and_tag(read, name, front, origin):
    assert read(f"---\ntitle: T\n{front}\n---\nText.\n", name).origin == origin


@pytest.mark.parametrize(
    ("name", "front", "day"),
    [
        ("_posts/2021-8-3-first.md", "", "2021-08-03"),
        ("content/2022-02-03-ferry/index.md", "", "2022-02-03"),
        ("journal/2024_05_06.md", "", "2024-05-06"),
        ("journal/May 6th, 2024.md", "", "2024-05-06"),
        ("a.md", "date: August 23, 2021", "2021-08-23"),
        ("a.md", "date: 2021-8-23", "2021-08-23"),
        ("a.md", "date: 2021-08-23 10:00:00 +0200", "2021-08-23"),
        ("Top 10 of May 2024.md", "", None),
        ("2021-13-45-a.md", "", None),
    ],
)
def test_dates_as_blogs_and_vaults_write_them(read, name, front, day):
    created = read(f"---\ntitle: T\n{front}\n---\nText.\n", name).created
    assert (created and created.date().isoformat()) == day


def test_a_drawing_is_dropped(read):
    drawing = "---\nexcalidraw-plugin: parsed\n---\n# Text Elements\nGate ^a\n"
    assert read(drawing) == Problem("file", "a drawing of Excalidraw")


def test_drafts_are_told_by_their_folder(read):
    assert read("# A\n\nText.\n", "blog/_drafts/a.md").metadata == {"draft": True}


def test_windows_line_ends_leave_no_trace(read):
    piece = read("---\r\ntitle: T\r\n---\r\n# A\r\n\r\nText.\r\n")
    assert (piece.text, piece.title) == ("# A\n\nText.\n", "T")


def test_front_matter_without_text_is_dropped_as_empty(read):
    assert read("---\ntitle: Oats\n---\n\n") == Problem("file", "empty")


def test_hostile_lines_end():
    for text in ("[" * 60_000, "**a " * 15_000, "# " + "# " * 30_000, "[[a" * 20_000):
        markdown.recognise(None, text.encode())
        assert split_front(text) == ({}, text)
        words_of(text)


@pytest.mark.parametrize("part", ["[[", "{{", "{%", "<%", "%%", "<!--", "`<!--", "> [!a]\n", "{:"])
def test_hostile_text_is_read_in_good_time(part):
    words_of(part * 100_000)
