"""fastokens encodes only where its ids are those of tokenizers, in the version that was tried."""

import json
import pickle

import pytest

import tokenizer
from tokenizer import fast
from tokenizer.settings import Tokenizer
from tokenizer.train import save, train

TEXTS = ["the harbour was full of boats, don't ask 1984 漢字"] * 20
NEEDED = pytest.mark.skipif(fast.installed() is None, reason="fastokens is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("tokenizer")
    save(train(TEXTS, Tokenizer(vocabulary=320)), made)
    return made


def encoding(folder):
    return json.loads((folder / "encoding.json").read_text("utf-8"))


@NEEDED
def test_equal_ids_are_noted_and_then_used(folder):
    assert encoding(folder)["fastokens"] == fast.installed()
    ours = tokenizer.load(folder)
    assert ours.by == "fastokens"
    given = [*fast.probes(ours.raw, 500), "x " * 70_000, *TEXTS]
    told = [e.ids for e in ours.raw.encode_batch(given, add_special_tokens=False)]
    assert [ids.tolist() for ids in ours.encode(given)] == told
    again = pickle.loads(pickle.dumps(ours))
    assert again.by == "fastokens" and again.encode(TEXTS)[0].tolist() == told[-1]


@NEEDED
def test_one_that_gives_other_ids_is_not_trusted(folder):
    told = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    told["model"]["merges"] = told["model"]["merges"][:-4]
    other = json.dumps(told)

    class Wrong(fast.Fast):
        def __init__(self, text):
            super().__init__(other)

    right, fast.Fast = fast.Fast, Wrong
    try:
        assert fast.agreed((folder / "tokenizer.json").read_text("utf-8"))["fastokens"] is None
    finally:
        fast.Fast = right


def test_one_it_cannot_read_is_encoded_by_tokenizers(tmp_path):
    save(train(TEXTS, Tokenizer(strategies="wordpiece", vocabulary=560)), tmp_path)
    assert encoding(tmp_path)["fastokens"] is None
    ours = tokenizer.load(tmp_path)
    assert ours.by == "tokenizers"
    assert ours.decode(ours.encode(TEXTS)[0]) == TEXTS[0]


def test_bytes_are_looked_up_and_a_merge_is_seen(tmp_path):
    save(train(TEXTS, Tokenizer(strategies="bytes")), tmp_path)
    ours = tokenizer.load(tmp_path)
    assert ours.by == "table" and encoding(tmp_path)["fastokens"] is None
    given = ["", *fast.probes(ours.raw, 500), "".join(map(chr, range(0xD800))), "\U0010ffff" * 3]
    told = [e.ids for e in ours.raw.encode_batch(given, add_special_tokens=False)]
    assert [ids.tolist() for ids in ours.encode(given)] == told
    assert pickle.loads(pickle.dumps(ours)).by == "table"
    other = json.loads((tmp_path / "tokenizer.json").read_text("utf-8"))
    other["model"]["vocab"]["th"] = len(other["model"]["vocab"])
    other["model"]["ignore_merges"] = True  # a text that is «th» and nothing else is one token
    assert fast.agreed(json.dumps(other))["bytes"] is False


def test_another_version_than_the_one_that_was_tried_is_not_used(folder, tmp_path):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "encoding.json").write_text('{"cut": true, "fastokens": "0.0.1"}')
    ours = tokenizer.load(tmp_path)
    assert ours.by == "tokenizers"
    assert ours.encode(TEXTS)[0].tolist() == tokenizer.load(folder).encode(TEXTS)[0].tolist()


def test_probes_are_the_same_every_time_and_hold_what_goes_wrong(folder):
    raw = tokenizer.load(folder).raw
    first = fast.probes(raw)
    assert first == fast.probes(raw)
    assert len(first) == fast.PROBES
    for hard in ("ſ", "<|end|>", "\r\n", "\u2028", "\x85"):
        assert any(hard in probe for probe in first)
