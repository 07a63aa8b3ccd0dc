"""Presidio's classes as they are used here: nothing is tokenised per call, nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from corpus.redact import quiet
from corpus.redact.ner.recognised import TYPES

LANGUAGE = "en"  # our recognizers know no language; the artifacts hold what NER found, or nothing


@cache
def classes() -> tuple[type, type, type]:
    """Return our subclasses of Presidio's; made late, so that importing this module is light."""
    presidio: Any = quiet.presidio()
    from presidio_analyzer.nlp_engine import NlpEngine

    class Ready(NlpEngine):
        """An NLP engine whose artifacts are made beforehand, in batches; it never tokenises."""

        def load(self) -> None:
            """Do nothing: the model is loaded by `ner` when it is first needed."""

        def is_loaded(self) -> bool:
            """Return True."""
            return True

        def process_text(self, text: str, language: str) -> Any:
            """Refuse: artifacts are always passed in."""
            raise RuntimeError("analyze() was called without nlp_artifacts; pass them")

        def process_batch(self, *_: Any, **__: Any) -> Iterator[Any]:
            """Refuse: artifacts are always passed in."""
            raise RuntimeError("analyze() was called without nlp_artifacts; pass them")

        def is_stopword(self, word: str, language: str) -> bool:
            """Return False; context words are not used."""
            return False

        def is_punct(self, word: str, language: str) -> bool:
            """Return False; context words are not used."""
            return False

        def get_supported_entities(self) -> list[str]:
            """Return the types NER finds."""
            return sorted(set(TYPES.values()))

        def get_supported_languages(self) -> list[str]:
            """Return the one language label the engine runs under."""
            return [LANGUAGE]

    class Ours(presidio.EntityRecognizer):  # type: ignore[name-defined]
        """A recognizer made of a function (text, artifacts) → entities."""

        def __init__(self, name: str, types: list[str], find: Any) -> None:
            self._find = find
            super().__init__(supported_entities=types, name=name, supported_language=LANGUAGE)

        def load(self) -> None:
            """Do nothing."""

        def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> list[Any]:
            """Return what the function finds as Presidio's results, the rule in their metadata."""
            return [
                presidio.RecognizerResult(
                    e.type, e.start, e.end, e.score, recognition_metadata={"rule": e.rule}
                )
                for e in self._find(text, nlp_artifacts)
            ]

    class NoContext(presidio.ContextAwareEnhancer):  # type: ignore[name-defined]
        """Leaves scores as they are; our rules look at their context themselves."""

        def __init__(self) -> None:
            super().__init__(0.0, 0.0, 0, 0)

        def enhance_using_context(
            self, text: str, raw_results: list[Any], *_: Any, **__: Any
        ) -> list[Any]:
            """Return `raw_results`."""
            return raw_results

    return Ready, Ours, NoContext
