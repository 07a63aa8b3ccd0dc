"""The command `diff`: what two runs kept, removed and changed differently, and by which rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from corpus.keys import digest
from flows import show
from flows.commands.look import Question
from flows.record import Record, runs_before
from store.library import Library
from store.query import open_catalogue

DOCUMENTS = "documents.parquet"
"""In a run's folder: every document's id, split, why it was removed, the rules that acted on it
and a keyed hash of its published text."""

_STATE = """
WITH acted AS (
    SELECT document, list_sort(list(DISTINCT step || '.' || rule)) AS rules FROM events
    WHERE action IN ('edited', 'cut', 'removed', 'redacted', 'pinned') GROUP BY document
), told AS (
    SELECT id, split, removed, md5($key || coalesce(title, '') || chr(10) || text) AS text
    FROM documents
    UNION ALL SELECT id, split, removed, NULL FROM removed
)
SELECT told.*, coalesce(acted.rules, []) AS rules
FROM told LEFT JOIN acted ON acted.document = told.id ORDER BY id
"""

_CHANGES = """
WITH paired AS (
    SELECT coalesce(n.id, o.id) AS id, o.id IS NOT NULL AS was, n.id IS NOT NULL AS is_,
           o.removed AS before, n.removed AS now, o.text IS DISTINCT FROM n.text AS differs,
           o.split IS DISTINCT FROM n.split AS moved, o.rules AS old_rules, n.rules AS new_rules
    FROM read_parquet($old) o FULL JOIN read_parquet($new) n ON o.id = n.id
), named AS (
    SELECT id, CASE
        WHEN NOT was AND now IS NULL THEN 'new, kept'
        WHEN NOT was THEN 'new, removed'
        WHEN NOT is_ THEN 'gone from the sources'
        WHEN before IS NULL AND now IS NOT NULL THEN 'newly removed'
        WHEN before IS NOT NULL AND now IS NULL THEN 'newly kept'
        WHEN before IS NULL AND now IS NULL AND differs THEN 'changed'
        WHEN before IS DISTINCT FROM now THEN 'removed otherwise'
        WHEN before IS NULL AND moved THEN 'other split'
    END AS change, before, now,
    list_sort(list_distinct(list_filter(old_rules || new_rules,
        lambda r: NOT (list_contains(old_rules, r) AND list_contains(new_rules, r))))) AS acted,
    new_rules FROM paired
)
SELECT change, CASE change
    WHEN 'newly removed' THEN now WHEN 'new, removed' THEN now WHEN 'newly kept' THEN before
    WHEN 'removed otherwise' THEN before || ' → ' || now
    WHEN 'changed' THEN array_to_string(if(len(acted) > 0, acted, new_rules), ', ')
END AS rule, id FROM named WHERE change IS NOT NULL ORDER BY change, rule, id
"""


def note_documents(library: Library, run: str) -> Path:
    """Write what the published catalogue says of each document to the folder of `run`."""
    path = library.runs / run / DOCUMENTS
    path.parent.mkdir(parents=True, exist_ok=True)
    with open_catalogue(library) as connection:
        key = digest("diff", library.key.hex())
        told = connection.sql(_STATE, params={"key": key}).to_arrow_table()
    temporary = path.with_suffix(".tmp")
    pq.write_table(told, temporary, compression="zstd")
    temporary.replace(path)
    return path


def compare(library: Path, old: str, new: str, each: int, as_json: bool) -> None:
    """Print what differs between two runs, by default the last two; `each` ids per rule."""
    opened = Library.open(library)
    pair = _pair(opened, old, new)
    told = [_run(opened, record) for record in pair]
    changed, following = _differing(told)
    steps = _steps(told[0]["funnel"], told[1]["funnel"])
    rows = changes(opened, *pair)
    names = [record.run for record in pair]
    if as_json:
        listed = [{"change": c, "rule": r, "document": d} for c, r, d in rows]
        every = _changed(told[0]["settings"], told[1]["settings"])
        print(json.dumps({"runs": names, "settings": every, "funnel": steps, "changes": listed}))
        return
    show.table(["setting", *names], changed, "Settings that differ")
    if following:
        show.out.print(f"… and {following:,} that nobody set, such as a preset's; --json lists all")
    header = ["step", "kept before", "kept now", "change", "removed before", "removed now"]
    show.table(header, steps, "Funnel")
    grouped: dict[tuple[str, str], list[str]] = {}
    for change, rule, document in rows:
        grouped.setdefault((change, rule or ""), []).append(document)
    shown = [[*what, len(ids), "\n".join(ids[:each])] for what, ids in grouped.items()]
    show.table(["change", "by", "documents", "such as"], shown, "Documents")


def changes(library: Library, old: Record, new: Record) -> list[tuple[str, str | None, str]]:
    """Return (change, rule, document) of every document that `old` and `new` treat differently.

    Raises Question when one of the runs was made by a version that did not note its documents.
    """
    paths = [library.runs / record.run / DOCUMENTS for record in (old, new)]
    for path in paths:
        if not path.exists():
            raise Question(f"{path.parent.name}: its documents were not noted; build again")
    with duckdb.connect() as connection:
        told = {"old": str(paths[0]), "new": str(paths[1])}
        return connection.execute(_CHANGES, told).fetchall()


def _pair(library: Library, old: str, new: str) -> tuple[Record, Record]:
    records = {r.run: r for r in runs_before(library)}
    if len(records) < 2:
        raise Question(
            f"{library.root}: only {len(records)} runs so far; there is nothing to compare"
        )
    names = list(records)
    pair = [old or names[-2], new or names[-1]]
    for name in pair:
        if name not in records:
            raise Question(f"{name}: no such run; there are {', '.join(names)}")
    return records[pair[0]], records[pair[1]]


def _run(library: Library, record: Record) -> dict[str, Any]:
    folder = library.runs / record.run
    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    return {**settings, "funnel": json.loads((folder / "funnel.json").read_text("utf-8"))}


def _differing(told: list[dict[str, Any]]) -> tuple[list[list[object]], int]:
    """Return the settings that differ and were set somewhere, and how many others differ."""
    rows = _changed(told[0]["settings"], told[1]["settings"])
    given = [r for r in rows if any(t["origins"].get(r[0], "default") != "default" for t in told)]
    return given, len(rows) - len(given)


def _changed(old: dict[str, Any], new: dict[str, Any], prefix: str = "") -> list[list[object]]:
    rows: list[list[object]] = []
    for name in sorted({*old, *new}):
        a, b = old.get(name), new.get(name)
        if isinstance(a, dict) and isinstance(b, dict):
            rows += _changed(a, b, f"{prefix}{name}.")
        elif a != b:
            rows.append([f"{prefix}{name}", json.dumps(a), json.dumps(b)])
    return rows


def _steps(old: list[dict], new: list[dict]) -> list[list[object]]:
    before = {row["step"]: row for row in old}
    out = []
    for row in new:
        was = before.get(row["step"], {"kept": 0, "removed": 0})
        change = row["kept"] - was["kept"]
        out.append([row["step"], was["kept"], row["kept"], change, was["removed"], row["removed"]])
    return out
