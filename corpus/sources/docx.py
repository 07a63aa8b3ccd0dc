"""Word documents: the text as its author left it; insertions and comments under their authors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from corpus.sources.byline import claims, writer, writers
from corpus.sources.dates import moment
from corpus.sources.docx_body import Body, Style
from corpus.sources.docx_margins import Document, comments_of, notes_of
from corpus.sources.file import File
from corpus.sources.margins import FIRST_YEAR, Insertions, comments, inserted, threaded
from corpus.sources.packed import LOCAL, Damaged, Package, opened
from corpus.sources.papers import Paper, piece_of
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.xml_elements import blocks, child, children, name_of, text_in, value_of

TYPES = "[Content_Types].xml"
OLE = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MAIN = "word/document.xml"
PARTS = ("styles", "footnotes", "endnotes", "comments", "commentsExtended")
TEMPLATE_DATE = "2013-12-23T23:15:00Z"  # of the empty document that python-docx begins with


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `file` is a Word document, or None."""
    if head.startswith(OLE):
        return "an encrypted Office document" if ENCRYPTED in head else None
    if not head.startswith(LOCAL):
        return None
    try:
        with opened(file) as package:
            types = package.read(TYPES) if TYPES in package.names else b""
            parts = any(name.startswith("word/") for name in package.names)
    except Damaged:
        types, parts = b"", b"word/" in head
    if b"wordprocessingml" in types or (parts and TYPES.encode() in head):
        return "a package whose main part is WordprocessingML"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the text, what others inserted, one piece each, and every comment under its author."""
    if file.head(4) == OLE:
        yield Problem("file", "protected with a password; save it without one", "errored")
        return
    with opened(file) as package:
        core = _core(package)
        names = writers(core.get("creator"))
        yield from claims(names, "a Word document")
        main, related = _main(package)
        insertions = Insertions(names[0] if names else None)
        body = Body(insertions, _styles(package.tree(related.get("styles", ""))))
        problems = list(_fill(body, package, main))
        whole = Document(body, package, related)
        notes = notes_of(whole)
        created, precision = _created(core, reading.zone)
        paper = Paper(
            source="docx",
            text="\n\n".join(t for t in (body.text(), *notes) if t.strip()),
            names=names,
            created=created,
            precision=precision,
            title=body.title or writer(core.get("title")) or body.heading,
        )
        more = [
            *inserted(insertions, file, reading),
            *comments(comments_of(whole), file, reading),
        ]
        yield from threaded(piece_of(paper, file, reading), more, file)
        yield from problems


def _core(package: Package) -> dict[str, str]:
    """Return the document's properties by name."""
    parts = (n for n in package.names if n.lower().endswith("core.xml"))
    for part in sorted(parts):
        tree = package.tree(part)
        if tree is not None:
            return {name_of(e): text_in(e) for e in tree if name_of(e)}
    return {}


def _main(package: Package) -> tuple[str, dict[str, str]]:
    """Return the name of the main part, and those of the parts it refers to, by their kind."""
    main = _related(package, "", "_rels/.rels").get("officeDocument", MAIN)
    main = main if main in package.names else MAIN
    folder, _, name = main.rpartition("/")
    usual = {kind: f"{folder}/{kind}.xml" for kind in PARTS}
    return main, usual | _related(package, folder, f"{folder}/_rels/{name}.rels")


def _related(package: Package, folder: str, part: str) -> dict[str, str]:
    tree = package.tree(part)
    out: dict[str, str] = {}
    for relation in tree if tree is not None else ():
        kind = (value_of(relation, "Type") or "").rpartition("/")[2]
        target = value_of(relation, "Target") or ""
        if kind and target and value_of(relation, "TargetMode") != "External":
            inner = target.startswith("/") or not folder
            out.setdefault(kind, target.lstrip("/") if inner else f"{folder}/{target}")
    return out


def _styles(tree: etree._Element | None) -> dict[str, Style]:
    """Return what each paragraph style says; names of built-in ones are English everywhere."""
    out: dict[str, Style] = {}
    for style in children(tree, "style") if tree is not None else ():
        named = child(style, "name")
        name = (value_of(named, "val") or "").casefold() if named is not None else ""
        numbered = child(style, "pPr", "numPr") is not None
        listed = (numbered or name.startswith("list ")) and not name.startswith(
            ("heading", "list paragraph", "list table")
        )
        out[value_of(style, "styleId") or ""] = Style(name, listed)
    return out


def _fill(body: Body, package: Package, main: str) -> Iterator[Problem]:
    """Read the main part into `body` block by block; what is damaged ends it."""
    if main not in package.names:
        yield Problem("file", "the main part of the document is missing", "errored")
        return
    if not package.whole:
        yield Problem("end of the file", "the file is cut short or damaged", "errored")
    number = 0
    try:
        with package.open(main) as part:
            for block in blocks(part, "body"):
                number += 1
                try:
                    body.add(block)
                except RecursionError:
                    yield Problem(f"block {number}", "nested too deep", "errored")
    except (Damaged, etree.XMLSyntaxError):
        if package.whole:
            yield Problem(f"after block {number}", "the document is damaged", "errored")


def _created(core: dict[str, str], zone: str) -> tuple[datetime | None, str]:
    for name in ("created", "modified"):
        found = moment(core.get(name, ""), zone)
        if found[0] and found[0].year >= FIRST_YEAR and core.get(name) != TEMPLATE_DATE:
            return found
    return None, "unknown"
