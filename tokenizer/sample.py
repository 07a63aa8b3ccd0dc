"""A sample of texts that depends on them and a seed only, never on their order; bounded memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from hashlib import blake2b

import numpy as np

from tokenizer.pieces import PIECE, pieces

_SLACK = 1.25  # how far a sample grows over its size before it is cut back


class Sample:
    """Keeps the texts with the smallest hashes, up to `size` bytes of UTF-8.

    What is kept depends on the texts and the seed only, never on their order: it is the longest
    run of texts in hash order that fits. Holds `size` · 1.25 bytes, and `size` more while it cuts.
    """

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self._key = seed.to_bytes(8, "little")
        self._text = bytearray()
        self._hashes, self._lengths = array("Q"), array("Q")
        self._limit = 1 << 64  # hashes from here on are out

    def add(self, text: str) -> None:
        """Consider `text`."""
        raw = text.encode()
        hash_ = int.from_bytes(blake2b(raw, digest_size=8, key=self._key).digest(), "little")
        if hash_ >= self._limit:
            return
        self._text += raw
        self._hashes.append(hash_)
        self._lengths.append(len(raw))
        if len(self._text) > _SLACK * self.size:
            self._cut()

    @property
    def bytes(self) -> int:
        """Bytes of UTF-8 in the sample."""
        self._cut()
        return len(self._text)

    def _cut(self) -> None:
        hashes = np.frombuffer(self._hashes, np.uint64)
        lengths = np.frombuffer(self._lengths, np.uint64).astype(np.int64)
        order = np.argsort(hashes, kind="stable")
        over = np.flatnonzero(np.cumsum(lengths[order]) > self.size)
        if not over.size:
            return
        self._limit = int(hashes[order[over[0]]])  # equal hashes are equal texts: all or none
        ends = np.cumsum(lengths)
        kept = np.flatnonzero(hashes < np.uint64(self._limit))
        text = bytearray()
        for i in kept.tolist():
            text += self._text[ends[i] - lengths[i] : ends[i]]
        self._hashes = array("Q", hashes[kept].tobytes())
        self._lengths = array("Q", lengths[kept].astype(np.uint64).tobytes())
        self._text = text

    def __iter__(self) -> Iterator[str]:
        self._cut()
        start = 0
        for length in self._lengths:
            yield self._text[start : start + length].decode()
            start += length


def sampled(texts: Iterable[str], megabytes: int, seed: int) -> Sample:
    """Return a sample of `texts` of at most `megabytes` (10^6 bytes), long ones cut into pieces."""
    sample = Sample(megabytes * 1_000_000, seed)
    for text in texts:
        for piece in pieces(text):
            # A stretch without spaces may be of any length: cut it, or it would fill the sample.
            for start in range(0, len(piece), 4 * PIECE):
                sample.add(piece[start : start + 4 * PIECE])
    return sample
