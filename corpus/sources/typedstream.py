"""The text in a `typedstream`, the archive in which Apple's programs keep attributed text."""

from __future__ import annotations

MAGIC = b"streamtyped"
STRING = b"NSString"
BYTES = b"\x84\x01+"  # a new type, one character long: an array of bytes
NEAR = 64  # the bytes of a string stand soon after its class
TWO, FOUR = 0x81, 0x82  # how many bytes the length takes when one is not enough


def text_of_stream(blob: bytes) -> str | None:
    """Return the text of the first string in `blob`, None if it holds none that is whole.

    >>> text_of_stream(b"\\x04\\x0bstreamtyped...NSString\\x01\\x94\\x84\\x01+\\x03Yes\\x86")
    'Yes'
    """
    if MAGIC not in blob[:NEAR]:
        return None
    start = blob.find(STRING)
    at = blob.find(BYTES, start, start + NEAR)
    if start < 0 or at < 0:
        return None
    at += len(BYTES)
    wide = {TWO: 2, FOUR: 4}.get(blob[at] if at < len(blob) else 0, 0)
    length = blob[at + 1 : at + 1 + wide] if wide else blob[at : at + 1]
    begin = at + 1 + wide
    end = begin + int.from_bytes(length, "little")
    if len(length) < max(1, wide) or end > len(blob):
        return None
    return blob[begin:end].decode("utf-8", "replace")
