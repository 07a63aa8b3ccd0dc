"""The job that makes the identity table: every handle, whose it is, on what evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pyarrow as pa

from corpus import identities
from corpus.people import People
from flows.context import Work, one
from flows.jobs.job import Job
from flows.jobs.read import claims_of
from store.library import Library
from store.objects import Output, Writer, write_whole

ROWS_AT_ONCE = 65_536


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


def identified(work: Work, reads: Sequence[Output]) -> People:
    """Return who is who, by people.toml and strong evidence; secrets/identities.csv tells it."""
    written = work.library.people()
    output = one(work, Identify(reads=tuple(reads), people=written))
    found = work.library.objects.table(output, "identities")
    write_whole(work.library.secrets / "identities.csv", identities.as_csv(found))
    return identities.resolved(written, claims_of(work.library, reads))
