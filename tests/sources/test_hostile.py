"""Lines made to hold a reader up end soon: a recogniser's 64 KiB, a line parser's megabyte.

The limits are far above what they take, and far below what a pattern that backtracks takes;
`python -m bench.hostile` measures how the time grows.
"""

import pytest

from corpus.letters.quotes import cut
from corpus.sources import fields, markup, mbox, mime, shape, whatsapp_lines, whatsapp_survey
from corpus.sources.dates import date_in
from corpus.sources.delimited import dialect_of
from corpus.sources.encoding import decode
from corpus.sources.file import HEAD, File
from corpus.sources.markdown import split_front
from corpus.sources.piece import Reading
from corpus.sources.reading import SOURCES

PIECES = (
    *(">", "[", " ", "From ", "7", "<", '{"', "a", "> ", "\t", "(", "*", "_", "`", "\\", "-"),
    *(":", '"', "&", "<!--", "<p ", "<b>", "=?utf-8?q?", "{", "[[", "](", "|", ",", ";", "é"),
    *("name: words\r\n", "name: words\n more\n", "<!-- note -->\r\n", "<p class='a'>\r\n"),
    *("1/2/24, ", "12:30 ", "#", "~", "=", "\n>", "\n ", "\n", "\nFrom ", "\n- ", "\n:", "\n|"),
    '> [ <b a="{"(*_`\\ From 7/7/24, 12:30 - a: =?q?é "\'',
)
PARSERS = {
    "decode": lambda line: decode(line.encode("cp1252") + b"\xe5"),
    "dialect_of": lambda line: dialect_of(line[:HEAD].encode()),
    "shape": lambda line: (shape.head_text(line.encode()), shape.is_prose(line)),
    "front matter": lambda line: split_front(f"---\n{line}\n"),
    "date_in": lambda line: date_in(line, "UTC"),
    "text_of": markup.text_of,
    "unflow": lambda line: mime.unflow(line, delete_space=True),
    "words_of": fields.words_of,
    "separator": lambda line: mbox.is_separator(f"From {line}".encode()),
    "whatsapp header": lambda line: whatsapp_lines.header_of(f"1/2/24, 12:30 - {line}"),
    "whatsapp lines": lambda line: whatsapp_survey.survey(line.split("\n")).chat("UTC"),
    "quotes": lambda line: cut(line[: 1 << 18]),
}


def repeated(piece, size):
    return piece * (size // len(piece))


@pytest.mark.timeout(90)
@pytest.mark.parametrize("name", PARSERS)
def test_a_line_parser_ends(name):
    for piece in PIECES:
        PARSERS[name](repeated(piece, 1 << 20))


@pytest.mark.timeout(90)
@pytest.mark.parametrize("kind", SOURCES)
def test_a_recogniser_ends(kind, tmp_path):
    path = tmp_path / "line.txt"
    for piece in PIECES:
        path.write_text(repeated(piece, HEAD))
        file = File(path=path, name="export/line.txt", id="f1")
        more = (Reading(),) if kind == "tabular" else ()
        evidence = SOURCES[kind].recognise(file, file.head(), *more)
        assert evidence is None or evidence.strip()
