"""What a model finds, per line: read in batches, each line once, remembered, refined."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from corpus.redact.entities import Entity
from corpus.redact.ner.readers import Found, Read, reader
from corpus.redact.ner.segments import name_start, segments
from corpus.redact.surmise.casing import nameless, truecased
from corpus.redact.surmise.refinement import refine
from corpus.redact.surmise.spans import LABELS, Span, certainty

TYPES = LABELS


BATCH, CACHE = 32_000, 8_000_000  # characters


class Recognised:
    """What a model finds, per line, remembered; safe to use from several threads.

    The memory holds the latest lines of `CACHE` characters in all.
    """

    def __init__(self, model: str = "", sha256: str = "") -> None:
        self._told = model, sha256
        self._lock = threading.Lock()
        self._model: tuple[Read, bool] | None = None
        self._seen: OrderedDict[str, tuple[Span, ...]] = OrderedDict()
        self._size = 0

    def find(self, texts: Iterable[str]) -> list[list[Entity]]:
        """Return the entities of each text, in the types of Presidio; sorted."""
        cut = [list(segments(text)) for text in texts]
        found = self._learn({piece for pieces in cut for _, piece in pieces})
        return [
            [
                Entity(at + span.start, at + span.end, *span[2:])
                for at, piece in pieces
                for span in found[piece]
            ]
            for pieces in cut
        ]

    def _learn(self, wanted: set[str]) -> dict[str, tuple[Span, ...]]:
        with self._lock:
            found = {piece: self._seen[piece] for piece in wanted if piece in self._seen}
            fresh = sorted(wanted - found.keys(), key=lambda p: (len(p), p))
            if fresh and self._model is None:
                self._model = reader(*self._told)
            for batch in _batches(fresh):
                for piece, spans in zip(batch, self._look(batch), strict=True):
                    found[piece] = spans
                    self._remember(piece, spans)
        return found

    def _look(self, lines: Sequence[str]) -> list[tuple[Span, ...]]:
        read, english = self._model or reader(*self._told)
        if not english:
            return [tuple(_plain(found)) for found in read(lines)]
        shown = [None if nameless(line) else (truecased(line) or line) for line in lines]
        results = iter(read([line for line in shown if line is not None]))
        return [
            ()
            if cased is None
            else tuple(refine(cased, _started(cased, next(results)), cased != line))
            for line, cased in zip(lines, shown, strict=True)
        ]

    def _remember(self, piece: str, spans: tuple[Span, ...]) -> None:
        self._seen[piece] = spans
        self._size += len(piece)
        while self._size > CACHE:
            self._size -= len(self._seen.popitem(last=False)[0])


def _plain(found: Iterable[Found]) -> Iterator[Span]:
    for start, end, label, sure in found:
        type_ = LABELS.get(label, label)
        yield Span(start, end, type_, certainty(sure), f"ner.{label.lower()}")


def _started(line: str, found: Iterable[Found]) -> Iterator[Found]:
    for start, end, label, sure in found:
        yield (
            (name_start(line, start, end) if LABELS.get(label) == "PERSON" else start),
            end,
            label,
            sure,
        )


def _batches(pieces: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for piece in pieces:
        if batch and size + len(piece) > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(piece)
        size += len(piece)
    if batch:
        yield batch


@cache
def recognised(model: str = "", sha256: str = "") -> Recognised:
    """Return the one recogniser of this process for a model, loaded when it is first needed."""
    return Recognised(model, sha256)
