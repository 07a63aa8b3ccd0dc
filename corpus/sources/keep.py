"""Google Keep notes as Takeout writes them: a JSON file each, and the same again as a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

import ijson
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from corpus.sources.dates import moment
from corpus.sources.elements import listed, mapping, string
from corpus.sources.file import File
from corpus.sources.json_items import DAMAGE
from corpus.sources.markup import text_of, too_deep
from corpus.sources.meta_dates import printed_moment
from corpus.sources.nesting import BOM, past_mark
from corpus.sources.piece import Piece, Problem, Reading, localise, shape_of
from corpus.sources.siblings import STEM, name_of, sibling

BESIDE = (f"{STEM}.json",)
SPACE = "keep"
FLAGS = re.compile(
    rb'"(?:isTrashed|isPinned|isArchived|userEditedTimestampUsec|createdTimestampUsec)"\s*:'
)
BODY = re.compile(rb'"(?:textContent|listContent|title|color|attachments|annotations)"\s*:')
PAGE = re.compile(rb'<div class="note[^">]{0,80}">\s*<div class="heading">')
LABELS = "Labels.txt"
FOLDERS = ("takeout", "keep")
FLAGGED = ("isArchived", "isPinned")
MEDIA = "a note without text"


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` is a note of Google Keep, or the list of its labels."""
    begins = head.removeprefix(BOM).lstrip()
    if begins.startswith(b"{"):
        flags = set(FLAGS.findall(begins))
        return "a note of Google Keep" if len(flags) > 1 and BODY.search(begins) else None
    if begins.startswith(b"<") and PAGE.search(begins):
        return "a page of a Google Keep note"
    above = [part.lower() for part in re.split("[/!]", file.name)[:-1]]
    in_export = any(part.startswith(FOLDERS) for part in above)
    is_list = in_export and name_of(file) == LABELS
    return "the labels of Google Keep" if is_list else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield the note; one in the trash is dropped, one shared is its owner's."""
    head = file.head().removeprefix(BOM).lstrip()
    if head.startswith(b"<"):
        yield _page(file, reading)
        return
    if not head.startswith(b"{"):
        yield Problem("file", "the labels of Google Keep; not writing")
        return
    told, damaged = _loaded(file)
    yield from _note(told, file) if not damaged or "isTrashed" in told else ()
    if damaged:
        text = head[:200].decode("utf-8", "replace")
        yield Problem("file", "the JSON is damaged or ends early", "errored", shape_of(text))


def _loaded(file: File) -> tuple[dict[str, Any], bool]:
    """Return the note's fields and whether the file is damaged; then those before the damage."""
    try:
        told = json.loads(file.read_bytes().decode("utf-8-sig"))
        return mapping(told), not isinstance(told, dict)
    except (ValueError, RecursionError):
        pass
    builder = ijson.ObjectBuilder()
    try:
        with file.open() as stream:
            for event, value in ijson.basic_parse(past_mark(stream), use_float=True):
                builder.event(event, value)
    except DAMAGE:
        pass
    return mapping(getattr(builder, "value", None)), True


def _note(told: dict[str, Any], file: File) -> Iterator[Piece | Problem]:
    title = (string(told.get("title")) or "").strip()
    text = _words(told) or title
    if told.get("isTrashed"):
        yield Problem("file", "in the trash")
        return
    if not text.strip():
        yield Problem("file", MEDIA)
        return
    created, precision, basis = _created(told)
    owner, people = _people(told)
    labels = [
        n for label in listed(told.get("labels")) if (n := string(mapping(label).get("name")))
    ]
    flags = {flag[2:].lower(): True for flag in FLAGGED if told.get(flag) is True}
    stamp = told.get("createdTimestampUsec")
    yield Piece(
        namespace=SPACE,
        own=str(stamp) if basis == "stated" and created else _named(file),
        text=text,
        kind="note",
        locator="file",
        handle=owner,
        people=people,
        mine=None if owner else True,
        created=created,
        precision=precision,
        basis=basis,
        title=title if title and text != title else None,
        metadata={**({"labels": labels} if labels else {}), **flags},
    )


def _named(file: File) -> str:
    """Return the id of a note that does not say when it was made."""
    return f"file {PurePosixPath(name_of(file)).stem}"


def _created(told: dict[str, Any]) -> tuple[datetime | None, str, str]:
    """Return when the note was made, or else, as assumed, when it was last edited."""
    for name, basis in (("createdTimestampUsec", "stated"), ("userEditedTimestampUsec", "assumed")):
        found, precision = moment(told.get(name), "UTC")
        if found is not None:
            return found, precision, basis
    return None, "unknown", "stated"


def _words(told: dict[str, Any]) -> str:
    """Return the note's text and its list, boxes as «- [ ]»; pages it links to are not its words.

    >>> _words({"listContent": [{"text": "milk", "isChecked": True}, {"text": "oats"}]})
    '- [x] milk\\n- [ ] oats'
    """
    text = string(told.get("textContent")) or ""
    if not text.strip():
        text = text_of(string(told.get("textContentHtml")) or "")
    items = []
    for item in listed(told.get("listContent")):
        given = mapping(item)
        line = string(given.get("text")) or text_of(string(given.get("textHtml")) or "")
        if line.strip():
            items.append(f"- [{'x' if given.get('isChecked') is True else ' '}] {line}")
    return "\n".join([*([text] if text.strip() else []), *items])


def _people(told: dict[str, Any]) -> tuple[str | None, list[tuple[str, str | None]]]:
    """Return whose note a shared one is and with whom it is shared; nobody's if it is not."""
    shared = [
        (bool(mapping(one).get("isOwner")), f"email:{email}")
        for one in listed(told.get("sharees"))
        if (email := string(mapping(one).get("email")))
    ]
    if len(shared) < 2 and not any(not owns for owns, _ in shared):
        return None, []
    shared.sort(key=lambda one: not one[0])
    return shared[0][1], [(handle, None) for _, handle in shared]


def _page(file: File, reading: Reading) -> Piece | Problem:
    """Return the note as its page shows it, unless the same note is there as JSON too."""
    if sibling(file, ".json"):
        return Problem("file", "the same note stands in the JSON file beside it")
    html = file.read_text()[0]
    tree = HTMLParser("" if too_deep(html) else html)
    note = tree.css_first("div.note")
    if note is None:
        return Problem("file", "no note in the page", "errored")
    boxes = [
        f"- [{'x' if 'checked' in (item.attributes.get('class') or '').split() else ' '}] {words}"
        for item in note.css(".listitem")
        if (words := " ".join((_of(item, ".text") or item.text()).split()).lstrip("☐☑ "))
    ]
    for item in note.css(".list"):
        item.decompose()
    content = note.css_first(".content")
    text = text_of(content.html or "") if content else ""
    title = _of(note, ".title")
    text = "\n".join([*([text] if text.strip() else []), *boxes]) or title
    if note.css_first(".trashed") is not None or not text:
        return Problem("file", MEDIA if not text else "in the trash")
    shown = printed_moment(" ".join(_of(note, ".heading").split()))
    return Piece(
        namespace=SPACE,
        own=_named(file),
        text=text,
        kind="note",
        locator="file",
        mine=True if note.css_first(".sharees") is None else None,
        created=localise(shown, reading.zone) if shown else None,
        precision="minute" if shown else "unknown",
        title=title if title and text != title else None,
    )


def _of(node: Any, selector: str) -> str:
    found = node.css_first(selector)
    return (found.text() or "").strip() if found is not None else ""
