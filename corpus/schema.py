"""The columns of documents, events and accounts, shared by everything that reads or writes them."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

KINDS = ("mail", "chat", "post", "note", "essay", "prompt", "code")
ORIGINS = ("self", "other", "quoted", "forwarded", "pasted", "clipped", "system")
ROLES = ("target", "context")
PRECISIONS = ("second", "minute", "hour", "day", "month", "year", "unknown")
SPLITS = ("train", "valid", "test")
ACTIONS = ("edited", "cut", "removed", "redacted", "varied", "unvaried", "pinned", "split")

TIMESTAMP = pa.timestamp("us", tz="UTC")

DOCUMENT_FIELDS: tuple[tuple[str, pa.DataType, str], ...] = (
    (
        "id",
        pa.string(),
        "keyed hash of an id namespace and the source's own id; unique in a library",
    ),
    ("source", pa.string(), "kind of export: mbox, whatsapp, chatgpt, markdown, …"),
    ("kind", pa.string(), "what it is: mail, chat, post, note, essay, prompt or code"),
    ("thread", pa.string(), "the conversation it belongs to; opaque"),
    ("session", pa.string(), "the thread cut at long silences; opaque"),
    ("position", pa.int64(), "order within the thread, as the source gives it"),
    ("reply_to", pa.string(), "id of the document it answers"),
    ("author", pa.string(), "opaque keyed id of the person who wrote it"),
    ("speaker", pa.string(), "the name that stands for the author in this thread's text"),
    (
        "origin",
        pa.string(),
        "whose words: self, other, quoted, forwarded, pasted, clipped or system",
    ),
    ("role", pa.string(), "target (may be learnt) or context (is only read)"),
    ("created", TIMESTAMP, "when it was written, UTC"),
    ("created_precision", pa.string(), "second, minute, hour, day, month, year or unknown"),
    ("created_basis", pa.string(), "stated by the source, or assumed"),
    ("zone", pa.string(), "IANA time zone the source's local times were read in"),
    ("title", pa.string(), "title or subject, redacted like the text"),
    ("text", pa.string(), "the words, redacted in the published catalogue"),
    ("language", pa.string(), "ISO 639-1 code; null when undecided"),
    ("languages", pa.list_(pa.string()), "language per paragraph when they differ"),
    ("family", pa.string(), "near-duplicate or version family; null when alone"),
    ("split", pa.string(), "train, valid or test"),
    ("removed", pa.string(), "why it is not used, stage.cause; null while it is used"),
    ("metadata", pa.string(), "JSON object, an allow-list per source, redacted like the text"),
)

DOCUMENTS = pa.schema([(name, type_) for name, type_, _ in DOCUMENT_FIELDS])
"""A document as published; see `DOCUMENT_FIELDS` for what each column means."""

NAMED = pa.struct([("handle", pa.string()), ("name", pa.string())])

WORK = pa.schema(
    [
        *DOCUMENTS,
        pa.field("handle", pa.string()),
        pa.field("people", pa.list_(NAMED)),
        pa.field("pin", pa.string()),
    ]
)
"""A document on its way through the stages, in `objects/` only: besides `DOCUMENTS` the author's
raw handle («email:ann@example.org», «name:Ann»), everyone the source names with the document (the
author first, then recipients; handle, display name or null) and a pin («keep», «remove»)."""

DRAFT = pa.schema(
    [
        *WORK,
        pa.field("mine", pa.bool_()),  # the source itself says who wrote it; null: ask people.toml
        pa.field("native", pa.bool_()),  # the id comes from the source, not from time and author
        pa.field("locator", pa.string()),  # where in the file, for sightings and problems
        pa.field("file", pa.string()),  # id of the source file
        pa.field("text_digest", pa.string()),  # tells equal texts without the text
        pa.field("hole", pa.bool_()),  # a piece was left out before it; null: none was
    ]
)
"""A document as a source reader states it, before ids are keyed and authors resolved."""

VARIANTS = pa.schema([*DOCUMENTS, pa.field("parent", pa.string())])
"""A variant made by augmentation: the columns of its parent, and the parent's id."""

EVENTS = pa.schema(
    [
        ("document", pa.string()),
        ("n", pa.int32()),
        ("step", pa.string()),
        ("action", pa.string()),
        ("rule", pa.string()),
        ("value", pa.float64()),
        ("threshold", pa.float64()),
        ("other", pa.string()),
        ("score", pa.float64()),
    ]
)
"""One thing that happened to one document; `n` orders the events of a document."""

SIGHTINGS = pa.schema(
    [
        ("document", pa.string()),
        ("file", pa.string()),
        ("locator", pa.string()),
        ("text_hmac", pa.string()),
    ]
)
PROBLEMS = pa.schema(
    [
        ("file", pa.string()),
        ("place", pa.string()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
    ]
)
"""One item of a source file that became no document; `outcome` is dropped or errored."""

REDACTIONS = pa.schema(
    [
        ("document", pa.string()),
        ("field", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("new_start", pa.int64()),
        ("new_end", pa.int64()),
        ("type", pa.string()),
        ("rule", pa.string()),
        ("version", pa.int64()),
        ("score", pa.float64()),
        ("action", pa.string()),
        ("hmac", pa.string()),
        ("shape", pa.string()),
    ]
)
"""One replaced span: offsets in code points, before and after."""

DUPLICATES = pa.schema(
    [
        ("a", pa.string()),
        ("b", pa.string()),
        ("jaccard", pa.float64()),
        ("containment", pa.float64()),
        ("relation", pa.string()),
        ("family", pa.string()),
        ("survivor", pa.string()),
    ]
)
"""One verified pair: `b` repeats `a`; `survivor` is `a`, or what it repeats."""


def record_batch(rows: Iterable[dict[str, object]], schema: pa.Schema) -> pa.RecordBatch:
    """Return `rows` as a RecordBatch of `schema`; keys that a row lacks become null.

    >>> record_batch([{"file": "f1", "place": "line 3", "outcome": "errored"}], PROBLEMS).num_rows
    1
    """
    rows = list(rows)
    columns = [pa.array([row.get(f.name) for row in rows], type=f.type) for f in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def empty(schema: pa.Schema) -> pa.RecordBatch:
    """Return a RecordBatch of `schema` without rows."""
    return record_batch((), schema)
