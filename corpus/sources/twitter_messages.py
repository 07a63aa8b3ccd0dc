"""Direct messages of X archives, and what was said to and by Grok."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import Any

import ijson

from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.json_items import DAMAGE, events, items, named, string
from corpus.sources.piece import Claim, Piece, Problem
from corpus.sources.twitter_account import Account
from corpus.sources.twitter_posts import with_links

MESSAGES = "item.dmConversation.messages.item"
CONVERSATION = "item.dmConversation.conversationId"
BEGINS = frozenset(("start_map", "start_array"))
ENDS = frozenset(("end_map", "end_array"))
PERSON, MACHINE = "grok:user", "grok:assistant"
FIRST_MESSAGE = re.compile(r"\d{1,20}")


def read(file: File, account: Account) -> Iterator[Piece | Problem]:
    """Yield each direct message; those of others too, with their numbers as authors."""
    number = 0
    try:
        for conversation, count, message in _messages(file):
            number += 1
            place = f"conversation {count}, message {number}"
            yield _message(message, conversation, account, place)
    except DAMAGE:
        yield Problem(f"after message {number}", "the JSON is damaged or ends early", "errored")


def _messages(file: File) -> Iterator[tuple[str, int, Any]]:
    """Yield conversation, its number and message; memory holds one message."""
    builder: ijson.ObjectBuilder | None = None
    conversation, count = "", 0
    for place, event, value in events(file):
        if builder is not None:
            builder.event(event, value)
            if place == MESSAGES and event in ENDS:
                yield conversation, count, builder.value
                builder = None
        elif place == "item" and event == "start_map":
            conversation, count = "", count + 1
        elif place == CONVERSATION and event in ("string", "number"):
            conversation = str(value)
        elif place == MESSAGES and event in BEGINS:
            builder = ijson.ObjectBuilder()
            builder.event(event, value)
        elif place == MESSAGES:
            yield conversation, count, value


def _message(told: Any, conversation: str, account: Account, place: str) -> Piece | Problem:
    if not isinstance(told, dict):
        return Problem(place, "not a message object", "errored")
    message = named(told, "messageCreate")
    if not message:
        return Problem(place, "service message")
    text = _text(message)
    if not text.strip():
        return Problem(place, "media without text" if message.get("mediaUrls") else "no text")
    sender, own = string(message.get("senderId")), string(message.get("id"))
    thread = conversation or "-".join(sorted((sender, string(message.get("recipientId")))))
    created, precision = moment(message.get("createdAt"), "UTC")
    handle = f"twitter:{sender}" if sender else None
    name = account.name or account.screen_name or None
    return Piece(
        namespace="twitter:dm",
        own=own or None,
        thread=thread,
        position=int(own) if FIRST_MESSAGE.fullmatch(own) and int(own) < 2**63 else None,
        text=text,
        kind="chat",
        locator=place,
        handle=handle,
        people=[(handle, name if sender == account.id else None)] if handle else [],
        mine=sender == account.id if sender and account.id else None,
        created=created,
        precision=precision,
    )


def _text(message: dict[str, Any]) -> str:
    told = message.get("urls")
    urls = [u for u in told if isinstance(u, dict)] if isinstance(told, list) else []
    links = {string(u.get("url")): string(u.get("expanded")) for u in urls}
    return with_links(unescape(string(message.get("text"))), links)


def read_prompts(file: File) -> Iterator[Piece | Problem | Claim]:
    """Yield what was said to and by Grok; the prompts are the account's own words."""
    yield Claim(PERSON, "the sender of a prompt is the user of the account", strong=True)
    met: Counter[str] = Counter()
    number = 0
    try:
        for entry in items(file, "item"):
            number += 1
            yield _said(named(entry, "grokChatItem"), f"message {number}", met)
    except DAMAGE:
        yield Problem(f"after message {number}", "the JSON is damaged or ends early", "errored")


def _said(told: dict[str, Any], place: str, met: Counter[str]) -> Piece | Problem:
    if not told:
        return Problem(place, "not a message object", "errored")
    text = string(told.get("message"))
    if not text.strip():
        return Problem(place, "no text")
    sender = named(told, "sender")
    who = string(sender.get("originalName")) or string(sender.get("name"))
    mine = who.upper() == "USER"
    handle = PERSON if mine else MACHINE
    chat = string(told.get("chatId"))
    created, precision = moment(told.get("createdAt"), "UTC")
    own = f"{chat} {told.get('createdAt')} {who}"
    met[own] += 1
    return Piece(
        namespace="twitter:grok",
        own=own if met[own] == 1 else f"{own} {met[own]}",
        thread=chat or None,
        position=int(created.timestamp() * 1_000) if created and chat else None,
        text=text,
        kind="prompt",
        locator=place,
        handle=handle,
        people=[(handle, None)],
        mine=mine,
        created=created,
        precision=precision,
    )
