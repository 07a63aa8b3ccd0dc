"""What a model found in lines, by the lines' digest: kept between runs, without any text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import pyarrow as pa

from corpus.redact.surmise.spans import Span

SPAN = pa.struct(
    [
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("type", pa.string()),
        ("score", pa.float64()),
        ("rule", pa.string()),
    ]
)
LINES = pa.schema([("line", pa.binary(16)), ("spans", pa.list_(SPAN))])
"""A line by its digest, and what was found in it; private, in `objects/`."""

Spans = tuple[Span, ...]


def line_digest(line: str) -> bytes:
    """Return the digest a line is known by."""
    return hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Kept:
    """What was found in lines before, and what was found or met again since.

    The tables given must be of the same engine: of the same model and version.
    """

    def __init__(self, before: Iterable[pa.Table] = ()) -> None:
        self.before: dict[bytes, Spans] = {}
        self.met: dict[bytes, Spans] = {}
        for table in before:
            for line, spans in zip(*(c.to_pylist() for c in table.columns), strict=True):
                self.before[line] = tuple(Span(**span) for span in spans)

    def meet(self, found: Mapping[bytes, Spans]) -> None:
        """Note what was found in lines."""
        self.met.update(found)

    def table(self) -> pa.Table:
        """Return the lines met, as rows of `LINES`, by their digest."""
        lines = sorted(self.met)
        spans = [[span._asdict() for span in self.met[line]] for line in lines]
        return pa.table([pa.array(lines, pa.binary(16)), pa.array(spans, pa.list_(SPAN))], LINES)
