"""What `init` found out, told on the terminal or as JSON: the files, who «me» is, what is odd."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from flows import show
from flows.commands.start import DISK_PER_BYTE, Start
from flows.jobs.read import SHAPES


def as_values(start: Start) -> dict[str, Any]:
    """Return all that was found as JSON values."""
    header, rows = by_file(start, sys.maxsize)
    who = [
        {
            "handle": c["handle"],
            "sure": c["person"] == "me",
            "confidence": c["confidence"],
            "evidence": c["evidence"],
        }
        for c in start.candidates()
    ]
    files = [dict(zip(header, row, strict=True)) for row in rows]
    return {"files": files, "me": who, "warnings": warnings(start)}


def say(start: Start, library: Path, files: int) -> None:
    """Print what was found, files one by one up to so many, and what to do next."""
    show.table(*by_file(start, files), "What is there")
    for warning in warnings(start):
        show.out.print(f"Warning: {show.plain(warning)}", style="yellow")
    _say_who(start)
    _say_next(library, start)


def _say_who(start: Start) -> None:
    if start.people_given:
        show.out.print("People: taken from the secrets given.")
        return
    rows = [
        [
            f"{'you' if c['person'] == 'me' else 'perhaps'} ({c['confidence']:.2f})",
            f"{c['handle']}\n{', '.join(c['names'])}".strip(),
            c["evidence"] or "you said so",
            c["documents"],
        ]
        for c in start.candidates()
    ]
    if rows:
        header = ["", "handle and name", "evidence", "documents"]
        show.table(header, rows, "Who is «me»?")
        show.out.print("All handles are in secrets/identities.csv; confirm in secrets/people.toml.")
    else:
        show.out.print("Nothing tells who you are; add yourself to secrets/people.toml.")


def _say_next(library: Path, start: Start) -> None:
    need = max(1, start.text_bytes * DISK_PER_BYTE >> 20)
    show.out.print(
        f"\nWritten: {library}/commonplace.toml and {library}/secrets/people.toml; read both.\n"
        f"A build needs about {need:,} MB of disk. Next: commonplace build {library}"
    )


def warnings(start: Start) -> list[str]:
    """Return a sentence for each file of which more than 2 % was not understood, with shapes."""
    names = {e.file.id: e.file.name for e in start.inventory.entries}
    out = []
    for account in start.not_understood():
        share = account["errored"] / account["seen"]
        told = f"{names[account['file']]}: {account['errored']:,} of {account['seen']:,} items "
        told += f"({share:.0%}) were not understood as {account['source']}"
        shapes = start.shapes.get(account["file"], [])[:SHAPES]
        out.append(told + "".join(f"\n    {shape}" for shape in shapes))
    return out


def by_file(start: Start, limit: int) -> tuple[list[str], list[list[object]]]:
    """Return column names and rows that say what each file is, grouped by folder above `limit`."""
    names = {e.file.id: e.file.name for e in start.inventory.entries}
    rows = [
        [names[a["file"]], a["source"], a["evidence"], a["emitted"], a["dropped"], a["errored"]]
        for a in start.accounts.to_pylist()
    ]
    rows += [[r.name, "not read", r.reason, 0, 0, 0] for r in start.inventory.refused]
    if len(rows) <= limit:
        header = ["file", "is", "evidence", "documents", "left out", "errors"]
        return header, sorted(rows, key=lambda r: str(r[0]))
    grouped: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for name, kind, reason, *counts in rows:
        folder = str(name).rpartition("/")[0]
        what = f"{kind}: {reason}" if kind == "not read" else str(kind)
        for n, value in enumerate([1, *counts]):
            grouped[folder, what][n] += int(value)  # type: ignore[call-overload]
    header = ["folder", "is", "files", "documents", "left out", "errors"]
    return header, [[*key, *values] for key, values in sorted(grouped.items())]
