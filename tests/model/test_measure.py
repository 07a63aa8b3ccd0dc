"""Bits per byte, and that packed pieces do not see each other."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.nn.functional import log_softmax

from model.finetune import fresh
from model.measure import IGNORED, bits_per_byte, collate
from model.settings import FineTune

LENGTH = 32
SETTINGS = FineTune(layers=3, width=64, heads=4)


@pytest.fixture(scope="module")
def model(tokenizer):
    with torch.random.fork_rng():
        return fresh(tokenizer, LENGTH, SETTINGS).eval()


def test_bits_are_those_of_the_targets_one_by_one(model, data):
    _, valid = data
    nats = 0.0
    for row in (valid[i] for i in range(len(valid))):
        ids, labels = row["ids"].tolist(), row["labels"].tolist()
        starts = [i for i, p in enumerate(row["position_ids"].tolist()) if p == 0] + [len(ids)]
        for start, end in pairwise(starts):
            with torch.no_grad():
                logits = model(torch.tensor([ids[start:end]]), use_cache=False).logits[0]
            told = log_softmax(logits, dim=-1)
            nats -= sum(
                told[i - 1 - start, ids[i]].item()
                for i in range(start + 1, end)
                if labels[i] != IGNORED
            )
    expected = nats / math.log(2) / valid.target_bytes
    assert bits_per_byte(model, valid, valid.target_bytes) == pytest.approx(expected, rel=1e-5)


def test_a_uniform_model_needs_log_of_the_vocabulary_per_target(tokenizer, data):
    _, valid = data
    model = fresh(tokenizer, LENGTH, SETTINGS)
    torch.nn.init.zeros_(model.lm_head.weight)
    targets = sum(int((valid[i]["labels"] != IGNORED).sum()) for i in range(len(valid)))
    expected = targets * math.log2(tokenizer.vocabulary) / 1000
    assert bits_per_byte(model, valid, 1000) == pytest.approx(expected, rel=1e-6)


def test_measuring_leaves_the_model_as_it_was(model, data):
    model.train()
    bits_per_byte(model, data[1], 1)
    assert model.training
    model.eval()
    assert all(p.grad is None for p in model.parameters())


def test_nothing_to_measure_on_is_an_error(model, data):
    with pytest.raises(ValueError, match="held-out part"):
        bits_per_byte(model, data[1], 0)


def test_a_batch_has_no_attention_mask(data):
    batch = collate([data[0][0], data[0][1]])
    assert set(batch) == {"input_ids", "position_ids", "labels"}
    assert {tuple(v.shape) for v in batch.values()} == {(2, LENGTH)}
    assert {v.dtype for v in batch.values()} == {torch.int64}
    assert batch["input_ids"][1].tolist() == data[0][1]["ids"].tolist()


@pytest.mark.parametrize("training", [False, True])
def test_a_document_does_not_see_the_one_packed_before_it(model, tokenizer, training):
    ids = np.random.default_rng(0).integers(4, tokenizer.vocabulary, (2, LENGTH))
    positions = np.tile(np.r_[np.arange(18), np.arange(14)], (2, 1))
    other = ids.copy()
    other[:, :18] = np.random.default_rng(1).integers(4, tokenizer.vocabulary, (2, 18))

    def logits(rows):
        batch = {"input_ids": rows, "position_ids": positions}
        with torch.no_grad():
            return model(
                **{n: torch.from_numpy(v) for n, v in batch.items()}, use_cache=False
            ).logits

    model.train(training)
    before, after = logits(ids), logits(other)
    model.eval()
    assert (before[:, 18:] - after[:, 18:]).abs().max() <= 1e-5
    assert (before[:, :18] - after[:, :18]).abs().max() > 0.1
