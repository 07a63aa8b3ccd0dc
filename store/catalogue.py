"""The catalogue `corpus.duckdb`: built beside the old one, published by turning a link to it."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from store.library import CATALOGUE, Library
from store.objects import TEMPORARY, fsync
from store.search import TABLES as SEARCH
from store.search import define
from store.search import fill as fill_search
from store.tables import DERIVED, TABLES, VERSION, VIEWS, Columns

STORAGE_VERSION = "v1.2.0"
"""Storage format that DuckDB 1.5 and 2.0 both open."""

CATALOGUES = "catalogues"
"""Folder of the file that `corpus.duckdb` is a link to."""

MEMORY = "512MB"
THREADS = 2
GRACE = 0.1  # seconds for a program that has just followed the link to open the file
ALIVE = 3_600  # seconds after which a file that was begun and not touched is of a build that died

_NO_ROOM = (duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException)

Fill = Callable[..., None]
"""Brings the rows of the table of a name and columns: (connection, name, columns). Naming the
connection's type outside of annotations would keep DuckDB alive past the interpreter's end, of
which it complains on the terminal."""


class NotPublished(RuntimeError):
    """The new catalogue could not be written; the old one, if any, stands."""


class Stale(RuntimeError):
    """The catalogue is not one that this version can take its rows from."""


def publish(
    library: Library,
    files: Mapping[str, Sequence[Path]],
    tables: Mapping[str, pa.Table],
    accept: Callable[[duckdb.DuckDBPyConnection], None] | None = None,
) -> None:
    """Replace the library's catalogue by one over `files` (Parquet, per table) and `tables`.

    A reader sees the whole old catalogue or the whole new one. `files["documents"]` holds all
    documents; those with `removed` set become the table `removed`. `files["events"]` are in the
    order of the steps. Every table of `store.tables` exists afterwards, if need be empty. `accept`
    is shown the new catalogue before anybody sees it; the old one stands when it raises. Raises
    NotPublished.
    """

    def fill(connection: duckdb.DuckDBPyConnection, name: str, columns: Columns) -> None:
        if name in tables:
            _insert(connection, name, columns, tables[name])
        elif files.get(name):
            _load(connection, name, columns, files[name])
        if name == "removed" and files.get("documents"):
            _load(connection, name, columns, files["documents"])

    with _next(library) as connection:
        _build(connection, fill)
        if accept is not None:
            accept(connection)


def amend(library: Library, rows: Mapping[str, pa.Table]) -> None:
    """Publish the present catalogue with `rows` added to the named tables. Raises NotPublished."""
    with _next(library, library.catalogue) as connection:
        for name, told in rows.items():
            _insert(connection, name, TABLES[name][1], told)


def migrate(library: Library) -> None:
    """Publish the rows of a catalogue of an older version in the tables of this one.

    What the older one did not have is empty; search and views are made anew. Raises Stale when
    the rows do not fit, and NotPublished; the old one stands then.
    """

    def fill(connection: duckdb.DuckDBPyConnection, name: str, columns: Columns) -> None:
        told = connection.execute(
            "SELECT column_name FROM duckdb_columns() WHERE database_name = 'old' "
            "AND table_name = ?",
            [name],
        )
        found = _from(columns, {column for (column,) in told.fetchall()})
        if found:
            # In the order in which they lay, which is part of what a table says.
            _take(connection, name, found, f"old.{name}")

    with _next(library) as connection:
        connection.execute(f"ATTACH {_quoted(str(library.catalogue))} AS old (READ_ONLY)")
        try:
            _build(connection, fill)
        except (duckdb.ConversionException, duckdb.BinderException, duckdb.CatalogException):
            raise Stale(f"{CATALOGUE}: written by an older commonplace, and does not fit") from None
        finally:
            connection.execute("DETACH old")


def withdraw(library: Library) -> None:
    """Delete the catalogue: the link to it, and every file that it was or is a link to."""
    library.catalogue.unlink(missing_ok=True)
    shutil.rmtree(library.root / CATALOGUES, ignore_errors=True)


def version_of(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the version of the tables in the catalogue in use; before it was noted, 1.

    Raises Stale when it is no catalogue.
    """
    told = "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
    found = {name for (name,) in connection.execute(told).fetchall()}
    if "catalogue" in found:
        row = connection.execute("SELECT max(version) FROM catalogue").fetchone()
        return int(row[0]) if row and row[0] is not None else 1
    if "documents" not in found:
        raise Stale(f"{CATALOGUE}: holds other tables than a catalogue does")
    return 1


def _build(connection: duckdb.DuckDBPyConnection, fill: Fill) -> None:
    """Create every table, let `fill` bring its rows, add search and views, comment on all."""
    for name, (comment, columns) in TABLES.items():
        told = ", ".join(f'"{column}" {type_}' for column, (type_, _) in columns.items())
        connection.execute(f"CREATE TABLE {name} ({told})")
        if name not in SEARCH and name != "catalogue":
            fill(connection, name, columns)
        _comment(connection, name, comment, columns)
    # A document is found by its id without looking through all of them.
    connection.execute("CREATE INDEX documents_by_id ON documents (id)")
    define(connection)
    fill_search(connection)
    connection.execute("INSERT INTO catalogue VALUES (?, ?)", [VERSION, version("commonplace")])
    for name, (comment, query) in VIEWS.items():
        connection.execute(f"CREATE VIEW {name} AS {query}")
        connection.execute(f"COMMENT ON VIEW {name} IS {_quoted(comment)}")


@contextmanager
def _next(library: Library, start: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection to a new database file and publish it when the block ends well."""
    folder = library.root / CATALOGUES
    fresh = folder / f"{TEMPORARY}{uuid.uuid4().hex[:8]}.duckdb"
    log = fresh.with_name(fresh.name + ".wal")
    connection = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY})
    try:
        folder.mkdir(exist_ok=True)
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
        _point(library, fresh)
    except (*_NO_ROOM, OSError) as error:
        raise NotPublished(
            f"{CATALOGUE}: could not be written ({type(error).__name__}), most often "
            "because the disk is full; free some space and run build again, the old one stands"
        ) from None
    finally:
        connection.close()
        fresh.unlink(missing_ok=True)
        log.unlink(missing_ok=True)
        shutil.rmtree(f"{fresh}.tmp", ignore_errors=True)


def _point(library: Library, fresh: Path) -> None:
    """Make `corpus.duckdb` a link to the file `fresh`, given its lasting name, and drop the old.

    A link, because DuckDB keeps its log beside the file that a link points to: a session that
    has the old file open for writing can then put no log beside the new one, which every later
    open would replay.
    """
    link, log = library.catalogue, library.catalogue.with_name(f"{CATALOGUE}.wal")
    lasting = fresh.with_name(fresh.name.removeprefix(TEMPORARY))
    with _alone(lasting.parent):
        fresh.rename(lasting)
        fsync(lasting.parent)
        new = library.root / f"{TEMPORARY}{lasting.stem}"
        try:
            new.symlink_to(lasting.relative_to(library.root))
        except OSError:  # a file system without links, such as a stick's: then the file itself
            new = lasting
        log.unlink(missing_ok=True)  # of a session that died, from when this was a plain file
        new.replace(link)
        fsync(library.root)
        time.sleep(GRACE)
        for path in lasting.parent.iterdir():
            with suppress(FileNotFoundError):  # of a build that has just ended
                age = time.time() - path.stat().st_mtime
                begun = path.name.startswith(TEMPORARY) and age < ALIVE
                if path != lasting and not begun:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes that publish out of `folder` during the block."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _comment(
    connection: duckdb.DuckDBPyConnection, name: str, comment: str, columns: Columns
) -> None:
    connection.execute(f"COMMENT ON TABLE {name} IS {_quoted(comment)}")
    for column, (_, words) in columns.items():
        connection.execute(f'COMMENT ON COLUMN {name}."{column}" IS {_quoted(words)}')


def _insert(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Columns, told: pa.Table
) -> None:
    connection.register("told", told)
    _take(connection, name, _from(columns, set(told.column_names)), "told")
    connection.unregister("told")


def _load(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Columns, files: Sequence[Path]
) -> None:
    """Fill a table from Parquet files, in their order."""
    paths = [str(path) for path in files]
    source = "read_parquet($paths, file_row_number = true, filename = true)"
    found = _from(columns, set(pq.read_schema(files[0]).names))
    where = {"documents": " WHERE removed IS NULL", "removed": " WHERE removed IS NOT NULL"}
    source += where.get(name, "")
    if name == "events":
        found["n"] = _NUMBER
        source += f" ORDER BY document, {_MET}"
    _take(connection, name, found, source, {"paths": paths})


def _from(columns: Columns, found: set[str]) -> dict[str, str]:
    """Return which of `columns` rows with the columns `found` give, and the SQL that gives each."""
    given = {column: f'"{column}"' for column in columns if column in found}
    worked_out = {c: sql for c, (of, sql) in DERIVED.items() if c in columns and of in found}
    return worked_out | given


def _take(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    found: Mapping[str, str],
    source: str,
    parameters: Mapping[str, object] | None = None,
) -> None:
    """Insert into the table `name` the columns `found`, by their SQL, from `source`."""
    columns = ", ".join(f'"{column}"' for column in found)
    query = f"INSERT INTO {name} ({columns}) SELECT {', '.join(found.values())} FROM {source}"
    connection.execute(query, parameters)


_MET = "list_position($paths, filename), file_row_number"
_NUMBER = f"(row_number() OVER (PARTITION BY document ORDER BY {_MET}) - 1)::INTEGER"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
