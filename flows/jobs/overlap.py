"""The job that compares training documents with what is held out, and where those sets stand."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from corpus import decontaminate, evaluation
from corpus.decontaminate import Decontaminate
from corpus.evaluation import BadSet
from corpus.keys import digest, file_digest
from corpus.lent import give_back, lend
from corpus.split import Split
from corpus.stage import Section
from flows.jobs.job import Job, StepFailed
from flows.jobs.shard import cut_for, part_name
from store.library import Library
from store.objects import Output, Writer

FILE = "evaluation.toml"
"""In `secrets/`, since paths are personal: `[[set]]` with `name` and `path`, file or folder."""


class EvaluationSet(Section):
    """An evaluation set: the person's name for it, and a digest of its content."""

    name: str
    digest: str


class Place(Section):
    """An entry of secrets/evaluation.toml."""

    name: str
    path: str


def places(library: Library) -> dict[str, Path]:
    """Return name → path of the evaluation sets that the person named; raises StepFailed."""
    file = library.secrets / FILE
    if not file.exists():
        return {}
    try:
        told = [Place.model_validate(e) for e in tomllib.loads(file.read_text("utf-8"))["set"]]
    except (ValueError, KeyError, TypeError):  # pydantic's and TOML's errors are ValueErrors
        raise StepFailed(
            f"secrets/{FILE}: not understood; write for each set: [[set]], name = …, path = …"
        ) from None
    found = {place.name: library.root / Path(place.path).expanduser() for place in told}
    if len(found) < len(told):
        raise StepFailed(f"secrets/{FILE}: two sets have the same name; give each its own")
    for name, path in found.items():
        if not path.exists():  # the path itself is personal, and Prefect stores messages
            raise StepFailed(f"secrets/{FILE}: the path of set «{name}» is gone; correct it there")
    return found


def sets(library: Library) -> tuple[EvaluationSet, ...]:
    """Return the evaluation sets that the person named, with what is in them now."""
    return tuple(
        EvaluationSet(name=name, digest=_digest(name, path))
        for name, path in places(library).items()
    )


def _digest(name: str, path: Path) -> str:
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    try:
        return digest([[str(p.relative_to(path)), file_digest(p)] for p in files])
    except OSError as error:
        what = type(error).__name__
        raise StepFailed(f"secrets/{FILE}: set «{name}» cannot be read ({what})") from None


class Overlap(Job):
    """The fit that finds which documents share runs of words with what is held out."""

    step: ClassVar[str] = "overlap"
    version: ClassVar[int] = 2
    shards: tuple[Output, ...]
    assigned: Output
    split: Split
    settings: Decontaminate
    sets: tuple[EvaluationSet, ...]

    def identity(self) -> list[object]:
        """The documents, their splits, the settings and the content of the evaluation sets."""
        return [
            [s.digest("documents") for s in self.shards],
            self.assigned.digest("assignments"),
            self.settings.identity(),
            [s.model_dump() for s in self.sets],
        ]

    def make(self, library: Library, write: Writer) -> None:
        """Write one part of verdicts per shard."""
        found = places(library) if self.sets else {}
        items: dict[str, Callable[[], Iterator[str]]] = {
            s.name: partial(_items, s.name, found[s.name]) for s in self.sets
        }
        verdicts = decontaminate.fit(lambda: self._batches(library), items, self.settings)
        cut_for(library, write, verdicts, self.shards)
        write.count(overlapping=verdicts.num_rows)

    def _batches(self, library: Library) -> Iterator[pa.RecordBatch]:
        """Yield all documents with their splits."""
        columns = ["id", "text", "split", "removed"]
        for n, shard in enumerate(self.shards):
            key = lend(f"{self.key()}-{n}", library.objects.table(self.assigned, part_name(n)))
            try:
                stage: Any = self.split.model_copy(update={"assignments": key})
                for batch in library.objects.batches(shard, "documents", columns=columns):
                    yield stage(batch)[0]
            finally:
                give_back(key)


def _items(name: str, path: Path) -> Iterator[str]:
    try:
        yield from evaluation.items(path)
    except BadSet as error:
        raise StepFailed(f"secrets/{FILE}: set «{name}»: {error}") from None
