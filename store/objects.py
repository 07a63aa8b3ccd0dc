"""Content-addressed results on disk: written whole or not at all, found again by their key."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field

from corpus.keys import digest, file_digest
from corpus.stage import Section

MANIFEST = "manifest.json"
PUBLIC = ("tokenizers", "shards")
"""Steps whose outputs stand in the library's own folder, since people and programs open them."""
TEMPORARY = ".tmp-"
FORM = {"compression": "zstd", "write_page_checksum": True}
"""How Parquet is written: with checksums, since zstd frames unpack to other text without a word."""


class Damaged(RuntimeError):
    """A stored output cannot be read as it was written; it counts as not made from now on."""


Append = Callable[[pa.Table | pa.RecordBatch], None]
"""Appends a batch to a part that is being written."""


DAMAGE = (None, errno.EIO, errno.ENOENT)
"""What the system says of a file that is damaged or gone; Arrow's own complaints have no number."""


class Part(Section):
    """One file of an output: content digest, rows (0 if it is not a table) and bytes."""

    digest: str
    rows: int
    bytes: int


class Output(Section):
    """What a step wrote under `key`: its files and counts; small enough to pass between tasks."""

    step: str
    key: str
    parts: dict[str, Part]
    counts: dict[str, int] = Field(default_factory=dict)

    def digest(self, *names: str) -> str:
        """Return the digest of the named parts' content, of all parts if none is named."""
        return digest([self.parts[n].digest for n in names or sorted(self.parts)])


class Writer:
    """Collects the parts of one output in a temporary folder; see `Objects.write`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts: dict[str, int] = {}
        self._rows: dict[str, int] = {}

    def count(self, **numbers: int) -> None:
        """Add `numbers` to the counts kept in the manifest."""
        for name, number in numbers.items():
            self.counts[name] = self.counts.get(name, 0) + int(number)

    def table(self, name: str, data: pa.Table | pa.RecordBatch) -> None:
        """Write `data` as the part `name`."""
        self.tables(name, data.schema, [data])

    def tables(
        self, name: str, schema: pa.Schema, batches: Iterable[pa.Table | pa.RecordBatch]
    ) -> None:
        """Write `batches` as the part `name`, one row group each, without holding them all."""
        with self.open(name, schema) as write:
            for batch in batches:
                write(batch)

    @contextmanager
    def open(self, name: str, schema: pa.Schema) -> Iterator[Append]:
        """Give a function that appends a batch to the part `name`."""
        rows = 0
        with pq.ParquetWriter(self.path(name), schema, **FORM) as writer:

            def write(batch: pa.Table | pa.RecordBatch) -> None:
                nonlocal rows
                if batch.num_rows:
                    rows += batch.num_rows
                    is_batch = isinstance(batch, pa.RecordBatch)
                    (writer.write_batch if is_batch else writer.write_table)(batch)

            yield write
        self._rows[name] = rows

    def path(self, name: str) -> Path:
        """Return where the part `name` is written; tables have no suffix, other files do."""
        return self.folder / _filename(name)

    def parts(self) -> dict[str, Part]:
        """Return every part with its digest, after making sure that its bytes are on disk."""
        found = {}
        for path in sorted(p for p in self.folder.iterdir() if p.is_file()):
            fsync(path)
            name = path.stem if path.suffix == ".parquet" else path.name
            rows, size = self._rows.get(name, 0), path.stat().st_size
            found[name] = Part(digest=file_digest(path), rows=rows, bytes=size)
        return found


def _filename(part: str) -> str:
    return part if "." in part else f"{part}.parquet"


class Objects:
    """Outputs of a library: `objects/<step>/<key>/`, or `<step>/<key>/` for the steps in `PUBLIC`.

    Folders are private to the person (mode 0700), since `objects/` holds text before redaction.
    """

    def __init__(self, library: Path) -> None:
        self.library = library
        self.root = library / "objects"

    def folder(self, step: str, key: str) -> Path:
        """Return where the output of `step` under `key` stands."""
        return (self.library if step in PUBLIC else self.root) / step / key

    def find(self, step: str, key: str) -> Output | None:
        """Return what was written under `key`, or None; a half-written output does not count."""
        folder = self.folder(step, key)
        try:
            output = Output.model_validate_json((folder / MANIFEST).read_text("utf-8"))
            sizes = {n: (folder / _filename(n)).stat().st_size for n in output.parts}
        except (FileNotFoundError, ValueError):
            return None
        return output if all(sizes[n] == p.bytes for n, p in output.parts.items()) else None

    def all(self, step: str) -> list[Output]:
        """Return every finished output of `step`, the latest first."""
        manifests = self.folder(step, "*").parent.glob(f"*/{MANIFEST}")
        whole = (path for path in manifests if not path.parent.name.startswith(TEMPORARY))
        latest = sorted(whole, key=lambda path: (-path.stat().st_mtime, path.parent.name))
        found = (self.find(step, path.parent.name) for path in latest)
        return [output for output in found if output is not None]

    @contextmanager
    def write(self, step: str, key: str) -> Iterator[Writer]:
        """Give a `Writer`; on leaving, the output stands under `key`, complete, or not at all.

        Two writers of one key are harmless: the same key means the same bytes, one of them wins.
        """
        parent = self.folder(step, key).parent
        parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = parent / f"{TEMPORARY}{os.getpid()}-{uuid.uuid4().hex[:8]}"
        folder.mkdir(mode=0o700)
        try:
            writer = Writer(folder)
            yield writer
            output = Output(step=step, key=key, parts=writer.parts(), counts=writer.counts)
            write_whole(folder / MANIFEST, output.model_dump_json(indent=1))
            if self.find(step, key) is None:
                _put(folder, parent / key)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def path(self, output: Output, part: str) -> Path:
        """Return the file of `part` of `output`."""
        return self.folder(output.step, output.key) / _filename(part)

    def table(self, output: Output, part: str, columns: list[str] | None = None) -> pa.Table:
        """Return `part` of `output`, or only its `columns`; raises Damaged."""
        with self._reading(output, part) as path:
            return pq.read_table(
                path, columns=columns, partitioning=None, page_checksum_verification=True
            )

    def batches(
        self, output: Output, part: str, rows: int = 2_048, columns: list[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Yield `part` of `output` in batches of at most `rows`; raises Damaged."""
        with (
            self._reading(output, part) as path,
            pq.ParquetFile(path, page_checksum_verification=True) as file,
        ):
            yield from file.iter_batches(batch_size=rows, columns=columns)

    def checked(self, output: Output, part: str) -> Path:
        """Return the file of `part`, its bytes those that were written; raises Damaged."""
        with self._reading(output, part) as path:
            if file_digest(path) != output.parts[part].digest:
                raise pa.ArrowInvalid("other bytes than were written")
        return path

    @contextmanager
    def _reading(self, output: Output, part: str) -> Iterator[Path]:
        """Give the file of `part`; what cannot be read of it makes the output count as not made."""
        path = self.path(output, part)
        try:
            yield path
        except (pa.ArrowInvalid, OSError) as error:
            if isinstance(error, OSError) and error.errno not in DAMAGE:
                raise
            with suppress(OSError):
                (path.parent / MANIFEST).unlink()
            where = path.relative_to(self.library)
            raise Damaged(
                f"{where}: damaged or gone since it was written; run build again, which makes it "
                "anew, and look after the disk if it happens twice"
            ) from None

    def sweep(self, keep: set[tuple[str, str]]) -> int:
        """Delete outputs not in `keep` (step, key) and all temporary folders; returns how many."""
        steps = [*self.root.glob("*"), *(self.library / step for step in PUBLIC)]
        folders = [f for step in steps if step.is_dir() for f in step.iterdir()]
        gone = [f for f in folders if (f.parent.name, f.name) not in keep]
        for folder in gone:
            shutil.rmtree(folder, ignore_errors=True)
        return len(gone)


def _put(folder: Path, target: Path) -> None:
    """Rename `folder` to `target`; an unfinished or damaged leftover there is replaced."""
    shutil.rmtree(target, ignore_errors=True)
    try:
        folder.rename(target)
    except OSError:
        if not (target / MANIFEST).exists():  # else another worker was first with the same bytes
            raise
    fsync(target.parent)


def fsync(path: Path) -> None:
    """Return when the file or folder at `path` has reached the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """Write `text` to `path` so that readers see the old file or the new one, never a part."""
    temporary = path.with_name(f"{TEMPORARY}{path.name}-{os.getpid()}-{uuid.uuid4().hex[:8]}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    fsync(path.parent)
