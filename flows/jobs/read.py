"""The job that reads a group of source files into drafts, with an account of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import pyarrow as pa

from corpus.forgotten import REASON, Forgotten, Leaving
from corpus.schema import DRAFT, PROBLEMS
from corpus.sources.file import File
from corpus.sources.piece import Claim, Reading
from corpus.sources.reading import Account, drafts
from flows.jobs.inventory import Entry, Inventory, stamp_of
from flows.jobs.job import Job, StepFailed
from store import tombstones
from store.library import Library
from store.objects import Output, Writer

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
        ("mailbox", pa.string()),
        ("messages", pa.int64()),
    ]
)


TRIES = 3
"""How often exports are read that another program goes on writing to."""


class Read(Job):
    """Reads a group of source files into drafts; errors in them are counted, not raised."""

    step: ClassVar[str] = "read"
    version: ClassVar[int] = 4
    entries: tuple[Entry, ...]
    reading: Reading
    forgotten: str = ""

    def identity(self) -> list[object]:
        """The files' ids, bytes and kinds, and what is forgotten; their paths do not matter."""
        told = [[e.file.id, e.digest, e.beside, e.source] for e in self.entries]
        return [told, self.reading.model_dump(mode="json"), self.forgotten]

    def make(self, library: Library, write: Writer) -> None:
        """Write drafts, problems and one account per file, each balanced.

        Raises StepFailed when a file is not what its digest says, since drafts are found by it.
        """
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
                with unchanged(entry):
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
                claims += [(entry.file.id, *_told(c)) for c in account.claims]
                accounts.append(_account(entry, account))
                emitted += account.emitted
        write.table("problems", rows_of(problems, PROBLEMS))
        write.table("accounts", rows_of(accounts, ACCOUNTS))
        write.table("claims", rows_of(claims, CLAIMS))
        write.table("shapes", rows_of(shapes, SHAPES_SCHEMA))
        write.count(documents=emitted, problems=len(problems))


@contextmanager
def unchanged(entry: Entry) -> Iterator[None]:
    """Raise StepFailed unless the files of `entry` are, after the block, as they were looked at."""
    failed: Exception | None = None
    try:
        yield
    except Exception as error:
        failed = error
    if not _stands(entry):
        raise StepFailed(
            f"{told_of(entry.file)}: it changed or went away while it was read; run this again "
            "when no other program writes to it"
        ) from None
    if failed is not None:
        raise failed


def told_of(file: File) -> str:
    """Return how a sentence that Prefect keeps names `file`, whose name is personal."""
    return f"file {file.id} in secrets/files.csv"


def _stands(entry: Entry) -> bool:
    """Return whether the files of `entry` were not written to, and can still be opened."""
    try:
        entry.file.head(1)
        return stamp_of(entry.paths) == entry.stamp
    except Exception:
        return False


def steadily(
    look: Callable[[], Inventory],
    read: Callable[[Inventory], list[Output]],
    first: Inventory | None = None,
) -> tuple[Inventory, list[Output]]:
    """Return what `look` finds (or found: `first`) and what `read` makes of it.

    Both are done again when files change in between; raises StepFailed when they go on changing.
    """
    inventory = first or look()
    for _ in range(TRIES - 1):
        try:
            return inventory, read(inventory)
        except StepFailed:
            before, inventory = inventory, look()
            if inventory == before:
                raise
    return inventory, read(inventory)


def claims_of(library: Library, reads: Sequence[Output]) -> list[dict[str, Any]]:
    """Return the claims about who «me» is of everything read."""
    return [row for r in reads for row in library.objects.table(r, "claims").to_pylist()]


def _told(claim: Claim) -> tuple[object, ...]:
    return tuple(getattr(claim, name) for name in CLAIMS.names[1:])


def _account(entry: Entry, account: Account) -> tuple[object, ...]:
    return (
        entry.file.id, entry.source, entry.evidence, account.seen, account.emitted,
        account.count("dropped"), account.count("errored"), entry.bytes,
    )  # fmt: skip


def rows_of(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    """Return `rows` as a table of `schema`."""
    columns = zip(*rows, strict=True) if rows else [[] for _ in schema]
    arrays = [pa.array(list(c), type=f.type) for c, f in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
