"""Train the tokenizers that are asked for on own words of the training split, and compare them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from corpus.keys import file_digest
from corpus.stage import Section
from flows.context import Work, one
from flows.jobs.job import Job, NothingLeft, StepFailed
from flows.jobs.own_words import own_words, sampled
from flows.tokenizer_report import Told, page
from store.library import Library
from store.objects import Output, Writer
from tokenizer.base import open_base
from tokenizer.compare import Candidate, recommend, unfilled
from tokenizer.load import load
from tokenizer.measure import Measure, subject
from tokenizer.references import Reference, opened, references
from tokenizer.settings import SIZED, TAKEN_OVER, Tokenizer
from tokenizer.strategies import LEARNERS
from tokenizer.train import NoText, save, train_with_rows

STEP = "tokenizers"
BASES = "base"
"""Folder of the library with tokenizers of existing models, put or linked there by the person."""
COMPARISON = "comparison.json"
REPORT = "report.html"
SHOWN_WORDS = 12

_TAKEN = {
    "base": "the tokenizer of an existing model as it is, with four special tokens",
    "extended": "the same with tokens for frequent words of yours",
}

NO_WORDS = (
    "no words of your own are left to train on; see «commonplace status» for what removed them, "
    "and whether secrets/people.toml says who you are"
)


class TrainTokenizer(Job):
    """Trains and saves one tokenizer over all shards."""

    step: ClassVar[str] = STEP
    version: ClassVar[int] = 3
    shards: tuple[Output, ...]
    settings: Tokenizer
    base: str = ""

    def identity(self) -> list[object]:
        """The published documents and variants, the settings, and the base's content."""
        told = [s.digest("documents", "variants") for s in self.shards]
        return [told, self.settings.model_dump(mode="json"), self.base]

    def make(self, library: Library, write: Writer) -> None:
        """Write the tokenizer's files as transformers reads them."""
        texts = own_words(library, self.shards)
        try:
            made, rows = train_with_rows(texts, self.settings, library.root / BASES)
        except NoText:
            raise StepFailed(NO_WORDS) from None
        save(made, write.folder, rows)
        write.count(vocabulary=made.get_vocab_size(), rows=len(rows.rows) if rows else 0)


class CompareTokenizers(Job):
    """Measures tokenizers on the same own words and reports on them."""

    step: ClassVar[str] = STEP
    shards: tuple[Output, ...]
    settings: Tokenizer
    made: tuple[Output, ...]
    beside: tuple[tuple[str, str], ...]

    def identity(self) -> list[object]:
        """The documents, what was trained of them, and the references' names and content."""
        told = [s.digest("documents", "variants") for s in self.shards]
        keys = [(o.key, o.digest()) for o in self.made]
        return ["compare", told, keys, self.beside, self.settings.model_dump(mode="json")]

    def make(self, library: Library, write: Writer) -> None:
        """Write `figures`, `segments`, the report, and what is recommended and used."""
        measure = self._measured(library)
        figures = measure.figures()
        candidates = [_candidate(one) for one in self.settings.each()]
        advice = recommend(candidates, figures)
        sizes = [o.counts["vocabulary"] for o in self.made]
        notes = [unfilled(c, n) for c, n in zip(candidates, sizes, strict=True)]
        told = Told(
            figures=figures,
            segments={
                word: {s.name: s.spell(" " + word) for s in measure.subjects}
                for word in measure.common(SHOWN_WORDS)
            },
            about=_about(measure),
            advice=advice,
            used=self.settings.use or advice.name,
            notes=[note for note in notes if note],
        )
        write.table("figures", figures)
        write.table("segments", _segments(told.segments))
        write.path(REPORT).write_text(page(told), "utf-8")
        write.path(COMPARISON).write_text(self._told(told), "utf-8")

    def _measured(self, library: Library) -> Measure:
        """Return what own words come to in each tokenizer, a batch of them in memory at a time."""
        folders = [library.objects.folder(STEP, output.key) for output in self.made]
        names = [one.name for one in self.settings.each()]
        trained = [subject(n, load(folder)) for n, folder in zip(names, folders, strict=True)]
        at_hand = {r.name: r for r in _references(library, self.settings)}
        wanted = [opened(at_hand[name]) for name, _ in self.beside if name in at_hand]
        measure = Measure([*trained, *(s for s in wanted if s is not None)])
        s = self.settings
        for batch in sampled(library, self.shards, s.sample_mb, s.seed):
            measure.add(batch)
        return measure

    def _told(self, told: Told) -> str:
        """Return as JSON what other programs need of the comparison."""
        pairs = zip(self.settings.each(), self.made, strict=True)
        value = {
            "recommended": told.advice.name,
            "reason": told.advice.reason,
            "used": told.used,
            "notes": told.notes,
            "trained": [{"name": one.name, "key": output.key} for one, output in pairs],
            "about": told.about,
        }
        return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _candidate(one: Tokenizer) -> Candidate:
    strategy = one.strategies[0]
    return Candidate(one.name, one.vocabulary[0] if strategy in SIZED else 0, strategy)


def _about(measure: Measure) -> dict[str, str]:
    words = {**{name: learner.about for name, learner in LEARNERS.items()}, **_TAKEN}
    return {
        s.name: words.get(s.name.split("-")[0], "installed here, for comparison")
        for s in measure.subjects
    }


def _segments(segments: Mapping[str, Mapping[str, Sequence[str]]]) -> pa.Table:
    rows = [
        {"word": word, "tokenizer": name, "parts": parts}
        for word, cut in segments.items()
        for name, parts in cut.items()
    ]
    types = [("word", pa.string()), ("tokenizer", pa.string()), ("parts", pa.list_(pa.string()))]
    return pa.Table.from_pylist(rows, pa.schema(types))


def _references(library: Library, settings: Tokenizer) -> list[Reference]:
    return references(library.root / BASES, settings.references)


class Trained(Section):
    """What train-tokenizer leaves: tokenizers by name, the comparison, and which one is used."""

    made: dict[str, Output]
    comparison: Output
    used: str

    @property
    def tokenizer(self) -> Output:
        """The tokenizer that encodes the corpus."""
        return self.made[self.used]

    def sentence(self) -> str:
        """Return what came out, in words."""
        others = f", one of {len(self.made)} trained" if len(self.made) > 1 else ""
        return f"{self.used}: {self.tokenizer.counts['vocabulary']:,} tokens{others}"


def trained(work: Work, shards: Sequence[Output]) -> Trained:
    """Return the tokenizers of the curated `shards`, trained under the run's settings.

    One after the other, so that memory holds one training text at a time. Raises NothingLeft when
    the shards hold no own words to train on.
    """
    settings, library = work.settings.tokenizer, work.library
    if not any(own_words(library, shards)):
        raise NothingLeft(NO_WORDS)
    made: dict[str, Output] = {}
    for told in settings.each():
        taken = told.strategies[0] in TAKEN_OVER
        base = _content(library.root / BASES / told.base, told.base) if taken else ""
        job = TrainTokenizer(shards=tuple(shards), settings=told, base=base)
        made[told.name] = one(work, job)
    beside = tuple(
        (r.name, file_digest(r.folder / "tokenizer.json")) for r in _references(library, settings)
    )
    outputs = tuple(made.values())
    comparison = one(
        work,
        CompareTokenizers(shards=tuple(shards), settings=settings, made=outputs, beside=beside),
    )
    came = read_comparison(library.objects.folder(STEP, comparison.key))
    for note in came["notes"]:
        work.engine.warn(note)
    return Trained(made=made, comparison=comparison, used=came["used"])


def _content(folder: Path, name: str) -> str:
    """Return the digest of a base's tokenizer; raises NoBase when it cannot be read."""
    open_base(folder, f"{BASES}/{name}")
    return file_digest(folder / "tokenizer.json")


def read_comparison(folder: Path) -> dict:
    """Return what a comparison in `folder` came to."""
    return json.loads((folder / COMPARISON).read_text("utf-8"))
