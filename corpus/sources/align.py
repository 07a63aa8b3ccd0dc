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
MOST_HOLDERS = 12
"""A run in more exports than this is looked up in the first ones only."""


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
    last = (-1, -1)
    for n, o in _increasing(anchors):
        for step in range(RUN):
            if n + step > last[0] and o + step > last[1]:
                matched[n + step] = o + step
                last = (n + step, o + step)
    taken = set(matched.values())
    for step in (1, -1):
        for n in sorted(matched, reverse=step < 0):
            _grow(old, new, matched, taken, (n, step))
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
    old: Sequence[str],
    new: Sequence[str],
    matched: dict[int, int],
    taken: set[int],
    start: tuple[int, int],
) -> None:
    """Extend the match at `start` (place, direction) over equal neighbours, to the next match."""
    n, step = start
    o = matched[n]
    while True:
        n, o = n + step, o + step
        inside = 0 <= n < len(new) and 0 <= o < len(old)
        if not inside or n in matched or o in taken or new[n] != old[o]:
            return
        matched[n] = o
        taken.add(o)


def groups(sequences: Sequence[Sequence[str]]) -> list[list[tuple[int, int | None]]]:
    """Return the sequences that overlap, grouped; each group begins where the conversation does.

    A group lists (index of a sequence, index of an earlier one in the group that it overlaps, or
    None for the first). Which sequence is first does not depend on clocks, names or on the order
    of `sequences`: it is the one that starts earliest, of several the shortest.
    """
    edges = _edges(sequences)
    done: set[int] = set()
    out = []
    for start in range(len(sequences)):
        if start in done:
            continue
        offset = {start: 0}
        todo = [start]
        while todo:
            here = todo.pop()
            for there, shift in edges.get(here, {}).items():
                if there not in offset:
                    offset[there] = offset[here] + shift
                    todo.append(there)
        done |= set(offset)
        out.append(_chained(sorted(offset, key=lambda i: _rank(i, offset, sequences)), edges))
    return out


def _rank(i: int, offset: dict[int, int], sequences: Sequence[Sequence[str]]) -> tuple:
    return offset[i], len(sequences[i]), tuple(sequences[i][:RUN]), i


def _chained(order: list[int], edges: dict[int, dict[int, int]]) -> list[tuple[int, int | None]]:
    """Return `order` with, for each, an earlier member it overlaps; members are connected."""
    settled: list[tuple[int, int | None]] = [(order[0], None)]
    waiting = order[1:]
    while waiting:
        known = [i for i, _ in settled]
        nxt = next(i for i in waiting if any(k in edges[i] for k in known))
        settled.append((nxt, next(k for k in known if k in edges[nxt])))
        waiting.remove(nxt)
    return settled


def _edges(sequences: Sequence[Sequence[str]]) -> dict[int, dict[int, int]]:
    """Return, for each pair that overlaps, by how much the other starts later."""
    holders: dict[tuple[str, ...], list[int]] = {}
    for i, texts in enumerate(sequences):
        for run in _once(texts):
            holders.setdefault(run, []).append(i)
    shared: dict[tuple[int, int], int] = {}
    for found in holders.values():
        for n, a in enumerate(found[:MOST_HOLDERS]):
            for b in found[n + 1 : MOST_HOLDERS]:
                shared[a, b] = shared.get((a, b), 0) + 1
    edges: dict[int, dict[int, int]] = {}
    for (a, b), count in shared.items():
        if count < MIN_ANCHORS:
            continue
        matched = align(sequences[a], sequences[b])
        if matched:
            shift = sorted(o - n for n, o in matched.items())[len(matched) // 2]
            edges.setdefault(a, {})[b] = shift
            edges.setdefault(b, {})[a] = -shift
    return edges
