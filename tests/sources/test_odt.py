"""OpenDocument texts: packed and flat, with changes, notes and comments told apart."""

import io
import zipfile
from pathlib import Path

import pytest

from corpus.sources import odt
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reading import recognise

FLAT = Path(__file__).parent.parent / "fixtures/odt/hedges.fodt"
NAMES = " ".join(f'xmlns:{n}="{n}"' for n in ("office", "text", "dc", "meta", "table", "draw"))
MIME = "application/vnd.oasis.opendocument.text"


def packed(body, meta=""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", MIME, zipfile.ZIP_STORED)
        inner = f"<office:body><office:text>{body}</office:text></office:body>"
        archive.writestr("content.xml", f"<office:document {NAMES}>{inner}</office:document>")
        archive.writestr(
            "meta.xml", f"<o:m {NAMES} xmlns:o='o'><office:meta>{meta}</office:meta></o:m>"
        )
    return out.getvalue()


@pytest.fixture
def read(tmp_path):
    def read(data, zone="UTC"):
        path = tmp_path / "d.odt"
        path.write_bytes(data)
        file = File(path=path, name="d.odt", id="f")
        assert recognise(file, Reading())[0] == "odt"
        return list(odt.read(file, Reading(zone=zone, assume_mine=("odt",))))

    return read


def test_a_flat_document_has_text_notes_changes_and_comments(read):
    claim, own, other, comment = read(FLAT.read_bytes(), zone="Europe/Oslo")
    assert own.text == (
        "Of hedges\n\nHawthorn[^1] keeps  goats out.\n\n- dig\n- plant\n- water\n\nBed\tMetres\n\n"
        "In the box.\n\n[^1]: The white kind."
    )
    assert (own.handle, own.title, own.mine) == ("name:Ann Leeson", "Of hedges", None)
    assert own.created.isoformat() == "2021-09-04T06:15:00.123456+00:00"
    assert (other.text, other.handle) == ("and neighbours too", "name:Bo Ekdal")
    assert (comment.text, comment.handle, comment.reply_to) == (
        "Ours has none.", "name:Bo Ekdal", own.own)  # fmt: skip
    assert claim == Claim("name:Ann Leeson", claim.evidence, strong=False, name="Ann Leeson")


def test_a_packed_document_is_read_from_its_parts(read):
    meta = "<meta:initial-creator>Ann Lee</meta:initial-creator>"
    _, piece = read(packed("<text:p>One</text:p><text:p>Two</text:p>", meta))
    assert (piece.text, piece.handle) == ("One\n\nTwo", "name:Ann Lee")


def test_without_an_author_the_settings_say_whose_it_is(read):
    (piece,) = read(packed("<text:p>Mine</text:p>"))
    assert (piece.mine, piece.handle) == (True, None)


def test_white_space_is_as_the_program_shows_it(read):
    body = '<text:p>\n  a\n  b<text:s text:c="3"/>c<text:tab/>d<text:line-break/>e </text:p>'
    assert read(packed(body))[0].text == " a b   c\td\ne "


def changed(author, body):
    """Return a body whose change «c» was inserted by `author`."""
    return (
        '<text:tracked-changes><text:changed-region text:id="c"><text:insertion>'
        f"<office:change-info><dc:creator>{author}</dc:creator></office:change-info>"
        f"</text:insertion></text:changed-region></text:tracked-changes>{body}"
    )


START, END = '<text:change-start text:change-id="c"/>', '<text:change-end text:change-id="c"/>'


def test_ones_own_insertions_stay(read):
    body = changed("Ann Lee", f"<text:p>a{START} b</text:p><text:p>c{END}</text:p>")
    told = read(packed(body, "<meta:initial-creator>Ann Lee</meta:initial-creator>"))
    assert [p.text for p in told if isinstance(p, Piece)] == ["a b\n\nc"]


def test_an_insertion_may_span_paragraphs(read):
    own, other = read(
        packed(changed("Bo", f"<text:p>a{START} b</text:p><text:p>c{END} d</text:p>"))
    )
    assert (own.text, other.text) == ("a\n\n d", "b\nc")


def test_an_encrypted_document_says_so(read):
    data = io.BytesIO(packed("x"))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("META-INF/manifest.xml", "<m><encryption-data/></m>")
    assert [x.outcome for x in read(data.getvalue())] == ["errored"]


def test_cuts_and_flipped_bytes_give_only_items(tmp_path):
    flat, zipped = FLAT.read_bytes(), packed("<text:p>One</text:p>")
    for whole, step in ((flat, 37), (zipped, 5)):
        for n in range(0, len(whole), step):
            for data in (whole[:n], whole[:n] + b"\x07" + whole[n + 1 :]):
                path = tmp_path / "x.odt"
                path.write_bytes(data)
                file = File(path=path, name="x.odt", id="f")
                odt.recognise(file, data)
                assert all(
                    isinstance(x, Piece | Problem | Claim) for x in odt.read(file, Reading())
                )


def test_a_flat_document_cut_short_keeps_what_is_before(read):
    whole = FLAT.read_bytes()
    told = read(whole[: whole.index(b"<text:list>")])
    assert next(x for x in told if isinstance(x, Piece)).text.startswith("Of hedges\n\nHawthorn")
    assert told[-1].outcome == "errored"
