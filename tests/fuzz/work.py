"""One reader's share of the fuzzing, in a process of its own: inputs made, fed and kept."""

from __future__ import annotations

import faulthandler
import logging
import resource
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from corpus.sources.file import File
from tests.fuzz.check import Found, check, check_archive
from tests.fuzz.mutate import mutated

ARCHIVE = "(archives)"
ARCHIVES = Path(__file__).parents[1] / "fixtures" / "archives"
FOREIGN, AS_IT_IS, NEIGHBOUR = 0.25, 0.03, 0.1
MEMORY = 6 << 30


@dataclass(frozen=True)
class Task:
    """One reader's share: how long, how many inputs at most, and where things are."""

    kind: str
    seconds: float
    inputs: int
    seed: int
    world: Path
    own: tuple[str, ...]
    keep: Path


def work(task: Task, out: Connection) -> None:
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
    for n, (path, data, beside) in enumerate(_inputs(task, world)):
        if time.monotonic() - started > task.seconds or n >= task.inputs:
            break
        begun = time.monotonic()
        found = _one(task, path, data, world)
        counts["ms"] = max(counts["ms"], int(1000 * (time.monotonic() - begun)))
        counts.update(inputs=1, recognised=found.recognised, pieces=found.pieces)
        counts["problems"] += found.problems
        for told in found.wrong:
            if not wrong[told]:
                keep(task, told, data, path.name)
                if beside is not None:
                    keep(task, told, beside.read_bytes(), f"beside-{beside.name}")
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


def _inputs(task: Task, world: Path) -> Iterator[tuple[Path, bytes, Path | None]]:
    """Yield (where it stands, mutated bytes, a file beside it that was mutated instead).

    Three in four are of the reader's own kind.
    """
    draw = Random(f"{task.seed} {task.kind}")
    paths = sorted(p for p in world.rglob("*") if p.is_file())
    own = [world / name for name in task.own]
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
            yield path, mutated(data[path], packed, draw), None
    all_bytes = [p.read_bytes() for p in paths]
    own_bytes = [p.read_bytes() for p in own]
    yield from ((path, data, None) for path, data in zip(own, own_bytes, strict=True))
    while True:
        path = draw.choice(own if own and draw.random() >= FOREIGN else paths)
        data_here = path.read_bytes()
        others = own_bytes if own_bytes and draw.random() < 0.5 else all_bytes
        neighbours = [p for p in path.parent.iterdir() if p != path and p.is_file()]
        if neighbours and draw.random() < NEIGHBOUR:
            changed = draw.choice(neighbours)
            kept = changed.read_bytes()
            changed.write_bytes(mutated(kept, others, draw))
            yield path, data_here, changed
            changed.write_bytes(kept)
        elif draw.random() < AS_IT_IS:
            yield path, data_here, None
        else:
            yield path, mutated(data_here, others, draw), None


def keep(task: Task, wrong: tuple[str, str, str], data: bytes, name: str) -> None:
    """Keep an input that went wrong, named by reader, fault and place."""
    task.keep.mkdir(parents=True, exist_ok=True)
    how, what, where = (part.replace("/", "-").replace(" ", "-")[:60] for part in wrong)
    (task.keep / f"{task.kind}-{how}-{what}-{where}-{name[-40:]}").write_bytes(data)
