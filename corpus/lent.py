"""What a stage may look up but must not carry: keys, people and fitted tables, lent by the caller.

A stage is a value that is printed, pickled and hashed, so it holds only the *digest* of a secret
or of a fitted table. Whoever runs it lends the thing itself under that digest first.
"""

from __future__ import annotations

_LENT: dict[str, object] = {}


def lend(key: str, value: object) -> str:
    """Make `value` available to stages of this process under `key`; returns `key`."""
    _LENT[key] = value
    return key


def borrow(key: str) -> object:
    """Return what was lent under `key`; KeyError says which key was not lent."""
    try:
        return _LENT[key]
    except KeyError:
        raise KeyError(
            f"{key}: nothing was lent under this key; the caller lends it before the stage runs"
        ) from None


def give_back(key: str) -> None:
    """Forget what was lent under `key`, if anything."""
    _LENT.pop(key, None)
