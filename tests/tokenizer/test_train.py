"""Training: deterministic, sampled by hash, loadable by transformers with the same ids."""

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

import tokenizer
from tokenizer.sample import Sample
from tokenizer.settings import Tokenizer
from tokenizer.train import SPECIAL, save, train

WORDS = "winter harbour lamp gjær straße 漢字 🙂 don't 1984 -- tide\n\nrope  net".split(" ")
NASTY = json.loads((Path(__file__).parents[1] / "cases" / "nasty_strings.json").read_text("utf-8"))
TINY = Tokenizer(vocabulary=600)


def texts(count=400, seed=1):
    source = random.Random(seed)
    return [" ".join(source.choices(WORDS, k=source.randint(1, 40))) for _ in range(count)]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    save(train(texts(), TINY), folder)
    return folder


@pytest.fixture(scope="module")
def ours(saved):
    return tokenizer.load(saved)


@pytest.fixture(scope="module")
def theirs(saved):
    return AutoTokenizer.from_pretrained(saved)


def test_special_tokens_are_single_and_pad_is_not_the_end(ours, theirs):
    assert ours.special == {"pad": 0, "self": 1, "other": 2, "end": 3}
    assert (theirs.pad_token_id, theirs.eos_token_id) == (0, 3)
    assert ours.vocabulary == len(theirs) <= TINY.vocabulary[0]


def test_order_and_chunking_change_nothing():
    given = texts()
    shuffled = random.Random(3).sample(given, len(given))
    assert train(given, TINY).to_str() == train(iter(shuffled), TINY).to_str()


@pytest.mark.parametrize("threads", ["1", "3"])
def test_bytes_are_the_same_in_another_process_at_any_number_of_threads(tmp_path, saved, threads):
    corpus = tmp_path / "texts.json"
    corpus.write_text(json.dumps(texts()), "utf-8")
    program = (
        "import json, sys, pathlib\n"
        "from tokenizer.settings import Tokenizer\n"
        "from tokenizer.train import save, train\n"
        "texts = json.loads(pathlib.Path(sys.argv[1]).read_text('utf-8'))\n"
        "save(train(texts, Tokenizer(vocabulary=600)), pathlib.Path(sys.argv[2]))\n"
    )
    environment = {**os.environ, "RAYON_NUM_THREADS": threads, "PYTHONHASHSEED": threads}
    command = [sys.executable, "-c", program, str(corpus), str(tmp_path / "out")]
    subprocess.run(command, check=True, env=environment, cwd=Path(__file__).parents[2])

    def contents(folder):
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}

    assert contents(tmp_path / "out") == contents(saved)
    assert len(contents(saved)) == 5


def test_merges_are_learnt_from_the_words(ours):
    assert len(ours.encode([" harbour"])[0]) == 1
    assert len(ours.encode([" hrbaour"])[0]) > 1


def test_no_text_is_an_error_in_one_sentence():
    for nothing in ([], ["", ""]):
        with pytest.raises(ValueError, match="no text to train on"):
            train(nothing, TINY)


def test_a_control_string_is_never_learnt_as_one_token():
    learnt = train(["<|self|>"] * 100 + ["<|end|> <|end|>"] * 100, TINY)
    assert [learnt.encode(t).tokens == [t] for t in SPECIAL.values()] == [False] * 4
    assert sum(token in SPECIAL.values() for token in learnt.get_vocab()) == 4


def kept(given, size, seed=0):
    sample = Sample(size, seed)
    for text in given:
        sample.add(text)
    return sorted(sample)


@given(st.lists(st.text(max_size=12), max_size=60), st.integers(1, 200), st.randoms())
@settings(max_examples=60, deadline=None)
def test_a_sample_depends_on_the_texts_only_and_fits(given_texts, size, source):
    shuffled = source.sample(given_texts, len(given_texts))
    sample = kept(given_texts, size)
    assert sample == kept(shuffled, size)
    assert sum(len(t.encode()) for t in sample) <= size
    assert set(sample) <= set(given_texts)
    if sum(len(t.encode()) for t in given_texts) <= size:
        assert sample == sorted(given_texts)


def test_a_sample_is_nearly_full_and_another_seed_takes_others():
    given = texts(3_000)
    size = sum(len(t.encode()) for t in given) // 4
    first, second = kept(given, size, 0), kept(given, size, 1)
    assert 0.98 * size < sum(len(t.encode()) for t in first) <= size
    assert first != second


def test_a_sample_never_holds_much_more_than_its_size():
    sample, most = Sample(10_000, 0), 0
    for text in texts(5_000):
        sample.add(text)
        most = max(most, len(sample._text))
    assert most < 13_000


def test_training_above_the_sample_size_uses_less_text():
    many = [f"{i:05x} {text}" for i, text in enumerate(texts(12_000))]
    assert sum(len(t.encode()) for t in many) > 1_000_000
    small = train(many, Tokenizer(vocabulary=300, sample_mb=1))
    again = train(reversed(many), Tokenizer(vocabulary=300, sample_mb=1))
    assert small.to_str() == again.to_str()


@pytest.mark.parametrize("text", NASTY)
def test_transformers_gives_the_same_ids_and_text(ours, theirs, text):
    ids = ours.encode([text])[0].tolist()
    assert theirs(text, add_special_tokens=False, split_special_tokens=True)["input_ids"] == ids
    assert theirs.decode(ids) == text == ours.decode(ids)


def test_the_class_is_one_that_older_readers_know(saved):
    config = json.loads((saved / "tokenizer_config.json").read_text())
    assert config["tokenizer_class"] == "PreTrainedTokenizerFast"


def test_chat_template_gives_the_ids_of_documents_put_together(ours, theirs):
    turns = [("user", "Are you there?\n"), ("assistant", " yes, at the harbour ")]
    turns += [("user", ""), ("assistant", "漢字 🙂\n\n")]
    assembled, learnt = [], []
    for role, text in turns:
        own = role == "assistant"
        ids = [*ours.encode([text])[0].tolist(), ours.special["end"]]
        assembled += [ours.special["self" if own else "other"], *ids]
        learnt += [0] + [int(own)] * len(ids)
    messages = [{"role": role, "content": text} for role, text in turns]
    got = theirs.apply_chat_template(messages, return_dict=True, return_assistant_tokens_mask=True)
    assert got["input_ids"] == assembled
    assert got["assistant_masks"] == learnt
    prompt = theirs.apply_chat_template(messages[:1], add_generation_prompt=True)["input_ids"]
    assert prompt[-1] == ours.special["self"]
