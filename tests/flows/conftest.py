"""A Prefect server for the session, the command line as a process, and the built sample library."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample"
SMALL = tuple(
    word
    for setting in ("finetune.steps=12", "finetune.width=32", "finetune.layers=1", "run.workers=1")
    for word in ("--set", setting)
)
"""A model that is small enough for a test, and one job at a time."""


SHOW_TEXT = ("sample", "review")
"""Commands that show on the terminal what stood in a text before; all others must not."""


@dataclass
class Commands:
    """Runs `commonplace` as a process against one server, offline."""

    environment: dict
    log: Path
    said: list = field(default_factory=list)
    small: tuple = SMALL

    def start(self, *words, more=None, **options):
        command = [str(Path(sys.executable).with_name("commonplace")), *map(str, words)]
        piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        environment = {**self.environment, **(more or {})}
        return subprocess.Popen(command, env=environment, **(piped | options))

    def __call__(self, *words, code=0, more=None):
        process = self.start(*words, more=more)
        out, err = process.communicate(timeout=900)
        if words[0] not in SHOW_TEXT and "--originals" not in words:
            self.said.append(out + err)
        assert process.returncode == code, (words[:2], process.returncode, out[-2000:], err[-3000:])
        return out if code == 0 else err

    def json(self, *words, more=None):
        return json.loads(self(*words, "--json", more=more))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def commands(tmp_path_factory):
    """`commonplace` against a server of its own, every process blocked from the network."""
    home = tmp_path_factory.mktemp("prefect")
    port = free_port()
    environment = {
        **os.environ,
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "OFFLINE_LOG": str(home / "refused.txt"),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "tests" / "offline"), str(ROOT)]),
        "COLUMNS": "200",
    }
    words = ["server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "prefect", *words],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _until_healthy(environment["PREFECT_API_URL"])
        yield Commands(environment, home / "refused.txt")
    finally:
        os.killpg(server.pid, 15)
        server.wait(30)


def _until_healthy(api):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{api}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError("the Prefect server did not start")


@pytest.fixture(scope="session")
def sample():
    """The folder of the sample library."""
    return SAMPLE


@pytest.fixture(scope="session")
def truth():
    return json.loads((SAMPLE / "truth.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def built(commands, tmp_path_factory):
    """The sample library, built once through the command line with its own secrets."""
    library = tmp_path_factory.mktemp("libraries") / "sample"
    words = ["init", library, "--from", SAMPLE / "exports", "--secrets", SAMPLE / "secrets"]
    commands(*words, "--zone", "Europe/London")
    # With all that Prefect can be told to log and to store, so that leaks there would be seen.
    loud = {"PREFECT_LOGGING_TO_API_ENABLED": "true", "PREFECT_LOGGING_LEVEL": "DEBUG"}
    told = commands.json("build", library, *SMALL, more=loud)
    (library / "told.json").write_text(json.dumps(told))
    return library


@pytest.fixture
def notes(tmp_path):
    """A folder of three notes, enough for a library and quick to build."""
    folder = tmp_path / "notes"
    folder.mkdir()
    for n, word in enumerate(("bread", "boats", "bees")):
        text = f"Today I thought about {word}, and wrote down what my aunt says of {word}. " * 3
        (folder / f"2024-01-0{n + 1} {word}.txt").write_text(text)
    return folder


@pytest.fixture
def chat(tmp_path):
    """A folder with one WhatsApp chat of forty messages between Ines and Odd Nystrand."""
    folder = tmp_path / "chats"
    folder.mkdir()
    lines = [
        f"0{1 + n // 10}/03/2024, 1{n % 10}:15 - {('Ines', 'Odd Nystrand')[n % 2]}: "
        f"Message {n}: the {('boat', 'kitchen', 'choir')[n % 3]} needs paint before the summer"
        for n in range(40)
    ]
    (folder / "WhatsApp Chat with Odd Nystrand.txt").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def copied(built, tmp_path):
    """A copy of the built sample library that a test may change."""
    return Path(shutil.copytree(built, tmp_path / "copy"))
