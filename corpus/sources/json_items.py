"""Items of JSON files of any size, one at a time, up to where a file is damaged."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import ijson

from corpus.sources.file import File
from corpus.sources.nesting import BOM, shallow

DAMAGE = (ijson.JSONError, UnicodeError, OverflowError, RecursionError)
"""What reading JSON raises where a file is damaged or ends early."""

LEAD = 1_024
TAIL = 64
MAX_HELPER = 16 << 20


class Window:
    """The bytes of a stream from `start` to before `end`."""

    def __init__(self, stream: BinaryIO, start: int, end: int) -> None:
        self._stream, self._end = stream, end
        stream.seek(start)

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, none at the end."""
        left = max(0, self._end - self._stream.tell())
        return self._stream.read(left if size < 0 else min(size, left))


def json_of(stream: BinaryIO) -> Window:
    """Return the JSON in `stream`, without a byte order mark or the script it is assigned in.

    >>> json_of(io.BytesIO(b'window.YTD.tweets.part0 =[ 1 ];')).read()
    b'[ 1 ]'
    """
    lead = stream.read(LEAD)
    start = len(BOM) if lead.startswith(BOM) else 0
    end = stream.seek(0, io.SEEK_END)
    if lead[start:].lstrip()[:1] not in (b"[", b"{") and b"=" in lead:
        start = lead.index(b"=") + 1
    stream.seek(max(start, end - TAIL))
    tail = stream.read(TAIL)
    kept = tail.rstrip(b"; \t\r\n")
    return Window(stream, start, end - len(tail) + len(kept))


def items(file: File, prefix: str) -> Iterator[Any]:
    """Yield the values at `prefix` (as ijson writes it); memory holds one. Raises `DAMAGE`."""
    with file.open() as stream:
        yield from ijson.items(shallow(json_of(stream)), prefix, use_float=True)


def events(file: File) -> Iterator[tuple[str, str, Any]]:
    """Yield ijson's events of the whole file. Raises `DAMAGE`."""
    with file.open() as stream:
        yield from ijson.parse(shallow(json_of(stream)), use_float=True)


def whole(file: File) -> Any:
    """Return the value of a small helper file, None when it is damaged or not small."""
    try:
        with file.open() as stream:
            data = json_of(stream).read(MAX_HELPER)
        return json.loads(data)
    except (OSError, ValueError, RecursionError):
        return None


def named(value: Any, *names: str) -> dict[str, Any]:
    """Return the object reached from `value` through `names`, an empty one if it is not there."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def string(value: object) -> str:
    """Return `value` if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""
