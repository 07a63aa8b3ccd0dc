"""A few seconds of `make fuzz`: no reader crashes, hangs or loses count on a damaged file."""

import subprocess
import sys
from pathlib import Path

import pytest

from corpus.sources.reading import SOURCES

ROOT = Path(__file__).parents[2]
INPUTS, SECONDS = 12, 60


@pytest.mark.timeout(600)
def test_some_mutated_inputs_for_every_reader(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.run", "--inputs", str(INPUTS), "--seed", "7",
         "--seconds", str(SECONDS), "--keep", str(tmp_path / "kept")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line for line in done.stdout.splitlines() if " inputs, " in line]
    assert {line.split()[0] for line in lines} == {*SOURCES, "(archives)"}


def test_a_reader_that_crashes_is_found(tmp_path):
    script = (
        "import sys; from corpus.sources import plain\n"
        "from tests.fuzz import check\n"
        "from pathlib import Path; from corpus.sources.file import File\n"
        "def read(file, reading):\n"
        "    raise KeyError\n"
        "    yield\n"
        "plain.read = read\n"
        "file = File(path=Path(sys.argv[1]), name='x/y.txt', id='f')\n"
        "print(check.check(file, 'plain').wrong)\n"
        "plain.recognise = lambda file, head: (_ for _ in ()).throw(ValueError())\n"
        "print(check.check(file, 'plain').wrong)\n"
        "def slow(file, reading):\n"
        "    while True:\n"
        "        pass\n"
        "plain.recognise, plain.read = (lambda file, head: 'x'), slow\n"
        "print(check.check(file, 'plain', 0.2).wrong)\n"
    )
    path = tmp_path / "y.txt"
    path.write_text("Some words of mine.")
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, capture_output=True, text=True
    )
    caught, crashed, hung = done.stdout.splitlines()
    assert "'caught', 'KeyError'" in caught
    assert "'crash', 'ValueError'" in crashed
    assert "'hang'" in hung
