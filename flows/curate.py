"""Curate: normalise, identify, filter, deduplicate, redact, split, vary, and the leak gate.

Row-wise stages run per shard; a fit is one job over all shards, whose verdicts are cut per shard,
so that a shard is done again only when its own documents or its own verdicts change.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from corpus.duplicates import alarms
from corpus.shares import Share
from corpus.stage import Section
from flows.context import Work, each, one
from flows.ingest import Ingested
from flows.jobs.cleaning import Clean, Frames, Letters
from flows.jobs.combinations import combined
from flows.jobs.job import StepFailed
from flows.jobs.overlap import EvaluationSet, Overlap, sets
from flows.jobs.quality import sifted_by_rules
from flows.jobs.redaction import Find, Hide, LeakScan, Names, Originals, unread, unread_sentence
from flows.jobs.search import searched
from flows.jobs.variation import Splits, Vary
from flows.pointer import keep_pointer
from store.objects import Output
from store.pins import value_pins
from store.splits import Recorded


class Curated(Section):
    """What curate leaves: the shards with their events, pairs and redactions."""

    cleaned: tuple[Output, ...]
    sifted: tuple[Output, ...]
    families: Output
    found: tuple[Output, ...]
    named: Output
    originals: Output
    hidden: tuple[Output, ...]
    combinations: Output
    assigned: Output
    shards: tuple[Output, ...]


def cleaned_of(work: Work, source: Ingested) -> list[Output]:
    """Return the documents of `source` normalised and identified, nothing judged yet."""
    s = work.settings
    stages = {"normalise": s.normalise, "identify": s.identify}
    told = one(work, Letters(shards=tuple(source.shards), **stages))
    read = tuple(source.shards)
    framing = {"normalise": s.normalise, "boilerplate": s.boilerplate}
    frames = one(work, Frames(shards=read, **framing))
    clean = {"letters": told, "frames": frames, **stages, **framing}
    return each(work, [Clean(shard=o, n=n, **clean) for n, o in enumerate(read)])


def curated(work: Work, source: Ingested) -> Curated:
    """Return the documents curated, de-identified and split, past the leak gate.

    Raises StepFailed when a step does not balance or the gate finds a leak.
    """
    held_out = sets(work.library)
    cleaned = cleaned_of(work, source)
    sifted = sifted_by_rules(work, cleaned)
    families = searched(work, sifted, work.settings.deduplicate)
    _say_alarms(work, families)
    found, named, hidden, originals = _redacted(work, source, sifted, families)
    combinations = combined(work, hidden)
    recorded = Recorded.before(
        work.library, [o.digest("documents") for o in hidden], work.settings.split
    )
    assigned, shards = _varied(work, hidden, recorded, held_out)
    each(work, [LeakScan(shard=o, named=named) for o in shards])
    recorded.keep(work.library, assigned)
    work.results["digest"] = keep_pointer(work, hidden, originals, shards)
    _balance([source.shards, cleaned, sifted, found, hidden, shards])
    return Curated(
        cleaned=tuple(cleaned),
        sifted=tuple(sifted),
        families=families,
        found=tuple(found),
        named=named,
        originals=originals,
        hidden=tuple(hidden),
        combinations=combinations,
        assigned=assigned,
        shards=tuple(shards),
    )


def _redacted(
    work: Work, source: Ingested, sifted: list[Output], families: Output
) -> tuple[list[Output], Output, list[Output], Output]:
    """Return the shards searched, what is agreed to hide, the shards redacted, and the originals.

    Warns of the documents whose language no model of names reads.
    """
    s = work.settings
    keyed = {"redact": s.redact, "key_name": work.library.key_name}
    search = {"families": families, "deduplicate": s.deduplicate, "redact": s.redact}
    people = source.people
    found = each(work, [Find(shard=o, n=n, people=people, **search) for n, o in enumerate(sifted)])
    pins = value_pins(work.library)
    named = one(work, Names(shards=tuple(found), people=people, pins=pins, **keyed))
    if told := unread_sentence(unread(found)):
        work.engine.warn(told)
    hide = {"named": named, "people": people, **keyed}
    hidden = each(work, [Hide(shard=o, n=n, **hide) for n, o in enumerate(found)])
    originals = one(work, Originals(named=named, hidden=tuple(hidden), **keyed))
    return found, named, hidden, originals


def _varied(
    work: Work, hidden: list[Output], recorded: Recorded, held_out: tuple[EvaluationSet, ...]
) -> tuple[Output, list[Output]]:
    """Return the assignments to splits, and the shards split, decontaminated and varied."""
    s, shards = work.settings, tuple(hidden)
    assigned = one(work, Splits(shards=shards, settings=s.split, recorded=recorded))
    _say_shares(work, assigned)
    judged = {"assigned": assigned, "split": s.split}
    overlap = one(work, Overlap(shards=shards, settings=s.decontaminate, sets=held_out, **judged))
    vary = {"overlap": overlap, "decontaminate": s.decontaminate, "augment": s.augment, **judged}
    return assigned, each(work, [Vary(shard=o, n=n, **vary) for n, o in enumerate(hidden)])


def _say_alarms(work: Work, families: Output) -> None:
    """Log which families were split for their size."""
    if families.counts["alarms"]:
        for alarm in alarms(work.library.objects.table(families, "duplicates")):
            work.engine.warn(
                f"deduplicate: {alarm['units']} texts hang together as near duplicates, more than "
                f"the setting giant; split into {alarm['families']} families, one to "
                "each survivor"
            )


def _say_shares(work: Work, assigned: Output) -> None:
    """Log why valid or test have more or less of the text than was asked for."""
    for row in work.library.objects.table(assigned, "shares").to_pylist():
        if row["why"]:
            work.engine.warn(Share(**row).sentence())


def _balance(steps: Sequence[Sequence[Output]]) -> None:
    """Raise StepFailed unless every step holds as many documents as the one before."""
    for before, after in pairwise(steps):
        was = sum(o.parts["documents"].rows for o in before)
        now = sum(o.parts["documents"].rows for o in after)
        if was != now:
            step = after[0].step
            raise StepFailed(f"{step}: {was:,} documents went in and {now:,} came out; report this")
