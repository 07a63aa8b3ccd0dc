"""Ingest: every source file recognised, read, accounted for, and its documents attributed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import identities
from corpus.forgotten import REASON, Forgotten, Leaving
from corpus.people import People
from corpus.schema import DRAFT, EVENTS, PROBLEMS, TIMESTAMP, WORK
from corpus.sources.archive import NotFound, Refused
from corpus.sources.gather import NEEDED, Identities, attribute, fit
from corpus.sources.piece import Reading
from corpus.sources.reading import Account, drafts
from corpus.stage import Section
from flows.context import Work, each, one
from flows.inventory import Entry, Inventory, groups, scan
from flows.job import Job, NothingLeft, StepFailed
from flows.progress import tell
from store import tombstones
from store.library import Library
from store.objects import Output, Writer, write_whole

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


class Read(Job):
    """Reads a group of source files into drafts; errors are counted, not raised."""

    step: ClassVar[str] = "read"
    version: ClassVar[int] = 3
    entries: tuple[Entry, ...]
    reading: Reading
    forgotten: str = ""

    def identity(self) -> list[object]:
        """The files' ids, bytes and kinds, and what is forgotten; their paths do not matter."""
        told = [[e.file.id, e.digest, e.beside, e.source] for e in self.entries]
        return [told, self.reading.model_dump(mode="json"), self.forgotten]

    def make(self, library: Library, write: Writer) -> None:
        """Write drafts, problems and one account per file, each balanced."""
        problems: list[tuple[object, ...]] = []
        accounts: list[tuple[object, ...]] = []
        claims: list[tuple[object, ...]] = []
        shapes: list[tuple[object, ...]] = []
        emitted = 0
        forgotten = tombstones.forgotten(library) if self.forgotten else Forgotten()
        with write.open("documents", DRAFT) as append:
            for entry in self.entries:
                account = Account()
                leave = Leaving(library.key, forgotten) if forgotten else None
                for batch in drafts(entry.file, entry.source, self.reading, account):
                    append(leave(batch) if leave else batch)
                account.leave(leave.left if leave else [], REASON)
                if not account.balanced():
                    raise StepFailed(f"file {entry.file.id} does not balance; please report this")
                problems += [
                    (entry.file.id, p.place, p.outcome, p.reason) for p in account.problems
                ]
                told = [p.shape for p in account.problems if p.shape]
                shapes += [(entry.file.id, shape) for shape in dict.fromkeys(told)][:SHAPES]
                claims += [
                    (entry.file.id, c.handle, c.name, c.evidence, c.strong, c.same_as)
                    for c in account.claims
                ]
                accounts.append(_account(entry, account))
                emitted += account.emitted
        write.table("problems", _rows(problems, PROBLEMS))
        write.table("accounts", _rows(accounts, ACCOUNTS))
        write.table("claims", _rows(claims, CLAIMS))
        write.table("shapes", _rows(shapes, SHAPES_SCHEMA))
        write.count(documents=emitted, problems=len(problems))


SHAPES = 3
"""How many examples of what was not understood are kept of a file, as `shape_of` shows them."""
SHAPES_SCHEMA = pa.schema([("file", pa.string()), ("shape", pa.string())])
CLAIMS = pa.schema(
    [
        ("file", pa.string()),
        ("handle", pa.string()),
        ("name", pa.string()),
        ("evidence", pa.string()),
        ("strong", pa.bool_()),
        ("same_as", pa.string()),
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


class Identify(Job):
    """Makes the identity table: every handle in the exports, whose it is and on what evidence."""

    step: ClassVar[str] = "identities"
    reads: tuple[Output, ...]
    people: People

    def identity(self) -> list[object]:
        """The drafts, the claims and what people.toml says."""
        told = [r.digest("documents", "claims") for r in self.reads]
        return [told, self.people.key()]

    def make(self, library: Library, write: Writer) -> None:
        """Write the table; it holds names and addresses and stays private."""
        objects, columns = library.objects, list(identities.COLUMNS)
        drafts = (
            pa.Table.from_batches([batch])
            for read in self.reads
            for batch in objects.batches(read, "documents", ROWS_AT_ONCE, columns)
        )
        found = identities.table(drafts, claims_of(library, self.reads), self.people)
        write.table("identities", found)
        write.count(handles=found.num_rows)


ROWS_AT_ONCE = 65_536


def claims_of(library: Library, reads: Sequence[Output]) -> list[dict[str, Any]]:
    """Return the claims about who «me» is of everything read."""
    return [row for r in reads for row in library.objects.table(r, "claims").to_pylist()]


def _identified(work: Work, reads: Sequence[Output]) -> People:
    """Return who is who, by people.toml and strong evidence; secrets/identities.csv tells it."""
    written = work.library.people()
    output = one(work, Identify(reads=tuple(reads), people=written))
    found = work.library.objects.table(output, "identities")
    write_whole(work.library.secrets / "identities.csv", identities.as_csv(found))
    return identities.resolved(written, claims_of(work.library, reads))


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
    people: People
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
        told = pa.concat_tables([*problems, _rows(refused, PROBLEMS)])
        reasons = _reasons(told)
        rows = [{**row, "reasons": reasons.get(row["file"], [])} for row in rows]
        return {
            "sources": pa.Table.from_pylist(rows, SOURCES_SCHEMA),
            "source_problems": told,
        }

    def refused(self) -> tuple[Refused, ...]:
        """Return the files that were not read."""
        return self.inventory.refused


def _reasons(problems: pa.Table) -> dict[str, list[tuple[str, int]]]:
    """Return file → (reason, how many items), in order of the reason."""
    counted = problems.group_by(["file", "reason"]).aggregate([([], "count_all")])
    out: dict[str, list[tuple[str, int]]] = {}
    for row in counted.sort_by([("file", "ascending"), ("reason", "ascending")]).to_pylist():
        out.setdefault(row["file"], []).append((row["reason"], row["count_all"]))
    return out


SOURCES_SCHEMA = pa.schema(
    [
        *ACCOUNTS,
        ("first", TIMESTAMP),
        ("last", TIMESTAMP),
        ("authors", pa.int64()),
        ("mine", pa.int64()),
        ("reasons", pa.map_(pa.string(), pa.int64())),
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
    stones = tombstones.digest_of(work.library)
    jobs = [
        Read(entries=tuple(g), reading=reading, forgotten=stones) for g in groups(inventory.entries)
    ]
    reads = each(work, jobs)
    people = _identified(work, reads)
    cut = slices(work.library, reads, work.settings.run.shard_mb)
    if not cut:
        raise NothingLeft("no documents in the exports; see secrets/files.csv for what they are")
    gather = Gather(
        slices=tuple(cut),
        reading=reading,
        people=people,
        pins=work.library.pins(),
        key_name=work.library.key_name,
    )
    gathered = one(work, gather)
    shards = each(
        work, [Attribute(piece=piece, gathered=gathered, n=n) for n, piece in enumerate(cut)]
    )
    _balance(reads, gathered, shards)
    return Ingested(
        inventory=inventory,
        people=people,
        reads=tuple(reads),
        gathered=gathered,
        shards=tuple(shards),
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
