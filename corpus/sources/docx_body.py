"""The words of a Word document: what its author left standing, and what others put in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from corpus.sources.margins import Insertions
from corpus.sources.xml_elements import child, children, name_of, value_of

MADE = re.compile(r"\s*(?:TOC|INDEX|TOA|BIBLIOGRAPHY|ADDIN (?:ZOTERO_BIBL|EN\.REFLIST|CSL_BIB))\b")
"""Fields whose result a program makes: lists of contents and of works cited."""
MADE_PARTS = ("Table of Contents", "Bibliographies")
QUOTES = ("quote", "intense quote")
INSIDE = frozenset(
    "hyperlink smartTag sdtContent customXml moveTo fldSimple dir bdo ruby rubyBase r body "
    "Choice Fallback oMath oMathPara f num den e sub sup sSub sSup rad d nary deg m mr".split()
)
BLOCKS = ("p", "tbl", "sdt", "sdtContent", "customXml", "ins", "moveTo")
SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
OFF = ("0", "false", "off", "none")


@dataclass(slots=True)
class Style:
    """What a paragraph style says that matters here."""

    name: str = ""
    listed: bool = False


@dataclass(slots=True)
class _Field:
    """A field that is open: its code until «separate», then its result."""

    code: str = ""
    in_code: bool = True
    held: list[str] = field(default_factory=list)

    def hides(self) -> bool:
        return not self.in_code and bool(MADE.match(self.code))


@dataclass
class Body:
    """What has been read of a document: paragraphs, notes referred to, and others' insertions."""

    inserted: Insertions
    styles: dict[str, Style]
    blocks: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    title: str | None = None
    heading: str | None = None
    _fields: list[_Field] = field(default_factory=list)
    _boxes: list[str] = field(default_factory=list)
    _joins: bool = False

    def text(self) -> str:
        """Return the paragraphs, list items on lines of their own without blank ones between."""
        held = [text for f in self._fields for text in f.held if text.strip()]
        return joined(self.blocks + held)  # a field that is never closed hides nothing

    def add(self, element: etree._Element) -> None:
        """Add a block: a paragraph, a table, or what wraps them."""
        name = name_of(element)
        if name == "p":
            self._add_paragraph(element)
        elif name == "tbl":
            self._put(self._table(element))
        elif name == "sdt":
            gallery = child(element, "sdtPr", "docPartObj", "docPartGallery")
            if gallery is None or value_of(gallery, "val") not in MADE_PARTS:
                self.add_all(child(element, "sdtContent"))
        elif name in BLOCKS:
            self.add_all(element)

    def add_all(self, element: etree._Element | None) -> None:
        """Add the blocks in `element`."""
        for block in children(element, *BLOCKS) if element is not None else ():
            self.add(block)

    def _put(self, text: str) -> None:
        if not text.strip():
            return
        if self._joins and self.blocks:
            self.blocks[-1] += text
        else:
            self.blocks.append(text)

    def _add_paragraph(self, paragraph: etree._Element) -> None:
        properties = child(paragraph, "pPr")
        style = self._style(properties)
        text = self._inline(paragraph).strip("\n")
        boxes, self._boxes = self._boxes, []
        if style.name in QUOTES:
            text = ""
        if text.strip() and style.name == "title" and not self.title:
            self.title = " ".join(text.split())
        if text.strip() and style.name == "heading 1" and not self.heading:
            self.heading = " ".join(text.split())
        self._put(f"- {text.strip()}" if style.listed and text.strip() else text)
        # The mark of a paragraph that is deleted joins it to the next, as a drop capital does.
        frame = child(properties, "framePr")
        capital = frame is not None and value_of(frame, "dropCap") in ("drop", "margin")
        self._joins = capital or child(properties, "rPr", "del") is not None
        self.blocks += [box for box in boxes if box.strip()]

    def _style(self, properties: etree._Element | None) -> Style:
        named = child(properties, "pStyle")
        told = self.styles.get(value_of(named, "val") or "") if named is not None else None
        style = told or Style()
        number = child(properties, "numPr", "numId")
        if number is not None:
            return Style(style.name, (value_of(number, "val") or "0") != "0")
        return style

    def _table(self, table: etree._Element) -> str:
        rows = []
        for row in _rows(table):
            cells = [self._cell(cell) for cell in _cells(row)]
            if any(cell.strip() for cell in cells):
                rows.append(cells)
        if rows and max(map(len, rows)) == 1:  # a frame around text
            return "\n\n".join(row[0] for row in rows)
        return "\n".join("\t".join(cell.replace("\n", " ") for cell in row) for row in rows)

    def _cell(self, cell: etree._Element) -> str:
        outer, self.blocks = self.blocks, []
        joins, self._joins = self._joins, False
        self.add_all(cell)
        inner, self.blocks, self._joins = self.blocks, outer, joins
        return "\n".join(inner)

    def _inline(self, element: etree._Element) -> str:
        """Return the words in `element`; fields, notes and insertions are seen to on the way."""
        return "".join(self._one(part) for part in element)

    def _one(self, element: etree._Element) -> str:
        name = name_of(element)
        if name == "t":
            return self._shown(element.text or "")
        if name in SIGNS:
            return self._shown(SIGNS[name])
        if name == "r" and _hidden(element):
            return ""
        if name in INSIDE:
            return "" if _made(element) else self._inline(element)
        if name == "ins":
            return self._insertion(element)
        if name == "sdt":
            content = child(element, "sdtContent")
            return self._inline(content) if content is not None else ""
        if name == "AlternateContent":
            either = child(element, "Choice")
            either = either if either is not None else child(element, "Fallback")
            return self._inline(either) if either is not None else ""
        if name in ("drawing", "pict", "object"):
            self._box(element)
        elif name in ("fldChar", "instrText"):
            self._field(element, name)
        elif name in ("footnoteReference", "endnoteReference"):
            return self._note(element, name)
        return ""

    def _shown(self, text: str) -> str:
        hiding = next((f for f in self._fields if f.in_code or f.hides()), None)
        if hiding is None:
            return text
        if not hiding.in_code:
            hiding.held.append(text)
        return ""

    def _insertion(self, element: etree._Element) -> str:
        text = self._inline(element)
        author, date = value_of(element, "author") or "", value_of(element, "date") or ""
        return "" if self.inserted.takes(author, date, text) else text

    def _box(self, element: etree._Element) -> None:
        for content in element.iter("{*}txbxContent"):
            outer, self.blocks, boxes = self.blocks, [], self._boxes
            self._boxes = []
            self.add_all(content)
            inner, self.blocks = self.blocks, outer
            self._boxes = [*boxes, joined(inner)]

    def _field(self, element: etree._Element, name: str) -> None:
        if name == "instrText":
            if self._fields:
                self._fields[-1].code += element.text or ""
            return
        kind = value_of(element, "fldCharType")
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].in_code = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _note(self, element: etree._Element, name: str) -> str:
        number = value_of(element, "id") or ""
        self.notes.append((name.removesuffix("Reference"), number))
        return self._shown(f"[^{len(self.notes)}]")


def joined(blocks: list[str]) -> str:
    """Return blocks of text with blank lines between, except between items of a list."""
    out = ""
    for before, block in zip([None, *blocks], blocks, strict=False):
        both = bool(before) and str(before).startswith("- ") and block.startswith("- ")
        out += block if before is None else f"\n{'' if both else chr(10)}{block}"
    return out


def _rows(table: etree._Element) -> list[etree._Element]:
    """Return the rows, also those that were inserted as a whole or stand in a control."""
    out = []
    for row in children(table, "tr", "sdt", "sdtContent", "customXml", "ins"):
        if name_of(row) != "tr":
            out += _rows(row)
        elif child(row, "trPr", "del") is None:
            out.append(row)
    return out


def _cells(row: etree._Element) -> list[etree._Element]:
    out = []
    for cell in children(row, "tc", "sdt", "sdtContent", "customXml"):
        out += [cell] if name_of(cell) == "tc" else _cells(cell)
    return out


def _hidden(run: etree._Element) -> bool:
    vanish = child(run, "rPr", "vanish")
    return vanish is not None and (value_of(vanish, "val") or "1") not in OFF


def _made(element: etree._Element) -> bool:
    code = value_of(element, "instr") if name_of(element) == "fldSimple" else None
    return bool(code and MADE.match(code))
