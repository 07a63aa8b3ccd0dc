"""Markdown notes and posts, with YAML, TOML or JSON front matter."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

import yaml

from corpus.sources.file import File, decode
from corpus.sources.piece import Piece, Problem, Reading, localise
from corpus.sources.plain import ESSAY_WORDS, date_in
from corpus.sources.plain import recognise as is_text

FRONT = re.compile(
    r"\A\ufeff?(?:---[ \t]*\r?\n(?P<yaml>.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)"
    r"|\+\+\+[ \t]*\r?\n(?P<toml>.*?)\r?\n\+\+\+[ \t]*(?:\r?\n|\Z))",
    re.DOTALL,
)
HEADING = re.compile(r"^#{1,6} \S", re.MULTILINE)
TITLE = re.compile(r"^# +(.+?)[ #]*$", re.MULTILINE)
SIGNS = (
    re.compile(r"\[[^\]\n]+\]\([^)\s]+\)"),  # links
    re.compile(r"\[\[[^\]\n]+\]\]"),  # wiki links
    re.compile(r"^```", re.MULTILINE),
    re.compile(r"^[-*+] (?:\[[ xX]\] )?\S.*\n[-*+] ", re.MULTILINE),  # two list lines together
    re.compile(r"(?<!\w)(?:\*\*|__)\S[^\n]*?\S(?:\*\*|__)(?!\w)"),
    re.compile(r"^> ?\[!\w+\]", re.MULTILINE),  # callouts
)
POST_KEYS = frozenset({"layout", "slug", "permalink", "draft", "published", "categories"})
DATES = ("date", "created", "created_at", "creation_date", "created-at", "day")
CLIPPED = ("source", "url", "clipped", "clipped_from", "source_url")
KEPT = ("tags", "slug", "layout", "aliases", "categories", "draft")


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` is Markdown, or None: front matter, headings or two signs."""
    start = head.lstrip(b"\xef\xbb\xbf")
    if not start.startswith((b"---", b"+++")) and is_text(file, head) is None:
        return None
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    text, _ = decode(head)
    if (found := FRONT.match(text)) and re.search(r"^[\w-]+\s*[:=]", found.group(0), re.MULTILINE):
        return "front matter"
    signs = sum(bool(sign.search(text)) for sign in SIGNS)
    if HEADING.search(text) and (signs or TITLE.match(text.lstrip())):
        return "Markdown headings"
    return "Markdown links, lists or code" if signs >= 2 else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield the file as one document; broken front matter costs its fields, not the text."""
    whole, _ = file.read_text()
    whole = whole.removeprefix("\ufeff")
    fields, text = split_front(whole)
    if not text.strip():
        yield Problem("file", "empty")
        return
    name = PurePosixPath(file.name).name
    created, precision = _created(fields, name, reading.zone)
    author = fields.get("author")
    handle = f"name:{author}" if isinstance(author, str) and author.strip() else None
    post = bool(POST_KEYS & fields.keys()) or ("title" in fields and "date" in fields)
    words = len(text.split())
    yield Piece(
        namespace="file",
        own=file.name,
        text=text,
        kind="post" if post else "essay" if words >= ESSAY_WORDS else "note",
        locator="file",
        handle=handle,
        people=[(handle, str(author))] if handle else [],
        mine=True if handle is None and "markdown" in reading.assume_mine else None,
        origin="clipped" if any(_given(fields.get(key)) for key in CLIPPED) else None,
        created=created,
        precision=precision,
        title=_title(fields, text),
        metadata={k: fields[k] for k in KEPT if _given(fields.get(k))},
    )


def split_front(text: str) -> tuple[dict[str, Any], str]:
    """Return the front matter's fields (lower-case names) and the text after it.

    >>> split_front("---\\ntitle: Oats\\n---\\nBoil.")
    ({'title': 'Oats'}, 'Boil.')
    """
    if text.startswith("{"):
        try:
            told, end = json.JSONDecoder().raw_decode(text)
            return _lowered(told), text[end:].lstrip("\r\n")
        except ValueError:
            return {}, text
    found = FRONT.match(text)
    if found is None:
        return {}, text
    try:
        told = (
            yaml.safe_load(found["yaml"])
            if found["yaml"] is not None
            else tomllib.loads(found["toml"])
        )
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError):
        told = dict(
            re.findall(r"^(\w[\w-]*):[ \t]*(\S.*?)[ \t]*\r?$", found.group(0), re.MULTILINE)
        )
    return _lowered(told), text[found.end() :].lstrip("\r\n")


def _lowered(told: object) -> dict[str, Any]:
    return {str(k).lower(): v for k, v in told.items()} if isinstance(told, dict) else {}


def _given(value: object) -> bool:
    return value not in (None, "", [], {}, False)


def _title(fields: dict[str, Any], text: str) -> str | None:
    if isinstance(fields.get("title"), (str, int, float)):
        return str(fields["title"])
    found = TITLE.search(text)
    return found.group(1) if found else None


def _created(fields: dict[str, Any], name: str, zone: str) -> tuple[datetime | None, str]:
    for key in DATES:
        value = fields.get(key)
        if isinstance(value, datetime):
            return localise(value, zone), "second"
        if isinstance(value, date):
            return localise(datetime(value.year, value.month, value.day), zone), "day"
        if isinstance(value, str) and value.strip():
            moment = _moment(value.strip(), zone)
            if moment[0] is not None:
                return moment
    return date_in(name, zone)


def _moment(value: str, zone: str) -> tuple[datetime | None, str]:
    try:
        moment = datetime.fromisoformat(re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", value))
    except ValueError:
        return date_in(value, zone)
    return localise(moment, zone), "day" if len(value) <= 10 else "second"
