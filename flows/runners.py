"""Task runners: which engine carries out the jobs of a flow."""

from __future__ import annotations

import os
import threading
from multiprocessing import parent_process
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from corpus.stage import Section

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner


class Run(Section):
    """How the work is carried out; none of it changes a result."""

    runner: Literal["threads", "processes", "dask", "ray"] = Field(
        "threads",
        title="Task runner",
        description="threads and processes on this machine; dask and ray need extra packages.",
    )
    workers: int = Field(
        0, ge=0, le=256, title="Workers", description="How many jobs at once; 0 = one per core."
    )
    address: str = Field(
        "",
        title="Cluster address",
        description="Of a running Dask scheduler or Ray head; empty starts a local one.",
    )
    shard_mb: int = Field(
        16,
        ge=1,
        le=512,
        title="Shard size (MB)",
        description="Text per shard, the unit of work; memory per worker is about ten times this.",
    )


def task_runner(run: Run) -> TaskRunner:
    """Return the Prefect task runner that `run` asks for.

    Raises ValueError when its package is not installed.
    """
    from prefect.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner

    workers = run.workers or os.cpu_count() or 1
    if run.runner == "threads":
        return ThreadPoolTaskRunner(max_workers=workers)
    if run.runner == "processes":
        return ProcessPoolTaskRunner(max_workers=workers, initializer=end_with_parent)
    try:
        if run.runner == "dask":
            from prefect_dask import DaskTaskRunner

            local = {"n_workers": workers, "threads_per_worker": 1}
            return DaskTaskRunner(address=run.address or None, cluster_kwargs=local)
        from prefect_ray import RayTaskRunner

        return RayTaskRunner(address=run.address or None, init_kwargs={"num_cpus": workers})
    except ImportError:
        raise ValueError(
            f"run.runner: {run.runner} needs a package that is not installed; "
            f"run: pip install 'commonplace[{run.runner}]'"
        ) from None


def end_with_parent() -> None:
    """Have a worker process end when its parent is gone: a killed one cannot ask it to."""
    parent = parent_process()
    if parent is not None:
        sentinel = parent.sentinel

        def watch() -> None:
            wait([sentinel])
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
