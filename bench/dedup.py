"""Near-duplicate search: speed, memory, recall and precision, beside datasketch's own.

Truth is the exact Jaccard of word 5-gram sets over lower-cased `\\w+`, of pairs planted by edits.
Recall is the share of those pairs that end with the same survivor; precision the share of all
pairs with the same survivor that truly reach .75. datasketch gets the same shingles' text and its
defaults (sha1, `MinHashLSH(threshold=.75)`), on a slice that holds every planted pair.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

import pyarrow as pa
import pyarrow.parquet as pq

from bench.measure import Bench, data
from corpus.duplicates import Deduplicate, fit, sketch
from corpus.schema import WORK

MB_PER_CPU_SECOND = 50.0
CPU_SECONDS = 6.0
TIMES_DATASKETCH = 10.0
EXTRA_MB = 300.0
RECALL = {0.75: 0.985, 0.8: 0.995, 0.9: 0.999}
PRECISION = 0.99
SLICE = 4000
BATCH = 2000
COLD = (
    "from corpus.near import signatures; from corpus.duplicates import Deduplicate;"
    "signatures(['one two three four five six'])"
)
Pairs = list[tuple[str, str, float]]


def shingles(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))}


def jaccard(a: set[str], b: set[str]) -> float:
    return len(a & b) / max(1, len(a | b))


def generated() -> tuple[dict[str, str], Pairs]:
    """Return 6,000 invented texts, 1,500 of them edited copies, and the true pairs."""
    draw = random.Random(7)
    vocabulary = ["".join(draw.choices("abdeéfgiklmnoørstuä", k=draw.randint(2, 9)))
                  for _ in range(9000)]  # fmt: skip
    texts = {f"t{i}": " ".join(draw.choices(vocabulary, k=draw.randint(60, 900)))
             for i in range(4500)}  # fmt: skip
    pairs = []
    for i in range(1500):
        words = texts[f"t{i}"].split()
        for _ in range(int(len(words) * 0.04 * draw.random())):
            words[draw.randrange(len(words))] = draw.choice(vocabulary).upper()
        texts[f"t{i}e"] = " ".join(words)
        pairs.append(
            (f"t{i}", f"t{i}e", jaccard(*map(shingles, (texts[f"t{i}"], " ".join(words)))))
        )
    return texts, pairs


def given() -> tuple[dict[str, str], Pairs]:
    """Return the texts by id and the true pairs with their Jaccard."""
    texts, truth = data("bench/dev.parquet"), data("bench/dev.truth.parquet")
    if texts is None or truth is None:
        return generated()
    table = pq.read_table(texts, columns=["id", "text"])
    pairs = pq.read_table(truth, columns=["a", "b", "jac5"]).to_pydict()
    return (
        dict(zip(*(table[c].to_pylist() for c in ("id", "text")), strict=True)),
        list(zip(*pairs.values(), strict=True)),
    )


def batches(texts: dict[str, str]) -> list[pa.RecordBatch]:
    told = {"id": list(texts), "text": list(texts.values())}
    told |= {"kind": ["note"] * len(texts), "origin": ["self"] * len(texts)}
    arrays = [
        pa.array(told[f.name], f.type) if f.name in told else pa.nulls(len(texts), f.type)
        for f in WORK
    ]
    whole = pa.RecordBatch.from_arrays(arrays, schema=WORK)
    return [whole.slice(i, BATCH) for i in range(0, len(texts), BATCH)]


def ours(documents: list[pa.RecordBatch]) -> dict[str, str]:
    """Return the survivor of each document."""
    settings = Deduplicate()
    verdicts, _ = fit([sketch(batch, settings) for batch in documents], settings)
    return dict(zip(*(verdicts[c].to_pylist() for c in ("id", "survivor")), strict=True))


def theirs(texts: dict[str, str]) -> dict[str, str]:
    """Return the least document of each one's component in datasketch's LSH, unverified."""
    from datasketch import MinHash, MinHashLSH

    lsh, kept = MinHashLSH(threshold=0.75, num_perm=128), {}
    for id_, text in texts.items():
        minhash = MinHash(128, seed=1)
        minhash.update_batch([shingle.encode() for shingle in shingles(text)])
        alike = lsh.query(minhash)
        lsh.insert(id_, minhash)
        kept[id_] = min((kept[other] for other in alike), default=id_)
    return kept


def recall(kept: dict[str, str], pairs: Pairs, least: float) -> float:
    hits = [kept[a] == kept[b] for a, b, j in pairs if j >= least]
    return sum(hits) / max(1, len(hits))


def precision(kept: dict[str, str], texts: dict[str, str]) -> float:
    families = defaultdict(list)
    for id_, survivor in kept.items():
        families[survivor].append(shingles(texts[id_]))
    true = [jaccard(a, b) >= 0.75 for f in families.values() for a, b in combinations(f, 2)]
    return sum(true) / max(1, len(true))


def size(texts: Iterable[str]) -> float:
    return sum(len(text.encode()) for text in texts) / 1e6


def cold() -> float:
    """Return CPU seconds of a fresh process up to its first signature, machine code cached."""
    took = []
    for _ in range(3):
        with Bench("cold", []).measure() as work:
            subprocess.run([sys.executable, "-c", COLD], check=True)
        took.append(work.cpu)
    return min(took)


def main() -> None:
    bench = Bench("dedup")
    texts, pairs = given()
    planted = {id_ for a, b, _ in pairs for id_ in (a, b)}
    chosen = sorted(texts, key=lambda id_: (id_ not in planted, id_))[:SLICE]
    part = {id_: texts[id_] for id_ in chosen}
    documents, few = batches(texts), batches(part)
    start = time.process_time()
    ours([few[0].slice(0, 50)])
    first = time.process_time() - start
    with bench.measure() as memory:
        kept = ours(documents)
    kept, work = bench.measured(lambda: ours(documents))
    _, short = bench.measured(lambda: ours(few))
    found, peer = bench.measured(lambda: theirs(part), times=1)

    figures = {least: recall(kept, pairs, least) for least in RECALL}
    right = precision(kept, texts)
    rows = (
        ("commonplace", texts, work, memory.extra, kept, right),
        ("commonplace, slice", part, short, None, kept, None),
        (
            "datasketch update_batch + LSH, slice",
            part,
            peer,
            None,
            found,
            precision(found, part),
        ),
    )
    for what, some, took, extra, survivors, share in rows:
        columns = {f"R@{least}": recall(survivors, pairs, least) for least in RECALL}
        told = {"docs": len(some), "MB": size(some.values()), "CPU s": took.cpu}
        rate = {"MB/s/core": size(some.values()) / took.cpu, "extra MB": extra}
        bench.row(what, **told, **rate, **columns, **{"P@.75": share})
    bench.row("first call in this process", **{"CPU s": first})
    bench.row("a fresh process to its first signature", **{"CPU s": cold()})
    bench.target("MB/s per core", size(texts.values()) / work.cpu, least=MB_PER_CPU_SECOND)
    bench.target("CPU s", work.cpu, most=CPU_SECONDS)
    bench.target("times datasketch", peer.cpu / short.cpu, least=TIMES_DATASKETCH)
    bench.target("extra memory, MB", memory.extra, most=EXTRA_MB)
    for least, goal in RECALL.items():
        bench.target(f"recall at J ≥ {least}", figures[least], least=goal)
    bench.target("precision at J ≥ .75", right, least=PRECISION)
    bench.finish()


if __name__ == "__main__":
    main()
