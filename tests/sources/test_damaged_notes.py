"""Exports of AI chats and notes that are cut, flipped or hold wrong types never stop a reader."""

import copy
import json
from pathlib import Path

import pytest

from corpus.sources import reading
from corpus.sources.archive import Refused, walk
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

FIXTURES = Path(__file__).parent.parent / "fixtures"
KINDS = (
    *("chatgpt", "claude", "keep", "notion", "evernote", "dayone", "apple_journal", "bear"),
    *("simplenote", "markdown"),
)
SMALL = 16_384
FILES = [
    file
    for kind in KINDS
    if (FIXTURES / kind).exists()
    for file in walk([FIXTURES / kind], lambda name: name)
    if not isinstance(file, Refused) and len(file.read_bytes()) <= SMALL
]
WRONG = (None, 0, -1.5, "x", [], {}, [[]], {"a": None}, True)


def kind_of(file):
    found = reading.recognise(file, Reading())
    return found[0] if isinstance(found, tuple) else None


def told(data, file, folder):
    """Return what the reader of `file` makes of `data` in its stead."""
    path = folder / file.name.split("/")[-1].split("!")[-1]
    path.write_bytes(data)
    kind = kind_of(file)
    if kind is None:
        return []
    module = reading.SOURCES[kind]
    renamed = File(path=path, name=f"top/{path.name}", id="f")
    module.recognise(renamed, data)
    return list(module.read(renamed, Reading()))


def check(items):
    for item in items:
        assert isinstance(item, Piece | Problem | Claim)
        if isinstance(item, Piece):
            assert isinstance(item.text, str)
            assert item.text.strip()
            assert item.own is None or (isinstance(item.own, str) and item.own)
            assert item.title is None or isinstance(item.title, str)
            assert item.created is None or item.created.tzinfo is not None
            assert (item.created is None) == (item.precision == "unknown")
            json.dumps(item.metadata)


def spoiled(value, wrong):
    """Yield copies of `value` in each of which one value inside it is `wrong`."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(inside):
        copied = copy.copy(value)
        copied[key] = wrong
        yield copied
        for deeper in spoiled(inner, wrong) if isinstance(inner, (dict, list)) else ():
            copied = copy.copy(value)
            copied[key] = deeper
            yield copied


JSON = [file for file in FILES if file.name.endswith(".json")]


@pytest.mark.parametrize("file", JSON, ids=[f.name for f in JSON])
def test_no_value_of_a_wrong_type_stops_a_reader(file, tmp_path):
    try:
        whole = json.loads(file.read_text()[0])
    except ValueError:
        pytest.skip("a fixture of broken JSON")
    for wrong in WRONG:
        for value in spoiled(whole, wrong):
            check(told(json.dumps(value).encode(), file, tmp_path))


@pytest.mark.parametrize("file", FILES, ids=[f.name for f in FILES])
def test_a_file_cut_anywhere_gives_what_stands_before(file, tmp_path):
    data = file.read_bytes()
    for end in range(0, len(data), max(1, len(data) // 400)):
        check(told(data[:end], file, tmp_path))


@pytest.mark.parametrize("file", FILES, ids=[f.name for f in FILES])
def test_flipped_bytes_are_survived(file, tmp_path):
    data = file.read_bytes()
    for place in range(0, len(data), max(1, len(data) // 200)):
        for bit in (0x80, 0x01):
            flipped = bytes([data[place] ^ bit])
            check(told(data[:place] + flipped + data[place + 1 :], file, tmp_path))
