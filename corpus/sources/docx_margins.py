"""What stands beside a Word document's text, in parts of its own: notes and comments."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from corpus.sources.docx_body import Body
from corpus.sources.margins import Comment, Insertions
from corpus.sources.packed import Package
from corpus.sources.xml_elements import children, name_of, value_of


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose body has been read, and where its other parts are, by their kind."""

    body: Body
    package: Package
    related: dict[str, str]

    def part(self, kind: str) -> list[etree._Element]:
        """Return the elements of the part of `kind`; none when it is missing or damaged."""
        tree = self.package.tree(self.related.get(kind, ""))
        return list(tree) if tree is not None else []


def notes_of(whole: Document) -> list[str]:
    """Return the notes in the order of their numbers in the text, «[^1]: …»."""
    body = whole.body
    parts: dict[str, dict[str, etree._Element]] = {}
    out, number = [], 0
    while number < len(body.notes):  # a note may hold a note
        kind, id_ = body.notes[number]
        number += 1
        if kind not in parts:
            parts[kind] = {value_of(note, "id") or "": note for note in whole.part(f"{kind}s")}
        note = parts[kind].pop(id_, None)
        if note is None:
            continue
        inner = Body(body.inserted, body.styles, notes=body.notes)
        inner.add_all(note)
        if words := " ".join(inner.text().split()):
            out.append(f"[^{number}]: {words}")
    return out


def comments_of(whole: Document) -> list[Comment]:
    """Return the comments, those of others and one's own."""
    found = [c for c in whole.part("comments") if name_of(c) == "comment"]
    last = {value_of(c, "id"): _paragraph_id(c) for c in found}
    ids = {paragraph: id_ for id_, paragraph in last.items() if paragraph and id_}
    parents = _parents(whole.part("commentsExtended"))
    out = []
    for number, comment in enumerate(found):
        id_, author = value_of(comment, "id"), value_of(comment, "author") or ""
        inner = Body(Insertions(author), {})
        inner.add_all(comment)
        answered = ids.get(parents.get(last.get(id_) or "", ""))
        date = value_of(comment, "date") or ""
        out.append(Comment(id_ or f"n{number}", author, inner.text(), date, answered))
    return out


def _paragraph_id(comment: etree._Element) -> str:
    paragraphs = list(children(comment, "p"))
    return (value_of(paragraphs[-1], "paraId") or "") if paragraphs else ""


def _parents(told: list[etree._Element]) -> dict[str, str]:
    """Return the paragraph of the comment that each comment's last paragraph answers."""
    return {value_of(c, "paraId") or "": value_of(c, "paraIdParent") or "" for c in told}
