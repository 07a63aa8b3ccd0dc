"""Read notes of Joplin's raw export, a folder or a .jex: a note a file, what it knows below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.sources import markup
from corpus.sources.dates import moment
from corpus.sources.file import HEAD, File
from corpus.sources.markdown_text import words_of
from corpus.sources.piece import Piece, Problem, Reading
from corpus.sources.plain import ESSAY_WORDS
from corpus.sources.set_apart import set_apart

SPACE = "joplin"
NOTE, HTML = "1", "2"
"""The type of item that is a note, and the markup of one that is HTML."""
TAIL = 8_192  # bytes at the end of a file in which its fields stand
NAMED = re.compile(r"(?:.*[/!])?[0-9a-f]{32}\.md", re.DOTALL)
_FIELD = re.compile(r"([a-z_]{2,40}):(?: (.*))?")
_ID = re.compile("[0-9a-f]{32}")


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that the file ends with the fields of an item of Joplin, or None."""
    tail = head
    if len(head) >= HEAD:
        if not NAMED.fullmatch(file.name):
            return None
        with file.open() as stream:
            stream.seek(max(0, stream.seek(0, 2) - TAIL))
            tail = stream.read(TAIL)
    fields = split(tail[-TAIL:].decode("utf-8", "replace"))[1]
    known = _ID.fullmatch(fields.get("id", "")) and fields.get("type_", "").isdecimal()
    return "an item of Joplin: fields from id to type_ at its end" if known else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield the note as one's own; notebooks, tags and the like are no writing."""
    words, fields = split(file.read_text()[0].removeprefix("\ufeff").replace("\r\n", "\n"))
    reason = _reason(fields)
    if reason:
        yield Problem("file", reason)
        return
    title, _, body = words.partition("\n")
    text = markup.text_of(body) if fields.get("markup_language") == HTML else words_of(body)
    text = text.strip()
    if not text:
        yield Problem("file", "a note without text")
        return
    created, precision = moment(
        fields.get("user_created_time") or fields.get("created_time"), "UTC"
    )
    author, clipped = fields.get("author"), bool(fields.get("source_url"))
    yield from set_apart(
        Piece(
            namespace=SPACE,
            own=fields.get("id"),
            text=text,
            kind="essay" if len(text.split()) >= ESSAY_WORDS else "note",
            locator="line 1",
            handle=f"name:{author}" if author else None,
            people=[(f"name:{author}", author)] if author else [],
            mine=None if clipped or author else True,
            origin="clipped" if clipped else None,
            created=created,
            precision=precision,
            title=title.strip() or None,
            metadata={"todo": True} if fields.get("is_todo") == "1" else {},
        )
    )


def split(text: str) -> tuple[str, dict[str, str]]:
    """Return the words of an item, its title on the first line, and the fields below them.

    >>> split("Milk\\n\\nBuy some.\\n\\nid: 0a\\nauthor: \\ntype_: 1\\n")
    ('Milk\\n\\nBuy some.', {'type_': '1', 'author': '', 'id': '0a'})
    """
    lines = text.rstrip().split("\n")
    fields: dict[str, str] = {}
    while lines and (found := _FIELD.fullmatch(lines[-1].rstrip())) and found[1] not in fields:
        fields[found[1]] = (found[2] or "").strip()
        lines.pop()
    return "\n".join(lines).rstrip(), fields


def _reason(fields: dict[str, str]) -> str | None:
    """Return why an item with these fields is not read, None if it is."""
    if fields.get("type_") != NOTE:
        return "what an app knows of its notes; not writing"
    if fields.get("encryption_applied") == "1":
        return "encrypted"
    if fields.get("deleted_time", "0") not in ("", "0"):
        return "in the trash"
    return None
