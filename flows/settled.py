"""Whether the last run did all that is asked for: a look at what is there, without Prefect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.context import Work, each, working
from flows.curate import curated
from flows.gate import ShardScan
from flows.ingest import ingested
from flows.jobs.job import Done, Job, StepFailed
from flows.learnt import figures_in, wanted
from flows.record import Record, runs_before
from flows.report import REPORT
from flows.train_tokenizer import trained
from flows.write_shards import WriteShards
from store.library import Library
from store.query import NoCatalogue, open_catalogue


class Undone(Exception):
    """Something that is asked for has not been done yet."""


class Look:
    """Finds what jobs came to, and does none."""

    def carry(self, library: Library, jobs: Sequence[Job]) -> list[Done]:
        """Return what was stored of `jobs`; raises Undone when one is missing."""
        done = []
        for job in jobs:
            output = library.objects.find(job.step, job.key())
            if output is None:
                raise Undone(job.step)
            done.append(Done(output=output, found=True, seconds=0.0))
        return done

    def warn(self, sentence: str) -> None:
        """Tell nothing: the run that did the work told it."""


def settled(steps: Sequence[str], overlay: Mapping[str, object]) -> tuple[Work, bool]:
    """Return a look at the library through `steps`, and whether the last run did all of it.

    The work found is that run's; nothing is published or recorded. Raises NoLibrary, NoKey,
    SettingsError or Busy.
    """
    with working(dict(overlay), Look) as work:
        records = runs_before(work.library)
        if not records or work.settings.review.sign_off:
            return work, False
        try:
            _look(work, steps, records[-1])
        except Exception:  # whatever else it is, the run that follows meets it too, and tells it
            return work, False
    work.run = records[-1].run
    return work, True


def _look(work: Work, steps: Sequence[str], last: Record) -> None:
    """Take up what `last` made of each of `steps`; raises Undone where it is not there."""
    source = work.results["ingest"] = ingested(work)
    if "curate" in steps:
        work.results["curate"] = curated(work, source)
    if "train-tokenizer" in steps:
        made = work.results["tokenizers"] = trained(work, work.results["curate"].shards)
        work.results["train-tokenizer"] = made.tokenizer
    if "write-shards" in steps:
        _look_at_published(work, last)
    if "finetune" in steps:
        _look_at_model(work, last)


def _look_at_published(work: Work, last: Record) -> None:
    """Raise Undone unless what is published is what `last` made, of the same under the same."""
    corpus, tokenizer = work.results["curate"], work.results["train-tokenizer"]
    (shards,) = each(work, [WriteShards(shards=corpus.shards, tokenizer=tokenizer)])
    scan = {"shards": shards, "tokenizer": tokenizer, "named": corpus.named}
    each(work, [ShardScan(corpus=corpus.shards, **scan)])
    work.results["write-shards"] = shards
    now = work.record()
    same = ("outputs", "settings", "version", "key")
    if any(getattr(now, name) != getattr(last, name) for name in same):
        raise Undone
    published = _asked(work.library, "SELECT run FROM runs ORDER BY started DESC LIMIT 1")
    if published != [(last.run,)] or not (work.library.runs / last.run / REPORT).is_file():
        raise Undone


def _look_at_model(work: Work, last: Record) -> None:
    """Raise Undone unless the model of these shards is trained and `last` published its figures."""
    try:
        name = wanted(work.library, work.results["train-tokenizer"], work.settings.finetune).name
    except StepFailed:
        raise Undone from None
    figures = figures_in(work.library.models / name)
    told = "SELECT count(*) FROM figures WHERE step = 'finetune' AND run = ?"
    if figures is None or _asked(work.library, told, last.run) == [(0,)]:
        raise Undone
    work.results |= {"model": name, "finetune": figures}


def _asked(library: Library, query: str, *values: str) -> list[tuple]:
    try:
        with open_catalogue(library) as connection:
            return connection.execute(query, list(values)).fetchall()
    except NoCatalogue:
        raise Undone from None
