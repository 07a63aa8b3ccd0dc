"""Notion exports: pages as Markdown or HTML, databases as CSV beside the pages of their rows."""

from __future__ import annotations

import glob
import re
from collections import Counter
from collections.abc import Iterator

from corpus.sources import notion_html, notion_markdown
from corpus.sources.file import File
from corpus.sources.notion_page import SPACE, Page, finished, properties_of
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.shape import head_text
from corpus.sources.siblings import STEM, name_of
from corpus.sources.tables import rows

BESIDE = ("*.csv", "../*.csv", f"{STEM}/*.md", f"{STEM}/*.html")
NAMED = re.compile(r"(?P<title>.*?)[ _]?(?P<id>[0-9a-f]{32})(?P<all>_all)?\.(?P<kind>md|csv|html)")
INDEX = re.compile(rb'<ul id="id::[0-9a-f-]{36}')
SAME_ROW = "its page stands beside"
CUT = 30  # characters of a row's title that its page's name keeps at least


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that the file is a page or a database of a Notion export."""
    if notion_html.PAGE.search(head):
        return "a page of Notion as HTML"
    if head.lstrip()[:15].lower() == b"<!doctype html>" and INDEX.search(head):
        return "the index of a Notion export"
    named = NAMED.fullmatch(name_of(file))
    found = head_text(head) if named else None
    if named is None or found is None or named["kind"] == "html":
        return None
    if named["kind"] == "csv":
        is_table = found[0].lstrip()[:1] not in ("{", "[", "<")
        return "a database of Notion, by the id in its name" if is_table else None
    is_page = found[0].lstrip().startswith("# ") or not found[0].strip("# \r\n")
    return "a page of Notion, by the id in its name and its heading" if is_page else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the page as one note, or the rows of a database that have no page of their own."""
    named = NAMED.fullmatch(name_of(file))
    head = file.head()
    if notion_html.PAGE.search(head):
        page = notion_html.page(file.read_text()[0])
        yield from finished(page, reading) if page else [Problem("file", "no page", "errored")]
    elif INDEX.search(head):
        yield Problem("file", "the index of a Notion export; not writing")
    elif named and named["kind"] == "csv":
        yield from _database(file, named, reading)
    elif named:
        text = file.read_text()[0].removeprefix("\ufeff")
        page = notion_markdown.page(text, named["id"], _columns(file))
        yield from finished(page, reading)
    else:
        yield Problem("file", "no page of Notion", "errored")


def _columns(file: File) -> frozenset[str]:
    """Return the columns of the database in whose folder a page is; none if in no database."""
    folder = file.members[-1] if file.members else file.name
    above = folder.split("/")[-2:-1]
    for table in file.beside("../*.csv") if above else []:
        found = NAMED.fullmatch(name_of(table))
        if found is None or above[0] not in (f"{found['title']} {found['id']}", found["title"]):
            continue
        first = next((row for _, row in rows(table, "csv") if isinstance(row, dict)), {})
        if found["all"] or not _has_all(table):
            return frozenset(name.strip() for name in first)
    return frozenset()


def _has_all(table: File) -> bool:
    stem = name_of(table).removesuffix(".csv")
    return bool(table.beside(f"{glob.escape(stem)}_all.csv"))


def _database(file: File, named: re.Match[str], reading: Reading) -> Iterator[Piece | Problem]:
    """Yield the rows without a page; those of a view only where the whole is not there."""
    stem = name_of(file).removesuffix(".csv")
    if named["all"] and file.beside(f"{glob.escape(stem.removesuffix('_all'))}.csv"):
        yield Problem("file", "the same rows stand in the CSV file beside it")
        return
    whole = file.beside(f"{glob.escape(stem)}_all.csv")
    pages = _pages(file, stem.removesuffix("_all"), named["title"])
    for place, row in rows(whole[0] if whole else file, "csv"):
        if isinstance(row, Problem):
            yield row
            continue
        title = str(next(iter(row.values()), "")).strip()
        if pages[_folded(title)] > 0:
            pages[_folded(title)] -= 1
            yield Problem(place, SAME_ROW)
            continue
        given = [(str(name).strip(), str(value)) for name, value in row.items()][1:]
        page = Page(None, title, "", properties_of(given), database=named["id"])
        for found in finished(page, reading):
            if not isinstance(found, Claim):
                found = _placed(found, place)
                yield found


def _placed(found: Piece | Problem, place: str) -> Piece | Problem:
    if isinstance(found, Problem):
        return Problem(place, found.reason, found.outcome)
    found.locator = place
    return found


def _pages(file: File, stem: str, title: str) -> Counter[str]:
    """Return how many pages of rows there are by title, as their names tell it."""
    for folder in (stem, title):
        found = [
            told["title"]
            for ending in ("md", "html")
            for page in file.beside(f"{glob.escape(folder)}/*.{ending}")
            if (told := NAMED.fullmatch(name_of(page)))
        ]
        if found:
            return Counter(map(_folded, found))
    return Counter()


def _folded(title: str) -> str:
    """Return what a row's title and its page's name share: the name is cut and loses signs.

    >>> _folded("Tea: a study?") == _folded("Tea a study")
    True
    """
    return "".join(c for c in title.casefold() if c.isalnum())[:CUT] or "untitled"


__all__ = ["BESIDE", "SPACE", "read", "recognise"]
