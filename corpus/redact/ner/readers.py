"""What reads lines: a spaCy model, computed faster where it can be, or any Presidio NlpEngine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from corpus.redact.ner.forward import quickened
from corpus.redact.ner.models import named, pipeline

LEAN = {"PERSON": 1.5, "GPE": 1.0, "LOC": 1.0, "FAC": 1.0}
"""Added to the scores of beginning a name or place: to miss one costs more than to find more."""
Found = tuple[int, int, str, float]
Read = Callable[[Sequence[str]], list[list[Found]]]


def reader(model: str, sha256: str) -> tuple[Read, bool]:
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
        with nlp.memory_zone():  # else the vocabulary keeps every word it ever met
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
