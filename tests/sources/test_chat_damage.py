"""No damage to a fixture of the messengers makes its reader raise or lose count."""

import json
import random
import shutil
from pathlib import Path

import pytest

from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reading import SOURCES

FIXTURES = Path(__file__).parent.parent / "fixtures"
KINDS = ("slack", "discord", "imessage", "sms", "signal", "telegram_html", "wechat", "whatsapp")
FILES = [
    (kind, path)
    for kind in KINDS
    for path in sorted((FIXTURES / kind).rglob("*"))
    if path.is_file()
]
IDS = [f"{kind}-{path.name}" for kind, path in FILES]
STEPS = 60  # damaged copies of a file
VALUES = (None, 5, -1.5e300, True, "", "x", [], {}, [None], {"a": [1]}, 10**30)


@pytest.fixture
def check(tmp_path):
    """Read bytes under the name of a fixture; only what a reader may yield comes out."""

    def run(kind, path, raw):
        copy = tmp_path / path.name
        copy.write_bytes(raw)
        file = File(copy, f"x/y/{path.name}", "f1")
        module = SOURCES[kind]
        if not raw or not module.recognise(file, file.head()):
            return 0
        count = 0
        for item in module.read(file, Reading()):
            assert isinstance(item, Piece | Problem | Claim)
            if isinstance(item, Piece):
                assert item.text.strip() and isinstance(item.text, str)
                assert item.own is None or isinstance(item.own, str)
                assert item.created is None or item.created.tzinfo is not None
                assert all(isinstance(h, str) for h, _ in item.people)
            count += not isinstance(item, Claim)
        assert count
        return count

    return run


@pytest.mark.parametrize(("kind", "path"), FILES, ids=IDS)
def test_a_file_cut_anywhere_is_read_to_the_cut(check, kind, path):
    raw = path.read_bytes()
    for cut in range(0, len(raw), max(1, len(raw) // STEPS)):
        check(kind, path, raw[:cut])


@pytest.mark.parametrize(("kind", "path"), FILES, ids=IDS)
def test_flipped_and_foreign_bytes_stop_nothing(check, kind, path):
    raw, draw = path.read_bytes(), random.Random(7)
    for _ in range(STEPS):
        damaged = bytearray(raw)
        for _ in range(3):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        check(kind, path, bytes(damaged))


JSON = [(kind, path) for kind, path in FILES if path.suffix in (".json", ".jsonl")]


@pytest.mark.parametrize(("kind", "path"), JSON, ids=[f"{k}-{p.name}" for k, p in JSON])
def test_values_of_other_types_stop_nothing(check, kind, path):
    text = path.read_text("utf-8")
    try:
        told, by_line = json.loads(text), False
    except ValueError:
        told, by_line = [json.loads(x) for x in text.splitlines() if x[:1] == "{"], True
    for holder, key in list(_places(told)):
        kept = holder[key]
        for value in VALUES:
            holder[key] = value
            raw = "\n".join(map(json.dumps, told)) if by_line else json.dumps(told)
            check(kind, path, raw.encode())
        holder[key] = kept


def _places(value):
    """Yield every (container, key) inside `value`."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


HELPERS = (
    ("slack", "users.json", "general/2024-03-04.json"),
    ("slack", "channels.json", "general/2024-03-04.json"),
    ("slack", "dms.json", "D0ANNBEN01/2024-03-05.json"),
    ("discord", "Nachrichten/index.json", "Nachrichten/c200000000000000001/messages.json"),
    ("discord", "Konto/user.json", "Nachrichten/c200000000000000001/messages.json"),
    ("discord", "Nachrichten/c200000000000000002/channel.json",
     "Nachrichten/c200000000000000002/messages.csv"),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "helper", "name"), HELPERS)
def test_damaged_helpers_take_no_message_along(tmp_path, kind, helper, name):
    shutil.copytree(FIXTURES / kind, tmp_path / "x")
    file = File(tmp_path / "x" / name, f"x/{name}", "f1")

    def items():
        return sum(not isinstance(i, Claim) for i in SOURCES[kind].read(file, Reading()))

    whole, path = items(), tmp_path / "x" / helper
    text = path.read_text("utf-8")
    told = json.loads(text)
    for holder, key in list(_places(told)):
        kept = holder[key]
        for value in VALUES:
            holder[key] = value
            path.write_text(json.dumps(told), "utf-8")
            assert items() == whole
        holder[key] = kept
    for broken in ("", "[", "5", text[: len(text) // 2], "\x00\x01"):
        path.write_text(broken, "utf-8")
        assert items() == whole
