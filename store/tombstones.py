"""Tombstones: what a person had forgotten, as keyed hashes in `secrets/`, obeyed ever after."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from corpus.forgotten import Forgotten
from corpus.keys import digest
from corpus.stage import Section
from store.library import Library
from store.objects import write_whole

FOLDER = "tombstones"


class Tombstone(Section):
    """One act of forgetting: hashes and opaque ids only, and how far it has come.

    `hashes` are the fields of `corpus.forgotten.Forgotten`; `gone` are ids (documents, threads,
    authors) that nothing may hold any more; `needles` hashes of runs of words of short
    texts, to search for, besides those in `hashes`. `until` is the step to rebuild up to; a library
    that was `sealed` is sealed again.
    """

    id: str
    state: Literal["pending", "done"] = "pending"
    documents: int
    until: str
    sealed: bool = False
    hashes: dict[str, tuple[str | tuple[int, str], ...]]
    gone: tuple[str, ...]
    needles: tuple[str, ...] = ()

    def runs(self) -> tuple[str, ...]:
        """Return the hashes of the runs of words to search for."""
        return (*(str(run) for run in self.hashes.get("runs", ())), *self.needles)

    def forgotten(self) -> Forgotten:
        """Return what ingest leaves out."""
        sets: dict[str, Any] = {name: frozenset(told) for name, told in self.hashes.items()}
        return Forgotten(**sets)


def tombstones(library: Library) -> list[Tombstone]:
    """Return all tombstones of `library`, oldest first."""
    paths = sorted((library.secrets / FOLDER).glob("*.json"))
    return [Tombstone.model_validate_json(path.read_text("utf-8")) for path in paths]


def put(library: Library, stone: Tombstone) -> Path:
    """Write `stone`, whole or not at all; from then on every ingest obeys it."""
    folder = library.secrets / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{stone.id}.json"
    write_whole(path, stone.model_dump_json(indent=1))
    return path


def forgotten(library: Library) -> Forgotten:
    """Return everything that was ever forgotten in `library`."""
    out = Forgotten()
    for stone in tombstones(library):
        out |= stone.forgotten()
    return out


def digest_of(library: Library) -> str:
    """Return the digest of all that is forgotten; empty when nothing is."""
    told = forgotten(library)
    return digest(told.told()) if told else ""
