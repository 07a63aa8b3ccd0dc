"""Recorded splits: a document that was once trained on or held out stays so in later runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.keys import digest
from corpus.stage import Section, Stage
from store.library import Library
from store.objects import Output, write_whole

FILE = "splits"


class Recorded(Section):
    """The splits a run starts from: a digest of them, and of what they are applied to."""

    digest: str = ""
    inputs: str = ""

    @classmethod
    def before(cls, library: Library, documents: Sequence[str], stage: Stage) -> Recorded:
        """Return the splits that stood before `documents` (digests) were first split by `stage`.

        Running again on the same documents thus starts from the same place and finds its result.
        """
        inputs = digest(list(documents), stage.identity())
        last = _last(library)
        return cls(digest=last.digest if last.inputs == inputs else _now(library), inputs=inputs)

    def table(self, library: Library) -> pa.Table | None:
        """Return the recorded splits (id, split), or None when there are none yet."""
        path = library.runs / f"{FILE}-{self.digest}.parquet"
        return pq.read_table(path) if self.digest else None

    def keep(self, library: Library, assigned: Output) -> None:
        """Record the assignments of this run, and where they started from."""
        library.runs.mkdir(exist_ok=True)
        table = library.objects.table(assigned, "assignments")
        name = assigned.parts["assignments"].digest
        path = library.runs / f"{FILE}-{name}.parquet"
        if not path.exists():
            temporary = path.with_suffix(".tmp")
            pq.write_table(table, temporary, compression="zstd")
            temporary.replace(path)
        write_whole(library.runs / f"{FILE}.json", self.model_dump_json())
        write_whole(library.runs / f"{FILE}.now", name)
        for old in library.runs.glob(f"{FILE}-*.parquet"):
            if old.stem not in (f"{FILE}-{name}", f"{FILE}-{self.digest}"):
                old.unlink()


def forget(library: Library, gone: Collection[str]) -> None:
    """Record the present splits again without the documents `gone`, and delete older ones."""
    now = _now(library)
    if not now:
        return
    table = pq.read_table(library.runs / f"{FILE}-{now}.parquet")
    hit = pc.is_in(table["id"], value_set=pa.array(sorted(gone), pa.string()))
    if pc.any(hit).as_py():
        stays = table.filter(pc.invert(hit))
        now = digest(*stays["id"].to_pylist(), *stays["split"].to_pylist())
        path = library.runs / f"{FILE}-{now}.parquet"
        temporary = path.with_suffix(".tmp")
        pq.write_table(stays, temporary, compression="zstd")
        temporary.replace(path)
        write_whole(library.runs / f"{FILE}.now", now)
        (library.runs / f"{FILE}.json").unlink(missing_ok=True)
    for old in library.runs.glob(f"{FILE}-*.parquet"):
        if old.stem not in (f"{FILE}-{now}", f"{FILE}-{_last(library).digest}"):
            old.unlink()


def _last(library: Library) -> Recorded:
    path = library.runs / f"{FILE}.json"
    return Recorded.model_validate_json(path.read_text("utf-8")) if path.exists() else Recorded()


def _now(library: Library) -> str:
    path = library.runs / f"{FILE}.now"
    return path.read_text("utf-8") if path.exists() else ""
