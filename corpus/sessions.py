"""Judge a chat by its sessions: the language and the quality of each, from all its turns together.

A single message is too short to be judged, and dropping short ones breaks conversations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import language
from corpus.filter import Filter

VERDICTS = pa.schema(
    [
        ("id", pa.string()),
        ("language", pa.string()),
        ("cause", pa.string()),
        ("value", pa.float64()),
        ("threshold", pa.float64()),
    ]
)
"""What `corpus.filter.Filter` applies: a message's language, and the rule its session fails."""

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


def fit(batches: Iterable[pa.RecordBatch], settings: Filter) -> pa.Table:
    """Return a row of `VERDICTS` for every chat message in use, ordered by id.

    A message outside any session is one by itself. The texts of all chats are held in memory.
    """
    rows: list[tuple[object, ...]] = []
    for sessions in _groups(_turns(batches)):
        texts = ["\n".join(text for _, text in turns) for turns in sessions]
        codes = [language.detect(text).code for text in texts]
        array = pa.array(texts, pa.large_string())
        kinds = ["chat"] * len(texts)
        verdicts = settings.judge(array, codes, kinds, np.ones(len(texts), bool))
        for turns, code, verdict in zip(sessions, codes, verdicts, strict=True):
            rows += ((id_, code, *(verdict or (None, None, None))) for id_, _ in turns)
    columns = list(zip(*sorted(rows), strict=True)) or [()] * len(VERDICTS)
    return pa.table(
        [pa.array(list(c), f.type) for c, f in zip(columns, VERDICTS, strict=True)], VERDICTS
    )


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


def _groups(turns: pa.Table) -> Iterator[list[list[tuple[str, str]]]]:
    """Yield at most `AT_ONCE` sessions at a time, each a list of (id, text)."""
    rows = zip(*(turns[name].to_pylist() for name in ("session", "id", "text")), strict=True)
    held: list[list[tuple[str, str]]] = []
    for _, group in groupby(rows, key=lambda row: row[0]):
        held.append([(id_, text or "") for _, id_, text in group])
        if len(held) == AT_ONCE:
            yield held
            held = []
    if held:
        yield held
