"""The words of an OpenDocument text: what its author left standing, notes, and insertions."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from corpus.sources.docx_body import joined
from corpus.sources.margins import Comment, Insertions
from corpus.sources.xml_elements import child, children, name_of, text_in, value_of

MADE = frozenset(
    "table-of-content illustration-index table-index object-index user-index alphabetical-index "
    "bibliography tracked-changes hidden-text hidden-paragraph sequence-decls forms "
    "variable-decls user-field-decls ruby-text title desc annotation-end note-citation "
    "soft-page-break event-listeners script".split()
)
"""Elements without words of the author's: made by the program, hidden, or declarations."""
SPACES = {"tab": "\t", "line-break": "\n"}
QUOTES = ("quotations", "quotation", "quote")
MAX_SPACES = 200


@dataclass
class Text:
    """What has been read: blocks of text, notes, comments, and others' insertions."""

    inserted: Insertions
    parents: dict[str, str] = field(default_factory=dict)
    blocks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    title: str | None = None
    heading: str | None = None
    _changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    _open: dict[str, tuple[str, str]] = field(default_factory=dict)
    _boxes: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Return the blocks and then the notes."""
        return "\n\n".join(t for t in (joined(self.blocks), *self.notes) if t.strip())

    def add(self, element: etree._Element) -> None:
        """Add a block: a paragraph, a list, a table, a section, or the record of changes."""
        name = name_of(element)
        if name == "tracked-changes":
            self._note_changes(element)
        elif name in MADE:
            return
        elif name in ("p", "h"):
            self._add_paragraph(element, "")
        elif name == "list":
            self._add_list(element)
        elif name == "table":
            self._put(self._table(element))
        elif name in ("change-start", "change-end"):
            self._mark(element)
        elif name == "frame":
            self._one(element)
            self._put_boxes()
        else:
            for inner in element:
                self.add(inner)

    def _put(self, text: str) -> None:
        if text.strip():
            self.blocks.append(text.strip("\n"))

    def _put_boxes(self) -> None:
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._put(box)

    def _note_changes(self, element: etree._Element) -> None:
        for region in children(element, "changed-region"):
            told = child(region, "insertion", "change-info")
            if told is not None:
                who, when = text_in(child(told, "creator")), text_in(child(told, "date"))
                self._changes[value_of(region, "id") or ""] = (who, when)

    def _mark(self, element: etree._Element) -> None:
        id_ = value_of(element, "change-id") or ""
        if name_of(element) == "change-end":
            self._open.pop(id_, None)
        elif id_ in self._changes:
            self._open[id_] = self._changes[id_]

    def _add_paragraph(self, element: etree._Element, sign: str) -> None:
        style = self._base_style(value_of(element, "style-name") or "")
        text = self._inline(element).strip("\n")
        text = "" if style in QUOTES else text
        flat = " ".join(text.split())
        if flat and style == "title" and not self.title:
            self.title = flat
        if flat and name_of(element) == "h" and not self.heading:
            self.heading = flat
        self._put(f"{sign}{text.strip() if sign else text}" if text.strip() else "")
        self._put_boxes()

    def _base_style(self, name: str) -> str:
        """Return the named style that an automatic one stands on, in lower case."""
        for _ in range(8):
            if name.lower().replace("_20_", " ") in (*QUOTES, "title") or name not in self.parents:
                break
            name = self.parents[name]
        return name.lower()

    def _add_list(self, element: etree._Element) -> None:
        for item in children(element, "list-item", "list-header"):
            sign = "- " if name_of(item) == "list-item" else ""
            for inner in item:
                if name_of(inner) in ("p", "h"):
                    self._add_paragraph(inner, sign)
                    sign = ""
                else:
                    self.add(inner)

    def _table(self, element: etree._Element) -> str:
        rows = []
        for row in _rows(element):
            cells = [self._cell(cell) for cell in children(row, "table-cell")]
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                rows.append(cells)
        if rows and max(map(len, rows)) == 1:
            return "\n\n".join(row[0] for row in rows)
        return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)

    def _cell(self, element: etree._Element) -> str:
        outer, self.blocks = self.blocks, []
        for inner in element:
            self.add(inner)
        inner_blocks, self.blocks = self.blocks, outer
        return "\n".join(inner_blocks)

    def _inline(self, element: etree._Element) -> str:
        parts = [self._shown(element.text or "")]
        for inner in element:
            parts += [self._one(inner), self._shown(inner.tail or "")]
        return "".join(parts)

    def _one(self, element: etree._Element) -> str:
        name = name_of(element)
        if name == "s":
            count = value_of(element, "c") or "1"
            number = int(count) if count.isdecimal() and len(count) < 6 else 1
            return self._shown(" " * min(number, MAX_SPACES), exact=True)
        if name in SPACES:
            return self._shown(SPACES[name], exact=True)
        if name in ("change-start", "change-end"):
            self._mark(element)
        elif name == "note":
            return self._note(element)
        elif name == "annotation":
            self._comment(element)
        elif name == "text-box":
            inner = self._cell(element)
            self._boxes.append(inner)
        elif name and name not in MADE:
            return self._inline(element)
        return ""

    def _shown(self, text: str, exact: bool = False) -> str:
        """Return `text` with its white space as the program shows it, unless another put it in."""
        if not exact:
            text = _spaced(text)
        if text and self._open:
            who, when = next(reversed(self._open.values()))
            return "" if self.inserted.takes(who, when, text) else text
        return text

    def _note(self, element: etree._Element) -> str:
        body = child(element, "note-body")
        words = " ".join(self._cell(body).split()) if body is not None else ""
        if not words:
            return ""
        number = len(self.notes) + 1
        self.notes.append(f"[^{number}]: {words}")
        return self._shown(f"[^{number}]")

    def _comment(self, element: etree._Element) -> None:
        inner = Text(Insertions(None))
        for part in element:
            if name_of(part) in ("p", "list"):
                inner.add(part)
        id_ = value_of(element, "name") or f"n{len(self.comments) + 1}"
        who, when = text_in(child(element, "creator")), text_in(child(element, "date"))
        answers = value_of(element, "parent-name")
        self.comments.append(Comment(id_, who, inner.text(), when, answers))


def _spaced(text: str) -> str:
    """Return `text` with runs of white space as one space, as OpenDocument defines it.

    >>> _spaced("a\\n   b ")
    'a b '
    """
    flat = " ".join(text.split())
    if not flat:
        return " " if text else ""
    return f"{' ' * text[0].isspace()}{flat}{' ' * text[-1].isspace()}"


def _rows(element: etree._Element) -> list[etree._Element]:
    out = []
    for row in children(element, "table-row", "table-rows", "table-header-rows", "table-row-group"):
        out += [row] if name_of(row) == "table-row" else _rows(row)
    return out
