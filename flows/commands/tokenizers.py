"""The command `tokenizers`: those that were trained, side by side, which is used, and why."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from flows import show
from flows.commands.look import Question
from flows.record import runs_before
from flows.tokenizer_report import COLUMNS, cell
from flows.train_tokenizer import COMPARISON, REPORT, STEP, read_comparison
from store.library import Library
from tokenizer.compare import summary
from tokenizer.train import ROWS

SHOWN = ("vocabulary", "bytes_per_token", "held_out_bytes_per_token", "tokens_per_word", "often")
"""Figures in the terminal; all are in the report."""


def listed(library: Path, as_json: bool) -> None:
    """Print the figures of the newest comparison; raises Question when there is none."""
    opened = Library.open(library)
    folder = _newest(opened)
    told = read_comparison(folder)
    figures = summary(pq.read_table(folder / "figures.parquet", partitioning=None))
    if as_json:
        kept = {name: told[name] for name in ("recommended", "reason", "used", "notes")}
        rows = [_as_json(opened, told, name, found) for name, found in figures.items()]
        print(json.dumps({**kept, "tokenizers": rows, "report": str(folder / REPORT)}, indent=1))
        return
    marked = {name: f"{name} *" if name == told["used"] else name for name in figures}
    shown = [[marked[name], *(cell(found, f) for f in SHOWN)] for name, found in figures.items()]
    header = ["tokenizer", *(COLUMNS[figure][0] for figure in SHOWN)]
    show.table(header, shown, "Tokenizers (* in use)")
    show.out.print(f"Recommended: {told['recommended']}, {told['reason']}.", soft_wrap=True)
    for note in told["notes"]:
        show.out.print(f"{note}.", style="yellow", soft_wrap=True)
    show.out.print(f"The whole report: {os.path.relpath(folder / REPORT)}", soft_wrap=True)


def _newest(library: Library) -> Path:
    """Return the folder of the comparison that was made, or met by a build, last."""
    met = {
        key: run.started + run.seconds
        for run in runs_before(library)
        for step, key in run.outputs
        if step == STEP
    }
    found = list(library.tokenizers.glob(f"*/{COMPARISON}"))
    if not found:
        raise Question("no tokenizers yet; train them with: commonplace build LIBRARY")
    newest = max(found, key=lambda f: max(f.stat().st_mtime, met.get(f.parent.name, 0.0)))
    return newest.parent


def _as_json(
    library: Library, told: dict[str, Any], name: str, figures: dict[str, float]
) -> dict[str, Any]:
    """Return one tokenizer: what it is, where it is if it is ours, and its figures."""
    row: dict[str, Any] = {"name": name, "is": told["about"].get(name, ""), **figures}
    key = next((one["key"] for one in told["trained"] if one["name"] == name), None)
    if key is not None:
        folder = library.objects.folder(STEP, key)
        rows = folder / ROWS
        row |= {"key": key, "path": str(folder)}
        row["new_rows"] = len(json.loads(rows.read_bytes())["rows"]) if rows.is_file() else 0
    return row
