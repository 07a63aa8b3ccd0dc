"""Tables and progress on a person's terminal."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

import duckdb
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from flows.progress import watching

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

LEAST_WIDTH = 8  # characters that a column needs to be read

WORDS = {
    "scan": "looking at the files",
    "read": "reading exports",
    "identities": "finding out who is who",
    "gather": "aligning and attributing",
    "ingest": "making documents",
    "letters": "comparing mails",
    "frames": "looking for templates",
    "clean": "normalising, identifying",
    "measure": "measuring texts",
    "sessions": "judging conversations",
    "outliers": "looking for outliers",
    "sift": "filtering",
    "sketch": "sketching texts",
    "chats": "sketching conversations",
    "bands": "cutting signatures",
    "meet": "finding what may be alike",
    "verify": "comparing word by word",
    "families": "finding duplicates",
    "similar": "looking through texts",
    "find": "finding personal data",
    "names": "collecting names",
    "originals": "sealing the originals",
    "redact": "replacing personal data",
    "signs": "looking for what is left",
    "combinations": "counting rare combinations",
    "splits": "splitting",
    "overlap": "comparing with held-out",
    "vary": "making variants",
    "leakscan": "scanning for leaks",
    "tokenizers": "training the tokenizer",
    "shards": "writing token shards",
    "shardscan": "scanning what is published",
    "catalogue": "publishing corpus.duckdb",
    "finetune": "fine-tuning",
    "search": "searching for what is left",
}


def cell(value: object) -> str:
    """Return `value` as a person reads it.

    >>> cell(1234567), cell(0.12345), cell(40960.0), cell(None)
    ('1,234,567', '0.1235', '40,960', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def answer_cell(value: object) -> str:
    """Return `value` of a person's own question: a whole number may be a year or an id.

    >>> answer_cell(2024), answer_cell(True), answer_cell(0.12345)
    ('2024', 'yes', '0.1235')
    """
    return str(value) if type(value) is int else cell(value)


def table(
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    title: str | None = None,
    told: Callable[[object], str] = cell,
) -> None:
    """Print rows as a table, numbers on the right; one below the other where it does not fit."""
    rows = [list(row) for row in rows]
    if len(names) * LEAST_WIDTH > out.width:
        if title:
            out.print(title, style="bold")
        records(names, rows, told)
        return
    shown = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for n, name in enumerate(names):
        numbers = any(isinstance(row[n], (int, float)) for row in rows)
        shown.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(plain(told(value)) for value in row))
    out.print(shown)


def records(
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    told: Callable[[object], str] = cell,
) -> None:
    """Print rows one below the other, each column that holds something on a line of its own."""
    for n, row in enumerate(rows, 1):
        out.rule(f"{n:,}", align="left")
        shown = Table.grid(padding=(0, 2))
        for name, value in zip(names, row, strict=True):
            if value is not None:
                shown.add_row(name, plain(told(value)))
        out.print(shown)


def plain(text: str) -> str:
    """Return `text` with nothing in it that rich would take for markup."""
    return text.replace("[", "\\[")


def result(answer: duckdb.DuckDBPyConnection, form: str, rows: int) -> None:
    """Print an executed query as a table (at most `rows` rows), csv or json lines, at once."""
    names = [column[0] for column in answer.description or ()]
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(_fetched(answer))
    elif form == "json":
        for row in _fetched(answer):
            sys.stdout.write(json.dumps(dict(zip(names, row, strict=True)), default=_json) + "\n")
    else:
        found = answer.fetchmany(rows + 1)
        table(names, found[:rows], told=answer_cell)
        if len(found) > rows:
            out.print(
                f"… more rows; the first {rows:,} are shown (--rows, --csv or --json for all)"
            )
    sys.stdout.flush()


def _fetched(answer: duckdb.DuckDBPyConnection) -> Iterator[tuple]:
    while rows := answer.fetchmany(1_000):
        yield from rows


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


@contextmanager
def progress(quiet: bool = False) -> Iterator[None]:
    """Show one line per step while the block runs: jobs done, found before, time."""
    columns = (
        TextColumn("{task.description:<26}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    live = Progress(*columns, console=err, disable=quiet)
    lines: dict[str, TaskID] = {}

    def watch(step: str, done: int, total: int, found: int) -> None:
        if step not in lines:
            live.start()  # before there is anything to show it would print an empty line
            words = WORDS.get(step, step)
            lines[step] = live.add_task(words, total=total or None, note="")
        note = f"{found} found" if found else ""
        live.update(lines[step], completed=done, total=total or done, note=note)
        if total and done >= total:
            live.stop_task(lines[step])

    try:
        with watching(watch):
            yield
    finally:
        if lines:
            live.stop()


def funnel(rows: Sequence[dict[str, object]]) -> None:
    """Print the funnel of a run."""
    names = ["step", "documents_in", "removed", "kept", "added", "bytes_out", "seconds"]
    table(names, [[row[n] for n in names] for row in rows], "Funnel")
