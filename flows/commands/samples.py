"""The command `sample`: some documents as they were read and as they are learnt, side by side."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from rich.text import Text

from flows import show
from flows.commands.look import Question
from flows.record import runs_before
from store.library import Library
from store.query import open_catalogue

COLUMNS = "id, source, kind, created, speaker, language, split, removed, title, text"
SHOWN = 160
"""Characters shown on each side of a change; what is longer and did not change is cut."""
STYLES = {"old": "red strike", "new": "green", "same": "", "cut": "dim"}
MARKS = {"old": ("[-", "-]"), "new": ("{+", "+}"), "same": ("", ""), "cut": ("", "")}
"""How changes are told where there are no colours, as wdiff does."""
_PIECES = re.compile(r"\w+|\s+|.", re.DOTALL)

Part = tuple[str, str]
"""What became of a stretch of text, a key of `STYLES`, and the stretch."""


def some(library: Path, n: int, where: str, seed: int, removed: bool, as_json: bool) -> None:
    """Print `n` documents that meet the SQL condition `where`, chosen by `seed`, with changes.

    With `removed` they are chosen among those that are not used. What a document was before is
    shown while `objects/` is there; a sealed library shows documents as they are published.
    """
    opened = Library.open(library)
    rows = _chosen(opened, n, where, seed, "removed" if removed else "documents")
    before = originals(opened, [row["id"] for row in rows])
    for row in rows:
        if as_json:
            told = {**row, "before": before.get(row["id"])}
            print(json.dumps(told, default=str, ensure_ascii=False))
            continue
        text = row.pop("text")
        show.out.rule(show.plain(" · ".join(show.cell(v) for v in row.values() if v)))
        show.out.print(as_shown(changed(before.get(row["id"], text or ""), text)))
    if rows and not before and not as_json:
        show.out.print("Texts before redaction are not here (sealed); shown as published.")


def _chosen(library: Library, n: int, where: str, seed: int, table: str) -> list[dict]:
    missing = ", NULL AS title, NULL AS text" if table == "removed" else ""
    query = (
        f"SELECT {COLUMNS} FROM (SELECT *{missing} FROM {table}) WHERE {where} "
        f"ORDER BY md5(id || '{seed}') LIMIT {n}"
    )
    connection = open_catalogue(library)
    try:
        rows = connection.execute(query).fetchall()
    except duckdb.Error as error:
        raise Question(f"--where: {str(error).splitlines()[0]}") from None
    finally:
        connection.close()
    return [dict(zip(COLUMNS.split(", "), row, strict=True)) for row in rows]


def originals(library: Library, ids: Sequence[str]) -> dict[str, str]:
    """Return the texts of the documents `ids` as they were read, those that are still there."""
    wanted = pa.array(ids, pa.string())
    records = runs_before(library)
    found: dict[str, str] = {}
    for step, key in records[-1].outputs if records else ():
        output = library.objects.find(step, key) if step == "ingest" else None
        for batch in (
            library.objects.batches(output, "documents", columns=["id", "text"]) if output else ()
        ):
            hits = batch.filter(pc.is_in(batch["id"], value_set=wanted))
            found |= dict(zip(*(hits[name].to_pylist() for name in ("id", "text")), strict=True))
    return found


def changed(before: str, after: str | None) -> list[Part]:
    """Return what became of `before`: stretches that stay, go or are new, word by word.

    >>> changed("call Ann at 5", "call Eva at 5")
    [('same', 'call '), ('old', 'Ann'), ('new', 'Eva'), ('same', ' at 5')]
    """
    if after is None:
        return [("old", before)]
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    out: list[Part] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=len(old) > 5_000).get_opcodes():
        if tag == "equal":
            out.append(("same", "".join(old[a:b])))
            continue
        out += [
            (name, "".join(part)) for name, part in (("old", old[a:b]), ("new", new[c:d])) if part
        ]
    return out


def as_shown(parts: Sequence[Part]) -> Text:
    """Return `parts` in colours, or with marks where the terminal has none."""
    text = Text()
    for name, words in _shortened(parts):
        before, after = ("", "") if show.out.is_terminal else MARKS[name]
        text.append(f"{before}{words}{after}", style=STYLES[name])
    return text


def _shortened(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield `parts` with the middle of long stretches that stay cut out."""
    alone = len(parts) == 1
    for n, (name, words) in enumerate(parts):
        head = SHOWN if n else 0
        tail = SHOWN if n < len(parts) - 1 else 0
        if name != "same" or alone or len(words) <= head + tail + SHOWN:
            yield name, words
            continue
        left = len(words) - head - tail
        yield name, words[:head]
        yield "cut", f" … {left:,} characters … "
        yield name, words[len(words) - tail :]
