"""Names and places by a language model: in batches, each line once, with a second look."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from corpus.redact.entities import Entity
from corpus.redact.forward import quickened
from corpus.redact.models import (
    SHA256,
    ModelRefused,
    model_folder,
    named,
    pipeline,
    verify,
)
from corpus.redact.surmise import LABELS, Span, certainty, nameless, refine, truecased

__all__ = ["SHA256", "ModelRefused", "Recognised", "model_folder", "recognised", "verify"]

TYPES = LABELS
LEAN = {"PERSON": 1.5, "GPE": 1.0, "LOC": 1.0, "FAC": 1.0}
"""Added to the scores of beginning a name or place: what is missed costs more than what is not one."""
SEGMENT, BATCH, CACHE = 2_000, 32_000, 8_000_000  # characters

_GREETING = re.compile(
    r"(?:(?:hey|hi|hello|hallo|dear|thanks|thank you|thx|ok|okay|yes|no|bye|cheers|sorry|please)"
    r"[\s,!.]+)+",
    re.I,
)


def segments(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of `text` that hold a letter, each with its start; long ones are cut.

    >>> list(segments("Ann\\n\\nLee"))
    [(0, 'Ann'), (5, 'Lee')]
    """
    start = 0
    for line in text.split("\n"):
        for offset, piece in _pieces(line):
            if any(map(str.isalpha, piece)):
                yield start + offset, piece
        start += len(line) + 1


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    start = 0
    while len(line) - start > SEGMENT:
        reach = start + SEGMENT
        cut = max(line.rfind(end, start, reach) for end in (". ", "? ", "! "))
        cut = cut + 2 if cut > start else line.rfind(" ", start, reach) + 1
        cut = cut if cut > start else reach
        yield start, line[start:cut]
        start = cut
    yield start, line[start:]


def name_start(text: str, start: int, end: int) -> int:
    """Return where the name in `text[start:end]` begins, past a greeting that NER glued to it.

    >>> name_start("hey ann", 0, 7)
    4
    """
    found = _GREETING.match(text, start, end)
    return found.end() if found and found.end() < end else start


Found = tuple[int, int, str, float]
Read = Callable[[Sequence[str]], list[list[Found]]]


def _model(model: str, sha256: str) -> tuple[Read, bool]:
    """Return what finds (start, end, label, sure) in lines, and whether it reads English."""
    if ":" in model and "/" not in model and "\\" not in model:
        return _engine(named(model)()), False
    nlp = pipeline(model, sha256)
    return _spacy(nlp), nlp.lang == "en"


def _spacy(nlp: Any) -> Read:
    forward = quickened(nlp)
    if forward is None:
        return lambda lines: [
            [(e.start_char, e.end_char, e.label_, 1.0) for e in document.ents]
            for document in nlp.pipe(lines, batch_size=64)
        ]
    forward.lean(LEAN)

    def read(lines: Sequence[str]) -> list[list[Found]]:
        docs = [nlp.tokenizer(line) for line in lines]
        return [
            [
                (doc[e.start].idx, doc[e.end - 1].idx + len(doc[e.end - 1]), e.label, e.sure)
                for e in found
            ]
            for doc, found in zip(docs, forward(docs), strict=True)
        ]

    return read


def _engine(engine: Any) -> Read:
    """Return what asks a Presidio NlpEngine."""
    if not engine.is_loaded():
        engine.load()
    (language, *_) = engine.get_supported_languages()

    def read(lines: Sequence[str]) -> list[list[Found]]:
        told = engine.process_batch(list(lines), language)
        return [
            [
                (e.start_char, e.end_char, e.label_, score)
                for e, score in zip(
                    artifacts.entities,
                    artifacts.scores or [1.0] * len(artifacts.entities),
                    strict=True,
                )
            ]
            for _, artifacts in told
        ]

    return read


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
                self._model = _model(*self._told)
            for batch in _batches(fresh):
                for piece, spans in zip(batch, self._look(batch), strict=True):
                    found[piece] = spans
                    self._remember(piece, spans)
        return found

    def _look(self, lines: Sequence[str]) -> list[tuple[Span, ...]]:
        read, english = self._model or _model(*self._told)
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
