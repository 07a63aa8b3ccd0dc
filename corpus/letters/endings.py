"""Learn the lines with which many mails of one author end: templates, whoever made them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from corpus.letters.signatures import is_closing, tells_contact

LINES = 30  # at the end of a mail that are compared
NOTICE = 25  # words that nobody types alike time and again
NAMED = 6  # words of a line that is but a name, a title, a firm
_WORD = re.compile(r"\w+")


class Ending(NamedTuple):
    """The last lines of one mail: where each begins and ends, and what it says."""

    id: str
    author: str
    occasion: tuple[object, ...]
    lines: list[tuple[int, int, str]]
    names: frozenset[str] = frozenset()


def learn(endings: Iterable[Ending], least: int) -> dict[str, tuple[int, int]]:
    """Return for each mail that ends as `least` or more of its author's do the range to cut.

    Mails of one conversation and day count once, so that drafts are not taken for a habit. What
    goes is the repeated block from its first line that is a name, a leave-taking above a name,
    contact data or a long notice: a sentence that somebody likes to end with stays.
    """
    told = [(one, one.lines[-LINES:]) for one in endings]
    suffixes: dict[tuple[str, int, str], int] = {}  # author, what stands below, line → a number
    met: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    keys = []
    for one, lines in told:
        key, own = 0, []
        for _, _, text in reversed(lines):
            place = (one.author, key, " ".join(text.split()))
            key = suffixes.setdefault(place, len(suffixes) + 1)
            met[key].add(one.occasion)
            own.append(key)
        keys.append(own)
    found = {}
    for (one, lines), own in zip(told, keys, strict=True):
        shared = 0
        while shared < len(own) and len(met[own[shared]]) >= least:
            shared += 1
        block = lines[len(lines) - shared :]
        first = _first(block, one.names)
        if first is not None and len(one.lines) > shared - first:
            found[one.id] = (block[first][0], block[-1][1])
    return found


def _first(block: Sequence[tuple[int, int, str]], names: frozenset[str]) -> int | None:
    """Return which line of a repeated block is the first that is no writing, or None."""
    for n, (_, _, text) in enumerate(block):
        below = block[n + 1][2] if n + 1 < len(block) else ""
        if _is_template(text, below, names):
            return n
    return None


def _is_template(text: str, below: str, names: frozenset[str]) -> bool:
    words = _WORD.findall(text.casefold())
    if not words:
        return bool(below)  # a ruler
    if tells_contact(text) and len(words) <= 2 * NAMED:
        return True
    if len(words) >= NOTICE:
        return True
    if text.rstrip()[-1] in ".!?:。！？…":
        return False
    if len(words) <= NAMED and names.intersection(words):
        return True
    short = len(_WORD.findall(below)) <= NAMED and bool(below) and below.rstrip()[-1] not in ".!?:"
    return short and len(words) <= NAMED and (text.rstrip()[-1] in ",，、" or is_closing(text))
