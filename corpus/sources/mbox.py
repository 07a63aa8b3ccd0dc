"""Split a mailbox into its messages, streaming, one message in memory at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

MAX_MESSAGE = 48 << 20  # what is above it is attachments; text parts stand first
_BLOCK = 1 << 20  # a «line» of binary data is read in pieces of this size

MAX_SEPARATOR = 400
SEPARATOR = re.compile(rb"From .*\d:\d\d.*\b(?:19|20)\d\d(?: [+-]\d{4})?\s*$")
_FIELD = re.compile(rb"(?:[\x21-\x39\x3b-\x7e]{1,100}[ \t]?:|>From )")
_ESCAPED = re.compile(rb">+From ")


class Raw(NamedTuple):
    """One message as bytes, cut at MAX_MESSAGE, and the «From …» line above it."""

    separator: bytes
    data: bytes


def is_separator(line: bytes) -> bool:
    """Return whether `line` reads «From <anyone> <date with a clock> <year>».

    >>> is_separator(b"From ann@mail.example Mon Apr  2 18:26:00 2012\\n")
    True
    >>> is_separator(b"From here on it rained.\\n")
    False
    """
    return line.startswith(b"From ") and SEPARATOR.match(line[:MAX_SEPARATOR]) is not None


def split(stream: BinaryIO) -> Iterator[Raw]:
    """Yield the messages of the mailbox `stream`, «>From » unescaped (mboxrd, RFC 4155).

    A message begins at a line «From … <time> … <year>» that follows a blank line, or opens the
    file, and that a header field follows; any other «From » line is text.
    """
    separator: bytes | None = None
    pending: bytes | None = None
    kept: list[bytes] = []
    size, blank = 0, True
    for line in _lines(stream):
        if pending is not None:
            if _FIELD.match(line):
                if separator is not None:
                    yield Raw(separator, b"".join(kept))
                separator, kept, size = pending, [], 0
            else:
                size = _keep(kept, size, pending)
            pending = None
        elif blank and is_separator(line):
            pending, blank = line, False
            continue
        blank = not line.strip(b"\r\n")
        size = _keep(kept, size, line[1:] if _ESCAPED.match(line) else line)
    if pending is not None:
        size = _keep(kept, size, pending)
    if separator is not None:
        yield Raw(separator, b"".join(kept))


def _keep(kept: list[bytes], size: int, line: bytes) -> int:
    if size <= MAX_MESSAGE:
        kept.append(line)
    return size + len(line)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(_BLOCK):
        yield line
