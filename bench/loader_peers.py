"""Token loaders of other libraries, each as its documentation has it, over the same tokens.

`python loader_peers.py TOKENS LENGTH BATCH` reads a file of uint16 and writes what each library
keeps them in beside it; every line printed is JSON: the loader, tokens a CPU second as int64
batches, in order and shuffled with a seed as for training, or why it could not run. Nothing of
commonplace is imported here.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch

REQUIREMENTS = (
    "litdata==0.2.76",
    "lightning_utilities",
    "boto3",
    "botocore",
    "s3transfer",
    "jmespath",
    "tifffile",
)
"""Installed without what they depend on: litdata asks for torchvision, which no token needs and
which does not load beside a CPU build of torch."""

Batches = Iterator[torch.Tensor]
Read = Callable[[bool], Batches]  # shuffled or not


def huggingface(tokens: np.ndarray, folder: Path, batch: int) -> Read:
    import datasets

    length = tokens.shape[1]
    rows = pa.FixedSizeListArray.from_arrays(pa.array(tokens.reshape(-1)), length)
    features = datasets.Features({"ids": datasets.List(datasets.Value("uint16"), length=length)})
    info = datasets.DatasetInfo(features=features)
    datasets.disable_progress_bars()
    datasets.Dataset(pa.table({"ids": rows}), info=info).save_to_disk(folder)
    kept = datasets.load_from_disk(folder).with_format("numpy")

    def read(shuffled: bool) -> Batches:
        for rows in (kept.shuffle(seed=0) if shuffled else kept).iter(batch):
            yield torch.from_numpy(np.asarray(rows["ids"]).astype(np.int64))

    return read


def pyarrow(tokens: np.ndarray, folder: Path, batch: int) -> Read:
    length = tokens.shape[1]
    offsets = pa.array(np.arange(0, tokens.size + 1, length, dtype=np.int32))
    rows = pa.ListArray.from_arrays(offsets, pa.array(tokens.reshape(-1)))
    folder.mkdir()
    path, options = folder / "tokens.parquet", {"row_group_size": 1024, "use_dictionary": False}
    pq.write_table(pa.table({"ids": rows}), path, compression="none", **options)

    def read(shuffled: bool) -> Batches:
        random = np.random.default_rng(0)
        with pq.ParquetFile(path) as file:
            groups = np.arange(file.num_row_groups)
            if not shuffled:
                for part in file.iter_batches(batch_size=batch):
                    yield whole(part.column(0))
                return
            random.shuffle(groups)  # and the rows of each: what a Parquet file lends itself to
            for group in groups.tolist():
                rows = whole(file.read_row_group(group).column(0).combine_chunks())
                order = random.permutation(len(rows))
                for begin in range(0, len(rows), batch):
                    yield rows[order[begin : begin + batch]]

    def whole(column: pa.Array) -> torch.Tensor:
        ids = column.flatten().to_numpy(zero_copy_only=False)
        return torch.from_numpy(ids.astype(np.int64)).view(-1, length)

    return read


def litdata(tokens: np.ndarray, folder: Path, batch: int) -> Read:
    from litdata import StreamingDataLoader, StreamingDataset
    from litdata.streaming.cache import Cache
    from litdata.streaming.item_loader import TokensLoader

    length = tokens.shape[1]
    folder.mkdir()
    cache = Cache(str(folder), chunk_bytes="64MB", item_loader=TokensLoader(block_size=length))
    for n, row in enumerate(tokens):
        cache[n] = torch.from_numpy(row.copy())
    cache.done()
    cache.merge()

    def read(shuffled: bool) -> Batches:
        loader = TokensLoader(block_size=length)
        kept = StreamingDataset(str(folder), item_loader=loader, shuffle=shuffled, drop_last=True)
        for rows in StreamingDataLoader(kept, batch_size=batch, num_workers=0):
            yield rows.to(torch.int64)

    return read


def rate(read: Read, shuffled: bool) -> float:
    best = 0.0
    for _ in range(3):
        began = time.process_time()
        tokens = sum(rows.numel() for rows in read(shuffled))
        best = max(best, tokens / (time.process_time() - began))
    return best


def main() -> None:
    path, length, batch = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    flat = np.fromfile(path, np.uint16)
    tokens = flat[: len(flat) // length * length].reshape(-1, length)
    loaders = {"HF datasets": huggingface, "pyarrow": pyarrow, "litdata": litdata}
    for name, prepare in loaders.items():
        folder = path.with_name(f"{path.stem}-{prepare.__name__}")
        try:
            read = prepare(tokens, folder, batch)
            rates = {"in order": rate(read, False), "shuffled": rate(read, True)}
            print(json.dumps({"loader": name, "rates": rates}))
        except ImportError as error:
            print(json.dumps({"loader": name, "reason": str(error)}))
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
