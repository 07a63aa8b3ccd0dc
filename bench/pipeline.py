"""From a file to token shards: CPU seconds and peak memory of `commonplace build`, children summed.

The input is `bench/dev.parquet` of the data folder, or text made here when it is absent. NER is
off. Peak memory is the largest sum of proportional set sizes (PSS) over the process tree, sampled
every 50 ms; CPU seconds are user and system time of the whole tree.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.measure import Bench, data

TARGET_CPU_SECONDS = 180
TARGET_PEAK_MB = 1_500
EVERY = 0.05


def tree(root: int) -> list[int]:
    """Return the ids of process `root` and everything it started."""
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                todo += [int(c) for c in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def pss(pid: int) -> int:
    """Return the proportional set size of process `pid` in bytes, 0 if it is gone."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


class Watch(threading.Thread):
    """Samples the memory of a process tree until it is told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0, threading.Event()

    def run(self) -> None:
        """Keep the largest sum seen in `peak`, in bytes."""
        while not self.over.wait(EVERY):
            self.peak = max(self.peak, sum(pss(pid) for pid in tree(self.pid)))


def measured(words: list[str]) -> tuple[float, float, int]:
    """Run a command; return its CPU seconds, wall seconds and peak bytes, children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    watch = Watch(process.pid)
    watch.start()
    code = process.wait()
    wall = time.monotonic() - started
    watch.over.set()
    watch.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if code:
        raise SystemExit(f"{' '.join(words[-4:])}: ended with exit code {code}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, watch.peak


def made_up(path: Path, documents: int = 4_000) -> None:
    """Write a Parquet file of random sentences to `path`."""
    rng = random.Random(0)
    vocabulary = ["".join(rng.choices("aeiourstlnmdk", k=rng.randint(2, 9))) for _ in range(5_000)]
    texts = [
        ". ".join(" ".join(rng.choices(vocabulary, k=12)).capitalize() for _ in range(25))
        for _ in range(documents)
    ]
    pq.write_table(pa.table({"id": [str(i) for i in range(documents)], "text": texts}), path)


def main() -> None:
    """Run the bench and exit 1 when a target is missed."""
    bench = Bench("pipeline")
    command = str(Path(sys.executable).with_name("commonplace"))
    with tempfile.TemporaryDirectory() as folder:
        given = data("bench/dev.parquet")
        if given is None:
            given = Path(folder) / "made.parquet"
            made_up(given)
        library = str(Path(folder) / "library")
        build = [command, "build", library, "--until", "write-shards", "--set", "redact.ner=false"]
        steps = {
            "init": [command, "init", library, "--from", str(given)],
            "build": [*build, "--json"],
            "build again": [*build, "--json"],
        }
        text = sum(map(len, map(str.encode, pq.read_table(given)["text"].to_pylist()))) / 1e6
        total, peak = 0.0, 0.0
        for name, words in steps.items():
            cpu, wall, most = measured(words)
            if name != "build again":
                total, peak = total + cpu, max(peak, most / 1e6)
            bench.row(name, cpu_s=cpu, wall_s=wall, peak_mb=most / 1e6, text_mb=text)
    bench.target("CPU seconds, init and build", total, most=TARGET_CPU_SECONDS)
    bench.target("peak MB, processes summed", peak, most=TARGET_PEAK_MB)
    bench.finish()


if __name__ == "__main__":
    main()
