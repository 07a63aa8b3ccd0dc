"""Take mail out of what signs it (OpenPGP, S/MIME) and leave out what is encrypted."""

from __future__ import annotations

import re
from typing import NamedTuple

BEGIN = "-----BEGIN PGP "
_SIGNED = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[^\n:]+:[^\n]*\n)*\n?", re.M)
_BLOCK = re.compile(
    r"^-----BEGIN PGP (MESSAGE|SIGNATURE|PUBLIC KEY BLOCK)-----[ \t]*$"
    r"(?:(?!^-----(?:BEGIN|END) PGP ).|\n)*+(?:^-----END PGP \1-----[ \t]*$)?",
    re.M,
)
_DASHED = re.compile(r"^- (?=-)", re.M)
DATA = bytes.fromhex("06092a864886f70d010701")  # the object identifier of «data» (RFC 5652, 4)
ENVELOPED = bytes.fromhex("06092a864886f70d010703")
OCTETS, OCTETS_IN_PIECES, CONTENT = 0x04, 0x24, 0xA0
MAX_DEPTH = 8


class Unsealed(NamedTuple):
    """Text without OpenPGP's blocks, and whether an encrypted one stood in it."""

    text: str
    sealed: bool


def removed(text: str) -> Unsealed:
    """Return `text` without what OpenPGP puts around it.

    >>> removed("-----BEGIN PGP SIGNED MESSAGE-----\\nHash: SHA256\\n\\nHi\\n- --\\nAnn\\n"
    ...     "-----BEGIN PGP SIGNATURE-----\\n\\nabc\\n-----END PGP SIGNATURE-----").text
    'Hi\\n--\\nAnn'
    """
    if BEGIN not in text:
        return Unsealed(text, False)
    signed = _SIGNED.search(text) is not None
    sealed = f"{BEGIN}MESSAGE-----" in text
    text = _BLOCK.sub("", _SIGNED.sub("", text))
    return Unsealed((_DASHED.sub("", text) if signed else text).strip("\n"), sealed)


def signed_content(raw: bytes) -> bytes | None:
    """Return the mail within S/MIME data that is only signed; None where it is encrypted."""
    at = raw.find(DATA)
    if at < 0 or 0 <= raw.find(ENVELOPED) < at:
        return None
    try:
        tag, start, end = _element(raw, at + len(DATA))
        if tag != CONTENT:
            return None
        content = _octets(raw, start, end, 0)
    except (IndexError, ValueError):
        return None
    return content or None


def _element(raw: bytes, at: int) -> tuple[int, int, int | None]:
    """Return the tag of the element at `at`, and where its value begins and ends.

    The end is None where the element does not state it.
    """
    tag, size, start = raw[at], raw[at + 1], at + 2
    if size == 0x80:
        return tag, start, None
    if size > 0x80:
        count = size & 0x7F
        size = int.from_bytes(raw[start : start + count], "big")
        start += count
    return tag, start, start + size


def _octets(raw: bytes, at: int, end: int | None, depth: int) -> bytes:
    """Return the octet strings between `at` and `end`, or the mark of an end, as one."""
    return b"".join(piece for piece, _ in _pieces(raw, at, end, depth))


def _pieces(raw: bytes, at: int, end: int | None, depth: int) -> list[tuple[bytes, int]]:
    out: list[tuple[bytes, int]] = []
    while at < (len(raw) if end is None else min(end, len(raw))):
        tag, start, stop = _element(raw, at)
        if tag == 0 and stop == start:
            at = start
            break
        if tag == OCTETS and stop is not None:
            out.append((raw[start:stop], stop))
            at = stop
        elif tag == OCTETS_IN_PIECES and depth < MAX_DEPTH:
            inner = _pieces(raw, start, stop, depth + 1)
            out += inner
            at = stop if stop is not None else inner[-1][1] if inner else start
        else:
            raise ValueError("not octets")
    out.append((b"", at))
    return out
