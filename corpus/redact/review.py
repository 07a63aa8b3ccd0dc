"""Review: the values that were replaced on weak grounds, for a person to decide about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pydantic import Field

from corpus.redact.pins import ValuePin
from corpus.stage import Section


class Review(Section):
    """What a person is asked to look at before anything is published."""

    below: float = Field(
        0.7,
        ge=0,
        le=1,
        title="Review below",
        description="Values that were found with a lower score are listed by «commonplace review».",
    )
    k: int = Field(
        2,
        ge=1,
        le=1_000,
        title="Rare combinations",
        description="Combinations of what is left of a person (date, age, employer, nationality) "
        "that stand in fewer conversations or documents than this are flagged.",
    )
    sign_off: bool = Field(
        False,
        title="Ask for a sign-off",
        description="Pause after redaction until a person has signed for this very corpus, in "
        "Prefect's UI or with: commonplace review LIBRARY --sign NAME.",
    )
    sign_off_hours: int = Field(
        24,
        ge=1,
        le=720,
        title="Hours to sign",
        description="A run that waits longer than this for a sign-off fails.",
    )


class Doubt(NamedTuple):
    """A value that was replaced on weak grounds: where it is met and what was decided."""

    hmac: str
    type: str
    rule: str
    score: float
    action: str
    shape: str
    spans: int
    documents: int
    decided: str
    places: tuple[tuple[str, str, int, int], ...]

    def told(self) -> dict[str, Any]:
        """Return everything but where it stands, as JSON values; no text."""
        return {k: v for k, v in self._asdict().items() if k != "places"}


PROPAGATED = ("thread.", "again.")
"""Families of rules that only repeat what another rule found."""
SHOWN = 3


def doubts(
    redactions: Iterable[Mapping[str, Any]], below: float, pins: Iterable[ValuePin]
) -> list[Doubt]:
    """Return the values whose best own score is below `below`, those that are met most often first.

    `redactions` are rows of the table. What a rule found again elsewhere because it was found once
    adds places but no confidence. `places` are up to `SHOWN` (document, field, start, end) in the
    published text.
    """
    decided = {(p.type, p.hmac): p.action for p in pins}
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in redactions:
        groups.setdefault((row["type"], row["hmac"]), []).append(row)
    out = []
    for (type_, named), rows in groups.items():
        own = [r for r in rows if not r["rule"].startswith(PROPAGATED)] or rows
        best = max(own, key=lambda r: (r["score"], r["rule"]))
        if best["score"] >= below and (type_, named) not in decided:
            continue
        places = sorted((r["document"], r["field"], r["new_start"], r["new_end"]) for r in rows)
        documents = len({r["document"] for r in rows})
        head = (named, type_, best["rule"], best["score"], best["action"], best["shape"])
        chosen = decided.get((type_, named), "")
        out.append(Doubt(*head, len(rows), documents, chosen, tuple(places[:SHOWN])))
    return sorted(out, key=lambda d: (-d.spans, d.score, d.hmac))
