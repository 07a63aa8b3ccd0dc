"""Assembles documents into pieces of at most one sequence: turns in order, cut at holes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.pack import hashes

_LAST = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns in use, in reading order: arrays with one entry a turn.

    `run` numbers the stretches of turns that follow each other without a hole; `loss` are the
    ranges of a turn that may be learnt, one entry a range: turn, start, tokens, bytes.
    """

    hash: np.ndarray
    run: np.ndarray
    own: np.ndarray
    weight: np.ndarray
    shard: np.ndarray
    start: np.ndarray
    tokens: np.ndarray
    loss: np.ndarray


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of at most one sequence, and their rows in order.

    Arrays with one entry a piece: `run`, `hash` (of its first turn and its place in it), `size`
    in tokens, `first` row. `rows` are the plan's rows of all pieces, in order, by column.
    """

    run: np.ndarray
    hash: np.ndarray
    size: np.ndarray
    first: np.ndarray
    rows: dict[str, np.ndarray]


def order(documents: pa.Table, spans: pa.Table, weights: np.ndarray) -> Turns:
    """Return the turns of `documents` in use, by (thread, session, position).

    A document without a thread is a run of its own. One that is removed, has no weight or no span
    is a hole: the run ends there. One without tokens is neither a turn nor a hole.
    """
    hash_ = hashes(documents["id"].to_pylist())
    found = pc.index_in(documents["id"], value_set=spans["document"].combine_chunks())
    span = pc.fill_null(found, -1).to_numpy().astype(np.int64)
    sizes = _numbers(spans["tokens"])
    tokens = np.where(span >= 0, sizes[span], -1) if len(sizes) else np.full(len(span), -1)
    used = (weights > 0) & (span >= 0)
    if "removed" in documents.column_names:
        used &= pc.is_null(documents["removed"]).to_numpy()
    group = _groups(documents)
    position = pc.fill_null(documents["position"], _LAST).to_numpy()
    rows = np.lexsort((hash_, position, group))
    rows = rows[~(used & (tokens == 0))[rows]]

    hole = ~used[rows]
    cut = np.ones(len(rows), bool)
    cut[1:] = (group[rows[1:]] != group[rows[:-1]]) | hole[:-1]
    run = np.cumsum(cut) - 1
    run, rows = run[~hole], rows[~hole]
    span = span[rows]
    return Turns(
        hash=hash_[rows],
        run=np.unique(run, return_inverse=True)[1],
        own=pc.equal(documents["origin"], "self").to_numpy().astype(bool)[rows],
        weight=weights[rows],
        shard=_numbers(spans["shard"])[span],
        start=_numbers(spans["start"])[span],
        tokens=tokens[rows],
        loss=_loss(spans, span),
    )


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    return column.to_numpy().astype(np.int64)


def _groups(documents: pa.Table) -> np.ndarray:
    """Return a number per document, equal for those of one session of one thread."""
    codes = [_codes(documents[name]) for name in ("thread", "session")]
    group = codes[0] * (codes[1].max(initial=0) + 2) + codes[1] + 1
    return np.where(codes[0] < 0, -1 - np.arange(len(group)), group)


def _codes(column: pa.ChunkedArray) -> np.ndarray:
    indices = column.combine_chunks().dictionary_encode().indices
    return pc.fill_null(indices, -1).to_numpy().astype(np.int64)


def _loss(spans: pa.Table, span: np.ndarray) -> np.ndarray:
    """Return (ranges, 4): turn, start, tokens, bytes of every range of the spans at `span`."""
    lists = spans["loss"].take(pa.array(span)).combine_chunks()
    flat = lists.flatten()
    turn = pc.list_parent_indices(lists).to_numpy()
    columns = [turn, *(flat.field(i).to_numpy() for i in range(3))]
    ranges = np.stack([c.astype(np.int64) for c in columns], axis=1).reshape(-1, 4)
    return ranges[ranges[:, 2] > 0]


def assemble(turns: Turns, length: int, special: Mapping[str, int]) -> Pieces:
    """Return the pieces of `turns` that hold a target, each of at most `length` tokens.

    A turn is `self` or `other`, its tokens, `end`; the end of an own turn that is learnt to its
    last token is a target. Turns of a run share pieces, cut between turns. A turn longer than a
    piece goes on in the next, after a repeat of its last token as context, so that every target
    is predicted exactly once and target bytes add up.
    """
    step = length - 1  # tokens after the marker or the repeated token
    parts = (turns.tokens + 1 + step - 1) // step
    turn = np.repeat(np.arange(len(parts)), parts)
    part = np.arange(len(turn)) - np.repeat(np.cumsum(parts) - parts, parts)
    size = 1 + np.minimum(step, turns.tokens[turn] + 1 - part * step)
    piece = np.array(_fill(size.tolist(), turns.run[turn].tolist(), length), np.int64)

    rows = _rows(turns, (turn, part), step, special)
    of_row = piece[rows.pop("segment")]
    counts = rows["target"] * rows["tokens"]
    learnt = np.bincount(of_row, weights=counts, minlength=int(piece.max(initial=-1)) + 1) > 0
    rows = {name: values[learnt[of_row]] for name, values in rows.items()}
    of_row = of_row[learnt[of_row]]
    opening = np.flatnonzero(np.diff(piece, prepend=-1))[learnt]
    with np.errstate(over="ignore"):
        hash_ = turns.hash[turn[opening]] + part[opening].astype(np.uint64)
    return Pieces(
        run=turns.run[turn[opening]],
        hash=hash_,
        size=np.bincount(piece, weights=size).astype(np.int64)[learnt],
        first=np.flatnonzero(np.diff(of_row, prepend=-1)),
        rows=rows,
    )


def _fill(sizes: list[int], runs: list[int], length: int) -> list[int]:
    """Return for each segment its piece: the next one when the run ends or it does not fit."""
    piece, room, last, placed = -1, 0, -1, []
    for size, run in zip(sizes, runs, strict=True):
        if run != last or size > room:
            piece, room, last = piece + 1, length, run
        room -= size
        placed.append(piece)
    return placed


def _rows(
    turns: Turns, segments: tuple[np.ndarray, np.ndarray], step: int, special: Mapping[str, int]
) -> dict[str, np.ndarray]:
    """Return the plan rows of all segments (turn, part of it), in order."""
    turn, part = segments
    base = np.cumsum(np.bincount(turn, minlength=len(turns.tokens)))  # segments up to each turn
    base = base - np.bincount(turn, minlength=len(turns.tokens))
    stretch = _stretches(turns)
    text = _text_rows(stretch, step)
    whole = np.zeros(len(turns.tokens), bool)  # learnt to its last token
    whole[stretch[(stretch[:, 2] == turns.tokens[stretch[:, 0]]) & (stretch[:, 3] > 0), 0]] = True

    n, m = len(turn), len(turns.tokens)
    marker = np.where(turns.own, special["self"], special["other"])[turn]
    everyone = np.arange(m)
    columns = {  # leading token of each segment | text | end of each turn
        "turn": (turn, text["turn"], everyone),
        "segment": (np.arange(n), base[text["turn"]] + text["part"], base + turns.tokens // step),
        "item": (part * step - 1, text["item"], turns.tokens),
        "tokens": (np.ones(n, np.int64), text["tokens"], np.ones(m, np.int64)),
        "literal": (
            np.where(part == 0, marker, -1),
            np.full(len(text["turn"]), -1),
            np.full(m, special["end"]),
        ),
        "target": (np.zeros(n, bool), text["target"], turns.own & whole),
        "bytes": (np.zeros(n, np.int64), text["bytes"], np.zeros(m, np.int64)),
    }
    rows = {name: np.concatenate(parts) for name, parts in columns.items()}
    # An item is never before the leading token of its segment, so items alone order a segment.
    by_place = np.lexsort((rows["item"], rows["segment"]))
    rows = {name: values[by_place] for name, values in rows.items()}
    of_turn = rows.pop("turn")
    from_shard = rows["literal"] < 0
    rows["shard"] = np.where(from_shard, turns.shard[of_turn], -1)
    rows["start"] = np.where(from_shard, turns.start[of_turn] + rows.pop("item"), -1)
    return rows


def _stretches(turns: Turns) -> np.ndarray:
    """Return (n, 5): turn, start, end, target, bytes; the turns' tokens cut where loss changes."""
    turn, start, tokens, bytes_ = turns.loss.T
    end = start + tokens
    learnt = np.stack([turn, start, end, np.ones_like(turn), bytes_], axis=1)
    everyone = np.arange(len(turns.tokens))
    # Gaps lie before each range and after the last of each turn.
    owner = np.concatenate([turn, everyone])
    gap_end = np.concatenate([start, turns.tokens])
    by_place = np.lexsort((np.arange(len(owner)), gap_end, owner))
    owner, gap_end = owner[by_place], gap_end[by_place]
    ends = np.concatenate([end, np.zeros_like(everyone)])
    first = np.concatenate([turn, everyone])
    gap_start = ends[np.lexsort((ends, first))]
    nothing = np.zeros_like(owner)
    gaps = np.stack([owner, gap_start, gap_end, nothing, nothing], axis=1)
    return np.concatenate([learnt, gaps[gap_end > gap_start]])


def _text_rows(stretch: np.ndarray, step: int) -> dict[str, np.ndarray]:
    """Return the text rows: each stretch cut where a part of a long turn ends.

    Bytes of a cut stretch are shared out by tokens, rounded so that they add up.
    """
    turn, start, end, target, bytes_ = stretch.T
    parts = (end - 1) // step - start // step + 1
    k = np.repeat(np.arange(len(turn)), parts)
    part = start[k] // step + np.arange(len(k)) - np.repeat(np.cumsum(parts) - parts, parts)
    low = np.maximum(start[k], part * step)
    high = np.minimum(end[k], (part + 1) * step)
    upto = bytes_[k] * (high - start[k]) // (end - start)[k]
    before = bytes_[k] * (low - start[k]) // (end - start)[k]
    return {
        "turn": turn[k],
        "part": part,
        "item": low,
        "tokens": high - low,
        "target": target[k] > 0,
        "bytes": upto - before,
    }
