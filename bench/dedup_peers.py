"""Near-duplicate search with other tools at their defaults, in an environment of its own.

`python dedup_peers.py datatrove|datasketch|rensa IN.parquet OUT.parquet` reads columns id and text
and writes id and family; the last line printed is JSON: CPU seconds of the work (without imports
and reading), and the peak of the memory in MB. Nothing of commonplace is imported here.
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

REQUIREMENTS = (
    "datatrove==0.10.1",
    "xxhash<4",  # newer ones refuse the text that datatrove hashes (huggingface/datatrove#508)
    "spacy",
    "tokenizers",
    "orjson",
    "regex",
    "nltk",
    "pyarrow",
    "datasketch==2.0.0",
    "rensa==0.5.0",
)
THRESHOLD = 0.75


def shingles(text: str) -> list[str]:
    words = re.findall(r"\w+", text.lower())
    return list({" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))})


def families(ids: list[str], alike: list[list[int]]) -> dict[str, str]:
    """Return the least member of each one's component, given what each was found like."""
    parent = list(range(len(ids)))

    def top(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, others in enumerate(alike):
        for j in others:
            a, b = top(i), top(j)
            parent[max(a, b)] = min(a, b)
    return {id_: ids[top(i)] for i, id_ in enumerate(ids)}


def datasketch(ids: list[str], texts: list[str]) -> dict[str, str]:
    from datasketch import MinHash, MinHashLSH

    lsh, alike = MinHashLSH(threshold=THRESHOLD, num_perm=128), []
    for n, text in enumerate(texts):
        minhash = MinHash(128, seed=1)
        minhash.update_batch([shingle.encode() for shingle in shingles(text)])
        alike.append(lsh.query(minhash))
        lsh.insert(n, minhash)
    return families(ids, alike)


def rensa(ids: list[str], texts: list[str]) -> dict[str, str]:
    """As its README does: 128 permutations, 16 bands."""
    from rensa import RMinHash, RMinHashLSH

    lsh, alike = RMinHashLSH(threshold=THRESHOLD, num_perm=128, num_bands=16), []
    for n, text in enumerate(texts):
        minhash = RMinHash(num_perm=128, seed=42)
        minhash.update(shingles(text))
        alike.append(lsh.query(minhash))
        lsh.insert(n, minhash)
    return families(ids, alike)


def datatrove(ids: list[str], texts: list[str]) -> dict[str, str]:
    """All four stages in one process."""
    from datatrove.data import Document
    from datatrove.executor.local import LocalPipelineExecutor
    from datatrove.pipeline.dedup.minhash import (
        MinhashConfig,
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )

    folder, config = tempfile.mkdtemp(), MinhashConfig()

    def documents() -> list[Document]:
        return [Document(text=text, id=id_) for id_, text in zip(ids, texts, strict=True)]

    def run(pipeline: list, tasks: int = 1) -> None:
        logs = f"{folder}/logs-{type(pipeline[-1]).__name__}"
        LocalPipelineExecutor(pipeline, tasks=tasks, workers=1, logging_dir=logs).run()

    removed = Removed()
    removed.clusters.clear()
    run([documents(), MinhashDedupSignature(f"{folder}/signatures", config=config)])
    buckets = MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config=config)
    run([buckets], config.num_buckets)
    clusters = MinhashDedupCluster(
        f"{folder}/buckets", f"{folder}/remove", config=config, save_cluster_id=True
    )
    run([clusters])
    keep = MinhashDedupFilter(f"{folder}/remove", exclusion_writer=removed, load_cluster_ids=True)
    run([documents(), keep, removed.note])
    shutil.rmtree(folder)
    first: dict[object, str] = {}
    out = {}
    for id_ in ids:
        cluster = removed.clusters.get(id_)
        out[id_] = id_ if cluster in (None, -1) else first.setdefault(cluster, id_)
    return out


class Removed:
    """Notes the cluster of every document that the filter lets through or takes out."""

    clusters: ClassVar[dict[str, object]] = {}  # of the class, since the executor copies objects

    def __enter__(self) -> Removed:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def write(self, document: object, rank: int = 0) -> None:
        """Note one document."""
        self.clusters[document.id] = document.metadata.get("minhash_cluster_id")  # type: ignore[attr-defined]

    def note(self, data: object, rank: int = 0, world_size: int = 1) -> object:
        """Note each document and pass it on."""
        for document in data:  # type: ignore[attr-defined]
            self.write(document)
            yield document


def main() -> None:
    tool, source, target = sys.argv[1:]
    table = pq.read_table(source, columns=["id", "text"])
    ids, texts = table["id"].to_pylist(), table["text"].to_pylist()
    work = {"datatrove": datatrove, "datasketch": datasketch, "rensa": rensa}[tool]
    work(ids[:20], texts[:20])  # imports and models are not counted
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    before = time.process_time() + children.ru_utime + children.ru_stime
    found = work(ids, texts)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = time.process_time() + children.ru_utime + children.ru_stime - before
    pq.write_table(pa.table({"id": list(found), "family": list(found.values())}), Path(target))
    print(json.dumps({"cpu": cpu, "peak": peak()}))


def peak() -> float | None:
    """Return the peak of this process's memory in MB, where the system tells."""
    status = Path("/proc/self/status")  # ru_maxrss would be that of who started it, if larger
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM")), None)


if __name__ == "__main__":
    main()
