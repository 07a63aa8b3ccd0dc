"""EPUB books: chapters in reading order, whose author only the book names."""

import io
import zipfile

import pytest

from corpus.sources import epub
from corpus.sources.file import File
from corpus.sources.piece import Piece, Problem, Reading
from corpus.sources.reading import recognise

CONTAINER = '<container><rootfiles><rootfile full-path="O/p.opf"/></rootfiles></container>'
PAGE = "<html><head><title>x</title></head><body>{}</body></html>"


def made(chapters, meta="", order=None, **parts):
    """Return a book; `chapters` are the bodies by name, `order` the spine."""
    items = "".join(
        f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml"'
        f"{' properties=' + repr('nav') if n == 'nav' else ''}/>"
        for n in chapters
    )
    spine = "".join(f'<itemref idref="{n}"/>' for n in order or chapters)
    opf = (
        '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f"<dc:identifier>urn:b</dc:identifier>{meta}</metadata><manifest>{items}</manifest>"
        f"<spine>{spine}</spine></package>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("O/p.opf", opf)
        for name, body in chapters.items():
            archive.writestr(f"O/{name}.xhtml", PAGE.format(body))
        for name, inside in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), inside)
    return out.getvalue()


@pytest.fixture
def read(tmp_path):
    def read(data, **reading):
        path = tmp_path / "b.epub"
        path.write_bytes(data)
        file = File(path=path, name="b.epub", id="f")
        assert recognise(file, Reading())[0] == "epub"
        return list(epub.read(file, Reading(**reading)))

    return read


def test_chapters_are_one_thread_in_the_order_of_the_spine(read):
    meta = (
        '<dc:creator>Ann Leeson</dc:creator><dc:creator role="trl">Bo</dc:creator>'
        "<dc:title>On hedges</dc:title><dc:date>1999-05</dc:date><dc:language>en</dc:language>"
    )
    chapters = {"nav": "<p>Contents</p>", "a": "<p>One</p>", "b": "<p>Two</p>"}
    contents, two, one = read(made(chapters, meta, order=("nav", "b", "a")))
    assert contents.outcome == "dropped"
    assert (two.text, one.text, two.position < one.position) == ("Two", "One", True)
    assert two.thread == one.thread == "urn:b"
    assert (two.handle, two.mine, two.people) == (
        "name:Ann Leeson", None, [("name:Ann Leeson", "Ann Leeson")])  # fmt: skip
    assert (two.created.year, two.precision, two.language) == (1999, "month", "en")


def test_a_book_is_ones_own_only_when_asked_for(read):
    book = made({"a": "<p>One</p>"})
    assert read(book)[0].mine is None
    assert read(book, assume_mine=("epub",))[0].mine is True


def test_protected_and_missing_chapters_are_counted(read):
    lock = '<e><CipherReference URI="O/a.xhtml"/></e>'
    book = made({"a": "x", "b": "<p>Two</p>"}, META_INF__encryption_xml=lock)
    book = book.replace(b"META.INF", b"META-INF")
    locked, two = read(book)
    assert (locked.reason, two.text) == ("protected against copying", "Two")
    (missing, _) = read(made({"b": "<p>Two</p>", "c": "x"}, order=("zz", "b")))[:1], None
    assert missing[0].text == "Two"


def test_a_book_cut_short_keeps_its_first_chapters(read):
    whole = made({"a": "<p>One</p>", "b": f"<p>{'Two. ' * 90}</p>"})
    told = read(whole[: whole.index(b"O/b.xhtml")])
    assert [x.text for x in told if isinstance(x, Piece)] == ["One"]
    assert {x.outcome for x in told if isinstance(x, Problem)} == {"errored"}


def test_cuts_and_flips_give_only_items(tmp_path):
    whole = made({"a": "<p>One</p>"}, "<dc:creator>Ann</dc:creator>")
    for n in range(0, len(whole), 5):
        for data in (whole[:n], whole[:n] + bytes([whole[n] ^ 0x33]) + whole[n + 1 :]):
            path = tmp_path / "x.epub"
            path.write_bytes(data)
            file = File(path=path, name="x", id="f")
            epub.recognise(file, data)
            assert all(isinstance(x, Piece | Problem) for x in epub.read(file, Reading()))
