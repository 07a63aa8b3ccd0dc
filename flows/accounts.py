"""The tables `sources` and `source_problems`: what became of every item of every file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from corpus.schema import PROBLEMS, TIMESTAMP
from corpus.sources.archive import Refused
from flows.jobs.read import ACCOUNTS, rows_of
from store.library import Library
from store.objects import Output

SOURCES_SCHEMA = pa.schema(
    [
        *ACCOUNTS,
        ("first", TIMESTAMP),
        ("last", TIMESTAMP),
        ("authors", pa.int64()),
        ("mine", pa.int64()),
        ("reasons", pa.map_(pa.string(), pa.int64())),
    ]
)


def accounts(
    library: Library, reads: Sequence[Output], gathered: Output, refused: Sequence[Refused]
) -> dict[str, pa.Table]:
    """Return the tables `sources` and `source_problems`; every file balances."""
    read = pa.concat_tables([library.objects.table(r, "accounts") for r in reads])
    problems = [library.objects.table(r, "problems") for r in reads]
    per_file = {}
    if "files" in gathered.parts:
        found = library.objects.table(gathered, "files").to_pylist()
        per_file = {row["file"]: row for row in found}
        problems.append(library.objects.table(gathered, "seen_before"))
    unread = [(r.id, "file", "dropped", r.reason) for r in refused]
    told = pa.concat_tables([*problems, rows_of(unread, PROBLEMS)])
    reasons = _reasons(told)
    rows = [_balanced(row, per_file.get(row["file"], {})) for row in read.to_pylist()]
    rows += [_refusal(r) for r in refused]
    rows = [{**row, "reasons": reasons.get(row["file"], [])} for row in rows]
    return {"sources": pa.Table.from_pylist(rows, SOURCES_SCHEMA), "source_problems": told}


def _reasons(problems: pa.Table) -> dict[str, list[tuple[str, int]]]:
    """Return file → (reason, how many items), in order of the reason."""
    counted = problems.group_by(["file", "reason"]).aggregate([([], "count_all")])
    out: dict[str, list[tuple[str, int]]] = {}
    for row in counted.sort_by([("file", "ascending"), ("reason", "ascending")]).to_pylist():
        out.setdefault(row["file"], []).append((row["reason"], row["count_all"]))
    return out


def _balanced(account: dict[str, Any], gathered: dict[str, Any]) -> dict[str, Any]:
    """Return the account of a file with what was seen before moved from emitted to dropped."""
    before = gathered.get("seen_before") or 0
    told = {k: gathered.get(k) for k in ("first", "last", "authors", "mine")}
    moved = {"emitted": account["emitted"] - before, "dropped": account["dropped"] + before}
    return {**account, **moved, **told}


def _refusal(refused: Refused) -> dict[str, object]:
    told = {"file": refused.id, "source": None, "evidence": refused.reason, "bytes": refused.size}
    return {**told, "seen": 1, "emitted": 0, "dropped": 1, "errored": 0}
