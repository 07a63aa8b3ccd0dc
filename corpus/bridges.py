"""Finds newcomers that would join documents recorded in different splits."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from corpus.groups import NONE, components

Link = tuple[str, str]


def bridging(documents: pa.Table, codes: np.ndarray) -> dict[int, int]:
    """Return the rows of the newcomers that would join different recorded splits.

    With each row goes the most held-out of those splits.

    `documents` has id, family and session; `codes` are their recorded splits, NONE a newcomer's.
    Newcomers come in order of their ids, so that of a chain of them which joins two splits one
    goes and the others stay, each on its side.
    """
    of = components([documents["family"], documents["session"]])
    least = np.full(int(of.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    most = np.full(len(least), NONE)
    known = codes != NONE
    np.minimum.at(least, of[known], codes[known])
    np.maximum.at(most, of, codes)
    rows = np.flatnonzero(((most != NONE) & (least < most))[of])
    if not len(rows):
        return {}
    told = documents.take(pa.array(rows)).select(["id", "family", "session"]).to_pylist()
    order = sorted(range(len(rows)), key=lambda n: (codes[rows[n]] == NONE, told[n]["id"]))
    sides, out = _Sides(), dict[int, int]()
    for n in order:
        links = [(name, told[n][name]) for name in ("family", "session") if told[n][name]]
        code = int(codes[rows[n]])
        beside = sides.of(links) if code == NONE else set()
        if len(beside) > 1:
            out[int(rows[n])] = max(beside)
        else:
            sides.join(links, code)
    return out


class _Sides:
    """Families and sessions that hang together, and the splits of the documents in them."""

    def __init__(self) -> None:
        self._above: dict[Link, Link] = {}
        self._splits: dict[Link, set[int]] = {}

    def of(self, links: list[Link]) -> set[int]:
        """Return the splits that a document of these links would be in."""
        return set().union(*(self._splits.get(self._top(link), set()) for link in links))

    def join(self, links: list[Link], code: int) -> None:
        """Let a document of the split `code` (or NONE) join its links."""
        tops = [self._top(link) for link in links]
        for top in tops[1:]:
            if top != tops[0]:
                self._above[top] = tops[0]
                self._splits.setdefault(tops[0], set()).update(self._splits.pop(top, ()))
        if tops and code != NONE:
            self._splits.setdefault(tops[0], set()).add(code)

    def _top(self, link: Link) -> Link:
        path = []
        while link in self._above:
            path.append(link)
            link = self._above[link]
        for step in path:
            self._above[step] = link
        return link
