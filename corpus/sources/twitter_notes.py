"""Long posts of X archives, of which the posts themselves hold only the beginning."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.json_items import DAMAGE, items, named

MENTIONS = re.compile(r"(?:@\w{1,30}\s+)+")
LINK = re.compile(r"https?://\S*")
NOT_WORDS = re.compile(r"[\W_]+")
LONGEST = 400
SHORTEST = 8
NEAR = 60  # seconds between a long post and the post that shows its beginning


def letters(text: str) -> str:
    """Return the letters and digits that `text` begins with, without mentions and links.

    >>> letters("@ann Fish &amp; chips… https://t.co/x"), letters("Fish & chips, and then")
    ('fishchips', 'fishchipsandthen')
    """
    plain = unescape(text[: 4 * LONGEST])
    lead = MENTIONS.match(plain)
    plain = plain[lead.end() :] if lead else plain
    return NOT_WORDS.sub("", LINK.sub(" ", plain).lower())[:LONGEST]


def quietly(file: File, name: str) -> Iterator[dict[str, Any]]:
    """Yield the objects under `name` in a file beside, up to where it is damaged."""
    try:
        for entry in items(file, "item"):
            if isinstance(entry, dict):
                yield named(entry, name) or entry
    except (*DAMAGE, OSError):
        return


def seconds_of(when: object) -> int | None:
    """Return a moment in seconds since 1970."""
    found = moment(when, "UTC")[0]
    return int(found.timestamp()) if found else None


@dataclass(slots=True)
class Notes:
    """Texts by when they were written, so that a long one and its beginning are found together."""

    told: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, when: object, text: str) -> None:
        """Remember a text; one without words or moment is not found again."""
        seconds, key = seconds_of(when), letters(text)
        if seconds is not None and len(key) >= SHORTEST:
            insort(self.told, (seconds, key, text))

    def near(self, when: object) -> Iterator[tuple[str, str]]:
        """Yield the letters and texts written within `NEAR` seconds."""
        seconds = seconds_of(when)
        if seconds is None:
            return
        for at in range(bisect_left(self.told, (seconds - NEAR, "", "")), len(self.told)):
            if self.told[at][0] > seconds + NEAR:
                return
            yield self.told[at][1:]

    def whole(self, when: object, cut: str) -> str | None:
        """Return the long post that begins as `cut`, written at about the same time, if any."""
        key = letters(cut)
        if len(key) < SHORTEST:
            return None
        return next((text for k, text in self.near(when) if k.startswith(key)), None)

    def begins(self, when: object, text: str) -> bool:
        """Return whether a text remembered here, of about the same time, is how `text` begins."""
        key = letters(text)
        return any(key.startswith(k) for k, _ in self.near(when))
