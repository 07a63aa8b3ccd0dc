"""Opening a tokenizer: every string goes there and back, nothing is parsed as control."""

import json
import pickle
import random
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tokenizer
from corpus.keys import file_digest
from tokenizer.pieces import pieces
from tokenizer.settings import Tokenizer
from tokenizer.train import SPECIAL, save, train

NASTY = json.loads((Path(__file__).parents[1] / "cases" / "nasty_strings.json").read_text("utf-8"))
ODD = st.text(st.sampled_from("ab'\t\n\r  \u00a0\u2028\x1c\x85<|>_0é漢🙂\u200d\u0301\ufeff"))


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    words = "the harbour was full of boats, don't ask <|self|> 漢字 for 1984 ".split(" ")
    source = random.Random(1)
    texts = (" ".join(source.choices(words, k=20)) for _ in range(300))
    save(train(texts, Tokenizer(vocabulary=500)), folder)
    return folder


@pytest.fixture(scope="module")
def ours(saved):
    return tokenizer.load(saved)


@given(st.one_of(st.text(), ODD))
@settings(max_examples=300, deadline=None)
def test_every_string_goes_there_and_back(ours, text):
    ids = ours.encode([text])[0]
    assert ours.decode(ids) == text
    assert not set(ids.tolist()) & set(ours.special.values())


@pytest.mark.parametrize("text", NASTY)
def test_nasty_strings_go_there_and_back(ours, text):
    ids = ours.encode([text])[0]
    assert ours.decode(ids) == text
    assert not set(ids.tolist()) & set(ours.special.values())


@pytest.mark.parametrize("strategy", ["gpt2", "bytes", "wordpiece"])
def test_half_a_character_is_refused_by_every_strategy(strategy, tmp_path):
    save(train(["the boats"], Tokenizer(strategies=strategy, vocabulary=600)), tmp_path)
    with pytest.raises(UnicodeEncodeError, match="surrogates"):
        tokenizer.load(tmp_path).encode(["fine", "half \ud83d of one"])


def test_special_ids_decode_to_their_tokens(ours):
    assert ours.decode(list(ours.special.values())) == "".join(SPECIAL.values())


def test_batching_changes_no_ids(ours, monkeypatch):
    texts = [*NASTY, "long " * 700, *NASTY]
    expected = [ours.encode([text])[0].tolist() for text in texts]
    monkeypatch.setattr(sys.modules["tokenizer.load"], "_BATCH_CHARACTERS", 50)
    assert [ids.tolist() for ids in ours.encode(texts)] == expected
    assert ours.encode([]) == []


@given(st.one_of(st.text(), ODD), st.integers(1, 6))
@settings(max_examples=300, deadline=None)
def test_a_text_cut_in_pieces_has_the_ids_of_the_whole(ours, text, size):
    parts = list(pieces(text, size))
    assert "".join(parts) == text
    assert [i for part in ours.encode(parts) for i in part] == ours.encode([text])[0].tolist()


def test_long_texts_are_cut_and_a_word_is_not():
    assert len(list(pieces("ab " * 1000, size=100))) > 20
    assert list(pieces("a" * 1000, size=100)) == ["a" * 1000]


def test_ids_are_as_small_as_the_vocabulary_allows(ours, saved):
    assert ours.encode(["a"])[0].dtype == np.uint16
    wide = json.loads((saved / "tokenizer.json").read_text("utf-8"))
    room = len(wide["model"]["vocab"])
    wide["model"]["vocab"] |= {f"ŵide{i}": i for i in range(room, (1 << 16) + 1)}
    loaded = sys.modules["tokenizer.load"].Tokenizer(json.dumps(wide))
    assert loaded.vocabulary == (1 << 16) + 1
    assert loaded.encode(["a"])[0].dtype == np.uint32


def test_the_key_is_the_content(ours, saved, tmp_path):
    assert tokenizer.load(saved / "tokenizer.json").key == ours.key
    save(train(["something else " * 9], Tokenizer(vocabulary=300)), tmp_path)
    assert tokenizer.load(tmp_path).key != ours.key


def test_it_pickles_and_still_takes_control_strings_as_text(ours):
    again = pickle.loads(pickle.dumps(ours))
    text = "<|end|> harbour"
    assert again.encode([text])[0].tolist() == ours.encode([text])[0].tolist()
    assert again.key == ours.key and again.special["end"] not in again.encode([text])[0]


def test_what_is_no_tokenizer_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match="run train-tokenizer"):
        tokenizer.load(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{ not json")
    with pytest.raises(ValueError, match=r"tokenizer\.json: cannot be read"):
        tokenizer.load(tmp_path)
    other = {"version": "1.0", "added_tokens": [], "model": {"type": "BPE", "vocab": {"a": 0}}}
    other["model"]["merges"] = []
    (tmp_path / "tokenizer.json").write_text(json.dumps(other))
    with pytest.raises(ValueError, match="missing; train it"):
        tokenizer.load(tmp_path)


def test_a_tokenizer_that_is_not_as_it_was_written_is_refused(saved, tmp_path):
    for file in saved.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    digest = file_digest(tmp_path / "tokenizer.json")
    manifest = {"parts": {"tokenizer.json": {"digest": digest}}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert tokenizer.load(tmp_path).key == tokenizer.load(saved).key
    told = (tmp_path / "tokenizer.json").read_text("utf-8")
    (tmp_path / "tokenizer.json").write_text(told.replace("Ġboats", "Ġgoats"), "utf-8")
    with pytest.raises(ValueError, match=r"not as it was written.*train-tokenizer again"):
        tokenizer.load(tmp_path)
