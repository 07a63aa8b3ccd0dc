"""The funnel of a run: what each step took in, removed and gave on, and what each rule did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from corpus.outlook import outlook
from flows.jobs.redaction import unread
from store.objects import Output

if TYPE_CHECKING:
    from flows.context import Work
    from flows.curate import Curated

STEPS = {
    "ingest": "ingest",
    "normalise": "clean",
    "identify": "clean",
    "boilerplate": "clean",
    "filter": "sift",
    "deduplicate": "find",
    "redact": "redact",
    "split": "vary",
    "decontaminate": "vary",
    "augment": "vary",
}
"""Step of the funnel → the job that counts its documents."""

FITS = {
    "ingest": ("scan", "read", "gather"),
    "identify": ("letters",),
    "boilerplate": ("frames",),
    "filter": ("measure", "sessions", "outliers"),
    "deduplicate": ("sketch", "chats", "bands", "meet", "verify", "families"),
    "redact": ("names",),
    "split": ("splits",),
    "decontaminate": ("overlap",),
}
"""Step of the funnel → the jobs that prepare it, whose time is its own."""

COUNTS = {"documents_in": "in", "kept": "kept", "removed": "removed", "added": "added"}
BYTES = {"bytes_in": "bytes_in", "bytes_out": "bytes_out"}


def funnel_of(work: Work) -> pa.Table:
    """Return the rows of the table `funnel` for the jobs of `work` so far."""
    sums: Counter[str] = Counter()
    for done in work.made:
        sums.update({f"{done.output.step}/{k}": v for k, v in done.output.counts.items()})
    read, before = sums["ingest/documents"], sums["ingest/bytes"]
    first = {"step": "ingest", "documents_in": read, "kept": read, "removed": 0, "added": 0}
    rows: list[dict[str, Any]] = [first]
    rows[0] |= {"bytes_in": before, "bytes_out": before}
    for step, job in list(STEPS.items())[1:]:
        told = {c: sums[f"{job}/{step}.{k}"] for c, k in {**COUNTS, **BYTES}.items()}
        if step == "augment":
            told["kept"] = told["documents_in"]
        rows.append({"step": step, **told})
    for n, row in enumerate(rows):
        jobs = (*FITS.get(row["step"], ()), STEPS[row["step"]])
        seconds = sum(work.seconds.get(job, 0.0) for job in jobs)
        row |= {"run": work.run, "n": n, "seconds": seconds}
    return pa.Table.from_pylist(rows)


def figures_of(work: Work, corpus: Curated) -> pa.Table:
    """Return what each rule did, and what the splits came to, as rows of the table `figures`."""
    counted: Counter[tuple[str, str, str]] = Counter()
    stages: Sequence[Sequence[Output]] = [
        corpus.cleaned, corpus.sifted, corpus.found, corpus.hidden, corpus.shards,
    ]  # fmt: skip
    for outputs in stages:
        for output in outputs:
            events = work.library.objects.table(output, "events", ["step", "action", "rule"])
            for row in (
                events.group_by(["step", "action", "rule"])
                .aggregate([([], "count_all")])
                .to_pylist()
            ):
                counted[row["step"], row["rule"], row["action"]] += row["count_all"]
    rows: list[dict[str, Any]] = [
        {"run": work.run, "step": s, "rule": r, "name": a, "value": float(n)}
        for (s, r, a), n in sorted(counted.items())
    ]
    unread_rows = [
        {"run": work.run, "step": "redact", "name": "without name model", "value": float(n)}
        | {"bucket": language}
        for language, n in sorted(unread(corpus.found).items())
    ]
    told = [*rows, *unread_rows, *_histograms(work), *_shares(work, corpus)]
    return pa.Table.from_pylist(told, _FIGURES)


def _shares(work: Work, corpus: Curated) -> Iterator[dict[str, Any]]:
    """Yield the rows that say what share of the text each held-out part has, and why not more."""
    for row in work.library.objects.table(corpus.assigned, "shares").to_pylist():
        told = {"run": work.run, "step": "split", "rule": row["part"]}
        yield {**told, "name": "asked", "value": row["asked"]}
        yield {**told, "name": "share", "value": row["has"]}
        if row["why"]:
            yield {**told, "name": f"missed: {row['why']}", "value": row["has"] - row["asked"]}


def _histograms(work: Work) -> Iterator[dict[str, Any]]:
    """Yield the rows that say how the documents lie about the bound of each quality rule."""
    measured = [
        work.library.objects.table(done.output, "figures")
        for done in work.made
        if done.output.step in ("measure", "sessions")
    ]
    for o in outlook(measured, work.settings.filter):
        told = {"run": work.run, "step": "filter", "rule": o.rule, "kind": o.kind}
        yield {**told, "name": "threshold", "value": o.threshold}
        yield {**told, "name": "judged", "value": float(o.judged)}
        yield {**told, "name": "beyond", "value": float(o.fails)}
        for bucket in o.histogram:
            bars = {"histogram": bucket.documents, "histogram kept": bucket.kept}
            for name, count in bars.items():
                yield {**told, "name": name, "value": float(count), "bucket": bucket.label}


_FIGURES = pa.schema(
    [
        ("run", pa.string()),
        ("step", pa.string()),
        ("rule", pa.string()),
        ("kind", pa.string()),
        ("name", pa.string()),
        ("value", pa.float64()),
        ("bucket", pa.string()),
    ]
)


def model_figures(run: str, figures: dict[str, float]) -> pa.Table:
    """Return the figures of a fine-tuned model as rows of the table `figures`."""
    rows = [{"run": run, "step": "finetune", "name": n, "value": v} for n, v in figures.items()]
    return pa.Table.from_pylist(rows, _FIGURES)


def tokenizer_figures(run: str, figures: pa.Table) -> pa.Table:
    """Return what was measured of tokenizers, whole and by kind, as rows of the table `figures`."""
    told = {"run": run, "step": "train-tokenizer"}
    rows = []
    for row in figures.to_pylist():
        if row["by"] not in ("split", "kind"):
            continue
        kind = row["value"] if row["by"] == "kind" else None
        held_out = "held_out_" if row["value"] == "valid" else ""
        of = {"rule": row["tokenizer"], "kind": kind, "name": held_out + row["figure"]}
        rows.append({**told, **of, "value": row["number"], "bucket": row["bucket"]})
    return pa.Table.from_pylist(rows, _FIGURES)
