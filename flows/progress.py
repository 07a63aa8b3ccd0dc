"""Progress of a run, told to whoever watches; knows nothing of Prefect or of terminals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Watcher(Protocol):
    """Who is told how far a step is."""

    def __call__(self, step: str, done: int, total: int, found: int) -> None:
        """`done` of `total` jobs of `step` are finished, `found` of them were there already."""


_WATCHERS: list[Watcher] = []


@contextmanager
def watching(watcher: Watcher) -> Iterator[None]:
    """Tell `watcher` about progress inside the block."""
    _WATCHERS.append(watcher)
    try:
        yield
    finally:
        _WATCHERS.remove(watcher)


def tell(step: str, done: int, total: int, found: int = 0) -> None:
    """Report progress to whoever watches."""
    for watcher in _WATCHERS:
        watcher(step, done, total, found)
