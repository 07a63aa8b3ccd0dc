"""Fine-tune: a small model on the token shards, measured on held-out writing before and after."""

from __future__ import annotations

import json
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, State

from corpus.keys import digest
from flows.context import Work
from flows.funnel import model_figures
from flows.job import StepFailed, explained
from flows.progress import tell
from model.settings import FineTune
from store import lineage
from store.catalogue import amend
from store.library import Library
from store.loader import sequences
from store.objects import Output
from store.query import open_catalogue

FIGURES = "commonplace.json"
TRAIN, HELD_OUT = "train", ("valid", "test")


@task(name="finetune", task_run_name="finetune-{name}", cache_policy=NO_CACHE, persist_result=False)
def learn(root: str, name: str, held_out: str, tokenizer: str, settings: FineTune) -> State:
    """Train `models/<name>/`, going on from its newest checkpoint; found if it is finished."""
    library = Library(root)
    folder = library.models / name
    if (folder / FIGURES).is_file():
        return Completed(name="Cached", data=_figures(folder))
    from model.finetune import finetune  # torch is imported only where it is needed

    try:
        finetune(
            sequences(library.root, TRAIN, tokenizer=tokenizer),
            sequences(library.root, held_out, tokenizer=tokenizer),
            library.objects.folder("tokenizers", tokenizer),
            folder,
            settings,
            lambda step, steps, loss: tell("finetune", step, steps),
        )
    except Exception as error:
        raise explained(library, "finetune", error) from None
    return Completed(data=_figures(folder))


def finetuned(work: Work, tokenizer: Output) -> dict[str, float]:
    """Return the figures of the model of the recorded plan; it stands in `models/<name>/` then.

    A model that was already trained on the same plan, shards and settings is found. Raises
    StepFailed when nothing is held out to measure it on.
    """
    plans = _plans(work.library)
    held_out = next((name for name in HELD_OUT if name in plans), None)
    if TRAIN not in plans or held_out is None:
        raise StepFailed(
            "finetune: too little writing of your own to hold some out and measure on; "
            "the corpus and the shards are published all the same"
        )
    _check_tokenizer(work.library, tokenizer.key)
    settings = work.settings.finetune
    told = [plans[TRAIN], plans[held_out], tokenizer.digest(), settings.model_dump(mode="json")]
    name = digest(*told)[:16]
    tell("finetune", 0, 1)
    root = str(work.library.root)
    state: State = learn(root, name, held_out, tokenizer.key, settings, return_state=True)
    figures = state.result()
    tell("finetune", 1, 1)
    made = lineage.Made(kind="model", name=name)
    lineage.keep(work.library, made, lineage.documents(work.library, str(plans[TRAIN][0])))
    amend(work.library, {"figures": model_figures(work.run, figures)})
    work.results["model"] = name
    return figures


def _check_tokenizer(library: Library, key: str) -> None:
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


def _figures(folder: Path) -> dict[str, float]:
    told = json.loads((folder / FIGURES).read_text("utf-8"))["figures"]
    return {name: float(value) for name, value in told.items()}
