"""One process changes a library at a time; a dead one keeps nobody off."""

import subprocess
import sys
from pathlib import Path

import pytest

from store.library import create
from store.lock import Busy, alone

HOLD = """
import sys
from store.library import Library
from store.lock import alone
with alone(Library(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def library(tmp_path):
    return create(tmp_path / "lib", [])


@pytest.fixture
def holder(library):
    """Another process that holds the library until it is killed."""
    words = [sys.executable, "-c", HOLD, str(library.root)]
    root = Path(__file__).parents[2]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, cwd=root, text=True, **pipes) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_and_told_who_holds_the_library(library, holder):
    with pytest.raises(Busy, match=rf"another build.*\(process {holder.pid}\)"), alone(library):
        pass


def test_what_a_killed_process_held_is_free(library, holder):
    holder.kill()
    holder.wait()
    with alone(library), pytest.raises(Busy), alone(library):
        pass


def test_it_is_free_again_after_a_failure(library):
    with pytest.raises(RuntimeError, match="power"), alone(library):
        raise RuntimeError("power cut")
    with alone(library):
        pass
