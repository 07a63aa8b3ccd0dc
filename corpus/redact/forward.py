"""What a spaCy NER model computes, faster: words remembered, products in blocks of one shape.

The model embeds each word, mixes it with its neighbours in a few layers, and walks over the words
deciding where entities begin and end. Here the embedding of a word is computed once, the products
are made by numpy in one block per text, and all texts of a batch take each step together. A
product of a given shape gives the same bits wherever it stands, so the result for a text does not
depend on the texts beside it; over a whole batch, OpenBLAS would round rows by their position.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
WORDS = 65_536  # embeddings remembered, 25 MB
ROWS = 2_048  # of a block: what fits into the second-level cache
_MIX = np.uint64(0x9E3779B97F4A7C15)
SAMPLE = "Ann Lee wrote to Dr. Okafor in Berlin on 3 May; they didn't reply, 100% sure."


class Layer(NamedTuple):
    """One layer that looks a word to each side: weights, bias, gain and shift; its width."""

    weights: Floats
    bias: Floats
    gain: Floats
    shift: Floats

    def __call__(self, windows: Floats) -> Floats:
        """Return maxout and layer norm of `windows`, (…, 3 × width) → (…, width)."""
        mixed = windows @ self.weights
        mixed += self.bias
        width = len(self.gain)
        best = np.maximum(mixed[..., :width], mixed[..., width : 2 * width])
        for at in range(2 * width, mixed.shape[-1], width):
            np.maximum(best, mixed[..., at : at + width], out=best)
        best -= best.mean(-1, keepdims=True)
        variance = np.einsum("...i,...i->...", best, best)[..., None] / width
        best *= (variance + np.float32(1e-8)) ** np.float32(-0.5)
        best *= self.gain
        best += self.shift
        return best


class Found(NamedTuple):
    """An entity of a text: its words `[start, end)`, its label, and how sure the model was."""

    start: int
    end: int
    label: str
    sure: float


class Forward:
    """Computes the entities that the NER `pipe` of spaCy finds; safe under a lock only.

    Raises LookupError when the model is not built of the parts of spaCy's `Tok2Vec` with
    `MultiHashEmbed` and `MaxoutWindowEncoder` of window 1, or does not decide greedily.
    """

    def __init__(self, pipe: Any) -> None:
        model = pipe.model
        tok2vec, lower, upper = model.layers
        self._vectors, _, linear = tok2vec.layers
        embed, encode = self._vectors.layers
        self._embed = Embed(embed, pipe.vocab)
        greedy = pipe.cfg.get("beam_width", 1) == 1 and not model.attrs["unseen_classes"]
        if encode.attrs.get("pad") != len(encode.layers[0].layers) or not greedy:
            raise LookupError("parts other than those known here")
        self.layers = [_layer(residual) for residual in encode.layers[0].layers]
        self.width = len(self.layers[0].gain)
        self._edges = self._padding()
        self._linear = _columns(linear.get_param("W")), linear.get_param("b")
        moves = [pipe.moves.get_class_name(n) for n in range(pipe.moves.n_moves)]
        self._decide = Decide(moves, lower, upper)

    def __call__(self, docs: Sequence[Any]) -> list[list[Found]]:
        """Return the entities of each document, in their order."""
        with single_threaded():
            features = self._decide.features(self._project(docs))
            return self._decide(features, docs)

    def lean(self, towards: Mapping[str, float]) -> None:
        """Add to the score of beginning an entity of some labels: more of them are found."""
        self._decide.lean(towards)

    def vectors(self, docs: Sequence[Any]) -> list[Floats]:
        """Return the vectors of the words of each document, (words, width)."""
        out = [np.zeros((0, self.width), np.float32)] * len(docs)
        for members, block in self._blocks(docs):
            for i, vectors in zip(members, block, strict=True):
                out[i] = vectors[: len(docs[i])]
        return out

    def agrees(self, docs: Sequence[Any], pipe: Any) -> bool:
        """Return whether vectors and entities of `docs` are the model's own, but for rounding."""
        theirs = self._vectors.predict(docs)
        close = (
            np.allclose(a, b, atol=1e-3) for a, b in zip(self.vectors(docs), theirs, strict=True)
        )
        pipe.set_annotations(docs, pipe.predict(docs))
        known = [[(e.start, e.end, e.label_) for e in doc.ents] for doc in docs]
        return all(close) and known == [[e[:3] for e in found] for found in self(docs)]

    def _project(self, docs: Sequence[Any]) -> Iterator[tuple[list[int], Floats]]:
        weights, bias = self._linear
        for members, block in self._blocks(docs):
            yield members, block @ weights + bias

    def _blocks(self, docs: Sequence[Any]) -> Iterator[tuple[list[int], Floats]]:
        words = self._embed(docs)
        by_shape: dict[int, list[int]] = {}
        for i, doc in enumerate(docs):
            by_shape.setdefault(_shape(len(doc)), []).append(i)
        for length, members in by_shape.items():
            step = max(1, ROWS // length)
            for at in range(0, len(members), step):
                part = members[at : at + step]
                yield part, self._encode(length, part, words)

    def _encode(self, length: int, members: list[int], words: Sequence[Floats]) -> Floats:
        """Return (members, length - 4, width): rows 2 … of blocks framed by what padding gives."""
        x = np.zeros((len(members), length + 2, self.width), np.float32)
        for k, i in enumerate(members):
            x[k, 3 : 3 + len(words[i])] = words[i]
        item = x.strides[2]
        for layer, edge in zip(self.layers, self._edges, strict=True):
            x[:, 0] = x[:, -1] = edge
            shape = (len(members), length, 3 * self.width)
            windows = np.lib.stride_tricks.as_strided(x, shape, (*x.strides[:2], item))
            x[:, 1:-1] += layer(windows)
        return x[:, 3:]

    def _padding(self) -> list[Floats]:
        """Return what a place far from any word holds before each layer."""
        edges = [np.zeros(self.width, np.float32)]
        for layer in self.layers[:-1]:
            before = edges[-1]
            edges.append(before + layer(np.concatenate([before] * 3)[None])[0])
        return edges

class Embed:
    """Embeds the words of documents; what a word gives is remembered."""

    def __init__(self, model: Any, vocab: Any) -> None:
        nodes = {node.name: node for node in reversed(list(model.walk()))}
        features = nodes["extract_features"]
        self._columns = features.attrs["columns"]
        hashed = next(n for n in model.walk() if n.name.startswith("with_array(ints-getitem"))
        self._hashed, self._vocab = hashed.layers[0], vocab
        static = nodes.get("static_vectors")
        if static is not None and str(vocab.vectors.mode) != "default":
            raise LookupError("vectors by something else than the spelling")
        self._static = None if static is None else _columns(static.get_param("W"))
        self._mix = _layer_of(nodes["maxout"], nodes["layernorm"])
        self._rows: dict[int, int] = {}
        self._table = np.zeros((WORDS, len(self._mix.gain)), np.float32)

    def __call__(self, docs: Sequence[Any]) -> list[Floats]:
        """Return for each document the embeddings of its words, (words, width)."""
        told = [doc.to_array(["ORTH", *self._columns]) for doc in docs]
        every = np.concatenate(told)
        keys = every[:, 0] * _MIX + every[:, 1]  # the other columns follow from the spelling
        found, first, back = np.unique(keys, return_index=True, return_inverse=True)
        if len(self._rows) + len(found) > len(self._table):
            self._rows.clear()
            if len(found) > len(self._table):
                self._table = np.zeros((len(found), self._table.shape[1]), np.float32)
        rows = self._rows
        new = [n for n, key in enumerate(found.tolist()) if key not in rows]
        if new:
            at = len(rows)
            self._table[at : at + len(new)] = self._learn(every[first[new]])
            rows.update(zip(found[new].tolist(), range(at, at + len(new)), strict=True))
        places = np.fromiter((rows[key] for key in found.tolist()), np.int64, len(found))
        sizes = np.cumsum([len(doc) for doc in docs])[:-1]
        return np.split(self._table[places[back]], sizes)

    def _learn(self, told: Any) -> Floats:
        """Return the embeddings of words given as (spelling, features …)."""
        parts = [self._hashed.predict(np.ascontiguousarray(told[:, 1:]))]
        if self._static is not None:
            rows = self._vocab.vectors.find(keys=told[:, 0])
            known = np.where(rows[:, None] < 0, np.float32(0), self._vocab.vectors.data[rows])
            parts.append((known[:, None, :] @ self._static)[:, 0])
        return self._mix(np.concatenate(parts, axis=1)[:, None, :])[:, 0]


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
        self._lower = _columns(flat)
        self._pad = np.ascontiguousarray(
            lower.get_param("pad")[0].transpose(0, 2, 1).reshape(3, -1)
        )
        self._bias = np.ascontiguousarray(lower.get_param("b").T.reshape(-1))
        self._upper, self._scores = _columns(upper.get_param("W")), upper.get_param("b")
        self._moves = moves

    def lean(self, towards: Mapping[str, float]) -> None:
        """Add to the scores of the actions that begin an entity of these labels."""
        more = [towards.get(m[2:], 0.0) if m[:1] in "BU" else 0.0 for m in self._moves]
        self._scores = self._scores + np.array(more, np.float32)

    def features(
        self, blocks: Iterable[tuple[list[int], Floats]]
    ) -> dict[int, npt.NDArray[np.float32]]:
        """Return for each text what each of its words adds to a state, (words, 3, hidden)."""
        out = {}
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


def _columns(weights: Floats) -> Floats:
    return np.ascontiguousarray(weights.T)


def _shape(tokens: int) -> int:
    """Return the rows of the block for a text of `tokens`: two of padding at each end, rounded."""
    rows, step = tokens + 4, 4
    while rows > 8 * step:
        step *= 2
    return -(-rows // step) * step


def _layer(residual: Any) -> Layer:
    (inner,) = residual.layers
    nodes = {node.name: node for node in inner.walk()}
    if nodes["expand_window"].attrs["window_size"] != 1:
        raise LookupError("a window other than 1")
    return _layer_of(nodes["maxout"], nodes["layernorm"])


def _layer_of(maxout: Any, norm: Any) -> Layer:
    weights, bias = maxout.get_param("W"), maxout.get_param("b")  # (width, pieces, inputs)
    flat = np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(weights.shape[2], -1))
    gain, shift = norm.get_param("G"), norm.get_param("b")
    return Layer(flat, np.ascontiguousarray(bias.T.reshape(-1)), gain, shift)


@contextlib.contextmanager
def single_threaded() -> Iterator[None]:
    """Keep numpy's OpenBLAS to one thread in the block: these products are too small to share."""
    library = _openblas()
    if library is None:
        yield
        return
    get, set_ = library
    before = get()
    set_(1)
    try:
        yield
    finally:
        set_(before)


_OPENBLAS: list[Any] = []


def _openblas() -> Any:
    """Return the functions that tell and set the threads of numpy's OpenBLAS, or None."""
    if not _OPENBLAS:
        _OPENBLAS.append(None)
        for path in sorted(Path(np.__file__).parents[1].glob("numpy.libs/*openblas*")):
            with contextlib.suppress(OSError, AttributeError):
                library = ctypes.CDLL(str(path))
                names = ("scipy_openblas_{}_num_threads64_", "openblas_{}_num_threads64_")
                for name in (*names, "scipy_openblas_{}_num_threads", "openblas_{}_num_threads"):
                    if hasattr(library, name.format("set")):
                        get = getattr(library, name.format("get"))
                        _OPENBLAS[0] = get, getattr(library, name.format("set"))
                        break
    return _OPENBLAS[0]


def quickened(nlp: Any) -> Forward | None:
    """Return what computes the NER of the spaCy pipeline `nlp`, or None where it cannot.

    That is a model of other parts, or one for which the entities come out differently.
    """
    try:
        pipe = nlp.get_pipe("ner")
        forward = Forward(pipe)
        docs = [nlp.tokenizer(text) for text in (SAMPLE, "Ann", SAMPLE.lower(), " \n" + SAMPLE)]
        return forward if forward.agrees(docs, pipe) else None
    except (AttributeError, IndexError, KeyError, LookupError, ValueError, TypeError):
        return None
