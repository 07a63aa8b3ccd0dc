"""The token loader beside a raw memory map and its peers, and the plan it reads, in one run.

100 million tokens in 165,000 documents of real lengths (log-normal), in sequences of 2,048 and
batches of 16, as int64; page cache warm, one process. A raw memory map, read from end to end and
knowing no documents, is the bound. Peers keep the same tokens as their documentation has it; the
one that needs packages of its own gets an environment beside the cache (COMMONPLACE_BENCH_LOADERS
names another place), made from PyPI at the first run, or is left out and the reason is said. They
read in order, and shuffled, which is what a plan's order is to be compared with.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch

from bench import loader_peers
from bench.measure import Bench
from store.catalogue import amend, publish
from store.library import Library
from store.loader import Sequences, batches, sequences
from store.plan import Plan, describe, from_catalogue, write
from store.query import open_catalogue
from store.shards import placed
from store.shards import write as write_shards

DOCUMENTS, LENGTH, BATCH = 165_000, 2_048, 16
SPECIAL = {"pad": 0, "self": 1, "other": 2, "end": 3}
VOCABULARY = 50_000
IDS, FULL, TIMES_PEER = 0.45, 0.2, 5.0
PLAN_SECONDS, RESUME_SECONDS, FILL = 1.0, 1.0, 0.995


def library(folder: Path) -> Library:
    """Write a library of invented token shards, with its catalogue, to `folder`."""
    random = np.random.default_rng(0)
    sizes = np.clip(random.lognormal(6.0, 0.9, DOCUMENTS), 8, 20_000).astype(int)
    ids = [f"d{n:024x}" for n in random.permutation(DOCUMENTS)]

    def documents() -> Iterator[tuple[str, str, str]]:
        yield from ((id_, "self", "x" * size) for id_, size in zip(ids, sizes, strict=True))

    def encode(texts: list[str]) -> list[np.ndarray]:
        many = random.integers(4, VOCABULARY, sum(map(len, texts)), np.uint16)
        return np.split(many, np.cumsum([len(text) for text in texts])[:-1])

    made = Library(folder)
    shards, spans = write_shards(
        documents(), encode, folder / "shards/k", vocabulary=VOCABULARY, tokenizer="k"
    )
    split = {"id": ids, "origin": ["self"] * DOCUMENTS, "split": ["train"] * DOCUMENTS}
    tables = {"documents": pa.table(split), "spans": spans, "shards": placed(shards, "shards/k")}
    publish(made, {}, tables)
    return made


def plan(made: Library) -> pa.Table:
    """Return the plan's rows of all documents, from their catalogue."""
    with open_catalogue(made) as connection:
        return from_catalogue(connection, Plan(length=LENGTH), SPECIAL)


def record(made: Library, rows: pa.Table) -> Sequences:
    """Return the sequences of `rows`, recorded as the plan «train»."""
    path = "shards/k/plan.parquet"
    write(rows, made.root / path)
    amend(made, {"plans": describe("train", Plan(length=LENGTH), rows, path)})
    return sequences(made.root, "train")


def cut(made: Library, rows: pa.Table) -> int:
    """Return how many documents that fit into a sequence do not lie in one whole."""
    with open_catalogue(made) as connection:
        connection.register("rows", rows)
        told = connection.execute(
            "SELECT count(*) FROM spans LEFT JOIN rows USING (shard, start, tokens) "
            "WHERE spans.tokens + 2 <= ? AND rows.shard IS NULL",
            [LENGTH],
        ).fetchone()
        return int(told[0]) if told else -1


def mapped(path: Path) -> np.ndarray:
    flat = np.memmap(path, np.uint16, "r")
    return flat[: len(flat) // LENGTH * LENGTH].reshape(-1, LENGTH)


def raw(tokens: np.ndarray) -> int:
    read = 0
    for begin in range(0, len(tokens) - BATCH + 1, BATCH):
        read += torch.from_numpy(tokens[begin : begin + BATCH].astype(np.int64)).numel()
    return read


def ids_only(data: Sequences) -> int:
    read = 0
    for begin in range(0, len(data) - BATCH + 1, BATCH):
        read += torch.from_numpy(data.ids(begin, begin + BATCH)).numel()
    return read


def full(data: Sequences) -> int:
    read = 0
    for begin in range(0, len(data) - BATCH + 1, BATCH):
        batch = data.read(begin, begin + BATCH)
        read += {name: torch.from_numpy(values) for name, values in batch.items()}["ids"].numel()
    return read


def resume(made: Library, step: int) -> dict[str, np.ndarray]:
    return next(batches(made.root, "train", BATCH, LENGTH, step=step))


def environment() -> tuple[str, str]:
    """Return a Python that has the peers' packages besides ours, or ours and the reason."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(os.environ.get("COMMONPLACE_BENCH_LOADERS") or cache / "commonplace/loader-peers")
    python, done = folder / "bin/python", folder / "requirements.txt"
    asked = "\n".join(loader_peers.REQUIREMENTS)
    if not done.exists() or done.read_text("utf-8") != asked:
        try:
            venv.create(folder, with_pip=True, clear=True)
        except (OSError, subprocess.CalledProcessError) as error:
            return sys.executable, str(error)
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        ours = folder / "lib" / version / "site-packages/ours.pth"
        ours.write_text(sysconfig.get_paths()["purelib"], "utf-8")
        pip = [python, "-m", "pip", "install", "--quiet", "--no-deps"]
        made = subprocess.run([*pip, *loader_peers.REQUIREMENTS], capture_output=True, text=True)
        if made.returncode:
            return sys.executable, f"not installed: {made.stderr.splitlines()[-1:]}"
        done.write_text(asked, "utf-8")
    return str(python), ""


def beside(bench: Bench, tokens: Path, bound: float) -> dict[str, float]:
    """Add the peers' rows; return the rate of the fastest in each order."""
    python, reason = environment()
    words = [python, loader_peers.__file__, str(tokens), str(LENGTH), str(BATCH)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    best: dict[str, float] = {}
    for line in done.stdout.splitlines():
        told = json.loads(line) if line.startswith("{") else {}
        if "reason" in told:
            print(f"{told['loader']} is left out: {told['reason']} {reason}")
        for order, rate in told.get("rates", {}).items():
            best[order] = max(best.get(order, 0.0), rate)
            row = {"Mtok/CPU s": rate / 1e6, "of memmap": rate / bound}
            bench.row(f"{told['loader']}, {order}", **row)
    return best


def main() -> None:
    bench = Bench("loader")
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        made = library(Path(folder))
        rows, planning = bench.measured(lambda: plan(made))
        data = record(made, rows)
        tokens = Path(folder, "shards/k/shard-00000.bin")
        flat = mapped(tokens)
        read, work = bench.measured(lambda: raw(flat), 7)
        bound = read / work.cpu
        bench.row("raw memmap, from end to end", **{"Mtok/CPU s": bound / 1e6, "of memmap": 1.0})
        rates = {}
        for name, run in {"ids": lambda: ids_only(data), "all four": lambda: full(data)}.items():
            read, work = bench.measured(run, 7)
            rates[name] = read / work.cpu
            row = {"Mtok/CPU s": rates[name] / 1e6, "of memmap": rates[name] / bound}
            bench.row(f"commonplace, {name}", **row)
        peers = beside(bench, tokens, bound)
        step = len(data) // BATCH // 2
        again, resuming = bench.measured(lambda: resume(made, step))
        whole = next(islice(batches(made.root, "train", BATCH, LENGTH), step, None))
        exact = all(again[name].tobytes() == whole[name].tobytes() for name in whole)
        bench.row(f"plan of {DOCUMENTS:,} documents", **{"CPU s": planning.cpu})
        bench.row(f"resume at step {step:,}, digests checked", **{"CPU s": resuming.cpu})
        bench.target("ids, of memmap", rates["ids"] / bound, least=IDS)
        bench.target("all four, of memmap", rates["all four"] / bound, least=FULL)
        for order, rate in peers.items():
            what = f"ids, times the best peer, which reads {order}"
            bench.target(what, rates["ids"] / rate, least=TIMES_PEER)
        bench.target("plan, CPU s", planning.cpu, most=PLAN_SECONDS)
        filled = int(data.ids(0, len(data)).astype(bool).sum())
        bench.target("fill", filled / (len(data) * LENGTH), least=FILL)
        bench.target("documents that fit and are cut", cut(made, rows), most=0)
        bench.target("resume, CPU s", resuming.cpu, most=RESUME_SECONDS)
        bench.target("resumed batch is the same", float(exact), least=1)
    bench.finish()


if __name__ == "__main__":
    main()
