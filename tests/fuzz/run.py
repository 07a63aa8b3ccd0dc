"""Feed every reader damaged, twisted and foreign files: `python -m tests.fuzz.run`.

Seeds are all fixtures and the sample's exports. Inputs on which a reader crashes, hangs or breaks
off are kept below --keep, one file each, named by reader and place. Crashes and hangs end with 1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from corpus.sources.archive import walk
from corpus.sources.file import File
from corpus.sources.piece import Reading
from corpus.sources.reading import SOURCES, recognise
from tests.fuzz.check import SECONDS
from tests.fuzz.work import ARCHIVE, Task, keep, work

ROOT = Path(__file__).parents[2]
SEEDS = (ROOT / "tests" / "fixtures", ROOT / "sample" / "exports")
MAX_SEED = 300_000
SERVER = multiprocessing.get_context("forkserver")  # has all modules loaded, and no threads
SERVER.set_forkserver_preload(["tests.fuzz.work"])


def main() -> int:
    """Run all and print what was run; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="for all readers together")
    parser.add_argument("--inputs", type=int, default=1 << 40, help="for each reader at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", metavar="KIND")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    folder = Path(tempfile.gettempdir()) / "commonplace-fuzz"
    parser.add_argument("--keep", type=Path, default=folder, help=f"default: {folder}")
    told = parser.parse_args()
    kinds = told.only or [*SOURCES, ARCHIVE]
    share = told.seconds * told.workers / len(kinds)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        world = Path(place)
        own = _lay_out(world / "all")
        tasks = [
            Task(k, share, told.inputs, told.seed, world, tuple(own.get(k, ())), told.keep)
            for k in kinds
        ]
        with ThreadPoolExecutor(told.workers) as pool:
            bad = [_told(*result) for result in pool.map(_attended, tasks)]
    print(f"seed {told.seed}; inputs that went wrong are in {told.keep}" if any(bad) else "clean")
    return int(any(bad))


def _lay_out(world: Path) -> dict[str, list[str]]:
    """Write all seeds as plain files, members of archives included, beside what belongs to them.

    Returns kind → the files that are recognised as it.
    """
    kinds: dict[str, list[str]] = {}
    for item in walk(SEEDS, str):
        if isinstance(item, File):
            path = world / item.name.replace("!", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(item.read_bytes()[:MAX_SEED])
    for path in sorted(p for p in world.rglob("*") if p.is_file()):
        name = path.relative_to(world).as_posix()
        found = recognise(File(path=path, name=name, id=""), Reading())
        kinds.setdefault(found if isinstance(found, str) else found[0], []).append(name)
    return kinds


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
    ours, theirs = SERVER.Pipe()
    worker = SERVER.Process(target=work, args=(task, theirs))
    worker.start()
    theirs.close()
    result: Result | None = None
    try:
        if ours.poll(task.seconds + 30 * SECONDS):
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
        keep(task, wrong, last.read_bytes() if last.exists() else b"", "last")
        result = (task.kind, Counter(inputs=1), Counter([wrong]))
    return result


if __name__ == "__main__":
    sys.exit(main())
