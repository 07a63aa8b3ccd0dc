"""JSON that nests without end is an error at once, and nothing else is."""

import io
import json

import ijson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sources.nesting import DEEPEST, TooDeep, shallow

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
