"""Who writes in an exported WhatsApp chat, and what the chat is called."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from corpus.sources import phones
from corpus.sources import whatsapp_phrases as phrases
from corpus.sources.whatsapp_lines import Message

SURE = 3  # times that a strange name must stand to be one
NAME = re.compile(r"(?P<name>[^\n]{1,100}?)\s?:(?:\s|$)")
_COPY = re.compile(r"(?:\s*\(\d{1,3}\))+$")


def authors_of(messages: Sequence[Message]) -> set[str]:
    """Return the names that stand before «: »; one that reads like a notice must stand thrice."""
    found = [(m, rest.header.rest) for rest in messages if (m := NAME.match(rest.header.rest))]
    counts = Counter(m["name"] for m, _ in found)
    longer = _with_colon((m["name"], rest[m.end() :]) for m, rest in found)
    return {
        clean(longer.get(name, name))
        for name, count in counts.items()
        if count >= SURE or not (":" in name or phrases.SYSTEM.search(name))
    } - {""}


def _with_colon(told: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return name up to its first colon → whole name, for names that have a colon inside.

    >>> _with_colon([("Ann", "work: hi"), ("Ann", "work: you"), ("Ann", "work: no: yes")])
    {'Ann': 'Ann: work'}
    """
    seconds: dict[str, Counter[str | None]] = {}
    for name, rest in told:
        more = NAME.match(rest)
        seconds.setdefault(name, Counter())[more["name"] if more else None] += 1
    only = {name: next(iter(s)) for name, s in seconds.items() if len(s) == 1 and s.total() >= SURE}
    return {name: f"{name}: {more}" for name, more in only.items() if more}


@lru_cache(maxsize=4_096)
def clean(name: str) -> str:
    """Return a name without the marks, the tilde of non-contacts and odd spaces.

    >>> clean("\u200e~\u202fAnn  Lee\u200f")
    'Ann Lee'
    """
    name = name.translate({ord(mark): None for mark in phrases.MARKS})
    return unicodedata.normalize("NFC", " ".join(name.split()).removeprefix("~").strip())


def split(rest: str, authors: set[str]) -> tuple[str | None, str]:
    """Return the author of a line and what they wrote; None for a notice.

    >>> split("Ann:.", {"Ann"}), split("You were added", {"Ann"})
    (('Ann', '.'), (None, 'You were added'))
    """
    for author in authors:
        if ":" in author and rest.startswith(f"{author}:"):
            return author, rest[len(author) + 1 :].removeprefix(" ")
    found = NAME.match(rest)
    if found and (clean(found["name"]) in authors):
        return clean(found["name"]), rest[found.end() :]
    head, colon, tail = rest.partition(":")
    if colon and clean(head) in authors:
        return clean(head), tail.removeprefix(" ")
    if found and not phrases.SYSTEM.search(found["name"]):
        return clean(found["name"]), rest[found.end() :]
    return None, rest


def handle_of(author: str) -> str:
    """Return «phone:+…» for a number, else «name:…».

    >>> handle_of("+47 900\u201100\u2011000"), handle_of("Ann")
    ('phone:+4790000000', 'name:Ann')
    """
    number = phones.handle_of(author) if author.startswith("+") else None
    return number or f"name:{author}"


def chat_name(name: str) -> str | None:
    """Return what a chat is called, by the name of its file, archive or folder.

    >>> chat_name("x/WhatsApp Chat with Ann (1).txt")
    'Ann'
    >>> chat_name("WhatsApp Chat - Ann.zip!_chat.txt")
    'Ann'
    """
    parts = [_stem(part) for part in re.split(r"[/!]", name)]
    if parts[-1].startswith("_chat"):
        parts.pop()
        own = parts[-1] if parts else None
    else:
        own = None
    found = phrases.CHAT_NAME.fullmatch(parts[-1]) if parts else None
    return (found["name"] or found["before"]).strip() if found else own


def _stem(name: str) -> str:
    stem = re.sub(r"\.(?:txt|zip)$", "", name, flags=re.IGNORECASE)
    return unicodedata.normalize("NFC", _COPY.sub("", stem))
