"""What the flows of one run share: library, settings, progress, and what was made."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed
from prefect.runtime import flow_run
from prefect.states import Completed, State

from flows.job import Done, Job, StepFailed, execute
from flows.progress import tell
from flows.record import Record, check_key, installed, settings_digest
from flows.settings import Settings
from store.library import Library
from store.objects import Output

LIBRARY = "COMMONPLACE_LIBRARY"
"""Environment variable that tells flows their library: a path is personal, so no parameter."""


@dataclass
class Work:
    """One run over one library."""

    library: Library
    settings: Settings
    origins: dict[str, str]
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
def working(overlay: dict[str, object]) -> Iterator[Work]:
    """Give the `Work` of this run: the outer flow's, or a new one with settings resolved.

    Raises NoLibrary, NoKey or SettingsError, each a sentence, before anything runs.
    """
    outer = _WORK.get()
    if outer is not None:
        _note_flow_run(outer)
        yield outer
        return
    library = Library.open(os.environ.get(LIBRARY) or ".")
    check_key(library)
    settings, origins = Settings.resolve(library.settings, overlay)
    work = Work(library, settings, origins)
    token = _WORK.set(work)
    _note_flow_run(work)
    try:
        yield work
    finally:
        _WORK.reset(token)


def _note_flow_run(work: Work) -> None:
    """Remember which flow runs belong to `work`, so that what they told can be searched."""
    told = (flow_run.id, flow_run.root_flow_run_id)
    work.flow_runs |= {run for run in told if run}


@task(name="job", task_run_name="{job.label}", cache_policy=NO_CACHE, persist_result=False)
def perform(root: str, job: Job) -> State:
    """Carry out one job; a result that was there already is a state named Cached."""
    done = execute(root, job)
    counts = ", ".join(f"{n} {c:,}" for n, c in sorted(done.output.counts.items())[:6])
    name = "Cached" if done.found else "Completed"
    return Completed(name=name, message=counts, data=done)


def each(work: Work, jobs: Sequence[Job]) -> list[Output]:
    """Return the outputs of `jobs` in their order, carried out by the flow's task runner.

    Raises StepFailed with the first failure, after all jobs have ended.
    """
    if not jobs:
        return []
    started = time.monotonic()
    step, total = jobs[0].step, len(jobs)
    tell(step, 0, total)
    futures = [perform.submit(str(work.library.root), job) for job in jobs]
    place = {future.task_run_id: n for n, future in enumerate(futures)}
    results: list[Done | None] = [None] * total
    failures: list[str] = []
    found = 0
    for finished, future in enumerate(as_completed(futures), start=1):
        result = _result(future, failures)
        results[place[future.task_run_id]] = result
        found += bool(result and result.found)
        tell(step, finished, total, found)
    if failures:
        raise StepFailed(failures[0])
    done = [r for r in results if r is not None]
    work.made.extend(done)
    work.seconds[step] = work.seconds.get(step, 0.0) + time.monotonic() - started
    return [d.output for d in done]


def one(work: Work, job: Job) -> Output:
    """Return the output of a single `job`, such as a fit."""
    return each(work, [job])[0]


def _result(future: PrefectFuture, failures: list[str]) -> Done | None:
    result = future.result(raise_on_failure=False)
    if isinstance(result, Done):
        return result
    message = getattr(future.state, "message", None) or "failed"
    failures.append(str(result) if isinstance(result, StepFailed) else str(message))
    return None
