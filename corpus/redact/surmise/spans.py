"""A span of a line, the types that the labels of a model stand for, and scores."""

from __future__ import annotations

from typing import NamedTuple

LABELS = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORGANIZATION",
    "NORP": "NRP",
    "DATE": "DATE_TIME",
}


class Span(NamedTuple):
    """A span of a line, its type, score and rule."""

    start: int
    end: int
    type: str
    score: float
    rule: str


def certainty(sure: float) -> float:
    """Return the score of a span that the model was `sure` of."""
    return round(0.3 + 0.55 * sure, 2)
