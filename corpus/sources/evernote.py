"""Evernote exports (ENEX): notes streamed out of files of any size, pictures and files left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html.entities import html5

from lxml import etree

from corpus.sources.dates import moment
from corpus.sources.enml import Words, words_of
from corpus.sources.evernote_notes import notes
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading, shape_of
from corpus.sources.set_apart import set_apart

SPACE = "evernote"
START = re.compile(rb"<en-export[\s>]|<!DOCTYPE en-export")
CONTROLS = bytes(n for n in range(32) if n not in (9, 10, 13))
AMPERSAND = re.compile(rb"<!\[CDATA\[.*?\]\]>|&#\w{1,8};|&[A-Za-z]\w{0,30};|&", re.DOTALL)
XML_NAMES = ("amp;", "lt;", "gt;", "quot;", "apos;")
CLIPPED = ("web.clip", "clearly", "webclipper", "web.feed")
FORWARDED = ("mail.", "email.")
ESSAY_WORDS = 600


@dataclass(slots=True)
class _Met:
    """What was met so far: how many notes of one second, and how many by each author."""

    made: Counter[str] = field(default_factory=Counter)
    authors: Counter[str] = field(default_factory=Counter)
    notes: int = 0


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins an export of Evernote, or None."""
    return "an ENEX export of notes" if START.search(head[:8_192]) else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each note; what was clipped from the web or sent by mail is told apart.

    A note that is damaged is a problem and the next is read. Authors are weak claims.
    """
    met = _Met()
    for number, data in enumerate(notes(file), start=1):
        place = f"note {number}"
        if isinstance(data, str):
            yield Problem(place, data, "errored")
            continue
        note = _parsed(data)
        if note is None:
            shape = shape_of(data[:200].decode("utf-8", "replace"))
            yield Problem(place, "a note that is no XML", "errored", shape)
        else:
            yield from _note(note, place, met)
    for author, count in met.authors.most_common():
        evidence = f"named as the author of {count} of {met.notes} notes"
        yield Claim(f"evernote:{author}", evidence, strong=False, name=author)


def _parsed(data: bytes) -> etree._Element | None:
    """Return the note's element; where the XML is not well-formed, as far as it can be mended.

    Its document type is not there, so that no entity is ever resolved.
    """
    text = data.decode("utf-8", "replace").encode("utf-8").translate(None, CONTROLS)
    for recover in (False, True):
        text = AMPERSAND.sub(_escaped, text) if recover else text
        parser = etree.XMLParser(
            recover=recover,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            found = etree.fromstring(text, parser)
        except (etree.XMLSyntaxError, ValueError):
            continue
        if found is not None and found.tag == "note" and len(found):
            return found
    return None


def _escaped(found: re.Match[bytes]) -> bytes:
    """Return literal text as it is, an ampersand as XML writes it, and an entity of HTML as text.

    Entities that a document type of the file's own would explain are left out.
    """
    told = found.group()
    if told == b"&":
        return b"&amp;"
    name = told.decode("ascii", "replace")[1:]
    if told[:1] == b"<" or told[1:2] == b"#" or name in XML_NAMES:
        return told
    return html5.get(name, "").encode()


def _note(note: etree._Element, place: str, met: _Met) -> Iterator[Piece | Problem]:
    title = _of(note, "title")
    words = words_of(_of(note, "content"))
    tasks = "\n".join(_tasks(note))
    words = words._replace(own="\n\n".join(part for part in (words.own, tasks) if part))
    words = _sorted(words, note)
    texts = [(text, origin) for text, origin in _texts(words, note) if text.strip()]
    if not texts:
        yield Problem(place, "encrypted" if words.encrypted else "a note without text")
        return
    stamp = _of(note, "created")
    met.made[stamp] += 1
    met.notes += 1
    author = _of(note, "note-attributes/author")
    created, precision, basis = _created(note)
    own = _of(note, "guid") or (f"{stamp} {met.made[stamp]}" if stamp and created else None)
    for number, (text, origin) in enumerate(texts):
        is_own = origin is None
        if is_own and author:
            met.authors[author] += 1
        piece = Piece(
            namespace=SPACE,
            own=f"{own}/{origin}" if own and number else own,
            text=text,
            kind="essay" if len(text.split()) >= ESSAY_WORDS else "note",
            locator=place if not number else f"{place}, {origin}",
            handle=f"evernote:{author}" if author and is_own else None,
            people=[(f"evernote:{author}", author)] if author and is_own else [],
            mine=True if is_own and not author else None,
            origin=origin,
            created=created,
            precision=precision,
            basis=basis,
            title=title or None,
            metadata=_metadata(note),
        )
        yield from set_apart(piece)


def _of(note: etree._Element, path: str) -> str:
    return (note.findtext(path) or "").strip()


def _sorted(words: Words, note: etree._Element) -> Words:
    """Return the words with all of them as clipped, where the whole note was."""
    source = _of(note, "note-attributes/source").lower()
    program = _of(note, "note-attributes/source-application").lower()
    address = _of(note, "note-attributes/source-url")
    told = source.startswith(CLIPPED) or program.startswith(CLIPPED)
    is_page = told or address.lower().startswith(("http://", "https://"))
    if is_page and not words.clipped:
        return words._replace(own="", clipped=words.own)
    return words


def _texts(words: Words, note: etree._Element) -> Iterator[tuple[str, str | None]]:
    mailed = _of(note, "note-attributes/source").lower().startswith(FORWARDED)
    yield words.own, "forwarded" if mailed else None
    yield words.clipped, "clipped"


def _tasks(note: etree._Element) -> Iterator[str]:
    """Yield the tasks of a note, which newer exports hold beside its text."""
    for task in note.iterfind("task"):
        if title := _of(task, "title"):
            yield f"- [{'x' if _of(task, 'taskStatus') == 'completed' else ' '}] {title}"


def _created(note: etree._Element) -> tuple[datetime | None, str, str]:
    """Return when the note was made, or else, as assumed, when it was last changed."""
    for name, basis in (("created", "stated"), ("updated", "assumed")):
        found, precision = moment(_of(note, name), "UTC")
        if found is not None:
            return found, precision, basis
    return None, "unknown", "stated"


def _metadata(note: etree._Element) -> dict[str, object]:
    tags = [tag.text.strip() for tag in note.iterfind("tag") if tag.text and tag.text.strip()]
    source = _of(note, "note-attributes/source")
    return {**({"tags": tags} if tags else {}), **({"source": source} if source else {})}
