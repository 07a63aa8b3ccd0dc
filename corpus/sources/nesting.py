"""A guard for JSON that is nested far deeper than anyone's export, on which parsers choke.

The streaming parser keeps the path to where it is, so that each level costs as much as all above
it: 40,000 brackets take seconds and gigabytes. No export is nested deeper than some dozen levels.
"""

from __future__ import annotations

import io
from typing import Any, BinaryIO, Protocol, cast

import ijson

DEEPEST = 1_000
BOM = b"\xef\xbb\xbf"
OPEN, CLOSE = b"[{", b"]}"
ALL_BUT_BRACKETS = bytes(n for n in range(256) if n not in OPEN + CLOSE)


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes."""


class TooDeep(ijson.JSONError):
    """JSON nested deeper than `DEEPEST`."""


class _Shallow(io.RawIOBase):
    """A stream of JSON that ends with TooDeep where the nesting gets too deep."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._depth = 0
        self._in_string = 0  # 1 where a block begins within a string
        self._held = b""  # a backslash at the end of a block, whose next character it escapes

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes; raises TooDeep."""
        block = self._stream.read(size)
        self._count(block)
        return block

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer`; raises TooDeep."""
        block = self.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)

    def _count(self, block: bytes) -> None:
        """Follow the brackets of `block` that stand outside of strings."""
        block = self._held + block
        self._held = b"\\" if (len(block) - len(block.rstrip(b"\\"))) % 2 else b""
        if b"\\" in block:
            block = block[: len(block) - len(self._held)]
            block = block.replace(b"\\\\", b"").replace(b'\\"', b"")
        parts = block.split(b'"')
        outside = b"".join(parts[self._in_string :: 2])
        self._in_string = (self._in_string + len(parts) - 1) % 2
        brackets = outside.translate(None, ALL_BUT_BRACKETS)
        opened = brackets.count(b"[") + brackets.count(b"{")
        if self._depth + opened > DEEPEST:
            self._follow(brackets)
        else:
            self._depth += 2 * opened - len(brackets)

    def _follow(self, brackets: bytes) -> None:
        for bracket in brackets:
            self._depth += 1 if bracket in OPEN else -1
            if self._depth > DEEPEST:
                raise TooDeep("nested too deep")


def past_mark(stream: BinaryIO) -> BinaryIO:
    """Return `stream`, of JSON and at its start, as `shallow`, moved past a byte order mark."""
    if stream.read(len(BOM)) != BOM:
        stream.seek(0)
    return shallow(stream)


def shallow(stream: Readable) -> BinaryIO:
    """Return `stream`, of JSON, from where it stands; reading it raises TooDeep, a JSONError.

    >>> list(ijson.items(shallow(io.BytesIO(b'[{"a": "[[["}, 2]')), "item"))
    [{'a': '[[['}, 2]
    """
    return cast(BinaryIO, _Shallow(stream))
