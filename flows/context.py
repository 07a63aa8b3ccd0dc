"""What the flows of one run share: library, settings, engine, and what was made."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from flows.jobs.job import Done, Job
from flows.record import Record, check_key, installed, settings_digest
from flows.settings import Settings
from store.library import Library
from store.lock import alone
from store.objects import Output

LIBRARY = "COMMONPLACE_LIBRARY"
"""Environment variable that tells flows their library: a path is personal, so no parameter."""


class Engine(Protocol):
    """What carries out the jobs of a run: Prefect's tasks, or a look at what is done already."""

    def carry(self, library: Library, jobs: Sequence[Job]) -> list[Done]:
        """Return what `jobs`, at least one, all of one step, came to, in their order."""

    def warn(self, sentence: str) -> None:
        """Tell who follows the run."""


@dataclass
class Work:
    """One run over one library."""

    library: Library
    settings: Settings
    origins: dict[str, str]
    engine: Engine
    run: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y%m%dT%H%M%S-%f"))
    made: list[Done] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.time)
    results: dict[str, Any] = field(default_factory=dict)
    flow_runs: set[str] = field(default_factory=set)

    def record(self) -> Record:
        """Return what is remembered of this run so far."""
        return Record(
            run=self.run,
            started=self.started,
            seconds=time.time() - self.started,
            settings=settings_digest(self.settings.model_dump(mode="json")),
            version=installed(),
            outputs=tuple(sorted({(d.output.step, d.output.key) for d in self.made})),
            key=self.library.key_name,
        )


_WORK: ContextVar[Work | None] = ContextVar("work", default=None)


@contextmanager
def working(overlay: dict[str, object], engine: Callable[[], Engine]) -> Iterator[Work]:
    """Give the `Work` of this run: the outer flow's, or a new one with settings resolved.

    No other process changes the library meanwhile. Raises NoLibrary, NoKey, SettingsError or
    Busy, each a sentence, before anything runs.
    """
    outer = _WORK.get()
    if outer is not None:
        yield outer
        return
    library = Library.open(os.environ.get(LIBRARY) or ".")
    check_key(library)
    settings, origins = Settings.resolve(library.settings, overlay)
    with alone(library):
        work = Work(library, settings, origins, engine())
        token = _WORK.set(work)
        try:
            yield work
        finally:
            _WORK.reset(token)


def each(work: Work, jobs: Sequence[Job]) -> list[Output]:
    """Return the outputs of `jobs` in their order, carried out by the run's engine.

    Raises StepFailed with the first failure, after all jobs have ended.
    """
    if not jobs:
        return []
    started = time.monotonic()
    done = work.engine.carry(work.library, jobs)
    work.made.extend(done)
    step = jobs[0].step
    work.seconds[step] = work.seconds.get(step, 0.0) + time.monotonic() - started
    return [d.output for d in done]


def one(work: Work, job: Job) -> Output:
    """Return the output of a single `job`, such as a fit."""
    return each(work, [job])[0]
