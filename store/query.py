"""Open the catalogue for questions: read-only, offline, and closed to everything but itself."""

from __future__ import annotations

from pathlib import Path

import duckdb

from store.library import Library, NoLibrary

CLOSED = (
    "SET memory_limit = '4GB'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET temp_directory = ''",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
"""Settings under which SQL from anywhere can read the catalogue and nothing else."""


def open_catalogue(library: Path | str | Library) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to the catalogue of `library`.

    It keeps the snapshot it opened when a later run publishes a new one. SQL on it reads no other
    file, writes none and loads no extension. Raises NoLibrary when nothing was built yet.
    """
    library = library if isinstance(library, Library) else Library.open(library)
    if not library.catalogue.is_file():
        raise NoLibrary(f"{library.root}: nothing built yet; run: commonplace build {library.root}")
    # Attached to an instance of its own: a second connect() to the same path in one process
    # would give the database as it was when the first was opened.
    connection = duckdb.connect(":memory:")
    try:
        path = str(library.catalogue).replace("'", "''")
        connection.execute(f"ATTACH '{path}' AS corpus (READ_ONLY)")
        connection.execute("USE corpus")
        for statement in CLOSED:
            connection.execute(statement)
    except duckdb.Error:
        connection.close()
        raise NoLibrary(
            f"{library.catalogue.name}: cannot be opened; run commonplace build again"
        ) from None
    return connection
