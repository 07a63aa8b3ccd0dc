"""Encoding beside tokenizers' own `encode_batch_fast`: MB per CPU second on cold text, equal ids.

Each tokenizer is trained on some of the texts and encodes others, which it has not met, in a fresh
instance. With COMMONPLACE_READERS, Python programs of environments with other versions of
transformers (separated by «:»), 10,000 odd strings are encoded there too and the ids compared.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from itertools import accumulate
from pathlib import Path

import pyarrow.parquet as pq

from bench.measure import Bench, data
from tokenizer import load
from tokenizer.fast import probes
from tokenizer.settings import Tokenizer
from tokenizer.strategies import LEARNERS
from tokenizer.train import save, train

TIMES = 15.0
"""At least as many times as fast as `encode_batch_fast`, for the strategy that is the default."""
SIZE, STRINGS = 8192, 10_000
PART = 4_000_000
MADE = "A walk by the sea, number {n}, and café after {n} o'clock; nobody minded the rain.\n" * 20

READER = """
import json, sys, transformers
from transformers import AutoTokenizer
texts = json.load(open(sys.argv[1]))
made = AutoTokenizer.from_pretrained(sys.argv[2])
ids = made(texts, add_special_tokens=False, split_special_tokens=True)["input_ids"]
assert made.pad_token_id != made.eos_token_id
print(json.dumps([transformers.__version__, ids]))
"""


def main() -> None:
    """Run the bench and exit 1 when a target is missed."""
    bench = Bench("encode")
    given = data("bench/dev.parquet")
    texts = pq.read_table(given)["text"].to_pylist() if given else _made()
    learnt, met = _part(texts, 0), _part(texts, 1)
    for name in LEARNERS:
        with tempfile.TemporaryDirectory() as folder:
            made = train(learnt, Tokenizer(strategies=name, vocabulary=SIZE))
            save(made, Path(folder))
            _speed(bench, name, Path(folder), met)
            for reader in os.environ.get("COMMONPLACE_READERS", "").split(":"):
                if reader:
                    _read(bench, name, Path(folder), reader)
    bench.finish()


def _made() -> list[str]:
    return [MADE.format(n=n) for n in range(12_000)]


def _part(texts: list[str], n: int) -> list[str]:
    """Return every second text, from the one or the other, up to `PART` characters."""
    sizes = accumulate(len(text) for text in texts[n::2])
    return [text for text, size in zip(texts[n::2], sizes, strict=True) if size <= PART]


def _speed(bench: Bench, name: str, folder: Path, texts: list[str]) -> None:
    size = sum(len(text.encode()) for text in texts) / 1e6
    made = load(folder)
    with bench.measure() as work:
        ours = made.encode(texts)
    with bench.measure() as peer:
        theirs = made.raw.encode_batch_fast(texts, add_special_tokens=False)
    rates = {"MB/s": size / work.cpu, "encode_batch_fast MB/s": size / peer.cpu}
    bench.row(name, by=made.by, **rates)
    equal = all(a.tolist() == b.ids for a, b in zip(ours, theirs, strict=True))
    bench.target(f"{name}: ids equal", float(equal), least=1)
    least = TIMES if name == Tokenizer().strategies[0] else None
    bench.target(f"{name}: times encode_batch_fast", peer.cpu / work.cpu, least=least)


def _read(bench: Bench, name: str, folder: Path, reader: str) -> None:
    """Compare the ids of odd strings with those of transformers in another environment."""
    made = load(folder)
    strings = probes(made.raw, STRINGS)
    file = folder / "strings.json"
    file.write_text(json.dumps(strings), "utf-8")
    command = [reader, "-c", READER, str(file), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    version, ids = json.loads(done.stdout.splitlines()[-1])
    same = sum(a.tolist() == b for a, b in zip(made.encode(strings), ids, strict=True))
    bench.target(f"{name}: equal in transformers {version}, of {STRINGS:,}", same, least=STRINGS)


if __name__ == "__main__":
    main()
