"""Training from scratch: it learns, goes on exactly after a kill, and leaves a whole model."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from model.finetune import finetune
from model.measure import bits_per_byte
from model.settings import FineTune
from model.training import MARK

LENGTH = 32


class Killed(BaseException):
    """Stands for a kill between two steps."""


def kill_at(step):
    def progress(now, steps, loss):
        if now == step:
            raise Killed

    return progress


def weights(out):
    return load_file(out / "model.safetensors")


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


@pytest.fixture(scope="module")
def trained(packed, tiny, tokenizer_dir, tmp_path_factory):
    """A model trained without interruption: folder, result, progress and data."""
    out = tmp_path_factory.mktemp("models") / "model"
    told = []
    data = packed(40, 1), packed(10, 2)
    result = finetune(*data, tokenizer_dir, out, tiny(), lambda *t: told.append(t))
    return out, result, told, data


def test_it_learns_to_compress_held_out_writing(trained):
    _, result, _, _ = trained
    assert result.after < 0.95 * result.before
    assert result.steps == 12
    assert result.resumed == 0


def test_progress_is_told_at_every_step(trained):
    _, result, told, _ = trained
    assert [(step, steps) for step, steps, _ in told] == [(i, 12) for i in range(1, 13)]
    assert told[-1][2] < told[0][2]
    assert result.loss == told[-1][2]


def test_the_order_is_the_plans(packed, tiny, tokenizer_dir, tmp_path):
    train, other, valid = packed(40, 1), packed(40, 3), packed(10, 2)
    other.rows = train.rows[:6] + other.rows[6:]  # what three steps of two read is the same
    for name, data in (("one", train), ("two", other)):
        finetune(data, valid, tokenizer_dir, tmp_path / name, tiny(steps=3))
    assert same(weights(tmp_path / "one"), weights(tmp_path / "two"))
    other.rows[5] = other.rows[6]
    finetune(other, valid, tokenizer_dir, tmp_path / "two", tiny(steps=3))
    assert not same(weights(tmp_path / "one"), weights(tmp_path / "two"))


def test_transformers_opens_the_folder(trained, tokenizer):
    out, result, _, (_, valid) = trained
    model = AutoModelForCausalLM.from_pretrained(out)
    assert model.num_parameters() == result.parameters
    assert model.lm_head.weight is model.model.embed_tokens.weight
    assert bits_per_byte(model, valid, valid.target_bytes) == pytest.approx(result.after, rel=1e-6)
    theirs = AutoTokenizer.from_pretrained(out)
    text = "the harbour was full"
    assert theirs(text)["input_ids"] == tokenizer.encode([text])[0].tolist()
    assert model.config.eos_token_id == theirs.eos_token_id == tokenizer.special["end"]


def test_the_folder_holds_the_model_its_tokenizer_and_figures_and_no_more(tiny, trained):
    out, result, _, _ = trained
    assert {p.name for p in out.parent.iterdir()} == {"model"}
    assert {p.name for p in out.iterdir()} == {
        "chat_template.jinja",
        "commonplace.json",
        "config.json",
        "encoding.json",
        "generation_config.json",
        "model.safetensors",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    about = json.loads((out / "commonplace.json").read_text())
    assert about["settings"] == tiny().model_dump(mode="json")
    assert about["figures"] == result.figures()
    assert about["figures"]["bits_per_byte_after"] == result.after


def test_a_finished_model_is_found(tiny, trained, tokenizer_dir):
    out, result, _, data = trained
    before = (out / "model.safetensors").stat().st_mtime_ns
    again = finetune(*data, tokenizer_dir, out, tiny(), kill_at(1))
    assert again.figures() == result.figures()
    assert again.seconds == 0
    assert (out / "model.safetensors").stat().st_mtime_ns == before


def test_killed_it_goes_on_and_ends_bit_for_bit_the_same(
    tiny, trained, data, tokenizer_dir, tmp_path
):
    out = tmp_path / "model"
    with pytest.raises(Killed):
        finetune(*data, tokenizer_dir, out, tiny(), kill_at(10))
    assert not (out / "commonplace.json").exists()
    told = []
    result = finetune(*data, tokenizer_dir, out, tiny(), lambda *t: told.append(t))
    assert result.resumed == 8
    assert told == [t for t in trained[2] if t[0] > 8]
    assert same(weights(out), weights(trained[0]))
    assert result.figures() == trained[1].figures()


def test_a_half_written_checkpoint_is_passed_over(tiny, trained, data, tokenizer_dir, tmp_path):
    out = tmp_path / "model"
    with pytest.raises(Killed):
        finetune(*data, tokenizer_dir, out, tiny(), kill_at(10))
    newest = out / "checkpoints" / "checkpoint-8"
    (newest / MARK).unlink()
    (newest / "optimizer.pt").write_bytes((newest / "optimizer.pt").read_bytes()[:100])
    result = finetune(*data, tokenizer_dir, out, tiny())
    assert result.resumed == 4
    assert same(weights(out), weights(trained[0]))


def test_killed_after_the_last_step_only_the_saving_is_left(
    tiny, trained, data, tokenizer_dir, tmp_path
):
    out = tmp_path / "model"
    finetune(*data, tokenizer_dir, out, tiny())
    (out / "commonplace.json").unlink()
    (out / ".tmp-model").mkdir()
    (out / ".tmp-model" / "model.safetensors").write_bytes(b"half")
    again = finetune(*data, tokenizer_dir, out, tiny())
    assert again.figures() == trained[1].figures()
    assert not (out / ".tmp-model").exists()


def test_checkpoints_of_other_settings_or_data_are_not_gone_on_from(
    tiny, data, packed, tokenizer_dir, tmp_path
):
    out = tmp_path / "model"
    with pytest.raises(Killed):
        finetune(*data, tokenizer_dir, out, tiny(), kill_at(6))
    shutil.copytree(out, tmp_path / "copy")
    settings = tiny(learning_rate=1e-3, steps=6)
    assert finetune(*data, tokenizer_dir, out, settings).resumed == 0
    other = packed(40, 3)
    assert finetune(other, data[1], tokenizer_dir, tmp_path / "copy", tiny()).resumed == 0


def test_a_model_of_other_settings_is_replaced(tiny, trained, data, tokenizer_dir, tmp_path):
    out = tmp_path / "model"
    shutil.copytree(trained[0], out)
    settings = tiny(seed=1, steps=2)
    assert finetune(*data, tokenizer_dir, out, settings).steps == 2
    assert not same(weights(out), weights(trained[0]))


def test_epochs_end_the_training_too(tiny, data, tokenizer_dir, tmp_path):
    settings = tiny(epochs=0.5)
    result = finetune(*data, tokenizer_dir, tmp_path / "model", settings)
    assert result.steps == -(-len(data[0]) // 4)
    assert result.tokens == pytest.approx(len(data[0]) * LENGTH / 2, abs=LENGTH)


def test_a_worker_thread_trains_quietly_and_touches_nothing(
    tiny, trained, data, tokenizer_dir, tmp_path, monkeypatch, capfd
):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    states = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state()
    threads = torch.get_num_threads()
    failed = []

    def work():
        try:
            finetune(*data, tokenizer_dir, tmp_path / "model", tiny())
        except BaseException as error:
            failed.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert failed == []
    assert same(weights(tmp_path / "model"), weights(trained[0]))
    assert capfd.readouterr() == ("", "")
    assert list(here.iterdir()) == []
    assert random.getstate() == states[0]
    assert np.random.get_state()[1].tolist() == states[1]
    assert torch.equal(torch.get_rng_state(), states[2])
    assert torch.get_num_threads() == threads


def test_nothing_to_train_on_is_an_error(tiny, data, packed, tokenizer_dir, tmp_path):
    with pytest.raises(ValueError, match="the plan has no sequences"):
        finetune(packed(0, 0), data[1], tokenizer_dir, tmp_path / "model", tiny())


@pytest.mark.parametrize(("width", "heads"), [(20, 8), (24, 8), (100, 3)])
def test_a_width_that_does_not_fit_the_heads_is_refused(width, heads):
    with pytest.raises(ValueError, match=f"width {width} does not give {heads} heads"):
        FineTune(width=width, heads=heads)


@pytest.mark.slow
def test_kill_9_at_any_time_changes_nothing(tiny, trained, data, tokenizer_dir, tmp_path):
    out, lines = tmp_path / "model", []
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, 'tests/model')\n"
        "from conftest import *; from model.finetune import finetune\n"
        f"t = tokenizers.load('{tokenizer_dir}')\n"
        "data = Packed(t, sentences(40, 1)), Packed(t, sentences(10, 2))\n"
        f"finetune(*data, Path('{tokenizer_dir}'), Path('{out}'), TINY,\n"
        "    lambda step, *_: print(step, flush=True))\n"
    )
    for at in (6, 10):
        command = [sys.executable, "-c", code]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
        for line in process.stdout:
            lines.append(int(line))
            if lines[-1] >= at:
                time.sleep(0.01)
                os.kill(process.pid, signal.SIGKILL)
                break
        process.stdout.close()
        assert process.wait() == -signal.SIGKILL
    finetune(*data, tokenizer_dir, out, tiny())
    assert same(weights(out), weights(trained[0]))
