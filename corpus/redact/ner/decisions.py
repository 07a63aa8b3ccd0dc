"""The walk over the words of many texts at once that decides where entities begin and end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from corpus.redact.ner.layers import Floats, transposed


class Found(NamedTuple):
    """An entity of a text: its words `[start, end)`, its label, and how sure the model was."""

    start: int
    end: int
    label: str
    sure: float


class Decide:
    """Walks over the words of many texts at once: at each, the best action that is allowed.

    Actions are those of spaCy's BILUO transition system: begin, go on with, or end an entity, one
    of a single word, or none. An entity neither begins at white space nor stays open at the end.
    """

    def __init__(self, moves: Sequence[str], lower: Any, upper: Any) -> None:
        self.labels = sorted({move[2:] for move in moves if move[2:]})
        number = {label: i + 1 for i, label in enumerate(self.labels)}
        self._ends = np.array([move[:1] in "LUO" for move in moves])
        self._opens = np.array([number.get(move[2:], 0) for move in moves])
        self._starts = np.array([move[:1] in "BU" for move in moves])
        states = [(0, 0), (0, 1), (0, 2), *((n, k) for n in number.values() for k in (0, 1))]
        allowed = [[_allowed(move, number, *state) for move in moves] for state in states]
        self._barred = np.where(np.array(allowed), 0, -np.inf).astype(np.float32)
        self._state = np.zeros((len(number) + 1, 3), np.int64)
        for i, state in enumerate(states):
            self._state[state] = i
        weights = lower.get_param("W")  # (features, hidden, pieces, inputs)
        self._pieces = weights.shape[2]
        if weights.shape[0] != 3 or len(moves) != upper.get_dim("nO"):
            raise LookupError("parts other than those known here")
        flat = weights.transpose(0, 2, 1, 3).reshape(-1, weights.shape[3])
        self._lower = transposed(flat)
        self._pad = np.ascontiguousarray(
            lower.get_param("pad")[0].transpose(0, 2, 1).reshape(3, -1)
        )
        self._bias = np.ascontiguousarray(lower.get_param("b").T.reshape(-1))
        self._upper, self._scores = transposed(upper.get_param("W")), upper.get_param("b")
        self._moves = moves

    def lean(self, towards: Mapping[str, float]) -> None:
        """Add to the scores of the actions that begin an entity of these labels."""
        more = [towards.get(m[2:], 0.0) if m[:1] in "BU" else 0.0 for m in self._moves]
        self._scores = self._scores + np.array(more, np.float32)

    def features(
        self, blocks: Iterable[tuple[list[int], Floats]]
    ) -> dict[int, npt.NDArray[np.float32]]:
        """Return for each text what each of its words adds to a state, (words, 3, hidden)."""
        out: dict[int, Floats] = {}
        for members, block in blocks:
            made = block @ self._lower
            out.update(zip(members, made.reshape(*made.shape[:2], 3, -1), strict=True))
        return out

    def __call__(self, features: Mapping[int, Floats], docs: Sequence[Any]) -> list[list[Found]]:
        """Return the entities of each document."""
        order = sorted(range(len(docs)), key=lambda i: -len(docs[i]))
        lengths = np.array([len(docs[i]) for i in order])
        starts = np.cumsum([0, *lengths])
        flat = np.concatenate([features[i][: len(docs[i])] for i in order])
        space = np.concatenate([docs[i].to_array("IS_SPACE") for i in order]).astype(bool)
        label, first = np.zeros(len(order), np.int64), np.zeros(len(order), np.int64)
        sure = np.ones(len(order))
        out: list[list[Found]] = [[] for _ in docs]
        for t in range(lengths[0] if len(order) else 0):
            live = int(np.searchsorted(-lengths, -t, side="left"))
            at = starts[:live] + t
            open_ = label[:live]
            hidden = self._hidden(flat, at, first[:live], open_)
            scores = (hidden[:, None, :] @ self._upper)[:, 0] + self._scores
            last = t == lengths[:live] - 1
            place = np.where(open_ > 0, last, np.where(space[at], 2, last))
            scores += self._barred[self._state[open_, place]]
            best = scores.argmax(1)
            scores -= scores.max(1, keepdims=True)
            sure[:live] *= 1 / np.exp(scores).sum(1)
            begins, ends = self._starts[best], self._ends[best]
            first[:live] = np.where(begins, at, first[:live])
            made = np.where(open_ > 0, open_, self._opens[best])
            for k in np.flatnonzero(ends & (made > 0)).tolist():
                name = self.labels[made[k] - 1]
                begin = int(first[k] - starts[k])
                out[order[k]].append(Found(begin, t + 1, name, float(sure[k])))
            label[:live] = np.where(ends, 0, made)
            sure[:live] = np.where(ends, 1.0, sure[:live])
        return out

    def _hidden(self, flat: Floats, at: Any, first: Any, open_: Any) -> Floats:
        inside = (open_ > 0)[:, None]
        total = flat[at, 0]
        total += np.where(inside, flat[first, 1], self._pad[1])
        total += np.where(inside, flat[at - 1, 2], self._pad[2])
        total += self._bias
        width = total.shape[1] // self._pieces
        best = total[:, :width]
        for piece in range(width, total.shape[1], width):
            best = np.maximum(best, total[:, piece : piece + width])
        return best


def _allowed(move: str, number: dict[str, int], open_: int, place: int) -> bool:
    """Return whether `move` may be made; `place` is 1 at the last word, 2 at white space."""
    kind, label = move[:1], number.get(move[2:], 0)
    if open_:
        return label == open_ and (kind == "L" or (kind == "I" and place == 0))
    if kind == "O":
        return True
    return bool(label) and ((kind == "B" and place == 0) or (kind == "U" and place != 2))
