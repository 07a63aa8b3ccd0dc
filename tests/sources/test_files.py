"""Plain text, Markdown and HTML: what is recognised, what is refused, and the fields read."""

from datetime import UTC, datetime

import pytest

from corpus.keys import digest
from corpus.sources.file import File
from corpus.sources.markup import text_of
from corpus.sources.piece import Reading
from corpus.sources.reading import Account, drafts, recognise

PROSE = "We walked to the lighthouse before breakfast. Nobody else was up, and the tide was out.\n"


@pytest.fixture
def read(tmp_path):
    """Return a function: (name, content) → (kind or reason, first row or None)."""

    def read(name, content, **reading):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        file = File(path=path, name=f"notes/{name}", id=digest(name))
        found = recognise(file, Reading(**reading))
        if isinstance(found, str):
            return found, None
        account = Account()
        rows = [
            r for b in drafts(file, found[0], Reading(**reading), account) for r in b.to_pylist()
        ]
        assert account.balanced()
        return found[0], rows[0] if rows else None

    return read


def test_plain_text_is_one_note_in_its_own_words(read):
    kind, row = read("2024-03-05 walk.txt", PROSE)
    assert (kind, row["kind"], row["text"], row["mine"]) == ("plain", "note", PROSE, True)
    assert row["created"] == datetime(2024, 3, 5, tzinfo=UTC)
    assert row["created_precision"] == "day"


def test_a_long_text_is_an_essay_and_the_settings_can_say_it_is_not_mine(read):
    _, row = read("long.txt", PROSE * 60, assume_mine=())
    assert (row["kind"], row["mine"]) == ("essay", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(read, encoding):
    text = "Blåbærsyltetøy på brødskive, sa hun, og så gikk vi en tur langs sjøen i Ålesund.\n" * 3
    kind, row = read("norsk.txt", text.encode(encoding))
    assert kind == "plain"
    assert row["text"] == text


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8,
        b"\0\1\2\3" * 100,
        b'[\n  {"uuid": "x", "chat_messages": []}\n]',
        b'{"title": "x", "textContent": "y"}',
        b"<?xml version='1.0'?><smses/>",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        b"BEGIN:VCALENDAR\nEND:VCALENDAR\n",
        b"name,amount,currency\nrent,900,GBP\nbread,3,GBP\n",
        b"ID\tTimestamp\tContents\n1\t2020\thi\n2\t2021\tho\n",
        b"",
    ],
)
def test_what_is_no_writing_is_refused_with_a_reason(read, content):
    reason, row = read("thing", content)
    assert row is None
    assert " " in reason


def test_commas_in_prose_are_no_table(read):
    kind, _ = read("list.txt", "Milk, bread, eggs.\nThen home, by the river, slowly.\nRain.\n")
    assert kind == "plain"


def test_front_matter_gives_title_date_and_tags(read):
    text = "---\ntitle: Oats\ndate: 2023-11-02 07:30:00\ntags: [food]\n---\nBoil **slowly**.\n"
    kind, row = read("oats.md", text, zone="Europe/Oslo")
    assert (kind, row["title"], row["kind"]) == ("markdown", "Oats", "post")
    assert row["created"] == datetime(2023, 11, 2, 6, 30, tzinfo=UTC)
    assert row["text"] == "Boil **slowly**.\n"
    assert row["metadata"] == '{"tags": ["food"]}'


def test_broken_front_matter_costs_its_fields_not_the_text(read):
    kind, row = read("bad.md", "---\ntitle: Bad: [yaml\ndate: 2020-01-02\n---\nStill here.\n")
    assert kind == "markdown"
    assert row["text"] == "Still here.\n"
    assert row["created"] == datetime(2020, 1, 2, tzinfo=UTC)


def test_toml_front_matter_a_stated_author_and_a_clipping(read):
    _, row = read("t.md", '+++\ntitle = "T"\nauthor = "Guest Writer"\n+++\nHello there.\n')
    assert (row["handle"], row["mine"]) == ("name:Guest Writer", None)
    _, row = read("c.md", "---\nsource: https://elsewhere.example/x\n---\nTheir words.\n")
    assert row["origin"] == "clipped"


def test_notes_without_front_matter_take_title_and_date_from_what_is_there(read):
    kind, row = read("2022-06-01.md", "# A day\n\nSee [[Garden]] and [this](http://x.example).\n")
    assert (kind, row["title"], row["kind"]) == ("markdown", "A day", "note")
    assert row["created"] == datetime(2022, 6, 1, tzinfo=UTC)


def test_code_is_not_touched(read):
    body = "# Notes\n\n```python\nx  =  1\t# two  spaces\n```\n"
    assert read("code.md", body)[1]["text"] == body


def test_a_page_of_ones_own_is_a_post_and_a_saved_one_is_clipped(read):
    page = (
        "<html><head><title>My day</title></head><body><p>It was <i>fine</i>.</p>{}</body></html>"
    )
    kind, row = read("p.html", page.format('<time datetime="2021-05-04T10:00:00Z"></time>'))
    assert (kind, row["title"], row["text"], row["mine"]) == (
        "html",
        "My day",
        "It was fine.",
        True,
    )
    assert row["created"] == datetime(2021, 5, 4, 10, tzinfo=UTC)
    saved = "<!-- saved from url=(0020)http://x.example/ -->\n" + page.format("")
    assert read("s.html", saved)[1]["origin"] == "clipped"


def test_markup_becomes_what_a_reader_sees():
    html = "<div>One</div><div>two &lt;3</div><p>three<br>four</p><ul><li>a<li>b</ul>"
    html += "<script>x</script>"
    assert text_of(html) == "One\ntwo <3\n\nthree\nfour\n\n- a\n- b"
    assert text_of("<pre>  if x:\n    y\n</pre>") == "```\n  if x:\n    y\n```"


def test_quotes_and_signatures_of_mail_are_marked():
    html = (
        "<p>Yes!</p><div class='gmail_signature'>Ann</div>"
        "<div class='gmail_quote'>On Monday:<blockquote>Coming?</blockquote></div>"
    )
    assert text_of(html).split("\n") == [
        "Yes!",
        "",
        "-- ",
        "Ann",
        "",
        "> On Monday:",
        ">",
        "> > Coming?",
    ]
    outlook = "<p>Yes!</p><div id='divRplyFwdMsg'><b>From:</b> Bo</div><div>Coming?</div>"
    assert text_of(outlook) == "Yes!\n\n> From: Bo\n> Coming?"


def test_hostile_nesting_ends():
    assert "deep" in text_of("<div>" * 5_000 + "deep")
