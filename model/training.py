"""Trains a model with the Hugging Face Trainer, with checkpoints it goes on from exactly."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from math import ceil
from pathlib import Path

import torch
from transformers import (
    PreTrainedModel,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from model.measure import Dataset, collate
from model.settings import FineTune
from store.objects import fsync, write_whole

MARK = "complete.json"
"""Written last into a checkpoint: says that it is whole, and what training it belongs to."""

Progress = Callable[[int, int, float], None]
"""Told the step, of how many, and the training loss in nats per target."""


def steps_of(rows: int, settings: FineTune) -> int:
    """Return how many steps `rows` sequences are trained on: the steps asked for, or the epochs.

    >>> steps_of(100, FineTune(batch=8, steps=1000, epochs=2))
    26
    """
    return max(1, min(settings.steps, ceil(settings.epochs * ceil(rows / settings.batch))))


def train(
    model: PreTrainedModel,
    dataset: Dataset,
    folder: Path,
    settings: FineTune,
    told: tuple[str, Progress | None],
) -> tuple[int, float]:
    """Train `model` on `dataset` in its order; return the step it went on from, and the last loss.

    `folder` keeps the two newest checkpoints; `told` is the identity of this training and whom to
    tell of progress. A checkpoint that is not whole, or of another identity, is deleted. On the
    CPU the weights are bit for bit those of a training that was not interrupted.
    """
    identity, progress = told
    newest = _newest(folder, identity)
    trainer = Trainer(
        model=model,
        args=_arguments(folder, steps_of(len(dataset), settings), settings),
        train_dataset=dataset,
        data_collator=collate,
        callbacks=[_Watch(folder, identity, progress)],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=str(newest) if newest else None)
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    return _step(newest) if newest else 0, float(losses[-1])


def _arguments(folder: Path, steps: int, settings: FineTune) -> TrainingArguments:
    gpu = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(folder),
        max_steps=steps,
        per_device_train_batch_size=settings.batch,
        train_sampling_strategy="sequential",  # the plan's order
        learning_rate=settings.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=round(settings.warmup * steps),
        weight_decay=settings.weight_decay,
        seed=settings.seed,
        save_steps=settings.checkpoint_every,
        save_total_limit=2,  # the older one stays until the newer is marked as whole
        logging_steps=max(1, steps // 100),
        remove_unused_columns=False,
        dataloader_pin_memory=gpu,
        use_cpu=not gpu,
        report_to=[],
        disable_tqdm=True,
        log_level="error",
    )


class _Watch(TrainerCallback):
    """Marks checkpoints once they are whole, and tells of progress."""

    def __init__(self, folder: Path, identity: str, progress: Progress | None) -> None:
        self.folder, self.identity, self.progress = folder, identity, progress

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Mark the checkpoint of this step, once it is on the disk."""
        checkpoint = self.folder / f"checkpoint-{state.global_step}"
        for file in checkpoint.iterdir():
            fsync(file)
        write_whole(checkpoint / MARK, json.dumps({"identity": self.identity}))

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: object,
    ) -> None:
        """Pass the loss on."""
        if self.progress and logs and "loss" in logs:
            self.progress(state.global_step, state.max_steps, float(logs["loss"]))


def _newest(folder: Path, identity: str) -> Path | None:
    """Return the newest whole checkpoint of `identity` in `folder`; delete all that are not."""
    whole = []
    for checkpoint in folder.glob("checkpoint-*"):
        mark = checkpoint / MARK
        if mark.is_file() and json.loads(mark.read_text("utf-8"))["identity"] == identity:
            whole.append(checkpoint)
        else:
            shutil.rmtree(checkpoint)
    return max(whole, key=_step, default=None)


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])
