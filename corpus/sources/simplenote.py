"""Simplenote exports: all notes in one JSON file, and each once more as a text file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.keys import digest
from corpus.sources.dates import moment
from corpus.sources.elements import elements, listed, string
from corpus.sources.file import File
from corpus.sources.nesting import BOM
from corpus.sources.piece import Piece, Problem, Reading, shape_of
from corpus.sources.set_apart import set_apart
from corpus.sources.shape import head_text
from corpus.sources.siblings import name_of

BESIDE = ("source/notes.json", "../source/notes.json")
SPACE = "simplenote"
ACTIVE = re.compile(rb'"(?:activeNotes|trashedNotes)"\s*:\s*\[')
NOTE = re.compile(rb'"(?:content|creationDate)"\s*:|\[\s*\]')
STARTS = 200  # characters by which a text file is told to be one of the notes
MAX_TITLE = 100
ESSAY_WORDS = 600


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that the file holds Simplenote's notes, or is one of them again."""
    begins = head.removeprefix(BOM).lstrip()
    if begins.startswith(b"{"):
        return "notes of Simplenote" if ACTIVE.search(begins) and NOTE.search(begins) else None
    if not name_of(file).lower().endswith((".txt", ".md")):
        return None
    for pattern in BESIDE:
        for notes in file.beside(pattern):
            found = head_text(head)
            if found and _start(found[0]) in _starts(
                notes.path, notes.members, _changed(notes.path)
            ):
                return "a note of Simplenote, which its JSON file holds too"
    return None


@lru_cache(maxsize=2)
def _starts(path: Path, members: tuple[str, ...], changed: int) -> frozenset[str]:
    """Return digests of how the notes begin that the JSON file at `path` holds.

    `changed` is when the file was, so that one that is written anew is read anew.
    """
    file = File(path, path.name, "", members)
    told = (*elements(file, "activeNotes.item"), *elements(file, "trashedNotes.item"))
    texts = (note.get("content") for note in told if isinstance(note, dict))
    return frozenset(_start(text) for text in texts if isinstance(text, str))


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns


def _start(text: str) -> str:
    whole = " ".join(text.split("\n\nTags:")[0].split("\r\n\r\nTags:")[0].split())
    return digest(whole[:STARTS])


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield each note as one's own; those in the trash are dropped, shared ones are nobody's."""
    if not file.head().removeprefix(BOM).lstrip().startswith(b"{"):
        yield Problem("file", "the same note stands in source/notes.json")
        return
    damaged = False
    for name in ("activeNotes", "trashedNotes"):
        for number, told in enumerate(elements(file, f"{name}.item", "note"), start=1):
            if isinstance(told, Problem):
                yield from () if damaged else (told,)
                damaged = True
            elif name == "trashedNotes":
                yield Problem(f"trashed note {number}", "in the trash")
            else:
                found = _note(told, f"note {number}")
                marked = isinstance(told, dict) and told.get("markdown") is True
                yield from set_apart(found) if isinstance(found, Piece) and marked else (found,)


def _note(told: Any, place: str) -> Piece | Problem:
    if not isinstance(told, dict):
        return Problem(place, "not a note object", "errored", shape_of(str(told)))
    if told.get("deleted") is True:
        return Problem(place, "in the trash")
    text = (string(told.get("content")) or "").replace("\r\n", "\n").strip()
    if not text:
        return Problem(place, "a note without text")
    created, precision = moment(told.get("creationDate"), "UTC")
    emails = [e for e in listed(told.get("collaboratorEmails")) if isinstance(e, str) and "@" in e]
    tags = [tag for tag in listed(told.get("tags")) if isinstance(tag, str) and tag]
    first, _, rest = text.partition("\n")
    title = first.strip("# \t")
    return Piece(
        namespace=SPACE,
        own=string(told.get("id")),
        text=text,
        kind="essay" if len(text.split()) >= ESSAY_WORDS else "note",
        locator=place,
        people=[(f"email:{email}", None) for email in emails],
        mine=None if emails else True,
        created=created,
        precision=precision,
        title=title if rest.strip() and 0 < len(title) <= MAX_TITLE else None,
        metadata={
            **({"tags": tags} if tags else {}),
            **({"pinned": True} if told.get("pinned") is True else {}),
        },
    )
