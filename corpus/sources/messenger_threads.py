"""Messages of Facebook's and Instagram's threads in JSON, in their three layouts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from corpus.keys import digest
from corpus.sources import messenger_phrases, meta_owner
from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.json_items import DAMAGE, events, items, string
from corpus.sources.meta_owner import Owner
from corpus.sources.mojibake import unmangled, unmangled_all
from corpus.sources.piece import Claim, Piece, Problem

PLACE = re.compile(r".*_([A-Za-z0-9-]{6,})")
PART = re.compile(r"_?\d*\.\w+$")
COUNTED = re.compile(r"_\d+$")
MEDIA = (
    *("photos", "videos", "audio_files", "gifs", "files", "sticker", "share", "media"),
    *("media_share", "story_share", "animated_media_images", "voice_media", "link", "video_call"),
)
SERVICES = frozenset("call subscribe unsubscribe payment plan".split())
DELETED = re.compile("facebook|instagram", re.IGNORECASE)
TITLED = "a thread of two is named after the other one"


@dataclass(slots=True)
class Thread:
    """What is known of a thread before its messages are read."""

    key: str = ""
    people: Counter[str] = field(default_factory=Counter)
    writers: set[str] = field(default_factory=set)
    owner: Owner = field(default_factory=Owner)
    me: str | None = None
    title: str = ""
    messages: int = 0
    newest_first: bool = True
    reactions: dict[str, set[str]] = field(default_factory=dict)
    met: Counter[object] = field(default_factory=Counter)

    def settle(self) -> None:
        """Find under which name the owner is in this thread, once all its names are known."""
        self.me = self.owner.name_in(set(self.people) | self.writers)

    def handle(self, name: str) -> str | None:
        """Return the author's handle, None when several people may write under the name."""
        if not name or self.people[name] > 1:
            return None
        if DELETED.search(name):
            group = max(self.people.total(), len(self.writers)) > 2
            return None if group else f"messenger:{self.key}:{name}"
        if self.me is None:
            return f"name:{name}"
        if name == self.me:
            return meta_owner.account_of(self.owner) or f"messenger:{name}"
        return f"messenger:{self.key}:{name}"

    def mine(self, name: str) -> bool | None:
        """Return whether the owner wrote what stands under `name`; None when that is not told."""
        if self.me is None or not name or self.people[name] > 1:
            return None
        return name == self.me

    def author(self, name: str) -> dict[str, Any]:
        """Return handle, people and mine of a piece, as the fields of `Piece`."""
        handle = self.handle(name)
        return {
            "handle": handle,
            "people": [(handle, name)] if handle else [],
            "mine": self.mine(name),
        }

    def place(self, number: int) -> int:
        """Return the position in the thread of the file's message `number`, counted from 1."""
        return self.messages - number + 1 if self.newest_first else number


def thread_key(path: str, file: File, people: list[str], title: str) -> str:
    """Return what names a thread in every export: the end of its path, else who is in it."""
    folder = PurePosixPath(file.name.rpartition("!")[2]).parent.name
    for told in (path.rpartition("/")[2], folder):
        found = PLACE.fullmatch(told)
        if found:
            return found[1]
    if path:
        return path.rpartition("/")[2]
    if len(people) > 1:
        return digest("messenger", sorted(people), title)[:16]
    return PART.sub("", file.name)


def read(file: File) -> Iterator[Piece | Problem | Claim]:
    """Yield the messages of a thread's file, which holds the thread or a part of it."""
    thread = _known(file)
    seen = 0
    try:
        for told in items(file, "messages.item"):
            seen += 1
            yield message_of(told, thread, seen)
    except DAMAGE:
        yield Problem(f"after message {seen}", "the JSON is damaged or ends early", "errored")
    yield from claims(thread)


_HEADERS = ("title", "thread_path", "threadName")
_PEOPLE = ("participants.item.name", "participants.item")
_WRITERS = ("messages.item.sender_name", "messages.item.senderName")
_TIMES = ("messages.item.timestamp_ms", "messages.item.timestamp")
_REACTION = "messages.item.reactions.item"


def _known(file: File) -> Thread:
    """Return what the file tells of its thread; names, title and path may stand at its end."""
    thread = Thread(owner=meta_owner.owner_beside(file))
    told: dict[str, str] = {}
    times: list[float] = []
    reaction: dict[str, str] = {}
    try:
        for place, event, value in events(file):
            if event == "string" and place in _HEADERS:
                told[place] = unmangled(value)
            elif event == "string" and place in _PEOPLE:
                thread.people[unmangled(value)] += 1
            elif event == "string" and place in _WRITERS:
                thread.writers.add(unmangled(value))
            elif event == "string" and place.startswith(_REACTION):
                reaction[place.rpartition(".")[2]] = unmangled(value)
            elif event == "end_map" and place == _REACTION:
                emojis = thread.reactions.setdefault(reaction.get("actor", ""), set())
                emojis.add(reaction.get("reaction", ""))
            elif event == "number" and place in _TIMES:
                times = [*times[:1], value]
            elif place == "messages.item" and event in _BEGINS:
                thread.messages += 1
    except DAMAGE:
        pass  # it is told where the messages are read
    thread.title = told.get("title") or COUNTED.sub("", told.get("threadName", ""))
    thread.key = thread_key(told.get("thread_path", ""), file, list(thread.people), thread.title)
    thread.newest_first = len(times) < 2 or times[0] >= times[-1]
    thread.settle()
    return thread


_BEGINS = frozenset("start_map start_array string number boolean null".split())


def message_of(told: Any, thread: Thread, number: int) -> Piece | Problem:
    """Return a message of `thread`, the file's `number`-th, as a piece, or why it is none."""
    place = f"message {number}"
    if not isinstance(told, dict):
        return Problem(place, "not a message object", "errored")
    told = unmangled_all(told)
    stamp = told.get("timestamp_ms", told.get("timestamp"))
    thread.met[str(stamp)] += 1
    sender = string(told.get("sender_name")) or string(told.get("senderName"))
    text = told.get("content", told.get("text"))
    if text is not None and not isinstance(text, str):
        return Problem(place, "a text that is no text", "errored")
    reason = _dropped(told, text or "", sender, thread)
    if reason:
        return Problem(place, reason)
    created, precision = moment(stamp, "UTC")
    once = f"{stamp}" if thread.met[str(stamp)] == 1 else f"{stamp}.{thread.met[str(stamp)]}"
    return Piece(
        namespace=f"messenger:{thread.key}",
        own=once if created else None,
        thread=thread.key,
        position=thread.place(number),
        text=text or "",
        kind="chat",
        locator=place,
        created=created,
        precision=precision,
        **thread.author(sender),
    )


def _dropped(told: dict[str, Any], text: str, sender: str, thread: Thread) -> str | None:
    """Return why a message becomes no document, or None."""
    media = any(told.get(name) for name in MEDIA)
    if told.get("is_unsent") or told.get("isUnsent"):
        return "unsent message"
    if string(told.get("type")).lower() in SERVICES or told.get("call_duration") is not None:
        return "service message"
    if not text.strip():
        return "media or a share without words" if media else "no text"
    if media and messenger_phrases.is_placeholder(text, sender):
        return "media or a share without words"
    if messenger_phrases.is_reaction(text, thread.reactions.get(sender, ())):
        return "reaction to a message"
    names = thread.people or thread.writers
    return "service message" if messenger_phrases.is_notice(text, sender, names) else None


def claims(thread: Thread) -> Iterator[Claim]:
    """Yield who «me» is: the owner beside, else as a proposal who a thread of two is not with."""
    if thread.me is not None:
        name = thread.me
        handle = meta_owner.account_of(thread.owner) or f"messenger:{name}"
        if thread.people[name] < 2:
            yield Claim(handle, meta_owner.EVIDENCE, strong=True, name=name)
        return
    others = set(thread.people) - {thread.title}
    if len(thread.people) == 2 and len(others) == 1:
        name = others.pop()
        yield Claim(f"name:{name}", TITLED, strong=False, name=name)
