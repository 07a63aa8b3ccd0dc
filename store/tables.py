"""The tables and views of the catalogue, with a comment for each of them and each column."""

from __future__ import annotations

from corpus.schema import DOCUMENT_FIELDS
from store.search import TABLES as SEARCH
from store.search import Columns

VERSION = 3
"""Version of the tables below; raise it when one changes its columns or their meaning."""

_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "list<item: string>": "VARCHAR[]"}


def _sql(arrow: object) -> str:
    name = str(arrow).replace("list<element: ", "list<item: ")
    return _TYPES.get(name, "TIMESTAMPTZ")


DERIVED = {
    "day": ("created", "(created AT TIME ZONE 'UTC')::DATE"),
    "bytes": ("text", "strlen(text)"),
}
"""Column of a document that the build works out → the column it comes from, and how."""

DOCUMENT: Columns = {
    **{name: (_sql(type_), comment) for name, type_, comment in DOCUMENT_FIELDS},
    "day": ("DATE", "the day it was written, UTC; quicker to group by than created"),
    "bytes": ("BIGINT", "UTF-8 bytes of the text; quicker to add up than the text is to read"),
}

TABLES: dict[str, tuple[str, Columns]] = {
    "documents": ("Every document in use, redacted: one piece of writing by one author.", DOCUMENT),
    "variants": (
        "Variants of training documents made by augmentation; id is the parent's plus ~n.",
        {**DOCUMENT, "parent": ("VARCHAR", "id of the document it varies")},
    ),
    "removed": (
        "Documents that are not used, without title, text and metadata; removed says why.",
        {
            **{k: v for k, v in DOCUMENT.items() if k not in ("title", "text", "metadata")},
            "bytes": ("BIGINT", "UTF-8 bytes of the text that is left out here"),
        },
    ),
    "events": (
        "What happened to each document, in order; never any text.",
        {
            "document": ("VARCHAR", "id of the document"),
            "n": ("INTEGER", "order within the document, from 0"),
            "step": ("VARCHAR", "the step that did it"),
            "action": ("VARCHAR", "edited, cut, removed, redacted, varied, flagged, …"),
            "rule": ("VARCHAR", "the rule that decided"),
            "value": ("DOUBLE", "what the rule measured"),
            "threshold": ("DOUBLE", "what it was compared with"),
            "other": ("VARCHAR", "id of the document it repeats or overlaps, or an evaluation set"),
            "score": ("DOUBLE", "similarity or confidence, 0 to 1"),
        },
    ),
    "sources": (
        "One row per file that was found; seen = emitted + dropped + errored.",
        {
            "file": ("VARCHAR", "opaque id; the name is in secrets/files.csv"),
            "source": ("VARCHAR", "recognised as; null when it is not read"),
            "evidence": ("VARCHAR", "what it was recognised by, or why it is not read"),
            "seen": ("BIGINT", "items in the file"),
            "emitted": ("BIGINT", "items that became documents"),
            "dropped": ("BIGINT", "items left out by intent, or seen before in another file"),
            "errored": ("BIGINT", "items that could not be read"),
            "reasons": ("MAP(VARCHAR, BIGINT)", "why items were dropped or errored → how many"),
            "bytes": ("BIGINT", "size of the file"),
            "first": ("TIMESTAMPTZ", "oldest document"),
            "last": ("TIMESTAMPTZ", "newest document"),
            "authors": ("BIGINT", "distinct authors"),
            "mine": ("BIGINT", "documents in the person's own words"),
        },
    ),
    "source_problems": (
        "Every item of a source file that became no document of its own.",
        {
            "file": ("VARCHAR", "id of the file"),
            "place": ("VARCHAR", "where in the file"),
            "outcome": ("VARCHAR", "dropped or errored"),
            "reason": ("VARCHAR", "why"),
        },
    ),
    "sightings": (
        "Every place where a document was met.",
        {
            "document": ("VARCHAR", "id of the document"),
            "file": ("VARCHAR", "id of the file"),
            "locator": ("VARCHAR", "where in the file"),
            "text_hmac": ("VARCHAR", "keyed hash of the text met there"),
        },
    ),
    "duplicates": (
        "Verified pairs of documents that repeat each other.",
        {
            "a": ("VARCHAR", "id of one document"),
            "b": ("VARCHAR", "id of the other"),
            "jaccard": ("DOUBLE", "shared share of their word shingles, 0 to 1"),
            "containment": ("DOUBLE", "share of the smaller one's shingles in the larger, 0 to 1"),
            "relation": ("VARCHAR", "same, version or excerpt"),
            "family": ("VARCHAR", "the family both belong to"),
            "survivor": ("VARCHAR", "id of what stays for a: a itself, or what a repeats"),
        },
    ),
    "redactions": (
        "Every replaced span; never the value or its neighbours.",
        {
            "document": ("VARCHAR", "id of the document"),
            "field": ("VARCHAR", "text, title or metadata"),
            "start": ("BIGINT", "first code point in the text entering redaction"),
            "end": ("BIGINT", "one past the last code point there"),
            "new_start": ("BIGINT", "first code point in the published text"),
            "new_end": ("BIGINT", "one past the last code point there"),
            "type": ("VARCHAR", "kind of personal data"),
            "rule": ("VARCHAR", "what found it"),
            "version": ("BIGINT", "version of the rules; goes up when any of them finds otherwise"),
            "score": ("DOUBLE", "confidence, 0 to 1"),
            "action": ("VARCHAR", "surrogate, tag, mask, keep or remove"),
            "hmac": ("VARCHAR", "keyed hash of the value: equal values are equal here"),
            "shape": ("VARCHAR", "its shape, e.g. Aa+ Aa+"),
        },
    ),
    "combinations": (
        "Pairs of signs left of people (date, age, employer, nationality) that are rare: who knows "
        "one may learn the other.",
        {
            "document": ("VARCHAR", "id of the document"),
            "thread": ("VARCHAR", "its conversation"),
            "types": ("VARCHAR", "types of the two signs, joined by +"),
            "hmac": ("VARCHAR", "keyed hash of the pair: equal pairs are equal here"),
            "units": ("BIGINT", "conversations, and documents of none, that hold the pair"),
        },
    ),
    "shards": (
        "Files of tokens: flat little-endian integers, document after document.",
        {
            "shard": ("INTEGER", "number"),
            "path": ("VARCHAR", "file, relative to the library"),
            "dtype": ("VARCHAR", "uint16 or uint32"),
            "tokens": ("BIGINT", "tokens in the file"),
            "digest": ("VARCHAR", "BLAKE2b of the bytes"),
            "tokenizer": ("VARCHAR", "key of the tokenizer"),
        },
    ),
    "spans": (
        "Where each document's tokens are, and which of them are the person's own words.",
        {
            "document": ("VARCHAR", "id of the document or variant"),
            "shard": ("INTEGER", "number of the shard"),
            "start": ("BIGINT", "first token in the shard"),
            "tokens": ("BIGINT", "tokens"),
            "bytes": ("BIGINT", "UTF-8 bytes of the text"),
            "loss": (
                "STRUCT(start BIGINT, tokens BIGINT, bytes BIGINT)[]",
                "ranges that may be learnt, relative to the span",
            ),
        },
    ),
    "plans": (
        "Training plans: which documents, in which order, packed how.",
        {
            "plan": ("VARCHAR", "name"),
            "sql": ("VARCHAR", "the query that chose and weighed the documents"),
            "seed": ("BIGINT", "seed of the order"),
            "length": ("BIGINT", "tokens per sequence"),
            "digest": ("VARCHAR", "names the training order"),
            "sequences": ("BIGINT", "how many sequences"),
            "path": ("VARCHAR", "file of the plan's rows, relative to the library"),
        },
    ),
    "runs": (
        "Every run of this library that ended well.",
        {
            "run": ("VARCHAR", "id of the run"),
            "started": ("TIMESTAMPTZ", "when"),
            "seconds": ("DOUBLE", "wall time"),
            "settings": ("VARCHAR", "digest of the resolved settings"),
            "version": ("VARCHAR", "version of commonplace"),
        },
    ),
    "funnel": (
        "What each step of each run took in, removed and gave on.",
        {
            "run": ("VARCHAR", "id of the run"),
            "n": ("INTEGER", "order of the step"),
            "step": ("VARCHAR", "the step"),
            "documents_in": ("BIGINT", "documents in use before"),
            "kept": ("BIGINT", "documents in use after"),
            "removed": ("BIGINT", "documents removed"),
            "added": ("BIGINT", "variants added"),
            "bytes_in": ("BIGINT", "UTF-8 bytes of text before"),
            "bytes_out": ("BIGINT", "UTF-8 bytes of text after"),
            "seconds": ("DOUBLE", "wall time of the jobs that prepare the step and hold it"),
        },
    ),
    "figures": (
        "Figures of runs: what each rule did, how documents lie about its bound before (histogram) "
        "and after (histogram kept), what the splits came to, tokenizers, the model.",
        {
            "run": ("VARCHAR", "id of the run"),
            "step": ("VARCHAR", "the step"),
            "rule": ("VARCHAR", "the rule or the tokenizer, or null"),
            "kind": ("VARCHAR", "kind of document, or null"),
            "name": ("VARCHAR", "what is measured"),
            "value": ("DOUBLE", "the value"),
            "bucket": ("VARCHAR", "histogram bucket, from above … to …, or null"),
        },
    ),
    **SEARCH,
    "catalogue": (
        "What wrote this file.",
        {
            "version": ("INTEGER", "version of the tables"),
            "program": ("VARCHAR", "version of commonplace"),
        },
    ),
}
"""Table → (comment, columns): column → (DuckDB type, comment)."""

VIEWS: dict[str, tuple[str, str]] = {
    "threads": (
        "Conversations: how long, who, when.",
        """SELECT thread, any_value(source) AS source, count(*) AS documents,
           count(*) FILTER (origin = 'self') AS mine, count(DISTINCT author) AS authors,
           count(DISTINCT session) AS sessions, min(created) AS first, max(created) AS last,
           sum(bytes)::BIGINT AS bytes
           FROM documents WHERE thread IS NOT NULL GROUP BY thread""",
    ),
    "authors": (
        "People: how much they wrote, and the name that stands for them.",
        """SELECT author, mode(speaker) AS speaker, bool_or(origin = 'self') AS me,
           count(*) AS documents, count(DISTINCT thread) AS threads, sum(bytes)::BIGINT AS bytes,
           min(created) AS first, max(created) AS last
           FROM documents WHERE author IS NOT NULL GROUP BY author""",
    ),
    "daily": (
        "Own writing by day, source and kind.",
        """SELECT day, source, kind, count(*) AS documents,
           sum(bytes)::BIGINT AS bytes
           FROM documents WHERE origin = 'self' AND day IS NOT NULL GROUP BY ALL""",
    ),
    "terms": (
        "Words, folded: in how many documents, how often, and how often in own words.",
        "SELECT term, documents, occurrences, mine FROM vocabulary",
    ),
}
"""View → (comment, query)."""
