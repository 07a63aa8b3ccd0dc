"""Look into a library: status, SQL, and a document's whole story."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import duckdb

from flows import show
from flows.record import runs_before
from flows.tidy import disk, is_sealed
from store import lineage, tombstones
from store.library import Library
from store.query import open_catalogue


class Question(ValueError):
    """A question to the library that has no answer; the message says why."""


STORY: dict[str, str] = {
    "seen in": "SELECT file, locator FROM sightings WHERE document = $id ORDER BY file, locator",
    "what happened": "SELECT n, step, action, rule, value, threshold, other, score "
    "FROM events WHERE document = $id ORDER BY n",
    "repeats": "SELECT CASE WHEN a = $id THEN b ELSE a END AS other, relation, jaccard, "
    "containment, survivor FROM duplicates WHERE $id IN (a, b) ORDER BY jaccard DESC",
    "replaced": "SELECT field, type, rule, action, count(*) AS spans FROM redactions "
    "WHERE document = $id GROUP BY ALL ORDER BY ALL",
    "variants": "SELECT id FROM variants WHERE parent = $id ORDER BY id",
    "tokens": "SELECT shard, start, tokens, bytes FROM spans WHERE document = $id",
}
"""Part of a document's story → the query that tells it."""


def ask(library: Path, query: str, form: str, rows: int) -> None:
    """Print the answer to each statement of `query`.

    Raises Question with what DuckDB says of one, and suggests.
    """
    connection = open_catalogue(library)
    try:
        statements = connection.extract_statements(query)
        if not statements:
            raise Question(
                "sql: nothing is asked; try SELECT kind, count(*) FROM documents GROUP BY kind"
            )
        for statement in statements:
            show.result(connection.execute(statement), form, rows)
    except duckdb.Error as error:
        said = str(error).partition("\n\n")[0]  # what follows quotes the query
        raise Question(f"sql: {' '.join(said.split())}") from None
    finally:
        connection.close()


REPLACED = (
    "SELECT field, type, hmac, shape, new_start, new_end FROM redactions "
    "WHERE document = $id ORDER BY field, new_start"
)


def story(library: Path, document: str, as_json: bool, with_originals: bool = False) -> None:
    """Print all that the ledger knows of one document; an id may be cut short if it is unique.

    With `with_originals` also what stood for what; raises WrongKey or NoOriginals when that cannot
    be told.
    """
    connection = open_catalogue(library)
    id_, table = one(connection, document)
    facts = connection.execute(f"SELECT * EXCLUDE (id) FROM {table} WHERE id = $id", {"id": id_})
    names = [d[0] for d in facts.description]
    values = dict(zip(names, facts.fetchone() or (), strict=True))
    parts = {}
    for title, query in STORY.items():
        cursor = connection.execute(query, {"id": id_})
        parts[title] = ([d[0] for d in cursor.description], cursor.fetchall())
    if with_originals:
        replaced = connection.execute(REPLACED, {"id": id_}).fetchall()
        parts["originals"] = _originals(Library.open(library), values, replaced)
    connection.close()
    if as_json:
        told = {t: [dict(zip(n, r, strict=True)) for r in rows] for t, (n, rows) in parts.items()}
        print(json.dumps({"id": id_, **values, **told}, default=str, indent=1))
        return
    state = values.get("removed") or f"in use ({values.get('split') or 'not split'})"
    show.out.print(f"[bold]{id_}[/bold]  {state}")
    show.table(["", ""], [[k, v] for k, v in values.items() if v is not None and k != "text"])
    if values.get("text"):
        show.out.print(show.plain(values["text"]))
    for title, (columns, rows) in parts.items():
        if rows:
            show.table(columns, rows, title)


def _originals(
    library: Library, values: dict[str, Any], replaced: list[tuple]
) -> tuple[list[str], list[tuple]]:
    """Return header and rows: field and type, what stands there now, and what stood there."""
    from store.originals import originals  # brings all of redaction

    known = originals(library, [(row[2], row[3]) for row in replaced])
    rows = [
        (field, type_, (values.get(field) or "")[start:end], known.get((hmac, shape)))
        for field, type_, hmac, shape, start, end in replaced
    ]
    return ["field", "type", "now", "original"], rows


def one(connection: duckdb.DuckDBPyConnection, start: str) -> tuple[str, str]:
    """Return the only document whose id begins with `start`, and its table."""
    union = " UNION ALL ".join(
        f"SELECT id, '{t}' FROM {t} WHERE starts_with(id, $start)"
        for t in ("documents", "removed", "variants")
    )
    found = connection.execute(f"{union} ORDER BY id LIMIT 3", {"start": start}).fetchall()
    exact = [row for row in found if row[0] == start]
    if not found:
        raise Question(f"{start}: no such document; list ids with: SELECT id FROM documents")
    if not exact and len(found) > 1:
        raise Question(f"{start}: several documents begin so; give more of the id")
    return (exact or found)[0]


def status(library: Path, as_json: bool) -> None:
    """Print the last run's funnel and what the library holds."""
    opened = Library.open(library)
    records = runs_before(opened)
    connection = open_catalogue(opened)
    run = records[-1].run if records else ""
    funnel = connection.execute("SELECT * FROM funnel WHERE run = ? ORDER BY n", [run])
    rows = [
        dict(zip([d[0] for d in funnel.description], r, strict=True)) for r in funnel.fetchall()
    ]
    sources = connection.sql(
        "SELECT coalesce(source, 'not read') AS source, count(*) AS files, sum(seen) AS seen, "
        "sum(emitted) AS documents, sum(dropped) AS dropped, sum(errored) AS errored "
        "FROM sources GROUP BY ALL ORDER BY documents DESC"
    )
    names, told = sources.columns, sources.fetchall()
    figures = connection.sql(
        "SELECT name, value FROM figures WHERE step = 'finetune' "
        "AND run = (SELECT max(run) FROM figures WHERE step = 'finetune')"
    ).fetchall()
    unknown = connection.execute(UNKNOWN_AUTHORS).fetchall()
    connection.close()
    if as_json:
        by_source = [dict(zip(names, r, strict=True)) for r in told]
        print(
            json.dumps(
                {
                    "run": run,
                    "funnel": rows,
                    "sources": by_source,
                    "model": dict(figures),
                    "sealed": is_sealed(opened),
                    "pending": _pending(opened),
                    "disk": sizes(opened),
                },
                default=str,
            )
        )
        return
    show.table(names, told, "Sources")
    for sentence in [*_authorship(opened, unknown), *_held(opened)]:
        show.out.print(sentence)
    show.funnel(rows)
    if figures:
        show.table(["held-out figure", "value"], figures, "The little model")


UNKNOWN_AUTHORS = """
SELECT source, count(*) FROM documents WHERE author IS NULL AND origin = 'other'
GROUP BY ALL ORDER BY ALL
"""


def _authorship(library: Library, unknown: list[tuple[str, int]]) -> list[str]:
    """Return sentences on what is not known of who wrote what, with what to do about it."""
    out = []
    table = library.secrets / "identities.csv"
    rows = list(csv.DictReader(table.open(encoding="utf-8"))) if table.exists() else []
    asked = [r for r in rows if not r["person"] and float(r["confidence"]) > 0]
    if asked:
        out.append(
            f"{len(asked):,} handles may be you; see secrets/identities.csv and take them up in "
            "secrets/people.toml, under handles or not_me."
        )
    if unknown:
        told = ", ".join(f"{n:,} from {source}" for source, n in unknown)
        out.append(f"Nobody is named as the author of {told}; they are context, never learnt.")
    return out


def _pending(library: Library) -> list[str]:
    return [s.id for s in tombstones.tombstones(library) if s.state == "pending"]


def sizes(library: Library) -> dict[str, int]:
    """Return the bytes of each part of the library."""
    parts = ("objects", "tokenizers", "shards", "models", "runs", "cache")
    told = {part: disk(library.root / part) for part in parts if (library.root / part).is_dir()}
    return {library.catalogue.name: library.catalogue.stat().st_size, **told}


def _held(library: Library) -> list[str]:
    """Return sentences on what the library holds on disk, and what is not finished."""
    told = ", ".join(f"{part} {size / 1e6:,.1f} MB" for part, size in sizes(library).items())
    out = [f"On disk: {told}."]
    if is_sealed(library):
        out.append("Sealed: the next build reads the exports again.")
    if _pending(library):
        out.append("A forget is not finished; run: commonplace forget LIBRARY")
    exports = [m for m in lineage.made(library) if m.kind == "export"]
    if exports:
        tainted = sum(bool(m.tainted) for m in exports)
        out.append(f"{len(exports):,} exports handed out, {tainted:,} hold what was forgotten.")
    return out
