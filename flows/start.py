"""Start a library: say what the exports are, propose who «me» is, write the settings."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import tomlkit

from corpus.people import People
from corpus.sources.piece import Reading
from flows.ingest import ACCOUNTS, Read
from flows.inventory import Inventory, groups, scan
from flows.job import StepFailed, execute
from flows.progress import tell
from flows.settings import SettingsError, commented
from store.library import Library, NoLibrary, create
from store.objects import write_whole

DISK_PER_BYTE = 12
"""Measured: a build writes at most about this many bytes per byte of text, models apart."""


@dataclass
class Candidate:
    """Someone who may be «me»: a handle, the names that go with it, and the evidence."""

    handle: str
    strong: bool = False
    names: set[str] = field(default_factory=set)
    evidence: dict[str, int] = field(default_factory=dict)

    def why(self) -> str:
        """Return the evidence in words."""
        return "; ".join(f"{e} ({n}x)" if n > 1 else e for e, n in sorted(self.evidence.items()))


@dataclass
class Start:
    """What `begin` found out."""

    library: Library
    inventory: Inventory
    accounts: pa.Table
    candidates: list[Candidate]
    people_given: bool

    @property
    def text_bytes(self) -> int:
        """Bytes of the files that will be read."""
        return sum(e.bytes for e in self.inventory.entries)


def begin(
    root: Path, paths: Sequence[Path], zone: str, secrets: Path | None, me: Sequence[str]
) -> Start:
    """Make a library at `root` for the exports at `paths` and return what is in them.

    Nothing is left at `root` when it fails. Raises NoLibrary, NotFound, SettingsError or
    StepFailed, each with one sentence.
    """
    try:
        reading = Reading(zone=zone)
        _check_zone(zone)
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


def _check_zone(zone: str) -> None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(zone) from None


def _look(library: Library, reading: Reading, zone: str, me: Sequence[str]) -> Start:
    write_whole(library.settings, commented(zone), mode=0o644)
    inventory = scan(library, reading, lambda n: tell("scan", n, 0))
    jobs = [Read(entries=tuple(g), reading=reading) for g in groups(inventory.entries)]
    accounts, claims = [], []
    for n, job in enumerate(jobs):
        tell("read", n, len(jobs))
        output = execute(str(library.root), job).output
        accounts.append(library.objects.table(output, "accounts"))
        claims += library.objects.table(output, "claims").to_pylist()
    tell("read", len(jobs), len(jobs))
    candidates = _candidates(claims, me)
    given = (library.secrets / "people.toml").exists()
    if given:
        People.load(library.secrets / "people.toml")
    else:
        write_whole(library.secrets / "people.toml", people_text(candidates))
    told = pa.concat_tables(accounts) if accounts else ACCOUNTS.empty_table()
    return Start(library, inventory, told, candidates, given)


def _candidates(claims: Iterable[dict], me: Sequence[str]) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for claim in claims:
        who = found.setdefault(claim["handle"], Candidate(claim["handle"]))
        who.strong |= claim["strong"]
        who.evidence[claim["evidence"]] = who.evidence.get(claim["evidence"], 0) + 1
        if claim["name"]:
            who.names.add(claim["name"])
    for handle in me:
        handle = handle if ":" in handle else ("email:" if "@" in handle else "name:") + handle
        who = found.setdefault(handle, Candidate(handle))
        who.strong = True
        who.evidence["you said so"] = 1
        who.names |= {handle.partition(":")[2]} if handle.startswith("name:") else set()
    return sorted(found.values(), key=lambda c: (not c.strong, c.handle))


def people_text(candidates: Sequence[Candidate]) -> str:
    """Return a commented people.toml: strong candidates are «me», the others are proposed."""
    sure = [c for c in candidates if c.strong]
    names = sorted({n for c in sure for n in c.names})
    lines = [
        "# Who is who. This file never leaves secrets/. Your own words are those written under one",
        "# of your handles; other people's names and handles are replaced wherever they stand.",
        "",
        "[me]",
        f"names = {tomlkit.item(names).as_string()}",
        "handles = [",
        *(f"    {tomlkit.item(c.handle).as_string()},  # {c.why()}" for c in sure),
        "]",
    ]
    unsure = [c for c in candidates if not c.strong]
    if unsure:
        lines.append("# Perhaps you too; copy a line into handles if so:")
        lines += [f"#   {tomlkit.item(c.handle).as_string()},  # {c.why()}" for c in unsure]
    lines += [
        "",
        "# Other people whose names you want replaced everywhere:",
        "# [[person]]",
        '# names = ["Full Name", "Nickname"]',
        '# handles = ["email:name@host", "phone:+47…", "name:As in the chat"]',
    ]
    text = "\n".join(lines) + "\n"
    head, _, rest = text.partition("[me]")
    lists = "allow = []  # values that are never replaced\ndeny = []  # values that always are\n\n"
    return f"{head}{lists}[me]{rest}"


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
