"""Read evaluation sets: every text of every item, whatever the columns and the nesting."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 1_024
LONGEST_CELL = 1 << 27


class BadSet(ValueError):
    """An evaluation set cannot be read; the message holds no path."""


def items(path: Path) -> Iterator[str]:
    """Yield the texts in the file or folder at `path`: each string by itself, none joined.

    Parquet, JSON, JSONL and CSV are taken apart; what is in any other file is one text.
    """
    if path.is_dir():
        for inner in sorted(p for p in path.rglob("*") if p.is_file()):
            yield from items(inner)
        return
    readers = {
        ".parquet": _parquet,
        ".json": _json,
        ".jsonl": _json_lines,
        ".ndjson": _json_lines,
        ".csv": _table,
        ".tsv": _table,
    }
    try:
        yield from readers.get(path.suffix.lower(), _plain)(path)
    except (ValueError, csv.Error, pa.ArrowException, OSError) as error:
        what = type(error).__name__
        raise BadSet(f"one of its {path.suffix or 'plain'} files cannot be read ({what})") from None


def strings(value: object) -> Iterator[str]:
    """Yield every string in a JSON value; names of fields are none of the text.

    >>> list(strings({"question": "Why?", "choices": ["a", {"text": "b"}], "answer": 1}))
    ['Why?', 'a', 'b']
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def _parquet(path: Path) -> Iterator[str]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=ROWS):
            for row in batch.to_pylist():
                yield from strings(row)


def _json(path: Path) -> Iterator[str]:
    try:
        yield from strings(json.loads(path.read_text("utf-8-sig")))
    except json.JSONDecodeError:
        yield from _json_lines(path)


def _json_lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig") as lines:
        for line in lines:
            if line.strip():
                yield from strings(json.loads(line))


def _table(path: Path) -> Iterator[str]:
    csv.field_size_limit(LONGEST_CELL)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.reader(stream, delimiter=delimiter):
            yield from row


def _plain(path: Path) -> Iterator[str]:
    yield path.read_text("utf-8", errors="replace")
