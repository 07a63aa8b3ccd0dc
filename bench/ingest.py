"""Reading exports: MB/s and peak memory of each kind, mail beside the standard library.

Exports are written into a temporary folder, `--gb` large (default .05), read by the path that a
build reads them by, each in a process of its own, whose peak memory is then its own. The peer of
mail is `mailbox.mbox` with the `email` package's default policy, walking to the texts; it reads a
smaller mailbox of the same making, since it holds the places of all messages. `--kinds a,b`
measures only those. A kind whose export is not recognised is shown without figures.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import json
import mailbox
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.exports import EXPORTS, write
from bench.measure import Bench

GB = 0.05
PEERS_MB = 50
TIMES_PEER = 3.0
MOST_MB = 400.0
STREAMED = ("mail", "evernote", "chatgpt")
STATUS = Path("/proc/self/status")


def main() -> None:
    """Write the exports, measure each in its own process, print, exit 1 when a target is missed."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--gb", type=float, default=GB)
    parser.add_argument("--kinds", default=",".join(EXPORTS))
    parser.add_argument("--one", nargs=2, metavar=("KIND", "FILE"))
    told, rest = parser.parse_known_args()
    if told.one:
        print(json.dumps(figures(told.one[0], Path(told.one[1]))))
        return
    bench = Bench("ingest", rest)
    kinds = [kind for kind in EXPORTS if kind in told.kinds.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            rate = measured(bench, kind, Path(folder), int(told.gb * 1e9))
            if kind == "mail" and rate:
                beside_peer(bench, rate, Path(folder), int(min(told.gb * 1e9, PEERS_MB * 1e6)))
    bench.finish()


def measured(bench: Bench, kind: str, folder: Path, size: int) -> float:
    """Add the row and the targets of `kind`; return its MB per CPU second."""
    path = write(EXPORTS[kind], folder / kind, size)
    found = in_own_process(kind, path)
    path.unlink()
    bench.row(kind, **found)
    if kind in STREAMED and found.get("peak_mb"):
        bench.target(f"peak memory of {kind}, MB", float(found["peak_mb"]), most=MOST_MB)
    return float(found.get("mb_s") or 0.0)


def beside_peer(bench: Bench, rate: float, folder: Path, size: int) -> None:
    """Add the row of the standard library's mailbox and the target beside it."""
    path = write(EXPORTS["mail"], folder / "peer", size)
    found = in_own_process("peer", path)
    path.unlink()
    bench.row("mailbox.mbox + email", **found)
    bench.target("times mailbox.mbox + email", rate / float(found["mb_s"]), least=TIMES_PEER)


def in_own_process(kind: str, path: Path) -> dict[str, float | int | str]:
    """Return the figures of reading `path`, measured in a new process."""
    command = [sys.executable, "-m", "bench.ingest", "--one", kind, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"note": f"failed: {done.stderr.strip().splitlines()[-1:]}"}
    found: dict[str, float | int | str] = json.loads(done.stdout.splitlines()[-1])
    return found


def figures(kind: str, path: Path) -> dict[str, float | int | str]:
    """Read `path` as `kind` and return size, rate, peak memory and what came of it."""
    count = by_the_peer if kind == "peer" else by_us
    if kind != "peer" and (note := refusal(kind, path)):
        return {"note": note}
    begun, wall = time.process_time(), time.perf_counter()
    documents = count(kind, path)
    cpu, wall = time.process_time() - begun, time.perf_counter() - wall
    size = path.stat().st_size / 1e6
    out: dict[str, float | int | str] = {"mb": size, "mb_s": size / cpu, "wall_s": wall}
    return out | {"peak_mb": peak_mb(), "documents": documents}


def refusal(kind: str, path: Path) -> str | None:
    """Return why the export is not measured, None if it is read as what it is."""
    from corpus.sources.file import File
    from corpus.sources.piece import Reading
    from corpus.sources.reading import recognise

    found = recognise(File(path, path.name, "f"), Reading())
    read_as = found if isinstance(found, str) else found[0]
    return None if read_as == kind else f"read as: {read_as}"


def by_us(kind: str, path: Path) -> int:
    """Read the export by the path of a build; return how many documents there are."""
    from corpus.sources.file import File
    from corpus.sources.piece import Reading
    from corpus.sources.reading import Account, drafts

    name = "/".join(path.parts[-3:])
    account = Account()
    rows = sum(b.num_rows for b in drafts(File(path, name, "f"), kind, Reading(), account))
    if not account.balanced() or account.count("errored"):
        raise SystemExit(f"{kind}: {account.count('errored')} items were not understood")
    return rows


def by_the_peer(kind: str, path: Path) -> int:
    """Read the mailbox with the standard library; return how many of its messages have text."""

    def parse(stream: object) -> email.message.EmailMessage:
        return email.message_from_binary_file(stream, policy=email.policy.default)  # type: ignore

    documents = 0
    for message in mailbox.mbox(path, factory=parse, create=False):
        told = [str(message[name]) for name in ("From", "To", "Subject", "Date", "Message-ID")]
        parts = message.walk()
        texts = [
            p.get_content() for p in parts if p.get_content_type() in ("text/plain", "text/html")
        ]
        documents += bool(told and texts)
    return documents


def peak_mb() -> float:
    """Return the most memory that this process ever held, in MB (10^6)."""
    if STATUS.exists():
        line = next(row for row in STATUS.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


if __name__ == "__main__":
    main()
