"""Undo what mail is encoded in for its transport: quoted-printable, base64, uuencode."""

from __future__ import annotations

import binascii
import string

_BASE64 = (string.ascii_letters + string.digits + "+/").encode()
_NOT_BASE64 = bytes(sorted(set(range(256)) - set(_BASE64)))
UUENCODE = (b"x-uuencode", b"uuencode", b"uue", b"x-uue")


def undone(raw: bytes, encoding: bytes) -> bytes:
    """Return `raw` with its transfer encoding undone, as far as it can be; unknown ones stay.

    >>> undone(b"caf=C3=\\n=A9", b"quoted-printable").decode()
    'café'
    """
    if encoding == b"quoted-printable":
        return binascii.a2b_qp(raw)
    if encoding == b"base64":
        return unbase64(raw)
    return unuu(raw) if encoding in UUENCODE else raw


def unbase64(raw: bytes) -> bytes:
    """Return what base64 `raw` encodes, strangers in it left out, up to where it breaks off.

    >>> unbase64(b"aGVs\\r\\nbG8"), unbase64(b"a!GVsbG8=")
    (b'hello', b'hello')
    """
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        clean = raw.translate(None, _NOT_BASE64)
        clean = clean[: -1 or None] if len(clean) % 4 == 1 else clean
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def unuu(raw: bytes) -> bytes:
    """Return what the lines between «begin …» and «end» encode, as far as they can be read."""
    out: list[bytes] = []
    begun = False
    for line in raw.splitlines():
        if not begun:
            begun = line.startswith(b"begin ")
        elif line.strip(b" \t\r\n\f") == b"end":
            break
        else:
            out.append(_unuu_line(line))
    return b"".join(out)


def _unuu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        size = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
        try:
            return binascii.a2b_uu(line[:size])
        except binascii.Error:
            return b""
