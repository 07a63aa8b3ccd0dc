"""Writes the curated corpus for other programs: JSON lines, Parquet with a card, chat formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from store.card import card
from store.messages import OTHERS, OWN, Conversation, conversations

ROWS = 2_048
SPLITS = ("train", "valid", "test")


def write(
    connection: duckdb.DuckDBPyConnection, form: str, folder: Path, where: str = "true"
) -> list[str]:
    """Write the documents that meet the SQL condition `where` to `folder` in the format `form`.

    One file a split. Returns the ids of the documents written. `connection` is to a published
    catalogue. Raises duckdb.Error for a condition that is none.
    """
    return FORMATS[form](connection, folder, where)


def _json_lines(connection: duckdb.DuckDBPyConnection, folder: Path, where: str) -> list[str]:
    """One document a line, with all its columns but null ones."""
    ids: list[str] = []
    with _Files(folder) as files:
        for batch in _documents(connection, where):
            for row in batch.to_pylist():
                ids.append(row["id"])
                told = {name: value for name, value in row.items() if value not in (None, [])}
                files.line(row["split"], told)
    return ids


def _parquet(connection: duckdb.DuckDBPyConnection, folder: Path, where: str) -> list[str]:
    """One Parquet file a split, and a dataset card that tells Hugging Face what is what."""
    (folder / "data").mkdir()
    writers: dict[str, pq.ParquetWriter] = {}
    ids: list[str] = []
    try:
        for batch in _documents(connection, where):
            ids += batch["id"].to_pylist()
            for split in pc.unique(batch["split"]).to_pylist():
                if split not in writers:
                    path = folder / "data" / f"{split}-00000.parquet"
                    writers[split] = pq.ParquetWriter(path, batch.schema, compression="zstd")
                writers[split].write_batch(batch.filter(pc.equal(batch["split"], split)))
    finally:
        for writer in writers.values():
            writer.close()
    present = [split for split in SPLITS if split in writers]
    (folder / "README.md").write_text(card(connection, where, present), "utf-8")
    return ids


def _openai(connection: duckdb.DuckDBPyConnection, folder: Path, where: str) -> list[str]:
    """One conversation a line, as OpenAI's fine-tuning and TRL read it."""

    def told(made: Conversation) -> dict[str, Any]:
        return {"messages": [{"role": role, "content": text} for role, text in made.messages]}

    return _chats(connection, folder, where, told)


def _sharegpt(connection: duckdb.DuckDBPyConnection, folder: Path, where: str) -> list[str]:
    """One conversation a line, as ShareGPT's readers (Axolotl, LLaMA-Factory, Unsloth) take it."""
    names = {OWN: "gpt", OTHERS: "human"}

    def told(made: Conversation) -> dict[str, Any]:
        return {"conversations": [{"from": names[role], "value": t} for role, t in made.messages]}

    return _chats(connection, folder, where, told)


def _chats(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    where: str,
    told: Callable[[Conversation], dict[str, Any]],
) -> list[str]:
    ids: list[str] = []
    with _Files(folder) as files:
        for made in conversations(connection, where):
            ids += made.documents
            files.line(made.split, told(made))
    return ids


FORMATS: dict[str, Callable[[duckdb.DuckDBPyConnection, Path, str], list[str]]] = {
    "jsonl": _json_lines,
    "parquet": _parquet,
    "openai": _openai,
    "sharegpt": _sharegpt,
}
"""Format → what writes it. A new one is a function and its name here."""


def _documents(connection: duckdb.DuckDBPyConnection, where: str) -> Iterator[pa.RecordBatch]:
    """Yield the documents that meet `where`, in the order of their conversations."""
    sql = (
        "SELECT * REPLACE (coalesce(split, 'train') AS split) FROM documents "
        f"WHERE {where} ORDER BY thread, session, position, id"
    )
    yield from connection.sql(sql).to_arrow_reader(ROWS)


class _Files:
    """A JSON lines file for each split, opened when its first line comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, IO[str]] = {}

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in self._open.values():
            stream.close()

    def line(self, split: str, told: dict[str, Any]) -> None:
        """Write `told` as the next line of the file of `split`."""
        if split not in self._open:
            self._open[split] = (self.folder / f"{split}.jsonl").open("w", encoding="utf-8")
        text = json.dumps(told, ensure_ascii=False, default=_plain)
        self._open[split].write(text + "\n")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
