"""RTF: code pages, \\u with its fallback, and what is not the author's or not shown."""

from pathlib import Path

import pytest

from corpus.sources import rtf
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reading import recognise

FIXTURE = Path(__file__).parent.parent / "fixtures/rtf/seed-list.rtf"


@pytest.fixture
def read(tmp_path):
    def read(data, zone="UTC"):
        path = tmp_path / "a.rtf"
        path.write_bytes(data if isinstance(data, bytes) else data.encode("latin-1"))
        file = File(path=path, name="a.rtf", id="f")
        assert recognise(file, Reading())[0] == "rtf"
        return list(rtf.read(file, Reading(zone=zone, assume_mine=("rtf",))))

    return read


def text(told):
    return next(x for x in told if isinstance(x, Piece)).text


def test_a_document_with_everything(read):
    claim, own, other, comment = read(FIXTURE.read_bytes(), zone="Europe/Prague")
    assert own.text == (
        "Seeds of štěstí\n\nI keep beans[^1] in a tin’s lid 😀.\n\n- one\n- two\n\n種の\n\n"
        "Bed\tRow\n1\t2\n\nEnd.\n\n[^1]: The blue ones."
    )
    assert (own.handle, own.title, own.precision) == ("name:Ann Leeson", "Seeds", "minute")
    assert own.created.isoformat() == "2019-03-07T17:45:00+00:00"
    assert (other.text, other.handle) == ("and peas", "name:Bo Ekdal")
    assert (comment.text, comment.created) == ("Which tin?", other.created)
    assert other.created.isoformat() == "2019-03-08T08:30:00+00:00"
    assert claim == Claim("name:Ann Leeson", claim.evidence, strong=False, name="Ann Leeson")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (r"caf\'e9 \'93so\'94", "café “so”"),
        (r"\uc0\u26085 \u26412x", "日本x"),
        (r"\uc2\u26085\'93\'fa!", "日!"),
        (r"\u8364\'80 \u-4051?", "€ \uf02d"),
        (r"a\~b\_c\-d\line e", "a\u00a0b-cd\ne"),
        (r"{\*\unknown gone}kept{\unknown kept}", "keptkept"),
        (r"{\*\shpinst{\sp{\sn pib}{\sv x}}{\shptxt box\par}}", "box"),
        (r"{\header{\*\shpinst{\shptxt banner}}}x", "x"),
        (r"{\upr{ansi}{\*\ud{\u26085?}}}", "日"),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}", "link"),
        (r"{\v hid}{\v0 shown}", "shown"),
        (r"a {\b bold} \{brace\} \\ b", "a bold {brace} \\ b"),
        ("one\\\ntwo", "one\n\ntwo"),
        (r"{\revised\revauth9 own}", "own"),
    ],
)
def test_what_is_shown(read, body, shown):
    assert text(read(rf"{{\rtf1\ansi {body}}}")) == shown


def test_fonts_state_code_pages_and_a_second_byte_may_be_a_letter(read):
    fonts = r"{\fonttbl\f0\fnil\fcharset0 A;\f1\fnil\fcharset204 B;{\f2\fcharset128 C;}}"
    body = rf"{{\rtf1\ansi\deff1{fonts}\'cf\'f0 {{\f2 \'83A\'83\'5c}} {{\f0\'e9}}}}"
    assert text(read(body)) == "Пр アソ é"


def test_a_document_of_a_mac(read):
    assert text(read(r"{\rtf1\mac caf\'8e}")) == "café"


def test_binary_pictures_are_passed_over(read):
    junk = bytes(range(256)) * 6_000
    data = b"{\\rtf1 a{\\pict\\bin%d " % len(junk) + junk + b"}b}"
    assert text(read(data)) == "ab"


def test_a_generic_author_leaves_the_text_to_the_settings(read):
    (piece,) = read(r"{\rtf1{\info{\author Microsoft Office User}}Mine}")
    assert (piece.mine, piece.handle) == (True, None)


def test_a_document_cut_short_keeps_its_text(read):
    piece, problem = read(r"{\rtf1 one\par two")
    assert piece.text == "one\n\ntwo"
    assert problem.outcome == "errored"


def test_every_cut_and_flip_gives_only_items(tmp_path):
    whole = FIXTURE.read_bytes()
    for n in range(7, len(whole)):
        for data in (whole[:n], whole[:n] + bytes([whole[n] ^ 0x1B]) + whole[n + 1 :]):
            path = tmp_path / "x.rtf"
            path.write_bytes(data)
            told = rtf.read(File(path=path, name="x", id="f"), Reading())
            assert all(isinstance(x, Piece | Problem | Claim) for x in told)


@pytest.mark.parametrize(
    "hostile",
    ["{" * 300_000, "\\" * 300_001, r"\u1" * 90_000, "x" * 3_000_000, r"\bin9999999999 ", "}" * 9],
)
def test_hostile_files_end(read, hostile):
    assert read(rf"{{\rtf1 {hostile}")
