"""Feed every reader damaged, twisted and foreign files: `python -m tests.fuzz.run`.

Seeds are all fixtures and the sample's exports. Inputs on which a reader crashes, hangs or breaks
off are kept below --keep, one file each, named by reader and place. Crashes and hangs end with 1.
"""

from __future__ import annotations

import argparse
import faulthandler
import logging
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from corpus.sources.archive import walk
from corpus.sources.file import File
from corpus.sources.piece import Reading
from corpus.sources.reading import SOURCES, recognise
from tests.fuzz.check import SECONDS, Found, check, check_archive
from tests.fuzz.mutate import mutated

ROOT = Path(__file__).parents[2]
SEEDS = (ROOT / "tests" / "fixtures", ROOT / "sample" / "exports")
ARCHIVES = ROOT / "tests" / "fixtures" / "archives"
ARCHIVE = "(archives)"
FOREIGN, AS_IT_IS, NEIGHBOUR = 0.25, 0.03, 0.1
MAX_SEED = 300_000
MEMORY = 6 << 30


@dataclass(frozen=True)
class Task:
    """One reader's share: how long, how many inputs at most, and where things are."""

    kind: str
    seconds: float
    inputs: int
    seed: int
    world: Path
    keep: Path


def main() -> int:
    """Run all and print what was run; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="for all readers together")
    parser.add_argument("--inputs", type=int, default=1 << 40, help="for each reader at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", metavar="KIND")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    keep = Path(tempfile.gettempdir()) / "commonplace-fuzz"
    parser.add_argument("--keep", type=Path, default=keep, help=f"default: {keep}")
    told = parser.parse_args()
    kinds = told.only or [*SOURCES, ARCHIVE]
    share = told.seconds * told.workers / len(kinds)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        world = Path(folder)
        _lay_out(world / "all")
        tasks = [Task(k, share, told.inputs, told.seed, world, told.keep) for k in kinds]
        with ThreadPoolExecutor(told.workers) as pool:
            bad = [_told(*result) for result in pool.map(_attended, tasks)]
    print(f"seed {told.seed}; inputs that went wrong are in {told.keep}" if any(bad) else "clean")
    return int(any(bad))


def _lay_out(world: Path) -> None:
    """Write all seeds as plain files, members of archives included, beside what belongs to them."""
    for item in walk(SEEDS, str):
        if isinstance(item, File):
            path = world / item.name.replace("!", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(item.read_bytes()[:MAX_SEED])


def _told(kind: str, counts: Counter[str], wrong: Counter[tuple[str, str, str]]) -> bool:
    """Print a line on a reader and one on each thing wrong; returns whether any is bad."""
    figures = ", ".join(f"{counts[name]:,} {name}" for name in ("inputs", "recognised", "pieces"))
    print(f"{kind:14} {figures}, {counts['problems']:,} problems, {counts['ms']:,} ms at most")
    for (how, what, where), count in wrong.most_common():
        print(f"    {how}: {what} at {where}, {count}×", flush=True)
    return any(how != "caught" for how, _, _ in wrong)


Result = tuple[str, Counter[str], Counter[tuple[str, str, str]]]


def _attended(task: Task) -> Result:
    """Run `task` in a process of its own, so that a hang in C or an abort is only a finding."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    worker = context.Process(target=_work, args=(task, theirs))
    worker.start()
    theirs.close()
    result: Result | None = None
    try:
        if ours.poll(task.seconds + 6 * SECONDS):
            result = ours.recv()
    except EOFError:
        pass
    worker.join(SECONDS)
    if worker.is_alive():
        worker.kill()
        worker.join()
    if result is None:
        wrong = ("crash", f"the process ended with {worker.exitcode}", "elsewhere")
        last = task.world / f"last-{task.kind}"
        _keep(task, wrong, last.read_bytes() if last.exists() else b"", "last")
        result = (task.kind, Counter(inputs=1), Counter([wrong]))
    return result


def _work(task: Task, out: Connection) -> None:
    """Feed one reader until the time is up."""
    sys.setrecursionlimit(1_000)
    logging.disable()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    faulthandler.enable()
    world = task.world / task.kind
    shutil.copytree(task.world / "all", world)
    counts: Counter[str] = Counter()
    wrong: Counter[tuple[str, str, str]] = Counter()
    started = time.monotonic()
    for n, (path, data) in enumerate(_inputs(task, world)):
        if time.monotonic() - started > task.seconds or n >= task.inputs:
            break
        begun = time.monotonic()
        found = _one(task, path, data, world)
        counts["ms"] = max(counts["ms"], int(1000 * (time.monotonic() - begun)))
        counts.update(inputs=1, recognised=found.recognised, pieces=found.pieces)
        counts["problems"] += found.problems
        for told in found.wrong:
            if not wrong[told]:
                _keep(task, told, data, path.name)
            wrong[told] += 1
    out.send((task.kind, counts, wrong))
    shutil.rmtree(world, ignore_errors=True)


def _one(task: Task, path: Path, data: bytes, world: Path) -> Found:
    (task.world / f"last-{task.kind}").write_bytes(data)
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        if task.kind == ARCHIVE:
            return check_archive(path)
        name = path.relative_to(world).as_posix()
        return check(File(path=path, name=name, id="f1"), task.kind)
    finally:
        path.write_bytes(before)


def _inputs(task: Task, world: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield (where it stands, mutated bytes): mostly of files of the reader's own kind."""
    draw = Random(f"{task.seed} {task.kind}")
    paths = sorted(p for p in world.rglob("*") if p.is_file())
    own = [p for p in paths if _kind_of(p, world) == task.kind]
    if task.kind == ARCHIVE:
        own = [world / "fixtures" / "archives" / p.name for p in sorted(ARCHIVES.iterdir())]
        own = [p for p in own if not p.exists() or p.is_file()]
        data = {p: (ARCHIVES / p.name).read_bytes() for p in own}
        for path in own:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data[path])
        packed = list(data.values())
        while True:
            path = draw.choice(own)
            yield path, mutated(data[path], packed, draw)
    all_bytes = [p.read_bytes() for p in paths]
    own_bytes = [p.read_bytes() for p in own]
    yield from zip(own, own_bytes, strict=True)
    while True:
        path = draw.choice(own if own and draw.random() >= FOREIGN else paths)
        data_here = path.read_bytes()
        others = own_bytes if own_bytes and draw.random() < 0.5 else all_bytes
        neighbours = [p for p in path.parent.iterdir() if p != path and p.is_file()]
        if neighbours and draw.random() < NEIGHBOUR:
            changed = draw.choice(neighbours)
            kept = changed.read_bytes()
            changed.write_bytes(mutated(kept, others, draw))
            yield path, data_here
            changed.write_bytes(kept)
        elif draw.random() < AS_IT_IS:
            yield path, data_here
        else:
            yield path, mutated(data_here, others, draw)


def _kind_of(path: Path, world: Path) -> str | None:
    found = recognise(File(path=path, name=path.relative_to(world).as_posix(), id=""), Reading())
    return None if isinstance(found, str) else found[0]


def _keep(task: Task, wrong: tuple[str, str, str], data: bytes, name: str) -> None:
    task.keep.mkdir(parents=True, exist_ok=True)
    how, what, where = (part.replace("/", "-").replace(" ", "-")[:60] for part in wrong)
    (task.keep / f"{task.kind}-{how}-{what}-{where}-{name[-40:]}").write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
