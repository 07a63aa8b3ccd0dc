"""PDF documents: paragraphs of the text layer, and whom the file names."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from corpus.sources import pdf
from corpus.sources.file import File
from corpus.sources.pdf_lines import text_of_pages
from corpus.sources.piece import Piece, Problem, Reading
from corpus.sources.reading import recognise

FIXTURE = Path(__file__).parent.parent / "fixtures/pdf/leaflet.pdf"


def made(*pages, info=""):
    """Return a PDF whose pages show the given lines."""
    bodies = ["<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Courier>>"]
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj T*\n" for line in lines)
        stream = f"BT /F 10 Tf 12 TL 50 700 Td\n{shown}ET"
        bodies.append(f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream")
        bodies.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {len(bodies)} 0 R"
            "/Resources<</Font<</F 3 0 R>>>>>>"
        )
        kids.append(f"{len(bodies)} 0 R")
    bodies[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    bodies.append(f"<<{info}>>")
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(bodies) + 1
    end = (
        f"trailer\n<</Size {size}/Root 1 0 R/Info {size - 1} 0 R>>\nstartxref\n{len(out)}\n%%EOF\n"
    )
    return f"{out}xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode("latin-1")


@pytest.fixture
def read(tmp_path):
    def read(data, **reading):
        path = tmp_path / "a.pdf"
        path.write_bytes(data)
        file = File(path=path, name="a.pdf", id="f")
        assert recognise(file, Reading())[0] == "pdf"
        return list(pdf.read(file, Reading(**reading)))

    return read


def test_the_fixture_gives_its_paragraphs_under_the_author_it_names():
    (piece,) = pdf.read(File(path=FIXTURE, name="l.pdf", id="f"), Reading())
    assert piece.text.startswith("Leaflet on hedges\n\nA hawthorn hedge keeps goats out, which")
    assert "North Allotments" not in piece.text
    assert (piece.handle, piece.title, piece.mine) == ("name:Ann Leeson", "On hedges", None)
    assert piece.created.isoformat() == "2020-02-03T07:30:00+00:00"


def test_nothing_says_that_a_document_is_ones_own(read):
    (piece,) = read(made(["Words that someone wrote."]))
    assert (piece.mine, piece.handle) == (None, None)
    assert read(made(["Words that someone wrote."]), assume_mine=("pdf",))[0].mine is True


def test_an_author_that_is_a_program_names_nobody(read):
    assert read(made(["Some words here"], info="/Author(Microsoft Office User)"))[0].handle is None


def test_pages_without_text_are_dropped_with_that_reason(read):
    (told,) = read(made([], []))
    assert told.outcome == "dropped"
    assert told.reason.startswith("no text layer")


def encrypted(password):
    writer, out = PdfWriter(), io.BytesIO()
    writer.append(PdfReader(io.BytesIO(made(["Some words in it"]))))
    writer.encrypt(user_password=password, owner_password="o", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def test_a_password_is_needed_only_if_there_is_one(read):
    assert read(encrypted(""))[0].text == "Some words in it"
    assert read(encrypted("secret"))[0].outcome == "errored"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("It is thick and hedge-\nhogs live in it.", "It is thick and hedgehogs live in it."),
        ("It went from Aachen-\nWest then.", "It went from Aachen-West then."),
        ("The ﬁrst ﬂood\nof oﬃces", "The first flood of offices"),
        ("- one\n- two", "- one\n- two"),
        ("A line that is as long as the others here\nand goes on", None),
        ("Short.\n\nAnother", "Short.\n\nAnother"),
    ],
)  # fmt: skip
def test_lines_become_paragraphs(lines, text):
    assert text_of_pages([lines]) == (text or lines.replace("\n", " "))


def test_running_heads_and_page_numbers_are_left_out():
    words = ("Peas grow.", "Beans climb.", "Kale stands.", "Leeks wait.")
    pages = [f"Report 2020, p. {n}\n{word}\n{n}" for n, word in enumerate(words, start=7)]
    assert text_of_pages(pages) == "\n\n".join(words)


def test_every_tenth_cut_and_flip_gives_only_items(tmp_path):
    whole = FIXTURE.read_bytes()
    for n in range(5, len(whole), 23):
        for data in (whole[:n], whole[:n] + b"\x00" + whole[n + 1 :]):
            path = tmp_path / "x.pdf"
            path.write_bytes(data)
            told = list(pdf.read(File(path=path, name="x", id="f"), Reading()))
            assert told and all(isinstance(x, Piece | Problem) for x in told)
