"""WordPress exports: whose post, whose comment, and nothing of the machinery."""

from pathlib import Path

import pytest

from corpus.sources import wordpress
from corpus.sources.file import File
from corpus.sources.pages import own_words, paragraphed
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.shortcodes import without_shortcodes

EXPORT = Path(__file__).parent.parent / "fixtures/wordpress/allotment.WordPress.2024-05-01.xml"
TOP = (
    '<rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="c" xmlns:dc="d"><channel>'
    "<link>https://a.example</link>"
)


@pytest.fixture
def read(tmp_path):
    def read(xml, name="x.xml", zone="UTC"):
        path = tmp_path / name
        path.write_bytes(xml if isinstance(xml, bytes) else xml.encode())
        file = File(path=path, name=name, id="f")
        assert wordpress.recognise(file, file.head())
        return list(wordpress.read(file, Reading(zone=zone)))

    return read


def item(content="text", more="", id_=1, kind="post"):
    return (
        f"<item><content:encoded><![CDATA[{content}]]></content:encoded><wp:post_id>{id_}"
        f"</wp:post_id><wp:post_type>{kind}</wp:post_type>{more}</item>"
    )


def export(*items):
    return f"{TOP}{''.join(items)}</channel></rss>"


def test_an_export_gives_posts_and_comments_under_their_authors(read):
    post, question, answer, *dropped, draft, upload, trash = read(EXPORT.read_bytes())
    assert post.text == (
        "They came in the night.\nAll of them.\n\nThe worst of them\n\n"
        "I gave them coffee grounds[sic]. If x[y[0]]> 1 then more."
    )
    assert (post.title, post.handle, post.own) == ("Slugs & snails", "email:mira@plot.example", "7")
    assert post.metadata == {"tags": ["pests"]}
    assert (question.handle, question.reply_to) == ("email:una@reader.example", "7")
    assert (answer.handle, answer.reply_to) == ("email:mira@plot.example", question.own)
    assert {p.thread for p in (post, question, answer)} == {"7"}
    assert (draft.handle, draft.text) == ("email:jon@plot.example", "Jon wrote this one.")
    assert draft.metadata == {"status": "draft"}
    assert len(dropped) == 2 and upload.outcome == trash.outcome == "dropped"


def test_a_draft_without_a_date_in_utc_is_read_in_the_persons_zone(read):
    draft = next(
        x for x in read(EXPORT.read_bytes(), zone="Europe/Oslo") if getattr(x, "own", "") == "8"
    )
    assert draft.created.isoformat() == "2024-01-05T08:00:00+00:00"


def test_ids_do_not_depend_on_the_file(read):
    assert [p.own for p in read(export(item()), "a.xml")] == [
        p.own for p in read(export(item("x", id_=9), item()), "b.xml")
    ][1:]


def test_an_only_author_is_claimed_weakly(read):
    author = "<wp:author><wp:author_login>ann</wp:author_login></wp:author>"
    claim = read(export(author, item(more="<dc:creator>ann</dc:creator>")))[-1]
    assert claim == Claim("wordpress:a.example:ann", claim.evidence, strong=False, name=None)


@pytest.mark.parametrize("kind", ["nav_menu_item", "feedback", "wp_template", "acf-field"])
def test_machinery_is_dropped(read, kind):
    assert [p.outcome for p in read(export(item(kind=kind)))] == ["dropped"]


def test_a_kind_of_post_a_site_made_up_is_read(read):
    (piece,) = read(export(item("A recipe.", kind="recipe")))
    assert piece.metadata == {"type": "recipe"}


def test_what_is_not_well_formed_is_mended(read):
    xml = export(item("bell \x07 and ]]> then more"), item("&#7;n &#x41;", id_=2), item("z", id_=3))
    assert [p.text for p in read(xml)] == ["bell and ]]> then more", "n A", "z"]


def test_bytes_that_are_not_utf_8_cost_only_themselves(read):
    (piece,) = read(export(item("caf\u00e9")).encode("latin-1"))
    assert piece.text == "caf\ufffd"
    declared = b'<?xml version="1.0" encoding="iso-8859-1"?>' + export(item("caf\u00e9")).encode(
        "latin-1"
    )
    assert read(declared)[0].text == "café"


@pytest.mark.parametrize("filler", ["word ", "x", "漢"])
def test_a_large_post_is_read_whole(read, filler):
    text = filler * 200_000
    assert read(export(item(text)))[0].text == text.strip()


def test_every_cut_gives_whole_posts_and_one_error(read):
    whole = export(item("first"), item("second", id_=2)).encode()
    start = len(TOP)
    for cut in range(start, len(whole) - 1):
        told = read(whole[:cut])
        assert {p.text for p in told if isinstance(p, Piece)} <= {"first", "second"}
        assert [p.outcome for p in told if isinstance(p, Problem)] == ["errored"]


def test_text_typed_without_tags_has_its_paragraphs():
    html = "One <em>a</em>\ntwo\n\n\n<ul>\n<li>x</li>\n</ul>\n<pre>a\n\nb</pre>\nend"
    assert own_words(paragraphed(html)) == "One a\ntwo\n\n- x\n\n```\na\n\nb\n```\n\nend"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[vc_row][vc_column]in[/vc_column][/vc_row]", "in"),
        ('a [contact-form-7 id="3"] b', "a  b"),
        ("[quote]theirs[/quote] mine", " mine"),
        ("see [1], [the note] and [sic]", "see [1], [the note] and [sic]"),
        ("[code]x[0][/code]", "<pre>x[0]</pre>"),
        ("a [quote]open", "a [quote]open"),
        ("[link text](http://x.example)", "[link text](http://x.example)"),
    ],
)
def test_shortcodes_go_and_brackets_stay(text, left):
    assert without_shortcodes(text) == left


@pytest.mark.parametrize(
    "hostile", ["[" * 300_000, "[a " * 200_000, "<p" * 200_000, "]]>" * 90_000]
)
def test_hostile_text_takes_linear_time(read, hostile):
    assert read(export(item(hostile)))


def test_comments_within_an_author_are_passed_over(read):
    author = "<wp:author><!-- since 2019 --><wp:author_login>ann</wp:author_login></wp:author>"
    found = read(export(author, item()))
    assert not [i for i in found if isinstance(i, Problem)]
    assert [i.text for i in found if isinstance(i, Piece)] == ["text"]
