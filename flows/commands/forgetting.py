"""The command `forget`: what a person types is found, confirmed, forgotten, and proved gone."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows import show
from flows.asked import Asked, Found, NotKnown, by_ids, find, with_typed
from flows.context import LIBRARY
from flows.forget import REPORT, forget, last_settings
from flows.local import finished, local_run
from flows.tidy import is_sealed
from flows.tombstone import tombstone
from store import lineage, tombstones
from store.library import Library


@dataclass(frozen=True)
class Typed:
    """What a person typed: opaque ids, people, sources and the words of a text."""

    ids: Sequence[str] = ()
    people: Sequence[str] = ()
    sources: Sequence[str] = ()
    text: str | None = None


def command(
    library: Path, typed: Typed, sure: Callable[[str], None], as_json: bool = False
) -> None:
    """Forget what was `typed` once `sure` returns, and print the proof; else finish what began.

    What is typed reaches no parameter and no log: it is kept as keyed hashes in `secrets/`.
    """
    opened = Library.open(library)
    asked = with_typed(opened, by_ids(typed.ids), typed.people, typed.sources, typed.text)
    pending = any(s.state == "pending" for s in tombstones.tombstones(opened))
    if asked == Asked() and not pending:
        raise NotKnown("say what to forget: ids, --person, --source or --text; nothing is pending")
    if asked != Asked():
        sealed = is_sealed(opened)
        work = local_run(library, ["ingest"], last_settings(opened), quiet=as_json)
        source, shard_mb = work.results["ingest"], work.settings.run.shard_mb
        found = find(opened, source, shard_mb, asked)
        sure(_question(found))
        stone = tombstone(opened, source, shard_mb, asked, found)
        tombstones.put(opened, stone.model_copy(update={"sealed": sealed}))
    os.environ[LIBRARY] = str(opened.root)
    with show.progress(as_json):
        finished(opened, forget)
    path = sorted(opened.runs.glob(f"*/{REPORT}"))[-1]
    report = json.loads(path.read_text("utf-8"))
    print(json.dumps(report, indent=1)) if as_json else _say(opened, report)


def _question(found: Found) -> str:
    files = {row.draft["file"] for row in found.rows}
    threads = {row.thread for row in found.rows if row.thread}
    repeating = len(found.documents - found.meant)
    told = f" ({repeating:,} of them because they repeat the words of others)" if repeating else ""
    return (
        f"Forget {len(found.documents):,} documents{told} of {len(threads):,} conversations, met "
        f"in {len(files):,} files? Everything made of them is made again without them. Your "
        "exports are not touched; from now on these pieces are left out of them."
    )


def _say(library: Library, report: dict[str, Any]) -> None:
    searched, tainted = report["searched"], report["tainted"]
    show.out.print(
        f"{report['documents']:,} documents forgotten. Searched: {searched['files']:,} files, "
        f"{searched['texts']:,} texts, {searched['tokens']:,} tokens: {report['verdict']}."
    )
    if report["left"]:
        show.table(["left in", "ids"], list(report["left"].items()))
    if report["holding"]:
        seen = report["holding_published"]
        rows = [[id_, n, id_ in seen] for id_, n in list(report["holding"].items())[:20]]
        header = ["document", "runs of words", "published"]
        show.table(header, rows, "Others that hold some of the words")
        show.out.print("They quote or resemble it: look with «why», and forget them too if so.")
    for kind, names in tainted.items():
        if names:
            shown = ", ".join(names)
            show.out.print(f"Made of it before ({kind.replace('_', ' ')}): {shown}")
    for made in lineage.made(library):
        if made.kind == "export" and made.name in tainted["exports"]:
            told = f"Handed out on {made.about['when']}: {made.about['path']}"
            show.out.print(f"{show.plain(told)}; delete it there", soft_wrap=True)
    if report["model"]:
        show.out.print(f"Not trained again: {report['model']}", soft_wrap=True)
    if tainted["models"] or tainted["models_of_unknown_making"]:
        show.out.print("Those models are deleted here; copies elsewhere still know it.")
