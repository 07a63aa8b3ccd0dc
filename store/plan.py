"""A plan: which documents are trained on, how often and in what order, packed into sequences."""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import Field

from corpus.stage import Section
from store.objects import TEMPORARY, fsync
from store.pack import fraction, mix, pack
from store.query import tables
from store.turns import Pieces, Turns, assemble, order


class Plan(Section):
    """What is trained on, and in which order."""

    sql: str = Field(
        "SELECT id, 1.0 AS weight FROM documents WHERE split = 'train' "
        "UNION ALL SELECT id, 1.0 FROM variants",
        min_length=1,
        title="Selection (SQL)",
        description="One SELECT over the catalogue giving id and, if you like, weight: 2 takes a "
        "document twice, 0.5 half of them by chance. A turn left out cuts its conversation.",
    )
    seed: int = Field(
        0,
        ge=0,
        le=(1 << 63) - 1,
        title="Seed",
        description="Decides the order, and which documents a fractional weight takes.",
    )
    length: int = Field(
        512,
        ge=8,
        le=1 << 17,
        title="Sequence length (tokens)",
        description="Documents are packed into sequences of this length; longer ones are split.",
    )


ROWS = pa.schema(
    [
        ("sequence", pa.int64()),
        ("slot", pa.int32()),
        ("piece", pa.int32()),
        ("shard", pa.int32()),
        ("start", pa.int64()),
        ("tokens", pa.int64()),
        ("literal", pa.int32()),
        ("target", pa.bool_()),
        ("bytes", pa.int64()),
    ]
)
"""A plan's rows, by (sequence, slot): `tokens` ids of `shard` from `start`, or one `literal` id
(then shard and start are null). Rows of one `piece` of a sequence may see each other, positions
restart with it. All ids of a row are a `target` or none; they stand for `bytes` of text. The
schema's metadata has `length`, and `pad`, the id that fills a sequence up."""

PLANS = pa.schema(
    [
        ("plan", pa.string()),
        ("sql", pa.string()),
        ("seed", pa.int64()),
        ("length", pa.int32()),
        ("digest", pa.string()),
        ("sequences", pa.int64()),
        ("path", pa.string()),
    ]
)
"""A plan as the catalogue records it; `path` is the file of its rows, relative to the library."""


class BadPlan(ValueError):
    """A plan's SQL, or what it chose, cannot be trained on."""


def choose(connection: duckdb.DuckDBPyConnection, sql: str) -> pa.Table:
    """Return (id, weight float64) as `sql` selects them; without a weight column it is 1.

    Raises BadPlan unless `sql` is one SELECT that runs and gives ids.
    """
    try:
        statements = connection.extract_statements(sql)
        if [s.type for s in statements] != [duckdb.StatementType.SELECT]:
            raise BadPlan("plan.sql: must be one SELECT statement and nothing else")
        chosen = connection.sql(sql).to_arrow_table()
    except duckdb.Error as error:
        kind = type(error).__name__  # its message may quote a value of the corpus
        raise BadPlan(
            f"plan.sql: DuckDB refuses it ({kind}); try it with commonplace sql"
        ) from None
    weight = _column(chosen, "weight", pa.float64())
    if weight is None:
        weight = pa.chunked_array([pa.array(np.ones(len(chosen)))])
    id_ = _column(chosen, "id", pa.string())
    if id_ is None:
        raise BadPlan("plan.sql: gives no column id; use SELECT id, weight FROM …")
    return pa.table({"id": id_, "weight": weight})


def _column(chosen: pa.Table, name: str, kind: pa.DataType) -> pa.ChunkedArray | None:
    """Return the column `name`, in whatever case as in SQL, as `kind`; None when there is none."""
    found = [n for n, column in enumerate(chosen.column_names) if column.lower() == name]
    if len(found) > 1:
        raise BadPlan(f"plan.sql: gives the column {name} more than once")
    try:
        return pc.cast(chosen.column(found[0]), kind, safe=False) if found else None
    except pa.ArrowException:
        told = {"id": "text", "weight": "a number"}[name]
        raise BadPlan(f"plan.sql: the column {name} is not {told}") from None


def make(
    documents: pa.Table,
    spans: pa.Table,
    chosen: pa.Table,
    settings: Plan,
    special: Mapping[str, int],
) -> pa.Table:
    """Return the plan's `ROWS`, in training order.

    `documents` has id, thread, session, position, origin and, to mark holes, removed; `spans` as
    the shards were written; `chosen` id and weight; `special` the ids of `pad self other end`. The
    result depends on the rows given, not on their order. A run of turns has the mean weight of
    its own turns. Raises BadPlan.
    """
    weights = _weights(documents, spans, chosen)
    turns = order(documents, spans, weights)
    pieces = assemble(turns, settings.length, special)
    if not len(pieces.size):
        raise BadPlan("plan.sql: chooses no text of your own; nothing can be learnt from it")
    which, key = _repeated(turns, pieces, settings.seed)
    if not len(which):
        raise BadPlan("plan.sql: its weights are so low that nothing is taken; raise them")
    sequence = pack(pieces.size[which], key, settings.length)
    by_place = np.lexsort((key, sequence))
    rows = _table(pieces, which[by_place], sequence[by_place])
    settled = {"length": settings.length, "pad": special["pad"]}
    return rows.replace_schema_metadata({name: str(value) for name, value in settled.items()})


def _weights(documents: pa.Table, spans: pa.Table, chosen: pa.Table) -> np.ndarray:
    """Return the weight of each document, 0 where it is not chosen."""
    if not chosen.num_rows:
        raise BadPlan("plan.sql: chooses no document; try it with commonplace sql")
    weight = pc.fill_null(chosen["weight"].cast(pa.float64()), np.nan).to_numpy()
    if not (np.isfinite(weight) & (weight >= 0) & (weight <= 1_000)).all():
        raise BadPlan("plan.sql: a weight is missing, negative or above 1,000")
    if chosen["id"].null_count:
        raise BadPlan("plan.sql: gives rows without an id; leave them out with WHERE")
    if pc.count_distinct(chosen["id"]).as_py() != chosen.num_rows:
        raise BadPlan("plan.sql: gives an id more than once; use weight to repeat a document")
    known = pc.is_in(chosen["id"], value_set=documents["id"].combine_chunks())
    if unknown := len(known) - pc.sum(known).as_py():
        raise BadPlan(f"plan.sql: gives {unknown:,} ids that are not documents of this library")
    place = pc.index_in(documents["id"], value_set=chosen["id"].combine_chunks())
    weights = np.append(weight, 0.0)[pc.fill_null(place, -1).to_numpy()]
    own = pc.and_(
        pc.equal(documents["origin"], "self"),
        pc.invert(pc.is_in(documents["id"], value_set=spans["document"].combine_chunks())),
    )
    if "removed" in documents.column_names:
        own = pc.and_(own, pc.is_null(documents["removed"]))
    if missing := int((pc.fill_null(own, False).to_numpy() & (weights > 0)).sum()):
        raise BadPlan(f"shards: {missing:,} chosen documents are in none; run write-shards again")
    return weights


def _repeated(turns: Turns, pieces: Pieces, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return piece and ordering hash of each piece taken, as often as its weight says."""
    runs = int(turns.run.max()) + 1
    own = np.maximum(np.bincount(turns.run, weights=turns.own, minlength=runs), 1)
    weight = np.bincount(turns.run, weights=turns.own * turns.weight, minlength=runs) / own
    first = np.flatnonzero(np.diff(turns.run, prepend=-1))
    chance = fraction(mix(turns.hash[first], seed, 0))
    copies = (np.floor(weight) + (chance < weight % 1)).astype(np.int64)[pieces.run]
    which = np.repeat(np.arange(len(copies)), copies)
    copy = np.arange(len(which)) - np.repeat(np.cumsum(copies) - copies, copies)
    return which, mix(mix(pieces.hash, seed)[which] ^ copy.astype(np.uint64), 2)


def _table(pieces: Pieces, which: np.ndarray, sequence: np.ndarray) -> pa.Table:
    """Return the rows of the pieces `which`, lying in `sequence`, which does not fall."""
    ends = np.append(pieces.first[1:], len(pieces.rows["tokens"]))
    counts = (ends - pieces.first)[which]
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    row = np.repeat(pieces.first[which], counts) + offset
    columns = {name: values[row] for name, values in pieces.rows.items()}
    columns["sequence"] = np.repeat(sequence, counts)
    columns["slot"] = _ordinal(columns["sequence"])
    columns["piece"] = np.repeat(_ordinal(sequence), counts)
    from_shard = columns["literal"] < 0
    nulls = {"literal": from_shard, "shard": ~from_shard, "start": ~from_shard}
    arrays = [
        pa.array(columns[f.name].astype(f.type.to_pandas_dtype()), f.type, mask=nulls.get(f.name))
        for f in ROWS
    ]
    return pa.Table.from_arrays(arrays, schema=ROWS)


def _ordinal(groups: np.ndarray) -> np.ndarray:
    """Return for each entry of `groups`, equal ones together, how many equal ones are before it.

    >>> _ordinal(np.array([4, 4, 7, 9, 9])).tolist()
    [0, 1, 0, 0, 1]
    """
    begins = np.flatnonzero(np.diff(groups, prepend=groups[:1] - 1))
    return np.arange(len(groups)) - np.repeat(begins, np.diff(np.append(begins, len(groups))))


def digest(rows: pa.Table) -> str:
    """Return 32 hex digits of the plan's rows in order: the identity of a training order."""
    state = blake2b(digest_size=16)
    for field in ROWS:
        values = pc.fill_null(rows[field.name], False if field.name == "target" else -1)
        state.update(values.to_numpy().astype("<i8").tobytes())
    return state.hexdigest()


def write(rows: pa.Table, path: Path) -> None:
    """Write a plan's rows to the Parquet file `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    try:
        pq.write_table(rows, temporary, compression="zstd")
        fsync(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    fsync(path.parent)


def read(path: Path, expected: str | None = None) -> pa.Table:
    """Return the rows that `write` put at `path`; checks their digest when one is `expected`.

    Raises BadPlan.
    """
    try:
        rows = pq.read_table(path, partitioning=None)
    except (OSError, pa.ArrowException):
        raise BadPlan(f"{path.name}: no plan can be read there; run write-shards again") from None
    if not rows.schema.equals(ROWS) or (expected is not None and digest(rows) != expected):
        raise BadPlan(f"{path.name}: not the plan the catalogue records; run write-shards again")
    return rows


def describe(name: str, settings: Plan, rows: pa.Table, path: str) -> pa.Table:
    """Return the one row of `PLANS` that records `rows`, lying at `path` in the library."""
    row = settings.model_dump() | {
        "plan": name,
        "digest": digest(rows),
        "sequences": pc.max(rows["sequence"]).as_py() + 1,
        "path": path,
    }
    return pa.Table.from_pylist([row], PLANS)


def from_catalogue(
    connection: duckdb.DuckDBPyConnection, settings: Plan, special: Mapping[str, int]
) -> pa.Table:
    """Return the plan's `ROWS` over the open catalogue's documents, removed and spans.

    Removed documents are holes. Variants belong to no conversation, whatever their parent does.
    Raises BadPlan.
    """
    columns = "id, thread, session, position, origin"
    sql = f"SELECT {columns}, NULL::VARCHAR AS removed FROM documents"
    known = tables(connection)
    if "removed" in known:
        sql += f" UNION ALL SELECT {columns}, removed FROM removed"
    if "variants" in known:
        sql += " UNION ALL SELECT id, NULL, NULL, NULL, origin, removed FROM variants"
    documents = connection.sql(sql).to_arrow_table()
    spans = connection.sql("SELECT document, shard, start, tokens, loss FROM spans")
    chosen = choose(connection, settings.sql)
    return make(documents, spans.to_arrow_table(), chosen, settings, special)
