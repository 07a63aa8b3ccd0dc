"""What every bench shares: CPU seconds, peak memory, a printed table, JSON rows, the exit code.

A bench is run as `python -m bench.NAME [--json FILE]`, prints a table of our figures beside its
peers', and exits with 1 when a target written in it is missed:

    bench = Bench("dedup")                       # reads --json from the command line
    with bench.measure() as work:                # user + system time, of children too
        result = deduplicate(documents)
    bench.row("commonplace", **{"MB/s": megabytes / work.cpu, "peak MB": work.extra})
    bench.row("datasketch", **{"MB/s": 3.1})
    bench.target("MB/s per core", megabytes / work.cpu, least=50)
    bench.target("extra memory, MB", work.extra, most=300)
    bench.finish()                               # prints, appends to FILE, exits

Each row and target becomes one JSON line `{"bench", "what", …figures, "at", "machine"}`. Rates are
per CPU second, since wall time says more about who else is at work; repeat a short piece of work
with `bench.measured(function)`, which takes the run of least CPU time. Input comes from
`data(path)`: the folder in COMMONPLACE_BENCH_DATA, else `../shared/data`, or None where it is not.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, TypeVar

from rich.console import Console
from rich.table import Table

T = TypeVar("T")
SAMPLED = 0.005  # seconds between two looks at the resident memory
STATM = Path("/proc/self/statm")


@dataclass
class Work:
    """What a piece of work took: CPU and wall seconds, peak and additional resident MB (10^6)."""

    cpu: float = 0.0
    wall: float = 0.0
    peak: float = 0.0
    extra: float = 0.0


def data(path: str) -> Path | None:
    """Return the bench input `path` below the data folder, or None where it does not exist."""
    folder = Path(os.environ.get("COMMONPLACE_BENCH_DATA", "../shared/data"))
    return folder / path if (folder / path).exists() else None


def resident() -> float:
    """Return the resident memory of this process in MB; where /proc is missing, its peak."""
    if STATM.exists():
        return int(STATM.read_text().split()[1]) * resource.getpagesize() / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def cpu_seconds() -> float:
    """Return user and system seconds of this process and its ended children."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


class Bench:
    """Collects the rows and targets of one bench and ends it; see the module's example."""

    def __init__(self, name: str, arguments: list[str] | None = None) -> None:
        parser = argparse.ArgumentParser(prog=f"python -m bench.{name}")
        parser.add_argument("--json", type=Path, metavar="FILE", help="append the rows to FILE")
        self.name, self.file = name, parser.parse_args(arguments).json
        self.rows: list[dict[str, object]] = []
        self.targets: list[dict[str, object]] = []

    @contextmanager
    def measure(self) -> Iterator[Work]:
        """Measure the body; the yielded `Work` is filled when it ends."""
        work, done = Work(), threading.Event()
        before = work.peak = resident()

        def watch() -> None:
            while not done.wait(SAMPLED):
                work.peak = max(work.peak, resident())

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        cpu, wall = cpu_seconds(), time.perf_counter()
        try:
            yield work
        finally:
            work.cpu, work.wall = cpu_seconds() - cpu, time.perf_counter() - wall
            done.set()
            watcher.join()
            work.peak = max(work.peak, resident())
            work.extra = work.peak - before

    def measured(self, function: Callable[[], T], times: int = 3) -> tuple[T, Work]:
        """Return what `function` returns, and the run of least CPU time of `times`."""
        best: Work | None = None
        for _ in range(times):
            with self.measure() as work:
                result = function()
            best = work if best is None or work.cpu < best.cpu else best
        return result, best or Work()

    def row(self, what: str, **figures: float | int | str | None) -> None:
        """Add a row of the table: what was measured, and its figures by column."""
        self.rows.append({"bench": self.name, "what": what, **figures})

    def target(
        self, what: str, value: float, *, least: float | None = None, most: float | None = None
    ) -> None:
        """Note a figure that must be at least `least` and at most `most`."""
        met = (least is None or value >= least) and (most is None or value <= most)
        told = {"value": value, "least": least, "most": most, "met": met}
        self.targets.append({"bench": self.name, "what": what, **told})

    def finish(self) -> NoReturn:
        """Print all, append it to the JSON file if asked, exit with 1 if a target was missed."""
        console = Console(width=None if sys.stdout.isatty() else 120)
        console.print(_table(self.name, self.rows))
        console.print(_table("targets", self.targets))
        if self.file:
            same = {"at": datetime.now(UTC).isoformat(), "machine": platform.machine()}
            with self.file.open("a", encoding="utf-8") as out:
                for row in self.rows + self.targets:
                    out.write(json.dumps(row | same, ensure_ascii=False) + "\n")
        sys.exit(0 if all(target["met"] for target in self.targets) else 1)


def _table(title: str, rows: list[dict[str, object]]) -> Table:
    names = [name for name in dict.fromkeys(k for row in rows for k in row) if name != "bench"]
    table = Table(title=title, title_justify="left")
    for name in names:
        table.add_column(name, justify="left" if name == "what" else "right")
    for row in rows:
        table.add_row(*(_shown(row.get(name)) for name in names))
    return table


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:,.4f}" if abs(value) < 2 else f"{value:,.1f}"
    return "" if value is None else str(value)
