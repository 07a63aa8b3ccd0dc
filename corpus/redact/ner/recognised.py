"""What a model finds, per line: read in batches, each line once, remembered, refined."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from corpus.redact.entities import Entity
from corpus.redact.ner.lines import Kept, Spans, line_digest
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
        self._seen: OrderedDict[bytes, tuple[int, Spans]] = OrderedDict()
        self._size = 0

    def find(self, texts: Iterable[str], kept: Kept | None = None) -> list[list[Entity]]:
        """Return the entities of each text, in the types of Presidio; sorted.

        What `kept` knows of lines is believed; it is told all that was looked at.
        """
        cut = [[(at, line, line_digest(line)) for at, line in segments(text)] for text in texts]
        found = self._learn({key: line for lines in cut for _, line, key in lines}, kept)
        return [
            [
                Entity(at + span.start, at + span.end, *span[2:])
                for at, _, key in lines
                for span in found[key]
            ]
            for lines in cut
        ]

    def _learn(self, wanted: Mapping[bytes, str], kept: Kept | None) -> dict[bytes, Spans]:
        before = kept.before if kept else {}
        found = {key: before[key] for key in wanted if key in before}
        with self._lock:
            found |= {key: self._seen[key][1] for key in wanted if key in self._seen}
            fresh = {line: key for key, line in wanted.items() if key not in found}
            if fresh and self._model is None:
                self._model = reader(*self._told)
            for batch in _batches(sorted(fresh, key=lambda line: (len(line), line))):
                for line, spans in zip(batch, self._look(batch), strict=True):
                    found[fresh[line]] = spans
                    self._remember(fresh[line], len(line), spans)
        if kept:
            kept.meet(found)
        return found

    def _look(self, lines: Sequence[str]) -> list[Spans]:
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

    def _remember(self, key: bytes, size: int, spans: Spans) -> None:
        self._seen[key] = size, spans
        self._size += size
        while self._size > CACHE:
            self._size -= self._seen.popitem(last=False)[1][0]


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
