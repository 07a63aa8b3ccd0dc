"""Org files: notes as one document, journals as one document for each dated heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from corpus.sources.byline import claims, writers
from corpus.sources.dates import Found, date_in, moment
from corpus.sources.file import File
from corpus.sources.org_text import Entry, entries, stamp_in
from corpus.sources.papers import Paper, piece_of
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.shape import ORG, head_text

NAMES = (".org", ".org_archive", ".org.txt")
STARS = re.compile(r"^\*+ \S", re.MULTILINE)
DAY = re.compile(r"(\d{4}-\d\d-\d\d)\b")
MANY, SHARE = 3, 0.6  # dated headings of one level that make a journal
CREATED = ("CREATED", "DATE_ADDED", "DATE", "CREATED_AT")


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` is an Org file, or None."""
    found = head_text(head)
    if found is None or found[0].lstrip().startswith(("<", "{", "---\n")):
        return None
    if ORG.search(found[0]):
        return "Org keywords, drawers or states"
    named = file.name.lower().endswith(NAMES)
    return "headings of stars in an .org file" if named and STARS.search(found[0]) else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the file, or each dated heading of a journal; archived subtrees are dropped."""
    keywords: dict[str, str] = {}
    found = entries(file.read_text()[0].removeprefix("\ufeff").split("\n"), keywords)
    names = writers(keywords.get("author"))
    yield from claims(names, "an Org file")
    level = _journal_level(found)
    seen: Counter[str] = Counter()
    anything = False
    for number, part in enumerate(_parts(found, level)):
        anything = True
        if part[0].unseen:
            yield Problem(f"heading {number}", "a heading marked archived or as a comment")
            continue
        first = part[0]
        created = _created(first, reading.zone)
        if number == 0 and created[0] is None and not first.level:
            created = _dated(keywords.get("date", ""), file, reading.zone)
        paper = Paper(
            source="org",
            text=_text(part, level),
            names=names,
            created=created[0],
            precision=created[1],
            title=first.title or (keywords.get("title") if not first.level else None) or None,
            metadata={"tags": list(first.tags)} if first.tags else {},
        )
        piece = piece_of(paper, file, reading)
        if piece is None:
            if first.level:
                yield Problem(f"heading {number}", "no text below the heading")
            continue
        if level:
            _place(piece, first, file, seen)
            piece.locator = f"heading {number}"
        yield piece
    if not anything or (len(found) == 1 and not found[0].text().strip()):
        yield Problem("file", "no text")


def _journal_level(found: list[Entry]) -> int:
    """Return the level whose headings are the entries of a journal, 0 when the file is none."""
    headings: Counter[int] = Counter(e.level for e in found if e.level)
    dated: Counter[int] = Counter(e.level for e in found if e.level and _stamp(e))
    fits = [n for n in sorted(dated) if dated[n] >= MANY and dated[n] >= SHARE * headings[n]]
    return fits[0] if fits else 0


def _stamp(entry: Entry) -> str | None:
    told = (entry.properties.get(name) for name in CREATED)
    stated = next((s for value in told if value and (s := stamp_in(value) or _day(value))), None)
    return stated or entry.stamp or _day(entry.title)


def _day(text: str) -> str | None:
    found = DAY.match(text.strip("<[ "))
    return found[1] if found else None


def _created(entry: Entry, zone: str) -> Found:
    return moment(_stamp(entry) or "", zone)


def _dated(told: str, file: File, zone: str) -> Found:
    found = moment(stamp_in(told) or told, zone)
    return found if found[0] else date_in(PurePosixPath(file.name).name, zone)


def _parts(found: list[Entry], level: int) -> Iterator[list[Entry]]:
    """Yield the entries that make a document each; an archived heading and those below alone."""
    part: list[Entry] = []
    hidden = 0
    for entry in found:
        if hidden and entry.level > hidden:
            continue
        hidden = entry.level if entry.unseen else 0
        if entry.unseen:
            yield [entry]
        elif part and level and 0 < entry.level <= level:
            yield part
            part = [entry]
        else:
            part.append(entry)
    if part:
        yield part


def _text(part: list[Entry], level: int) -> str:
    """Return the headings and what is below them; a document's own heading is its title."""
    out = []
    for n, entry in enumerate(part):
        if n and entry.title:
            out.append(entry.title)
        out.append(entry.text())
    text = "\n\n".join(t for t in out if t.strip())
    first = part[0]
    if not text and level and first.level == level and not _day(first.title):
        return first.title  # an entry that is all in its heading
    return text


def _place(piece: Piece, entry: Entry, file: File, seen: Counter[str]) -> None:
    """Give a journal's entry an id that neither its text nor its place in the file changes."""
    stamp = _stamp(entry) or "undated"
    seen[stamp] += 1
    if id_ := entry.properties.get("ID"):
        piece.namespace, piece.own = "org", id_
    else:
        piece.own = f"{file.name}#{stamp}/{seen[stamp]}"
