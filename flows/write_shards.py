"""Write token shards, publish the catalogue over everything, and record the training plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from flows.context import Work, one
from flows.curate import Curated
from flows.funnel import figures_of, funnel_of, tokenizer_figures
from flows.gate import Published, check, check_page
from flows.ingest import Ingested
from flows.jobs.job import Job
from flows.progress import tell
from flows.record import runs_before, runs_table
from flows.report import page_of
from store import lineage
from store.catalogue import amend, publish
from store.library import Library
from store.objects import Output, Writer
from store.originals import keep_originals
from store.plan import BadPlan, Plan, describe, from_catalogue
from store.plan import digest as plan_digest
from store.plan import write as write_plan
from store.query import open_catalogue
from store.shards import placed, write
from tokenizer.load import load

PLANS = {"train": None, "valid": "valid", "test": "test"}
"""Plan → the split it holds whole; None: what the settings choose."""


class WriteShards(Job):
    """Encodes every published document and variant into flat token files."""

    step: ClassVar[str] = "shards"
    shards: tuple[Output, ...]
    tokenizer: Output

    def identity(self) -> list[object]:
        """The published documents and variants, and the tokenizer's bytes."""
        told = [s.digest("documents", "variants") for s in self.shards]
        return [told, self.tokenizer.digest()]

    def make(self, library: Library, write_: Writer) -> None:
        """Write the shard files and the tables of shards and spans."""
        used = load(library.objects.folder("tokenizers", self.tokenizer.key))
        shards, spans = write(
            self._texts(library),
            used.encode,
            write_.folder,
            vocabulary=used.vocabulary,
            tokenizer=self.tokenizer.key,
        )
        write_.table("shards", shards)
        write_.table("spans", spans)
        write_.count(tokens=sum(shards["tokens"].to_pylist()), documents=spans.num_rows)

    def _texts(self, library: Library) -> Iterator[tuple[str, str, str]]:
        columns = ["id", "origin", "text", "removed"]
        for shard in self.shards:
            for part in ("documents", "variants"):
                for batch in library.objects.batches(shard, part, columns=columns):
                    rows = zip(*(batch.column(c).to_pylist() for c in columns), strict=True)
                    yield from ((i, o, t) for i, o, t, removed in rows if removed is None)


def written(work: Work, source: Ingested, corpus: Curated, tokenizer: Output) -> Output:
    """Return the token shards of the run, with the catalogue published and the plans recorded."""
    shards = one(work, WriteShards(shards=corpus.shards, tokenizer=tokenizer))
    tell("catalogue", 0, 1)
    files, tables = _files(work.library, source, corpus), _tables(work, source, corpus, shards)
    check(work, corpus, Published(tokenizer, shards, files, tables))
    publish(
        work.library,
        files,
        tables,
        lambda new: check_page(work.library, corpus.named, page_of(new, work.run)),
    )
    keep_originals(work.library, corpus.originals)
    plans = _plans(work, tokenizer, shards)
    if plans:
        amend(work.library, {"plans": pa.concat_tables(plans)})
    tell("catalogue", 1, 1)
    return shards


def _files(library: Library, source: Ingested, corpus: Curated) -> Mapping[str, Sequence[Path]]:
    """Return the Parquet files behind each table; events in the order of the steps."""
    path = library.objects.checked  # DuckDB, which reads them, looks at no checksum
    steps = [
        source.shards,
        corpus.cleaned,
        corpus.sifted,
        corpus.found,
        corpus.hidden,
        corpus.shards,
    ]
    return {
        "documents": [path(o, "documents") for o in corpus.shards],
        "variants": [path(o, "variants") for o in corpus.shards],
        "events": [path(o, "events") for step in steps for o in step],
        "redactions": [path(o, "redactions") for o in corpus.hidden],
        "combinations": [path(corpus.combinations, "combinations")],
        "duplicates": [path(corpus.families, "duplicates")],
        "sightings": [path(source.gathered, "sightings")],
    }


def _tables(work: Work, source: Ingested, corpus: Curated, shards: Output) -> dict[str, pa.Table]:
    objects = work.library.objects
    folder = f"shards/{shards.key}"
    return {
        **source.accounts(work.library),
        "shards": placed(objects.table(shards, "shards"), folder),
        "spans": objects.table(shards, "spans"),
        "runs": runs_table([*runs_before(work.library), work.record()]),
        "funnel": funnel_of(work),
        "figures": pa.concat_tables([figures_of(work, corpus), _of_tokenizers(work)]),
    }


def _of_tokenizers(work: Work) -> pa.Table:
    compared = work.results["tokenizers"].comparison
    return tokenizer_figures(work.run, work.library.objects.table(compared, "figures"))


def _plans(work: Work, tokenizer: Output, shards: Output) -> list[pa.Table]:
    """Return the rows that record the training plan and the held-out plans that hold anything."""
    special = load(work.library.objects.folder("tokenizers", tokenizer.key)).special
    out = []
    with open_catalogue(work.library) as connection:
        for name, split in PLANS.items():
            settings = work.settings.plan if split is None else _held_out(work.settings.plan, split)
            try:
                rows = from_catalogue(connection, settings, special)
            except BadPlan:
                if split is None:
                    raise
                continue  # a small library may have nothing held out
            path = f"shards/{shards.key}/plan-{name}-{plan_digest(rows)[:8]}.parquet"
            write_plan(rows, work.library.root / path)
            out.append(describe(name, settings, rows, path))
            made = lineage.Made(kind="plan", name=plan_digest(rows), about={"plan": name})
            lineage.keep(work.library, made, lineage.planned(connection, rows))
    return out


def _held_out(plan: Plan, split: str) -> Plan:
    sql = f"SELECT id, 1.0 AS weight FROM documents WHERE split = '{split}'"
    return plan.model_copy(update={"sql": sql})
