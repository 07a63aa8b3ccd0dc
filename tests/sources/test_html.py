"""HTML pages: one's own are posts, saved ones are clipped, chat exports are left to others."""

import pytest

from corpus.sources import html
from corpus.sources.file import File
from corpus.sources.piece import Problem, Reading


@pytest.fixture
def read(tmp_path):
    def read(page, **reading):
        path = tmp_path / "p.html"
        path.write_bytes(page if isinstance(page, bytes) else page.encode())
        return next(html.read(File(path=path, name="p.html", id="f"), Reading(**reading)))

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
    assert html.recognise(None, page.encode())


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
    assert html.recognise(None, page.encode()) is None


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
