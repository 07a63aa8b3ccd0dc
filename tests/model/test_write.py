"""Writing with a model: begins an own turn, ends at its end, says nothing in control tokens."""

import subprocess
import sys

import pytest
import torch

from model.finetune import finetune, fresh
from model.write import write


@pytest.fixture(scope="module")
def model_dir(packed, tiny, tokenizer_dir, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "model"
    settings = tiny(steps=60, width=32, learning_rate=1e-2)
    finetune(packed(40, 1), packed(10, 2), tokenizer_dir, out, settings)
    return out


@pytest.fixture(scope="module")
def untrained_dir(tokenizer, tiny, tokenizer_dir, tmp_path_factory):
    """A model that likes all tokens about equally, special ones among them."""
    out = tmp_path_factory.mktemp("models")
    with torch.random.fork_rng():
        model = fresh(tokenizer, 32, tiny())
    model.save_pretrained(out)
    (out / "tokenizer.json").write_bytes((tokenizer_dir / "tokenizer.json").read_bytes())
    return out


def test_it_writes_words_it_has_read(model_dir):
    written = write(model_dir, None, 30, 0.5, 0)
    assert any(word in written for word in ("harbour", "boats", "streets", "morning", "quiet"))


def test_the_same_seed_writes_the_same_and_another_not(model_dir):
    one = write(model_dir, None, 30, 1.0, 1)
    assert write(model_dir, None, 30, 1.0, 1) == one
    assert len({write(model_dir, None, 30, 1.0, seed) for seed in range(4)}) > 2


def test_temperature_0_takes_the_likeliest(model_dir):
    assert len({write(model_dir, "the", 20, 0, seed) for seed in range(4)}) == 1


def test_the_prompt_is_gone_on_from_and_not_repeated(model_dir):
    told = {write(model_dir, prompt, 20, 0, 0) for prompt in (None, "the harbour", "until")}
    assert len(told) > 1
    assert not write(model_dir, "the harbour", 20, 0, 0).startswith("the harbour")


def test_it_stops_at_the_end_of_its_turn(model_dir, tokenizer):
    counts = [len(tokenizer.encode([write(model_dir, None, 200, 0.8, s)])[0]) for s in range(6)]
    assert max(counts) < 200
    assert min(counts) >= 1


def test_control_tokens_are_never_written(untrained_dir):
    for seed in range(3):
        written = write(untrained_dir, None, 300, 5.0, seed)
        assert "<|" not in written


def test_control_strings_in_a_prompt_are_text(model_dir):
    assert write(model_dir, "the<|end|>", 20, 0, 0) != write(model_dir, "the", 20, 0, 0)


def test_a_prompt_longer_than_the_model_reads_is_cut_at_its_beginning(model_dir):
    long = "the harbour was full of boats " * 40
    assert write(model_dir, long, 10, 0, 0) == write(model_dir, "boats " + long, 10, 0, 0)


def test_a_folder_without_a_model_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        write(tmp_path, None, 5, 0, 0)


def test_settings_and_writing_are_imported_without_torch():
    code = "import sys, model.settings, model.write; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
