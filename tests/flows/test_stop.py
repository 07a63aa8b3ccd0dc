"""Builds that are stopped: one sentence, no process left behind, and the next build goes on."""

import signal
import time
from pathlib import Path

import pytest

from bench.pipeline import tree
from tests.flows.test_cli import sentence

QUICK = ("--until", "write-shards", "--set", "redact.ner=false")
ALONE = {"PREFECT_API_URL": ""}  # so that it starts a server of its own


def running(pid):
    """Return whether the process runs; one that only waits to be counted does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def listening():
    """Have Ctrl-C heard: tests that run in the background inherit that it is not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def until(holds, what):
    deadline = time.monotonic() + 300
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


@pytest.fixture
def library(commands, chat, tmp_path):
    commands("init", tmp_path / "lib", "--from", chat, "--me", "Ines")
    return tmp_path / "lib"


@pytest.mark.slow
@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_a_stopped_build_leaves_no_process_and_the_next_goes_on(commands, library, word, runner):
    words = ["build", library, *QUICK, "--set", f"run.runner={runner}"]
    process = commands.start(*words, more=ALONE, preexec_fn=listening)
    until(lambda: [*library.glob("objects/gather/*/manifest.json")], "it came to nothing")
    started = tree(process.pid)
    assert len(started) > 1
    process.send_signal(word)
    _, error = process.communicate(timeout=120)
    until(lambda: not any(map(running, started)), started)
    if word != signal.SIGKILL:
        assert process.returncode == 130
        assert "what is finished stays" in sentence(error)
    commands("build", library, *QUICK)
    assert (library / "corpus.duckdb").exists()
    assert not list(library.rglob(".tmp-*"))


def test_a_second_build_is_refused_while_one_runs(commands, library):
    process = commands.start("build", library, *QUICK)
    until(lambda: [*library.glob("objects/gather/*/manifest.json")], "it came to nothing")
    for words in (["build", library, *QUICK], ["gc", library]):
        error = sentence(commands(*words, code=1))
        assert "another build" in error and f"(process {process.pid})" in error
    _, error = process.communicate(timeout=600)
    assert process.returncode == 0, error


@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM])
def test_a_question_without_an_end_is_stopped_with_one_sentence(commands, built, word):
    endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r"
    query = f"SELECT 1 AS begun; {endless}"
    process = commands.start("sql", built, query, "--csv", preexec_fn=listening)
    assert [process.stdout.readline(), process.stdout.readline()] == ["begun\n", "1\n"]
    process.send_signal(word)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "stopped" in sentence(error)
