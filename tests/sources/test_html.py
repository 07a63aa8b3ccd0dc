"""HTML pages: one's own are posts, saved ones are clipped, chat exports are left to others."""

from pathlib import Path

import pytest

from corpus.sources import html
from corpus.sources.file import File
from corpus.sources.html_main import main_text
from corpus.sources.piece import Claim, Problem, Reading


@pytest.fixture
def read(tmp_path):
    def read(page, **reading):
        path = tmp_path / "p.html"
        path.write_bytes(page if isinstance(page, bytes) else page.encode())
        told = html.read(File(path=path, name="p.html", id="f"), Reading(**reading))
        return next(x for x in told if not isinstance(x, Claim))

    return read


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><body>x</body></html>",
        "\ufeff<!-- saved from url=(1)x -->\n<html><body>x</body></html>",
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html><p>x</p></html>',
        "<h2>Title</h2>\n<p>Text</p>",
    ],
)
def test_pages_and_fragments_are_recognised(page):
    assert html.recognise(File(Path("p"), "p.html", "f"), page.encode())


def test_a_fragment_begins_with_any_tag_in_a_file_of_that_name_and_none_in_markdown():
    def told(name, text):
        return html.recognise(File(Path("p"), name, "f"), text.encode())

    assert told("a.html", "<b>Rain</b> fell.") and not told("a.txt", "<b>Rain</b> fell.")
    assert not told("a.md", "<p align='center'>x</p>\n\n# Boats\n\nText\n")
    assert not told("a.html", "<p>{% block a %}</p>")


@pytest.mark.parametrize(
    "page",
    [
        '<html><body><div class="_a6-g"><div>Ann</div></div></body></html>',
        '<html><body><div class="message default clearfix" id="m1">x</div></body></html>',
        '<html><script>var jsonData = [{"title": "x"}]</script></html>',
        "<?xml version='1.0'?><rss><item/></rss>",
        "a < b and b > c",
    ],
)
def test_chats_and_other_markup_are_not(page):
    assert html.recognise(File(Path("p"), "p.html", "f"), page.encode()) is None


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://x.example/a">',
        '<meta property="og:url" content="https://x.example/a">',
        '<base href="https://x.example/">',
    ],
)
def test_a_page_of_another_site_is_clipped(read, head):
    piece = read(f"<html><head>{head}<title>T</title></head><body><p>Words</p></body></html>")
    assert (piece.origin, piece.mine, piece.title) == ("clipped", None, "T")


def test_a_stated_author_is_named_and_not_assumed_to_be_me(read):
    piece = read('<html><head><meta name="author" content="Ann"></head><p>Words</p></html>')
    assert (piece.handle, piece.mine) == ("name:Ann", None)


def test_the_declared_encoding_is_used_where_the_bytes_are_not_utf_8(read):
    page = '<html><head><meta charset="iso-8859-2"></head><body><p>Źdźbło trawy</p></body></html>'
    assert read(page.encode("iso-8859-2")).text == "Źdźbło trawy"


def test_a_broken_date_is_passed_over_for_the_next(read):
    page = (
        '<html><meta name="date" content="2021-05-04"><time datetime="P3D">3 days</time><p>x</html>'
    )
    assert read(page).created.date().isoformat() == "2021-05-04"


def test_a_page_without_words_is_dropped(read):
    assert read("<html><body><script>x</script></body></html>") == Problem("file", "empty")


def test_hostile_nesting_ends(read):
    assert "deep" in read("<html><title>T</title>" + "<div>" * 100_000 + "deep").text


@pytest.mark.parametrize(
    "mark",
    [
        "<!-- Page saved with SingleFile \n url: https://x.example -->",
        "<!-- Mirrored from x.example/a.html by HTTrack -->",
        '<script src="https://web.archive.org/static/wombat.js"></script>',
    ],
)
def test_marks_of_programs_that_save_pages(read, mark):
    assert read(f"<html>{mark}<body><p>Words</p></body></html>").origin == "clipped"


ARCHIVE = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://x.example/a\r\n"
    "Subject: =?utf-8?Q?A?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
    '\ttype="text/html";\r\n\tboundary="b"\r\n\r\n\r\n--b\r\nContent-Type: text/html\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><title>T</title>"
    "<body><p>caf=C3=A9</p></body></html>\r\n--b--\r\n"
)


def test_a_web_archive_is_a_page_that_was_saved(read):
    assert html.recognise(None, ARCHIVE.encode()) == "a page saved as MIME parts"
    piece = read(ARCHIVE)
    assert (piece.text, piece.title, piece.origin) == ("café", "T", "clipped")
    assert read(ARCHIVE[: ARCHIVE.index("--b\r\n")]).outcome == "errored"


def test_a_page_in_utf_16(read):
    page = "<html><body><p>Źdźbło trawy i coś jeszcze</p></body></html>"
    assert read(page.encode("utf-16")).text == "Źdźbło trawy i coś jeszcze"


def test_a_page_saved_by_a_word_processor_names_its_author(read):
    office = "<!--[if gte mso 9]><xml><o:Author>Ann Lee</o:Author><o:Created>2011-02-03T10:00:00Z"
    piece = read(
        f"<html><head>{office}</o:Created></xml><![endif]--></head><body><p>x y</p></html>"
    )
    assert (piece.handle, piece.created.isoformat()) == (
        "name:Ann Lee",
        "2011-02-03T10:00:00+00:00",
    )


@pytest.mark.parametrize(
    "page",
    [
        "<nav><a>Home</a></nav><p>{}</p>",
        "<div id=sidebar>Links</div><p>{}</p><div class=comments>Nice post!</div>",
        "<header><h1>Site</h1></header><main><article><p>{}</p></article></main><footer>x</footer>",
        "<div><a>Home</a> <a>About</a> <a>Posts</a> <a>Tags</a></div><p>{}</p>",
        "<table><td><a>a b</a><a>c d</a><a>e f</a><a>g h</a></td><td><p>{}</p></td></table>",
        "<p>{}</p><blockquote>Someone else's words</blockquote>",
        "<p>{}<a href='#cmnt1'>[a]</a></p><div><p><a href='#cmnt_ref1'>[a]</a>Why?</p></div>",
    ],
)
def test_the_main_text_is_told_from_what_is_around_it(page):
    words = "The gate was open when we came, and nobody had seen the goats since noon."
    assert main_text(f"<html><body>{page.format(words)}</body></html>").strip("\t ") == words


def test_a_page_of_ones_own_that_links_much_is_kept():
    links = "".join(
        f"<li><a href={n}>Page {n}</a>: what I think of it, at length</li>" for n in range(9)
    )
    assert main_text(f"<html><body><ul>{links}</ul></body></html>").count("what I think") == 9


def test_a_page_that_is_all_links_is_not_lost():
    assert "Home" in main_text("<ul>" + "<li><a href=1>Home</a></li>" * 5 + "</ul>")


def test_a_list_of_posts_keeps_them_all():
    posts = "".join(
        f"<article><h2>Day {n}</h2><p>It rained on day {n}.</p></article>" for n in "123"
    )
    assert [f"day {n}." in main_text(f"<main>{posts}</main>") for n in "123"] == [True] * 3


def test_every_cut_gives_an_item(read):
    page = "<html><title>T</title><body><nav>x</nav><p>Some <b>words</b></p></body></html>"
    for cut in range(1, len(page)):
        assert read(page[:cut])


PHONE = (
    '<div class="message"><div class="{side} iMessage"><p><span class="timestamp">Oct 17, 2021 '
    '10:31:49 PM</span> <span class="sender">{name}</span></p><span class="bubble">{n}. I will '
    "be there at noon with the boat and the bread.</span></div></div>"
)


def test_a_conversation_as_a_page_is_nobody_s_post(read):
    page = "".join(
        PHONE.format(side=side, name=name, n=n)
        for n, (side, name) in enumerate([("received", "Ben"), ("sent", "Me")] * 3)
    )
    found = read(f"<html><body>{page}</body></html>")
    assert isinstance(found, Problem) and "conversation" in found.reason


def test_a_page_with_a_form_for_messages_stays_a_post(read):
    form = '<form class="message-form"><input class="message-from"><p class="message"></p></form>'
    found = read(
        f"<html><body><p>I wrote this page myself, on a rainy day.</p>{form}</body></html>"
    )
    assert found.mine is True
