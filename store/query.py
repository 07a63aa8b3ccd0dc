"""Open the catalogue for questions: read-only, offline, and closed to everything but itself."""

from __future__ import annotations

from pathlib import Path

import duckdb

from store.library import Library, NoLibrary

CLOSED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "temp_directory": "",
    "memory_limit": "4GB",
    "lock_configuration": "true",
}
"""Settings under which SQL from anywhere can read the catalogue and nothing else."""


def open_catalogue(library: Path | str | Library) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to the catalogue of `library`.

    It keeps the snapshot it opened when a later run publishes a new one. SQL on it reads no other
    file, writes none and loads no extension. Raises NoLibrary when nothing was built yet.
    """
    library = library if isinstance(library, Library) else Library.open(library)
    if not library.catalogue.is_file():
        raise NoLibrary(f"{library.root}: nothing built yet; run: commonplace build {library.root}")
    return duckdb.connect(str(library.catalogue), read_only=True, config=dict(CLOSED))
