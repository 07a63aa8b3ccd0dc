"""Presidio's AnalyzerEngine over windows of many texts, with recognizers and NLP engine of ours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from corpus.keys import digest
from corpus.people import People
from corpus.redact import added, quiet, rules
from corpus.redact.again import again
from corpus.redact.entities import Entity, resolve
from corpus.redact.known import Known
from corpus.redact.ner.recognised import TYPES, Recognised, recognised
from corpus.redact.settings import Redact

# A call of AnalyzerEngine costs 50–100 µs whatever the length, more than the rules need for a chat
# message. So texts are joined to windows. No pattern crosses the seam: `\s` stops at the zero,
# what excludes white space stops at the line end.
SEAM = "\n\0\n"
WINDOW = 65_536
LANGUAGE = "en"  # our recognizers know no language; the artifacts hold what NER found, or nothing


@cache
def _classes() -> tuple[type, type, type]:
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


class Analyzer:
    """Finds entities with fixed settings and people; safe to use from several threads."""

    def __init__(self, settings: Redact, people: People) -> None:
        self.settings = settings
        self.known = Known(people, settings.keep_own)
        wanted, regions = settings.wanted(), settings.regions
        presidio = quiet.presidio()
        ready, ours, no_context = _classes()
        everything = sorted(wanted) or ["PERSON"]
        recognizers = [
            ours("known", everything, lambda text, _: self.known.find(text)),
            ours("rules", everything, lambda text, _: rules.find(text, wanted, regions)),
            ours("names", everything, lambda _, artifacts: artifacts.entities),
        ]
        if settings.recognizers:
            recognizers.append(ours("added", everything, self._added))
        self._ready = ready()
        self._engine = presidio.AnalyzerEngine(
            registry=presidio.RecognizerRegistry(recognizers, supported_languages=[LANGUAGE]),
            nlp_engine=self._ready,
            supported_languages=[LANGUAGE],
            context_aware_enhancer=no_context(),
        )

    def find(self, texts: Sequence[str], named: Sequence[bool]) -> list[list[Entity]]:
        """Return the entities of each text; NER looks at those that are `named`.

        A text is looked at once however often it comes, and the result for it does not depend on
        the others.
        """
        keys = list(zip(texts, named, strict=True))
        distinct = list(dict.fromkeys(keys))
        use_ner = self.settings.ner
        recognised = iter(
            self._recognised().find([t for t, by_ner in distinct if by_ner]) if use_ner else ()
        )
        by_ner = [next(recognised) if use_ner and flag else [] for _, flag in distinct]
        found: dict[tuple[str, bool], list[Entity]] = {}
        for start, end in _windows([text for text, _ in distinct]):
            part = distinct[start:end]
            results = self._window([text for text, _ in part], by_ner[start:end])
            found.update(zip(part, results, strict=True))
        return [found[key] for key in keys]

    def rules(self, texts: Sequence[str]) -> list[list[Entity]]:
        """Return what identities and rules find in each text."""
        return self.find(texts, [False] * len(texts))

    def _recognised(self) -> Recognised:
        return recognised(self.settings.model, self.settings.model_sha256)

    def _added(self, window: str, artifacts: Any) -> Iterator[Entity]:
        texts = window.split(SEAM)
        starts = [0]
        for text in texts:
            starts.append(starts[-1] + len(text) + len(SEAM))
        wanted = self.settings.wanted()
        for n, entity in added.find(texts, self.settings.recognizers, wanted, artifacts):
            yield entity._replace(start=entity.start + starts[n], end=entity.end + starts[n])

    def _window(self, texts: list[str], by_ner: list[list[Entity]]) -> list[list[Entity]]:
        starts = [0]
        for text in texts:
            starts.append(starts[-1] + len(text) + len(SEAM))
        wanted = self.settings.wanted()
        moved = [
            e._replace(start=e.start + at, end=e.end + at)
            for at, entities in zip(starts, by_ner, strict=False)
            for e in entities
            if e.type in wanted
        ]
        results = self._engine.analyze(
            SEAM.join(texts),
            LANGUAGE,
            score_threshold=self.settings.threshold,
            nlp_artifacts=self._artifacts(moved),
        )
        split: list[list[Entity]] = [[] for _ in texts]
        for r in results:
            i = bisect_right(starts, r.start) - 1
            at, text = starts[i], texts[i]
            if r.end - at > len(text) or r.entity_type not in wanted:
                continue
            rule = r.recognition_metadata["rule"]
            split[i].append(Entity(r.start - at, r.end - at, r.entity_type, r.score, rule))
        return [
            self._settled(text, entities) if entities else []
            for text, entities in zip(texts, split, strict=True)
        ]

    def _settled(self, text: str, entities: list[Entity]) -> list[Entity]:
        """Return `entities` and where their names come again, without what is kept or overlaps."""
        if self.settings.ner and "PERSON" in self.settings.wanted():
            entities = [*entities, *again(text, entities)]
        return resolve(text, self.known.free(text, entities))

    def _artifacts(self, entities: list[Entity]) -> Any:
        from presidio_analyzer import nlp_engine

        artifacts: Any = nlp_engine.NlpArtifacts
        return artifacts(
            entities=entities,
            tokens=[],
            tokens_indices=[],
            lemmas=[],
            nlp_engine=self._ready,
            language=LANGUAGE,
        )


def _windows(texts: list[str]) -> Iterator[tuple[int, int]]:
    start = size = 0
    for i, text in enumerate(texts):
        if i > start and size + len(text) > WINDOW:
            yield start, i
            start, size = i, 0
        size += len(text) + len(SEAM)
    if start < len(texts):
        yield start, len(texts)


_ANALYZERS: dict[str, Analyzer] = {}


def analyzer(settings: Redact, people: People) -> Analyzer:
    """Return the analyzer for `settings` and `people`; the last few of a process are kept."""
    key = digest(settings.finding(), people.key())
    found = _ANALYZERS.get(key)
    if found is None:
        found = _ANALYZERS[key] = Analyzer(settings, people)
        while len(_ANALYZERS) > 4:
            _ANALYZERS.pop(next(iter(_ANALYZERS)))
    return found
