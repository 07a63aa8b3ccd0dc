"""Markdown notes and posts, with YAML, TOML or JSON front matter."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from frontmatter.default_handlers import YAMLHandler

from corpus.sources import transcript
from corpus.sources.dates import date_in, moment
from corpus.sources.file import File
from corpus.sources.markdown_text import words_of
from corpus.sources.meta_dates import printed_moment
from corpus.sources.piece import Piece, Problem, Reading, localise
from corpus.sources.plain import ESSAY_WORDS
from corpus.sources.set_apart import set_apart
from corpus.sources.shape import head_text, is_marked_up, is_prose, json_before_text
from corpus.sources.siblings import name_of

FRONT = re.compile(
    r"\A(?:---[ \t]*\r?\n(?P<yaml>.*?\r?\n|)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)"
    r"|\+\+\+[ \t]*\r?\n(?P<toml>.*?\r?\n|)\+\+\+[ \t]*(?:\r?\n|\Z))",
    re.DOTALL,
)
TOP = re.compile(r"\A(?:[ \t]*<[^\n]*\n|[ \t]*\n)++")  # lines of HTML: pictures in the middle
FIELD = re.compile(r"^([A-Za-z][\w -]{0,40}?)[ \t]{0,9}[:=](?:[ \t](.*))?$", re.MULTILINE)
FENCED = re.compile(r"^(```+|~~~+).*?(?:^\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} \S", re.MULTILINE)
TITLE = re.compile(r"^# (.*\S)", re.MULTILINE)
UNDERLINED = re.compile(r"\A\s*(\S[^\r\n]*)\r?\n===+[ \t]*\r?$", re.MULTILINE)
SIGNS = (
    re.compile(r"\[[^\[\]\n]{1,300}\]\([^)\s]{1,2000}\)"),  # links
    re.compile(r"\[\[[^\[\]\n]{1,300}\]\]"),  # wiki links
    re.compile(r"^```", re.MULTILINE),
    re.compile(r"^[-*+] (?:\[[ xX]\] )?\S.*\n[-*+] ", re.MULTILINE),  # two list lines together
    re.compile(r"(?<!\w)(?:\*\*|__)\S[^\n]{0,300}?\S(?:\*\*|__)(?!\w)"),
    re.compile(r"^> ?\[!\w+\]", re.MULTILINE),  # callouts
)
POST_KEYS = frozenset({"layout", "slug", "permalink", "draft", "published", "categories"})
DATES = ("date", "created", "created_at", "creation_date", "created-at", "day")
CLIPPED = ("source", "clipped", "clipped_from", "source_url", "readwise_url")
LINKS = ("url", "link")
CLIPPINGS = frozenset(("clippings", "clipping", "readwise", "web-clip", "webclip"))
"""Tags, and names of folders, that clippers give to what they save."""

FOLDERS = CLIPPINGS | {"web clippings", "web clips", "kindle highlights", "omnivore", "instapaper"}
DRAFTS = ("_drafts", "drafts")
KEPT = ("tags", "slug", "layout", "aliases", "categories", "draft", "published")
DRAWING = "a drawing of Excalidraw"
UNPADDED = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
IN_WORDS = re.compile(
    r"(?:[^\W\d]{2,12},? )?(?:[^\W\d]{3,12}\.? \d{1,2}(?:st|nd|rd|th)?|\d{1,2}\.? [^\W\d]{3,12}\.?)"
    r",? (?:19|20)\d\d"
)
WIKI = re.compile(r"\[\[|\]\]|\|.*")


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` is Markdown, or None: front matter, headings or two signs."""
    found = head_text(head)
    if found is None:
        return None
    text = found[0].replace("\r\n", "\n")
    front = FRONT.match(text)
    if (front and FIELD.search(front.group(0))) or json_before_text(text):
        return "front matter"
    body = TOP.sub("", text)
    if not is_prose(body) or (body != text and is_marked_up(text)):
        return None
    signs = sum(bool(sign.search(text)) for sign in SIGNS)
    if HEADING.search(text) and (signs or TITLE.match(body.lstrip())):
        return "Markdown headings"
    return "Markdown links, lists or code" if signs >= 2 else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield the file as one document; broken front matter costs its fields, not the text.

    Quoted blocks are a piece of their own, as are the messages of a conversation; a drawing of
    Excalidraw is dropped.
    """
    whole, encoding = file.read_text()
    fields, told = split_front(whole.removeprefix("\ufeff").replace("\r\n", "\n"))
    name = name_of(file)
    if "excalidraw-plugin" in fields or name.lower().endswith(".excalidraw.md"):
        yield Problem("file", DRAWING)
        return
    words = words_of(told)
    text = told if words == told.strip("\n") else words  # what needs no change is not touched
    if not text.strip():
        yield Problem("file", "empty")
        return
    above = [part.casefold() for part in re.split("[/!]", file.name)[:-1]]
    authors = _authors(fields)
    clipped = _is_clipped(fields) or not FOLDERS.isdisjoint(above)
    said = None if clipped else transcript.conversation(text, file.name, reading.zone)
    if said:
        yield from said
        return
    own = not authors and not clipped and "markdown" in reading.assume_mine
    created, precision = _created(fields, name, above[-1:], reading.zone)
    kept: dict[str, object] = {key: value for key in KEPT if (value := _plain(fields.get(key)))}
    kept |= {"draft": True} if not set(DRAFTS).isdisjoint(above) else {}
    piece = Piece(
        namespace="file",
        own=file.name,
        text=text,
        kind=_kind(fields, text),
        locator="line 1",
        handle=f"name:{authors[0]}" if authors else None,
        people=[(f"name:{author}", author) for author in authors],
        mine=True if own else None,
        origin="clipped" if clipped else None,
        created=created,
        precision=precision,
        title=_title(fields, text),
        metadata=kept if encoding.startswith("utf-8") else {**kept, "encoding": encoding},
    )
    yield from set_apart(piece)


def split_front(text: str) -> tuple[dict[str, Any], str]:
    """Return the front matter's fields (lower-case names) and the text after it.

    Fields of a block that does not parse are read line by line.

    >>> split_front("---\\ntitle: Oats\\n---\\nBoil.")
    ({'title': 'Oats'}, 'Boil.')
    """
    if (told := json_before_text(text)) is not None:
        return _lowered(told[0]), told[1].lstrip("\r\n")
    found = FRONT.match(text)
    if found is None or not FIELD.search(found.group(0)):
        return {}, text
    try:
        yaml, toml = found["yaml"], found["toml"]
        fields = tomllib.loads(toml) if yaml is None else YAMLHandler().load(yaml)
    except Exception:  # PyYAML also lets ValueError, TypeError and RecursionError through
        fields = {k: v.strip() for k, v in FIELD.findall(found.group(0))}
    return _lowered(fields), text[found.end() :].lstrip("\r\n")


def _lowered(told: object) -> dict[str, Any]:
    return {str(k).lower(): v for k, v in told.items()} if isinstance(told, dict) else {}


def _plain(value: object) -> object:
    """Return a scalar, or a list of scalars as text; anything deeper is not kept."""
    if isinstance(value, list):
        return [str(item) for item in value if isinstance(item, (str, int, float))]
    return value if isinstance(value, (str, int, float)) else None


def _authors(fields: dict[str, Any]) -> list[str]:
    told = fields.get("author") or fields.get("authors")
    named = [
        item.get("name") if isinstance(item, dict) else item
        for item in (told if isinstance(told, list) else [told])
    ]
    plain = (WIKI.sub("", name).strip() for name in named if isinstance(name, str))
    return [name for name in plain if name]


def _is_clipped(fields: dict[str, Any]) -> bool:
    """Return whether the fields name a page the text was taken from, not the path of a post."""
    if any(fields.get(key) not in (None, "", [], {}, False) for key in CLIPPED):
        return True
    tags = fields.get("tags")
    named = tags if isinstance(tags, list) else str(tags or "").replace(",", " ").split()
    if any(str(tag).strip("# ").casefold() in CLIPPINGS for tag in named):
        return True
    return any(re.match(r"https?://", str(fields.get(key))) for key in LINKS)


def _kind(fields: dict[str, Any], text: str) -> str:
    if POST_KEYS & fields.keys() or {"title", "date"} <= fields.keys():
        return "post"
    return "essay" if len(text.split()) >= ESSAY_WORDS else "note"


def _title(fields: dict[str, Any], text: str) -> str | None:
    if isinstance(fields.get("title"), (str, int, float)):
        return str(fields["title"]).strip().strip("\"'") or None
    found = TITLE.search(FENCED.sub("", text)) or UNDERLINED.match(text)
    return found.group(1).strip(" #\t") or None if found else None


def _created(
    fields: dict[str, Any], name: str, folder: list[str], zone: str
) -> tuple[datetime | None, str]:
    """Return the date of the fields, or else that of the file's name, or its folder's.

    A page with its pictures is a folder of which the page is «index.md».
    """
    for key in DATES:
        value = fields.get(key)
        found = moment(value.strip("\"' ") if isinstance(value, str) else value, zone)
        if found[0] is None and isinstance(value, str):
            found = _loose(value.strip("\"' "), zone)
        if found[0] is not None:
            return found
    stem = PurePosixPath(name).stem
    for words in (stem, *(folder if stem in ("index", "_index") else [])):
        found = date_in(words, zone)
        found = found if found[0] is not None else _loose(words, zone)
        if found[0] is not None:
            return found
    return None, "unknown"


def _loose(words: str, zone: str) -> tuple[datetime | None, str]:
    """Return the day in `words`: with numbers that are not padded, or with the month's name.

    >>> _loose("2021-8-3-a-walk", "UTC")[0].date().isoformat()
    '2021-08-03'
    >>> _loose("May 6th, 2024", "UTC")[0].date().isoformat()
    '2024-05-06'
    """
    found = UNPADDED.search(words)
    try:
        if found:
            year, month, day = map(int, found.groups())
            return localise(datetime(year, month, day), zone), "day"
        shown = printed_moment(f"{words} 00:00") if IN_WORDS.fullmatch(words.strip()) else None
        return (localise(shown, zone), "day") if shown else (None, "unknown")
    except (ValueError, OverflowError):
        return None, "unknown"
