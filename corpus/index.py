"""An index of texts by their signatures that grows text by text: datasketch's MinHashLSH."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from corpus import sketches
from corpus.near import PERMUTATIONS, Near
from corpus.views import column

if TYPE_CHECKING:
    from datasketch import LeanMinHash


def minhash(signature: np.ndarray) -> LeanMinHash:
    """Return one of our signatures as datasketch's own, for its indexes and estimates."""
    from datasketch import LeanMinHash  # takes .6 s with scipy

    return LeanMinHash(seed=1, hashvalues=signature, scheme="affine32")


class Index:
    """Texts by the bands of their signatures; what is added later is found like the rest.

    Only signatures under the same key and of shingles of as many words can be compared. `lsh` is
    the `datasketch.MinHashLSH` itself.

    >>> from corpus.near import signatures
    >>> index, texts = Index(), ["one two three four five six seven", "something else altogether"]
    >>> index.add(["a", "b"], signatures(texts))
    >>> index.query(signatures(["One, two: three four five six seven!"]))
    [['a']]
    """

    def __init__(self, near: Near | None = None) -> None:
        from datasketch import MinHashLSH

        near = near or Near()
        self.lsh = MinHashLSH(num_perm=PERMUTATIONS, params=(near.bands, near.rows))

    def __len__(self) -> int:
        return len(self.lsh.keys)

    def __contains__(self, name: str) -> bool:
        return name in self.lsh

    def add(self, names: Iterable[str], signatures: np.ndarray) -> None:
        """Add texts with their signatures (n, 128); ValueError when a name is there already."""
        for name, signature in zip(names, signatures, strict=True):
            self.lsh.insert(name, minhash(signature))

    def grow(self, units: pa.Table) -> None:
        """Add the texts of a sketch (`UNITS`) that have a signature, such as a new shard's."""
        rows, signatures = sketches.signed(units)
        self.add(units["unit"].take(column(rows)).to_pylist(), signatures)

    def remove(self, name: str) -> None:
        """Forget a text; ValueError when it is not there."""
        self.lsh.remove(name)

    def query(self, signatures: np.ndarray) -> list[list[str]]:
        """Return for each signature the texts that share a band with it, in order of name."""
        return list(self.queries(signatures))

    def queries(self, signatures: Iterable[np.ndarray]) -> Iterator[list[str]]:
        """Yield what `query` returns, one signature at a time."""
        for signature in signatures:
            yield sorted(self.lsh.query(minhash(signature)))
