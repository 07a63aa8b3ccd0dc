"""Near-duplicate search: speed, memory, recall and precision, beside its peers in one run.

Truth is the exact Jaccard of word 5-gram sets over lower-cased `\\w+`, of pairs planted by edits.
Recall is the share of those pairs that end in the same family; precision the share of all
pairs with the same survivor that truly reach .75. The texts are taken several times, each time in
another alphabet, so that there are 300 MB of them and no more duplicates. rensa searches all of
them, datasketch and datatrove, which would take very long, a slice that holds every planted pair.
Both ways of cutting signatures into bands are tried on unseen text as well, which has chains of
versions of its own. There two texts with the same survivor may be less alike; what is asked is that
none is removed whose survivor is.

The peers stand at their defaults in an environment of their own below the cache folder, made from
PyPI at the first run (COMMONPLACE_BENCH_PEERS names another place); where that cannot be, they are
left out and the reason is said.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections import defaultdict
from functools import partial
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench import dedup_jobs, dedup_peers
from bench.dedup_texts import (
    Found,
    Input,
    Pairs,
    batches,
    found_of,
    given,
    jaccard,
    megabytes,
    multiplied,
    shingles,
    slice_of,
    unseen,
)
from bench.measure import Bench, Work
from corpus.duplicates import Deduplicate, fit, sketch
from corpus.near import Near

LEAST_MB = 300
TIMES = {"datatrove": 100.0, "datasketch": 20.0, "rensa": 6.0}
MB_PER_CPU_SECOND = 60.0  # the stretch is 100
MEMORY = 4.0
COLD_SECONDS = 1.5
RECALL = {0.75: 0.985, 0.8: 0.995, 0.9: 0.999}
PRECISION = 0.99
LINEAR = 1.35
BOUNDED = 1.5
SLICE = 4000
COLD = (
    "import sys; import pyarrow.parquet as pq;"
    "from corpus.duplicates import Deduplicate, fit, sketch; s = Deduplicate();"
    "found = [sketch(b, s) for b in pq.ParquetFile(sys.argv[1]).iter_batches()];"
    "assert fit(found, s)[1].num_rows == 10"
)


def ours(documents: list[pa.RecordBatch], settings: Deduplicate) -> Found:
    verdicts, _ = fit([sketch(batch, settings) for batch in documents], settings)
    return found_of(verdicts)


def environment() -> tuple[Path | None, str]:
    """Return the Python of the peers' environment, made if need be, or why there is none."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(os.environ.get("COMMONPLACE_BENCH_PEERS") or cache / "commonplace/dedup-peers")
    python = folder / "bin/python"
    asked = "\n".join(dedup_peers.REQUIREMENTS)
    done = folder / "requirements.txt"
    if done.exists() and done.read_text("utf-8") == asked:
        return python, ""
    try:
        venv.create(folder, with_pip=True, clear=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        made = subprocess.run([*pip, *dedup_peers.REQUIREMENTS], capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        return None, f"no environment for the peers could be made: {error}"
    if made.returncode:
        return None, f"the peers could not be installed: {made.stderr.splitlines()[-1:]}"
    done.write_text(asked, "utf-8")
    return python, ""


def theirs(python: Path, tool: str, texts: dict[str, str]) -> tuple[Found, Work]:
    """Return each document's family by a peer, and what that took."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.parquet"), Path(folder, "out.parquet")
        pq.write_table(pa.table({"id": list(texts), "text": list(texts.values())}), source)
        words = [python, dedup_peers.__file__, tool, source, target]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{tool}: {done.stderr.splitlines()[-1:]}")
        told = json.loads(done.stdout.splitlines()[-1])
        columns = pq.read_table(target).columns
        families = dict(zip(*(c.to_pylist() for c in columns), strict=True))
        return Found(families, families), Work(cpu=told["cpu"], peak=told["peak"] or 0.0)


def recall(families: dict[str, str], pairs: Pairs, least: float) -> float:
    hits = [families.get(a, a) == families.get(b, b) for a, b, j in pairs if j >= least]
    return sum(hits) / max(1, len(hits))


def precision(kept: dict[str, str], texts: dict[str, str]) -> float:
    families = defaultdict(list)
    for id_, survivor in kept.items():
        families[survivor].append(id_)
    several = [f for f in families.values() if len(f) > 1]
    true = [
        jaccard(a, b) >= 0.75
        for f in several
        for a, b in combinations([shingles(texts[id_]) for id_ in f], 2)
    ]
    return sum(true) / max(1, len(true))


def near_survivor(kept: dict[str, str], texts: dict[str, str]) -> float:
    """Return the share of what is removed that is near its survivor."""
    removed = [(shingles(texts[a]), shingles(texts[b])) for a, b in kept.items() if a != b]
    return sum(jaccard(a, b) >= 0.75 for a, b in removed) / max(1, len(removed))


def both_stay(kept: dict[str, str], pairs: Pairs, least: float) -> int:
    """Return of how many pairs neither is removed.

    Where a text is near two others that are not near each other, it goes with the preferred one,
    and the other stays as well: survivors then differ, and still no pair stays.
    """
    near = [(a, b) for a, b, j in pairs if j >= least]
    return sum(kept.get(a, a) == a and kept.get(b, b) == b for a, b in near)


def told(texts: dict[str, str], cpu: float, found: Found, pairs: Pairs) -> dict:
    known = [(a, b, j) for a, b, j in pairs if a in texts and b in texts]
    size = megabytes(texts)
    figures = {"docs": len(texts), "MB": size, "CPU s": cpu, "MB/s/core": size / cpu}
    return (
        figures
        | {f"R@{least}": recall(found.families, known, least) for least in RECALL}
        | {"P@.75": precision(found.survivors, texts)}
    )


def beside(bench: Bench, whole: Input, slice_: dict[str, str], cpu: dict[str, float]) -> None:
    """Add the peers' rows, and how many times faster we are."""
    python, reason = environment()
    if python is None:
        print(f"The peers are left out: {reason}")
        return
    for tool, texts in (("datasketch", slice_), ("datatrove", slice_), ("rensa", whole.texts)):
        found, work = theirs(python, tool, texts)
        bench.row(tool, **told(texts, work.cpu, found, whole.pairs), **{"peak MB": work.peak})
        mine = cpu["slice" if texts is slice_ else "whole"]
        bench.target(f"times {tool}", work.cpu / mine, least=TIMES[tool])


def scaled(bench: Bench, once: Input) -> None:
    """Add what the jobs take for 1, 2 and 4 times the texts."""
    rates, extra = {}, {}
    for times in (1, 2, 4):
        many = multiplied(once, times)
        size = megabytes(many.texts)
        with tempfile.TemporaryDirectory() as folder:
            took = dedup_jobs.run(dedup_jobs.prepare(many.texts, Path(folder)))
        cpu = sum(took.seconds.values())
        steps = ", ".join(f"{step} {seconds:.2f}" for step, seconds in took.seconds.items())
        bench.row(f"jobs and files, × {times}: {steps}", **{"extra MB": took.extra},
                  **told(many.texts, cpu, took.found, many.pairs))  # fmt: skip
        rates[times], extra[times] = cpu / size, took.extra
    bench.target("CPU s per MB, 4 × beside 1 ×", rates[4] / rates[1], most=LINEAR)
    bench.target("extra memory, 4 × beside 1 ×", extra[4] / extra[1], most=BOUNDED)


def held_out(bench: Bench, plain: Deduplicate, other: Deduplicate) -> None:
    """Add what both ways of banding find in text that nothing was tuned to."""
    real = unseen()
    documents = batches(real.texts)
    for settings in (other, plain):
        found, work = bench.measured(partial(ours, documents, settings))
        columns = told(real.texts, work.cpu, found, real.pairs)
        bench.row(f"unseen text, {settings.near.bands} bands of {settings.near.rows}", **columns)
    for least, goal in RECALL.items():
        bench.target(f"recall at J ≥ {least}, unseen text", columns[f"R@{least}"], least=goal)
    stay = both_stay(found.survivors, real.pairs, min(RECALL))
    bench.target("pairs at J ≥ .75 of which both stay, unseen text", stay, most=0)
    near = near_survivor(found.survivors, real.texts)
    bench.target("removed that are near what survives, unseen text", near, least=PRECISION)


def uncompiled(path: Path) -> float:
    """Return CPU seconds of the first process there ever is, which compiles the kernels."""
    with tempfile.TemporaryDirectory() as cache, Bench("cold", []).measure() as work:
        fresh = {**os.environ, "NUMBA_CACHE_DIR": cache}
        subprocess.run([sys.executable, "-c", COLD, str(path)], check=True, env=fresh)
    return work.cpu


def cold() -> tuple[float, float]:
    """Return CPU seconds of a fresh process from a file to verdicts: machine code cached, and not.

    The latter is paid once after an installation.
    """
    took = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "few.parquet")
        texts = {f"t{n}": f"one two three four five six seven {n % 40}" for n in range(50)}
        pq.write_table(pa.Table.from_batches(batches(texts)), path)
        for _ in range(3):
            with Bench("cold", []).measure() as work:
                subprocess.run([sys.executable, "-c", COLD, str(path)], check=True)
            took.append(work.cpu)
        return min(took), uncompiled(path)


def main() -> None:
    bench, once = Bench("dedup"), given()
    whole = multiplied(once, max(1, round(LEAST_MB / megabytes(once.texts) + 0.5)))
    slice_ = slice_of(once, SLICE)
    plain = Deduplicate()
    documents, part = batches(whole.texts), batches(slice_)
    ours([part[0].slice(0, 50)], plain)
    with bench.measure() as memory:
        kept = ours(documents, plain)
    _, work = bench.measured(lambda: ours(documents, plain))
    few, short = bench.measured(lambda: ours(part, plain))
    columns = told(whole.texts, work.cpu, kept, whole.pairs)
    bench.row("commonplace, 25 bands of 5", **columns, **{"extra MB": memory.extra})
    other = Deduplicate(near=Near(bands=14, rows=8))
    found, less = bench.measured(lambda: ours(documents, other))
    bench.row("commonplace, 14 bands of 8", **told(whole.texts, less.cpu, found, whole.pairs))
    bench.row("commonplace, slice", **told(slice_, short.cpu, few, whole.pairs))
    beside(bench, whole, slice_, {"whole": work.cpu, "slice": short.cpu})
    scaled(bench, once)
    held_out(bench, plain, other)
    start, first = cold()
    bench.row("a fresh process to its first verdicts", **{"CPU s": start})
    bench.row("the first after an installation", **{"CPU s": first})
    size = megabytes(whole.texts)
    bench.target("MB/s per core", size / work.cpu, least=MB_PER_CPU_SECOND)
    bench.target("memory, times the text, itself counted", 1 + memory.extra / size, most=MEMORY)
    bench.target("cold start, CPU s", start, most=COLD_SECONDS)
    for least, goal in RECALL.items():
        bench.target(f"recall at J ≥ {least}", columns[f"R@{least}"], least=goal)
    bench.target("precision at J ≥ .75", columns["P@.75"], least=PRECISION)
    bench.finish()


if __name__ == "__main__":
    main()
