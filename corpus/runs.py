"""Runs of words as keyed hashes: tell whether a text repeats a part of one that is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zlib import crc32

from corpus.forgotten import text_hash

SIZE = 8
"""Words in a run: longer than what people say again by chance."""
EVERY = 4
"""One run in this many is taken, chosen by its first two words, the same ones in every text."""


def windows(key: bytes, told: Sequence[str]) -> Iterator[str]:
    """Yield the hashes of runs of the words `told`, the same ones as of any text that holds them.

    A text of at most `SIZE` words is one run; the first run of a longer one is always taken.
    """
    if 0 < len(told) < SIZE:
        yield text_hash(key, told)
    for n in range(len(told) - SIZE + 1):
        if n == 0 or crc32(" ".join(told[n : n + 2]).encode()) % EVERY == 0:
            yield text_hash(key, told[n : n + SIZE])
