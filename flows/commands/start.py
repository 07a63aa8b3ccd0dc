"""Start a library: say what the exports are, propose who «me» is, write the settings."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import tomlkit

from corpus import identities
from corpus.people import People, key_type
from corpus.sources.piece import Reading
from flows.jobs.identities import Identify
from flows.jobs.inventory import Inventory, groups, scan
from flows.jobs.job import StepFailed, execute
from flows.jobs.read import ACCOUNTS, Read, claims_of, steadily, told_of
from flows.progress import tell
from flows.settings import SettingsError, commented
from store.library import Library, NoLibrary, create
from store.objects import Output, write_whole

DISK_PER_BYTE = 12
"""Measured: a build writes at most about this many bytes per byte of text, models apart."""


NOT_UNDERSTOOD = 0.02
"""Share of a file's items above which `init` warns that it was not understood."""
PROPOSED = 20
"""How many handles of others are listed in people.toml to be taken up as persons, at most."""


@dataclass
class Start:
    """What `begin` found out; `identities` is the identity table, `shapes` go by file id."""

    library: Library
    inventory: Inventory
    accounts: pa.Table
    identities: pa.Table
    shapes: dict[str, list[str]]
    people_given: bool

    @property
    def text_bytes(self) -> int:
        """Bytes of the files that will be read."""
        return sum(e.bytes for e in self.inventory.entries)

    def candidates(self) -> list[dict[str, Any]]:
        """Return the handles that are or may be «me», the sure ones first."""
        sure = [r for r in self.identities.to_pylist() if r["person"] == "me"]
        return [*sure, *identities.proposals(self.identities)]

    def not_understood(self) -> list[dict[str, Any]]:
        """Return the accounts of the files of which too much was not understood."""
        limit = NOT_UNDERSTOOD
        return [a for a in self.accounts.to_pylist() if a["errored"] > limit * a["seen"]]


def begin(
    root: Path, paths: Sequence[Path], zone: str, secrets: Path | None, me: Sequence[str]
) -> Start:
    """Make a library at `root` for the exports at `paths` and return what is in them.

    Nothing is left at `root` when it fails. Raises NoLibrary, NotFound, SettingsError or
    StepFailed, each with one sentence.
    """
    try:
        reading = Reading(zone=zone)
    except ValueError:
        raise SettingsError(
            f"--zone {zone}: no such time zone; give an IANA name such as Europe/Oslo"
        ) from None
    missing = [p for p in paths if not p.exists()]
    if missing:
        raise NoLibrary(f"{missing[0]}: no such file or folder; check the path given to --from")
    library = create(root, list(paths), secrets)
    try:
        return _look(library, reading, zone, me)
    except BaseException as error:
        shutil.rmtree(library.root, ignore_errors=True)
        if isinstance(error, StepFailed):
            raise StepFailed(f"{', '.join(map(str, paths))}: {error}") from None
        raise


def _look(library: Library, reading: Reading, zone: str, me: Sequence[str]) -> Start:
    write_whole(library.settings, commented(zone), mode=0o644)
    objects = library.objects

    def read(inventory: Inventory) -> list[Output]:
        jobs = [Read(entries=tuple(g), reading=reading) for g in groups(inventory.entries)]
        return [_done(library, job, n, len(jobs)) for n, job in enumerate(jobs, start=1)]

    inventory, reads = steadily(lambda: scan(library, reading, lambda n: tell("scan", n, 0)), read)
    given = (library.secrets / "people.toml").exists()
    people = library.people() if given else _told(me)
    output = execute(str(library.root), Identify(reads=tuple(reads), people=people)).output
    found = objects.table(output, "identities")
    if not given:
        names = list(identities.resolved(people, claims_of(library, reads)).me.names)
        write_whole(library.secrets / "people.toml", people_text(found, names))
    write_whole(library.secrets / "identities.csv", identities.as_csv(found))
    accounts = [objects.table(r, "accounts") for r in reads]
    shapes: dict[str, list[str]] = defaultdict(list)
    for row in (row for r in reads for row in objects.table(r, "shapes").to_pylist()):
        shapes[row["file"]].append(row["shape"])
    told = pa.concat_tables(accounts) if accounts else ACCOUNTS.empty_table()
    return Start(library, inventory, told, found, shapes, given)


def _done(library: Library, job: Read, n: int, total: int) -> Output:
    """Return the output of the `n`-th of `total` jobs; a failure names files, not their ids."""
    try:
        output = execute(str(library.root), job).output
    except StepFailed as error:  # there will be no library to look the ids up in
        told = str(error)
        for entry in job.entries:
            told = told.replace(told_of(entry.file), entry.file.name)
        raise StepFailed(told) from None
    tell("read", n, total)
    return output


def _told(me: Sequence[str]) -> People:
    """Return the identity table that names and handles given on the command line make."""
    handles = [h if ":" in h else ("email:" if "@" in h[1:] else "name:") + h for h in me]
    names = [h.partition(":")[2] for h in handles if key_type(h) == "name"]
    return People.model_validate({"me": {"handles": handles, "names": names}})


def people_text(found: pa.Table, names: Sequence[str]) -> str:
    """Return a commented people.toml: who surely is «me», who may be, and the commonest others."""
    rows = found.to_pylist()
    sure = [r for r in rows if r["person"] == "me"]
    unsure = identities.proposals(found)
    proposed = {r["handle"] for r in unsure}
    others = [r for r in rows if r["person"] is None and r["handle"] not in proposed]
    others.sort(key=lambda r: (-r["documents"], r["handle"]))
    lines = [
        "# Who is who. This file never leaves secrets/. Your own words are those written under one",
        "# of your handles; other people's names and handles are replaced wherever they stand.",
        "# Every handle there is stands in identities.csv beside this file, with the evidence.",
        "",
        "not_me = []  # handles that are not you although an export says so",
        "allow = []  # values that are never replaced",
        "deny = []  # values that always are",
        "",
        "[me]",
        f"names = {tomlkit.item(list(names)).as_string()}",
        "handles = [",
        *(f"    {_line(r)}" for r in sure),
        "]",
    ]
    if unsure:
        lines.append("# Perhaps you too; copy a line into handles if so:")
        lines += [f"#   {_line(r)}" for r in unsure]
    lines += [
        "",
        "# Other people whose names you want replaced everywhere. The handles of one person in one",
        "# list make them one author; equal names alone never do.",
        "# [[person]]",
        '# names = ["Full Name", "Nickname"]',
        '# handles = ["email:name@host", "phone:+47…", "name:As in the chat"]',
    ]
    if others:
        lines += ["#", "# Who writes most, with you or elsewhere:"]
        lines += [f"#   {_line(r)}" for r in others[:PROPOSED]]
    return "\n".join(lines) + "\n"


def _line(row: dict[str, Any]) -> str:
    """Return a handle as a line of a TOML list, with what is known of it as a comment."""
    names = " / ".join(n for n in row["names"] if f"name:{n}" != row["handle"])
    why = row["evidence"] or ("you said so" if row["person"] == "me" else "")
    told = [names, why, _documents(row["documents"])]
    comment = "; ".join(" ".join(t.split()) for t in told if t)
    return f"{tomlkit.item(row['handle']).as_string()},  # {comment}".rstrip(" #")


def _documents(n: int) -> str:
    return f"{n:,} document{'s' * (n > 1)}" if n else ""
