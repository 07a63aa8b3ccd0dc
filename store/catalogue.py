"""The catalogue `corpus.duckdb`: built beside the old one from Parquet, published by a rename."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from store.library import Library
from store.objects import TEMPORARY, fsync
from store.tables import TABLES, VIEWS, Columns

STORAGE_VERSION = "v1.2.0"
"""Storage format that DuckDB 1.5 and 2.0 both open."""

MEMORY = "512MB"
THREADS = 2


def publish(
    library: Library, files: Mapping[str, Sequence[Path]], tables: Mapping[str, pa.Table]
) -> None:
    """Replace the library's catalogue by one over `files` (Parquet, per table) and `tables`.

    A reader sees the whole old catalogue or the whole new one. `files["documents"]` holds all
    documents; those with `removed` set become the table `removed`. `files["events"]` are in the
    order of the steps. Every table of `store.tables` exists afterwards, if need be empty.
    """
    with _next(library) as connection:
        for name, (comment, columns) in TABLES.items():
            _create(connection, name, columns)
            if name in tables:
                _insert(connection, name, columns, tables[name])
            elif files.get(name):
                _load(connection, name, columns, files[name])
            _comment(connection, name, comment, columns)
        if files.get("documents"):
            _load(connection, "removed", TABLES["removed"][1], files["documents"])
        for name, (comment, query) in VIEWS.items():
            connection.execute(f"CREATE VIEW {name} AS {query}")
            connection.execute(f"COMMENT ON VIEW {name} IS {_quoted(comment)}")


def amend(library: Library, rows: Mapping[str, pa.Table]) -> None:
    """Publish the present catalogue with `rows` added to the named tables."""
    with _next(library, library.catalogue) as connection:
        for name, told in rows.items():
            _insert(connection, name, TABLES[name][1], told)


class NotPublished(RuntimeError):
    """The new catalogue could not be written; the old one, if any, stands."""


@contextmanager
def _next(library: Library, start: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection to a new database file and publish it when the block ends well."""
    fresh = library.root / f"{TEMPORARY}{uuid.uuid4().hex[:8]}.duckdb"
    log = fresh.with_name(fresh.name + ".wal")
    connection = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY})
    try:
        if start is not None:
            shutil.copyfile(start, fresh)
        connection.execute(f"SET temp_directory = {_quoted(str(fresh) + '.tmp')}")
        place = f"ATTACH {_quoted(str(fresh))} AS fresh (STORAGE_VERSION '{STORAGE_VERSION}')"
        connection.execute(place)
        connection.execute("USE fresh")
        yield connection
        connection.execute("CHECKPOINT fresh")
        connection.close()
        if log.exists():
            raise NotPublished("the new catalogue was not closed cleanly; run build again")
        fsync(fresh)
        # A leftover log of a reader that died would be replayed into the new file, or block it.
        library.catalogue.with_name(library.catalogue.name + ".wal").unlink(missing_ok=True)
        fresh.replace(library.catalogue)
        fsync(library.root)
    except (duckdb.IOException, duckdb.FatalException) as error:
        raise NotPublished(
            f"{library.catalogue.name}: could not be written ({type(error).__name__}), most often "
            "because the disk is full; free some space and run build again, the old one stands"
        ) from None
    finally:
        connection.close()
        fresh.unlink(missing_ok=True)
        log.unlink(missing_ok=True)
        shutil.rmtree(f"{fresh}.tmp", ignore_errors=True)


def _create(connection: duckdb.DuckDBPyConnection, name: str, columns: Columns) -> None:
    told = ", ".join(f'"{column}" {type_}' for column, (type_, _) in columns.items())
    connection.execute(f"CREATE TABLE {name} ({told})")


def _comment(
    connection: duckdb.DuckDBPyConnection, name: str, comment: str, columns: Columns
) -> None:
    connection.execute(f"COMMENT ON TABLE {name} IS {_quoted(comment)}")
    for column, (_, words) in columns.items():
        connection.execute(f'COMMENT ON COLUMN {name}."{column}" IS {_quoted(words)}')


def _insert(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Columns, told: pa.Table
) -> None:
    shared = ", ".join(f'"{c}"' for c in columns if c in told.column_names)
    connection.register("told", told)
    connection.execute(f"INSERT INTO {name} ({shared}) SELECT {shared} FROM told")
    connection.unregister("told")


def _load(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Columns, files: Sequence[Path]
) -> None:
    """Fill a table from Parquet files, in their order."""
    paths = [str(path) for path in files]
    source = "read_parquet($paths, file_row_number = true, filename = true)"
    shared = ", ".join(f'"{c}"' for c in columns)
    where = {"documents": "WHERE removed IS NULL", "removed": "WHERE removed IS NOT NULL"}
    query = f"SELECT {shared} FROM {source} {where.get(name, '')}"
    if name == "events":
        numbered = shared.replace('"n"', _NUMBER)
        query = f"SELECT {numbered} FROM {source} ORDER BY document, n"
    connection.execute(f"INSERT INTO {name} ({shared}) {query}", {"paths": paths})


_NUMBER = """(row_number() OVER (PARTITION BY document
    ORDER BY list_position($paths, filename), file_row_number) - 1)::INTEGER AS n"""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
