"""git: not read yet."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading


def recognise(file: File, head: bytes) -> str | None:
    """Return None: not read yet."""
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield nothing."""
    return iter(())
