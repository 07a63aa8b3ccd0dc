"""Elements of arrays in JSON files, streamed; a damaged file yields what is whole before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ijson

from corpus.sources.file import File
from corpus.sources.json_items import DAMAGE
from corpus.sources.nesting import past_mark
from corpus.sources.piece import Claim, Problem


def elements(file: File, prefix: str, noun: str = "item") -> Iterator[Any]:
    """Yield each value at the ijson `prefix` («item», «messages.item») of `file`.

    A file that is damaged or breaks off yields what stands before the break, then a Problem.
    """
    number = 0
    try:
        with file.open() as stream:
            for value in ijson.items(past_mark(stream), prefix, use_float=True):
                number += 1
                yield value
    except DAMAGE:
        yield Problem(f"after {noun} {number}", "the JSON is damaged or ends early", "errored")


def fields(file: File, wanted: frozenset[str], until: str) -> dict[str, str]:
    """Return the simple values at the prefixes `wanted` that stand before the array at `until`."""
    found: dict[str, str] = {}
    try:
        with file.open() as stream:
            for prefix, event, value in ijson.parse(past_mark(stream), use_float=True):
                if prefix == until:
                    break
                if prefix in wanted and event in ("string", "number", "boolean"):
                    found[prefix] = str(value)
    except DAMAGE:
        pass
    return found


def never_silent(items: Iterator[Any]) -> Iterator[Any]:
    """Yield what a reader yields; one that finds nothing but claims says that nothing is there."""
    silent = True
    for item in items:
        silent = silent and isinstance(item, Claim)
        yield item
    if silent:
        yield Problem("file", "no messages in it")


def mapping(value: object) -> dict[str, Any]:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """Return `value` if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def string(value: object) -> str | None:
    """Return `value` if it is text with something in it, else None."""
    return value if isinstance(value, str) and value else None
