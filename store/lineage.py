"""Lineage: which documents went into each plan, model and export, so that forget can name them."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import Field

from corpus.stage import Section
from store.library import Library
from store.objects import TEMPORARY, fsync

FOLDER = "lineage"
_ABOUT = b"made"


class Made(Section):
    """Something made of documents: a plan, a model or an export, and what is told of it.

    `about` may hold a path, which is personal: lineage lies in `secrets/`. `tainted` lists the
    tombstones whose documents it holds.
    """

    kind: str
    name: str
    about: dict[str, Any] = Field(default_factory=dict)
    tainted: tuple[str, ...] = ()


def keep(library: Library, made: Made, documents: Sequence[str] | pa.ChunkedArray) -> None:
    """Record that `made` was made of `documents` (ids; a variant counts as its parent)."""
    ids = pa.array(sorted({str(d).partition("~")[0] for d in _listed(documents)}), pa.string())
    _write(library, made, ids)


def planned(connection: duckdb.DuckDBPyConnection, rows: pa.Table) -> pa.ChunkedArray:
    """Return the documents whose tokens stand in the plan `rows`, over the open catalogue."""
    starts = pa.table({"shard": rows["shard"], "start": rows["start"]}).drop_null()
    connection.register("starts", starts.group_by(["shard", "start"]).aggregate([]))
    told = connection.sql(
        "SELECT DISTINCT s.document FROM starts r ASOF JOIN spans s "
        "ON r.shard = s.shard AND r.start >= s.start"
    ).to_arrow_table()
    connection.unregister("starts")
    return told["document"]


def documents(library: Library, plan: str) -> list[str]:
    """Return the documents of the recorded plan with the digest `plan`."""
    path = _path(library, "plan", plan)
    return _read(path)[1].to_pylist() if path.exists() else []


def made(library: Library) -> list[Made]:
    """Return what was made of this library's documents, by kind and name."""
    return [_read(path)[0] for path in _paths(library)]


def taint(library: Library, tombstone: str, gone: Collection[str]) -> list[Made]:
    """Return what holds a document of `gone`, now marked with `tombstone` and without the ids."""
    out = []
    value_set = pa.array(sorted(gone), pa.string())
    for path in _paths(library):
        known, ids = _read(path)
        hit = pc.is_in(ids, value_set=value_set)
        if pc.any(hit).as_py():
            told = dict.fromkeys([*known.tainted, tombstone])
            known = known.model_copy(update={"tainted": tuple(told)})
            _write(library, known, ids.filter(pc.invert(hit)))
        if tombstone in known.tainted:
            out.append(known)
    return out


def drop(library: Library, kind: str, name: str) -> None:
    """Forget the record of what is gone."""
    _path(library, kind, name).unlink(missing_ok=True)


def _listed(documents: Sequence[str] | pa.ChunkedArray) -> Sequence[str]:
    return documents.to_pylist() if isinstance(documents, pa.ChunkedArray) else documents


def _paths(library: Library) -> list[Path]:
    found = (library.secrets / FOLDER).glob("*.parquet")
    return sorted(path for path in found if not path.name.startswith(TEMPORARY))


def _path(library: Library, kind: str, name: str) -> Path:
    return library.secrets / FOLDER / f"{kind}-{name}.parquet"


def _read(path: Path) -> tuple[Made, pa.Array]:
    table = pq.read_table(path, partitioning=None)
    told = Made.model_validate_json((table.schema.metadata or {})[_ABOUT])
    return told, table["document"].combine_chunks()


def _write(library: Library, made: Made, ids: pa.Array) -> None:
    path = _path(library, made.kind, made.name)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    metadata = {_ABOUT: json.dumps(made.model_dump(mode="json")).encode()}
    schema = pa.schema([("document", pa.string())], metadata=metadata)
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    try:
        pq.write_table(pa.Table.from_arrays([ids], schema=schema), temporary, compression="zstd")
        fsync(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    fsync(path.parent)
