"""Conversations of Instagram exports from before 2020, which stand in one file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from corpus.keys import digest
from corpus.sources import meta_owner
from corpus.sources.file import File
from corpus.sources.json_items import DAMAGE, items, string
from corpus.sources.messenger_threads import Thread, claims, message_of
from corpus.sources.meta_owner import Owner, people_in
from corpus.sources.piece import Claim, Piece, Problem

RENAMED = {"created_at": "timestamp", "sender": "senderName"}


def read(file: File) -> Iterator[Piece | Problem | Claim]:
    """Yield the messages of all conversations of an Instagram export from before 2020."""
    owner = meta_owner.owner_beside(file)
    seen = 0
    told: dict[str, Claim] = {}
    try:
        for conversation in items(file, "item"):
            seen += 1
            for found in _conversation(conversation, owner, file, seen):
                if isinstance(found, Claim):
                    told[found.handle] = found
                else:
                    yield found
    except DAMAGE:
        yield Problem(f"after conversation {seen}", "the JSON is damaged or ends early", "errored")
    yield from told.values()


def _conversation(
    told: Any, owner: Owner, file: File, number: int
) -> Iterator[Piece | Problem | Claim]:
    place = f"conversation {number}"
    talk = told.get("conversation") if isinstance(told, dict) else None
    if not isinstance(talk, list):
        yield Problem(place, "no messages in it", "errored")
        return
    people = people_in(told.get("participants"))
    thread = Thread(owner=owner, people=Counter(people), messages=len(talk))
    thread.key = digest("messenger", sorted(people))[:16] if people else f"{file.name} {number}"
    times = [string(m.get("created_at")) for m in talk if isinstance(m, dict)]
    thread.newest_first = len(times) < 2 or times[0] >= times[-1]
    thread.settle()
    for n, message in enumerate(talk, start=1):
        if isinstance(message, dict):
            message = {RENAMED.get(key, key): value for key, value in message.items()}
        found = message_of(message, thread, n)
        found_at = f"{place}, {found.locator if isinstance(found, Piece) else found.place}"
        if isinstance(found, Piece):
            found.locator = found_at
            yield found
        else:
            yield Problem(found_at, found.reason, found.outcome)
    yield from claims(thread)
