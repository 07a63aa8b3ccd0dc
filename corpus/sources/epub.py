"""EPUB books: chapters in reading order, as one thread under the author the book names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from corpus.sources.byline import people_of, writer
from corpus.sources.dates import moment
from corpus.sources.file import File, decode
from corpus.sources.packed import LOCAL, Damaged, Package, opened
from corpus.sources.pages import own_words
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.xml_elements import child, children, text_in, tree_of, value_of

MIME = b"application/epub+zip"
CONTAINER, ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")


@dataclass(slots=True)
class _Book:
    """What the package file says: properties, and the pages in reading order."""

    folder: str = ""
    id: str | None = None
    names: list[str] = field(default_factory=list)
    title: str | None = None
    date: str = ""
    language: str | None = None
    pages: list[tuple[str, bool]] = field(default_factory=list)


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `file` is an EPUB book, or None."""
    if not head.startswith(LOCAL):
        return None
    if b"mimetype" + MIME in head[:200]:
        return "a package of the EPUB type"
    if b"mimetype" not in head and CONTAINER.encode() not in head:
        return None
    try:
        with opened(file) as package:
            stated = package.read("mimetype").strip() == MIME
            return "a package of the EPUB type" if stated else None
    except Damaged:
        return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each chapter; a book is one's own only if its author or the settings say so."""
    with opened(file) as package:
        if not package.whole:
            yield Problem("end of the file", "the file is cut short or damaged", "errored")
        book = _book(package)
        if not book.pages:
            yield Problem("file", "the list of chapters is missing", "errored")
            return
        locked = _locked(package)
        for number, (name, is_contents) in enumerate(book.pages, start=1):
            place = f"chapter {number}"
            if is_contents:
                yield Problem(place, "the table of contents")
            elif name in locked:
                yield Problem(place, "protected against copying", "errored")
            else:
                yield _chapter(package, name, (number, book), file, reading)


def _book(package: Package) -> _Book:
    container = package.tree(CONTAINER)
    root = child(container, "rootfiles", "rootfile") if container is not None else None
    stated = value_of(root, "full-path") if root is not None else None
    spare = sorted(name for name in package.names if name.lower().endswith(".opf"))
    path = unquote(stated) if stated and unquote(stated) in package.names else None
    path = path or (spare[0] if spare else "")
    opf = package.tree(path) if path else None
    book = _Book(posixpath.dirname(path))
    if opf is None:
        return book
    _describe(book, opf)
    manifest = {value_of(i, "id"): i for i in _items(opf, "manifest", "item")}
    for ref in _items(opf, "spine", "itemref"):
        item = manifest.get(value_of(ref, "idref"))
        if item is not None and (value_of(item, "media-type") or PAGES[0]) in PAGES:
            href = unquote((value_of(item, "href") or "").partition("#")[0])
            name = posixpath.normpath(posixpath.join(book.folder, href))
            book.pages.append((name, "nav" in (value_of(item, "properties") or "").split()))
    return book


def _items(opf: etree._Element, part: str, name: str) -> list[etree._Element]:
    around = child(opf, part)
    return list(children(around, name)) if around is not None else []


def _describe(book: _Book, opf: etree._Element) -> None:
    about = child(opf, "metadata")
    inner = child(about, "dc-metadata") if about is not None else None
    about = inner if inner is not None else about
    if about is None:
        return
    authors = [e for e in children(about, "creator", "Creator") if _is_author(e)]
    book.names = list(dict.fromkeys(name for e in authors if (name := writer(text_in(e)))))
    ids = [text_in(e) for e in children(about, "identifier", "Identifier")]
    book.id = next((i for i in ids if i), None)
    book.title = text_in(next(children(about, "title", "Title"), None)) or None
    book.language = text_in(next(children(about, "language", "Language"), None)) or None
    book.date = next((text_in(e) for e in children(about, "date", "Date")), "")


def _is_author(element: etree._Element) -> bool:
    return (value_of(element, "role") or "aut") == "aut"


def _locked(package: Package) -> frozenset[str]:
    """Return the names of encrypted parts; fonts are often only scrambled."""
    try:
        tree = tree_of(package.read(ENCRYPTION))
    except Damaged:
        return frozenset()
    if tree is None:
        return frozenset()
    names = (value_of(e, "URI") for e in tree.iter("{*}CipherReference"))
    return frozenset(unquote(name) for name in names if name)


def _chapter(
    package: Package, name: str, told: tuple[int, _Book], file: File, reading: Reading
) -> Piece | Problem:
    number, book = told
    place = f"chapter {number}"
    if name not in package.names:
        return Problem(place, "missing from the file", "errored")
    try:
        html = decode(package.read(name))[0]
    except Damaged:
        return Problem(place, "damaged", "errored")
    text = own_words(html)
    if not text.strip():
        return Problem(place, "no text")
    created, precision = moment(book.date, reading.zone)
    space = f"epub:{book.id or file.name}"
    assumed = not book.names and "epub" in reading.assume_mine
    return Piece(
        namespace=space,
        own=name,
        thread=book.id or file.name,
        position=number,
        text=text,
        kind="essay",
        locator=place,
        handle=f"name:{book.names[0]}" if book.names else None,
        people=people_of(book.names),
        mine=True if assumed else None,
        created=created,
        precision=precision,
        title=book.title,
        language=book.language,
    )
