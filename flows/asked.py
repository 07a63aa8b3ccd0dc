"""What a person asks to have forgotten: found in the drafts, and made a tombstone of hashes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus import forgotten as hashes
from corpus.forgotten import COLUMNS, Forgotten
from corpus.keys import keyed
from corpus.people import normal
from corpus.runs import SIZE, repeats, windows
from flows.ingest import Ingested
from flows.jobs.gathering import slices
from flows.jobs.shard import part_name
from store.library import Library

IDS = {"d": "documents", "t": "threads", "p": "authors", "f": "files"}
ID = re.compile(r"[dtpf][0-9a-f]{24}(~\d+)?")


class NotKnown(ValueError):
    """What is to be forgotten is not in the library, or cannot be; the message says why."""


@dataclass(frozen=True)
class Asked:
    """What is to be forgotten: ids of the library, and the hashes of what a person typed."""

    documents: frozenset[str] = frozenset()
    threads: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    typed: Forgotten = field(default_factory=Forgotten)


@dataclass(frozen=True, slots=True)
class Row:
    """One draft with what gather made of it."""

    draft: Mapping[str, Any]
    id: str
    thread: str | None
    author: str | None
    names: tuple[str, ...]


@dataclass
class Found:
    """What was asked for, as far as it is in the library.

    `meant` are the documents asked for; `rows` theirs, and those that repeat their words.
    """

    rows: list[Row] = field(default_factory=list)
    meant: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    @property
    def documents(self) -> set[str]:
        """Ids of the documents that will be gone."""
        return {row.id for row in self.rows}


def by_ids(told: Sequence[str]) -> Asked:
    """Return what the opaque ids `told` ask for; raises NotKnown for anything else."""
    sets: dict[str, set[str]] = {name: set() for name in IDS.values()}
    for id_ in told:
        if not ID.fullmatch(id_):
            raise NotKnown(
                "not an id of a document (d…), thread (t…), author (p…) or file (f…): find it with "
                "commonplace sql; names and texts go to the command line, --person and --text"
            )
        sets[IDS[id_[0]]].add(id_.partition("~")[0])
    told_sets: dict[str, Any] = {name: frozenset(ids) for name, ids in sets.items()}
    return Asked(**told_sets)


def with_typed(
    library: Library, asked: Asked, people: Sequence[str], sources: Sequence[str], text: str | None
) -> Asked:
    """Return `asked` with what was typed: people by name or handle, sources, words of a text."""
    handles = frozenset(h for p in people for h in _handles(library, p))
    files, kinds = _sources(library, sources)
    told = hashes.words(text)
    if text is not None and not told:
        raise NotKnown("--text: holds no words")
    phrases = frozenset({(len(told), hashes.text_hash(library.key, told))} if told else ())
    typed = Forgotten(
        handles=frozenset(hashes.handle_hash(library.key, h) for h in handles),
        kinds=frozenset(hashes.kind_hash(library.key, kind) for kind in kinds),
        phrases=phrases,
    )
    told_files = asked.files | files
    return Asked(asked.documents, asked.threads, asked.authors, told_files, asked.typed | typed)


def _handles(library: Library, typed: str) -> set[str]:
    """Return the handles that `typed` may mean, and those people.toml lists with one of them."""
    bare = re.sub(r"[\s().-]", "", typed)
    told = {typed, f"name:{typed}", f"email:{typed}", f"phone:{bare}"}
    means = {normal(h) for h in told}
    people = library.people()
    for person in (people.me, *people.person):
        known = {normal(h) for h in (*person.handles, *(f"name:{n}" for n in person.names))}
        if known & means:
            if person is people.me:
                raise NotKnown("that is you: to forget yourself, delete the library's folder")
            means |= known
    return means


def _sources(library: Library, typed: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of the files and the kinds of source that `typed` name."""
    path = library.secrets / "files.csv"
    text = path.read_text("utf-8") if path.exists() else ""
    rows = list(csv.DictReader(io.StringIO(text)))
    files, kinds = set(), set()
    for name in typed:
        named = {r["file"] for r in rows if name in (r["file"], r["name"]) and r["source"]}
        if not named and name not in {r["source"] for r in rows if r["source"]}:
            raise NotKnown(f"{name}: no such file or kind of source; see secrets/files.csv")
        files |= named
        kinds |= set() if named else {name}
    return frozenset(files), frozenset(kinds)


def rows_of(library: Library, source: Ingested, shard_mb: int) -> Iterator[Row]:
    """Yield every draft of the library with its ids."""
    wanted = [*COLUMNS, "people", "source"]
    for n, piece in enumerate(slices(library, source.reads, shard_mb)):
        told = library.objects.table(source.gathered, part_name(n), ["id", "thread", "author"])
        ids = zip(*(told[name].to_pylist() for name in told.column_names), strict=True)
        place = 0
        for batch in library.objects.batches(piece.read, "documents", columns=wanted):
            first, last = max(piece.start - place, 0), piece.stop - place
            place += batch.num_rows
            for draft in batch.slice(first, max(last - first, 0)).to_pylist():
                id_, thread, author = next(ids)
                names = [p["name"] for p in draft["people"] or () if p["handle"] == draft["handle"]]
                yield Row(draft, id_, thread, author, tuple(n for n in names if n))


def find(library: Library, source: Ingested, shard_mb: int, asked: Asked) -> Found:
    """Return what `asked` means; also what repeats it elsewhere, which would stay otherwise.

    Raises NotKnown when a part of it is nowhere, or is the person themselves.
    """
    me = "p" + keyed(library.key, "author", "me")
    authors = set(asked.authors)
    for row in rows_of(library, source, shard_mb):
        if row.author is not None and row.author != me and is_typed(library.key, row, asked.typed):
            authors.add(row.author)
    if me in authors:
        raise NotKnown("that is you: to forget yourself, delete the library's folder")
    files = {e.file.id for e in source.inventory.entries} & asked.files
    kinds = [e.file.id for e in source.inventory.entries
             if hashes.kind_hash(library.key, e.source) in asked.typed.kinds]  # fmt: skip
    files |= set(kinds)
    meant: set[str] = set()
    runs: set[str] = set()
    for row in rows_of(library, source, shard_mb):
        if _meant(library.key, row, asked, authors, files):
            meant.add(row.id)
            told = hashes.words(row.draft["text"])
            runs.update(windows(library.key, told) if len(told) >= SIZE else ())
    found = Found(meant=meant, files=files)
    for row in rows_of(library, source, shard_mb):
        if row.id in meant or (
            runs and repeats(library.key, hashes.words(row.draft["text"]), runs)
        ):
            found.rows.append(row)
    _check(asked, found, authors)
    return found


def _meant(key: bytes, row: Row, asked: Asked, authors: set[str], files: set[str]) -> bool:
    """Return whether `asked`, with its `authors` and `files` resolved, means the document `row`."""
    if (
        row.id in asked.documents
        or row.thread in asked.threads
        or row.author in authors
        or row.draft["file"] in files
    ):
        return True
    phrases = asked.typed.phrases
    return bool(phrases) and hashes.holds_phrase(key, hashes.words(row.draft["text"]), phrases)


def is_typed(key: bytes, row: Row, typed: Forgotten) -> bool:
    """Return whether the author of `row` is a person that was typed, by handle or name."""
    if not typed.handles:
        return False
    told = [row.draft["handle"], *(f"name:{name}" for name in row.names)]
    return any(hashes.handle_hash(key, h) in typed.handles for h in told if h)


def _check(asked: Asked, found: Found, authors: set[str]) -> None:
    ids = found.documents
    missing = [
        *sorted(asked.documents - ids),
        *sorted(asked.threads - {row.thread for row in found.rows}),
        *sorted(asked.authors - {row.author for row in found.rows}),
        *sorted(asked.files - found.files),
    ]
    if missing:
        raise NotKnown(f"{missing[0]}: not in this library; list ids with commonplace sql")
    if asked.typed.handles and not authors:
        raise NotKnown("--person: nobody of that name or address has written anything here")
    if asked.typed.phrases and not found.rows:
        raise NotKnown("--text: no document holds these words")
