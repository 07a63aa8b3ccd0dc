"""A Prefect server for the time of one run: it ends when the run does, however that ends."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

HOST = "127.0.0.1"
START_SECONDS = 180
STOP_SECONDS = 5
DRAIN_SECONDS = 20
ENVIRONMENT = {
    "PREFECT_UI_ENABLED": "0",
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "0",  # of automations: those of a lasting server
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",  # it tries again what it complains of
    "PYTHONSAFEPATH": "1",  # a click.py in the current folder must not be imported
}
"""What makes Prefect's server small and quiet, as it is when Prefect starts one by itself."""


_OURS: set[str] = set()  # addresses of the servers that this process started


class NoServer(RuntimeError):
    """Prefect's server did not start."""


@contextmanager
def served() -> Iterator[None]:
    """Have Prefect's API during the block: that of PREFECT_API_URL, or a server of our own.

    Prefect would start one too, but leave it behind when this process is killed. Raises NoServer.
    """
    from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

    if get_current_settings().api.url:
        yield
        return
    port = free_port()
    url = f"http://{HOST}:{port}/api"
    with subprocess.Popen(
        [sys.executable, "-m", __name__, str(port)],
        stdin=subprocess.PIPE,  # closed by the system when this process ends: see `main`
        env={**os.environ, **ENVIRONMENT},
        start_new_session=True,  # Ctrl-C is for us: the server is asked until the run has ended
    ) as child:
        try:
            until_healthy(child, url)
            os.environ["PREFECT_API_URL"] = url  # for processes that carry out jobs
            _OURS.add(url)
            with temporary_settings({PREFECT_API_URL: url}):
                yield
        finally:
            os.environ.pop("PREFECT_API_URL", None)
            _drain()
            child.terminate()  # it may finish what it is told; closing its input ends it for good
            with suppress(subprocess.TimeoutExpired):
                child.wait(STOP_SECONDS)


def _drain() -> None:
    """Have what Prefect still has to tell the server told: without one, its exit would wait."""
    from prefect.events.worker import EventsWorker

    EventsWorker.drain_all(timeout=DRAIN_SECONDS)


def lasts(api: str | None) -> bool:
    """Return whether there is a server at `api` that outlives this run, so that a person may ask.

    >>> lasts(None), lasts("http://prefect.example/api")
    (False, True)
    """
    return bool(api) and api not in _OURS


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def until_healthy(server: subprocess.Popen, api: str) -> None:
    """Return when the server answers at `api`; raises NoServer when it ends or is too slow."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise NoServer("the Prefect server ended at once")
        try:
            with urllib.request.urlopen(f"{api}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise NoServer(f"the Prefect server did not answer in {START_SECONDS} s")


def main() -> None:
    """Serve on the port given, until standard input ends."""
    threading.Thread(target=_end_with_input, daemon=True).start()
    import uvicorn

    app = "prefect.server.api.server:create_app"
    uvicorn.run(app, factory=True, host=HOST, port=int(sys.argv[1]), log_level="error")


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
