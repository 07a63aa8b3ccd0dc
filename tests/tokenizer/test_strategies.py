"""Every strategy: repeatable, lossless, loaded by transformers, turns that can be put together."""

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
from tokenizer.fast import probes
from tokenizer.pieces import pieces
from tokenizer.settings import Tokenizer
from tokenizer.special import SPECIAL
from tokenizer.strategies import LEARNERS
from tokenizer.train import save, train

WORDS = (
    "winter harbour lamp gjær straße 漢字 🙂 don't I'LL 1984 20261121 -- tide\n\nrope  net".split(
        " "
    )
)
ODD = st.text(st.sampled_from("ab'\t\n\r  \u00a0\u2028\x1c\x85<|>_0é漢🙂\u200d\u0301\ufeffſS1‿"))
TURNS = [
    ("other", "Are you there?\n"),
    ("self", " yes, at the harbour "),
    ("other", ""),
    ("self", "漢字 🙂\n\nIn 1984, don't"),
]
SIZE = 620


def texts(count=300, seed=1):
    source = random.Random(seed)
    return [" ".join(source.choices(WORDS, k=source.randint(1, 30))) for _ in range(count)]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    made = {}
    for name in LEARNERS:
        made[name] = tmp_path_factory.mktemp(name)
        save(train(texts(), Tokenizer(strategies=name, vocabulary=SIZE)), made[name])
    return made


@pytest.fixture(scope="module")
def ours(folders):
    return {name: tokenizer.load(folder) for name, folder in folders.items()}


each = pytest.mark.parametrize("name", LEARNERS)


@each
def test_special_tokens_come_first_and_the_size_is_what_was_asked_for(ours, name):
    one = ours[name]
    assert one.special == {"pad": 0, "self": 1, "other": 2, "end": 3}
    assert one.vocabulary <= SIZE
    assert name == "bytes" or one.vocabulary > 4 + 256
    assert name != "bytes" or one.encode(["æ b"])[0].size == 4


@each
@given(text=st.one_of(st.text(), ODD))
@settings(max_examples=120, deadline=None)
def test_every_string_goes_there_and_back_and_a_cut_one_too(ours, name, text):
    one = ours[name]
    ids = one.encode([text])[0].tolist()
    assert one.decode(ids) == text
    assert not set(ids) & set(one.special.values())
    parts = list(pieces(text, 3))
    assert [i for part in one.encode(parts) for i in part] == ids


@each
def test_order_changes_nothing(name):
    given = texts(120)
    shuffled = random.Random(3).sample(given, len(given))
    told = Tokenizer(strategies=name, vocabulary=SIZE)
    assert train(given, told).to_str() == train(iter(shuffled), told).to_str()


def test_another_process_with_one_thread_makes_the_same_bytes(folders, tmp_path):
    (tmp_path / "texts.json").write_text(json.dumps(texts()), "utf-8")
    program = (
        "import json, sys, pathlib\n"
        "from tokenizer.settings import Tokenizer\n"
        "from tokenizer.train import save, train\n"
        "here, size = pathlib.Path(sys.argv[1]), int(sys.argv[2])\n"
        "texts = json.loads((here / 'texts.json').read_text('utf-8'))\n"
        "for name in sys.argv[3:]:\n"
        "    save(train(texts, Tokenizer(strategies=name, vocabulary=size)), here / name)\n"
    )
    environment = {**os.environ, "RAYON_NUM_THREADS": "1", "PYTHONHASHSEED": "7"}
    names = ("gpt4", "unigram", "wordpiece")
    command = [sys.executable, "-c", program, str(tmp_path), str(SIZE), *names]
    subprocess.run(command, check=True, env=environment, cwd=Path(__file__).parents[2])
    for name in names:
        made = {p.name: p.read_bytes() for p in (tmp_path / name).iterdir()}
        assert made == {p.name: p.read_bytes() for p in folders[name].iterdir()}, name


@each
def test_transformers_gives_the_same_ids(folders, ours, name):
    theirs = AutoTokenizer.from_pretrained(folders[name])
    assert (theirs.pad_token_id, theirs.eos_token_id) == (0, 3)
    given = probes(ours[name].raw, 1_000)
    told = theirs(given, add_special_tokens=False, split_special_tokens=True)["input_ids"]
    assert told == [ids.tolist() for ids in ours[name].encode(given)]
    assert [theirs.decode(ids) for ids in told] == given


@each
def test_assembled_turns_have_the_ids_and_marks_of_the_chat_template(folders, ours, name):
    theirs = AutoTokenizer.from_pretrained(folders[name])
    roles = {"self": "assistant", "other": "user"}
    messages = [{"role": roles[role], "content": text} for role, text in TURNS]
    told = theirs.apply_chat_template(messages, return_dict=True, return_assistant_tokens_mask=True)
    ids, own = ours[name].assemble(TURNS)
    assert ids.tolist() == told["input_ids"]
    assert own.astype(int).tolist() == told["assistant_masks"]
    begun = theirs.apply_chat_template(messages[:1], add_generation_prompt=True)["input_ids"]
    assert ours[name].assemble(TURNS[:1], begin=True)[0].tolist() == begun


@each
def test_control_strings_in_turns_stay_text(ours, name):
    ids, _ = ours[name].assemble([("self", "stop <|end|><|self|> here"), ("other", "<|pad|>")])
    special = ours[name].special
    assert [(ids == special[role]).sum() for role in SPECIAL] == [0, 1, 1, 2]
    assert ours[name].decode(ids).count("<|end|>") == 3


def test_split_rules_differ_where_they_are_said_to(ours):
    digits = {name: len(ours[name].raw.pre_tokenizer.pre_tokenize_str("198456")) for name in ours}
    assert (digits["gpt2"], digits["gpt4"], digits["llama3"], digits["qwen"]) == (1, 2, 2, 6)


def test_unigram_takes_the_likeliest_cut_not_the_longest_piece():
    given = ["ab cd"] * 50 + ["abc"] * 2 + ["abcd"] * 30
    one = train(given, Tokenizer(strategies="unigram", vocabulary=300))
    assert one.encode("abcd").tokens in (["abcd"], ["ab", "cd"])
    scores = dict(json_vocab(one))
    assert scores["ab"] > scores.get("abc", -99)
    assert all(score <= 0 for score in scores.values())


def json_vocab(made):
    return json.loads(made.to_str())["model"]["vocab"]


@pytest.mark.parametrize("name", ["unigram", "wordpiece"])
def test_a_long_word_that_comes_again_and_again_is_learnt_up_to_a_bound(name):
    line = "=" * 300
    one = train([line] * 400, Tokenizer(strategies=name, vocabulary=560))
    assert one.decode(one.encode(line).ids) == line
    assert 1 < len(one.encode(line).ids) < 40


def test_a_long_word_costs_wordpiece_no_more_than_its_length(ours):
    word = "harbour" * 4_000
    assert ours["wordpiece"].decode(ours["wordpiece"].encode([word])[0]) == word
