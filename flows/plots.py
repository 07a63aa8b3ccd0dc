"""Draws plots as inline SVG: no script, no font and no address outside the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

WIDTH = 720
LABEL, NOTE, ROW = 190, 150, 22
WIDEST = 48
"""Widths beside horizontal bars, the height of one, and the width of a column, in pixels."""
LINES = ("#3b6ea5", "#c2703d", "#4f8a5b", "#8a5a9e", "#b0a13a", "#5b8f99", "#a34a5d", "#6b6b6b")
"""Colours of lines, one after the other; bars and columns take those of the page."""
_HEIGHT, _BASE, _SIDE = 240, 40, 48  # of a plot of lines, what is below its ground, and beside it


class Bar(NamedTuple):
    """One horizontal bar: `value` in the plot's colour, `rest` beside it in the other."""

    label: str
    value: float
    rest: float = 0.0
    note: str = ""


class Column(NamedTuple):
    """One column: its label, its height, and whether it stands in the other colour."""

    label: str
    value: float
    marked: bool = False


def bars(rows: Sequence[Bar]) -> str:
    """Return horizontal bars on one scale, longest possible at the widest; '' without rows."""
    if not rows:
        return ""
    room = WIDTH - LABEL - NOTE
    most = max((row.value + row.rest for row in rows), default=0.0) or 1.0
    drawn = "".join(_bar(n, row, room / most) for n, row in enumerate(rows))
    return _svg(len(rows) * ROW + 4, drawn)


def _bar(n: int, row: Bar, scale: float) -> str:
    y, long, rest = n * ROW + 4, row.value * scale, row.rest * scale
    return (
        f'<text x="{LABEL - 8}" y="{y + 12}" text-anchor="end">{escape(_short(row.label))}</text>'
        f"{_rectangle(LABEL, y, long, 15, 'a')}{_rectangle(LABEL + long, y, rest, 15, 'b')}"
        f'<text x="{LABEL + long + rest + 6:.1f}" y="{y + 12}" class="n">{escape(row.note)}</text>'
    )


def columns(found: Sequence[Column], height: int = 120, width: int = WIDTH, labels: int = 8) -> str:
    """Return columns side by side, about `labels` of them with their label below."""
    if not found:
        return ""
    most = max(column.value for column in found) or 1.0
    step = min(width / len(found), WIDEST)
    every = max(1, -(-len(found) // labels))
    drawn = []
    for n, column in enumerate(found):
        tall = max(column.value / most * height, 1.0 if column.value else 0.0)
        told = f"<title>{escape(column.label)}: {column.value:,.0f}</title>"
        kind = "b" if column.marked else "a"
        gap = min(2.0, step / 5)
        drawn.append(_rectangle(n * step, height - tall + 2, step - gap, tall, kind, told))
        if n % every == 0:
            drawn.append(_below(n * step, height + 16, column.label, width))
    base = f'<line x1="0" y1="{height + 2}" x2="{width}" y2="{height + 2}"/>'
    return _svg(height + 22, base + "".join(drawn), width)


def lines(buckets: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """Return a line for each of `series` over `buckets`, one number a bucket, and a legend."""
    most = max((max(line, default=0.0) for line in series.values()), default=0.0) or 1.0
    step = (WIDTH - 2 * _SIDE) / max(1, len(buckets) - 1)
    height = _HEIGHT - _BASE
    parts = [
        f'<line x1="{_SIDE}" y1="{height}" x2="{WIDTH - _SIDE}" y2="{height}"/>',
        f'<text x="{_SIDE - 6}" y="14" text-anchor="end">{most:,.0f}</text>',
    ]
    for i, bucket in enumerate(buckets):
        x = _SIDE + i * step
        parts.append(
            f'<text x="{x:.1f}" y="{height + 16}" class="n" {_slant(x, height)}>'
            f"{escape(bucket)}</text>"
        )
    for n, (name, line) in enumerate(series.items()):
        colour = LINES[n % len(LINES)]
        points = " ".join(
            f"{_SIDE + i * step:.1f},{height - (height - 20) * value / most:.1f}"
            for i, value in enumerate(line)
        )
        x, y = _SIDE + n % 4 * 160, _HEIGHT + 36 + n // 4 * 18
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
            f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{colour}"/>'
            f'<text x="{x + 16}" y="{y}">{escape(name)}</text>'
        )
    return _svg(_HEIGHT + 48 + (len(series) - 1) // 4 * 18, "".join(parts))


def _slant(x: float, height: float) -> str:
    return f'text-anchor="end" transform="rotate(-35 {x:.1f} {height + 16})"'


def _below(x: float, y: float, label: str, width: int) -> str:
    """Return a label that begins at `x`, or ends at the plot's edge where it would not fit."""
    fits = x + 7 * len(label) < width
    place = f'x="{x:.1f}"' if fits else f'x="{width}" text-anchor="end"'
    return f'<text {place} y="{y}" class="n">{escape(label)}</text>'


def _rectangle(x: float, y: float, wide: float, tall: float, kind: str, told: str = "") -> str:
    if wide <= 0 or tall <= 0:
        return ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" class="{kind}">'
        f"{told}</rect>"
    )


def _short(label: str, most: int = 30) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


def _svg(height: float, drawn: str, width: int = WIDTH) -> str:
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg {size} role="img">{drawn}</svg>'
