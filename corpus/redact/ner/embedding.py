"""The embedding of words, each computed once and remembered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from corpus.redact.ner.layers import Floats, layer_of, transposed

WORDS = 65_536  # embeddings remembered, 25 MB


_MIX = np.uint64(0x9E3779B97F4A7C15)


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
        self._static = None if static is None else transposed(static.get_param("W"))
        self._mix = layer_of(nodes["maxout"], nodes["layernorm"])
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
