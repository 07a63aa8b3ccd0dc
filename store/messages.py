"""Conversations of the corpus as messages: own words are the assistant's, others' the user's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb

OWN, OTHERS = "assistant", "user"
_ROWS = 4_096
_COLUMNS = ("id", "origin", "speaker", "split", "text", "used", "unit", "part")

_TURNS = """
WITH chosen AS (SELECT id FROM documents WHERE {where})
SELECT d.id, origin, speaker, coalesce(split, 'train') AS split, text, c.id IS NOT NULL AS used,
       coalesce(thread, d.id) AS unit, coalesce(session, '') AS part, position
FROM documents d LEFT JOIN chosen c ON c.id = d.id
UNION ALL
SELECT id, origin, speaker, split, NULL, false, coalesce(thread, id), coalesce(session, ''),
       position FROM removed
ORDER BY unit, part, position, id
"""


@dataclass(frozen=True)
class Conversation:
    """Turns that follow each other without a hole: `messages` are (role, text), roles alternate.

    It ends with own words, since nothing is learnt from what comes after the last of them.
    """

    split: str
    documents: tuple[str, ...]
    messages: tuple[tuple[str, str], ...]


def conversations(
    connection: duckdb.DuckDBPyConnection, where: str = "true"
) -> Iterator[Conversation]:
    """Yield the conversations that documents meeting the SQL condition `where` make up.

    A conversation is cut where a turn is removed or not chosen. One's own words that are no part
    of a conversation are one alone. What holds no own words is left out.
    """
    cursor = connection.cursor()
    cursor.execute("USE corpus")
    cursor.execute(_TURNS.format(where=where))
    for _, turns in groupby(_rows(cursor), key=lambda t: (t["unit"], t["part"])):
        for used, run in groupby(turns, key=lambda t: t["used"]):
            if used and (made := _conversation(list(run))):
                yield made


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    while rows := cursor.fetchmany(_ROWS):
        for row in rows:
            yield dict(zip(_COLUMNS, row[: len(_COLUMNS)], strict=True))


def _conversation(turns: Sequence[dict[str, Any]]) -> Conversation | None:
    """Return `turns` up to the last own one as a conversation, or None when none is one's own."""
    told = [turn for turn in turns if turn["text"]]
    while told and told[-1]["origin"] != "self":
        told.pop()
    if not told:
        return None
    named = len({turn["speaker"] for turn in told if turn["origin"] != "self"}) > 1
    messages = [
        (role, "\n".join(_line(turn, named) for turn in same))
        for role, same in groupby(told, key=lambda t: OWN if t["origin"] == "self" else OTHERS)
    ]
    ids = tuple(turn["id"] for turn in told)
    return Conversation(told[0]["split"], ids, tuple(messages))


def _line(turn: dict[str, Any], named: bool) -> str:
    """Return the text of a turn, with the stand-in of its speaker where several others speak."""
    if named and turn["origin"] != "self" and turn["speaker"]:
        return f"{turn['speaker']}: {turn['text']}"
    return str(turn["text"])
