"""Token shards: flat files of ids, document after document, and the tables of what is where."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from corpus.keys import file_digest
from store.objects import TEMPORARY, fsync

SHARDS = pa.schema(
    [
        ("shard", pa.int32()),
        ("path", pa.string()),
        ("dtype", pa.string()),
        ("tokens", pa.int64()),
        ("digest", pa.string()),
        ("tokenizer", pa.string()),
    ]
)
"""One file of little-endian ids; `digest` is BLAKE2b-128 of its bytes, `tokenizer` the key."""

LOSS = pa.struct([("start", pa.int64()), ("tokens", pa.int64()), ("bytes", pa.int64())])
SPANS = pa.schema(
    [
        ("document", pa.string()),
        ("shard", pa.int32()),
        ("start", pa.int64()),
        ("tokens", pa.int64()),
        ("bytes", pa.int64()),
        ("loss", pa.list_(LOSS)),
    ]
)
"""Where a document's ids are, in tokens; `bytes` of UTF-8 they stand for; `loss` the ranges that
may be learnt, relative to the span: all of an own document, nothing of another's."""

Encode = Callable[[Sequence[str]], list[np.ndarray]]

_TEXTS, _CHARACTERS = 1024, 1 << 20  # one batch: as many texts, or as many characters
_DTYPES: dict[str, np.dtype] = {"uint16": np.dtype("<u2"), "uint32": np.dtype("<u4")}


class BadShard(RuntimeError):
    """A shard is missing, of another size, content or tokenizer than the catalogue says."""


def dtype_of(vocabulary: int) -> np.dtype:
    """Return the little-endian type of ids below `vocabulary`: uint16, or uint32 above 65,536."""
    return _DTYPES["uint16" if vocabulary <= 1 << 16 else "uint32"]


class _Files:
    """The shard files of one directory, filled in order; each appears whole or not at all."""

    def __init__(self, directory: Path, dtype: np.dtype, limit: int) -> None:
        self._directory, self._dtype, self._limit = directory, dtype, limit
        self._stream: BinaryIO | None = None
        self.rows: list[dict[str, object]] = []

    def __enter__(self) -> _Files:
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is None:
            return
        if error is None:
            self._close(self._stream)
        else:
            self._stream.close()
            self._temporary.unlink(missing_ok=True)

    def append(self, ids: np.ndarray) -> tuple[int, int]:
        """Write `ids` after what is there, all in one shard; returns the shard and their start."""
        raw = ids.astype(self._dtype).tobytes()
        if self._stream is not None and self._bytes and self._bytes + len(raw) > self._limit:
            self._close(self._stream)
        stream = self._stream or self._begin()
        start = self._bytes // self._dtype.itemsize
        stream.write(raw)
        self._state.update(raw)
        self._bytes += len(raw)
        return len(self.rows), start

    def _begin(self) -> BinaryIO:
        self._path = self._directory / f"shard-{len(self.rows):05d}.bin"
        self._temporary = self._path.with_name(f"{TEMPORARY}{os.getpid()}-{self._path.name}")
        self._stream = self._temporary.open("wb")
        self._state, self._bytes = blake2b(digest_size=16), 0
        return self._stream

    def _close(self, stream: BinaryIO) -> None:
        stream.flush()
        os.fsync(stream.fileno())
        stream.close()
        self._stream = None
        self._temporary.replace(self._path)
        fsync(self._directory)
        self.rows.append(
            {
                "shard": len(self.rows),
                "path": self._path.name,
                "dtype": self._dtype.name,
                "tokens": self._bytes // self._dtype.itemsize,
                "digest": self._state.hexdigest(),
            }
        )


def write(
    documents: Iterable[tuple[str, str, str | None]],
    encode: Encode,
    directory: Path,
    *,
    vocabulary: int,
    tokenizer: str,
    limit_bytes: int = 256 << 20,
) -> tuple[pa.Table, pa.Table]:
    """Write `documents` (id, origin, text) to `directory` as shards; returns `SHARDS`, `SPANS`.

    `encode` gives the ids of each text, below `vocabulary`; `tokenizer` is its key. A document
    lies in one shard; one longer than `limit_bytes` gets a shard of its own. Files depend only on
    the documents and their order. The texts of one batch are in memory at a time. `path` is the
    file's name: see `placed`. Raises ValueError when an id is not below `vocabulary`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    spans: list[pa.RecordBatch] = []
    with _Files(directory, dtype_of(vocabulary), limit_bytes) as files:
        for batch in _batches(documents):
            encoded = encode([text for _, _, text in batch])
            if max((int(ids.max()) for ids in encoded if ids.size), default=0) >= vocabulary:
                raise ValueError(
                    f"tokenizer {tokenizer}: gives ids above its {vocabulary:,} tokens; "
                    "train it again"
                )
            spans.append(_spans(batch, encoded, files))
    rows = [row | {"tokenizer": tokenizer} for row in files.rows]
    return pa.Table.from_pylist(rows, SHARDS), pa.Table.from_batches(spans, SPANS)


def _batches(
    documents: Iterable[tuple[str, str, str | None]],
) -> Iterator[list[tuple[str, str, str]]]:
    batch: list[tuple[str, str, str]] = []
    characters = 0
    for id_, origin, text in documents:
        batch.append((id_, origin, text or ""))
        characters += len(text or "")
        if len(batch) >= _TEXTS or characters >= _CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _spans(
    batch: list[tuple[str, str, str]], encoded: list[np.ndarray], files: _Files
) -> pa.RecordBatch:
    rows = []
    for (id_, origin, text), ids in zip(batch, encoded, strict=True):
        shard, start = files.append(ids)
        size = {"tokens": len(ids), "bytes": len(text.encode())}
        loss = [{"start": 0, **size}] if origin == "self" and len(ids) else []
        rows.append({"document": id_, "shard": shard, "start": start, **size, "loss": loss})
    return pa.RecordBatch.from_pylist(rows, SPANS)


def placed(shards: pa.Table, folder: str) -> pa.Table:
    """Return `shards` with `folder` (relative to the library, with /) before each path."""
    paths = [f"{folder}/{path}" for path in shards["path"].to_pylist()]
    return shards.set_column(1, SHARDS.field("path"), pa.array(paths, pa.string()))


def open_shard(
    root: Path, shard: Mapping[str, object], tokenizer: str | None = None, *, verify: bool = False
) -> np.ndarray:
    """Return the ids of `shard`, a row of `SHARDS`, mapped read-only from its path under `root`.

    Checks that the file is there, its dtype and size, and that it was written with `tokenizer` if
    one is given; with `verify` also its digest, which reads it. Raises BadShard.
    """
    name = shard["path"]
    dtype = _DTYPES.get(str(shard["dtype"]))
    if dtype is None:
        raise BadShard(f"{name}: unknown dtype {shard['dtype']}; run write-shards to rewrite it")
    if tokenizer is not None and shard["tokenizer"] != tokenizer:
        raise BadShard(
            f"{name}: written with tokenizer {shard['tokenizer']}, asked for {tokenizer}; "
            "run write-shards with the tokenizer in use"
        )
    path = root / str(name)
    if not path.is_file():
        raise BadShard(f"{name}: the file is not there; run write-shards to write it again")
    size, expected = path.stat().st_size, int(str(shard["tokens"])) * dtype.itemsize
    if size != expected:
        raise BadShard(
            f"{name}: catalogue says {expected:,} bytes, file has {size:,}; "
            "run write-shards to rewrite it"
        )
    if verify and file_digest(path) != shard["digest"]:
        raise BadShard(f"{name}: content is not what was written; run write-shards to rewrite it")
    if not size:  # an empty file cannot be mapped
        return np.empty(0, dtype)
    return np.memmap(path, dtype, mode="r")
