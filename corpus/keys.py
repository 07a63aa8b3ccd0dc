"""Digests and keyed hashes: what names objects, documents, people and values."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

FILE_BLOCK = 1 << 20


def digest(*parts: object) -> str:
    """Return 32 hex digits that depend on every part; parts are JSON values.

    >>> digest("a", 1) == digest("a", 1) != digest("a1")
    True
    """
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def file_digest(path: Path) -> str:
    """Return 32 hex digits of the bytes of the file at `path`, read in blocks."""
    state = hashlib.blake2b(digest_size=16)
    with path.open("rb") as stream:
        while block := stream.read(FILE_BLOCK):
            state.update(block)
    return state.hexdigest()


def keyed(key: bytes, *parts: str, size: int = 12) -> str:
    """Return `size` bytes in hex of HMAC-SHA256 over `parts`: equal only for who holds `key`.

    >>> keyed(b"k", "person", "ann") == keyed(b"other", "person", "ann")
    False
    """
    message = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()[: 2 * size]


def seed(*parts: object) -> int:
    """Return a 64-bit integer for `random.Random`, the same in every process.

    >>> seed(7, "doc") == seed(7, "doc")
    True
    """
    return int(digest(*parts)[:16], 16)
