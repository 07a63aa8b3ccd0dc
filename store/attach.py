"""Opens a published catalogue for reading inside the store, with nothing else in reach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

CATALOGUE = "corpus.duckdb"

# A plan's SQL is the person's own text: it may read the catalogue and nothing else.
_LOCKED = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class NoCatalogue(RuntimeError):
    """A library has no catalogue that can be read."""


@contextmanager
def catalogue(library: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that can only read `library`'s catalogue, as it is on disk now.

    It attaches to an in-memory database, because a second `connect` in one process gives the old
    database while another connection is open, or fails if that one has another configuration.
    Raises NoCatalogue.
    """
    path = Path(library) / CATALOGUE
    if not path.is_file():
        raise NoCatalogue(f"{CATALOGUE}: not there; run commonplace build first")
    connection = duckdb.connect(":memory:")
    try:
        quoted = str(path).replace("'", "''")
        try:
            connection.execute(f"ATTACH '{quoted}' AS corpus (READ_ONLY)")
        except duckdb.Error:
            raise NoCatalogue(
                f"{CATALOGUE}: cannot be opened as a catalogue; run commonplace build again"
            ) from None
        connection.execute("USE corpus")
        for statement in _LOCKED:
            connection.execute(statement)
        yield connection
    finally:
        connection.close()


def tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the names of the catalogue's tables."""
    rows = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return {name for (name,) in rows}
