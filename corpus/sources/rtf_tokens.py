"""RTF as a stream of tokens, in time and memory that do not depend on what the file holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

BLOCK = 1 << 20
KEPT = 128  # bytes that wait for what follows, longer than any control word
TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\(.)|([{}])"
    rb"|[\r\n\0]+|([^\\{}\r\n\0]+)|\\",
    re.DOTALL,
)


class Token(NamedTuple):
    """One token: `kind` is «open», «close», «word», «sign», «byte» or «text»."""

    kind: str
    value: bytes
    number: int | None = None


def tokens(stream: BinaryIO) -> Iterator[Token]:
    """Yield the tokens of `stream`; binary data after \\bin is passed over."""
    buffer, ended = b"", False
    while not ended or buffer:
        if not ended and len(buffer) <= KEPT:
            block = stream.read(BLOCK)
            ended, buffer = not block, buffer + block
        at, safe = 0, len(buffer) if ended else len(buffer) - KEPT
        while at < safe:
            found = TOKEN.match(buffer, at)
            at = found.end() if found else at + 1
            token = _token(found) if found else None
            if token is None:
                continue
            if token.kind == "word" and token.value == b"bin":
                at = _after(stream, len(buffer), at + max(0, token.number or 0))
            else:
                yield token
        buffer = buffer[at:]


def _after(stream: BinaryIO, held: int, end: int) -> int:
    """Return `end`, a place in what is held; what lies beyond it is read and forgotten."""
    left = end - held
    while left > 0 and (block := stream.read(min(left, BLOCK))):
        left -= len(block)
    return min(end, held)


def _token(found: re.Match[bytes]) -> Token | None:
    word, number, byte, sign, brace, text = found.groups()
    if word is not None:
        return Token("word", word.lower() if word.isupper() else word, _number(number))
    if byte is not None:
        return Token("byte", bytes.fromhex(byte.decode()))
    if sign is not None:
        return Token("sign", sign)
    if brace is not None:
        return Token("open" if brace == b"{" else "close", brace)
    return Token("text", text) if text is not None else None


def _number(digits: bytes | None) -> int | None:
    return int(digits) if digits is not None else None
