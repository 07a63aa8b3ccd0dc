"""Leaves out what a person had forgotten: pieces known by keyed hashes alone, in any export."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus.keys import keyed
from corpus.people import key_type, normal
from corpus.runs import repeats
from corpus.stage import column, with_columns

REASON = "forgotten"
COLUMNS = ("id", "thread", "handle", "file", "text", "created", "locator", "reply_to")
"""The columns of a draft that tell whether it is forgotten."""
_WORD = re.compile(r"\w+")
_MINUTE = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Forgotten:
    """Keyed hashes of what must not come back; nothing in it can be read without the key.

    `pieces` and `threads` are ids; `handles` people; `runs` the runs of words of longer texts;
    `texts` whole short ones, `moments` those too common to be matched without their minute;
    `phrases` words that no text may hold, by how many they are; `files` the bytes of files and
    `kinds` whole kinds of source.
    """

    pieces: frozenset[str] = frozenset()
    threads: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    runs: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    moments: frozenset[str] = frozenset()
    phrases: frozenset[tuple[int, str]] = frozenset()
    files: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)

    def __or__(self, other: Forgotten) -> Forgotten:
        names = self.__dataclass_fields__
        return Forgotten(**{n: getattr(self, n) | getattr(other, n) for n in names})

    def told(self) -> list[object]:
        """Return it as JSON values in a fixed order."""
        return [sorted(getattr(self, name)) for name in self.__dataclass_fields__]


def words(text: str | None) -> list[str]:
    """Return the words of `text` as they are compared: case, marks and spacing do not count.

    >>> words("**See you**, Åse!\\n") == words("see  YOU  åse")
    True
    """
    return _WORD.findall(unicodedata.normalize("NFKC", text or "").casefold())


def piece_id(key: bytes, id_: str) -> str:
    """Return the id that the piece with the draft id `id_` has in a library."""
    return "d" + keyed(key, "document", id_)


def thread_id(key: bytes, thread: str) -> str:
    """Return the id that the draft thread `thread` has in a library."""
    return "t" + keyed(key, "thread", thread)


def handle_hash(key: bytes, handle: str, scope: str | None = None) -> str:
    """Return the hash of who has `handle`; with a `scope` a bare name is one within it only."""
    within = [scope] if scope is not None and key_type(normal(handle)) == "name" else []
    return keyed(key, "forgotten handle", normal(handle), *within)


def text_hash(key: bytes, told: Sequence[str]) -> str:
    """Return the hash of a text or a run of words, given as `words`."""
    return keyed(key, "forgotten text", " ".join(told))


def moment_hash(key: bytes, told: Sequence[str], created: datetime | None) -> str:
    """Return the hash of a text written in one minute."""
    minute = created.astimezone(UTC).strftime(_MINUTE) if created else ""
    return keyed(key, "forgotten moment", minute, " ".join(told))


def file_hash(key: bytes, digest: str) -> str:
    """Return the hash of a file with this digest of its bytes."""
    return keyed(key, "forgotten file", digest)


def kind_hash(key: bytes, kind: str) -> str:
    """Return the hash of a kind of source."""
    return keyed(key, "forgotten kind", kind)


def holds_phrase(key: bytes, told: Sequence[str], phrases: Iterable[tuple[int, str]]) -> bool:
    """Return whether a run of the words `told` is one of `phrases`."""
    by_size: dict[int, set[str]] = {}
    for size, hash_ in phrases:
        by_size.setdefault(size, set()).add(hash_)
    return any(
        text_hash(key, told[n : n + size]) in hashes
        for size, hashes in by_size.items()
        for n in range(len(told) - size + 1)
    )


def is_forgotten(key: bytes, row: Mapping[str, Any], forgotten: Forgotten) -> bool:
    """Return whether the draft `row` (with `COLUMNS`) must be left out."""
    return _known(key, row, forgotten) or _said(key, row, forgotten)


def _known(key: bytes, row: Mapping[str, Any], forgotten: Forgotten) -> bool:
    """Return whether the id, the thread or the author of `row` is forgotten."""
    thread, handle = row["thread"], row["handle"]
    if piece_id(key, row["id"]) in forgotten.pieces:
        return True
    if thread is not None and thread_id(key, thread) in forgotten.threads:
        return True
    if handle is None or not forgotten.handles:
        return False
    scopes = (None, thread or row["file"])
    return any(handle_hash(key, handle, scope) in forgotten.handles for scope in scopes)


def _said(key: bytes, row: Mapping[str, Any], forgotten: Forgotten) -> bool:
    """Return whether the words of `row` are forgotten, whatever its id."""
    if not (forgotten.runs or forgotten.texts or forgotten.moments or forgotten.phrases):
        return False
    told = words(row["text"])
    if not told:
        return False
    return (
        repeats(key, told, forgotten.runs)
        or text_hash(key, told) in forgotten.texts
        or moment_hash(key, told, row["created"]) in forgotten.moments
        or holds_phrase(key, told, forgotten.phrases)
    )


@dataclass
class Leaving:
    """Leaves out, batch after batch of one file, what is forgotten; `left` are their locators."""

    key: bytes
    forgotten: Forgotten
    left: list[str] = field(default_factory=list)
    _open: set[str] = field(default_factory=set)  # threads whose last piece was left out

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the pieces of `batch` (DRAFT) that stay.

        What follows a piece left out is marked as standing after a hole, so that no conversation
        is joined across it; and nothing answers a piece that is gone.
        """
        rows = [
            dict(zip(COLUMNS, values, strict=True))
            for values in zip(*(column(batch, name) for name in COLUMNS), strict=True)
        ]
        gone = [is_forgotten(self.key, row, self.forgotten) for row in rows]
        holes = [self._hole(row["thread"], g) for row, g in zip(rows, gone, strict=True)]
        replies = [self._answered(row["reply_to"]) for row in rows]
        self.left += [row["locator"] for row, g in zip(rows, gone, strict=True) if g]
        stays = pc.invert(pa.array(gone, pa.bool_()))
        return with_columns(batch, hole=holes, reply_to=replies).filter(stays)

    def _hole(self, thread: str | None, gone: bool) -> bool | None:
        """Return True for what stays after a hole in `thread`, which is closed by it."""
        if thread is None:
            return None
        after = thread in self._open
        (self._open.add if gone else self._open.discard)(thread)
        return True if after and not gone else None

    def _answered(self, reply_to: str | None) -> str | None:
        gone = reply_to is not None and piece_id(self.key, reply_to) in self.forgotten.pieces
        return None if gone else reply_to
