"""Sketches: what the duplicate search knows of a text, as keyed hashes, so that it needs no text.

A document is sketched in its own shard. Chat is compared by session, whose messages may lie in
several shards: the sketch of a message holds its words in order, and `sessions` makes of them the
sketches of whole sessions, in the order (thread, position).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import near
from corpus.near import Key, Near, Ragged
from corpus.schema import TIMESTAMP
from corpus.views import column, empty, filled, gather, lists, ragged, strings, view

LATE = np.iinfo(np.int64).max
MESSAGE_COLUMNS = ("id", "session", "thread", "position")
COMMON = (
    ("kind", pa.string()),
    ("source", pa.string()),
    ("created", pa.int64()),  # microseconds since 1970, the last there is where unknown
    ("length", pa.int64()),  # characters
    ("draft", pa.int8()),
    ("foreign", pa.int8()),  # 0 own words, 1 another's, 2 quoted, forwarded, pasted, clipped
    ("words", pa.int64()),
    ("exact", pa.uint64()),  # hash of the text
    ("normal", pa.uint64()),  # hash of the case-folded words in order
)
UNITS = pa.schema(
    [
        ("unit", pa.string()),  # what is compared: the document's id, or the session
        *COMMON,
        ("same", pa.uint64()),  # equal for documents of the same words; a session's own
        ("apart", pa.uint64()),  # the thread of a session, 0 for a document
        ("signature", pa.large_list(pa.uint32())),  # 128 digests; none where it is not compared
        ("shingles", pa.large_list(pa.uint64())),  # sorted, distinct
    ]
)
"""What is compared: one document in use, or one chat session. No text, only keyed hashes."""

MESSAGES = pa.schema(
    [
        ("id", pa.string()),
        ("session", pa.string()),
        ("thread", pa.string()),
        ("position", pa.int64()),
        *COMMON,
        ("turn", pa.large_list(pa.uint64())),  # its words in order
    ]
)
"""One chat message in use."""

NEEDED = (
    "id", "thread", "session", "position", "kind", "source", "origin", "created", "text",
    "metadata", "removed",
)  # fmt: skip
"""The columns of a batch that are sketched."""

LIGHT = [name for name in UNITS.names if name not in ("signature", "shingles")]


class Sketch(NamedTuple):
    """The documents (`UNITS`) and chat messages (`MESSAGES`) of a batch, a column in one piece."""

    units: pa.Table
    messages: pa.Table


def sketch(batch: pa.RecordBatch, settings: Near, key: Key = near.OPEN) -> Sketch:
    """Return the sketch of the documents of `batch` in use, made in chunks of some 4 MB of text.

    Depends on `settings.words` and `min_words` alone: a text of fewer words has no signature.
    """
    inuse = batch.filter(pc.is_null(batch.column("removed")))
    chat = pc.is_in(inuse.column("kind"), value_set=strings(["chat"]))
    return Sketch(
        _sketched(inuse.filter(pc.invert(chat)), UNITS, settings, key),
        _sketched(inuse.filter(chat), MESSAGES, settings, key),
    )


def joined(sketches: Sequence[Sketch]) -> Sketch:
    """Return the sketch of all batches of a shard; as in each of theirs, a column is one piece."""
    units = pa.concat_tables([empty(UNITS), *(s.units for s in sketches)])
    messages = pa.concat_tables([empty(MESSAGES), *(s.messages for s in sketches)])
    return Sketch(units.combine_chunks(), messages.combine_chunks())


def _sketched(rows: pa.RecordBatch, schema: pa.Schema, settings: Near, key: Key) -> pa.Table:
    data, offsets = near.utf8(rows.column("text"))
    made = _document if schema is UNITS else _message
    tables = []
    for first, end in near.blocks(offsets):
        block, starts = rows.slice(first, end - first), offsets[first : end + 1]
        hashed = near.words(data, starts, key)
        columns = _common(block, hashed) | {"exact": column(near.marks(data, starts, key))}
        columns |= made(block, hashed, settings, columns["normal"])
        tables.append(pa.table([columns[name] for name in schema.names], schema=schema))
    return pa.concat_tables([empty(schema), *tables]).combine_chunks()


def _document(
    rows: pa.RecordBatch, hashed: Ragged, settings: Near, normal: pa.Array
) -> dict[str, pa.Array]:
    sets = near.shingle_sets(hashed, settings.words, settings.min_words)
    apart = column(np.zeros(rows.num_rows, np.uint64))
    return {"unit": rows.column("id"), "same": normal, "apart": apart} | _signed(sets)


def _signed(sets: Ragged) -> dict[str, pa.Array]:
    """Return the columns of shingle sets and of the signatures of those that are not empty."""
    some = np.diff(sets[1], prepend=0) > 0
    signatures = near.digests((sets[0], sets[1][some]))
    ends = np.cumsum(some) * near.PERMUTATIONS
    return {"signature": lists(signatures.ravel(), ends), "shingles": lists(*sets)}


def _message(
    rows: pa.RecordBatch, hashed: Ragged, settings: Near, normal: pa.Array
) -> dict[str, pa.Array]:
    columns = {name: rows.column(name) for name in MESSAGE_COLUMNS}
    session = pc.coalesce(rows.column("session"), rows.column("thread"), rows.column("id"))
    thread = pc.coalesce(rows.column("thread"), session)
    return columns | {"session": session, "thread": thread, "turn": lists(*hashed)}


def _common(rows: pa.RecordBatch, hashed: Ragged) -> dict[str, pa.Array]:
    """Return the columns that documents and messages share, but for `exact`."""
    place = pc.index_in(rows.column("origin"), value_set=strings(["self", "other"]))
    created = rows.column("created").cast(TIMESTAMP).cast(pa.int64())
    length = pc.utf8_length(rows.column("text")).cast(pa.int64())
    return {
        "kind": rows.column("kind"),
        "source": rows.column("source"),
        "created": column(filled(created, LATE)),
        "length": column(filled(length, 0)),
        "draft": column(_drafts(rows)),
        "foreign": column(filled(place, 2).astype(np.int8)),
        "words": column(np.diff(hashed[1], prepend=0)),
        "normal": column(near.sequences(hashed)),
    }


def _drafts(rows: pa.RecordBatch) -> np.ndarray:
    """Return 1 for each document whose metadata call it a draft, else 0 (int8)."""
    out = np.zeros(rows.num_rows, np.int8)
    named = pc.match_substring(rows.column("metadata"), '"draft"')
    for row in pc.indices_nonzero(named).to_pylist():
        draft = json.loads(rows.column("metadata")[row].as_py()).get("draft")
        out[row] = str(draft).lower() in ("true", "yes", "1", "draft")
    return out


def signed(units: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of `UNITS` that have a signature, and the signatures, uint32 (rows, 128)."""
    digests, starts = ragged(units["signature"])
    signatures = digests[starts[0] : starts[-1]].reshape(-1, near.PERMUTATIONS)
    return np.flatnonzero(np.diff(starts)), signatures


def sessions(
    messages: Sequence[pa.Table], settings: Near, fewest: tuple[int, int], key: Key = near.OPEN
) -> pa.Table:
    """Return the `UNITS` of the chat sessions that the messages of all shards make, by name.

    `fewest` is (messages, words): a session with fewer of both has no signature, and is compared
    with nothing.
    """
    table = whole_table(messages)
    rows = ordered(table.drop_columns(["turn"]))
    if not rows.num_rows:
        return empty(UNITS)
    first = starts_of(rows["session"])
    values, ends = gather(table["turn"], view(rows["place"]))
    hashed = (values, ends[first[1:] - 1])
    sums = {n: np.add.reduceat(view(rows[n]), first[:-1]) for n in ("length", "words")}
    least = {
        n: np.minimum.reduceat(view(rows[n]), first[:-1]) for n in ("created", "draft", "foreign")
    }
    compared = (np.diff(first) >= fewest[0]) | (sums["words"] >= fewest[1])
    compared &= sums["words"] >= settings.words
    heads = rows.take(column(first[:-1]))
    texts = (view(rows["exact"]), first[1:])
    columns = {"unit": heads["session"], "kind": heads["kind"], "source": heads["source"]}
    columns |= {name: column(values) for name, values in (sums | least).items()}
    columns |= {"exact": column(near.sequences(texts)), "normal": column(near.sequences(hashed))}
    columns |= {name: column(_names(heads[of], key)) for name, of in _NAMED.items()}
    columns |= _signed(_sets(hashed, compared, settings.words))
    return pa.table([columns[name] for name in UNITS.names], schema=UNITS)


_NAMED = {"same": "session", "apart": "thread"}


def _names(names: pa.ChunkedArray, key: Key) -> np.ndarray:
    """Return a hash of each name, which is never 0."""
    return near.marks(*near.utf8(names), key) | np.uint64(1)


def _sets(hashed: Ragged, compared: np.ndarray, size: int) -> Ragged:
    """Return the shingle sets of the texts that are compared, empty ones for the others."""
    sizes = np.diff(hashed[1], prepend=0)
    kept = hashed[0][np.repeat(compared, sizes)]
    return near.shingle_sets((kept, np.cumsum(np.where(compared, sizes, 0))), size)


def whole_table(messages: Sequence[pa.Table]) -> pa.Table:
    """Return the tables as one, every column in one piece."""
    return pa.concat_tables([empty(MESSAGES), *messages]).combine_chunks()


def ordered(messages: pa.Table) -> pa.Table:
    """Return messages by session, thread, position and id, with their `place` before that."""
    messages = messages.append_column("place", column(np.arange(messages.num_rows)))
    keys = [(name, "ascending") for name in ("session", "thread", "position", "id")]
    return messages.take(pc.sort_indices(messages, keys))


def starts_of(names: pa.ChunkedArray) -> np.ndarray:
    """Return where each run of equal values of a sorted column starts, and its length last.

    >>> starts_of(pa.chunked_array([["a", "a", "b"]])).tolist()
    [0, 2, 3]
    """
    n = len(names)
    if not n:
        return np.zeros(1, np.int64)
    change = pc.not_equal(names.slice(1), names.slice(0, n - 1))
    return np.concatenate([[0], 1 + view(pc.indices_nonzero(change)), [n]]).astype(np.int64)
