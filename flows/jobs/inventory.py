"""The inventory: every file under a library's sources, recognised, digested or refused."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from corpus.forgotten import REASON, Forgotten, file_hash, kind_hash
from corpus.keys import digest, keyed
from corpus.sources.archive import GONE, Refused, walk
from corpus.sources.file import File
from corpus.sources.piece import Reading
from corpus.sources.reading import beside, recognise
from corpus.stage import Section
from flows.jobs.job import StepFailed
from store import tombstones
from store.library import Library
from store.objects import write_whole

FILES_PER_JOB, BYTES_PER_JOB = 512, 64 << 20  # at most, where no file's id makes a cut
FILES_CUT, BYTES_CUT = 64, 8 << 20  # of how many a cut is made, on average


Digests = dict[tuple[str, ...], tuple[str, int]]
"""Digest and size of the files that were read, by their place."""


class Entry(Section):
    """One source file as found: what it is, and a digest of its bytes.

    `beside` is a digest of the names and bytes of the export's other files it is read with;
    `paths` is where all of them stand, and `stamp` tells whether one was written to since.
    """

    file: File
    digest: str
    beside: str
    paths: tuple[Path, ...]
    stamp: str
    bytes: int
    source: str
    evidence: str


class Inventory(Section):
    """All files of a library: those that will be read and those that are refused, with reasons."""

    entries: tuple[Entry, ...]
    refused: tuple[Refused, ...]

    def digest(self) -> str:
        """Return the digest of names and contents, which binds secrets to their inputs."""
        return digest(sorted((e.file.name, e.digest) for e in self.entries))


def scan(
    library: Library, reading: Reading, progress: Callable[[int], None] = lambda n: None
) -> Inventory:
    """Return what stands under the library's sources, every file recognised and digested.

    The list with real names goes to `secrets/files.csv`. Raises StepFailed when there is nothing
    to read, and NotFound when a path is gone.
    """
    entries, refused = [], []
    digests: Digests = {}
    walked = walk(
        library.roots(), lambda name: "f" + keyed(library.key, "file", name), reading.archives
    )
    for n, file in enumerate(walked):
        progress(n + 1)
        told = file if isinstance(file, Refused) else _looked_at(file, reading, digests)
        if isinstance(told, Refused):
            refused.append(told)
        else:
            entries.append(told)
    inventory = Inventory(entries=tuple(entries), refused=tuple(refused))
    _check(library, inventory)
    inventory = _without(library, inventory, tombstones.forgotten(library))
    _write_names(library, inventory)
    return inventory


def _without(library: Library, inventory: Inventory, forgotten: Forgotten) -> Inventory:
    """Return `inventory` with the files refused that are forgotten, by their bytes or kind."""
    if not (forgotten.files or forgotten.kinds):
        return inventory
    key, stays, refused = library.key, [], list(inventory.refused)
    for e in inventory.entries:
        if (
            file_hash(key, e.digest) in forgotten.files
            or kind_hash(key, e.source) in forgotten.kinds
        ):
            refused.append(Refused("", e.file.id, REASON, e.bytes))
        else:
            stays.append(e)
    return Inventory(entries=tuple(stays), refused=tuple(refused))


def stamp_of(paths: Sequence[Path]) -> str:
    """Return what changes when a file at `paths` is written to; raises OSError when one is gone."""
    return digest([(s.st_size, s.st_mtime_ns) for s in map(Path.stat, paths)])


def _looked_at(file: File, reading: Reading, digests: Digests) -> Entry | Refused:
    """Return what `file` is and its digest, or why it is not read."""
    found = recognise(file, reading)
    if isinstance(found, str):
        return Refused(file.name, file.id, found, _size(file))
    kind, evidence = found
    others = beside(file, kind)
    paths = tuple(dict.fromkeys(f.path for f in (file, *others)))
    try:
        stamp = stamp_of(paths)  # before their bytes are looked at
        told, size = _digest(file, digests)
        read_with = [(o.name, _digest(o, digests)[0]) for o in others]
    except (OSError, KeyError, ValueError):  # it was there a moment ago
        return Refused(file.name, file.id, GONE)
    return Entry(
        file=file,
        digest=told,
        beside=digest(read_with) if others else "",
        paths=paths,
        stamp=stamp,
        bytes=size,
        source=kind,
        evidence=evidence,
    )


def _digest(file: File, known: Digests) -> tuple[str, int]:
    """Return digest and size of `file`; one that many files are read with is read once."""
    place = (str(file.path), *file.members, stamp_of([file.path]))
    if place not in known:
        known[place] = _digested(file)
    return known[place]


def _digested(file: File) -> tuple[str, int]:
    """Return digest and size of `file`; a damaged member counts as far as it can be unpacked."""
    state, size = hashlib.blake2b(digest_size=16), 0
    with file.open() as stream:
        try:
            while block := stream.read(1 << 20):
                state.update(block)
                size += len(block)
        except Exception:  # reading it will say the same, after what stands before the damage
            state.update(b"damaged")
    return state.hexdigest(), size


def _size(file: File) -> int:
    try:
        with file.open() as stream:
            return stream.seek(0, io.SEEK_END)
    except Exception:  # a damaged member has no size
        return 0


def _write_names(library: Library, inventory: Inventory) -> None:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["file", "name", "source", "evidence"])
    rows.writerows((e.file.id, e.file.name, e.source, e.evidence) for e in inventory.entries)
    rows.writerows((r.id, r.name, "", r.reason) for r in inventory.refused)
    write_whole(library.secrets / "files.csv", text.getvalue())


def _check(library: Library, inventory: Inventory) -> None:
    if not inventory.entries:
        what = "no files" if not inventory.refused else "no writing of a kind that is known here"
        raise StepFailed(f"{what} in the exports; point --from at a folder, file or zip of them")
    bound = library.only_for()
    if bound is not None and bound != inventory.digest():
        raise StepFailed(
            "secrets: these belong to the sample and are published with it, so they protect "
            "nothing else; make the library again without --secrets"
        )


def groups(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Return `entries` in groups for one job each, cut behind a file whose id and size say so.

    Content-defined cuts: one file more or less changes the group it falls in and, but for what is
    cut since it is at its largest, no other. A large file is a group's last.
    """
    out: list[list[Entry]] = []
    group: list[Entry] = []
    size = 0
    for entry in entries:
        group.append(entry)
        size += entry.bytes
        if _cuts(entry) or size >= BYTES_PER_JOB or len(group) >= FILES_PER_JOB:
            out.append(group)
            group, size = [], 0
    return [*out, group] if group else out


def _cuts(entry: Entry) -> bool:
    """Return whether a group ends with this file: as good as drawn, more likely if it is large."""
    drawn = int(entry.file.id[1:9], 16)
    return drawn % FILES_CUT == 0 or drawn / (1 << 32) < entry.bytes / BYTES_CUT
