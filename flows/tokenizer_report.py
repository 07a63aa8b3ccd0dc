"""The report on the tokenizers that were compared, as one page that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

import pyarrow as pa

from flows.plots import Bar, bars, lines
from flows.report import document
from tokenizer.compare import SHARE, Advice, summary
from tokenizer.measure import BY, ENOUGH


class Told(NamedTuple):
    """What a report says: figures, how words are cut, what is recommended, what is to be said.

    `segments` is word → tokenizer → its parts; `about` tokenizer → what it is, in words; `used`
    the name of the one that encodes the corpus; `notes` sentences for the person.
    """

    figures: pa.Table
    segments: Mapping[str, Mapping[str, Sequence[str]]]
    about: Mapping[str, str]
    advice: Advice
    used: str
    notes: Sequence[str]


COLUMNS: dict[str, tuple[str, str, str]] = {
    "vocabulary": ("tokens", "{:,.0f}", "size of the vocabulary"),
    "bytes_per_token": ("bytes a token", "{:.3f}", "UTF-8 bytes of training text a token"),
    "held_out_bytes_per_token": ("… held out", "{:.3f}", "the same of held-out writing"),
    "tokens_per_word": ("tokens a word", "{:.3f}", "tokens for each word of the training text"),
    "unknown": ("unknown", "{:.2%}", "share of tokens that stand for what it cannot spell"),
    "partial": ("part of a character", "{:.2%}", "share of tokens that are bytes of a character"),
    "used": ("used", "{:.1%}", "share of the learnt tokens that the training text uses"),
    "often": (f"≥ {ENOUGH} times", "{:.1%}", f"share of them used {ENOUGH} times or more"),
}
"""Figure → heading, form, and what it says; shares of `used` and `often` leave out single bytes."""

MOST_LINES = 8
"""Lines of the plot of lengths."""

_STYLE = """
table.figures td, table.figures th { text-align: right; white-space: nowrap; }
table.figures td:first-child, table.figures th:first-child { text-align: left; }
.used td { font-weight: 600; } .note { color: var(--b); }
code { background: var(--l); border-radius: 3px; padding: 0 .2em; }
code + code { margin-left: 2px; }
"""


def page(told: Told) -> str:
    """Return the report as HTML; the same bytes for the same figures."""
    figures = summary(told.figures)
    rates = {name: row["bytes_per_token"] for name, row in figures.items() if row.get("bytes")}
    advice, used = escape(told.advice.name), escape(told.used)
    chosen = (
        f"<p>Recommended: <strong>{advice}</strong>, {escape(told.advice.reason)}. "
        f"The corpus is encoded with <strong>{used}</strong>.</p>"
    )
    notes = [f'<p class="note">{escape(note)}.</p>' for note in told.notes]
    parts = [
        "<h1>Tokenizers</h1>", chosen, *notes,
        "<h2>Side by side</h2>", _overall(figures, told),
        "<h2>Bytes a token, training text</h2>",
        bars([Bar(name, rate, note=f"{rate:.2f}") for name, rate in rates.items()]),
        *(_by(told.figures, by) for by in BY),
        "<h2>Documents by their tokens</h2>", _lengths(told),
        "<h2>How words are cut</h2>", _segments(told),
        "<h2>What is what</h2>", _about(told),
    ]  # fmt: skip
    return document("Tokenizers", "\n".join(parts), _STYLE)


def _overall(figures: Mapping[str, Mapping[str, float]], told: Told) -> str:
    rows = []
    for name, found in figures.items():
        cells = [cell(found, figure) for figure in COLUMNS]
        rows.append(([name, *cells], "used" if name == told.used else ""))
    return _table(["tokenizer", *(heading for heading, _, _ in COLUMNS.values())], rows)


def cell(found: Mapping[str, float], figure: str) -> str:
    """Return a figure of `COLUMNS` as it is shown, empty where there is none.

    >>> cell({"used": 0.5, "learnt": 8.0}, "used"), cell({"used": 0.0, "learnt": 0.0}, "used")
    ('50.0%', '')
    """
    nothing = figure in ("used", "often") and not found.get("learnt")
    return "" if nothing or figure not in found else COLUMNS[figure][1].format(found[figure])


def _by(figures: pa.Table, by: str) -> str:
    """Return bytes a token of each tokenizer by the values of one column, the largest first."""
    rates: dict[str, dict[str, float]] = {}
    sizes: dict[str, float] = {}
    for row in figures.to_pylist():
        if row["by"] == by and row["figure"] == "bytes":
            sizes[row["value"]] = row["number"]
        if row["by"] == by and row["figure"] == "bytes_per_token":
            rates.setdefault(row["tokenizer"], {})[row["value"]] = row["number"]
    rows = [
        ([value, f"{sizes[value]:,.0f}", *(f"{of[value]:.3f}" for of in rates.values())], "")
        for value in sorted(sizes, key=lambda value: (-sizes[value], value))
    ]
    return f"<h2>Bytes a token by {by}</h2>" + _table([by, "bytes of text", *rates], rows)


def _lengths(told: Told) -> str:
    """Return how many documents have how many tokens; of many, the first and the used one."""
    series: dict[str, dict[str, float]] = {}
    for row in told.figures.to_pylist():
        if row["figure"] == "tokens_per_document":
            series.setdefault(row["tokenizer"], {})[row["bucket"]] = row["number"]
    first = list(series)[:MOST_LINES]
    shown = first if told.used in first else [*first[:-1], told.used]
    series = {name: series.get(name, {}) for name in shown}
    buckets = sorted({b for line in series.values() for b in line}, key=_low)
    return lines(buckets, {n: [line.get(b, 0.0) for b in buckets] for n, line in series.items()})


def _low(bucket: str) -> int:
    return int(bucket.partition("-")[0])


def _segments(told: Told) -> str:
    if not told.segments:
        return "<p>No word is in five training documents or more.</p>"
    names = list(next(iter(told.segments.values())))
    head = "".join(f"<th>{escape(name)}</th>" for name in ("word", *names))
    rows = []
    for word, cut in told.segments.items():
        cells = ("".join(f"<code>{escape(_shown(p))}</code>" for p in cut[n]) for n in names)
        rows.append(f"<tr><td>{escape(word)}</td>{''.join(f'<td>{c}</td>' for c in cells)}</tr>")
    about = "Words in at least five documents of the redacted training text, each after a space."
    return f"<p>{about}</p>{_wide(head, rows)}"


def _shown(part: str) -> str:
    return part.replace(" ", "␣")


def _about(told: Told) -> str:
    what = [f"<li><strong>{escape(n)}</strong>: {escape(a)}</li>" for n, a in told.about.items()]
    figures = [f"<li>{escape(h)}: {escape(a)}</li>" for h, _, a in COLUMNS.values()]
    rule = (
        f"<p>A token that is met seldom is learnt badly: a vocabulary is too large when fewer than "
        f"{SHARE:.0%} of its learnt tokens occur {ENOUGH} times (Gowda and May 2020).</p>"
    )
    return f"<ul>{''.join(what)}</ul><ul>{''.join(figures)}</ul>{rule}"


def _table(head: Sequence[str], rows: Sequence[tuple[Sequence[Any], str]]) -> str:
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = []
    for cells, kind in rows:
        told = "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
        body.append(f'<tr class="{kind}">{told}</tr>' if kind else f"<tr>{told}</tr>")
    return _wide(top, body)


def _wide(head: str, rows: Sequence[str]) -> str:
    return f'<div class="wide"><table class="figures"><tr>{head}</tr>{"".join(rows)}</table></div>'
