"""Families: which units repeat which, who survives, and the pairs that prove it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from corpus.keys import digest
from corpus.links import Links
from corpus.units import Units

Compare = Callable[[list[tuple[int, int]]], np.ndarray]
"""Exact Jaccard and containment of pairs of units, shape (pairs, 2)."""
COPIES = ("exact", "normal")


class Repeat(NamedTuple):
    """A removed unit: what it repeats, who survives in its stead, why, and how alike they are."""

    unit: int
    other: int
    survivor: int
    cause: str
    jaccard: float
    containment: float


@dataclass
class Families:
    """Groups of units that repeat each other, one survivor each, and families of groups.

    `alike` is the rank of the first unit with the same words, `order` who is preferred, `edges`
    the verified pairs (i, j, jaccard, containment) of first units, i < j, each once, `threshold`
    the Jaccard from which they repeat each other.
    """

    units: Units
    alike: np.ndarray
    order: np.ndarray
    edges: np.ndarray
    compare: Compare
    threshold: float
    giant: int

    def __post_init__(self) -> None:
        self.alarms: list[dict[str, int]] = []
        near = self.edges[self.edges[:, 2] >= self.threshold]
        self.near = near[:, :2].astype(np.int64)
        self.links = Links(self.near, len(self.units))

    def groups(self) -> list[list[list[int]]]:
        """Return the components of more than one unit, each as groups, the preferred unit first.

        All of a group are near its first, the survivor: a chain of versions keeps as many as it
        takes for none to be lost to one it is not near. A component of more than `giant` distinct
        texts, such as templates make, is an alarm, and each group of it a component of its own.
        """
        out = []
        for members in _runs(self._roots()):
            members.sort(key=self.order.__getitem__)
            groups = list(self._stars(members))
            if len({int(self.alike[m]) for m in members}) <= self.giant:
                out.append(groups)
                continue
            self.alarms.append({"units": len(members), "families": len(groups)})
            out += [[group] for group in groups if len(group) > 1]
        return out

    def _roots(self) -> np.ndarray:
        from corpus import likeness

        parent = np.arange(len(self.units))
        same = np.stack([parent, self.alike], axis=1)
        likeness.join(parent, np.concatenate([same, self.near]))
        return parent

    def _stars(self, members: list[int]) -> Iterator[list[int]]:
        """Yield parts of `members`, which are in order: a survivor, and who is near it."""
        first = int(self.alike[members[0]])
        near = {first, *self.links.others(first).tolist()}
        if all(int(self.alike[member]) in near for member in members):
            yield members
            return
        copies: dict[int, list[int]] = defaultdict(list)
        for member in members:
            copies[int(self.alike[member])].append(member)
        left = set(copies)
        for lead in list(copies):
            if lead in left:
                star = self._star(lead, left)
                left -= star
                yield sorted((m for u in star for m in copies[u]), key=self.order.__getitem__)

    def _star(self, lead: int, left: set[int]) -> set[int]:
        """Return which of `left` are near `lead`, going from one to those that are near it.

        What is not near is not gone on from, so that all parts of a giant together look at each
        link some few times, however many there are.
        """
        star, tried, fresh = {lead}, {lead}, {lead}
        direct = set(self.links.others(lead).tolist())
        while fresh:
            met = {o for u in fresh for o in self.links.others(u).tolist() if o in left} - tried
            tried |= met
            asked = sorted(met - direct)
            jaccard = self._likeness([(lead, other) for other in asked])[:, 0].tolist()
            near = {o for o, j in zip(asked, jaccard, strict=True) if j >= self.threshold}
            fresh = (met & direct) | near
            star |= fresh
        return star

    def repeats(self, groups: list[list[int]]) -> list[Repeat]:
        """Return who is removed: all of a group but the first, sessions of its thread excepted.

        A copy repeats the preferred one of its copies: of equal texts, then of equal words. What
        is no copy repeats the survivor.
        """
        pairs = [(group[0], member) for group in groups for member in group[1:]]
        likeness = iter(self._likeness(pairs).tolist())
        out = []
        for survivor, *members in groups:
            met: dict[tuple[str, int], int] = {}
            for member in (survivor, *members):
                keys = (int(self.units.exact[member]), int(self.units.normal[member]))
                copied = [
                    (met.setdefault((c, k), member), c) for c, k in zip(COPIES, keys, strict=True)
                ]
                if member == survivor:
                    continue
                near = Repeat(member, survivor, survivor, "near", *next(likeness))
                if not self._same_thread(member, survivor):
                    out.append(self._repeat(near, copied))
        return out

    def _same_thread(self, one: int, other: int) -> bool:
        return bool(self.units.apart[one] == self.units.apart[other] > 0)

    def _repeat(self, near: Repeat, copied: list[tuple[int, str]]) -> Repeat:
        for other, cause in copied:
            if other != near.unit and not self._same_thread(other, near.unit):
                return Repeat(near.unit, other, near.survivor, cause, 1.0, 1.0)
        return near

    def _likeness(self, pairs: list[tuple[int, int]]) -> np.ndarray:
        first = self.alike[np.array(pairs, np.int64).reshape(-1, 2)]
        out = np.ones((len(pairs), 2))
        unlike = first[:, 0] != first[:, 1]
        out[unlike] = self.compare(first[unlike])
        return out

    def names(self, groups: list[list[int]]) -> dict[int, str]:
        """Return the family of each unit that has one: its component, and the excerpts of it.

        A family is named after its first unit, so that other documents do not change the name. Of
        a family that excerpts would make giant they are left out.
        """
        lead: dict[int, int] = {}
        for group in groups:
            lead.update(dict.fromkeys(group, min(group)))
        wider: dict[int, int] = {}
        excerpts = self.edges[self.edges[:, 2] < self.threshold, :2].astype(np.int64)
        for ends in excerpts.tolist():
            a, b = (_top(wider, lead.get(unit, unit)) for unit in ends)
            wider[max(a, b)] = min(a, b)
        alone = [[u] for u in {*wider, *wider.values()} if u not in lead]
        families: dict[int, list[list[int]]] = defaultdict(list)
        for group in [*groups, *alone]:
            families[_top(wider, lead.get(group[0], group[0]))].append(group)
        named: dict[int, str] = {}
        for first, parts in families.items():
            giant = len({int(self.alike[u]) for part in parts for u in part}) > self.giant
            for part in parts:
                own = lead.get(part[0], part[0])
                if len(part) > 1 or not giant:
                    named.update(dict.fromkeys(part, self._name(own if giant else first)))
        return named

    def _name(self, unit: int) -> str:
        return "f" + digest("family", self.units.names[unit])[:15]


def _top(above: dict[int, int], unit: int) -> int:
    while above.get(unit, unit) != unit:
        unit = above[unit]
    return unit


def _runs(roots: np.ndarray) -> list[list[int]]:
    """Return the members of each component of more than one unit, by its first member.

    >>> _runs(np.array([0, 1, 0, 3, 3]))
    [[0, 2], [3, 4]]
    """
    order = np.argsort(roots, kind="stable")
    starts = np.flatnonzero(np.diff(roots[order], prepend=-1))
    runs = np.split(order, starts[1:]) if len(starts) else []
    return [run.tolist() for run in runs if len(run) > 1]
