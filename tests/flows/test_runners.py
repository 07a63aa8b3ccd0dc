"""The engines a run may ask for: which are made, and what is said when one cannot be."""

import importlib.util
import os
import socket
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing

import pytest

from flows.jobs.job import StepFailed, explained
from flows.runners import Run, check_address, task_runner
from store.library import create


@pytest.mark.parametrize("runner", ["dask", "ray"])
def test_a_package_that_is_missing_is_named_with_how_to_get_it(runner):
    if importlib.util.find_spec(f"prefect_{runner}"):
        assert task_runner(Run(runner=runner)).name.startswith(runner)
        return
    with pytest.raises(StepFailed, match=rf"^run.runner: {runner} needs .*'\.\[{runner}\]'"):
        task_runner(Run(runner=runner))


@pytest.mark.parametrize("runner", ["dask", "ray"])
def test_a_cluster_of_ones_own_is_reached_by_its_address(runner):
    pytest.importorskip(f"prefect_{runner}")
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        assert task_runner(Run(runner=runner, address=address)).address == address


@pytest.mark.parametrize("lead", ["", "tcp://", "ray://"])
def test_an_address_where_nothing_answers_is_told_before_the_work_begins(lead):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        address = f"{lead}127.0.0.1:{server.getsockname()[1]}"
        check_address(Run(runner="dask", address=address))
    with pytest.raises(StepFailed, match=f"^run.address: nothing answers at {address}; start the"):
        check_address(Run(runner="dask", address=address))


@pytest.mark.parametrize("address", ["auto", "inproc://x", "127.0.0.1:many"])
def test_only_a_host_and_port_are_tried(address):
    if "many" not in address:
        check_address(Run(runner="ray", address=address))
        return
    with pytest.raises(StepFailed, match="nothing answers"):
        check_address(Run(runner="ray", address=address))


def test_a_worker_that_was_killed_is_told_with_what_to_do(tmp_path):
    library = create(tmp_path / "lib", [])
    with ProcessPoolExecutor(1) as pool, pytest.raises(BrokenProcessPool) as killed:
        pool.submit(os._exit, 9).result()
    told = str(explained(library, "find", killed.value))
    assert told.startswith("find: a process that carried out jobs was killed")
    assert "run.workers" in told
    assert not (library.secrets / "errors").exists()


def test_a_build_says_in_one_sentence_that_its_cluster_is_not_there(commands, notes, tmp_path):
    commands("init", tmp_path / "lib", "--from", notes)
    runner = ("--set", "run.runner=dask", "--set", "run.address=127.0.0.1:1")
    error = commands("build", tmp_path / "lib", *runner, code=1)
    assert "commonplace: run." in error.splitlines()[-1]
    assert not [*(tmp_path / "lib" / "secrets").glob("errors/*")]
