"""Which model the published plans and shards ask for, and what it came to if it is trained."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.keys import digest
from corpus.stage import Section
from flows.jobs.job import StepFailed
from model.settings import FineTune
from store.library import Library
from store.objects import Output
from store.query import open_catalogue

FIGURES = "commonplace.json"
TRAIN, HELD_OUT = "train", ("valid", "test")


class Wanted(Section):
    """A model by its `name`, a digest of all it depends on, and the plans it is made with."""

    name: str
    held_out: str
    train_digest: str


def wanted(library: Library, tokenizer: Output, settings: FineTune) -> Wanted:
    """Return the model of the recorded plans and shards under `settings`.

    Raises StepFailed when nothing is held out to measure it on, or the shards were written with
    another tokenizer.
    """
    plans = _plans(library)
    held_out = next((name for name in HELD_OUT if name in plans), None)
    if TRAIN not in plans or held_out is None:
        raise StepFailed(
            "finetune: too little writing of your own to hold some out and measure on; "
            "the corpus and the shards are published all the same"
        )
    check_tokenizer(library, tokenizer.key)
    told = [plans[TRAIN], plans[held_out], tokenizer.digest(), settings.model_dump(mode="json")]
    return Wanted(name=digest(*told)[:16], held_out=held_out, train_digest=str(plans[TRAIN][0]))


def figures_in(folder: Path) -> dict[str, float] | None:
    """Return the figures of the model in `folder`, or None while it is not finished."""
    path = folder / FIGURES
    if not path.is_file():
        return None
    told = json.loads(path.read_text("utf-8"))["figures"]
    return {name: float(value) for name, value in told.items()}


def check_tokenizer(library: Library, key: str) -> None:
    """Raise StepFailed unless the published shards were written with the tokenizer `key`."""
    with open_catalogue(library) as connection:
        used = connection.execute("SELECT DISTINCT tokenizer FROM shards").fetchall()
    if others := sorted({told for (told,) in used} - {key}):
        raise StepFailed(
            f"finetune: the token shards were written with tokenizer {others[0]}, the one in use "
            f"is {key}; run write-shards first"
        )


def _plans(library: Library) -> dict[str, list[object]]:
    """Return the recorded plans: name → digest of the order and of the shards it reads."""
    with open_catalogue(library) as connection:
        rows = connection.execute("SELECT plan, digest FROM plans").fetchall()
        shards = connection.execute("SELECT digest FROM shards ORDER BY shard").fetchall()
    return {plan: [order, shards] for plan, order in rows}
