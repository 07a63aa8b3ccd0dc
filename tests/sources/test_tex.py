"""LaTeX: the words of the body, without what commands and others put there."""

from pathlib import Path

import pytest

from corpus.sources import tex
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reading import recognise
from corpus.sources.tex_text import text_of

FIXTURE = Path(__file__).parent.parent / "fixtures/tex/hedges.tex"


def test_the_fixture_gives_its_words_and_authors():
    file = File(path=FIXTURE, name="hedges.tex", id="f")
    assert recognise(file, Reading())[0] == "tex"
    (piece,) = tex.read(file, Reading())  # two authors: neither is claimed
    assert piece.text == (
        "Why a hedge\n\nA hedge costs 5 % less[^1] than a fence. It feeds birds, as says.\n\n"
        "- thorn\n- hazel\n\n```\ndig 2 % deep\n```\n\n[^1]: Than a wall."
    )
    assert [name for _, name in piece.people] == ["Ann Leeson", "Bo Ekdal"]
    assert (piece.title, piece.metadata) == ("On hedges", {"authors": 2})
    assert piece.created.date().isoformat() == "2017-03-04"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"caf\'e na\"{\i}ve --- ``so''", "café naïve — “so”"),
        (r"\section[short]{A \emph{long} one}Words", "A long one\n\nWords"),
        (r"5\% more % secret", "5% more"),
        (r"a\newcommand{\x}[1]{y #1}b", "ab"),
        (r"a\def\x#1{y}b", "ab"),
        (r"see \input{/etc/hostname}here", "see here"),
        (r"\begin{tikzpicture}\draw x;\end{tikzpicture}on", "on"),
        (r"\begin{quote}never closed", "never closed"),
        (r"\unknown{kept} too", "kept too"),
        (r"\begin{tabular}{l|p{3cm}}bed & row \\ 1 & 2\end{tabular}", "bed row 1 2"),
        (r"\begin{center}{\large Hello}\end{center}", "Hello"),
        (r"\begin{align*}a&=b\end{align*}so", "a =b so"),
        ("% \\begin{verbatim}\nkept", "kept"),
    ],
)
def test_what_is_read(source, text):
    assert text_of(source) == text


def test_an_author_line_with_notes_and_addresses(tmp_path):
    path = tmp_path / "a.tex"
    path.write_text(
        "\\documentclass{article}\\author{Ann Lee\\thanks{Money} \\\\ \\texttt{ann@x.example}}"
        "\\begin{document}x y\\end{document}"
    )
    claim, piece = tex.read(File(path=path, name="a.tex", id="f"), Reading())
    assert (claim.handle, piece.handle, piece.text) == ("name:Ann Lee", "name:Ann Lee", "x y")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "# T\n\nEuler: $\\sum_{i} \\frac{1}{2}$ \\begin{align} \n"),
        ("a.sty", "\\NeedsTeXFormat{LaTeX2e}\n\\ProvidesPackage{x}\n\\newcommand{\\a}{b}\n"),
        ("a.txt", "C:\\temp\\new\\file\n"),
    ],
)
def test_other_files_are_left_to_others(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    assert tex.recognise(File(path=path, name=name, id="f"), text.encode()) is None


def test_cuts_give_only_items(tmp_path):
    whole = FIXTURE.read_bytes()
    for cut in range(0, len(whole), 9):
        path = tmp_path / "x.tex"
        path.write_bytes(whole[:cut])
        told = tex.read(File(path=path, name="x.tex", id="f"), Reading())
        assert all(isinstance(x, Piece | Problem | Claim) for x in told)


@pytest.mark.parametrize(
    "hostile", ["{" * 20_000, "\\begin{a}" * 5_000, "%" * 500_000, "\\" * 99_999]
)
def test_hostile_files_end(hostile):
    text_of(f"\\begin{{document}}{hostile}")
