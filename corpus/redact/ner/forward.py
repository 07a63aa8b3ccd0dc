"""What a spaCy NER model computes, faster: words remembered, products in blocks of one shape.

The model embeds each word, mixes it with its neighbours in a few layers, and walks over the words
deciding where entities begin and end. Here the embedding of a word is computed once, the products
are made by numpy in one block per text, and all texts of a batch take each step together. A
product of a given shape gives the same bits wherever it stands, so the result for a text does not
depend on the texts beside it; over a whole batch, OpenBLAS would round rows by their position.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from corpus.redact.ner.blas import single_threaded
from corpus.redact.ner.decisions import Decide, Found
from corpus.redact.ner.embedding import Embed
from corpus.redact.ner.layers import Floats, block_rows, residual_layer, transposed

ROWS = 2_048  # of a block: what fits into the second-level cache


SAMPLE = "Ann Lee wrote to Dr. Okafor in Berlin on 3 May; they didn't reply, 100% sure."


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
        self.layers = [residual_layer(residual) for residual in encode.layers[0].layers]
        self.width = len(self.layers[0].gain)
        self._edges = self._padding()
        self._linear = transposed(linear.get_param("W")), linear.get_param("b")
        moves = [pipe.moves.get_class_name(n) for n in range(pipe.moves.n_moves)]
        self._decide = Decide(moves, lower, upper)

    def __call__(self, docs: Sequence[Any]) -> list[list[Found]]:
        """Return the entities of each document, in their order."""
        if not docs:
            return []
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
            by_shape.setdefault(block_rows(len(doc)), []).append(i)
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
