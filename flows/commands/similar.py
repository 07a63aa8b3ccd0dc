"""The command `similar`: which documents of a library are most like the writing in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus import similar, sketches
from corpus.near import Key
from corpus.similar import Match
from corpus.sources.archive import Refused, walk
from corpus.sources.reading import Account, drafts, recognise
from corpus.stage import run
from flows import show
from flows.commands.look import Question
from flows.jobs.search import shelf_of
from flows.progress import tell
from flows.record import runs_before
from flows.settings import Settings
from store.library import Library
from store.objects import Output
from store.query import open_catalogue

SHOWN = 160
"""Characters of a document's published text that are shown."""

MOST = 50
"""Matches shown on the screen."""

FACTS = """
SELECT {key} AS unit, min(id) AS id, count(*) AS documents, any_value(source) AS source,
       any_value(kind) AS kind, min(created) AS created, any_value({state}) AS state,
       {text} AS text
FROM {table} WHERE {key} IN (SELECT unnest($units)) GROUP BY 1
"""


def find(library: Path, file: Path, n: int, least: float, as_json: bool) -> None:
    """Print the `n` documents most like each one in `file`, of those at least `least` alike."""
    opened = Library.open(library)
    if file.is_dir():
        raise Question(f"{file}: a folder; name one file")
    connection = open_catalogue(opened)
    with show.progress(quiet=as_json):
        settings, outputs = _last_run(opened)
        key = Key.of(opened.key)
        told = [sketches.sketch(batch, settings.deduplicate.near, key)
                for batch in _read(opened, file, settings)]  # fmt: skip
        asked = _asked(sketches.joined(told), settings, key)
        if not pc.sum(pc.list_value_length(asked["signature"])).as_py():
            few = settings.deduplicate.near.min_words
            raise Question(f"{file}: no text of {few} words or more; shorter ones are not compared")
        found: list[Match] = []
        shelf = shelf_of(opened, outputs)
        for shard, more in enumerate(
            similar.matches(asked, shelf, settings.deduplicate.near, least), start=1
        ):
            found = similar.nearest([*found, *more], n)
            tell("similar", shard, len(outputs))
    facts = _facts(connection, sorted({match.unit for match in found}))
    connection.close()
    rows = [_row(match, facts.get(match.unit, {})) for match in found]
    _show(file, rows, asked.num_rows, as_json)


def _last_run(library: Library) -> tuple[Settings, list[Output]]:
    """Return the settings of the last run and its sketches; Question when they are gone."""
    records = runs_before(library)
    kept = [(step, key) for step, key in (records[-1].outputs if records else ())]
    found = [library.objects.find(*told) for told in kept if told[0] in ("sketch", "chats")]
    if not found or None in found:
        raise Question(
            f"{library.root}: the sketches of its texts are not there (sealed, or built by an "
            f"older version); run: commonplace build {library.root}"
        )
    told = json.loads((library.runs / records[-1].run / "settings.json").read_text("utf-8"))
    return Settings.model_validate(told["settings"]), [o for o in found if o is not None]


def _read(library: Library, file: Path, settings: Settings) -> Iterator[pa.RecordBatch]:
    """Yield the documents of `file`, normalised as the library's are; their ids are numbers."""
    reasons, n = [], 0
    for place in walk([file], lambda name: name, settings.sources.archives):
        reading = settings.sources
        kind = place.reason if isinstance(place, Refused) else recognise(place, reading)
        if isinstance(place, Refused) or isinstance(kind, str):
            reasons.append(str(kind))
            continue
        for batch in drafts(place, kind[0], reading, Account()):
            ids = pa.array([str(n + i) for i in range(batch.num_rows)])
            n += batch.num_rows
            numbered = batch.set_column(batch.schema.get_field_index("id"), batch.field("id"), ids)
            yield run([settings.normalise], numbered)[0]
    if not n:
        raise Question(f"{file}: {reasons[0] if reasons else 'no writing in it'}")


def _asked(told: sketches.Sketch, settings: Settings, key: Key) -> pa.Table:
    """Return what is looked for: each document, and each conversation as a whole."""
    messages = told.messages
    place = messages.schema.get_field_index("session")
    whole = messages.set_column(place, "session", messages["thread"])
    near = settings.deduplicate.near
    chats = sketches.sessions([whole], near, (1, near.min_words), key)
    return pa.concat_tables([told.units, chats]).combine_chunks()


def _facts(connection: Any, units: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what is published of each document or session."""
    facts: dict[str, dict[str, Any]] = {}
    text = f"left(string_agg(text, ' ' ORDER BY position, id), {SHOWN})"
    for key in ("session", "id"):
        for table, state, shown in (
            ("removed", "removed", "NULL"),
            ("documents", "coalesce(split, 'in use')", text),
        ):
            if key == "session":
                shown = shown.replace("text, ' '", "text, ' / '")
            query = FACTS.format(key=key, table=table, state=state, text=shown)
            cursor = connection.execute(query, {"units": list(units)})
            names = [d[0] for d in cursor.description]
            for row in cursor.fetchall():
                facts[row[0]] = dict(zip(names, row, strict=True))
    return facts


def _row(match: Match, facts: dict[str, Any]) -> dict[str, Any]:
    known = {name: facts.get(name) for name in ("id", "documents", "source", "kind", "created")}
    if known["id"] is None:
        known["id"] = match.unit
    return {
        "asked": match.asked + 1,
        **known,
        "session": match.unit if match.unit != known["id"] else None,
        "jaccard": match.jaccard,
        "containment": match.containment,
        "relation": match.relation,
        "state": facts.get("state"),
        "text": facts.get("text"),
    }


def _show(file: Path, rows: list[dict[str, Any]], asked: int, as_json: bool) -> None:
    if as_json:
        print(json.dumps(rows, default=str, indent=1, ensure_ascii=False))
        return
    if not rows:
        show.out.print(f"Nothing in the library is like {show.plain(str(file))}.")
    for row in rows[:MOST]:
        which = f"text {row['asked']:,}: " if asked > 1 else ""
        likeness = f"Jaccard {row['jaccard']:.3f}, containment {row['containment']:.3f}"
        facts = [show.cell(row[name]) for name in ("kind", "source", "created", "state")]
        if row["session"]:
            facts.insert(0, f"a conversation of {row['documents']:,} messages")
        told = f"{which}[bold]{row['id']}[/bold]  {row['relation'] or 'alike'}  {likeness}  "
        show.out.print(told + show.plain(" · ".join(fact for fact in facts if fact)))
        if row["text"]:
            show.out.print("    " + show.plain(" ".join(row["text"].split())), style="dim")
    if len(rows) > MOST:
        show.out.print(f"… and {len(rows) - MOST:,} more; --json shows all")
