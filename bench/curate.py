"""Every row-wise stage of curation: documents and MB a second; quality rules beside datatrove's.

Texts are those of `bench/dev.parquet`, else invented. datatrove 0.10.1 stands at its defaults in
the environment of `bench.dedup`; its rules are counted by the first one that drops a document, so
for each are printed how many it drops, how many of those ours drops by its namesake, and how many
that datatrove keeps ours drops. Its words include signs, so that «[23:40] <ann>» is a sequence of
five to it and none to us; most of what it alone drops as repeated is chat.
"""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.dedup import environment
from bench.measure import Bench, data
from corpus import boilerplate
from corpus.boilerplate import Boilerplate
from corpus.filter import Filter
from corpus.identify import Identify
from corpus.lent import give_back, lend
from corpus.measure import measure
from corpus.normalise import Normalise
from corpus.presets import C4, ELSEWHERE, FINEWEB, GOPHER, WEB
from corpus.rules import RULES, failures, judge
from corpus.schema import WORK, record_batch
from corpus.stage import Stage

DOCUMENTS, THEIRS = 6_000, 1_500
LEAST_MB_S, TIMES = 100.0, 100.0
AGREES = 0.9
PEERS = {
    "GopherQuality": GOPHER,
    "GopherRepetition": GOPHER,
    "C4Quality": C4,
    "FineWebQuality": FINEWEB,
}
REPETITION = tuple(r for r in RULES if r.startswith(("max_duplicate", "max_top")))
MADE = (
    "We walked by the sea and said that it was cold.",
    "Nobody else had been there with us, and the boats had gone.",
    "Tea!",
)


def texts() -> list[str]:
    given = data("bench/dev.parquet")
    if given:
        found: list[str] = pq.read_table(given)["text"].to_pylist()
        return random.Random(3).sample(found, min(DOCUMENTS, len(found)))
    rng = random.Random(3)
    return ["\n".join(rng.choices(MADE, k=rng.randint(2, 60))) for _ in range(DOCUMENTS)]


def main() -> None:
    """Run the bench and exit 1 when a target is missed."""
    bench = Bench("curate")
    some = texts()
    rows = [
        {"id": f"d{n}", "kind": "note", "origin": "self", "source": "markdown", "text": text}
        for n, text in enumerate(some)
    ]
    stages(bench, record_batch(rows, WORK))
    seconds = rules(bench, some)
    beside(bench, some[:THEIRS], seconds / len(some))
    bench.finish()


def row(bench: Bench, what: str, count: int, size: float, cpu: float) -> None:
    bench.row(what, documents_s=count / cpu, mb_s=size / 1e6 / cpu, cpu_s=cpu)


def stages(bench: Bench, batch: pa.RecordBatch) -> None:
    """Run the documents through the stages before the rules, and time each."""
    framing = Boilerplate()
    steps: list[tuple[str, Callable[[pa.RecordBatch], object]]] = [
        ("normalise", Normalise()),
        ("identify", Identify()),
        (
            "boilerplate, fit",
            lambda batch: boilerplate.fit([batch.select(boilerplate.HEAD)], framing),
        ),
    ]
    for name, step in steps:
        found, work = bench.measured(lambda s=step, b=batch: s(b), 2)
        row(bench, name, batch.num_rows, batch["text"].nbytes, work.cpu)
        if isinstance(step, Stage):
            batch = found[0]  # type: ignore[index]
    key = lend("bench-frames", found)
    stage = framing.model_copy(update={"frames": key})
    batch, work = bench.measured(lambda: stage(batch)[0], 2)
    row(bench, "boilerplate", batch.num_rows, batch["text"].nbytes, work.cpu)
    give_back(key)
    _, work = bench.measured(lambda: Filter()(batch), 2)
    row(bench, "filter, all rules", batch.num_rows, batch["text"].nbytes, work.cpu)


def rules(bench: Bench, some: list[str]) -> float:
    """Time the figures and the verdicts of the rules for web pages; return the CPU seconds."""
    column, wanted = pa.array(some, pa.large_string()), np.ones(len(some), bool)
    size, languages = sum(len(text.encode()) for text in some), ["en"] * len(some)
    measure(column.slice(0, 9), languages[:9], wanted[:9])  # compiled, or read from the cache
    figures, took = bench.measured(lambda: measure(column, languages, wanted), 5)
    row(bench, "figures alone", len(some), size, took.cpu)
    _, work = bench.measured(lambda: judge(figures, [WEB] * len(some)), 5)
    row(bench, "verdicts alone", len(some), size, work.cpu)
    bench.target("figures, MB/s", size / 1e6 / took.cpu, least=LEAST_MB_S)
    return took.cpu + work.cpu


def beside(bench: Bench, some: list[str], ours: float) -> None:
    """Add datatrove's filters, how many times faster ours is (seconds a document), and verdicts."""
    python, why = environment()
    if python is None:
        print(f"datatrove is left out: {why}")
        return
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.parquet"), Path(folder, "out.parquet")
        pq.write_table(pa.table({"text": some}), source)
        script = Path(__file__).with_name("curate_peers.py")
        words = [str(python), str(script), str(source), str(target)]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode:
            print(f"datatrove is left out: {done.stderr.splitlines()[-1:]}")
            return
        seconds: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        verdicts = pq.read_table(target)
    size = sum(len(text.encode()) for text in some)
    for name, cpu in seconds.items():
        row(bench, f"datatrove {name}", len(some), size, cpu)
    for name, cpu in {**seconds, "all four": sum(seconds.values())}.items():
        bench.target(f"times datatrove {name}, documents/s", cpu / len(some) / ours, least=TIMES)
    agreement(bench, some, verdicts)


def agreement(bench: Bench, some: list[str], verdicts: pa.Table) -> None:
    """Add how often ours and datatrove's filters say the same, and rule by rule."""
    figures = measure(pa.array(some), ["en"] * len(some), np.ones(len(some), bool))
    fails = failures(figures, [WEB] * len(some))
    for name, bounds in PEERS.items():
        theirs = np.array(verdicts[name].to_pylist())
        own = [
            n for n, rule in enumerate(RULES)
            if getattr(bounds, rule) is not None
            and (name[:6] != "Gopher" or (rule in REPETITION) == name.endswith("Repetition"))
        ]  # fmt: skip
        dropped = fails[:, own].any(axis=1)
        same = float((dropped == (theirs != "")).mean())
        bench.row(f"{name}: verdicts", theirs=int((theirs != "").sum()), same=same)
        bench.target(f"same verdict as {name}", same, least=AGREES)
        for n in own:
            called = ELSEWHERE[RULES[n]]
            by = np.isin(theirs, called)
            extra = int((fails[:, n] & (theirs == "")).sum())
            told = {"theirs": int(by.sum()), "ours_too": int((by & fails[:, n]).sum())}
            bench.row(
                f"  {called[-1 if name == 'FineWebQuality' else 0]}", **told, ours_alone=extra
            )


if __name__ == "__main__":
    main()
