"""Judge a chat by its sessions: the language and the figures of each, from all its turns together.

A single message is too short to be judged, and dropping short ones breaks conversations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import language
from corpus.filter import MEASURED, table_of

SESSIONS = pa.schema([("id", pa.string()), ("session", pa.string()), ("language", pa.string())])
"""A chat message, the session it is judged with (or its thread, or itself), and the language."""

TURN = pa.schema(
    [
        ("session", pa.large_string()),
        ("thread", pa.large_string()),
        ("position", pa.int64()),
        ("id", pa.large_string()),
        ("text", pa.large_string()),
    ]
)
AT_ONCE = 256  # sessions


def fit(batches: Iterable[pa.RecordBatch]) -> tuple[pa.Table, pa.Table]:
    """Return `SESSIONS` of every chat message in use, ordered by id, and `MEASURED` of sessions.

    A message outside any session is one by itself. The texts of all chats are held in memory.
    """
    from corpus.measure import measure

    rows: list[tuple[object, ...]] = []
    tables = [MEASURED.empty_table()]
    for sessions in _groups(_turns(batches)):
        texts = ["\n".join(text for _, _, text in turns) for turns in sessions]
        names = [turns[0][0] for turns in sessions]
        codes = [language.detect(text).code for text in texts]
        for turns, code in zip(sessions, codes, strict=True):
            rows += ((id_, name, code) for name, id_, _ in turns)
        figures = measure(pa.array(texts, pa.large_string()), codes, np.ones(len(texts), bool))
        told = [names, ["chat"] * len(names), codes, [len(turns) for turns in sessions]]
        arrays = [pa.array(c, f.type) for c, f in zip(told, MEASURED, strict=False)]
        tables.append(table_of(arrays, figures))
    columns = list(zip(*sorted(rows), strict=True)) or [()] * len(SESSIONS)
    arrays = [pa.array(list(c), f.type) for c, f in zip(columns, SESSIONS, strict=True)]
    return pa.table(arrays, SESSIONS), pa.concat_tables(tables)


def _turns(batches: Iterable[pa.RecordBatch]) -> pa.Table:
    """Return the chat messages in use with their texts, in order of session and position."""
    chosen = [TURN.empty_table()]
    for batch in batches:
        chats = pc.and_(pc.equal(batch.column("kind"), "chat"), pc.is_null(batch.column("removed")))
        table = pa.table(batch.filter(chats).select(TURN.names)).cast(TURN)
        alone = pc.coalesce(table["session"], table["thread"], table["id"])
        chosen.append(table.set_column(0, "session", alone))
    order = [(name, "ascending") for name in TURN.names[:4]]
    return pa.concat_tables(chosen).sort_by(order)


def _groups(turns: pa.Table) -> Iterator[list[list[tuple[str, str, str]]]]:
    """Yield at most `AT_ONCE` sessions at a time, each a list of (session, id, text)."""
    rows = zip(*(turns[name].to_pylist() for name in ("session", "id", "text")), strict=True)
    held: list[list[tuple[str, str, str]]] = []
    for _, group in groupby(rows, key=lambda row: row[0]):
        held.append([(name, id_, text or "") for name, id_, text in group])
        if len(held) == AT_ONCE:
            yield held
            held = []
    if held:
        yield held
