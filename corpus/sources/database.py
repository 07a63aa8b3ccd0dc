"""SQLite databases of unknown origin: read from a private copy, only plain tables, in limits."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from corpus.sources.file import File

MAGIC = b"SQLite format 3\0"
WAL_MAGICS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
MAX_VALUE = 64 << 20  # bytes of one text or blob
MAX_SQL = 1 << 20


@contextmanager
def opened(file: File) -> Iterator[sqlite3.Connection]:
    """Open a private copy of the database `file`, together with its journal if one lies beside.

    The original is never locked or written. Nothing in the schema is trusted: no function that
    has side effects runs, and nothing can be written. Raises sqlite3.Error or OSError.
    """
    with tempfile.TemporaryDirectory(prefix="commonplace-") as folder:
        path = Path(folder) / "copy.db"
        _copy(file, path)
        journal = [f for f in file.beside("*-wal") if f.name == f"{file.name}-wal"]
        for found in journal:
            _copy(found, path.with_name("copy.db-wal"))
        how = "mode=rw" if journal else "mode=ro&immutable=1"
        with closing(sqlite3.connect(f"file:{path}?{how}", uri=True)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
            connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, MAX_SQL)
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON"):
                connection.execute(f"PRAGMA {pragma}")
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            yield connection


def _copy(file: File, path: Path) -> None:
    with file.open() as source, path.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)


def tables(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the name of each plain table and its columns; views and virtual tables are left out.

    Columns that the database would compute are left out too.
    """
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
    ).fetchall()
    plain = [
        name
        for name, sql in found
        if isinstance(name, str) and str(sql).lstrip().upper().startswith("CREATE TABLE")
    ]
    return {name: _columns(connection, name) for name in plain}


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    rows = connection.execute("SELECT name, hidden FROM pragma_table_xinfo(?)", (table,))
    return [name for name, hidden in rows if not hidden]


def columns(known: Sequence[str], wanted: Sequence[str], table: str = "") -> str:
    """Return the SQL for `wanted`, with null for those that the table does not have.

    >>> columns(["a", "B"], ["a", "b", "c"], "m")
    'm."a" AS a, m."b" AS b, NULL AS c'
    """
    have = {name.casefold() for name in known}
    lead = f"{table}." if table else ""
    return ", ".join(
        f'{lead}"{name}" AS {name}' if name.casefold() in have else f"NULL AS {name}"
        for name in wanted
    )
