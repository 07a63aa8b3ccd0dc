"""Start everything for the Prefect UI with one command, and stop everything on Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from flows import show
from flows.context import LIBRARY
from flows.server import HOST, NoServer, until_healthy
from store.library import Library

if TYPE_CHECKING:
    from prefect.client.schemas.objects import DeploymentSchedule

POOL = "commonplace"
PROJECT = Path(__file__).resolve().parents[2] / "prefect.yaml"
STOP_SECONDS = 15
HEARTBEAT_SECONDS = 30
MISSED_BEATS = 3


class CannotStart(RuntimeError):
    """The server, the worker or the deployments could not be started."""


def serve(library: Path, port: int) -> None:
    """Run server, worker and deployments for `library` until Ctrl-C or SIGTERM.

    Raises NoLibrary, or CannotStart when the port is taken or a part does not come up.
    """
    opened = Library.open(library)
    _check_port(port)
    address = f"http://{HOST}:{port}"
    environment = {
        **os.environ,
        "PREFECT_API_URL": f"{address}/api",
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_LOGGING_TO_API_ENABLED": "true",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS),
        "PYTHONSAFEPATH": "1",  # a click.py in the current folder must not be imported
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_UI_API_URL": f"{address}/api",
        LIBRARY: str(opened.root),
    }
    log = opened.runs / "up.log"
    log.parent.mkdir(exist_ok=True)
    for word in (signal.SIGTERM, signal.SIGINT):
        signal.signal(word, lambda *_: _interrupt())
    with log.open("w") as stream, _children(environment, stream) as start:
        _bring_up(start, environment, f"{address}/api", port)
        show.out.print(
            f"\nPrefect UI: {address}/deployments\n"
            "Run from another terminal:\n"
            f"  export PREFECT_API_URL={address}/api\n"
            "  prefect deployment run 'build/library' --watch\n"
            "Ctrl-C stops the server and the worker."
        )
        _wait(start)


def _interrupt() -> None:
    raise KeyboardInterrupt


class _Start:
    """Starts child processes and remembers them."""

    def __init__(self, environment: Mapping[str, str], stream: IO[str]) -> None:
        self.environment, self.stream = environment, stream
        self.running: list[subprocess.Popen] = []

    def __call__(self, *words: str) -> subprocess.Popen:
        child = subprocess.Popen(
            [sys.executable, "-m", "prefect", *words],
            env=dict(self.environment),
            stdout=self.stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that Ctrl-C reaches us first, and we stop them in order
        )
        self.running.append(child)
        return child


@contextmanager
def _children(environment: Mapping[str, str], stream: IO[str]) -> Iterator[_Start]:
    """Give a starter of child processes; all of them are gone when the block is left."""
    start = _Start(environment, stream)
    try:
        yield start
    except KeyboardInterrupt:
        show.out.print("\nStopping …")
    finally:
        for child in reversed(start.running):
            _stop(child)


def _stop(child: subprocess.Popen) -> None:
    """End `child` and everything it started, kindly first."""
    for word, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        try:
            os.killpg(child.pid, word)
            child.wait(seconds)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    child.wait()


def _bring_up(start: _Start, environment: Mapping[str, str], api: str, port: int) -> None:
    show.out.print("Starting the Prefect server …")
    server = start("server", "start", "--host", HOST, "--port", str(port))
    try:
        until_healthy(server, api)
    except NoServer as error:
        raise CannotStart(f"{error}; see runs/up.log in the library") from None
    show.out.print("Registering the deployments …")
    pool = ["work-pool", "create", POOL, "--type", "process", "--overwrite"]
    _command(environment, pool, "the work pool")
    os.environ["PREFECT_API_URL"] = api
    deploy = ["--no-prompt", "deploy", "--all", "--prefect-file", str(PROJECT)]
    with _schedules_kept():
        _command(environment, deploy, "the deployments")
    _crash_silent_runs()
    start("worker", "start", "--pool", POOL, "--name", "local", "--limit", "1")


def _command(environment: Mapping[str, str], words: Sequence[str], what: str) -> None:
    """Run a prefect command to its end, away from any project of the current folder."""
    done = subprocess.run(
        [sys.executable, "-m", "prefect", *words],
        env=dict(environment),
        cwd=PROJECT.parent,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise CannotStart(f"{what} could not be registered: {' '.join(last) or 'no message'}")


@contextmanager
def _schedules_kept() -> Iterator[None]:
    """Have the schedules of the project on or off after the block as a person left them."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:

        def named() -> dict[tuple[UUID, str], DeploymentSchedule]:
            found = client.read_deployments()
            return {(d.id, s.slug): s for d in found for s in d.schedules if s.slug}

        before = named()
        yield
        for (deployment, slug), schedule in named().items():
            old = before.get((deployment, slug))
            if old is not None and old.active != schedule.active:
                client.update_deployment_schedule(deployment, schedule.id, active=old.active)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise CannotStart(
                f"port {port} is taken, perhaps by another «commonplace up»; choose one with --port"
            ) from None


def _crash_silent_runs() -> None:
    """Have the server mark runs as crashed whose process died without a word."""
    from prefect.automations import Automation
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import EventTrigger, Posture
    from prefect.events.schemas.events import ResourceSpecification

    name = "Commonplace: a silent run has crashed"
    trigger = EventTrigger(
        after={"prefect.flow-run.heartbeat"},
        expect={"prefect.flow-run.*"},
        match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=timedelta(seconds=MISSED_BEATS * HEARTBEAT_SECONDS),
    )
    action = ChangeFlowRunState(
        state=StateType.CRASHED, message="No sign of life: its process died. Run it again to go on."
    )
    old: Any = None
    with suppress(ValueError):
        old = Automation.read(name=name)
    if old is not None:
        old.delete()
    Automation(name=name, trigger=trigger, actions=[action]).create()


def _wait(start: _Start) -> None:
    while True:
        for child in start.running:
            if child.poll() is not None:
                raise CannotStart("the server or the worker ended; see runs/up.log in the library")
        time.sleep(0.5)
