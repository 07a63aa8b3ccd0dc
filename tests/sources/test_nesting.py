"""JSON that nests without end is an error at once, and nothing else is."""

import io
import json
import subprocess
import sys
from pathlib import Path

import ijson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sources.nesting import DEEPEST, TooDeep, shallow

FIXTURES = Path(__file__).parents[1] / "fixtures"
VALUES = st.recursive(
    st.none() | st.integers(-(2**60), 2**60) | st.text('[]{}"\\ aå', max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text('"\\[{a', max_size=3), inner)
    ),
    max_leaves=20,
)


class Dribble(io.BytesIO):
    """Gives a few bytes at a time, so that blocks end anywhere."""

    def read(self, size=-1):
        return super().read(3 if size < 0 else min(size, 3))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["[" * 10**6, '{"a":' * 10**6, '[{"x":[' * 10**5])
def test_endless_nesting_ends(text):
    with pytest.raises(TooDeep):
        list(ijson.parse(shallow(io.BytesIO(text.encode()))))


@given(st.lists(VALUES, max_size=6), st.booleans())
def test_other_json_is_as_it_was(values, as_ascii):
    data = json.dumps(values, ensure_ascii=as_ascii).encode("utf-8", "replace")
    wanted = json.loads(data)
    assert list(ijson.items(shallow(Dribble(data)), "item", use_float=True)) == wanted
    assert list(ijson.items(shallow(io.BytesIO(data)), "item", use_float=True)) == wanted


def test_brackets_in_strings_and_beside_each_other_do_not_add_up():
    data = json.dumps(["[" * 5 * DEEPEST, '"[', "\\", "[["] * 50 + [[[]]] * 5 * DEEPEST).encode()
    for stream in (io.BytesIO(data), Dribble(data)):
        reader = shallow(stream)
        while reader.read(64):
            pass


DEEP_END = """
import resource, sys
from pathlib import Path
from corpus.sources.file import File
from corpus.sources.piece import Piece, Reading
from corpus.sources.reading import SOURCES, recognise

resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
for path in map(Path, sys.argv[2:]):
    found = recognise(File(path=path, name=path.name, id=""), Reading())
    kind = found if isinstance(found, str) else found[0]
    if kind not in SOURCES:
        continue
    deep = Path(sys.argv[1]) / path.name
    deep.write_bytes(path.read_bytes().rstrip()[:-2] + b', "x": ' + b'[' * 60_000)
    for item in SOURCES[kind].read(File(path=deep, name=path.name, id=""), Reading()):
        assert isinstance(item, Piece) or "Memory" not in getattr(item, "reason", "")
    print(kind)
"""


def test_no_reader_of_json_is_drowned_by_nesting(tmp_path):
    files = sorted(p for p in FIXTURES.rglob("*.json") if p.stat().st_size < 60_000)
    done = subprocess.run(
        [sys.executable, "-c", DEEP_END, str(tmp_path), *map(str, files)],
        cwd=FIXTURES.parents[1], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(set(done.stdout.split())) >= 12
