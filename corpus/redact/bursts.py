"""Messages of one person sent in one go, read as one text: numbers split over them are found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import pyarrow as pa

from corpus.redact.engine import Analyzer
from corpus.redact.entities import Entity
from corpus.stage import column, used

APART = timedelta(minutes=2)
LONGEST = 8  # messages of a burst
JOINT = " "
TAIL = 200  # characters at the ends of a message that can belong to something split


class Piece(NamedTuple):
    """A message of a burst: its row, the part of its text that is read, where that begins."""

    row: int
    text: str
    start: int


def bursts(batch: pa.RecordBatch) -> Iterator[list[int]]:
    """Yield the rows of chat messages in use of one author, one after the other, ≤ 2 min apart."""
    kinds, threads, authors, created = (
        column(batch, name) for name in ("kind", "thread", "author", "created")
    )
    in_use, handles = used(batch), column(batch, "handle")
    group: list[int] = []
    for row, (kind, use) in enumerate(zip(kinds, in_use, strict=True)):
        last = group[-1] if group else None
        who = authors[row] or handles[row]
        goes_on = (
            last is not None
            and kind == "chat"
            and use
            and threads[row] is not None
            and threads[row] == threads[last]
            and who is not None
            and who == (authors[last] or handles[last])
            and _near(created[last], created[row])
            and len(group) < LONGEST
        )
        if not goes_on:
            if len(group) > 1:
                yield group
            group = []
        if kind == "chat" and use:
            group.append(row)
    if len(group) > 1:
        yield group


def _near(before: datetime | None, after: datetime | None) -> bool:
    return before is not None and after is not None and abs(after - before) <= APART


def split_over(batch: pa.RecordBatch, analyzer: Analyzer) -> dict[int, list[Entity]]:
    """Return by row the parts of entities that stand in several messages of a burst."""
    texts = column(batch, "text")
    groups = [[_piece(row, texts[row] or "") for row in rows] for rows in bursts(batch)]
    groups = [group for group in groups if any(any(map(str.isdigit, p.text)) for p in group)]
    joined = [JOINT.join(piece.text for piece in group) for group in groups]
    out: dict[int, list[Entity]] = {}
    for group, entities in zip(groups, analyzer.rules(joined), strict=True):
        for row, entity in _parts(group, entities):
            out.setdefault(row, []).append(entity)
    return out


def _piece(row: int, text: str) -> Piece:
    """Return a message; of a long one only the end, so that it joins with the next."""
    start = max(0, len(text) - TAIL)
    return Piece(row, text[start:], start)


def _parts(group: Sequence[Piece], entities: Sequence[Entity]) -> Iterator[tuple[int, Entity]]:
    starts = [0]
    for piece in group:
        starts.append(starts[-1] + len(piece.text) + len(JOINT))
    for e in entities:
        inside = [n for n in range(len(group)) if starts[n] < e.end and e.start < starts[n + 1] - 1]
        if len(inside) < 2:
            continue
        for n in inside:
            piece = group[n]
            start = max(e.start - starts[n], 0)
            end = min(e.end - starts[n], len(piece.text))
            if end > start:
                yield piece.row, e._replace(start=start + piece.start, end=end + piece.start)
