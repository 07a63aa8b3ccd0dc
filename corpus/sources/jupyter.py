"""Jupyter notebooks: the prose of the cells as one document, their code as another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import ijson

from corpus.sources.byline import claims, writer
from corpus.sources.dates import date_in
from corpus.sources.file import File
from corpus.sources.nesting import BOM, past_mark
from corpus.sources.papers import Paper, piece_of
from corpus.sources.piece import Claim, Piece, Problem, Reading

CELLS = ("cells.item", "worksheets.item.cells.item")
DATA = re.compile(
    r"!\[[^\]\[\n]{0,500}\]\(\s*<?(?:data|attachment):[^()\s]*\)|<img[^<>]{0,200}src=[\"']data:[^<>]*>"
)
NOTICE = re.compile(
    r"(?i)licensed under the \w+ license|copyright (?:\(c\) |© )?\d{4}[^\n]{0,80}authors"
)
HEADING = re.compile(r"^#\s+(.*\S)", re.MULTILINE)


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a notebook, or None."""
    if not head.removeprefix(BOM).lstrip().startswith(b"{"):
        return None
    cells = b'"cells"' in head or b'"worksheets"' in head
    if cells and (b'"cell_type"' in head or b'"nbformat"' in head):
        return "a JSON object with cells of a cell_type"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield prose and code; outputs are nobody's writing and are not read."""
    prose: list[str] = []
    code: list[str] = []
    problems: list[Problem] = []
    try:
        for number, cell in enumerate(_cells(file), start=1):
            kind, text = _cell(cell)
            if kind in ("markdown", "heading", "code") and text.strip():
                (code if kind == "code" else prose).append(text)
            elif kind == "raw" and text.strip():
                problems.append(Problem(f"cell {number}", "a raw cell"))
            elif kind is None:
                problems.append(Problem(f"cell {number}", "not a cell", "errored"))
    except (ijson.JSONError, UnicodeError):
        problems.append(Problem("end of the file", "the JSON is damaged or ends early", "errored"))
    about = _about(file)
    names = _names(about)
    yield from claims(names, "a notebook")
    told = ("\n\n".join(prose), "\n\n".join(code), _language(about))
    yield from _pieces(file, reading, names, told)
    yield from problems


def _pieces(
    file: File, reading: Reading, names: list[str], told: tuple[str, str, str | None]
) -> Iterator[Piece | Problem]:
    prose, code, language = told
    created, precision = date_in(PurePosixPath(file.name).name, reading.zone)
    heading = HEADING.search(prose)
    common: dict[str, Any] = {
        "source": "jupyter",
        "names": names,
        "created": created,
        "precision": precision,
        "title": heading[1].strip("# ") if heading else None,
    }
    about: dict[str, object] = {"language": language} if language else {}
    first = piece_of(Paper(text=prose, **common), file, reading)
    second = piece_of(Paper(text=code, kind="code", metadata=about, **common), file, reading)
    pieces = [piece for piece in (first, second) if piece is not None]
    if not pieces:
        yield Problem("file", "no cells with text")
    if second is not None:
        second.own, second.locator = f"{file.name}#code", "code cells"
    for position, piece in enumerate(pieces):
        if len(pieces) > 1:
            piece.thread, piece.position = file.name, position
        if NOTICE.search(prose) or NOTICE.search(code):  # a tutorial under its makers' notice
            piece.mine = None
        yield piece


def _cells(file: File) -> Iterator[Any]:
    """Yield the cells; memory holds one of them. Notebooks of version 3 have them in sheets."""
    flat = b'"worksheets"' not in file.head()
    with file.open() as stream:
        yield from ijson.items(past_mark(stream), CELLS[0 if flat else 1], use_float=True)


def _cell(cell: Any) -> tuple[str | None, str]:
    """Return the kind of a cell and its text; None for what is no cell."""
    kind = cell.get("cell_type") if isinstance(cell, dict) else None
    if not isinstance(kind, str):
        return None, ""
    told = cell.get("source", cell.get("input"))
    lines = [line for line in (told if isinstance(told, list) else [told]) if isinstance(line, str)]
    ended = any(line.endswith("\n") for line in lines[:-1])  # not in the oldest notebooks
    text = ("" if ended else "\n").join(lines).strip("\n")
    level = cell.get("level")
    if kind == "heading":
        text = f"{'#' * (level if isinstance(level, int) and 0 < level < 7 else 1)} {text}"
    return kind, text if kind == "code" else DATA.sub("", text)


def _about(file: File) -> dict[str, Any]:
    """Return the notebook's metadata, which may stand after its cells."""
    try:
        with file.open() as stream:
            told = next(ijson.items(past_mark(stream), "metadata", use_float=True), None)
    except (ijson.JSONError, UnicodeError):
        return {}
    return told if isinstance(told, dict) else {}


def _names(about: dict[str, Any]) -> list[str]:
    told = about.get("authors")
    told = told if isinstance(told, list) else []
    named = [a.get("name") if isinstance(a, dict) else a for a in told]
    return list(dict.fromkeys(name for one in named if (name := writer(one))))


def _language(about: dict[str, Any]) -> str | None:
    for field, key in (("language_info", "name"), ("kernelspec", "language")):
        told = about.get(field)
        if isinstance(told, dict) and isinstance(told.get(key), str):
            return str(told[key])
    return None
