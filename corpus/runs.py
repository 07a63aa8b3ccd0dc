"""Runs of words as keyed hashes: tell how much of a text repeats one that is gone."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from hashlib import blake2b

SIZE = 8
"""Words in a run: longer than what people say again by chance."""
FEW = 16
"""Runs looked at first."""
SAME = 0.8
"""A text is the same as others when at least this share of its runs is theirs: one with a heading
or a greeting more is, a letter that quotes a paragraph is not."""


def windows(key: bytes, told: Sequence[str], every: int = 1) -> Iterator[str]:
    """Yield the keyed hashes of runs of the words `told`, of one in `every`.

    Fewer than `SIZE` words are one run.
    """
    for n in range(0, max(len(told) - SIZE, 0) + 1 if told else 0, every):
        run = " ".join(told[n : n + SIZE]).encode("utf-8", "surrogatepass")
        yield blake2b(run, digest_size=12, key=key[:64]).hexdigest()


def repeats(key: bytes, told: Sequence[str], runs: Container[str]) -> bool:
    """Return whether the words `told`, `SIZE` or more, are the same as texts with these `runs`.

    A few runs spread over the text are looked at first: nearly every text is told by them.
    """
    if len(told) < SIZE or not runs:
        return False
    count = len(told) - SIZE + 1
    few = [run in runs for run in windows(key, told, max(1, count // FEW))]
    if sum(few) < SAME / 2 * len(few):
        return False
    return sum(run in runs for run in windows(key, told)) >= SAME * count
