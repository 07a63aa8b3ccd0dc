"""Read evaluation sets: every text of every item, whatever the columns and the nesting."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.sources import encoding
from corpus.sources.limits import Archives, Meter
from corpus.sources.opening import is_archive, opened, unread

ROWS = 1_024
HEAD = 4_096  # bytes that tell what a file is
LONGEST_CELL = 1 << 27
PARQUET, ARROW, ARROW_STREAM = b"PAR1", b"ARROW1\0\0", b"\xff\xff\xff\xff"
PACKED = {"Zstandard": "zstd", "LZ4": "lz4"}
DEEPEST = 4


class BadSet(ValueError):
    """An evaluation set cannot be read; the message holds no path and no text."""


def items(path: Path) -> Iterator[str]:
    """Yield the texts in the file or folder at `path`: each string by itself, none joined.

    Parquet, Arrow, JSON, JSONL and CSV are taken apart, packed or in archives as well; what is in
    any other file is one text. Hidden files of a folder are passed over. Raises BadSet, also where
    there is no text at all: a set that protects from nothing is a mistake.
    """
    empty = True
    for file in _files(path):
        try:
            with file.open("rb") as stream:
                for text in _texts(stream, file.name, file, ()):
                    empty = empty and not text.strip()
                    yield text
        except (ValueError, KeyError, csv.Error, pa.ArrowException, OSError, RecursionError) as e:
            told = f"one of its {file.suffix or 'plain'} files cannot be read"
            what = e if isinstance(e, BadSet) else type(e).__name__
            raise BadSet(f"{told} ({what})") from None
    if empty:
        raise BadSet("there is no text in it")


def _files(path: Path) -> list[Path]:
    """Return the file, or those below the folder that are not hidden, in order."""
    if not path.is_dir():
        return [path]
    inner = sorted(p for p in path.rglob("*") if p.is_file())
    return [p for p in inner if not _hidden(p.relative_to(path).as_posix())]


def _hidden(name: str) -> bool:
    """Return whether a file is one that systems put beside others, such as those of Git.

    >>> _hidden("quiz/.git/config"), _hidden("__MACOSX/quiz.json"), _hidden("quiz/a.json")
    (True, True, False)
    """
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


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


def _texts(stream: BinaryIO, name: str, path: Path, members: tuple[str, ...]) -> Iterator[str]:
    """Yield the texts of a file, which is `path` or stands in the archive there under `members`."""
    head = stream.read(HEAD)
    stream.seek(0)
    if packing := PACKED.get(unread(head) or ""):
        name = name.rpartition(".")[0]
        stream = pa.CompressedInputStream(pa.PythonFile(stream, "r"), packing)
        stream = pa.BufferReader(stream.read())  # what reads it goes back to its start
        head = stream.read(HEAD)
        stream.seek(0)
    if is_archive(head):
        yield from _members(path, members)
    elif head.startswith(PARQUET):
        yield from _rows(pq.ParquetFile(stream).iter_batches(batch_size=ROWS))
    elif head.startswith(ARROW):
        file = pa.ipc.open_file(stream)
        yield from _rows(file.get_batch(n) for n in range(file.num_record_batches))
    elif head.startswith(ARROW_STREAM):
        yield from _rows(pa.ipc.open_stream(stream))
    elif head.startswith(b"%PDF-") or (b"\0" in head and encoding.wide(head) is None):
        raise BadSet("it is no text; name the files that are")
    else:
        yield from _written(stream, PurePosixPath(name).suffix.lower())


def _members(path: Path, members: tuple[str, ...]) -> Iterator[str]:
    """Yield the texts of all files in an archive."""
    if len(members) >= DEEPEST:
        raise BadSet("archives in archives in archives")
    archive = opened(path, members, Meter(Archives()))
    for entry in archive.entries.values():
        if _hidden(entry.name):
            continue
        if entry.reason is not None:
            raise BadSet(entry.reason)
        with archive.open(entry.name) as stream:
            yield from _texts(stream, entry.name, path, (*members, entry.name))
    if archive.damage:
        raise BadSet(archive.damage)


def _rows(batches: Iterator[pa.RecordBatch]) -> Iterator[str]:
    for batch in batches:
        for row in batch.to_pylist():
            yield from strings(row)


def _written(stream: BinaryIO, suffix: str) -> Iterator[str]:
    """Yield the texts of a file of text, in whatever encoding."""
    with encoding.text_stream(stream) as text:
        if suffix in (".csv", ".tsv"):
            csv.field_size_limit(LONGEST_CELL)
            for row in csv.reader(text, delimiter="\t" if suffix == ".tsv" else ","):
                yield from row
        elif suffix in (".jsonl", ".ndjson"):
            yield from _json_lines(text)
        elif suffix == ".json":
            try:
                yield from strings(json.loads(text.read()))
            except json.JSONDecodeError:
                text.seek(0)
                yield from _json_lines(text)
        else:
            yield text.read()


def _json_lines(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line.strip():
            yield from strings(json.loads(line))
