"""What is remembered of runs: settings, funnel and outputs, in `runs/<run>/`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

from corpus.keys import digest
from corpus.stage import Section
from store.library import Library, NoKey
from store.objects import write_whole

RECORD = "run.json"


class Record(Section):
    """One run that ended well."""

    run: str
    started: float
    seconds: float
    settings: str
    version: str
    outputs: tuple[tuple[str, str], ...] = ()
    model: str | None = None
    key: str | None = None


def settings_digest(values: dict[str, object]) -> str:
    """Return the digest of resolved settings, those that change no result left out."""
    return digest({k: v for k, v in values.items() if k != "run"})


def runs_before(library: Library) -> list[Record]:
    """Return the records of earlier runs, oldest first."""
    paths = sorted(library.runs.glob(f"*/{RECORD}"))
    return [Record.model_validate_json(p.read_text("utf-8")) for p in paths]


def check_key(library: Library) -> None:
    """Raise NoKey unless the library's key is there, and is that of all its runs."""
    present = library.key_name
    for record in runs_before(library):
        if record.key not in (None, present):
            raise NoKey(
                f"secrets/key is not the key this library was made with: it is {present}, and the "
                f"redactions of run {record.run} were made with {record.key}. Put that file back, "
                "or make a new library; nothing was changed"
            )


def runs_table(records: list[Record]) -> pa.Table:
    """Return `records` as rows of the table `runs`."""
    moments = [datetime.fromtimestamp(r.started, UTC) for r in records]
    return pa.table(
        {
            "run": [r.run for r in records],
            "started": pa.array(moments, pa.timestamp("us", tz="UTC")),
            "seconds": [r.seconds for r in records],
            "settings": [r.settings for r in records],
            "version": [r.version for r in records],
        }
    )


def keep(library: Library, record: Record, settings: dict[str, object], funnel: pa.Table) -> Path:
    """Write the record of a run, its settings with their origins, and its funnel; return where."""
    folder = library.runs / record.run
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "settings.json", json.dumps(settings, indent=1, ensure_ascii=False))
    write_whole(folder / "funnel.json", json.dumps(funnel.to_pylist(), indent=1))
    write_whole(folder / RECORD, record.model_dump_json(indent=1))
    return folder


def installed() -> str:
    """Return the version of commonplace."""
    return version("commonplace")
