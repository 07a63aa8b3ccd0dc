"""Run the flows in this process, as `commonplace build` does, and say what came out."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.sources.archive import NotFound
from flows import show
from flows.context import LIBRARY, Work, working
from flows.funnel import funnel_of
from flows.jobs.job import StepFailed, explained
from flows.jobs.redaction import unread, unread_sentence
from flows.report import REPORT
from flows.server import served
from flows.settings import SettingsError
from flows.settled import Look, settled
from store.library import Library
from store.query import open_catalogue

if TYPE_CHECKING:  # brings Prefect, which is there only when there is something to do
    from prefect import Flow
    from prefect.states import State

STEPS = ("ingest", "curate", "train-tokenizer", "write-shards", "finetune")
"""The steps of a build in order, by the name of their flow."""

TRIES, SENTENCE_TOKENS, TEMPERATURE, ENOUGH_WORDS = 6, 48, 0.7, 8

QUESTIONS = {
    "What I write, by kind": "SELECT kind, count(*) AS documents, sum(bytes) AS bytes, "
    "min(created)::DATE AS first, max(created)::DATE AS last FROM documents "
    "WHERE origin = 'self' GROUP BY kind ORDER BY bytes DESC",
    "Why documents are not used": "SELECT removed, count(*) AS documents FROM removed "
    "GROUP BY removed ORDER BY documents DESC LIMIT 8",
    "What may still single someone out (table combinations)": "SELECT types, "
    "count(DISTINCT hmac) AS combinations, count(DISTINCT document) AS documents "
    "FROM combinations GROUP BY types ORDER BY combinations DESC LIMIT 8",
    "What was replaced": "SELECT type, count(*) AS spans, count(DISTINCT hmac) AS different "
    "FROM redactions GROUP BY type ORDER BY spans DESC LIMIT 8",
}
"""What a build answers by itself, as examples of questions to ask."""


def steps_until(last: str) -> list[str]:
    """Return the steps up to `last`; raises SettingsError when there is no such step."""
    if last not in STEPS:
        raise SettingsError(f"--until {last}: no such step; there are {', '.join(STEPS)}")
    return list(STEPS[: STEPS.index(last) + 1])


def local_run(
    library: Path, steps: Sequence[str], overlay: Mapping[str, object], quiet: bool = False
) -> Work:
    """Run `steps` on `library` in this process and return the finished work.

    When the last run did all of it, that run's work is returned and nothing is started. Raises
    NoLibrary, NoKey, SettingsError, Busy or StepFailed, each with one sentence.
    """
    opened = Library.open(library)
    for path in opened.roots():
        if not path.exists():
            raise NotFound(f"{path}: no such file or folder; correct it in secrets/sources.toml")
    os.environ[LIBRARY] = str(opened.root)
    with show.progress(quiet):
        work, done = settled(steps, overlay)
        return work if done else _run(opened, steps, overlay, work)


def _run(library: Library, steps: Sequence[str], overlay: Mapping[str, object], look: Work) -> Work:
    """Run `steps` as flows, reading what `look` found to be there, and return the work."""
    from prefect import flow

    from flows.build import through
    from flows.tasks import Tasks

    @flow(name="build", persist_result=False)
    def build() -> State:
        return through(work, steps)

    with working(dict(overlay), Tasks) as work:
        if "ingest" in look.results:
            work.results["inventory"] = look.results["ingest"].inventory
        finished(library, build)
    return work


def finished(library: Library, run: Flow) -> None:
    """Run the flow `run` to its end; raises StepFailed with the sentence that says why not."""
    try:
        with served():
            state: Any = run(return_state=True)
    except Exception as error:  # Prefect itself failed, as it does when its disk is full
        raise explained(library, run.name, error) from None
    if not state.is_completed():
        raise StepFailed(_reason(state, library, run.name))


def _reason(state: State, library: Library, name: str) -> str:
    error = state.result(raise_on_failure=False)
    told = error if isinstance(error, Exception) else RuntimeError(state.message)
    return str(explained(library, name, told))


def summary(work: Work, as_json: bool) -> None:
    """Print the funnel, three answers, a sentence of the model's, and where everything is."""
    rows = funnel_of(work).to_pylist()
    library = work.library
    model = work.results.get("finetune", {})
    without = unread(d.output for d in work.made if d.output.step == "find")
    if as_json:
        told = {"run": work.run, "funnel": rows, "figures": model, "found": _found(work)}
        told["without_name_model"] = dict(without)
        print(json.dumps(told, indent=1))
        return
    if isinstance(work.engine, Look):
        show.out.print(f"Nothing to do: it is all as run {work.run} left it.\n")
    show.funnel(rows)
    tokens = work.results["write-shards"].counts["tokens"] if "write-shards" in work.results else 0
    read = rows[0]["kept"]
    last = next((row for row in reversed(rows) if row["documents_in"]), rows[0])
    show.out.print(
        f"{read:,} documents in, {read - last['kept']:,} removed, "
        f"{last['kept']:,} kept, {last['added']:,} variants, {tokens:,} tokens\n"
    )
    if without:
        show.out.print(f"Warning: {unread_sentence(without)}\n", style="yellow")
    if "write-shards" in work.results:
        _answers(library)
    if model:
        show.table(["held-out figure", "value"], list(model.items()), "The little model")
        if not isinstance(work.engine, Look):  # drawing one takes longer than the whole look
            sentence = _sentence(library.models / str(work.results["model"]))
            show.out.print(f"It writes: {show.plain(sentence)}\n")
    _places(work)


def _sentence(model: Path) -> str:
    """Return the first of a few drawn texts that has some words, on one line."""
    from model.write import write  # brings torch: only when there is a model

    drawn = ""
    for seed in range(TRIES):
        drawn = " ".join(write(model, None, SENTENCE_TOKENS, TEMPERATURE, seed).split())
        if len(drawn.split()) >= ENOUGH_WORDS:
            break
    return drawn


def _answers(library: Library) -> None:
    connection = open_catalogue(library)
    for title, query in QUESTIONS.items():
        found = connection.sql(query)
        show.table(found.columns, found.fetchall(), title)
    connection.close()


def _found(work: Work) -> str:
    found = sum(d.found for d in work.made)
    return f"{found} of {len(work.made)} jobs were done before"


def _places(work: Work) -> None:
    library = work.library
    shown = {
        "corpus": library.catalogue,
        "tokenizer": _folder(work, "train-tokenizer", library.tokenizers),
        "token shards": _folder(work, "write-shards", library.shards),
        "model": library.models / str(work.results["model"]) if "model" in work.results else None,
        "report": library.runs / work.run / REPORT,
    }
    for name, path in shown.items():
        if path is not None and path.exists():
            show.out.print(f"{name:>13}  {os.path.relpath(path)}", soft_wrap=True)
    show.out.print(f"{'':>13}  {_found(work)}")


def _folder(work: Work, step: str, parent: Path) -> Path | None:
    return parent / work.results[step].key if step in work.results else None
