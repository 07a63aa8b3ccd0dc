"""OpenDocument texts (odt, ott, fodt): the text as its author left it, changes under theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from corpus.sources.byline import claims, writer, writers
from corpus.sources.file import File
from corpus.sources.margins import Insertions, comments, inserted, local, threaded
from corpus.sources.odt_body import Text
from corpus.sources.packed import LOCAL, Damaged, Package, opened
from corpus.sources.papers import Paper, piece_of
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.xml_elements import blocks, child, name_of, text_in, value_of

MIME = b"application/vnd.oasis.opendocument.text"
CONTENT, META, STYLES, MANIFEST = "content.xml", "meta.xml", "styles.xml", "META-INF/manifest.xml"
BEFORE = ("automatic-styles", "styles", "meta")


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `file` is an OpenDocument text, or None."""
    if head.startswith(LOCAL):
        if b"mimetype" + MIME in head[:200] or (b"mimetype" in head and _stated(file)):
            return "a package of the OpenDocument text type"
        return None
    flat = b"office:document" in head and MIME in head and head.lstrip(b"\xef\xbb\xbf \r\n")[:1]
    return "flat OpenDocument XML" if flat == b"<" else None


def _stated(file: File) -> bool:
    try:
        with opened(file) as package:
            return package.read("mimetype").startswith(MIME)
    except Damaged:
        return False


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the text, what others inserted, one piece each, and every comment."""
    if file.head(4) != LOCAL:
        with file.open() as stream:
            yield from _document(_Source(stream, {}, {}), file, reading)
        return
    with opened(file) as package:
        if b"encryption-data" in _bytes(package, MANIFEST):
            yield Problem("file", "protected with a password; save it without one", "errored")
            return
        if not package.whole:
            yield Problem("end of the file", "the file is cut short or damaged", "errored")
        if CONTENT not in package.names:
            yield Problem("file", "the main part of the document is missing", "errored")
            return
        meta = _properties(child(package.tree(META), "meta"))
        styles = package.tree(STYLES)
        parents = _parents(child(styles, "styles")) if styles is not None else {}
        try:
            with package.open(CONTENT) as part:
                yield from _document(_Source(part, meta, parents), file, reading)
        except Damaged:
            yield Problem("file", "the main part of the document is damaged", "errored")


def _bytes(package: Package, name: str) -> bytes:
    try:
        return package.read(name)
    except Damaged:
        return b""


class _Source:
    """The stream of the text, and what other parts said already."""

    def __init__(self, stream: object, meta: dict[str, str], parents: dict[str, str]) -> None:
        self.stream, self.meta, self.parents = stream, meta, parents


def _document(source: _Source, file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    insertions = Insertions(writer(source.meta.get("initial-creator")))
    text = Text(insertions, source.parents)
    problems = list(_fill(text, source))
    meta = source.meta
    names = writers(meta.get("initial-creator")) or writers(meta.get("creator"))
    yield from claims(names, "an OpenDocument text")
    created, precision = _created(meta, reading.zone)
    paper = Paper(
        source="odt",
        text=text.text(),
        names=names,
        created=created,
        precision=precision,
        title=text.title or writer(meta.get("title")) or text.heading,
    )
    more = [*inserted(insertions, file, reading), *comments(text.comments, file, reading)]
    yield from threaded(piece_of(paper, file, reading), more, file)
    yield from problems


def _fill(text: Text, source: _Source) -> Iterator[Problem]:
    number = 0
    try:
        for block in blocks(source.stream, "body/text", *BEFORE):  # type: ignore[arg-type]
            name = name_of(block)
            if name == "meta":
                source.meta = source.meta or _properties(block)
                text.inserted.author = writer(source.meta.get("initial-creator"))
            elif name in BEFORE:
                text.parents |= _parents(block)
            else:
                number += 1
                text.add(block)
    except RecursionError:
        yield Problem(f"block {number}", "nested too deep", "errored")
    except (Damaged, etree.XMLSyntaxError):
        yield Problem(f"after block {number}", "the document is damaged", "errored")


def _properties(meta: etree._Element | None) -> dict[str, str]:
    out: dict[str, str] = {}
    for element in meta if meta is not None else ():
        out.setdefault(name_of(element), text_in(element))
    return out


def _parents(styles: etree._Element | None) -> dict[str, str]:
    """Return the style that each style stands on."""
    found = styles if styles is not None else ()
    named = ((value_of(s, "name"), value_of(s, "parent-style-name")) for s in found)
    return {name: parent for name, parent in named if name and parent}


def _created(meta: dict[str, str], zone: str) -> tuple[datetime | None, str]:
    for name in ("creation-date", "date"):
        found = local(meta.get(name, ""), zone)
        if found[0] is not None:
            return found
    return None, "unknown"
