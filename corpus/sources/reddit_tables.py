"""The CSV tables of Reddit's data requests: comments, posts, messages, chats and drafts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import PurePosixPath

from corpus.sources.dates import moment
from corpus.sources.delimited import dialect_of
from corpus.sources.file import File, decode
from corpus.sources.piece import Claim, Piece, Problem
from corpus.sources.reddit_text import own_words, why_dropped
from corpus.sources.tables import Row, rows

KINDS: dict[str, frozenset[str]] = {
    "comments": frozenset(("id", "permalink", "date", "subreddit", "body", "parent")),
    "posts": frozenset(("id", "permalink", "date", "subreddit", "title", "body")),
    "messages": frozenset(("id", "permalink", "date", "from", "to", "body")),
    "chats": frozenset(("message_id", "created_at", "message", "channel_url")),
    "drafts": frozenset(("id", "title", "body", "subreddit")),
}
"""What is read → the columns by which its table is told, whatever its name."""

MACHINERY = "votes and settings"
MACHINERY_COLUMNS = (
    *({"id", "permalink", "direction"}, {"subreddit"}, {"id", "permalink"}, {"statistic", "value"}),
    *({"filename", "sha256"}, {"account_gender"}, {"birthdate"}, {"date", "ip"}, {"ip", "date"}),
    *({"post_id", "user_selection"}, {"preference", "value"}, {"issuer_id", "subject_id"}),
    *({"username"}, {"multireddit", "id"}, {"handle", "name"}, {"prefix", "parameter", "value"}),
    *({"announcement_id"}, {"payout_amount_usd"}, {"persona_inquiry_id"}, {"content_link"}),
)
MACHINERY_NAMES = re.compile(
    r"(?:.+_headers|.+_votes|saved_.+|hidden_posts|announcements|approved_submitter_subreddits|"
    r"birthdate|checkfile|drafts_headers|friends|gilded_.+|gold_.+|ip_logs|linked_.+|"
    r"moderated_subreddits|multireddits|payouts|persona|poll_votes|purchases|"
    r"scheduled_posts_headers|sensitive_ads_preferences|statistics|stripe|subscribed_subreddits|"
    r"twitter|user_preferences|account_gender)\.csv"
)
POST = re.compile(r"/comments/(\w+)")
NOT_TEXT = re.compile(r"[^\n]{0,200}")
MAX_HEADER = 2_048
STATED = "statistics.csv names this account as its own"


def header_of(head: bytes) -> list[str]:
    """Return the names of the columns; also of a table of one column, or without rows."""
    found = dialect_of(head)
    if found:
        return found[1]
    line = decode(head[:MAX_HEADER])[0].removeprefix("\ufeff").partition("\n")[0].strip()
    return [name.strip().strip('"') for name in line.split(",")]


def kind_of(names: Sequence[str], file: File) -> str | None:
    """Return what a table with these columns holds, `MACHINERY`, or None when it is not Reddit's.

    Tables that name an author are of many people and not from a data request.
    """
    told = {name.strip().removeprefix("\ufeff").lower() for name in names}
    name = PurePosixPath(file.name.rpartition("!")[2]).name.lower()
    for kind, columns in KINDS.items():
        sure = kind != "drafts" or "send_replies" in told or name.startswith("drafts")
        if columns <= told and sure and "author" not in told:
            return kind
    if MACHINERY_NAMES.fullmatch(name) and any(columns <= told for columns in MACHINERY_COLUMNS):
        return MACHINERY
    return MACHINERY if {"permalink", "subreddit", "gildings"} <= told else None


def account_of(file: File) -> str | None:
    """Return the account's name, where a table beside states it."""
    return next(iter(_names(file)), None)


def _names(file: File) -> Iterator[str]:
    for pattern in ("statistics.csv", "account_gender.csv", "linked_identities.csv"):
        for found in file.beside(pattern):
            yield from _stated(found)


def _stated(file: File) -> Iterator[str]:
    for _, row in rows(file, "csv"):
        if isinstance(row, Problem):
            continue
        told = {str(name).lower(): str(value) for name, value in row.items()}
        if told.get("statistic", "").lower() in ("account name", "username", "user name"):
            yield told.get("value", "").strip()
        elif told.get("username"):
            yield told["username"].strip()


def handle_of(name: str) -> str:
    """Return the handle of an account.

    >>> handle_of("u/Ann")
    'reddit:ann'
    """
    return f"reddit:{name.strip().removeprefix('/').removeprefix('u/').lower()}"


def claims(file: File) -> Iterator[Claim]:
    """Yield that the account a table states is «me»."""
    for name in _stated(file):
        yield Claim(handle_of(name), STATED, strong=True, name=name)


def read(file: File, kind: str) -> Iterator[Piece | Problem | Claim]:
    """Yield each row as a piece or a problem."""
    me = account_of(file)
    if me:
        yield Claim(handle_of(me), STATED, strong=True, name=me)
    for place, row in rows(file, "csv"):
        if isinstance(row, Problem):
            yield row
            continue
        told = {str(n).strip().lower(): v for n, v in row.items() if isinstance(v, str)}
        if kind in ("messages", "chats"):
            yield _message(told, place, kind, me)
        elif kind == "comments":
            yield _comment(told, place, me)
        else:
            yield _post(told, place, kind, me)


def _mine(me: str | None) -> dict[str, object]:
    handle = handle_of(me) if me else None
    return {"handle": handle, "people": [(handle, me)] if handle else [], "mine": True}


def _comment(told: Row, place: str, me: str | None) -> Piece | Problem:
    body = told.get("body", "")
    reason = why_dropped(body)
    if reason:
        return Problem(place, reason)
    created, precision = moment(told.get("date"), "UTC")
    post = POST.search(told.get("link", "")) or POST.search(told.get("permalink", ""))
    parent = told.get("parent", "").strip().removeprefix("t1_").removeprefix("t3_")
    return Piece(
        namespace="reddit",
        own=f"t1_{told['id'].strip()}" if told.get("id", "").strip() else None,
        thread=f"t3_{post[1]}" if post else None,
        reply_to=f"t1_{parent}" if parent else f"t3_{post[1]}" if post else None,
        text=own_words(body),
        kind="post",
        locator=place,
        created=created,
        precision=precision,
        metadata=_where(told),
        **_mine(me),  # type: ignore[arg-type]
    )


def _post(told: Row, place: str, kind: str, me: str | None) -> Piece | Problem:
    """Return a post: its body under its title, or its title alone where it links elsewhere."""
    body, title = told.get("body", ""), unescape(told.get("title", "")).strip()
    reason = why_dropped(body)
    gone = reason == "deleted or removed"
    if reason and (gone or not title):
        return Problem(place, reason)
    own = told.get("id", "").strip()
    space = "t3_" if kind == "posts" else "draft_"
    created, precision = moment(told.get("date") or told.get("created"), "UTC")
    text = own_words(body)
    return Piece(
        namespace="reddit",
        own=f"{space}{own}" if own else None,
        thread=f"t3_{own}" if own and kind == "posts" else None,
        text=text or title,
        title=title if text and title else None,
        kind="post",
        locator=place,
        created=created,
        precision=precision,
        metadata=_where(told) | ({"draft": True} if kind == "drafts" else {}),
        **_mine(me),  # type: ignore[arg-type]
    )


def _where(told: Row) -> dict[str, object]:
    name = told.get("subreddit", "").strip()
    return {"subreddit": name} if name and NOT_TEXT.fullmatch(name) else {}


def _message(told: Row, place: str, kind: str, me: str | None) -> Piece | Problem:
    chat = kind == "chats"
    body = told.get("message" if chat else "body", "")
    reason = why_dropped(body)
    if reason:
        return Problem(place, reason)
    name = told.get("username" if chat else "from", "").strip()
    handle = handle_of(name) if name else None
    own = told.get("message_id" if chat else "id", "").strip()
    created, precision = moment(told.get("created_at" if chat else "date"), "UTC")
    thread = told.get("channel_url" if chat else "thread_id", "").strip()
    parent = told.get("thread_parent_message_id", "").strip() if chat else ""
    subject = unescape(told.get("subject", "")).strip()
    return Piece(
        namespace="reddit:chat" if chat else "reddit:message",
        own=own or None,
        thread=thread or (own if not chat else None) or None,
        reply_to=parent or None,
        text=own_words(body),
        title=subject or None,
        kind="chat",
        locator=place,
        handle=handle,
        people=[(handle, name)] if handle else [],
        mine=name.lower() == me.lower() if me and name else None,
        created=created,
        precision=precision,
    )
