"""Align overlapping exports of one conversation on runs of equal texts.

A chat export without ids is a sequence of texts. Two exports of the same conversation share long
runs of it, whatever happened to names and clocks in between. Runs of `RUN` texts that occur once
in both are anchors; the longest increasing chain of anchors (the patience method of Bram Cohen's
diff) says which message is which.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

RUN = 4
MIN_ANCHORS = 3


def align(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return index in `new` → index in `old` of messages that are the same; empty if unrelated.

    `old` and `new` are texts or digests of texts, in the order of the conversation.

    >>> align(list("abcdefghij"), list("ghijklm"))
    {}
    >>> align(list("abcdefghij"), list("efghijklm"))
    {0: 4, 1: 5, 2: 6, 3: 7, 4: 8, 5: 9}
    """
    anchors = _anchors(old, new)
    if len(anchors) < MIN_ANCHORS:
        return {}
    matched: dict[int, int] = {}
    for n, o in _increasing(anchors):
        for step in range(RUN):
            matched.setdefault(n + step, o + step)
    for n in sorted(matched):
        _grow(old, new, matched, n, 1)
    for n in sorted(matched, reverse=True):
        _grow(old, new, matched, n, -1)
    return dict(sorted(matched.items()))


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return (index in new, index in old) of runs that occur exactly once in each."""
    places, others = _once(old), _once(new)
    return sorted((n, places[run]) for run, n in others.items() if run in places)


def _once(texts: Sequence[str]) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    repeated = set()
    for i in range(len(texts) - RUN + 1):
        run = tuple(texts[i : i + RUN])
        if run in found:
            repeated.add(run)
        found[run] = i
    return {run: i for run, i in found.items() if run not in repeated}


def _increasing(anchors: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest chain of anchors that increases in both (patience sorting)."""
    tails: list[int] = []
    at: list[int] = []
    before = [-1] * len(anchors)
    for i, (_, o) in enumerate(anchors):
        k = bisect_left(tails, o)
        if k == len(tails):
            tails.append(o)
            at.append(i)
        else:
            tails[k], at[k] = o, i
        before[i] = at[k - 1] if k else -1
    chain = []
    i = at[-1] if at else -1
    while i >= 0:
        chain.append(anchors[i])
        i = before[i]
    return chain[::-1]


def _grow(
    old: Sequence[str], new: Sequence[str], matched: dict[int, int], n: int, step: int
) -> None:
    """Extend the match at `n` over equal neighbours, up to the next match."""
    o = matched[n]
    while True:
        n, o = n + step, o + step
        inside = 0 <= n < len(new) and 0 <= o < len(old)
        if not inside or n in matched or new[n] != old[o]:
            return
        matched[n] = o
