"""Fine-tune: a small model on the token shards, measured on held-out writing before and after."""

from __future__ import annotations

import shutil

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, State

from flows.context import Work
from flows.funnel import model_figures
from flows.gate import check_folder
from flows.jobs.job import StepFailed, explained
from flows.learnt import TRAIN, figures_in, wanted
from flows.progress import tell
from model.settings import FineTune
from store import lineage
from store.catalogue import amend
from store.library import Library
from store.loader import sequences
from store.objects import Output


@task(name="finetune", task_run_name="finetune-{name}", cache_policy=NO_CACHE, persist_result=False)
def learn(root: str, name: str, held_out: str, tokenizer: str, settings: FineTune) -> State:
    """Train `models/<name>/`, going on from its newest checkpoint; found if it is finished."""
    library = Library(root)
    folder = library.models / name
    if (found := figures_in(folder)) is not None:
        return Completed(name="Cached", data=found)
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
    return Completed(data=figures_in(folder))


def finetuned(work: Work, tokenizer: Output, named: Output) -> dict[str, float]:
    """Return the figures of the model of the recorded plan; it stands in `models/<name>/` then.

    A model that was already trained on the same plan, shards and settings is found. Raises
    StepFailed when nothing is held out to measure it on, and when the folder holds one of the
    values of `named`; it is gone then.
    """
    library, settings = work.library, work.settings.finetune
    model = wanted(library, tokenizer, settings)
    tell("finetune", 0, 1)
    told = (str(library.root), model.name, model.held_out, tokenizer.key, settings)
    state: State = learn(*told, return_state=True)
    figures = state.result()
    try:
        check_folder(library, named, library.models / model.name)
    except StepFailed:
        shutil.rmtree(library.models / model.name)
        raise
    tell("finetune", 1, 1)
    made = lineage.Made(kind="model", name=model.name)
    lineage.keep(library, made, lineage.documents(library, model.train_digest))
    amend(library, {"figures": model_figures(work.run, figures)})
    work.results["model"] = model.name
    return figures
