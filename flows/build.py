"""The flows: the five steps, each on its own, and build, all of them in order."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from prefect import Flow, flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.states import Completed, State

from flows.commands.compare import note_documents
from flows.context import Work
from flows.curate import curated
from flows.finetune import finetuned
from flows.funnel import funnel_of
from flows.gate import check_page
from flows.ingest import ingested
from flows.record import keep, runs_before
from flows.report import write_report
from flows.runners import task_runner
from flows.settings import OVERLAYS, Settings
from flows.signoff import wait_for_sign_off
from flows.tasks import flow_work
from flows.tidy import KEPT_RUNS, sweep
from flows.train_tokenizer import trained
from flows.write_shards import written

CURATE = (
    "sources", "normalise", "identify", "boilerplate", "filter", "deduplicate", "redact",
    "review", "split", "decontaminate", "augment",
)  # fmt: skip
PUBLISHING = ("train-tokenizer", "write-shards")
"""Steps that need a sign-off where the settings ask for one."""


def configurable(*sections: str) -> Callable[[Callable[..., State]], Callable[..., State]]:
    """Give a flow function one optional parameter per settings section: an overlay on the TOML."""

    def wrap(function: Callable[..., State]) -> Callable[..., State]:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters = [
            inspect.Parameter(name, kind, default={}, annotation=OVERLAYS[name])
            for name in sections
        ]
        told = [f"    {name}: {Settings.model_fields[name].description}" for name in sections]
        function.__doc__ = "\n".join([str(function.__doc__), "", "Args:", *told])
        function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return function

    return wrap


@flow(name="ingest", persist_result=False, validate_parameters=True)
@configurable("sources", "run")
def ingest(**overlay: Any) -> State:
    """Read every export: recognised by content, aligned, attributed, every item accounted for."""
    with flow_work(overlay) as work:
        source = work.results["ingest"] = ingested(work)
        documents = sum(s.counts.get("documents", 0) for s in source.shards)
        files, refused = len(source.inventory.entries), len(source.inventory.refused)
        return Completed(
            message=f"{documents:,} documents from {files:,} files, {refused:,} not read"
        )


@flow(name="curate", persist_result=False)
@configurable(*CURATE, "run")
def curate(**overlay: Any) -> State:
    """Clean, filter, deduplicate, redact, split and vary; ends with the leak gate."""
    with flow_work(overlay) as work:
        before(work, "curate")
        work.results["curate"] = curated(work, work.results["ingest"])
        rows = funnel_of(work).to_pylist()
        note_funnel(rows)
        return Completed(message=f"{rows[-1]['kept']:,} of {rows[0]['kept']:,} documents kept")


@flow(name="train-tokenizer", persist_result=False)
@configurable(*CURATE, "tokenizer", "run")
def train_tokenizer(**overlay: Any) -> State:
    """Train tokenizers on own words of the training split, compare them, and choose one."""
    with flow_work(overlay) as work:
        before(work, "train-tokenizer")
        made = work.results["tokenizers"] = trained(work, work.results["curate"].shards)
        work.results["train-tokenizer"] = made.tokenizer
        return Completed(message=made.sentence())


@flow(name="write-shards", persist_result=False)
@configurable(*CURATE, "tokenizer", "plan", "run")
def write_shards(**overlay: Any) -> State:
    """Write token shards, publish corpus.duckdb and record the training plans."""
    with flow_work(overlay) as work:
        before(work, "write-shards")
        told = (work.results[s] for s in ("ingest", "curate", "train-tokenizer"))
        made = work.results["write-shards"] = written(work, *told)
        _finish(work)
        return Completed(message=f"{made.counts['tokens']:,} tokens")


@flow(name="finetune", persist_result=False)
@configurable(*CURATE, "tokenizer", "plan", "finetune", "run")
def finetune(**overlay: Any) -> State:
    """Train the little model on the shards and measure it on held-out writing."""
    with flow_work(overlay) as work:
        before(work, "finetune")
        named = work.results["curate"].named
        figures = work.results["finetune"] = finetuned(work, work.results["train-tokenizer"], named)
        write_report(work.library, work.run, partial(check_page, work.library, named))
        told = ", ".join(f"{name} {value:.3f}" for name, value in figures.items())
        return Completed(message=told or "done")


STEPS: dict[str, Flow] = {
    step.name: step for step in (ingest, curate, train_tokenizer, write_shards, finetune)
}
"""The steps in order, by the name of their flow."""


@flow(name="build", persist_result=False)
@configurable(*OVERLAYS)
def build(**overlay: Any) -> State:
    """Everything: exports in; corpus, tokenizer, token shards and a fine-tuned model out."""
    with flow_work(overlay) as work:
        return through(work, list(STEPS))


def through(work: Work, steps: Sequence[str]) -> State:
    """Run `steps` in order as flows of their own and return the last one's state."""
    state: State = Completed()
    for step in steps:
        if step in PUBLISHING:  # asked in the outermost flow: its page is the one that says Paused
            wait_for_sign_off(work)
        runner: Any = task_runner(work.settings.run)
        step_flow: Any = STEPS[step].with_options(task_runner=runner)
        state = step_flow(return_state=True)
        if not state.is_completed():
            state.result(raise_on_failure=True)
    return state


def before(work: Work, step: str) -> None:
    """Run the steps before `step` that this run has not done yet."""
    names = list(STEPS)
    through(work, [s for s in names[: names.index(step)] if s not in work.results])


def note_funnel(rows: list[dict[str, object]]) -> None:
    """Show the funnel on the run's page in the Prefect UI."""
    shown = [{k: v for k, v in row.items() if k not in ("run", "n")} for row in rows]
    create_table_artifact(shown, key="funnel", description="Documents through each step")


def note_report(run: str) -> None:
    """Say on the run's page where its report is; the library's own path is personal."""
    told = (
        f"`runs/{run}/report.html` in the library's folder holds the tables and plots of this "
        "run; `commonplace status LIBRARY` shows the funnel in a terminal."
    )
    create_markdown_artifact(told, key="report", description="Where the report is")


def _finish(work: Work) -> None:
    """Remember the run, report on it, and delete objects that the last two runs do not reach."""
    origins = work.origins
    values = work.settings.model_dump(mode="json")
    record = work.record()
    note_documents(work.library, work.run)
    keep(work.library, record, {"settings": values, "origins": origins}, funnel_of(work))
    named = work.results["curate"].named
    write_report(work.library, work.run, partial(check_page, work.library, named))
    note_report(work.run)
    sweep(work.library, runs_before(work.library)[-KEPT_RUNS:])
