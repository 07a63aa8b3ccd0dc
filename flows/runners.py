"""Task runners: which engine carries out the jobs of a flow."""

from __future__ import annotations

import logging
import os
import socket
import threading
from multiprocessing import parent_process
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pydantic import Field

from corpus.stage import Section
from flows.jobs.job import StepFailed

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner


ANSWER_SECONDS = 10.0


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

    Raises StepFailed when its package is not installed, or nothing answers at its address.
    """
    from prefect.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner

    workers = run.workers or os.cpu_count() or 1
    if run.runner == "threads":
        return ThreadPoolTaskRunner(max_workers=workers)
    if run.runner == "processes":
        return ProcessPoolTaskRunner(max_workers=workers, initializer=end_with_parent)
    try:
        return _dask(run, workers) if run.runner == "dask" else _ray(run, workers)
    except ImportError:
        raise StepFailed(
            f"run.runner: {run.runner} needs a package that is not installed; "
            f"run in the folder of commonplace's code: pip install -e '.[{run.runner}]'"
        ) from None


def _dask(run: Run, workers: int) -> TaskRunner:
    """Return a runner on the scheduler at `run.address`, or on a cluster of its own, quietly."""
    os.environ.setdefault("DASK_LOGGING__DISTRIBUTED", "error")  # read when Dask is imported
    from prefect_dask import DaskTaskRunner

    if run.address:
        check_address(run)
        return DaskTaskRunner(address=run.address)
    local = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
    return DaskTaskRunner(cluster_kwargs=local)


def _ray(run: Run, workers: int) -> TaskRunner:
    """Return a runner on the Ray head at `run.address`, or on one of its own, quietly."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
    logging.getLogger("ray").setLevel(logging.ERROR)
    from prefect_ray import RayTaskRunner

    quiet = {"logging_level": logging.ERROR, "log_to_driver": False}
    if run.address:
        check_address(run)
        return RayTaskRunner(address=run.address, init_kwargs=quiet)
    return RayTaskRunner(init_kwargs={"num_cpus": workers, "include_dashboard": False, **quiet})


def check_address(run: Run) -> None:
    """Raise StepFailed when nothing listens at the host and port that `run.address` names."""
    told = urlsplit(run.address if "://" in run.address else f"//{run.address}")
    try:
        if told.hostname and told.port:
            socket.create_connection((told.hostname, told.port), ANSWER_SECONDS).close()
    except (OSError, ValueError):
        raise StepFailed(
            f"run.address: nothing answers at {run.address}; start the {run.runner} cluster, or "
            "leave the address empty for one on this machine"
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
