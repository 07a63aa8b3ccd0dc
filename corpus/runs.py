"""Runs of words as keyed hashes: tell how much of a text repeats one that is gone."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from hashlib import blake2b

SIZE = 8
"""Words in a run: longer than what people say again by chance."""
SAME = 0.8
"""A text is the same as others when at least this share of its runs is theirs: one with a heading
or a greeting more is, a letter that quotes a paragraph is not."""


def windows(key: bytes, told: Sequence[str]) -> Iterator[str]:
    """Yield the keyed hashes of all runs of the words `told`; fewer than `SIZE` words are one."""
    for n in range(max(len(told) - SIZE, 0) + 1 if told else 0):
        run = " ".join(told[n : n + SIZE]).encode("utf-8", "surrogatepass")
        yield blake2b(run, digest_size=12, key=key[:64]).hexdigest()


def repeats(key: bytes, told: Sequence[str], runs: Container[str]) -> bool:
    """Return whether the words `told`, `SIZE` or more, are the same as texts with these `runs`."""
    if len(told) < SIZE or not runs:
        return False
    return sum(run in runs for run in windows(key, told)) >= SAME * (len(told) - SIZE + 1)
