"""LaTeX files: the words of the body, under the authors the title names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from corpus.sources.byline import claims, writers
from corpus.sources.dates import date_in, moment
from corpus.sources.file import File
from corpus.sources.papers import Paper, piece_of
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.shape import head_text
from corpus.sources.tex_text import argument, text_of, uncommented

NAMES = (".tex", ".ltx", ".latex")
CLASS = re.compile(r"^[ \t]*\\document(?:class|style)\b|^[ \t]*\\begin\s*\{document\}", re.M)
PARTS = re.compile(
    r"^[ \t]*\\(?:section|chapter|subsection|paragraph|begin|label|input)\*?\s*\{", re.M
)
MACROS = re.compile(r"\\[A-Za-z]{2,}")
STYLE = re.compile(r"\\(?:ProvidesPackage|ProvidesClass|NeedsTeXFormat)\s*\{")
FIRST = 4_000  # characters in which a document says its class
NOISE = re.compile(r"\\(?:thanks|footnote|inst|affil|email|texttt|url)\s*(?:\[[^\]]*\])?\{[^{}]*\}")
PARTED = re.compile(r"\\(?:and|And|AND)\b|\\\\")


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` is LaTeX, or None."""
    found = head_text(head)
    if found is None or STYLE.search(found[0][:FIRST]):
        return None
    bare = uncommented(found[0])
    if CLASS.search(bare[:FIRST]):
        return "a LaTeX document class or body"
    if file.name.lower().endswith(NAMES) and (PARTS.search(bare) or len(MACROS.findall(bare)) > 2):
        return "LaTeX commands in a .tex file"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the file as one document; other files that it names are not read into it."""
    whole = file.read_text()[0].removeprefix("\ufeff").replace("\r\n", "\n")
    source = uncommented(whole)
    told = PARTED.sub(";", NOISE.sub("", argument(source, "author") or ""))
    names = [name for part in writers(told) if (name := _shown(part)) and "@" not in name]
    yield from claims(names, "a LaTeX file")
    created, precision = moment(_shown(argument(source, "date") or ""), reading.zone)
    if created is None:
        created, precision = date_in(PurePosixPath(file.name).name, reading.zone)
    paper = Paper(
        source="tex",
        text=text_of(whole),
        names=names,
        created=created,
        precision=precision,
        title=_shown(NOISE.sub("", argument(source, "title") or "")) or None,
        metadata={"authors": len(names)} if len(names) > 1 else {},
    )
    yield piece_of(paper, file, reading) or Problem("file", "no text")


def _shown(source: str) -> str:
    return " ".join(text_of(source).split())
