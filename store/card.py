"""The dataset card of an export: what is in it, how it was made and what was done for privacy."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
NAMES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "n>10M")

_COUNTS = """
SELECT kind, coalesce(split, 'train') AS split, count(*) AS documents,
       count(*) FILTER (role = 'target') AS own, sum(bytes) AS bytes
FROM documents WHERE {where} GROUP BY ALL ORDER BY ALL
"""
_LANGUAGES = """
SELECT language FROM documents WHERE ({where}) AND language IS NOT NULL
GROUP BY ALL ORDER BY count(*) DESC, language
"""

_TEXT = """
# Curated personal writings

One row is one piece of writing by one author: a mail, a post, a note, one chat message. `text` is
the words; only rows with `role = target` are the words of the person whose corpus this is, all
others are context and not meant to be learnt. Rows of one `thread`, in order of `position`, are a
conversation. Families of near duplicates and sessions lie whole within one split.

{table}

## How it was made

By Commonplace: normalised, identified, filtered, deduplicated (exact and near), de-identified and
split, every change in a ledger. Nothing is here that its leak gate did not pass.

## Privacy

Personal data that was found is replaced by made-up stand-ins that agree within a conversation;
authors are opaque ids. Names that neither a model nor a list knew, style, events and relations are
not hidden: this is de-identified, not anonymous. Share it with no one who may not read the person's
letters, and delete it when they ask: `commonplace forget` lists this export if it holds what is
forgotten.
"""


def card(connection: duckdb.DuckDBPyConnection, where: str, splits: Sequence[str]) -> str:
    """Return the text of the card for the documents that meet the SQL condition `where`."""
    rows = connection.execute(_COUNTS.format(where=where)).fetchall()
    languages = [row[0] for row in connection.execute(_LANGUAGES.format(where=where)).fetchall()]
    total = sum(row[2] for row in rows)
    size = NAMES[sum(total >= bound for bound in SIZES)]
    files = [f"  - split: {s}\n    path: data/{s}-*.parquet" for s in splits]
    head = [
        "---",
        "pretty_name: Curated personal writings",
        *(["language:", *(f"- {code}" for code in languages)] if languages else []),
        "size_categories:",
        f"- {size}",
        "task_categories:",
        "- text-generation",
        "configs:",
        "- config_name: default",
        *(["  data_files:", *files] if files else []),
        "---",
    ]
    table = ["| kind | split | documents | own words | bytes |", "|---|---|--:|--:|--:|"]
    table += [f"| {k} | {s} | {n:,} | {own:,} | {b:,} |" for k, s, n, own, b in rows]
    return "\n".join(head) + "\n" + _TEXT.format(table="\n".join(table))
