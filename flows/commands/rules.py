"""The dry run of the quality rules: what they would remove, before anything is removed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from prefect import flow
from prefect.states import Completed, State

from corpus.filter import MEASURED, Filter
from corpus.outlook import Bucket, Outlook, outlook, removed_in
from corpus.presets import ELSEWHERE
from corpus.rules import RULES, shown
from flows import show
from flows.commands.look import Question
from flows.context import LIBRARY, working
from flows.curate import cleaned_of
from flows.ingest import ingested
from flows.jobs.quality import measured_all
from flows.local import finished
from flows.record import runs_before
from flows.runners import task_runner
from flows.settings import Settings
from flows.tasks import Tasks
from store.library import Library
from store.objects import Output

STEPS = ("measure", "sessions")
BARS = " ▁▂▃▄▅▆▇█"
WIDTH = 40


class Taken(NamedTuple):
    """Stored figures of all documents and sessions, and the run they are of."""

    run: str
    tables: tuple[pa.Table, ...]


class Chosen(NamedTuple):
    """What of the outlook is asked for."""

    rules: Sequence[str] = ()
    kinds: Sequence[str] = ()
    as_json: bool = False


def dry_run(library: Path, overlay: Mapping[str, object], chosen: Chosen, fresh: bool) -> None:
    """Print what each rule would remove under the settings with `overlay`, and the histograms.

    Looks at the figures of the last build; where there are none, or when `fresh`, exports are
    read and measured first, by the jobs that a build would find done.
    """
    opened = Library.open(library)
    settings, _ = Settings.resolve(opened.settings, overlay)
    _check(chosen)
    taken = None if fresh else _of_last_build(opened)
    taken = taken or _take(opened, overlay, chosen.as_json)
    told = outlook(taken.tables, settings.filter)
    _check_kinds(chosen, told)
    wanted = [
        o
        for o in told
        if (not chosen.kinds or o.kind in chosen.kinds)
        and (not chosen.rules or o.rule in chosen.rules)
    ]
    total = _totals(taken, settings.filter)
    if chosen.as_json:
        print(json.dumps(_as_json(taken, settings.filter, total, wanted), indent=1))
        return
    _print(taken, settings.filter, total, wanted, bool(chosen.rules))


def _check(chosen: Chosen) -> None:
    """Raise Question when a rule is asked for that does not exist."""
    known = {"empty", *map(shown, RULES)}
    for rule in chosen.rules:
        if rule not in known:
            raise Question(f"--rule {rule}: no such rule; there are {', '.join(sorted(known))}")


def _check_kinds(chosen: Chosen, told: Sequence[Outlook]) -> None:
    kinds = sorted({o.kind for o in told})
    for kind in chosen.kinds:
        if kind not in kinds:
            raise Question(f"--kind {kind}: no such documents; there are {', '.join(kinds)}")


def _of_last_build(library: Library) -> Taken | None:
    """Return the figures of the last build; None when there was none."""
    records = runs_before(library)
    if not records:
        return None
    outputs = [library.objects.find(*pair) for pair in records[-1].outputs if pair[0] in STEPS]
    found = [o for o in outputs if o is not None]
    if len(found) < len(outputs) or not found:
        raise Question(
            "the figures of the last build are gone (sealed?); --fresh reads the exports again"
        )
    return Taken(records[-1].run, _tables(library, found))


def _take(library: Library, overlay: Mapping[str, object], quiet: bool) -> Taken:
    """Return the figures of the exports as they are now; what is done already is found."""
    os.environ[LIBRARY] = str(library.root)
    found: list[Output] = []

    @flow(name="rules", persist_result=False)
    def rules() -> State:
        source = ingested(work)
        measured = measured_all(work, cleaned_of(work, source))
        found.extend((*measured.shards, measured.sessions))
        return Completed()

    with working(dict(overlay), Tasks) as work, show.progress(quiet):
        runner: Any = task_runner(work.settings.run)
        finished(library, rules.with_options(task_runner=runner))
    return Taken("now", _tables(library, found))


def _tables(library: Library, outputs: Sequence[Output]) -> tuple[pa.Table, ...]:
    return tuple(library.objects.table(o, "figures") for o in outputs)


def _totals(taken: Taken, settings: Filter) -> dict[str, int]:
    """Return how many documents there are, and how many the rules would remove."""
    table = pa.concat_tables([MEASURED.empty_table(), *taken.tables])
    documents = int(sum(table["documents"].to_pylist()))
    return {"documents": documents, "removed": removed_in(table, settings)}


def _as_json(
    taken: Taken, settings: Filter, total: dict[str, int], told: Sequence[Outlook]
) -> dict[str, Any]:
    rows = []
    for o in told:
        bars = [{"bucket": b.label, "documents": b.documents, "kept": b.kept} for b in o.histogram]
        row = {**o._asdict(), "share": _share(o.removes, o.judged), "histogram": bars}
        rows.append({**row, "also_called": ELSEWHERE.get(o.rule.replace("-", "_"), ())})
    return {"figures_of": taken.run, "preset": settings.preset, **total, "rules": rows}


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _print(
    taken: Taken, settings: Filter, total: dict[str, int], told: Sequence[Outlook], large: bool
) -> None:
    """Print a row for each rule that removes something, or `large` histograms of all."""
    share = _share(total["removed"], total["documents"])
    show.out.print(
        f"Preset {settings.preset}: of {total['documents']:,} documents {total['removed']:,} "
        f"({share:.1%}) would be removed. Nothing is removed by looking."
    )
    if large:
        for o in told:
            _print_bars(o)
        return
    rows = [
        [o.kind, o.rule, o.threshold, o.removes, f"{_share(o.removes, o.judged):.1%}",
         o.fails, spark(o), " ".join(o.ids[:2])]
        for o in told if o.fails
    ]  # fmt: skip
    names = ["kind", "rule", "bound", "removes", "share", "beyond", "how it lies", "some of them"]
    show.table(names, rows, f"What the rules would do (figures of {taken.run})")
    quiet = len(told) - len(rows)
    show.out.print(f"{quiet} rules would remove nothing; --rule NAME shows one large.")


def spark(o: Outlook) -> str:
    """Return the histogram of `o` in one line, a bar a bucket, «|» where the bound is."""
    most = max((b.documents for b in o.histogram), default=1)
    out, marked = "", False
    for bucket in o.histogram:
        if not marked and bucket.high > o.threshold:
            out, marked = out + "|", True
        out += BARS[_height(bucket, most)]
    return out if marked else out + "|"


def _height(bucket: Bucket, most: int) -> int:
    """Return the height of a bar, 0 to 8: a tenth of the highest is still half as high."""
    if not bucket.documents:
        return 0
    return max(1, round((len(BARS) - 1) * (bucket.documents / most) ** 0.3))


def _print_bars(o: Outlook) -> None:
    """Print a histogram with a line for each bucket."""
    names = ", ".join(ELSEWHERE.get(o.rule.replace("-", "_"), ()))
    show.out.print(
        f"\n[bold]{o.kind} · {o.rule}[/bold] {o.threshold:g}{f' ({names})' if names else ''}: "
        f"{o.removes:,} of {o.judged:,} judged would be removed ({_share(o.removes, o.judged):.1%})"
    )
    most = max((b.documents for b in o.histogram), default=1)
    marked = False
    for bucket in o.histogram:
        if not marked and bucket.high > o.threshold:
            show.out.print(f"{'':>12} ┈┈┈ {o.threshold:g}")
            marked = True
        bar = "█" * round(WIDTH * bucket.documents / most) or ("▏" if bucket.documents else "")
        show.out.print(f"{bucket.label:>12} {bar} {bucket.documents:,}")
    if o.ids:
        show.out.print(f"{'':>12} such as {' '.join(o.ids)}")
