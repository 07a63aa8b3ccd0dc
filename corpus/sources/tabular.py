"""Data sets of writings: JSONL, CSV, Parquet and Arrow files with a column of text."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.schema import KINDS
from corpus.sources.file import File, decode
from corpus.sources.piece import Piece, Problem, Reading, localise

GUESSES: dict[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "message", "entry", "note"),
    "id": ("id", "uuid", "_id", "entry_id", "message_id"),
    "title": ("title", "subject", "headline"),
    "author": ("author", "from", "sender", "user", "username"),
    "created": ("created", "created_at", "date", "timestamp", "datetime", "time", "published"),
    "thread": ("thread", "thread_id", "conversation_id", "conversation"),
    "reply_to": ("reply_to", "in_reply_to", "parent_id"),
    "role": ("role",),
    "language": ("language", "lang"),
    "url": ("url", "link"),
    "kind": ("kind",),
}
"""Our column → the names it is looked for under when the settings map nothing."""

TURNS = ("messages", "conversations")
ME, NOT_ME = ("user", "human", "me", "self"), ("assistant", "gpt", "system", "tool", "bot", "other")
KEPT = ("source", "url", "tags", "category")
ARROW_STREAM, ARROW_FILE = b"\xff\xff\xff\xff", b"ARROW1"
csv.field_size_limit(1 << 30)


def recognise(file: File, head: bytes, reading: Reading = Reading()) -> str | None:  # noqa: B008
    """Return the evidence that the file is a table with a column of text, or None."""
    if head.startswith((b"PAR1", ARROW_FILE)):
        try:
            names = _arrow_names(file, head)
        except (pa.ArrowException, OSError):
            return None
        form = "Parquet" if head.startswith(b"PAR1") else "Arrow"
        return f"{form} with a column of text" if _column("text", names, reading) else None
    if (first := _json_line(head)) is not None:
        turns = any(isinstance(first.get(key), list) for key in TURNS)
        return "JSON lines with text" if turns or _column("text", first, reading) else None
    names = _csv_names(head)
    # Only a header that names more than the text tells a table from a letter that begins «text».
    return (
        "CSV with a column of text" if len(names) > 1 and _column("text", names, reading) else None
    )


def _arrow_names(file: File, head: bytes) -> list[str]:
    with file.open() as stream:
        if head.startswith(b"PAR1"):
            return pq.ParquetFile(stream).schema_arrow.names
        return pa.ipc.open_file(stream).schema.names


def _json_line(head: bytes) -> dict[str, Any] | None:
    """Return the object on the first line of `head`, if the line is one and is whole."""
    text, _ = decode(head)
    lines = text.lstrip("\ufeff").lstrip().split("\n", 2)
    if not lines[0].startswith("{"):
        return None
    try:
        told = json.loads(lines[0])
    except ValueError:
        return None
    rest = lines[1].strip() if len(lines) > 1 else ""
    return told if isinstance(told, dict) and (not rest or rest.startswith("{")) else None


def _csv_names(head: bytes) -> list[str]:
    text, encoding = decode(head)
    if encoding == "replaced" or "\0" in text:
        return []
    first = text.lstrip("\ufeff").split("\n", 1)[0].rstrip("\r")
    return (
        next(csv.reader([first], delimiter=_delimiter(first)), [])
        if first.isprintable() or "\t" in first
        else []
    )


def _delimiter(header: str) -> str:
    return max(",;\t|", key=header.count)


def _column(ours: str, names: Iterable[str], reading: Reading) -> str | None:
    """Return which of the file's columns is `ours`, by the settings or by its name."""
    names = list(names)
    if ours in reading.columns:
        return reading.columns[ours] if reading.columns[ours] in names else None
    lower = {str(name).strip().lower(): name for name in reversed(names)}
    return next((lower[guess] for guess in GUESSES[ours] if guess in lower), None)


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield a document per row, or per turn of rows that hold conversations."""
    head = file.head()
    rows = _arrow_rows if head.startswith((b"PAR1", ARROW_FILE)) else _csv_rows
    rows = _json_rows if _json_line(head) is not None else rows
    for number, row in enumerate(rows(file), start=1):
        place = f"row {number}"
        if isinstance(row, Problem):
            yield row
            continue
        turns = next((row[k] for k in TURNS if isinstance(row.get(k), list)), None)
        try:
            if turns is not None:
                yield from _conversation(turns, row, place, file)
            else:
                yield _piece(row, place, number, file, reading)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            yield Problem(place, f"{type(error).__name__} in its fields", "errored")


def _arrow_rows(file: File) -> Iterator[dict[str, Any]]:
    with file.open() as stream:
        if file.head(4) == b"PAR1":
            batches: Iterable[pa.RecordBatch] = pq.ParquetFile(stream).iter_batches(1_024)
        else:
            opened = pa.ipc.open_file(stream)
            batches = (opened.get_batch(n) for n in range(opened.num_record_batches))
        for batch in batches:
            yield from batch.to_pylist()


def _json_rows(file: File) -> Iterator[dict[str, Any] | Problem]:
    with file.lines() as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                told = json.loads(line)
            except ValueError:
                told = None
            yield (
                told if isinstance(told, dict) else Problem(f"line {number}", "not JSON", "errored")
            )


def _csv_rows(file: File) -> Iterator[dict[str, Any] | Problem]:
    _, encoding = decode(file.head())
    stream = file.open()
    import io

    encoding = (
        "cp1252" if encoding == "replaced" else "utf-8-sig" if encoding == "utf-8" else encoding
    )
    with io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="") as text:
        first = text.readline()
        reader = csv.reader(chain([first], text), delimiter=_delimiter(first))
        names = next(reader, [])
        try:
            for row in reader:
                if not row:
                    continue
                whole = len(row) == len(names)
                told = dict(zip(names, row, strict=False))
                place = f"line {reader.line_num}"
                yield told if whole else Problem(place, "another number of columns", "errored")
        except csv.Error:
            yield Problem(f"line {reader.line_num}", "not CSV from here on", "errored")


def _piece(
    row: Mapping[str, Any], place: str, number: int, file: File, reading: Reading
) -> Piece | Problem:
    told = {}
    for ours in GUESSES:
        name = _column(ours, row, reading)
        told[ours] = row.get(name) if name is not None else None
    text = _words(told["text"])
    if not text.strip():
        return Problem(place, "empty")
    own = None if told["id"] in (None, "") else str(told["id"])
    author = _words(told["author"]).strip()
    role = _words(told["role"]).strip().lower()
    mine = True if role in ME else False if role in NOT_ME else None
    if mine is None and not author and "tabular" in reading.assume_mine:
        mine = True
    created, precision = _moment(told["created"], reading.zone)
    kind = told["kind"] if told["kind"] in KINDS else "note"
    kept = {k: row[k] for k in KEPT if isinstance(row.get(k), (str, int, float, list))}
    return Piece(
        namespace=f"table:{file.name}",
        own=own if own is not None else f"row {number}",
        thread=None if told["thread"] in (None, "") else str(told["thread"]),
        reply_to=None if told["reply_to"] in (None, "") else str(told["reply_to"]),
        text=text,
        kind=kind,
        locator=place,
        handle=_handle(author) if author else None,
        people=[(_handle(author), author)] if author else [],
        mine=mine,
        created=created,
        precision=precision,
        title=_words(told["title"]) or None,
        language=None,
        metadata={**kept, **({"id": own} if own is not None else {})},
    )


def _handle(author: str) -> str:
    return f"email:{author}" if re.fullmatch(r"[^@\s]+@[^@\s]+", author) else f"name:{author}"


def _words(value: Any) -> str:
    """Return the text of a cell: a string, or the text parts of a list."""
    if isinstance(value, list):
        parts = (p.get("text") if isinstance(p, dict) else p for p in value)
        return "\n\n".join(p for p in parts if isinstance(p, str))
    return "" if value is None else str(value)


def _moment(value: Any, zone: str) -> tuple[datetime | None, str]:
    """Return when a cell says, from ISO text, dates, or seconds, milli- or microseconds."""
    if isinstance(value, datetime):
        return localise(value, zone), "second"
    if isinstance(value, date):
        return localise(datetime(value.year, value.month, value.day), zone), "day"
    text = str(value).strip() if value is not None else ""
    if re.fullmatch(r"\d{9,17}(?:\.\d+)?", text):
        seconds = float(text)
        while seconds > 1e11:
            seconds /= 1_000
        return datetime.fromtimestamp(seconds, UTC), "second"
    try:
        moment = datetime.fromisoformat(re.sub(r"\s*UTC$", "+00:00", text))
    except ValueError:
        return None, "unknown"
    return localise(moment, zone), "day" if len(text) <= 10 else "second"


def _conversation(
    turns: list[Any], row: Mapping[str, Any], place: str, file: File
) -> Iterator[Piece | Problem]:
    """Yield the turns of a row in the form of ShareGPT or OpenAI."""
    thread = str(row.get("id") or place)
    for position, turn in enumerate(turns):
        spot = f"{place}, turn {position + 1}"
        who = (
            str(turn.get("role") or turn.get("from") or "").lower()
            if isinstance(turn, dict)
            else ""
        )
        text = _words(turn.get("content", turn.get("value"))) if isinstance(turn, dict) else ""
        if who in ("system", "tool") or not text.strip():
            yield Problem(spot, f"{who} turn" if who in ("system", "tool") else "empty")
            continue
        yield Piece(
            namespace=f"table:{file.name}",
            own=f"{thread}:{position}",
            thread=thread,
            position=position,
            reply_to=f"{thread}:{position - 1}" if position else None,
            text=text,
            kind="prompt" if who in ME else "chat",
            locator=spot,
            handle=f"table:{'user' if who in ME else 'other'}",
            mine=who in ME,
        )
