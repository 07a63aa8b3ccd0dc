"""Posts of X archives: cut ones made whole, reposts and earlier versions left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.json_items import DAMAGE, items, named, string
from corpus.sources.piece import Piece, Problem
from corpus.sources.twitter_account import Account
from corpus.sources.twitter_notes import LINK, MENTIONS, Notes, quietly

TCO = re.compile(r"https?://t\.co/\w+")
SHORT = re.compile(r"([ \t]?)(https?://t\.co/\w+)")
REPOST = re.compile(r"\s*RT @\w+")
QUOTED_BY_HAND = re.compile(r"\s(?:RT|MT) @\w+:?\s.*\Z|\s[“\"]@\w+:\s.*\Z", re.DOTALL)
STATUS = re.compile(r"https?://(?:mobile\.)?(?:twitter|x)\.com/\w+/status(?:es)?/\d+\S*")
LANGUAGES = {"in": "id", "iw": "he", "ji": "yi"}
CODE = re.compile(r"[a-z]{2}")
NUMBER = re.compile(r"\d{1,19}")
MAX_CHAIN = 10_000


@dataclass(slots=True)
class Archive:
    """What is known of the whole archive while one of its files is read."""

    account: Account
    parents: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    notes: Notes = field(default_factory=Notes)

    def thread(self, own: str) -> str | None:
        """Return the first post of the conversation that `own` is in, None if it stands alone."""
        at, seen = own, {own}
        while at in self.parents and len(seen) < MAX_CHAIN:
            at = self.parents[at]
            if at in seen:
                break
            seen.add(at)
        return at if at != own or own in self.answered else None


def read(file: File, account: Account, kind: str) -> Iterator[Piece | Problem]:
    """Yield each post of the account; memory holds one, and the numbers of all answers."""
    archive = Archive(account)
    _know(file, archive)
    number = 0
    try:
        for entry in items(file, "item"):
            number += 1
            tweet = named(entry, "tweet") or entry
            yield _post(tweet, archive, kind, f"post {number}")
    except DAMAGE:
        yield Problem(f"after post {number}", "the JSON is damaged or ends early", "errored")


def _know(file: File, archive: Archive) -> None:
    """Fill in which post answers which, and the long posts."""
    beside = [
        f for f in file.beside("tweet*.js") if f.path != file.path or f.members != file.members
    ]
    for part in [file, *beside]:
        for tweet in quietly(part, "tweet"):
            parent, own = id_of(tweet, "in_reply_to_status_id"), id_of(tweet, "id")
            if parent and own:
                archive.parents[own] = parent
                archive.answered.add(parent)
    for notes in file.beside("note-tweet*.js"):
        for note in quietly(notes, "noteTweet"):
            archive.notes.add(note.get("createdAt"), note_text(named(note, "core")))


def id_of(tweet: Mapping[str, Any], name: str) -> str:
    """Return the number in a field that is given as text, as a number, or as both."""
    value = tweet.get(f"{name}_str") or tweet.get(name)
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return text if NUMBER.fullmatch(text) else ""


def _post(tweet: Any, archive: Archive, kind: str, place: str) -> Piece | Problem:
    if not isinstance(tweet, dict):
        return Problem(place, "not a post object", "errored")
    raw = tweet.get("full_text") or tweet.get("text")
    if raw is not None and not isinstance(raw, str):
        return Problem(place, "a text that is no text", "errored")
    reason = dropped(tweet, raw or "")
    if reason:
        return Problem(place, reason)
    created, precision = moment(tweet.get("created_at"), "UTC")
    long = archive.notes.whole(tweet.get("created_at"), raw or "")
    text = long or _text(tweet, raw or "")
    if not LINK.sub("", text).strip():
        return Problem(place, "a link or media without words")
    own = id_of(tweet, "id")
    account = archive.account
    metadata: dict[str, object] = {"deleted": True} if "deleted" in kind else {}
    return Piece(
        namespace="twitter",
        own=own or None,
        thread=archive.thread(own) if own else None,
        position=int(own) if own and int(own) < 2**63 else None,
        reply_to=id_of(tweet, "in_reply_to_status_id") or None,
        text=text,
        kind="post",
        locator=place,
        handle=account.handle,
        people=[(account.handle, account.name or account.screen_name)] if account.handle else [],
        mine=True,
        created=created,
        precision=precision,
        language=_language(tweet),
        metadata=metadata,
    )


def dropped(tweet: dict[str, Any], text: str) -> str | None:
    """Return why a post becomes no document, or None."""
    if tweet.get("retweeted_status") or REPOST.match(text):
        return "a repost of another's words"
    edits = _edits(tweet)
    if edits and id_of(tweet, "id") in edits[:-1]:
        return "an earlier version of an edited post"
    return None if text.strip() else "no text"


def _edits(tweet: dict[str, Any]) -> list[str]:
    """Return the numbers of all versions of the post, the last one last."""
    info = named(tweet, "edit_info")
    for told in (named(info, "initial"), named(info, "edit", "editControlInitial")):
        ids = told.get("editTweetIds")
        if isinstance(ids, list):
            return sorted((i for i in ids if isinstance(i, str) and NUMBER.fullmatch(i)), key=int)
    return []


def _text(tweet: dict[str, Any], raw: str) -> str:
    """Return the words as they were typed: no mentions put before a reply, no short links."""
    shown = tweet.get("display_text_range")
    start, end = (
        _index(i) for i in (shown if isinstance(shown, list) and len(shown) == 2 else (0, 0))
    )
    lead, tail = raw[:start], raw[end:] if end else ""
    if start and MENTIONS.fullmatch(lead):
        raw = raw[start:]
    if tail and TCO.fullmatch(tail.strip()):
        raw = raw.removesuffix(tail)
    return with_links(unescape(QUOTED_BY_HAND.sub("", raw)), _links(tweet))


def _index(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _links(tweet: dict[str, Any]) -> dict[str, str]:
    told = named(tweet, "entities").get("urls")
    urls = [u for u in told if isinstance(u, dict)] if isinstance(told, list) else []
    return {string(u.get("url")): string(u.get("expanded_url")) for u in urls}


def note_text(core: Mapping[str, Any]) -> str:
    """Return the words of a long post."""
    told = core.get("urls")
    urls = [u for u in told if isinstance(u, dict)] if isinstance(told, list) else []
    links = {string(u.get("shortUrl")): string(u.get("expandedUrl")) for u in urls}
    return with_links(unescape(string(core.get("text"))), links)


def with_links(text: str, links: Mapping[str, str]) -> str:
    """Return `text` with short links written out; those to quoted posts and to media go.

    >>> with_links("Read https://t.co/a now https://t.co/b", {"https://t.co/a": "https://b.example/"})
    'Read https://b.example/ now'
    """

    def whole(short: re.Match[str]) -> str:
        long = links.get(short[2], "")
        return "" if not long or STATUS.fullmatch(long) else short[1] + long

    return re.sub(r"[ \t]+$", "", SHORT.sub(whole, text), flags=re.MULTILINE).strip()


def _language(tweet: dict[str, Any]) -> str | None:
    told = string(tweet.get("lang")).lower()
    told = LANGUAGES.get(told, told)
    return told if CODE.fullmatch(told) else None
