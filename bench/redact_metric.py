"""How well entities are found: precision and recall by type, mentions masked, calibration.

A mention of the truth is *masked* when 90 % of its letters and digits lie in any span found,
titles and function words aside: what counts for privacy, whatever the type. A span is *right* when
it has the type of a mention with which it shares half of their union.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

WORD = re.compile(r"\w+")
IGNORED = frozenset(
    "mr mrs ms miss dr no nr about the a an of in on at and to for from by s".split()
)
SHARE, OVERLAP = 0.9, 0.5


class Mention(NamedTuple):
    """A span of the truth; `entity` joins the mentions of one entity, `kind` is DIRECT or QUASI."""

    start: int
    end: int
    type: str
    kind: str = ""
    entity: str = ""


class Span(NamedTuple):
    """A span found."""

    start: int
    end: int
    type: str
    score: float = 1.0


@dataclass
class Tally:
    """Counts of one type."""

    mentions: int = 0
    hit: int = 0
    masked: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """Share of the spans found that are right; 1 when none were found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the mentions found under their type; 1 when there are none."""
        return self.hit / self.mentions if self.mentions else 1.0

    @property
    def hidden(self) -> float:
        """Share of the mentions masked; 1 when there are none."""
        return self.masked / self.mentions if self.mentions else 1.0


@dataclass
class Score:
    """What a set gives: a tally per type, characters, entities, and hits by type and score."""

    types: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    truth: int = 0
    covered: int = 0
    over: int = 0
    entities: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    calibration: dict[tuple[str, float], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )

    @property
    def char_recall(self) -> float:
        """Share of the letters and digits of all mentions that are covered."""
        return self.covered / self.truth if self.truth else 1.0

    @property
    def char_precision(self) -> float:
        """Share of the letters and digits covered that belong to a mention."""
        both = self.covered + self.over
        return self.covered / both if both else 1.0

    def all_masked(self, kind: str) -> float:
        """Share of the entities of `kind` of which every mention is masked."""
        masked, total = self.entities[kind]
        return masked / total if total else 1.0


def shared(one: Sequence[int], other: Sequence[int]) -> float:
    """Return intersection over union of two spans (start, end, …).

    >>> shared((0, 4), (2, 6))
    0.3333333333333333
    """
    both = min(one[1], other[1]) - max(one[0], other[0])
    return both / (max(one[1], other[1]) - min(one[0], other[0])) if both > 0 else 0.0


def masked(text: str, mention: Mention, covered: bytearray) -> bool:
    """Return whether `mention` is masked by the characters marked in `covered`."""
    counted = [
        i
        for word in WORD.finditer(text, mention.start, mention.end)
        if word[0].lower() not in IGNORED
        for i in range(word.start(), word.end())
    ]
    return not counted or sum(covered[i] for i in counted) >= SHARE * len(counted)


def add(score: Score, text: str, truth: Sequence[Mention], found: Sequence[Span]) -> None:
    """Count one text: what is true of it, and what was found."""
    covered, gold = bytearray(len(text)), bytearray(len(text))
    for spans, marks in ((found, covered), (truth, gold)):
        for span in spans:
            marks[span[0] : span[1]] = b"\1" * (min(span[1], len(text)) - span[0])
    for char, true, seen in zip(text, gold, covered, strict=True):
        if char.isalnum():
            score.truth += true
            score.covered += true and seen
            score.over += seen and not true
    _mentions(score, text, truth, found, covered)
    for s in found:
        hit = any(m.type == s.type and shared(m, s) >= OVERLAP for m in truth)
        tally, cell = score.types[s.type], score.calibration[s.type, round(s.score, 2)]
        tally.found += 1
        tally.right += hit
        cell[0] += hit
        cell[1] += 1


def _mentions(
    score: Score, text: str, truth: Sequence[Mention], found: Sequence[Span], covered: bytearray
) -> None:
    entities: dict[tuple[str, str], bool] = {}
    for m in truth:
        tally = score.types[m.type]
        hidden = masked(text, m, covered)
        tally.mentions += 1
        tally.hit += any(m.type == s.type and shared(m, s) >= OVERLAP for s in found)
        tally.masked += hidden
        if m.kind and m.entity:
            whole = entities.get((m.kind, m.entity), True)
            entities[m.kind, m.entity] = whole and hidden
    for (kind, _), whole in entities.items():
        score.entities[kind][0] += whole
        score.entities[kind][1] += 1


def evaluate(
    texts: Sequence[str], truth: Sequence[Sequence[Mention]], found: Sequence[Sequence[Span]]
) -> Score:
    """Return the score of what was found in `texts`."""
    score = Score()
    for text, mentions, spans in zip(texts, truth, found, strict=True):
        add(score, text, mentions, spans)
    return score
