"""Chooses which groups are held out, so that each part has about its share of the text."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from corpus.groups import NONE, TEST, TRAIN, VALID, Groups
from corpus.keys import seed
from corpus.schema import SPLITS

TOLERANCE = 0.02
"""A part may be off its share by this much of all text; beyond, the run says why."""
LARGE = 0.25
"""A group with more than this share of the text is trained on: held out, it would leave too
little to learn from."""
MOST = 2.0
"""Where one group is nearly all there is, a part gets at most this times its share of the rest."""
ENOUGH = 20
"""From this many groups with own words on, no asked-for part stays empty."""


class Asked(Protocol):
    """What is asked for: the settings of the split."""

    @property
    def valid(self) -> float:
        """The share of the valid part."""

    @property
    def test(self) -> float:
        """The share of the test part."""

    @property
    def seed(self) -> int:
        """What draws are made with."""

    @property
    def by_time(self) -> bool:
        """Whether the newest is held out."""


SHARES = pa.schema(
    [("part", pa.string()), ("asked", pa.float64()), ("has", pa.float64()), ("why", pa.string())]
)
"""What valid and test came to; see `Share`."""


class Chosen(NamedTuple):
    """A split per group, and which groups are larger than what a part misses of its share.

    `shares` are what valid and test came to.
    """

    split: np.ndarray
    large: np.ndarray
    shares: list[Share]


class Share(NamedTuple):
    """How much of the text a part has, what was asked for, and why the two differ.

    `why` is "" when they do not, «recorded» when recorded splits leave no choice, «large» when no
    family or session left is small enough, and «empty» when there is no text at all.
    """

    part: str
    asked: float
    has: float
    why: str

    def sentence(self) -> str:
        """Return in words how and why the part misses its share."""
        why = {
            "recorded": "recorded splits do not move",
            "large": "the families and sessions left are larger than what is missing",
            "empty": "there is no text to split",
        }[self.why]
        return f"split: {self.part} has {self.has:.1%} of the text, not {self.asked:.1%}: {why}"


def chosen(groups: Groups, asked: Asked) -> Chosen:
    """Return a split for each of `groups`, the recorded one where there is one."""
    filling = _Filling(groups, asked)
    if asked.by_time:
        filling.newest()
    else:
        filling.drawn()
    filling.own_words()
    large = np.zeros(len(groups.held), bool)
    shares = told(groups, filling.split, asked)
    for share in shares:
        if share.why == "large":
            large |= groups.weight > filling.room(SPLITS.index(share.part))
    return Chosen(filling.split, large & filling.fresh & (filling.split == TRAIN), shares)


def told(groups: Groups, split: np.ndarray, asked: Asked) -> list[Share]:
    """Return how much of the text valid and test have when the groups are in `split`."""
    total = groups.weight.sum()
    out = []
    for part, share in ((VALID, asked.valid), (TEST, asked.test)):
        has = float(groups.weight[split == part].sum() / total) if total else 0.0
        why = _why(groups, part, share, has) if total else "empty" * bool(share)
        out.append(Share(SPLITS[part], share, has, why))
    return out


def _why(groups: Groups, part: int, share: float, has: float) -> str:
    """Return why a part has not its share, or "" when it has: recorded or large."""
    if abs(has - share) <= TOLERANCE + 1e-9:
        return ""
    total = groups.weight.sum()
    kept = groups.weight[groups.held == part].sum() / total
    free = groups.weight[groups.held == NONE].sum() / total
    if kept > share + TOLERANCE or kept + free < share - TOLERANCE:
        return "recorded"
    return "large"


class _Filling:
    """Fills valid and test with groups that are not recorded."""

    def __init__(self, groups: Groups, asked: Asked) -> None:
        self.groups, self.asked = groups, asked
        self.total = float(groups.weight.sum())
        self.split = np.where(groups.held == NONE, TRAIN, groups.held)
        self.fresh = groups.held == NONE
        free = self.fresh & ~(groups.weight > LARGE * self.total)
        rest = groups.weight[free].sum() + groups.weight[~self.fresh].sum()
        self.parts = [(TEST, asked.test), (VALID, asked.valid)]
        self.goal = {part: min(s * self.total, MOST * s * rest) for part, s in self.parts}
        self.slack = {part: min(TOLERANCE * self.total, g) for part, g in self.goal.items()}
        self.draw = np.empty(0)

    def too_large(self, part: int) -> np.ndarray:
        """Return which groups alone have more than `part` is to have."""
        weight, most = self.groups.weight, self.goal[part] + self.slack[part]
        return (weight > most * (1 + 1e-9)) | (weight > LARGE * self.total)

    def room(self, part: int) -> float:
        """Return how much more `part` may get."""
        return self.goal[part] + self.slack[part] - self.has(part)

    def has(self, part: int) -> float:
        """Return how much is in `part` by now."""
        return float(self.groups.weight[self.split == part].sum())

    def drawn(self) -> None:
        """Hold out what is drawn, then let those drawn next change sides until the shares hold."""
        ids = self.groups.first
        draw = np.array([seed("split", self.asked.seed, id_) / 2**64 for id_ in ids])
        test, valid = self.asked.test, self.asked.test + self.asked.valid
        parts = np.where(draw < test, TEST, np.where(draw < valid, VALID, TRAIN))
        order = np.argsort(draw, kind="stable")
        for part, _ in self.parts:
            taken = self.fresh & (parts == part) & ~self.too_large(part)
            self.split[taken] = part
            self._empty(part, order[taken[order]][::-1])
        for part, _ in self.parts:
            if self.has(part) < self.goal[part] - self.slack[part]:
                self._fill(part, order)

    def newest(self) -> None:
        """Hold out the newest: test first, then valid."""
        first, latest = self.groups.first.astype(str), self.groups.latest.astype(float)
        order = np.lexsort((first, -latest))
        for part, _ in self.parts:
            self._fill(part, order)

    def own_words(self) -> None:
        """Give a part without own words the group of own words that suits it best."""
        own, weight = self.groups.own, self.groups.weight
        if own.sum() < ENOUGH:
            return
        for part, share in self.parts:
            if not share or (own & (self.split == part)).any():
                continue
            able = np.flatnonzero(own & self.fresh & (self.split == TRAIN))
            able = able[weight[able] <= LARGE * self.total]
            if len(able):
                over = np.maximum(0, weight[able] + self.has(part) - self.goal[part])
                self.split[able[np.argmin(over)]] = part

    def _empty(self, part: int, queue: np.ndarray) -> None:
        """Train on groups of `queue` until `part` is not over its share."""
        over = self.has(part) - self.goal[part]
        for group in queue.tolist():
            if over <= self.slack[part]:
                return
            self.split[group] = TRAIN
            over -= self.groups.weight[group]

    def _fill(self, part: int, queue: np.ndarray) -> None:
        """Move groups of `queue` from training to `part` until it has its share."""
        goal, slack, has = self.goal[part], self.slack[part], self.has(part)
        large = self.too_large(part)
        able = self.fresh & (self.split == TRAIN) & ~large & (self.groups.weight > 0)
        for group in queue[able[queue]].tolist():
            if has >= goal:
                return
            weight = self.groups.weight[group]
            if has + weight <= goal + slack:
                self.split[group] = part
                has += weight
