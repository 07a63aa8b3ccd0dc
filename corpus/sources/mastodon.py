"""Mastodon's archives and those of its kin: the outbox and the account's actor file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.json_items import DAMAGE, events, items, named, string, whole
from corpus.sources.markup import text_of, too_deep
from corpus.sources.nesting import BOM
from corpus.sources.piece import Claim, Piece, Problem, Reading

BESIDE = ("actor.json", "../actor.json")
COLLECTION = re.compile(rb'"type"\s*:\s*"OrderedCollection(?:Page)?"')
LISTED = re.compile(rb'"orderedItems"\s*:\s*\[')
ACTOR = re.compile(rb'"type"\s*:\s*"(?:Person|Service|Application|Organization|Group)"')
POSTS = frozenset("Note Question Article Page Image Video".split())
OWNER = re.compile(r"https?://([^/\s]+)/(?:users/|@|u/|ap/users/)?([^/\s?#]+)")
PUBLIC = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")
NOT_WRITTEN = "posts of others that were liked or kept; not one's own writing"
EVIDENCE = "actor.json names this account as the archive's own"
CODE = re.compile(r"([a-z]{2})(?:$|[-_])", re.IGNORECASE)
MAX_CHAIN = 10_000


def recognise(file: File, head: bytes) -> str | None:
    """Return why `head` begins an outbox, a list of likes or an actor, None if it does not."""
    if not head.removeprefix(BOM).lstrip().startswith(b"{"):
        return None
    if LISTED.search(head) and COLLECTION.search(head):
        return "an ordered collection of activities, as Mastodon's archive"
    if b'"preferredUsername"' in head and b'"inbox"' in head and ACTOR.search(head):
        return "an actor with a user name and an inbox, as in Mastodon's archive"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each post of the outbox as a piece or a problem, and whose account it is."""
    if not LISTED.search(file.head()):
        told = whole(file)
        if isinstance(told, dict) and string(told.get("id")):
            yield from _claims(told)
            yield Problem("file", "account details; not writing")
        else:
            yield Problem("file", "account details that cannot be read", "errored")
        return
    yield from _outbox(file)


def _claims(actor: dict[str, Any]) -> Iterator[Claim]:
    address = string(actor.get("id"))
    name = string(actor.get("name")) or string(actor.get("preferredUsername")) or None
    yield Claim(handle_of(address), EVIDENCE, strong=True, name=name)


def handle_of(address: str) -> str:
    """Return the handle of the account with this address.

    >>> handle_of("https://social.example/users/Ann")
    'mastodon:ann@social.example'
    """
    found = OWNER.fullmatch(address)
    return f"mastodon:{found[2]}@{found[1]}".lower() if found else f"mastodon:{address}"


def _actor(file: File) -> dict[str, Any]:
    for pattern in BESIDE:
        for found in file.beside(pattern):
            status = found.path.stat()
            told = _loaded(found, status.st_mtime_ns, status.st_size)
            if told.get("id"):
                return told
    return {}


@lru_cache(maxsize=4)
def _loaded(file: File, *_: int) -> dict[str, Any]:
    return named(whole(file))


@dataclass(slots=True)
class _Box:
    """Whose outbox it is, and which of its posts answer which."""

    actor: dict[str, Any]
    parents: dict[str, str]
    answered: set[str] = field(default_factory=set)

    def thread(self, own: str) -> str | None:
        """Return the first post of the conversation that `own` is in, None if it stands alone."""
        at, seen = own, {own}
        while at in self.parents and len(seen) < MAX_CHAIN and self.parents[at] not in seen:
            at = self.parents[at]
            seen.add(at)
        return at if at != own or own in self.answered else None


def _outbox(file: File) -> Iterator[Piece | Problem | Claim]:
    actor = _actor(file)
    if actor:
        yield from _claims(actor)
    box = _Box(actor, _parents(file))
    box.answered = set(box.parents.values())
    number = references = 0
    try:
        for activity in items(file, "orderedItems.item"):
            number += 1
            if isinstance(activity, str):
                references += 1
            else:
                yield _item(activity, box, number)
    except DAMAGE:
        yield Problem(f"after item {number}", "the JSON is damaged or ends early", "errored")
    if references:
        yield Problem("file", NOT_WRITTEN)


def _parents(file: File) -> dict[str, str]:
    """Return which post of one's own answers which."""
    parents: dict[str, str] = {}
    own = parent = ""
    try:
        for place, event, value in events(file):
            if place == "orderedItems.item" and event == "end_map":
                if own and parent:
                    parents[own] = parent
                own = parent = ""
            elif event == "string" and place == "orderedItems.item.object.id":
                own = value
            elif event == "string" and place == "orderedItems.item.object.inReplyTo":
                parent = value
    except DAMAGE:
        pass  # it is told where the items are read
    return parents


def _item(activity: Any, box: _Box, number: int) -> Piece | Problem:
    place = f"item {number}"
    if not isinstance(activity, dict):
        return Problem(place, "not an activity object", "errored")
    kind = string(activity.get("type"))
    if kind == "Announce":
        return Problem(place, "a repost of another's words")
    post = named(activity, "object") if kind in ("Create", "Update") else {}
    post = activity if kind in POSTS else post
    if string(post.get("type")) not in POSTS:
        return Problem(place, "an activity without a post")
    me = string(box.actor.get("id")) or string(activity.get("actor"))
    writer = _writer(post) or me
    if me and writer != me:
        return Problem(place, "written by another person")
    return _post(post, activity, writer, box, number)


def _writer(post: dict[str, Any]) -> str:
    told = post.get("attributedTo")
    told = told[0] if isinstance(told, list) and told else told
    return string(told) or string(named(told).get("id"))


def _post(
    post: dict[str, Any],
    activity: dict[str, Any],
    writer: str,
    box: _Box,
    number: int,
) -> Piece | Problem:
    place = f"item {number}"
    described = _described(post)
    text = _text(post) or "\n\n".join(described)
    if not text.strip():
        return Problem(place, "media without words" if post.get("attachment") else "no text")
    own = string(post.get("id"))
    created, precision = moment(post.get("published") or activity.get("published"), "UTC")
    title = string(post.get("summary")).strip() or string(post.get("name")).strip() or None
    handle = handle_of(writer) if writer else None
    metadata: dict[str, object] = {"visibility": _visibility(post, activity)}
    if described and text != "\n\n".join(described):
        metadata["alt"] = described
    return Piece(
        namespace="activitypub",
        own=own or None,
        thread=string(post.get("conversation")) or box.thread(own),
        position=number,
        reply_to=string(post.get("inReplyTo")) or None,
        text=text,
        title=title,
        kind="post",
        locator=place,
        handle=handle,
        people=[(handle, None)] if handle else [],
        mine=True if writer else None,
        created=created,
        precision=precision,
        language=_language(post),
        metadata=metadata,
    )


def _described(post: dict[str, Any]) -> list[str]:
    """Return what was written to describe pictures to those who do not see them."""
    told = post.get("attachment")
    names = [string(named(item).get("name")) for item in (told if isinstance(told, list) else [])]
    return [name for name in names if name.strip()]


def _text(post: dict[str, Any]) -> str:
    """Return the words of a post and the choices of a poll, without what it quotes."""
    html = string(post.get("content")) or next(
        (string(value) for value in named(post, "contentMap").values()), ""
    )
    if "<blockquote" in html or "quote-inline" in html:
        tree = HTMLParser("" if too_deep(html) else html)
        for node in tree.css("blockquote, .quote-inline"):
            node.decompose()
        html = tree.html or ""
    text = text_of(html) if "<" in html or "&" in html else html
    told = post.get("oneOf") or post.get("anyOf")
    choices = [string(named(item).get("name")) for item in (told if isinstance(told, list) else [])]
    listed = "\n".join(f"- {choice}" for choice in choices if choice.strip())
    return "\n\n".join(part for part in (text.strip(), listed) if part)


def _visibility(post: dict[str, Any], activity: dict[str, Any]) -> str:
    to, cc = _addresses(post, activity, "to"), _addresses(post, activity, "cc")
    if any(address in PUBLIC for address in to):
        return "public"
    if any(address in PUBLIC for address in cc):
        return "unlisted"
    followers = any(address.endswith("/followers") for address in to + cc)
    return "followers" if followers else "direct"


def _addresses(post: dict[str, Any], activity: dict[str, Any], name: str) -> list[str]:
    told = post.get(name, activity.get(name))
    return [string(a) for a in (told if isinstance(told, list) else [told]) if string(a)]


def _language(post: dict[str, Any]) -> str | None:
    told = list(named(post, "contentMap"))
    found = CODE.match(told[0]) if len(told) == 1 else None
    return found[1].lower() if found else None
