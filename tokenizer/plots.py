"""Plots as inline SVG: bars, and lines over buckets; no script, no font, no text of documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

COLOURS = ("#3b6ea5", "#c2703d", "#4f8a5b", "#8a5a9e", "#b0a13a", "#5b8f99", "#a34a5d", "#6b6b6b")
_WIDTH, _ROW, _LEFT = 720, 24, 190
_HEIGHT, _BASE, _SIDE = 240, 40, 48


def bars(values: Mapping[str, float], form: str = "{:.2f}") -> str:
    """Return a bar for each of `values`, with its name before and its number behind.

    >>> bars({"a<b": 2.0}).count("a&lt;b")
    1
    """
    most = max(values.values(), default=0.0) or 1.0
    room = _WIDTH - _LEFT - 70
    parts = []
    for n, (name, value) in enumerate(values.items()):
        y, width = n * _ROW, room * value / most
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y + 16}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{_LEFT}" y="{y + 4}" width="{width:.1f}" height="{_ROW - 8}" '
            f'fill="{COLOURS[n % len(COLOURS)]}"/>'
            f'<text x="{_LEFT + width + 6:.1f}" y="{y + 16}">{form.format(value)}</text>'
        )
    return _svg(_ROW * len(values), parts)


def lines(buckets: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """Return a line for each of `series` over `buckets`, one number a bucket, and a legend."""
    most = max((max(line, default=0.0) for line in series.values()), default=0.0) or 1.0
    step = (_WIDTH - 2 * _SIDE) / max(1, len(buckets) - 1)
    height = _HEIGHT - _BASE
    parts = [
        f'<line x1="{_SIDE}" y1="{height}" x2="{_WIDTH - _SIDE}" y2="{height}" stroke="#999"/>',
        f'<text x="{_SIDE - 6}" y="14" text-anchor="end">{most:,.0f}</text>',
    ]
    for i, bucket in enumerate(buckets):
        x = _SIDE + i * step
        parts.append(f'<text x="{x:.1f}" y="{height + 16}" {_slant(x, height)}>{bucket}</text>')
    for n, (name, line) in enumerate(series.items()):
        colour = COLOURS[n % len(COLOURS)]
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
    return _svg(_HEIGHT + 48 + (len(series) - 1) // 4 * 18, parts)


def _slant(x: float, height: float) -> str:
    return f'text-anchor="end" transform="rotate(-35 {x:.1f} {height + 16})"'


def _svg(height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {max(1, height):.0f}" width="{_WIDTH}" role="img" '
        'xmlns="http://www.w3.org/2000/svg" font-size="12" fill="currentColor">'
        + "".join(parts)
        + "</svg>"
    )
