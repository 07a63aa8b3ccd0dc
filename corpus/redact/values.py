"""What names a value without telling it, and the value sealed for who has the key."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from corpus.keys import keyed
from corpus.redact.surrogates import canonical_form


class WrongKey(ValueError):
    """What was sealed under one key does not open with another."""


def hmac_of(key: bytes, type_: str, value: str, regions: tuple[str, ...]) -> str:
    """Return the keyed hash of a value: equal for values of a type that mean the same.

    >>> a, b = (hmac_of(b"k", "PERSON", name, ()) for name in ("Ann Lee", "ann  lee"))
    >>> a == b, len(a)
    (True, 24)
    """
    return keyed(key, "value", type_, canonical_form(type_, value, regions))


def sealed(key: bytes, value: str) -> bytes:
    """Return `value` encrypted and authenticated under the library's key (AES-SIV, RFC 5297).

    Equal values give equal bytes, so that a build is the same each time.

    >>> opened(b"key", sealed(b"key", "Ann"))
    'Ann'
    """
    return _cipher(key).encrypt(value.encode("utf-8", "surrogatepass"), None)


def opened(key: bytes, told: bytes) -> str:
    """Return what `sealed` was given; raises WrongKey when that was under another key."""
    try:
        return _cipher(key).decrypt(told, None).decode("utf-8", "surrogatepass")
    except InvalidTag:
        raise WrongKey("secrets/key is not the key that the originals were sealed with") from None


def _cipher(key: bytes) -> AESSIV:
    return AESSIV(hmac.new(key, b"originals", hashlib.sha512).digest())
