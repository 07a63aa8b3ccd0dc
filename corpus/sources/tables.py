"""Rows of JSON lines, CSV, Parquet and Arrow files, streamed; a broken row is a value."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.sources.delimited import dialect_of, records
from corpus.sources.file import HEAD, File, decode
from corpus.sources.piece import Problem, shape_of

Row = dict[str, Any]
Rows = Iterator[tuple[str, Row | Problem]]
PARQUET, ARROW_FILE, ARROW_STREAM = b"PAR1", b"ARROW1\0\0", b"\xff\xff\xff\xff"
BATCH_ROWS = 256
MAX_LINE = 64 << 20  # characters of a JSON line; a longer one is an error, not a full memory
MAX_FIRST = 8 << 20
SAMPLE = 50


def form_of(file: File, head: bytes) -> tuple[str, list[str]] | None:
    """Return the form of the table («parquet», «arrow», «jsonl» or «csv») and its column names.

    Only columns that may hold text count. None when the file is no table; a Parquet or Arrow file
    whose schema cannot be read has no names.
    """
    if head.startswith((PARQUET, ARROW_FILE, ARROW_STREAM)):
        form = "parquet" if head.startswith(PARQUET) else "arrow"
        try:
            return form, _text_like(_schema(file, form))
        except (pa.ArrowException, OSError, ValueError):
            return None if head.startswith(ARROW_STREAM) else (form, [])
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        names = _json_names(file, head)
        return ("jsonl", names) if names else None
    found = dialect_of(head)
    return ("csv", found[1]) if found else None


def rows(file: File, form: str) -> Rows:
    """Yield each row of `file` with its place, or a problem in its stead.

    Values are as the file holds them: Python objects of JSON or Arrow, strings of CSV.
    """
    read: dict[str, Callable[[File], Rows]] = {
        "parquet": _parquet,
        "arrow": _arrow,
        "jsonl": _json_lines,
        "csv": _csv,
    }
    yield from read[form](file)


def _schema(file: File, form: str) -> pa.Schema:
    with file.open() as stream:
        if form == "parquet":
            return pq.ParquetFile(stream).schema_arrow
        return _reader(stream).schema


def _reader(stream: BinaryIO) -> Any:
    """Return an opened Arrow file, or an Arrow stream as `datasets` caches it."""
    magic = stream.read(len(ARROW_FILE))
    stream.seek(0)
    return pa.ipc.open_file(stream) if magic == ARROW_FILE else pa.ipc.open_stream(stream)


def _text_like(schema: pa.Schema) -> list[str]:
    """Return the columns that may hold text; pictures, sounds and records are never read."""
    types = pa.types
    no = (types.is_binary, types.is_large_binary, types.is_fixed_size_binary, types.is_struct)
    return [f.name for f in schema if not any(is_type(f.type) for is_type in no)]


def _parquet(file: File) -> Rows:
    with file.open() as stream:
        try:
            table = pq.ParquetFile(stream)
        except (pa.ArrowException, OSError, ValueError):
            yield "file", Problem("file", "damaged Parquet file", "errored")
            return
        names = _text_like(table.schema_arrow)
        number = 0
        for group in range(table.num_row_groups):
            start, size = number, table.metadata.row_group(group).num_rows
            try:
                for batch in table.iter_batches(BATCH_ROWS, row_groups=[group], columns=names):
                    yield from _batch(batch, number)
                    number += batch.num_rows
            except (pa.ArrowException, OSError):
                for lost in range(number, start + size):
                    place = f"row {lost + 1}"
                    yield place, Problem(place, "damaged part of a Parquet file", "errored")
            number = start + size


def _arrow(file: File) -> Rows:
    with file.open() as stream:
        number = 0
        try:
            reader = _reader(stream)
            for batch in _record_batches(reader):
                kept = batch.select(_text_like(batch.schema))
                for start in range(0, kept.num_rows, BATCH_ROWS):
                    yield from _batch(kept.slice(start, BATCH_ROWS), number + start)
                number += kept.num_rows
        except (pa.ArrowException, OSError, ValueError):
            place = f"after row {number}"
            yield place, Problem(place, "damaged Arrow file", "errored")


def _record_batches(reader: Any) -> Iterable[pa.RecordBatch]:
    if isinstance(reader, pa.ipc.RecordBatchFileReader):
        return (reader.get_batch(n) for n in range(reader.num_record_batches))
    return reader


def _batch(batch: pa.RecordBatch, before: int) -> Rows:
    """Yield the rows of `batch`; when one cannot be decoded, the others still are."""
    batch = _in_microseconds(batch)
    try:
        told: list[Row | None] = batch.to_pylist()
    except (UnicodeDecodeError, ValueError, OverflowError):
        told = [_one(batch.slice(n, 1)) for n in range(batch.num_rows)]
    for number, row in enumerate(told, start=before + 1):
        place = f"row {number}"
        yield place, Problem(place, "undecodable value", "errored") if row is None else row


def _in_microseconds(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return `batch` with nanoseconds cut, which Python's datetime cannot hold."""
    for n, field in enumerate(batch.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
            cut = batch.column(n).cast(pa.timestamp("us", field.type.tz), safe=False)
            batch = batch.set_column(n, field.name, cut)
    return batch


def _one(row: pa.RecordBatch) -> Row | None:
    try:
        return row.to_pylist()[0]
    except (UnicodeDecodeError, ValueError, OverflowError):
        return None


def _json_names(file: File, head: bytes) -> list[str]:
    """Return the names in the first objects of a file of JSON lines; none when it is no such file.

    A file of one object is JSON lines only when its name says so too: single objects are the
    exports of programs whose readers know more. Names of nested objects do not count.
    """
    lines, more = _first_lines(file, head)
    told = [row for line in lines if isinstance(row := _loads(line), dict)]
    if len(lines) == 1 and not more and not file.name.lower().endswith((".jsonl", ".ndjson")):
        return []
    if not told or len(told) < len(lines) / 3:
        return []
    nested = Counter(n for row in told for n, value in row.items() if isinstance(value, dict))
    seen = Counter(name for row in told for name in row)
    return [name for name in seen if 2 * nested[name] <= seen[name]]


def _first_lines(file: File, head: bytes) -> tuple[list[str], bool]:
    """Return the first whole lines that are not blank, and whether an object begins after them."""
    cut = len(head) >= HEAD
    if cut and b"\n" not in head:
        with file.open() as stream:
            head = stream.readline(MAX_FIRST) + stream.read(1)
    lines = decode(head)[0].lstrip("\ufeff").split("\n")
    last = lines.pop() if cut else ""
    return [line for line in lines if line.strip()][:SAMPLE], last.startswith("{")


def _loads(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _json_lines(file: File) -> Rows:
    with file.lines() as lines:
        for number in count(1):
            line = lines.readline(MAX_LINE)
            if not line:
                return
            place = f"line {number}"
            if len(line) == MAX_LINE:
                while line and not line.endswith("\n"):
                    line = lines.readline(MAX_LINE)
                yield place, Problem(place, "line too long", "errored")
            elif line.strip():
                row = _loads(line)
                broken = Problem(place, "not a JSON object", "errored", shape_of(line))
                yield place, row if isinstance(row, dict) else broken


def _csv(file: File) -> Rows:
    """Yield the rows of a CSV file as name → string; one with more or fewer fields is a problem."""
    found = dialect_of(file.head())
    with file.lines() as text:
        told = records(text, found[0] if found else {"strict": True})
        first = next(told, None)
        names = first[1] if first and isinstance(first[1], list) else []
        for line, record in told:
            place = f"line {line}"
            if isinstance(record, str):
                yield place, Problem(place, record, "errored")
            elif len(record) != len(names):
                shape = shape_of(",".join(record))
                yield place, Problem(place, "another number of columns", "errored", shape)
            else:
                yield place, dict(zip(names, record, strict=True))
