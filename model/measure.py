"""Measures a model on held-out writing: bits per byte, which no tokenizer can flatter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

IGNORED = -100
"""The label of a position that is no target."""

_LOGITS = 1 << 25  # held at a time; 128 MB in float32


class Dataset(Protocol):
    """Sequences of equal length, by number: `ids`, `position_ids` and `labels`, int64 (length,).

    `labels[i]` is `ids[i]` where that is a target, else `IGNORED`; positions restart with each
    packed piece. `target_bytes` are the bytes of text that all targets stand for.
    """

    target_bytes: int

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> dict[str, np.ndarray]: ...


def collate(rows: Sequence[dict[str, np.ndarray]]) -> dict[str, torch.Tensor]:
    """Return `rows` stacked as `input_ids`, `position_ids` and `labels`, int64 (rows, length).

    There is no attention mask on purpose: with one, transformers would let packed pieces see each
    other. Without, and without a cache, it parts them where positions restart.
    """
    names = {"input_ids": "ids", "position_ids": "position_ids", "labels": "labels"}
    return {
        theirs: torch.from_numpy(np.stack([row[ours] for row in rows]))
        for theirs, ours in names.items()
    }


@torch.no_grad()
def bits_per_byte(model: PreTrainedModel, dataset: Dataset, target_bytes: int) -> float:
    """Return the bits that `model` needs per byte of the targets of `dataset`.

    That is the sum of -ln p(target) over all targets, / ln 2 / `target_bytes`. Raises ValueError
    when there are no bytes to measure on.
    """
    if target_bytes <= 0:
        raise ValueError("held-out part: has no words of your own to measure on; raise split.valid")
    training = model.training
    model.eval()
    nats, per_row = 0.0, model.config.vocab_size * len(dataset[0]["ids"])
    rows = max(1, _LOGITS // per_row)
    for start in range(0, len(dataset), rows):
        batch = collate([dataset[i] for i in range(start, min(start + rows, len(dataset)))])
        nats += _nats(model, {name: value.to(model.device) for name, value in batch.items()})
    model.train(training)
    return nats / math.log(2) / target_bytes


def _nats(model: PreTrainedModel, batch: dict[str, torch.Tensor]) -> float:
    labels = batch.pop("labels")[:, 1:]
    logits = model(**batch, use_cache=False).logits[:, :-1]
    kept = labels != IGNORED
    losses = cross_entropy(logits[kept].float(), labels[kept], reduction="none")
    return losses.double().sum().item()
