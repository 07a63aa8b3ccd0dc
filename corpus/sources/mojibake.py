"""Undo text whose UTF-8 bytes were written as one character each, as Meta's exports do."""

from __future__ import annotations

from typing import Any


def unmangled(text: str) -> str:
    """Return `text` as it was written, if its characters are the bytes of UTF-8; else unchanged.

    Nothing is guessed: a text that holds any other character is already right and stays.

    >>> unmangled("cafÃ©"), unmangled("café"), unmangled("“cafÃ©”")
    ('café', 'café', '“cafÃ©”')
    """
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def unmangled_all(value: Any) -> Any:
    """Return `value`, as JSON gives it, with every string in it and every key unmangled."""
    if isinstance(value, str):
        return unmangled(value)
    if isinstance(value, list):
        return [unmangled_all(item) for item in value]
    if isinstance(value, dict):
        return {unmangled_all(key): unmangled_all(item) for key, item in value.items()}
    return value
