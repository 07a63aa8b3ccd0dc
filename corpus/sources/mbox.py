"""Split a mailbox into its messages, streaming, one message in memory at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

MAX_MESSAGE = 48 << 20  # what is above it is attachments; text parts stand first
BLOCK = 1 << 20
MAX_SEPARATOR = 400
MAX_HEADER = 256 << 10
NEWLINE = 10
AHEAD = 4_096  # bytes looked at to tell a separator from a line of text

SEPARATOR = re.compile(
    rb"From .*\d:\d\d.*\b(?:19|20)\d\d(?: [+-]\d{4}| [A-Z]{3,6}){0,2}[ \t]*\r?\n?\Z"
)
STRICT = re.compile(
    rb"From (?:\S+ +){0,3}[A-Z][a-z]{2},? +(?:[A-Z][a-z]{2} +\d\d?|\d\d? +[A-Z][a-z]{2}) +"
)
BARE = re.compile(rb"From[ \t]*\r?\n?\Z")
_FIELD = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,100}[ \t]?:|>From ")
_MORE = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,100}[ \t]?:|>From |[ \t]|\r?\n|\Z")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_LENGTH = re.compile(rb"\n[Cc]ontent-[Ll]ength:[ \t]*(\d{1,9})[ \t]*\r?\n")


class Raw(NamedTuple):
    """One message as bytes, cut at MAX_MESSAGE, and the «From …» line above it."""

    separator: bytes
    data: bytes


def is_separator(line: bytes) -> bool:
    """Return whether `line` reads «From <anyone> <date with a clock> <year>», or «From» alone.

    Thunderbird writes the latter since 2023.

    >>> is_separator(b"From ann@mail.example Mon Apr  2 18:26:00 2012\\n")
    True
    >>> is_separator(b"From here on it rained.\\n")
    False
    """
    if not line.startswith(b"From ") or len(line) > MAX_SEPARATOR:
        return False
    return SEPARATOR.match(line) is not None or BARE.match(line) is not None


def split(stream: BinaryIO, begun: bytes = b"") -> Iterator[Raw]:
    """Yield the messages of the mailbox `stream`, «>From » unescaped (mboxrd, RFC 4155).

    `begun` is what was read of the stream before.

    A message begins at a separator that opens the file or follows a blank line, and that a header
    field follows; without a blank line, or without a date in it, two such lines must follow. Any
    other «From » line is text, as is all that a «Content-Length» reaches over exactly (mboxcl).
    """
    box = _Box(stream, begun)
    if not is_separator(box.line(0)):
        return
    while True:
        head = len(box.line(0))
        end = box.next_separator(head)
        whole = box.kept or box.taken(min(MAX_MESSAGE + head, end or len(box.buffer)))
        data = whole[head:]
        yield Raw(whole[:head], _ESCAPED.sub(rb"\1", data) if b">From " in data else data)
        if end is None:
            return
        box.kept = b""
        del box.buffer[:end]


class _Box:
    """The part of the stream in memory; it begins with the separator of the current message.

    `kept` is what came before `buffer` of a message that is longer than MAX_MESSAGE.
    """

    def __init__(self, stream: BinaryIO, begun: bytes) -> None:
        self.stream = stream
        self.buffer = bytearray(begun)
        self.kept = b""
        self.ended = False
        self.blank = b"\n\r\n" if self.line(0).endswith(b"\r\n") else b"\n\n"

    def taken(self, end: int) -> bytes:
        """Return the buffer up to `end`."""
        with memoryview(self.buffer) as view:
            return bytes(view[:end])

    def fill(self, size: int) -> None:
        """Read on until the buffer holds `size` bytes or the stream ends."""
        while len(self.buffer) < size and not self.ended:
            block = self.stream.read(BLOCK)
            self.ended = not block
            self.buffer += block

    def line(self, at: int) -> bytes:
        """Return the line that begins at `at`, its end included; of a long one the beginning."""
        self.fill(at + AHEAD)
        end = self.buffer.find(b"\n", at, at + AHEAD)
        return bytes(self.buffer[at : end + 1 if end >= 0 else at + AHEAD])

    def next_separator(self, head: int) -> int | None:
        """Return where the message after the one whose header begins at `head` begins.

        None when the stream ends first.
        """
        end = self._by_length(head)
        if end is not None:
            return end if end < len(self.buffer) else None
        at = head - 1  # the newline that ends the line above
        while True:
            found = self.buffer.find(b"\nFrom ", at)
            if found >= 0:
                if self._begins(found + 1):
                    return found + 1
                at = found + 1
                continue
            if self.ended:
                return None
            at = self._drop(max(at, len(self.buffer) - 6), head)
            self.fill(len(self.buffer) + 1)

    def _drop(self, at: int, head: int) -> int:
        """Forget what a too long message has before `at`; return where `at` is then."""
        if len(self.buffer) <= MAX_MESSAGE + head:
            return at
        self.kept = self.kept or self.taken(MAX_MESSAGE + head)
        keep = max(at - 2, 0)
        del self.buffer[:keep]
        return at - keep

    def _begins(self, at: int) -> bool:
        """Return whether the «From » line at `at` begins a message."""
        line = self.line(at)
        if not is_separator(line):
            return False
        first = self.line(at + len(line))
        if not _FIELD.match(first):
            return False
        above = bytes(self.buffer[max(at - 3, 0) : at])
        if above.endswith((b"\n\n", b"\n\r\n")) and not BARE.match(line):
            return True
        second = self.line(at + len(line) + len(first))
        sure = STRICT.match(line) or BARE.match(line)
        return bool(sure and _MORE.match(second))

    def _by_length(self, at: int) -> int | None:
        """Return where the message ends that states its length, if one can end there."""
        head = self._header_end(at)
        told = _LENGTH.search(self.buffer, at - 1, head) if head else None
        if told is None or head is None or int(told[1]) > MAX_MESSAGE - MAX_HEADER:
            return None
        end = head + int(told[1])
        self.fill(end + AHEAD)
        while self.buffer[end : end + 1] in (b"\r", b"\n") and end < head + int(told[1]) + 4:
            end += 1
        if self.ended and end >= len(self.buffer):
            return end if end == len(self.buffer) else None
        return end if self.buffer[end - 1] == NEWLINE and self._begins(end) else None

    def _header_end(self, at: int) -> int | None:
        """Return where the body begins, if the header may state a length and is not huge."""
        end = self.buffer.find(self.blank, at - 1, at + MAX_HEADER)
        while end < 0 and not self.ended and len(self.buffer) < at + MAX_HEADER:
            self.fill(len(self.buffer) + 1)
            end = self.buffer.find(self.blank, at - 1, at + MAX_HEADER)
        if end < 0 or self.buffer.find(b"ontent-", at, end) < 0:
            return None
        crossed = self.buffer.find(b"\nFrom ", at, end) >= 0  # this one has no body
        return None if crossed else end + len(self.blank)
