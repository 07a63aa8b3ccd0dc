"""The commands `gc` and `seal`: delete what no run needs, or all text before redaction."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from flows import show
from flows.record import Record, runs_before
from store.library import Library
from store.lock import alone
from store.objects import TEMPORARY
from store.query import open_catalogue

KEPT_RUNS = 2
_WRITER = re.compile(rf"{re.escape(TEMPORARY)}(\d+)-")


def sweep(library: Library, records: Collection[Record]) -> int:
    """Delete outputs that none of `records` reaches, and all temporary files; returns how many."""
    gone = library.objects.sweep({pair for r in records for pair in r.outputs})
    left = leftovers(library)
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return gone + len(left)


def leftovers(library: Library) -> list[Path]:
    """Return the temporary files and folders that killed runs left anywhere in the library.

    What a process that still runs is writing is no leftover.
    """
    found = [*library.root.rglob(f"{TEMPORARY}*"), *library.runs.rglob("*.tmp")]
    found = [path for path in found if not _in_use(path)]
    return [path for path in found if not any(p in found for p in path.parents)]


def _in_use(path: Path) -> bool:
    """Return whether the process that `path` is named after still runs, and is another one."""
    told = _WRITER.match(path.name)
    if told is None or int(told[1]) == os.getpid():
        return False
    try:
        os.kill(int(told[1]), 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def collect(library: Path) -> None:
    """Delete what the last two runs do not reach, and say how much that was."""
    opened = Library.open(library)
    with alone(opened):
        before = disk(opened.root)
        records = runs_before(opened)[-KEPT_RUNS:]
        gone = sweep(opened, records)
        freed = before - disk(opened.root)
    kept = len({pair for r in records for pair in r.outputs})
    show.out.print(f"{gone:,} outputs and leftovers deleted, {freed:,} bytes; {kept:,} kept.")


def seal(library: Path, sure: Callable[[str], None]) -> None:
    """Delete `objects/` once `sure` returns; what is published stays, SQL and training go on."""
    opened = Library.open(library)
    open_catalogue(opened).close()  # NoLibrary while nothing is published: then all is needed
    sure("Delete everything in objects/? A later build needs the exports again.")
    with alone(opened):
        freed = disk(opened.objects.root)
        seal_objects(opened)
    show.out.print(
        f"Sealed, {freed:,} bytes freed: no text before redaction is left here; SQL, training and "
        "export go on. The next build, rules, similar and forget read the exports again."
    )


def seal_objects(library: Library) -> None:
    """Delete all text before redaction but what stands in the exports."""
    for folder in (library.objects.root, library.secrets / "errors"):
        shutil.rmtree(folder, ignore_errors=True)
    library.objects.root.mkdir(mode=0o700)


def is_sealed(library: Library) -> bool:
    """Return whether a library that was built has no text before redaction any more."""
    return library.catalogue.is_file() and not any(library.objects.root.glob("*/*"))


def disk(*roots: Path) -> int:
    """Return the bytes of all files under `roots`."""
    files: Iterable[Path] = (p for root in roots for p in root.rglob("*"))
    return sum(p.stat().st_size for p in files if p.is_file() and not p.is_symlink())
