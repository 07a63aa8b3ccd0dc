"""Reddit's objects as its programming interface gives them and rexport saves them."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.json_items import DAMAGE, events, named, string
from corpus.sources.meta_entries import listed_entries
from corpus.sources.piece import Claim, Piece, Problem
from corpus.sources.reddit_tables import handle_of
from corpus.sources.reddit_text import own_words, why_dropped

OWN, INBOX = ("comments", "submissions"), "inbox"
NOT_OWN = "saved, voted on or followed; not one's own writing"
ACCOUNT = "account details; not writing"
EVIDENCE = "the profile in the file names this account as its own"


def read(file: File) -> Iterator[Piece | Problem | Claim]:
    """Yield comments, posts and messages received; all else is one problem a list."""
    me = _account(file)
    if me:
        yield Claim(handle_of(me), EVIDENCE, strong=True, name=me)
    others: set[str] = set()
    number = 0
    try:
        for key, entry in listed_entries(file):
            number += 1
            if key in OWN or key == INBOX:
                yield _piece(entry, key, f"{key} {number}", me)
            elif key not in others:
                others.add(key)
                yield Problem(f"list {len(others)}", ACCOUNT if key == "profile" else NOT_OWN)
    except DAMAGE:
        yield Problem(f"after entry {number}", "the JSON is damaged or ends early", "errored")


def _account(file: File) -> str | None:
    """Return the name in the profile, which stands first or last."""
    try:
        for place, event, value in events(file):
            if place == "profile.name" and event == "string":
                return str(value)
    except DAMAGE:
        pass
    return None


def _piece(told: Any, key: str, place: str, me: str | None) -> Piece | Problem:
    if not isinstance(told, dict):
        return Problem(place, "not an object", "errored")
    body = string(told.get("body")) or string(told.get("selftext"))
    title = unescape(string(told.get("title")) or string(told.get("subject"))).strip()
    reason = why_dropped(body)
    if reason and (key != "submissions" or not title or reason.startswith("deleted")):
        return Problem(place, reason)
    text = own_words(body)
    author = string(told.get("author")) or string(named(told, "author").get("name"))
    mine = True if key in OWN else author.lower() == me.lower() if me and author else None
    name = author or (me if mine else None)
    handle = handle_of(name) if name else None
    own, parent = string(told.get("name")), string(told.get("parent_id"))
    post = string(told.get("link_id")) or (own if key == "submissions" else "")
    created, precision = moment(told.get("created_utc"), "UTC")
    return Piece(
        namespace="reddit" if key in OWN or told.get("was_comment") else "reddit:message",
        own=own or string(told.get("id")) or None,
        thread=post or string(told.get("first_message_name")) or None,
        reply_to=parent or None,
        text=text or title,
        title=title if text and title else None,
        kind="chat" if key == INBOX and not told.get("was_comment") else "post",
        locator=place,
        handle=handle,
        people=[(handle, name)] if handle else [],
        mine=mine,
        created=created,
        precision=precision,
    )
