"""Who writes in an exported WhatsApp chat, and what the chat is called."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from corpus.sources import phones
from corpus.sources import whatsapp_phrases as phrases

SURE = 3  # times that a strange name must stand to be one
NAME = re.compile(r"(?P<name>[^\n]{1,100}?)\s?:(?:\s|$)")
_COPY = re.compile(r"(?:\s*\(\d{1,3}\))+$")


@dataclass(slots=True)
class _Name:
    """How often a name stands before a colon, and which one name always follows it, if one does."""

    count: int
    second: str | None


class Names:
    """The names that stand before «: » in the lines of a chat.

    >>> names = Names()
    >>> for line in ("Ann: work: hi", "Ann: work: you", "Ann: work: no: yes", "Bo: hi"):
    ...     names.note(line)
    >>> sorted(names.authors())
    ['Ann: work', 'Bo']
    """

    def __init__(self) -> None:
        self._met: dict[str, _Name] = {}

    def note(self, rest: str) -> None:
        """Count the name that `rest` of a header line begins with, if it does."""
        found = NAME.match(rest)
        if found:
            more = NAME.match(rest[found.end() :])
            self._count(found["name"], 1, more["name"] if more else None)

    def add(self, other: Names) -> None:
        """Count what `other` has counted too."""
        for name, met in other._met.items():
            self._count(name, met.count, met.second)

    def _count(self, name: str, count: int, second: str | None) -> None:
        met = self._met.setdefault(name, _Name(0, second))
        met.count += count
        met.second = met.second if met.second == second else None

    def authors(self) -> set[str]:
        """Return the names; one that reads like a notice must stand thrice.

        A name that the same other name always follows has a colon inside.
        """
        return {
            clean(f"{name}: {met.second}" if met.second and met.count >= SURE else name)
            for name, met in self._met.items()
            if met.count >= SURE or not (":" in name or phrases.SYSTEM.search(name))
        } - {""}


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
