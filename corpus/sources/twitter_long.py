"""Long posts and articles of X archives that no post shows the beginning of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.json_items import DAMAGE, items, named, string
from corpus.sources.piece import Piece, Problem
from corpus.sources.twitter_account import Account
from corpus.sources.twitter_notes import NEAR, Notes, quietly, seconds_of
from corpus.sources.twitter_posts import dropped, id_of, note_text

MAX_DEPTH = 8


def read_notes(file: File, account: Account) -> Iterator[Piece | Problem]:
    """Yield the long posts that no post shows the beginning of; those are read with the post."""
    shown = _shown(file)
    number = 0
    try:
        for entry in items(file, "item"):
            number += 1
            yield _note(named(entry, "noteTweet"), shown, account, f"long post {number}")
    except DAMAGE:
        yield Problem(f"after long post {number}", "the JSON is damaged or ends early", "errored")


def _shown(file: File) -> Notes:
    """Return the posts written when a long one was."""
    minutes = {
        seconds // NEAR + shift
        for note in quietly(file, "noteTweet")
        if (seconds := seconds_of(note.get("createdAt"))) is not None
        for shift in (-1, 0, 1)
    }
    shown = Notes()
    for part in file.beside("tweet*.js"):
        for tweet in quietly(part, "tweet"):
            text, when = string(tweet.get("full_text")), tweet.get("created_at")
            seconds = seconds_of(when)
            if seconds is not None and seconds // NEAR in minutes and not dropped(tweet, text):
                shown.add(when, text)
    return shown


def _note(note: dict[str, Any], shown: Notes, account: Account, place: str) -> Piece | Problem:
    core = named(note, "core")
    text = note_text(core)
    if not core:
        return Problem(place, "not a long post", "errored")
    if not text.strip():
        return Problem(place, "no text")
    if shown.begins(note.get("createdAt"), text):
        return Problem(place, "read with the post that shows its beginning")
    return _piece(account, place, id_of(note, "noteTweetId"), text, note.get("createdAt"))


def _piece(account: Account, place: str, own: str, text: str, when: object) -> Piece:
    created, precision = moment(when, "UTC")
    return Piece(
        namespace="twitter:note",
        own=own or None,
        text=text,
        kind="post",
        locator=place,
        handle=account.handle,
        people=[(account.handle, account.name or account.screen_name)] if account.handle else [],
        mine=True,
        created=created,
        precision=precision,
    )


def read_articles(file: File, account: Account) -> Iterator[Piece | Problem]:
    """Yield the articles: their title and the text of their blocks."""
    number = 0
    try:
        for entry in items(file, "item"):
            number += 1
            place = f"article {number}"
            told = named(entry, "article")
            text = "\n\n".join(_blocks(told, 0)) or string(told.get("text"))
            if not text.strip():
                yield Problem(place, "an article in a form that is not known", "errored")
                continue
            when = told.get("createdAt") or told.get("publishedAt")
            piece = _piece(account, place, id_of(told, "id"), text, when)
            piece.kind, piece.title = "essay", string(told.get("title")).strip() or None
            yield piece
    except DAMAGE:
        yield Problem(f"after article {number}", "the JSON is damaged or ends early", "errored")


def _blocks(told: Any, depth: int) -> Iterator[str]:
    """Yield the texts of the paragraphs, wherever their list stands."""
    if depth > MAX_DEPTH or not isinstance(told, dict):
        return
    for name, value in told.items():
        if name == "blocks" and isinstance(value, list):
            texts = (string(block.get("text")) for block in value if isinstance(block, dict))
            yield from (text for text in texts if text.strip())
        else:
            yield from _blocks(value, depth + 1)
