"""Aliases: which names, addresses and handles of a conversation are one person's."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from corpus.people import People, normal
from corpus.redact.fold import fold
from corpus.redact.known import kind, parts, plainer
from corpus.redact.logins import plain
from corpus.redact.pools import NICKNAMES

_SEVERAL = re.compile(r" (?:&|\+|/|and|und|et|y|e) ")
Pair = tuple[str | None, str | None]
"""A handle and a display name that a source puts beside each other; either may be missing."""


class Aliases:
    """Tells of a value whose it is: the fullest name of a person, who stands for all of theirs.

    `pairs` are who took part, `found` other full names of the conversation, `people` the identity
    table. A part of a name, a short form of it, an initial or a login belongs to a person only
    when one person alone can be meant. Order changes nothing.
    """

    def __init__(self, pairs: Iterable[Pair], found: Collection[str], people: People) -> None:
        self._main: dict[str, str] = {}
        self._handles: dict[str, str] = {}
        self._whole: dict[str, set[str]] = {}
        for names, handles, present in _grouped(pairs, people):
            best = max(names, key=lambda n: (len(parts(n)), n), default="")
            for name in names:
                self._main.setdefault(_key(name), best)
            for handle in handles:
                self._handles.setdefault(_bare(handle), best)
            if present:
                self._shorten(best)
        for name in sorted(found, key=_fullness):  # «K. Mueller» is Kate Müller if no other is here
            meant = self._only(_key(name)) if len(parts(name)) > 1 else ""
            meant = self._main.setdefault(_key(name), meant or name)
            if not _SEVERAL.search(meant):
                self._shorten(meant)

    def _shorten(self, name: str) -> None:
        words = parts(name)
        if len(words) < 2:
            return
        spelt_out = [next(reversed([plain(word), *plainer(word)])) for word in words]
        for spelling in _spellings(words) | _spellings(spelt_out):
            self._whole.setdefault(spelling, set()).add(name)

    def person(self, type_: str, value: str) -> str:
        """Return the full name that `value` stands for, else «»; one name alone is no full name."""
        if type_ == "PERSON":
            name = self._main.get(_key(value), "")
            name = name if len(parts(name)) > 1 else self._only(_key(value))
            name = name or self._only(_key(nominative(value, self._whole)))
        elif type_ in ("EMAIL_ADDRESS", "HANDLE"):
            bare = _bare(value)
            local = "".join(c for c in plain(bare.partition("@")[0]) if c.isalpha())
            name = self._handles.get(bare) or self._only(local)
        else:
            return ""
        return " ".join(parts(name)) if name and len(parts(name)) > 1 else ""

    def full(self, handle: str) -> str:
        """Return the fullest display name seen beside `handle`, else «»."""
        return self._handles.get(_bare(handle), "")

    def _only(self, spelling: str) -> str:
        """Return the one name that can be meant, or any of those whose family name it is."""
        whole = sorted(self._whole.get(spelling, ()))
        family = whole and all(place(spelling, name) == "last" for name in whole)
        return whole[0] if len(whole) == 1 or family else ""


def place(spelling: str, name: str) -> str | None:
    """Return whether a word is the first or the last of a full name, None when it is neither.

    >>> place("lee", "Ann Lee"), place("ann", "Ann Lee"), place("al", "Ann Lee")
    ('last', 'first', None)
    """
    words = [{plain(word), *plainer(word)} for word in parts(name)]
    return "first" if spelling in words[0] else "last" if spelling in words[-1] else None


def nominative(value: str, known: Collection[str]) -> str:
    """Return the name of `known`, plain words, of which `value` is a case; else `value`.

    >>> nominative("Müllers", {"muller"}), nominative("Ольги", {"ольга"})
    ('muller', 'ольга')
    """
    bare = plain(value)
    if bare.endswith("s") and bare[:-1] in known:
        return bare[:-1]
    if "\u0400" <= bare[-1:] <= "\u04ff":
        for cut in range(3):
            stem = bare[: len(bare) - cut]
            for end in ("", "а", "я", "ь", "й"):
                if len(stem) > 2 and stem + end in known:
                    return stem + end
    return value


def _grouped(pairs: Iterable[Pair], people: People) -> Iterator[tuple[set[str], set[str], bool]]:
    """Yield names and handles of each person listed or met, and whether they were met here."""
    everyone = {"me": people.me} | {f"person:{n}": p for n, p in enumerate(people.person)}
    groups = {owner: (set(p.names), set(p.handles)) for owner, p in everyone.items()}
    listed = {_key(name): owner for owner, (names, _) in groups.items() for name in names}
    met: set[str] = set()
    for handle, name in sorted(pairs, key=str):
        told = name if name and kind(name) == "PERSON" else None
        named = listed.get(_key(told), f"name:{_key(told)}") if told else None
        owner = people.person_of(handle) or (normal(handle) if handle else named)
        if owner is not None:
            names, handles = groups.setdefault(owner, (set(), set()))
            names |= {told} if told else set()
            handles |= {handle} if handle else set()
            met.add(owner)
    for owner in sorted(groups):
        yield *groups[owner], owner in met


def _fullness(name: str) -> tuple[bool, bool, str]:
    """Return what sorts names written out before abbreviated ones, and accents before none."""
    return any(len(word) < 2 for word in parts(name)), name.isascii(), name


def _key(name: str) -> str:
    return " ".join(plain(word.rstrip(".")) for word in parts(name.replace("_", " ")))


def _bare(handle: str) -> str:
    """Return an address or handle without its scheme and «@»."""
    scheme, colon, value = handle.partition(":")
    value = value if colon and scheme.isalpha() else handle
    return fold(value.strip()).removeprefix("@")


def _spellings(words: list[str]) -> set[str]:
    """Return how a full name is shortened, or spelt in a login."""
    low = [plain(word) for word in words]
    first, last = low[0], low[-1]
    short = {nick for nick, name in NICKNAMES.items() if name == first}
    short |= {first[:n] for n in range(3, len(first))}
    heads = {first[:n] for n in range(3, 1 + min(5, len(first)))}
    short |= {h + end for h in heads | {h + h[-1] for h in heads} for end in ("i", "ie", "y")}
    logins = {first + last, last + first, first[0] + last, first + last[0], last + first[0]}
    initials = {f"{first[0]} {last}", f"{first} {last[0]}", f"{first} {last}"}
    nicks = {f"{nick} {told}" for nick in short for told in (last, last[0])}
    return {*low, *short, *logins, *initials, *nicks}
