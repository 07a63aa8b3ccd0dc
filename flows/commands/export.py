"""The command `export`: the curated corpus for other programs, recorded so forget can name it."""

from __future__ import annotations

import json
import shutil
import uuid
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from flows import show
from flows.commands.look import Question
from flows.record import runs_before
from store import lineage, tombstones
from store.export import FORMATS, write
from store.library import Library
from store.objects import TEMPORARY, fsync
from store.query import open_catalogue

GATE = "leakscan"


def export(library: Path, out: Path, form: str, where: str, as_json: bool) -> None:
    """Write the documents that meet `where` to the new folder `out`, whole or not at all.

    Raises Question when `out` holds something, nothing meets `where`, or what is published did
    not pass the leak gate.
    """
    opened = Library.open(library)
    if form not in FORMATS:
        raise Question(f"--format {form}: no such format; there are {', '.join(FORMATS)}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Question(f"{out}: not empty; choose a new folder")
    run = _passed(opened)
    folder = out.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.with_name(f"{TEMPORARY}{folder.name}-{uuid.uuid4().hex[:8]}")
    temporary.mkdir(mode=0o700)
    try:
        ids = _written(opened, form, temporary, where)
        files = sorted(p.relative_to(temporary) for p in temporary.rglob("*") if p.is_file())
        _record(opened, folder, ids, {"format": form, "run": run, "where": where})
        if folder.exists():
            folder.rmdir()
        temporary.rename(folder)
        fsync(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    if as_json:
        print(json.dumps({"documents": len(ids), "files": [str(f) for f in files]}))
        return
    show.out.print(f"{len(ids):,} documents in {out}: {', '.join(str(f) for f in files)}")


def _passed(library: Library) -> str:
    """Return the run that published the catalogue; it went through the leak gate."""
    connection = open_catalogue(library)
    told = connection.execute("SELECT max(run) FROM runs").fetchone()
    connection.close()
    run = told[0] if told else None
    record = next((r for r in runs_before(library) if r.run == run), None)
    if record is None or all(step != GATE for step, _ in record.outputs):
        raise Question(
            f"{library.catalogue.name}: no record that it passed the leak gate; run build again"
        )
    if any(stone.state == "pending" for stone in tombstones.tombstones(library)):
        raise Question("a forget is not finished; finish it first: commonplace forget LIBRARY")
    return record.run


def _written(library: Library, form: str, folder: Path, where: str) -> list[str]:
    connection = open_catalogue(library)
    try:
        ids = write(connection, form, folder, f"({where})")
    except duckdb.Error as error:
        raise Question(f"--where: {str(error).splitlines()[0]}") from None
    finally:
        connection.close()
    if not ids:
        raise Question(f"--where {where}: no document to export; try it with commonplace sample")
    return ids


def _record(library: Library, folder: Path, ids: list[str], about: dict[str, str]) -> None:
    """Note the export before it stands, so that none is ever handed out without a record."""
    now = datetime.now(UTC)
    name = f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    told = {**about, "path": str(folder), "when": now.isoformat(timespec="seconds")}
    lineage.keep(library, lineage.Made(kind="export", name=name, about=told), ids)
