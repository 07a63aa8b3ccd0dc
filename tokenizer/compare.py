"""Compares measured tokenizers and recommends one, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from tokenizer.measure import ENOUGH

HELD_OUT = 20_000
"""Bytes of held-out text from which it, and not the training text, decides."""
SHARE = 0.95
"""Share of the learnt tokens that must be frequent (Gowda and May 2020)."""
WORTH = 0.02
"""Share of the tokens that an extended vocabulary must save to be worth its new rows."""


class Candidate(NamedTuple):
    """A tokenizer that may be used: its name, the size asked for, and where it comes from."""

    name: str
    asked: int
    strategy: str


class Advice(NamedTuple):
    """The name of the tokenizer to use, and why."""

    name: str
    reason: str


def summary(figures: pa.Table) -> dict[str, dict[str, float]]:
    """Return tokenizer → its figures over the training text, and `held_out_…` over the other."""
    out: dict[str, dict[str, float]] = {}
    plain = figures.filter(pc.and_(pc.equal(figures["by"], "split"), pc.is_null(figures["bucket"])))
    for row in plain.to_pylist():
        prefix = {"train": "", "valid": "held_out_"}.get(row["value"])
        if prefix is not None:
            out.setdefault(row["tokenizer"], {})[prefix + row["figure"]] = row["number"]
    return out


def recommend(candidates: Sequence[Candidate], figures: pa.Table) -> Advice:
    """Return which of `candidates` to use.

    Of the trained ones whose learnt tokens are frequent enough to be learnt, that with the most
    bytes a token; if none is, the best of the smallest. One that is taken over is only
    recommended when nothing else was asked for, since it is for a model that has its embeddings.
    """
    told = summary(figures)
    trained = [c for c in candidates if c.strategy not in ("base", "extended")]
    if not trained:
        return _taken_over(candidates, told)
    where, key = _decides(told[trained[0].name])
    learning = [c for c in trained if c.strategy != "bytes"] or trained
    fitting = [c for c in learning if told[c.name]["often"] >= SHARE]
    smallest = min(c.asked for c in learning)
    field = fitting or [c for c in learning if c.asked == smallest]
    best = min(field, key=lambda c: (-told[c.name][key], c.asked))
    rate = f"{told[best.name][key]:.2f} bytes a token on {where}"
    if len(trained) == 1:
        return Advice(best.name, f"the only one that was trained: {rate}")
    often = f"of the learnt tokens occur at least {ENOUGH} times in the training text"
    if fitting:
        return Advice(best.name, f"{rate}, the most among those where {SHARE:.0%} {often}")
    return Advice(
        best.name,
        f"{rate}, the most at the smallest size asked for; at none do {SHARE:.0%} {often}, as a "
        f"model needs to learn them (here {told[best.name]['often']:.0%})",
    )


def _decides(told: dict[str, Any]) -> tuple[str, str]:
    if told.get("held_out_bytes", 0) >= HELD_OUT:
        return "held-out writing", "held_out_bytes_per_token"
    return "the training text", "bytes_per_token"


def _taken_over(candidates: Sequence[Candidate], told: dict[str, dict[str, float]]) -> Advice:
    by = {c.strategy: c.name for c in candidates}
    if len(by) == 1:
        return Advice(candidates[0].name, "the only one that was asked for")
    _, key = _decides(told[by["base"]])
    base, extended = (told[by[s]][key] for s in ("base", "extended"))
    saved = 1 - base / extended
    if saved >= WORTH:
        return Advice(by["extended"], f"your own words save {saved:.1%} of the base's tokens")
    return Advice(
        by["base"],
        f"your own words would save {saved:.1%} of the tokens, less than the {WORTH:.0%} that "
        "make new embedding rows worth training",
    )


def unfilled(candidate: Candidate, vocabulary: int) -> str | None:
    """Return a sentence when the corpus filled less of the vocabulary than was asked for.

    >>> unfilled(Candidate("gpt2-8192", 8192, "gpt2"), 1203)
    'tokenizer gpt2-8192: the corpus fills 1,203 of 8,192 tokens; it is that small then'
    >>> unfilled(Candidate("bytes", 0, "bytes"), 260)
    """
    if vocabulary >= candidate.asked:
        return None
    return (
        f"tokenizer {candidate.name}: the corpus fills {vocabulary:,} of {candidate.asked:,} "
        "tokens; it is that small then"
    )
