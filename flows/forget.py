"""Forget: a person, thread, file or document, out of everything that was made of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from typing import Annotated, Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.states import Completed, State
from pydantic import Field

from flows.asked import Asked, by_ids, find
from flows.build import STEPS, through
from flows.context import Work
from flows.jobs.job import NothingLeft, StepFailed
from flows.record import RECORD, runs_before
from flows.tasks import flow_work, worker_library
from flows.tidy import is_sealed, seal_objects, sweep
from flows.tombstone import tombstone
from flows.traces import Traces, search
from store import catalogue, lineage, splits, tombstones
from store.hf import CACHE
from store.library import Library
from store.objects import write_whole
from store.tombstones import Tombstone

REPORT = "forgotten.json"


Documents = list[Annotated[str, Field(pattern="^d[0-9a-f]{24}$")]]
Threads = list[Annotated[str, Field(pattern="^t[0-9a-f]{24}$")]]
Authors = list[Annotated[str, Field(pattern="^p[0-9a-f]{24}$")]]
Files = list[Annotated[str, Field(pattern="^f[0-9a-f]{24}$")]]


@flow(name="forget", persist_result=False, validate_parameters=True)
def forget(
    documents: Documents = (),  # type: ignore[assignment]
    threads: Threads = (),  # type: ignore[assignment]
    people: Authors = (),  # type: ignore[assignment]
    files: Files = (),  # type: ignore[assignment]
) -> State:
    """Forget what the ids name, everywhere and ever after; without ids, finish what was begun.

    A run's parameters are stored: give opaque ids as SQL shows them, never a name or a text.

    Args:
        documents: Ids of documents (d…).
        threads: Ids of conversations (t…).
        people: Ids of people, in SQL the column author (p…).
        files: Ids of source files, in SQL sources.file (f…).
    """
    library = worker_library()
    with flow_work(last_settings(library)) as work:
        asked = by_ids([*documents, *threads, *people, *files])
        if asked != Asked():
            put_down(work, asked)
        told = finish(work)
        if told is None:
            return Completed(message="nothing to forget")
        _note(told)
        return Completed(message=f"{told['documents']:,} documents forgotten; {told['verdict']}")


def put_down(work: Work, asked: Asked) -> Tombstone:
    """Find what `asked` means and write its tombstone; raises NotKnown."""
    sealed = is_sealed(work.library)
    through(work, ["ingest"])
    source = work.results.pop("ingest")
    work.made.clear()
    shard_mb = work.settings.run.shard_mb
    found = find(work.library, source, shard_mb, asked)
    stone = tombstone(work.library, source, shard_mb, asked, found)
    stone = stone.model_copy(update={"sealed": sealed})
    tombstones.put(work.library, stone)
    return stone


def finish(work: Work) -> dict[str, Any] | None:
    """Carry out every tombstone that is pending and return the report; None when there is none.

    Interrupted anywhere, it is carried on by the next call: each part can be done again, and the
    tombstone is marked done last.
    """
    library = work.library
    stones = [s for s in tombstones.tombstones(library) if s.state == "pending"]
    if not stones:
        return None
    gone = {id_ for stone in stones for id_ in stone.gone}
    splits.forget(library, gone)
    library.unpin(gone)
    for old in (library.root / CACHE, library.secrets / "errors"):
        shutil.rmtree(old, ignore_errors=True)
    untrained = rebuild(work, any(stone.until == "finetune" for stone in stones))
    tainted = [m for s in stones for m in lineage.taint(library, s.id, gone)]
    unknown = delete_tainted(work, tainted)
    delete_runs(work)
    if any(stone.sealed for stone in stones):
        seal_objects(library)
    report = _report(stones, tainted, unknown, search(library, stones))
    report["model"] = untrained
    (library.runs / work.run).mkdir(parents=True, exist_ok=True)
    write_whole(library.runs / work.run / REPORT, json.dumps(report, indent=1))
    for stone in stones:
        tombstones.put(library, stone.model_copy(update={"state": "done"}))
    return report


def rebuild(work: Work, model: bool) -> str:
    """Make again everything published, and with `model` the model; withdraw it if nothing is left.

    Returns why no model was trained, or nothing: that keeps no one from forgetting.
    """
    names = list(STEPS)
    try:
        through(work, names[: names.index("finetune")])
    except NothingLeft as left:
        catalogue.withdraw(work.library)
        for folder in (work.library.tokenizers, work.library.shards):
            shutil.rmtree(folder, ignore_errors=True)
        return str(left)
    try:
        through(work, ["finetune"] if model else [])
    except StepFailed as failed:
        return str(failed)
    return ""


def last_settings(library: Library) -> dict[str, Any]:
    """Return the settings of the last run, so that forgetting changes nothing but what is gone."""
    records = runs_before(library)
    path = library.runs / records[-1].run / "settings.json" if records else None
    return json.loads(path.read_text("utf-8"))["settings"] if path and path.exists() else {}


def delete_tainted(work: Work, tainted: Collection[lineage.Made]) -> list[str]:
    """Delete the models that learnt what is gone, and those nobody knows the documents of.

    Returns the latter. What was trained in this run was trained without it, and stays.
    """
    library, made = work.library, {m.name for m in lineage.made(work.library) if m.kind == "model"}
    learnt = {m.name for m in tainted if m.kind == "model"}
    unknown = []
    for folder in sorted(p for p in library.models.glob("*") if p.is_dir()):
        if folder.name == work.results.get("model"):
            continue
        if folder.name not in made:
            unknown.append(folder.name)
        if folder.name in learnt or folder.name not in made:
            shutil.rmtree(folder)
    return unknown


def delete_runs(work: Work) -> None:
    """Delete every other run's folder, and every output and temporary file this run did not make.

    The settings and the secrets stay.
    """
    for folder in sorted(work.library.runs.glob(f"*/{RECORD}")):
        if folder.parent.name != work.run:
            shutil.rmtree(folder.parent)
    sweep(work.library, runs_before(work.library))


def _report(
    stones: Collection[Tombstone],
    tainted: Collection[lineage.Made],
    unknown: Collection[str],
    traces: Traces,
) -> dict[str, Any]:
    """Return what was forgotten and what a search for it found, in counts and opaque ids."""
    by_kind = {
        f"{kind}s": [m.name for m in tainted if m.kind == kind]
        for kind in ("model", "plan", "export")
    }
    return {
        "tombstones": [stone.id for stone in stones],
        "documents": sum(stone.documents for stone in stones),
        "verdict": traces.verdict(),
        "searched": {"files": traces.files, "texts": traces.texts, "tokens": traces.tokens},
        "left": dict(traces.ids),
        "holding": dict(traces.holding.most_common()),
        "holding_published": sorted(traces.published),
        "runs_of_words": dict(traces.runs),
        "tainted": {**by_kind, "models_of_unknown_making": list(unknown)},
        "not_searched": traces.unread,
    }


def _note(report: dict[str, Any]) -> None:
    """Show the report on the run's page in the Prefect UI."""
    rows = [{"what": name, "told": json.dumps(told)} for name, told in report.items()]
    create_table_artifact(rows, key="forgotten", description="What was forgotten, and the proof")
