"""Opens the curated corpus and the token shards as Hugging Face datasets, memory-mapped."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.keys import digest
from store.library import CATALOGUE
from store.objects import TEMPORARY
from store.query import NoCatalogue, open_catalogue
from store.shards import open_shard

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

CACHE = "cache"
_ROWS = 2_048
_TOKENS = 1 << 20

TOKENS = pa.schema(
    [
        ("document", pa.string()),
        ("input_ids", pa.list_(pa.int32())),
        ("loss_mask", pa.list_(pa.int8())),
    ]
)
"""One document a row: its ids, and 1 where an id may be learnt."""


def dataset(library: Path | str, name: str, split: str | None = None) -> Dataset | DatasetDict:
    """Return the dataset `name` of `library`: «corpus», its documents, or «tokens», their ids.

    All splits as a DatasetDict, or the one named as a Dataset. The first call writes Arrow files
    to `cache/` in the library, a batch at a time, and they are mapped, not read; a new catalogue
    makes new ones and deletes the old. Raises NoCatalogue, BadShard, and ValueError for a name or
    a split that is not there.
    """
    from datasets import Dataset, DatasetDict  # takes a second: only when asked for

    if name not in _READERS:
        raise ValueError(f"{name}: no such dataset; there are {', '.join(_READERS)}")
    files = _files(Path(library), name)
    if split is None:
        return DatasetDict({s: Dataset.from_file(str(f)) for s, f in files.items()})
    if split not in files:
        raise ValueError(f"{split}: no such split; there are {', '.join(files) or 'none'}")
    return Dataset.from_file(str(files[split]))


def _files(library: Path, name: str) -> dict[str, Path]:
    """Return the Arrow file of each split, written now unless they are there."""
    try:
        stat = (library / CATALOGUE).stat()
    except OSError:
        raise NoCatalogue(f"{CATALOGUE}: not there; run commonplace build first") from None
    state = digest(stat.st_ino, stat.st_size, stat.st_mtime_ns)[:16]
    cache = library / CACHE
    folder = cache / f"{name}-{state}"
    if not folder.is_dir():
        cache.mkdir(exist_ok=True, mode=0o700)
        temporary = cache / f"{TEMPORARY}{os.getpid()}-{uuid.uuid4().hex[:8]}"
        temporary.mkdir(mode=0o700)
        try:
            _write(library, name, temporary)
            if not folder.is_dir():
                temporary.rename(folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        for old in cache.glob(f"{name}-*"):  # a forgotten text must not live on here
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
    found = {file.stem: file for file in folder.glob("*.arrow")}
    return {s: found[s] for s in sorted(found, key=_split_order)}


def _split_order(split: str) -> tuple[int, str]:
    known = ("train", "valid", "test")
    return (known.index(split) if split in known else len(known), split)


def _write(library: Path, name: str, folder: Path) -> None:
    schema, read = _READERS[name]
    with open_catalogue(library) as connection:
        splits = connection.sql("SELECT DISTINCT coalesce(split, 'train') FROM documents")
        for (split,) in splits.fetchall():
            # An undrained reader would block the next connection to the file: close it.
            with closing(read(connection, library, split)) as batches:
                if (first := next(batches, None)) is None:
                    continue
                path = folder / f"{split}.arrow"
                with pa.ipc.new_stream(str(path), schema or first.schema) as stream:
                    stream.write_batch(first)
                    for batch in batches:
                        stream.write_batch(batch)


def _corpus(
    connection: duckdb.DuckDBPyConnection, library: Path, split: str
) -> Generator[pa.RecordBatch, None, None]:
    sql = "SELECT * FROM documents WHERE coalesce(split, 'train') = ?"
    yield from connection.sql(sql, params=[split]).to_arrow_reader(_ROWS)


def _tokens(
    connection: duckdb.DuckDBPyConnection, library: Path, split: str
) -> Generator[pa.RecordBatch, None, None]:
    """Yield the documents of `split`, and variants with train, in the order of the shards."""
    shards = {
        row["shard"]: open_shard(library, row)
        for row in connection.sql("SELECT * FROM shards").to_arrow_table().to_pylist()
    }
    sql = (
        "SELECT s.document, s.shard, s.start, s.tokens, s.loss FROM spans s "
        "LEFT JOIN documents d ON d.id = s.document WHERE coalesce(d.split, 'train') = ? "
        "ORDER BY s.shard, s.start, s.document"
    )
    spans = connection.sql(sql, params=[split]).to_arrow_table()
    batch = np.cumsum(spans["tokens"].to_numpy()) // _TOKENS
    borders = np.append(np.flatnonzero(np.diff(batch, prepend=-1)), len(batch))
    for begin, end in zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True):
        yield _token_batch(spans.slice(begin, end - begin), shards)


def _token_batch(spans: pa.Table, shards: dict[int, np.ndarray]) -> pa.RecordBatch:
    tokens = spans["tokens"].to_numpy()
    ends = np.cumsum(tokens)
    places = zip(spans["shard"].to_pylist(), spans["start"].to_pylist(), tokens, strict=True)
    ids = [shards[shard][start : start + size] for shard, start, size in places]
    mask = np.zeros(ends[-1], np.int8)
    ranges = spans["loss"].combine_chunks()
    of = pc.list_parent_indices(ranges).to_numpy()
    flat = ranges.flatten()
    lows = (ends - tokens)[of] + flat.field("start").to_numpy()
    for low, size in zip(lows.tolist(), flat.field("tokens").to_pylist(), strict=True):
        mask[low : low + size] = 1
    offsets = pa.array(np.concatenate([[0], ends]), pa.int32())
    columns = [
        spans["document"].combine_chunks(),
        pa.ListArray.from_arrays(offsets, pa.array(np.concatenate(ids).astype(np.int32))),
        pa.ListArray.from_arrays(offsets, pa.array(mask)),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=TOKENS)


_Read = Callable[..., Generator[pa.RecordBatch, None, None]]
_READERS: dict[str, tuple[pa.Schema | None, _Read]] = {
    "corpus": (None, _corpus),
    "tokens": (TOKENS, _tokens),
}
