"""Blogger: Takeout's feed.atom, the older backup file, and lists of its interface as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import ijson
from lxml import etree

from corpus.sources.dates import moment
from corpus.sources.feeds import entries
from corpus.sources.file import File
from corpus.sources.nesting import BOM, past_mark
from corpus.sources.pages import own_words, plain
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.xml_elements import child, children, text_in, value_of

KIND = "schemas.google.com/g/2005#kind"
ATOM = re.compile(rb"schemas\.google\.com/blogger/20\d\d|tag:blogger\.com,1999:blog")
API = re.compile(rb'"kind"\s*:\s*"blogger#(?:post|comment|page)(?:List)?"')
ID = re.compile(r"blog-(\d+)?\.(?:post|page)-([\w-]+)|/(\d+)$")
BLOG = re.compile(rb"blog-(\d+)")
DIGITS = re.compile(r"/(\d{6,})/?(?:$|[?#])")
WRITING = ("post", "comment", "page")
PREFIXES = {"[": "item", "{": "items.item"}
DRAFTS = ("draft", "scheduled")


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a Blogger export, or None."""
    begins = head.removeprefix(BOM).lstrip()[:1]
    if begins == b"<" and b"<feed" in head and ATOM.search(head):
        return "an Atom feed with Blogger's ids or namespace"
    if begins in (b"[", b"{") and API.search(head):
        return "JSON objects of kind blogger#post or blogger#comment"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield posts, pages and comments; a blog with one author claims them weakly."""
    head = file.head()
    found = BLOG.search(head)
    blog = found.group(1).decode() if found else file.name
    is_feed = head.removeprefix(BOM).lstrip().startswith(b"<")
    items = _feed(file, blog) if is_feed else _api(file, head)
    authors: dict[str, str | None] = {}
    for item in items:
        if isinstance(item, Piece) and not item.reply_to and item.handle:
            authors.setdefault(item.handle, item.people[0][1])
        yield item
    if len(authors) == 1:
        ((handle, name),) = authors.items()
        yield Claim(handle, "the only author of a Blogger blog", strong=False, name=name)


def _feed(file: File, blog: str) -> Iterator[Piece | Problem | Claim]:
    number = 0

    def one(entry: etree._Element) -> Iterator[Piece | Problem]:
        nonlocal number
        number += 1
        yield _entry(entry, blog, f"entry {number}")

    yield from entries(file, "entry", (), one)


def _entry(entry: etree._Element, blog: str, place: str) -> Piece | Problem:
    kind = _kind(entry)
    if kind not in WRITING:
        return Problem(place, "the blog's settings or template; not writing")
    status = text_in(child(entry, "status")).lower()
    if text_in(child(entry, "trashed")) or status in ("soft_trashed", "spam", "ghosted"):
        return Problem(place, "deleted or not let through")
    body = child(entry, "content")
    body = child(entry, "summary") if body is None else body
    html = _html(body)
    text = own_words(html)
    if not text.strip():
        return Problem(place, "no text")
    author = child(entry, "author")
    name = plain(text_in(child(author, "name")))
    handle = _handle(text_in(child(author, "uri")), text_in(child(author, "email")), name)
    own = _number(text_in(child(entry, "id")))
    post, answered = _answered(entry)
    draft = text_in(child(entry, "control", "draft")) == "yes" or status in DRAFTS
    created, precision = moment(text_in(child(entry, "published")), "UTC")
    labels = [value_of(c, "term") for c in children(entry, "category") if not _is_kind(c)]
    return Piece(
        namespace=f"blogger:{blog}",
        own=own,
        thread=post or own,
        position=0 if kind != "comment" else None,
        reply_to=(answered or post) if kind == "comment" else None,
        text=text,
        kind="post",
        locator=place,
        handle=handle,
        people=[(handle, name)] if handle else [],
        created=created,
        precision=precision,
        title=plain(text_in(child(entry, "title"))) if kind != "comment" else None,
        metadata=({"status": "draft"} if draft else {})
        | ({"type": "page"} if kind == "page" else {})
        | ({"tags": [t for t in labels if t]} if any(labels) else {}),
    )


def _html(body: etree._Element | None) -> str:
    if body is None:
        return ""
    if len(body):  # XHTML stands as elements
        return etree.tostring(body, encoding="unicode", with_tail=False)
    return body.text or ""


def _kind(entry: etree._Element) -> str:
    """Return what an entry is: «post», «comment», «page», «template», «settings»."""
    stated = text_in(child(entry, "type")).lower()
    terms = [value_of(c, "term") or "" for c in children(entry, "category") if _is_kind(c)]
    return stated or (terms[0].rpartition("#")[2].lower() if terms else "post")


def _is_kind(category: etree._Element) -> bool:
    return KIND in (value_of(category, "scheme") or "")


def _number(id_: str) -> str | None:
    found = ID.search(id_)
    return (found[2] or found[3]) if found else id_ or None


def _answered(entry: etree._Element) -> tuple[str | None, str | None]:
    """Return the ids of the post and of the comment that a comment answers."""
    posts = [text_in(e) for e in children(entry, "parent")]
    refs = [value_of(e, "ref") or text_in(e) for e in children(entry, "in-reply-to")]
    inner = [text_in(e) for e in children(entry, "inReplyTo")]
    links = (e for e in children(entry, "link") if value_of(e, "rel") == "related")
    inner += [value_of(e, "href") or "" for e in links]
    post = next((n for told in (*posts, *refs) if (n := _number(told))), None)
    comment = next((n for told in inner if (n := _number(told))), None)
    return post, comment if comment != post else None


def _handle(uri: str, mail: str, name: str | None) -> str | None:
    if found := DIGITS.search(uri):
        return f"blogger:{found[1]}"
    if "@" in mail and not mail.lower().startswith("noreply"):
        return f"email:{mail.lower()}"
    return f"name:{name}" if name else None


def _api(file: File, head: bytes) -> Iterator[Piece | Problem]:
    begins = head.removeprefix(BOM).lstrip()[:1].decode("ascii", "replace")
    if begins not in PREFIXES:
        yield Problem("file", "the JSON is damaged at its beginning", "errored")
        return
    single = begins == "{" and b'"items"' not in head
    number = 0
    with file.open() as stream:
        try:
            prefix = "" if single else PREFIXES[begins]
            for told in ijson.items(past_mark(stream), prefix, use_float=True):
                number += 1
                yield _object(told, f"item {number}")
        except (ijson.JSONError, UnicodeError):
            yield Problem(f"after item {number}", "the JSON is damaged or ends early", "errored")


def _object(told: Any, place: str) -> Piece | Problem:
    kind = told.get("kind") if isinstance(told, dict) else None
    if not isinstance(kind, str) or not kind.startswith("blogger#"):
        return Problem(place, "not a post or comment", "errored")
    if kind.removeprefix("blogger#") not in WRITING:
        return Problem(place, "the blog's settings; not writing")
    content = told.get("content")
    text = own_words(content) if isinstance(content, str) else ""
    if not text.strip():
        return Problem(place, "no text")
    author = _dict(told.get("author"))
    name, number = plain(author.get("displayName")), _string(author.get("id"))
    handle = f"blogger:{number}" if number else f"name:{name}" if name else None
    post, answered = _id_in(told.get("post")), _id_in(told.get("inReplyTo"))
    created, precision = moment(told.get("published"), "UTC")
    labels = told.get("labels")
    tags = [plain(t) for t in labels if plain(t)] if isinstance(labels, list) else []
    own = _string(told.get("id"))
    metadata: dict[str, object] = {"tags": tags} if tags else {}
    metadata |= {"status": "draft"} if str(told.get("status")).lower() in DRAFTS else {}
    return Piece(
        namespace=f"blogger:{_id_in(told.get('blog')) or ''}",
        own=own,
        thread=post or own,
        reply_to=answered or post,
        text=text,
        kind="post",
        locator=place,
        handle=handle,
        people=[(handle, name)] if handle else [],
        created=created,
        precision=precision,
        title=plain(told.get("title")),
        metadata=metadata,
    )


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: object) -> str | None:
    return str(value) if isinstance(value, (str, int)) and value != "" else None


def _id_in(value: object) -> str | None:
    return _string(_dict(value).get("id"))
