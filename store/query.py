"""Opens the catalogue for questions: read-only, offline, and closed to everything but itself."""

from __future__ import annotations

from pathlib import Path

import duckdb

from store.catalogue import Stale, migrate, version_of
from store.library import CATALOGUE, SETTINGS, Library, NoLibrary
from store.tables import VERSION

CLOSED = (
    "SET memory_limit = '4GB'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET temp_directory = ''",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
"""Settings under which SQL from anywhere can read the catalogue and nothing else."""


class NoCatalogue(NoLibrary):
    """A library has no catalogue that can be read."""


def open_catalogue(library: Path | str | Library) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to the catalogue of `library`; it closes as a context does.

    It keeps the snapshot it opened when a later run publishes a new one. SQL on it reads no other
    file, writes none and loads no extension. A catalogue of an older version is first written
    anew in this one. Raises NoCatalogue: nothing is built yet, the file is no catalogue, is of a
    newer version, or another program holds it open for writing.
    """
    library = library if isinstance(library, Library) else Library(library)
    if not library.catalogue.is_file():
        raise NoCatalogue(_nothing(library))
    connection = _attached(library.catalogue)
    try:
        found = version_of(connection)
        if found < VERSION:
            connection.close()
            migrate(library)
            connection = _attached(library.catalogue)
        elif found > VERSION:
            raise NoCatalogue(
                f"{CATALOGUE}: written by a newer commonplace (version {found} of its tables, this "
                f"one knows {VERSION}); update commonplace, or write it anew: "
                f"commonplace build {library.root}"
            )
        for statement in CLOSED:
            connection.execute(statement)
    except Stale as error:
        raise NoCatalogue(f"{error}; write it anew: commonplace build {library.root}") from None
    except BaseException:
        connection.close()
        raise
    return connection


def _nothing(library: Library) -> str:
    if not library.settings.is_file():
        return (
            f"{library.root}: no library here ({SETTINGS} and {CATALOGUE} are missing); "
            f"make one with: commonplace init {library.root} --from PATH"
        )
    return f"{library.root}: nothing built yet; run: commonplace build {library.root}"


def _attached(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection of its own to the file at `path`.

    It attaches to an in-memory database, because a second `connect` in one process gives the old
    database while another connection is open, or fails if that one has another configuration.
    """
    connection = duckdb.connect(":memory:")
    try:
        quoted = str(path).replace("'", "''")
        connection.execute(f"ATTACH '{quoted}' AS corpus (READ_ONLY)")
        connection.execute("USE corpus")
    except duckdb.Error as error:
        connection.close()
        if "set lock on file" in str(error) or "already attached" in str(error):
            raise NoCatalogue(
                f"{CATALOGUE}: another program, or this one, has it open for writing; close it "
                "there, or open it there with -readonly"
            ) from None
        raise NoCatalogue(
            f"{CATALOGUE}: cannot be opened as a catalogue; run commonplace build again"
        ) from None
    return connection


def tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the names of the catalogue's tables."""
    rows = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return {name for (name,) in rows}
