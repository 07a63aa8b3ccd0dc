"""Ghost exports: posts and pages under their authors, from HTML or the editor's own format."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import ijson

from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.ghost_cards import html_of, typed
from corpus.sources.nesting import BOM, past_mark
from corpus.sources.pages import own_words, plain
from corpus.sources.piece import Claim, Piece, Problem, Reading

TOP = re.compile(rb'\s*\{\s*(?:"db"\s*:\s*\[|"(?:meta|data)"\s*:\s*\{)')
SIGNS = (b'"posts"', b'"exported_on"', b'"mobiledoc"', b'"lexical"', b'"posts_authors"')
OBJECT_ID = re.compile(r"[0-9a-f]{24}")
STATUSES = ("published", "sent")
PLACEHOLDERS = ("ghost-author@example.com", "ghost@example.com", "ghost@ghost.org")
CARDS = (
    ".kg-bookmark-card",
    ".kg-embed-card",
    ".kg-signup-card",
    ".kg-audio-card",
    ".kg-file-card",
)


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a Ghost export, or None."""
    if not TOP.match(head.removeprefix(BOM)):
        return None
    known = sum(sign in head for sign in SIGNS)
    return "a JSON object with db, meta.exported_on and data.posts" if known >= 2 else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield every post and page; memory holds one of them, and who wrote which."""
    base = "db.item.data" if re.match(rb'\s*\{\s*"db"', file.head(64).removeprefix(BOM)) else "data"
    users, written = _people(file, base)
    wrote: set[str] = set()
    number = 0
    try:
        for told in _items(file, f"{base}.posts.item"):
            number += 1
            item = _post(told, users, written, f"post {number}")
            if isinstance(item, Piece) and item.handle:
                wrote.add(item.handle)
            yield item
    except (ijson.JSONError, UnicodeError):
        yield Problem(f"after post {number}", "the JSON is damaged or ends early", "errored")
    mine = wrote - {f"email:{mail}" for mail in PLACEHOLDERS}
    if len(mine) == 1:
        (handle,) = mine
        name = next((n for h, n in users.values() if h == handle), None)
        yield Claim(handle, "the only author of a Ghost site", strong=False, name=name)


def _items(file: File, prefix: str) -> Iterator[Any]:
    with file.open() as stream:
        yield from ijson.items(past_mark(stream), prefix, use_float=True)


Users = dict[str, tuple[str, str | None]]


def _people(file: File, base: str) -> tuple[Users, dict[str, list[str]]]:
    """Return handle and name of each user by id, and the ids of each post's authors in order."""
    users: Users = {}
    authors: dict[str, list[tuple[float, str]]] = defaultdict(list)
    try:
        for told in _items(file, f"{base}.users.item"):
            told = _dict(told)
            mail, name, id_ = (told.get(key) for key in ("email", "name", "id"))
            if id_ is not None:
                given = isinstance(mail, str) and "@" in mail
                handle = f"email:{str(mail).lower()}" if given else f"ghost:{id_}"
                users[str(id_)] = (handle, plain(name))
        for told in _items(file, f"{base}.posts_authors.item"):
            told = _dict(told)
            order = told.get("sort_order")
            place = float(order) if isinstance(order, (int, float)) else 0.0
            authors[str(told.get("post_id"))].append((place, str(told.get("author_id"))))
    except (ijson.JSONError, UnicodeError):
        pass  # the posts that come before the damage are read all the same
    return users, {post: [author for _, author in sorted(of)] for post, of in authors.items()}


def _post(told: Any, users: Users, written: dict[str, list[str]], place: str) -> Piece | Problem:
    if not isinstance(told, dict):
        return Problem(place, "not a post object", "errored")
    html = told.get("html")
    html = html if isinstance(html, str) and html.strip() else ""
    html = html or html_of(told.get("lexical"), told.get("mobiledoc"))
    spare = told.get("plaintext") or told.get("markdown")
    html = html or (typed(spare) if isinstance(spare, str) else "")
    text = own_words(html, *CARDS)
    if not text.strip():
        return Problem(place, "no text")
    id_ = told.get("id")
    listed = written.get(str(id_)) or [str(told.get("author_id") or told.get("author"))]
    people = [users[author] for author in dict.fromkeys(listed) if author in users]
    created, precision = moment(told.get("published_at"), "UTC")
    if created is None:
        created, precision = moment(told.get("created_at"), "UTC")
    return Piece(
        namespace="ghost",
        own=_own(told),
        text=text,
        kind="post",
        locator=place,
        handle=people[0][0] if people else None,
        people=list(people),
        created=created,
        precision=precision,
        title=plain(told.get("title")),
        metadata=_metadata(told, len(people)),
    )


def _own(told: dict[str, Any]) -> str | None:
    """Return an id that no other site has: numbers of old exports are not enough."""
    for value in (told.get("id"), told.get("uuid"), told.get("id")):
        if isinstance(value, str) and (OBJECT_ID.fullmatch(value) or len(value) > 30):
            return value
    told_id = told.get("id")
    return f"{told_id}:{told.get('slug')}" if told_id is not None else None


def _metadata(told: dict[str, Any], authors: int) -> dict[str, object]:
    status, type_ = told.get("status"), told.get("type")
    page = type_ == "page" or told.get("page") in (True, 1)
    out: dict[str, object] = {"type": "page"} if page else {}
    if isinstance(status, str) and status not in STATUSES:
        out["status"] = status
    return out | ({"authors": authors} if authors > 1 else {})


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
