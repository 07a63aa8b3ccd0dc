"""Read Google Chat of a Takeout: a folder for each conversation, another that says who you are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from corpus.sources.elements import elements, mapping, never_silent, string
from corpus.sources.file import File
from corpus.sources.meta_dates import printed_moment
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.siblings import name_of

SPACE = "google-chat"
USERS = "../../Users/*/user_info.json"
BESIDE = (USERS,)
KNOWN = ("group_info.json", "user_info.json")
MESSAGES = re.compile(
    rb'\s*\{\s*"messages"\s*:\s*\[\s*\{(?=.{0,4000}?"(?:creator|created_date)"\s*:)'
    rb'(?=.{0,20000}?"(?:topic_id|message_id)"\s*:)',
    re.DOTALL,
)
ABOUT = re.compile(rb'\s*\{\s*"(?:members|user|name)"\s*:(?=.{0,4000}?"user_type"\s*:)', re.DOTALL)
EVIDENCE = "is the user of a Google Chat export"


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that the file holds messages of Google Chat or tells of them."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    if MESSAGES.match(head):
        return "messages with creator, created_date and topic, as in Google Chat"
    named = name_of(file) in KNOWN
    return (
        "what Google Chat knows of a conversation or user" if named and ABOUT.match(head) else None
    )


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message as a piece or a problem; own are those of the user beside the groups."""
    head = file.head().removeprefix(b"\xef\xbb\xbf")
    if not MESSAGES.match(head):
        yield Problem("file", "what an app knows of its messages; not writing")
        return
    yield from never_silent(_messages(file))


def _messages(file: File) -> Iterator[Piece | Problem | Claim]:
    for beside in file.beside(USERS):
        user = mapping(_told(beside).get("user"))
        if handle := _handle(user):
            yield Claim(handle, EVIDENCE, strong=True, name=string(user.get("name")))
    folder = file.name.replace("!", "/").rpartition("/")[0].rpartition("/")[2]
    for number, message in enumerate(elements(file, "messages.item", "message")):
        place = f"message {number + 1}"
        if isinstance(message, Problem):
            yield message
        else:
            yield _item(mapping(message), place, number, folder or file.name)


def _item(message: dict[str, Any], place: str, number: int, folder: str) -> Piece | Problem:
    text = (string(message.get("text")) or "").strip()
    creator = mapping(message.get("creator"))
    if message.get("message_state") == "DELETED" or message.get("deletion_metadata"):
        return Problem(place, "deleted")
    if creator.get("user_type") not in (None, "Human"):
        return Problem(place, "message of a program")
    if not text:
        return Problem(place, "media without text")
    handle, name = _handle(creator), string(creator.get("name"))
    created = printed_moment(string(message.get("created_date")) or "")  # in UTC, and says so
    quoted = mapping(message.get("quoted_message_metadata"))
    return Piece(
        namespace=SPACE,
        own=string(message.get("message_id")),
        thread=folder,
        position=number,
        reply_to=string(quoted.get("message_id")),
        text=text,
        kind="chat",
        locator=place,
        handle=handle,
        people=[(handle, name)] if handle else [],
        created=created.replace(tzinfo=UTC) if created else None,
        precision="second" if created else "unknown",
    )


def _handle(user: dict[str, Any]) -> str | None:
    email, name = string(user.get("email")), string(user.get("name"))
    return f"email:{email.lower()}" if email else f"name:{name}" if name else None


def _told(file: File) -> dict[str, Any]:
    """Return what a small file beside the messages says; nothing where it is damaged."""
    try:
        return mapping(json.loads(file.read_text()[0].removeprefix("\ufeff")))
    except (ValueError, RecursionError):
        return {}
