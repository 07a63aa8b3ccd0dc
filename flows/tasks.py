"""Jobs as Prefect tasks: carried out by the flow's task runner, each with a state of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed
from prefect.runtime import flow_run
from prefect.states import Completed, State

from flows.context import LIBRARY, Work, working
from flows.jobs.job import Done, Job, StepFailed, execute
from flows.progress import tell
from store.library import Library, NoLibrary


@contextmanager
def flow_work(overlay: dict[str, object]) -> Iterator[Work]:
    """Give the `Work` of this flow run, as `working` does, and note that the run belongs to it."""
    worker_library()
    with working(overlay, Tasks) as work:
        told = (flow_run.id, flow_run.root_flow_run_id)
        work.flow_runs |= {run for run in told if run}
        yield work


def worker_library() -> Library:
    """Return the library this process works on; raises StepFailed when it is gone.

    Its path is personal, and Prefect stores what a flow raises.
    """
    try:
        return Library.open(os.environ.get(LIBRARY) or ".")
    except NoLibrary:
        raise StepFailed(
            "the library is not where it was when this worker was started; start «commonplace up» "
            "again with its new path"
        ) from None


@task(name="job", task_run_name="{job.label}", cache_policy=NO_CACHE, persist_result=False)
def perform(root: str, job: Job) -> State:
    """Carry out one job; a result that was there already is a state named Cached."""
    done = execute(root, job)
    counts = ", ".join(f"{n} {c:,}" for n, c in sorted(done.output.counts.items())[:6])
    name = "Cached" if done.found else "Completed"
    return Completed(name=name, message=counts, data=done)


class Tasks:
    """Has the task runner of the present flow carry out jobs."""

    def carry(self, library: Library, jobs: Sequence[Job]) -> list[Done]:
        """Return what `jobs` came to, in their order.

        Raises StepFailed with the first failure, after all jobs have ended.
        """
        step, total = jobs[0].step, len(jobs)
        tell(step, 0, total)
        futures = [perform.submit(str(library.root), job) for job in jobs]
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
        return [r for r in results if r is not None]

    def warn(self, sentence: str) -> None:
        """Write `sentence` into the log of the flow run."""
        get_run_logger().warning(sentence)


def _result(future: PrefectFuture, failures: list[str]) -> Done | None:
    result = future.result(raise_on_failure=False)
    if isinstance(result, Done):
        return result
    message = getattr(future.state, "message", None) or "failed"
    failures.append(str(result) if isinstance(result, StepFailed) else str(message))
    return None
