"""Presidio's AnalyzerEngine over windows of many texts, with recognizers and NLP engine of ours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from corpus.keys import digest
from corpus.people import People
from corpus.redact import added, quiet, rules
from corpus.redact.again import again
from corpus.redact.entities import Entity, resolve
from corpus.redact.known import Known
from corpus.redact.ner.lines import Kept
from corpus.redact.ner.recognised import Recognised, recognised
from corpus.redact.recognizers import LANGUAGE, classes
from corpus.redact.settings import Redact
from corpus.redact.surmise.listed import listed
from corpus.redact.views import View, view

# A call of AnalyzerEngine costs 50–100 µs whatever the length, more than the rules need for a chat
# message. So texts are joined to windows. No pattern crosses the seam: `\s` stops at the zero,
# what excludes white space stops at the line end.
SEAM = "\n\0\n"
WINDOW = 65_536
LONGEST = 500_000
"""Characters of a text that are looked at in one go; a longer one takes no more memory."""


class Analyzer:
    """Finds entities with fixed settings and people; safe to use from several threads."""

    def __init__(self, settings: Redact, people: People) -> None:
        self.settings = settings
        self.known = Known(people, settings.keep_own)
        wanted, regions = settings.wanted(), settings.regions
        presidio = quiet.presidio()
        ready, ours, no_context = classes()
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

    def find(
        self, texts: Sequence[str], named: Sequence[bool], kept: Kept | None = None
    ) -> list[list[Entity]]:
        """Return the entities of each text; NER looks at those that are `named`.

        A text is looked at once however often it comes, and the result for it does not depend on
        the others. What `kept` knows of lines is not looked at again.
        """
        keys = list(zip(texts, named, strict=True))
        if any(len(text) > LONGEST for text in texts):
            return [self._in_pieces(text, flag, kept) for text, flag in keys]
        distinct = list(dict.fromkeys(keys))
        views = [view(text) for text, _ in distinct]
        by_ner = self._by_ner([v.text for v in views], [flag for _, flag in distinct], kept)
        found: dict[tuple[str, bool], list[Entity]] = {}
        for start, end in _windows([v.text for v in views]):
            results = self._window([v.text for v in views[start:end]], by_ner[start:end])
            for key, seen, entities in zip(
                distinct[start:end], views[start:end], results, strict=True
            ):
                found[key] = [_placed(e, seen) for e in entities]
        return [found[key] for key in keys]

    def _in_pieces(self, text: str, named: bool, kept: Kept | None) -> list[Entity]:
        return [
            e._replace(start=e.start + start, end=e.end + start)
            for start, end in _pieces(text)
            for e in self.find([text[start:end]], [named], kept)[0]
        ]

    def _by_ner(
        self, texts: Sequence[str], named: Sequence[bool], kept: Kept | None
    ) -> list[list[Entity]]:
        """Return what the model finds in texts `named`, and lists of names in the others."""
        if not self.settings.ner:
            return [[] for _ in texts]
        wanted = [text for text, flag in zip(texts, named, strict=True) if flag]
        results = iter(self._recognised().find(wanted, kept) if wanted else ())
        return [
            next(results) if flag else list(listed(text))
            for text, flag in zip(texts, named, strict=True)
        ]

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
            entities = again(text, entities)
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


def _placed(entity: Entity, seen: View) -> Entity:
    if not seen.left_out:
        return entity
    start, end = seen.place(entity.start, entity.end)
    return entity._replace(start=start, end=end)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a long text, cut between paragraphs, else lines, else words."""
    start = 0
    while start < len(text):
        end = start + LONGEST
        if end < len(text):
            cuts = (
                text.rfind(mark, start + LONGEST // 2, end) for mark in ("\n\n", "\n", ". ", " ")
            )
            end = next((cut for cut in cuts if cut > 0), end)
        yield start, end
        start = end


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
    key = digest(settings.finding(), settings.model, people.key())
    found = _ANALYZERS.get(key)
    if found is None:
        found = _ANALYZERS[key] = Analyzer(settings, people)
        while len(_ANALYZERS) > 4:
            _ANALYZERS.pop(next(iter(_ANALYZERS)))
    return found
