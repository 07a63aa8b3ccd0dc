"""The jobs of the duplicate search over a library of shards, in a fresh process.

`prepare` writes texts as the step before the search leaves them. `python -m bench.dedup_jobs
LIBRARY` then carries out the very jobs of a build, one after another, and prints JSON: CPU seconds
by step, and how many MB the process grew, the mapped files among them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from bench.dedup_texts import Found, batches, found_of
from bench.measure import Bench
from corpus.duplicates import Deduplicate, fit, sketch
from corpus.schema import WORK
from flows.jobs import search
from flows.jobs.job import Job, execute
from store.library import Library, create
from store.objects import Output

SHARD = 16_000_000


class Here:
    """Stands for a run: carries jobs out in this process and notes what each step takes."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.seconds: dict[str, float] = defaultdict(float)

    def each(self, _: object, jobs: Sequence[Job]) -> list[Output]:
        """Return the outputs of the jobs, carried out one after another."""
        out = []
        for job in jobs:
            start = time.process_time()
            out.append(execute(str(self.library.root), job).output)
            self.seconds[job.step] += time.process_time() - start
        return out


class Told(NamedTuple):
    """CPU seconds by step, growth in MB, and what is told of each document with a family."""

    seconds: dict[str, float]
    extra: float
    found: Found


def prepare(texts: dict[str, str], folder: Path) -> Path:
    """Write the texts as shards of 16 MB into a library below `folder`; returns the library."""
    library = create(folder / "library", [folder])
    some: dict[str, str] = {}
    size = n = 0
    for id_, text in texts.items():
        some[id_] = text
        size += len(text.encode())
        if size >= SHARD:
            _write(library, n, some)
            some, size, n = {}, 0, n + 1
    if some:
        _write(library, n, some)
    return library.root


def _write(library: Library, n: int, texts: dict[str, str]) -> None:
    with library.objects.write("sift", f"{n:05}") as write:
        write.tables("documents", WORK, batches(texts))


def run(library: Path) -> Told:
    """Return what the jobs took in a process of their own, and what they found."""
    words = [sys.executable, "-m", "bench.dedup_jobs", str(library)]
    out = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    seconds, extra, found = json.loads(out.splitlines()[-1])
    return Told(seconds, extra, Found(*found))


def main() -> None:
    library, settings = Library(sys.argv[1]), Deduplicate()
    few = batches({f"w{n}": "one two three four five six seven eight nine" for n in range(9)})
    fit([sketch(batch, settings) for batch in few], settings)
    keys = sorted(p.name for p in (library.objects.root / "sift").iterdir())
    found = [library.objects.find("sift", key) for key in keys]
    here = Here(library)
    search.each = here.each  # type: ignore[assignment]
    search.one = lambda _, job: here.each(_, [job])[0]  # type: ignore[assignment]
    with Bench("dedup", []).measure() as work:
        families = search.searched(here, [o for o in found if o], settings)  # type: ignore[arg-type]
    parts = [part for part in sorted(families.parts) if part.startswith("part-")]
    columns = ["id", "survivor", "family"]
    rows = pa.concat_tables(library.objects.table(families, part, columns) for part in parts)
    print(json.dumps([here.seconds, work.extra, found_of(rows)]))


if __name__ == "__main__":
    main()
