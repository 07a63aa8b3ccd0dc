"""Entries of the JSON files of Facebook, Instagram and Threads, told by what is in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import ijson

from corpus.sources import meta_owner
from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.json_items import DAMAGE, events, named, string
from corpus.sources.markup import text_of
from corpus.sources.meta_owner import Owner
from corpus.sources.mojibake import unmangled, unmangled_all
from corpus.sources.piece import Piece, Problem

MEDIA_ID = re.compile(r"(?<!\d)(\d{10,})\.\w+$")
COMMENTS = re.compile(r"(?:\w+_)?comments(?:_\d+)?\.json")
OTHERS = re.compile(r"liked|saved|sent_to_you|viewed|hidden")
USER = re.compile(r"[\w.]{1,30}")
COMMENT_LABELS = frozenset(
    "comment|kommentar|commentaire|comentario|comentário|commento|opmerking|reactie|kommentti|"
    "komentarz|komentář|komentár|hozzászólás|comentariu|yorum|комментарий|коментар|σχόλιο|"
    "komentar|bình luận|コメント|댓글|评论|留言|ความคิดเห็น|टिप्पणी|تعليق|תגובה".split("|")
)
OPENS = frozenset(("start_map", "start_array"))
CLOSES = frozenset(("end_map", "end_array"))
TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.IGNORECASE)
ANOTHER = "written by another person"
SILENT = "a post without words"


@dataclass(slots=True)
class Words:
    """What stands in one entry: its words, when, and what names it in every export."""

    space: str
    own: str
    text: str
    when: object
    kind: str = "post"
    title: str | None = None
    author: str = ""


@dataclass(slots=True)
class Account:
    """Whose file it is, and which ids were given in it."""

    owner: Owner
    met: Counter[str] = field(default_factory=Counter)

    def piece(self, words: Words, place: str) -> Piece | Problem:
        """Return the words as a piece of the owner's; those of another person are dropped."""
        if words.author and self.owner.names and words.author not in self.owner.names:
            return Problem(place, ANOTHER)
        created, precision = moment(words.when, "UTC")
        self.met[words.own] += 1
        ordinal = self.met[words.own]
        handle = meta_owner.account_of(self.owner)
        return Piece(
            namespace=words.space,
            own=words.own if ordinal == 1 else f"{words.own}.{ordinal}",
            text=words.text,
            kind=words.kind,
            locator=place,
            handle=handle,
            people=[(handle, self.owner.names[0])] if handle else [],
            mine=True,
            created=created,
            precision=precision,
            title=words.title,
        )


def read(file: File, owner: Owner) -> Iterator[Piece | Problem]:
    """Yield the words of each entry; an entry without any is a problem if others have some."""
    account, silent, spoke, number = Account(owner), 0, False, 0
    name = PurePosixPath(file.name.rpartition("!")[2]).name.lower()
    try:
        for key, entry in listed_entries(file):
            number += 1
            found = list(_words(unmangled_all(entry), unmangled(key), name))
            if found and not spoke:
                spoke = True
                yield from (
                    Problem("an entry before the first words", SILENT) for _ in range(silent)
                )
            for words in found:
                yield account.piece(words, f"entry {number}")
            if not found:
                silent += 1
                if spoke:
                    yield Problem(f"entry {number}", SILENT)
    except DAMAGE:
        yield Problem(f"after entry {number}", "the JSON is damaged or ends early", "errored")


def listed_entries(file: File) -> Iterator[tuple[str, Any]]:
    """Yield what stands in the lists of the file, with the list's name; memory holds one entry.

    Of a list, its items have the name «»; of an object, the items of each list and each object in
    it have its name, and single values are left out. Raises `DAMAGE`.
    """
    builder: ijson.ObjectBuilder | None = None
    depth, base, key, inside = 0, 0, "", 1
    for _, event, value in events(file):
        opens, closes = event in OPENS, event in CLOSES
        if builder is None and event == "map_key":
            key = value if depth == 1 else key
        elif builder is None and opens and depth == 1 and event == "start_array" and inside == 1:
            inside = 2  # a list in the object: its items are entries
        elif builder is None and opens and depth == 0:
            inside = 1 + (event == "start_array")
        elif builder is None and opens:
            builder, base = ijson.ObjectBuilder(), depth
            builder.event(event, value)
        elif builder is not None:
            builder.event(event, value)
        elif not closes and inside == 2:
            yield key, value
        depth += opens - closes
        if closes and builder is not None and depth == base:
            yield key, builder.value
            builder = None
        elif closes and builder is None and key and depth == 1:
            inside = 1


def _words(entry: Any, key: str, name: str) -> Iterator[Words]:
    """Yield the words in `entry`, which stands in the list `key` of the file `name`."""
    if not isinstance(entry, dict) or OTHERS.search(key):
        return
    if "string_map_data" in entry or "string_list_data" in entry or "label_values" in entry:
        if (COMMENTS.fullmatch(name) and not OTHERS.search(name)) or key.startswith("comments"):
            yield from _labelled(entry)
    elif key.startswith("notes") or ("text" in entry and "created_timestamp" in entry):
        yield from _note(entry)
    elif "data" in entry or "attachments" in entry:
        yield from _posted(entry)
    elif "comment" in entry:
        yield from _comment(entry, entry)
    elif "media" in entry or "creation_timestamp" in entry:
        yield from _media(entry, key)


def _objects(value: Any) -> list[dict[str, Any]]:
    told = value if isinstance(value, list) else []
    return [item for item in told if isinstance(item, dict)]


def _posted(entry: dict[str, Any]) -> Iterator[Words]:
    """Yield the words of a Facebook post or comment, with the captions of what is attached."""
    when = entry.get("timestamp")
    said = [string(item.get("post")) for item in _objects(entry.get("data"))]
    texts = [text for text in said if text.strip()]
    for attached in _objects(entry.get("attachments")):
        for item in _objects(attached.get("data")):
            caption = string(named(item, "media").get("description"))
            if caption.strip() and not any(caption.strip() in text for text in texts):
                texts.append(caption)
            yield from _note(named(item, "note"))
    comments = [c for item in _objects(entry.get("data")) if (c := named(item, "comment"))]
    if comments:
        texts = texts[:0]  # pictures under a comment bring no words of their own
    if texts:
        yield Words("facebook", f"post:{when}", "\n\n".join(texts), when)
    for comment in comments:
        yield from _comment(comment, entry)


def _comment(comment: dict[str, Any], entry: dict[str, Any]) -> Iterator[Words]:
    when = comment.get("timestamp", entry.get("timestamp"))
    text = string(comment.get("comment"))
    if text.strip():
        author = string(comment.get("author"))
        yield Words("facebook", f"comment:{when}", text, when, author=author)


def _note(note: dict[str, Any]) -> Iterator[Words]:
    when = note.get("created_timestamp")
    text = string(note.get("text"))
    text = text_of(text) if TAG.search(text) else text
    if text.strip():
        title = string(note.get("title")).strip() or None
        yield Words("facebook", f"note:{when}", text, when, kind="essay", title=title)


def _media(entry: dict[str, Any], key: str) -> Iterator[Words]:
    """Yield the caption of a post on Instagram or Threads, or of a picture on Facebook."""
    pictures = _objects(entry.get("media")) or [entry]
    first = pictures[0]
    uri = string(first.get("uri"))
    when = first.get("creation_timestamp") or entry.get("creation_timestamp")
    found = MEDIA_ID.search(uri)
    threads = key.startswith("text_post_app") or "text_app_post" in first
    facebook = not (
        threads or "media" in entry or key.startswith("ig_") or uri.startswith("media/")
    )
    if facebook:
        text = string(entry.get("description"))
        if text.strip():
            yield Words("facebook", f"media:{found[1] if found else when}", text, when)
        for comment in _objects(entry.get("comments")):
            yield from _comment(comment, entry)
        return
    titles = [string(entry.get("title")), *(string(picture.get("title")) for picture in pictures)]
    text = "\n\n".join(dict.fromkeys(title for title in titles if title.strip()))
    if text:
        own = f"media:{found[1]}" if found and not threads else f"post:{when}"
        yield Words("threads" if threads else "instagram", own, text, when)


def _labelled(entry: dict[str, Any]) -> Iterator[Words]:
    """Yield an Instagram comment; the labels of its values are in the language of the account."""
    pairs: list[tuple[str, dict[str, Any]]] = [
        (label, value)
        for label, value in named(entry, "string_map_data").items()
        if isinstance(value, dict)
    ]
    pairs += [("", value) for value in _objects(entry.get("string_list_data"))]
    pairs += [(string(v.get("label")), v) for v in _objects(entry.get("label_values"))]
    texts = [(label, string(v.get("value"))) for label, v in pairs if string(v.get("value"))]
    stamps = [value.get("timestamp") for _, value in pairs if value.get("timestamp")]
    when = next(iter(stamps), None) or entry.get("timestamp")
    told = [text for label, text in texts if label.lower() in COMMENT_LABELS]
    text = next(iter(told), None) or _comment_among([text for _, text in texts])
    if text:
        yield Words("instagram", f"comment:{when}", text, when)


def _comment_among(texts: list[str]) -> str | None:
    """Return the comment: what comes first, unless only something after it is no user's name."""
    free = [text for text in texts if not USER.fullmatch(text) and not text.startswith("http")]
    if len(texts) == 2 and len(free) == 1:
        return free[0]
    return texts[0] if texts else None
