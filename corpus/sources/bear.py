"""Bear backups and other TextBundles: a text, and beside it what the app knows of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from corpus.sources.dates import moment
from corpus.sources.elements import mapping, string
from corpus.sources.file import File
from corpus.sources.markdown import FENCED, TITLE
from corpus.sources.piece import Piece, Problem, Reading
from corpus.sources.set_apart import set_apart
from corpus.sources.shape import head_text
from corpus.sources.siblings import name_of

BESIDE = ("info.json",)
SPACE = "bear"
TEXT = re.compile(r"text\.(?:md|markdown|mdown|txt|text)", re.IGNORECASE)
BUNDLE = re.compile(r"\.text(?:bundle|pack)", re.IGNORECASE)
INFO = (
    re.compile(rb"\s*\{"),
    re.compile(rb'"type"\s*:\s*"[\w.-]+"|"creatorIdentifier"\s*:'),
    re.compile(rb'"version"\s*:\s*\d'),
)
TAGS = re.compile(
    rb'\s*\{\s*"tags"\s*:\s*\[\s*\{(?=.{0,2000}?"(?:sortingDirection|tagcon)")', re.DOTALL
)
MANY = re.compile(
    r"(?<![\w#/&])#((?!\d+\s)[^\s#`][^#\n`.,;:!?()]{0,100}?[^\s#`.,;:!?()])#(?![\w#])"
)
ONE = re.compile(r"(?<![\w#/&])#((?!\d+(?!\S))[^\s#,;:!?'\"()\[\]{}<>，。！？、；：]{1,100})")
PICTURE = re.compile(
    r"!\[[^\[\]\n]{0,300}\]\((?!https?:)[^()\n]{1,1000}\)|\[(?:image|file):[^\[\]\n]{1,500}\]"
)
NOTE = re.compile(r"<!--\s{0,3}\{[^<>\n]{0,1000}\}\s{0,3}-->")
BLANK = re.compile(r"\n{3,}")
ESSAY_WORDS = 600


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that the file is the text of a TextBundle, or belongs to one."""
    name = name_of(file)
    if TEXT.fullmatch(name):
        inside = file.members[-1] if file.members else file.name
        in_bundle = any(BUNDLE.search(part) for part in inside.split("/")[:-1])
        known = head_text(head) is not None and (in_bundle or bool(file.beside("info.json")))
        return "the text of a TextBundle" if known else None
    if name == "info.json" and all(sign.search(head) for sign in INFO) and _text_beside(file):
        return "what an app knows of a TextBundle"
    return "the tags of Bear" if name == "tags.json" and TAGS.match(head) else None


def _text_beside(file: File) -> bool:
    return any(TEXT.fullmatch(name_of(found)) for found in file.beside("text.*"))


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield the text as a note of one's own; one in the trash is dropped."""
    if not TEXT.fullmatch(name_of(file)):
        yield Problem("file", "what an app knows of its notes; not writing")
        return
    info = _info(file)
    told = next((mapping(v) for k, v in info.items() if "." in k and isinstance(v, dict)), info)
    whole = file.read_text()[0]
    text = _words(whole.removeprefix("\ufeff"))
    if told.get("trashed") not in (None, 0, False):
        yield Problem("file", "in the trash")
        return
    if not text:
        yield Problem("file", "a note without text")
        return
    created, precision = moment(told.get("creationDate") or told.get("created"), "UTC")
    heading = TITLE.search(FENCED.sub("", text))
    address = string(info.get("sourceURL")) or ""
    clipped = address.startswith(("http://", "https://"))
    flags = {flag: True for flag in ("archived", "pinned") if told.get(flag) in (1, True)}
    tags = _tags(whole)
    piece = Piece(
        namespace=SPACE,
        own=string(told.get("uniqueIdentifier")) or f"bundle {_bundle(file)}",
        text=text,
        kind="essay" if len(text.split()) >= ESSAY_WORDS else "note",
        locator="line 1",
        mine=None if clipped else True,
        origin="clipped" if clipped else None,
        created=created,
        precision=precision,
        title=heading.group(1).strip(" #\t") or None if heading else None,
        metadata={**({"tags": tags} if tags else {}), **flags},
    )
    yield from set_apart(piece)


def _info(file: File) -> dict[str, Any]:
    """Return what info.json beside the text says; nothing where it is damaged."""
    for beside in file.beside("info.json"):
        try:
            return mapping(json.loads(beside.read_text()[0].removeprefix("\ufeff")))
        except (ValueError, RecursionError):
            return {}
    return {}


def _bundle(file: File) -> str:
    inside = file.members[-1] if file.members else file.name
    return PurePosixPath(inside).parent.stem


def _tags(text: str) -> list[str]:
    """Return the tags in a note, in order; one of several words ends in a hash.

    >>> _tags("#bees #two words# #a/b, #12 C# and #中文，标签")
    ['two words', 'bees', 'a/b', '中文']
    """
    plain = FENCED.sub("", text)
    many = [tag for tag in MANY.findall(plain) if " " in tag]
    one = [tag.rstrip(".") for tag in ONE.findall(MANY.sub(_unless_many, plain))]
    return list(dict.fromkeys([*many, *(tag for tag in one if tag and not tag.isdigit())]))


def _unless_many(found: re.Match[str]) -> str:
    return " " if " " in found[1] else found[0]


def _words(text: str) -> str:
    """Return the note without own pictures, and without lines that hold nothing but tags."""
    text = NOTE.sub("", PICTURE.sub("", text.replace("\r\n", "\n")))
    kept = [line for line in text.split("\n") if not _only_tags(line)]
    return BLANK.sub("\n\n", "\n".join(kept)).strip()


def _only_tags(line: str) -> bool:
    if not line.lstrip().startswith("#") or line.lstrip().startswith(("# ", "##")):
        return False
    return not ONE.sub("", MANY.sub(_unless_many, line)).strip(" ,\t")
