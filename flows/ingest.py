"""Ingest: every source file recognised, read, accounted for, and its documents attributed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.keys import digest, keyed
from corpus.people import People
from corpus.schema import DRAFT, EVENTS, PROBLEMS, TIMESTAMP, WORK
from corpus.sources.archive import NotFound, Refused, walk
from corpus.sources.file import File
from corpus.sources.gather import NEEDED, Identities, attribute, fit
from corpus.sources.piece import Reading
from corpus.sources.reading import Account, drafts, recognise
from corpus.stage import Section
from flows.context import Work, each, one
from flows.job import Job, StepFailed
from flows.progress import tell
from store.library import Library
from store.objects import Output, Writer, write_whole

FILES_PER_JOB = 512
FILES_CUT = 64
BYTES_PER_JOB = 64 << 20

ACCOUNTS = pa.schema(
    [
        ("file", pa.string()),
        ("source", pa.string()),
        ("evidence", pa.string()),
        ("seen", pa.int64()),
        ("emitted", pa.int64()),
        ("dropped", pa.int64()),
        ("errored", pa.int64()),
        ("bytes", pa.int64()),
    ]
)


class Entry(Section):
    """One source file as found: what it is, and a digest of its bytes."""

    file: File
    digest: str
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
    for n, file in enumerate(
        walk(library.roots(), lambda name: "f" + keyed(library.key, "file", name))
    ):
        progress(n + 1)
        found = file.reason if isinstance(file, Refused) else recognise(file, reading)
        if isinstance(file, Refused):
            refused.append(file)
        elif isinstance(found, str):
            refused.append(Refused(file.name, file.id, found, _size(file)))
        else:
            stamp, size = _digest(file)
            entries.append(
                Entry(file=file, digest=stamp, bytes=size, source=found[0], evidence=found[1])
            )
    inventory = Inventory(entries=tuple(entries), refused=tuple(refused))
    _write_names(library, inventory)
    _check(library, inventory)
    return inventory


def _digest(file: File) -> tuple[str, int]:
    import hashlib

    state, size = hashlib.blake2b(digest_size=16), 0
    with file.open() as stream:
        while block := stream.read(1 << 20):
            state.update(block)
            size += len(block)
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
    """Return `entries` in groups for one job each, cut where a file's id says so.

    Content-defined cuts: one file more or less changes the group it falls in and no other.
    """
    out: list[list[Entry]] = []
    group: list[Entry] = []
    size = 0
    for entry in entries:
        group.append(entry)
        size += entry.bytes
        here = int(entry.file.id[1:9], 16) % FILES_CUT == 0
        if here or size >= BYTES_PER_JOB or len(group) >= FILES_PER_JOB:
            out.append(group)
            group, size = [], 0
    return [*out, group] if group else out


class Read(Job):
    """Reads a group of source files into drafts; errors are counted, not raised."""

    step: ClassVar[str] = "read"
    entries: tuple[Entry, ...]
    reading: Reading

    def identity(self) -> list[object]:
        """The files' ids, bytes and kinds; their paths do not matter."""
        told = [[e.file.id, e.digest, e.source] for e in self.entries]
        return [told, self.reading.model_dump(mode="json")]

    def make(self, library: Library, write: Writer) -> None:
        """Write drafts, problems and one account per file, each balanced."""
        problems: list[tuple[object, ...]] = []
        accounts: list[tuple[object, ...]] = []
        claims: list[tuple[object, ...]] = []
        emitted = 0
        with write.open("documents", DRAFT) as append:
            for entry in self.entries:
                account = Account()
                for batch in drafts(entry.file, entry.source, self.reading, account):
                    append(batch)
                if not account.balanced():
                    raise StepFailed(f"file {entry.file.id} does not balance; please report this")
                problems += [
                    (entry.file.id, p.place, p.outcome, p.reason) for p in account.problems
                ]
                claims += [
                    (entry.file.id, c.handle, c.name, c.evidence, c.strong) for c in account.claims
                ]
                accounts.append(_account(entry, account))
                emitted += account.emitted
        write.table("problems", _rows(problems, PROBLEMS))
        write.table("accounts", _rows(accounts, ACCOUNTS))
        write.table("claims", _rows(claims, CLAIMS))
        write.count(documents=emitted, problems=len(problems))


CLAIMS = pa.schema(
    [
        ("file", pa.string()),
        ("handle", pa.string()),
        ("name", pa.string()),
        ("evidence", pa.string()),
        ("strong", pa.bool_()),
    ]
)


def _account(entry: Entry, account: Account) -> tuple[object, ...]:
    return (
        entry.file.id, entry.source, entry.evidence, account.seen, account.emitted,
        account.count("dropped"), account.count("errored"), entry.bytes,
    )  # fmt: skip


def _rows(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [[] for _ in schema]
    arrays = [pa.array(list(c), type=f.type) for c, f in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


class Slice(Section):
    """Rows `start` to `stop` of the drafts in `read`: what becomes one shard."""

    read: Output
    start: int
    stop: int


def slices(library: Library, reads: Sequence[Output], shard_mb: int) -> list[Slice]:
    """Return the drafts cut at row groups into pieces of about `shard_mb` MB of text."""
    out = []
    for read in reads:
        text = DRAFT.get_field_index("text")
        start = stop = size = 0
        with pq.ParquetFile(library.objects.path(read, "documents")) as file:
            for n in range(file.num_row_groups):
                group = file.metadata.row_group(n)
                stop += group.num_rows
                size += group.column(text).total_uncompressed_size
                if size >= shard_mb << 20:
                    out.append(Slice(read=read, start=start, stop=stop))
                    start, size = stop, 0
        if stop > start:
            out.append(Slice(read=read, start=start, stop=stop))
    return out


class Gather(Job):
    """The fit of ingest: ids, threads, sessions, authors and sightings over all drafts."""

    step: ClassVar[str] = "gather"
    slices: tuple[Slice, ...]
    reading: Reading
    people: People
    pins: dict[str, str]
    key_name: str

    def identity(self) -> list[object]:
        """The drafts' content and order, the identity table, the pins and the key."""
        told = [[s.read.digest("documents"), s.start, s.stop] for s in self.slices]
        pins = sorted(self.pins.items())
        return [told, self.reading.model_dump(mode="json"), self.people.key(), pins, self.key_name]

    def make(self, library: Library, write: Writer) -> None:
        """Write one table of verdicts per slice, the sightings, and what was seen before."""
        tables: dict[str, pa.Table] = {}
        cut = []
        for piece in self.slices:
            if piece.read.key not in tables:
                tables[piece.read.key] = library.objects.table(piece.read, "documents", NEEDED)
            cut.append(tables[piece.read.key].slice(piece.start, piece.stop - piece.start))
        who = Identities(library.key, self.people, self.pins)
        verdicts, sightings = fit(cut, self.reading, who)
        for n, table in enumerate(verdicts):
            write.table(part_name(n), table)
        write.table("sightings", sightings)
        joined = [_account_rows(d, v) for d, v in zip(cut, verdicts, strict=True)]
        rows = pa.concat_tables(joined) if joined else None
        if rows is not None:
            write.table("files", _per_file(rows))
            write.table("seen_before", _seen_before(rows))
            write.count(documents=int(pc.sum(rows["kept"]).as_py() or 0), drafts=rows.num_rows)


def part_name(n: int) -> str:
    """Return the name of the part for the `n`-th shard of a fit."""
    return f"part-{n:05}"


def _account_rows(draft: pa.Table, verdict: pa.Table) -> pa.Table:
    names = ["file", "locator", "created", "kept", "author", "mine"]
    mine = pc.equal(verdict["origin"], "self")
    columns = [
        draft["file"],
        draft["locator"],
        draft["created"],
        verdict["kept"],
        verdict["author"],
    ]
    return pa.table([*columns, mine], names=names)


def _per_file(rows: pa.Table) -> pa.Table:
    """Return per file how many pieces were seen before, its dates, authors and own pieces."""
    rows = rows.append_column("before", pc.cast(pc.invert(rows["kept"]), pa.int64()))
    rows = rows.set_column(5, "mine", pc.cast(rows["mine"], pa.int64()))
    grouped = rows.group_by("file").aggregate(
        [
            ("before", "sum"),
            ("created", "min"),
            ("created", "max"),
            ("author", "count_distinct"),
            ("mine", "sum"),
        ]
    )
    names = ["file", "seen_before", "first", "last", "authors", "mine"]
    return grouped.rename_columns(names).sort_by("file")


def _seen_before(rows: pa.Table) -> pa.Table:
    again = rows.filter(pc.invert(rows["kept"]))
    n = again.num_rows
    columns = [
        again["file"],
        again["locator"],
        pa.array(["dropped"] * n),
        pa.array(["seen before"] * n),
    ]
    return pa.table(columns, schema=PROBLEMS)


class Attribute(Job):
    """Applies the verdicts of gather to one slice of drafts: the documents of one shard."""

    step: ClassVar[str] = "ingest"
    piece: Slice
    gathered: Output
    n: int

    def identity(self) -> list[object]:
        """The slice's content and the verdicts on exactly its rows."""
        told = [self.piece.read.digest("documents"), self.piece.start, self.piece.stop]
        return [*told, self.gathered.parts[part_name(self.n)].digest]

    def make(self, library: Library, write: Writer) -> None:
        """Write the documents and the events of the shard."""
        verdicts = library.objects.table(self.gathered, part_name(self.n)).combine_chunks()
        at, place = 0, 0
        with write.open("documents", WORK) as documents, write.open("events", EVENTS) as events:
            for batch in library.objects.batches(self.piece.read, "documents"):
                first, last = max(self.piece.start - place, 0), self.piece.stop - place
                place += batch.num_rows
                batch = batch.slice(first, max(last - first, 0))
                if not batch.num_rows:
                    continue
                rows = verdicts.slice(at, batch.num_rows).to_batches()[0]
                at += batch.num_rows
                made, happened = attribute(batch, rows)
                documents(made)
                events(happened)
                size = pc.sum(pc.binary_length(made["text"])).as_py() or 0
                write.count(documents=made.num_rows, bytes=size)


class Ingested(Section):
    """What ingest leaves: the shards, and the accounts they come from."""

    inventory: Inventory
    reads: tuple[Output, ...]
    gathered: Output
    shards: tuple[Output, ...]

    def accounts(self, library: Library) -> dict[str, pa.Table]:
        """Return the tables `sources` and `source_problems`; every file balances."""
        read = pa.concat_tables([library.objects.table(r, "accounts") for r in self.reads])
        problems = [library.objects.table(r, "problems") for r in self.reads]
        per_file = {}
        if "files" in self.gathered.parts:
            per_file = {
                r["file"]: r for r in library.objects.table(self.gathered, "files").to_pylist()
            }
            problems.append(library.objects.table(self.gathered, "seen_before"))
        rows = [_balanced(row, per_file.get(row["file"], {})) for row in read.to_pylist()]
        rows += [_refusal(r) for r in self.refused()]
        refused = [(r.id, "file", "dropped", r.reason) for r in self.refused()]
        return {
            "sources": pa.Table.from_pylist(rows, SOURCES_SCHEMA),
            "source_problems": pa.concat_tables([*problems, _rows(refused, PROBLEMS)]),
        }

    def refused(self) -> tuple[Refused, ...]:
        """Return the files that were not read."""
        return self.inventory.refused


SOURCES_SCHEMA = pa.schema(
    [
        *ACCOUNTS,
        ("first", TIMESTAMP),
        ("last", TIMESTAMP),
        ("authors", pa.int64()),
        ("mine", pa.int64()),
    ]
)


def _balanced(account: dict[str, Any], gathered: dict[str, Any]) -> dict[str, Any]:
    """Return the account of a file with what was seen before moved from emitted to dropped."""
    before = gathered.get("seen_before") or 0
    told = {k: gathered.get(k) for k in ("first", "last", "authors", "mine")}
    moved = {"emitted": account["emitted"] - before, "dropped": account["dropped"] + before}
    return {**account, **moved, **told}


def _refusal(refused: Refused) -> dict[str, object]:
    told = {"file": refused.id, "source": None, "evidence": refused.reason, "bytes": refused.size}
    return {**told, "seen": 1, "emitted": 0, "dropped": 1, "errored": 0}


def ingested(work: Work) -> Ingested:
    """Return the documents of every source file, read, aligned, attributed and accounted for."""
    reading = work.settings.sources
    try:
        inventory = scan(work.library, reading, lambda n: tell("scan", n, 0))
    except NotFound:  # its message holds a personal path, which Prefect would store
        raise StepFailed("a path in secrets/sources.toml is gone; correct it there") from None
    jobs = [Read(entries=tuple(g), reading=reading) for g in groups(inventory.entries)]
    reads = each(work, jobs)
    cut = slices(work.library, reads, work.settings.run.shard_mb)
    gather = Gather(
        slices=tuple(cut),
        reading=reading,
        people=work.library.people(),
        pins=work.library.pins(),
        key_name=work.library.key_name,
    )
    gathered = one(work, gather)
    shards = each(
        work, [Attribute(piece=piece, gathered=gathered, n=n) for n, piece in enumerate(cut)]
    )
    _balance(reads, gathered, shards)
    return Ingested(
        inventory=inventory, reads=tuple(reads), gathered=gathered, shards=tuple(shards)
    )


def _balance(reads: Sequence[Output], gathered: Output, shards: Sequence[Output]) -> None:
    """Raise StepFailed unless every piece read is a document or was seen before."""
    read = sum(r.counts["documents"] for r in reads)
    made = sum(s.counts.get("documents", 0) for s in shards)
    before = gathered.parts["seen_before"].rows if "seen_before" in gathered.parts else 0
    if read != made + before:
        raise StepFailed(
            f"ingest: {read:,} pieces were read, {made:,} became documents and {before:,} were "
            "seen before; this does not balance, please report it"
        )
