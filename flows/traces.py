"""Search a whole library for what was forgotten: opaque ids, and runs of words of the texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.forgotten import piece_id, words
from corpus.runs import SIZE, windows
from flows.progress import tell
from store import lineage, tombstones
from store.library import Library
from store.query import open_catalogue
from store.shards import open_shard
from store.tombstones import Tombstone
from tokenizer.load import load

LONGEST_ID = 64
BATCH = 4_096
PART, OVERLAP = 16 << 20, 1 << 14
"""Bytes of another file that are looked through at a time, and how many of them twice."""
WEIGHTS = (".safetensors", ".pt", ".pth", ".bin")
OWN = (tombstones.FOLDER, lineage.FOLDER)
"""Folders of `secrets/` that hold the ids on purpose: they are what is obeyed."""
PRIVATE = ("objects/", "secrets/")
_ID = re.compile(rb"[dtpf][0-9a-f]{24}")


@dataclass
class Traces:
    """What a search came to: `ids` by place, documents that hold a run of words, what was read.

    `holding` maps a document that was not forgotten to how many runs of a forgotten text it holds,
    as one that quotes it does, `published` those that hold them outside `objects/` and `secrets/`;
    `unread` are files in which nothing can be searched for, such as the weights of models.
    """

    ids: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)
    holding: Counter[str] = field(default_factory=Counter)
    published: set[str] = field(default_factory=set)
    files: int = 0
    texts: int = 0
    tokens: int = 0
    unread: list[str] = field(default_factory=list)

    def verdict(self) -> str:
        """Return in words whether anything is left."""
        if self.ids:
            return f"{sum(self.ids.values()):,} traces are left"
        if not self.runs:
            return "nothing is left"
        told = f"nothing is left but what {len(self.holding):,} other documents hold of its words"
        return f"{told}, {len(self.published):,} of them as published"


class Search:
    """Looks for what `stones` say is gone, in one value or one column after the other."""

    def __init__(self, library: Library, stones: Iterable[Tombstone]) -> None:
        self.library, self.found = library, Traces()
        self.gone = {id_ for stone in stones for id_ in stone.gone}
        self.needles = {run for stone in stones for run in stone.runs()}
        self._values = pa.array(sorted(self.gone), pa.string())
        self._seen: dict[int, int] = {}  # texts looked through already → runs found in them

    def table(self, where: str, batch: pa.RecordBatch | pa.Table) -> None:
        """Look through every text of `batch`, nested ones too."""
        owners = _owners(batch)
        for name in batch.column_names:
            for values in _strings(batch[name]):
                self._ids(where, values, name)
                if len(values) == batch.num_rows:
                    self._texts(where, values, owners, name == "text")

    def _ids(self, where: str, values: pa.Array, name: str) -> None:
        short = pc.unique(values.filter(pc.less_equal(pc.utf8_length(values), LONGEST_ID)))
        bare = pc.replace_substring_regex(short, "~[0-9]+$", "")  # a variant is its parent's
        self.found.ids[where] += pc.sum(pc.is_in(bare, value_set=self._values)).as_py() or 0
        if "/read/" in where and name in ("id", "reply_to"):  # there ids are not yet keyed
            told = (piece_id(self.library.key, v) for v in short.to_pylist() if v)
            self.found.ids[where] += sum(id_ in self.gone for id_ in told)
        self.found.ids += Counter()  # drop zeros

    def _texts(self, where: str, values: pa.Array, owners: list[str | None], short: bool) -> None:
        """Look through `values`; those of a few words only where they are `short` texts."""
        for owner, text in zip(owners, values.to_pylist(), strict=True):
            if text and (short or len(text) >= 2 * SIZE):
                self.text(where, text, owner)

    def text(self, where: str, text: str, owner: str | None) -> None:
        """Look for runs of forgotten words in `text`, which belongs to the document `owner`."""
        seen = hash(text)
        if seen not in self._seen:
            self.found.texts += 1
            told = windows(self.library.key, words(text)) if self.needles else ()
            self._seen[seen] = sum(run in self.needles for run in told)
        if hits := self._seen[seen]:
            self.found.runs[where] += hits
            if owner is not None:
                self.found.holding[owner] = max(hits, self.found.holding[owner])
                if not where.startswith(PRIVATE):
                    self.found.published.add(owner)


def search(library: Library, stones: Iterable[Tombstone]) -> Traces:
    """Return what is left anywhere in `library` of what `stones` say is gone.

    Read are the catalogue, every Parquet, Arrow and DuckDB file, the tokens of every document
    decoded, and every other file but the weights of models and the tombstones themselves.
    """
    look = Search(library, list(stones))
    apart = _catalogue(look) if library.catalogue.is_file() else set()
    files = [
        path
        for path in sorted(library.root.rglob("*"))
        if _to_read(library, path) and path.resolve() not in apart
    ]
    for n, path in enumerate(files):
        tell("search", n, len(files))
        _file(look, path)
    look.found.files = len(files) + len(apart)
    tell("search", len(files), len(files))
    return look.found


def _to_read(library: Library, path: Path) -> bool:
    parts = path.relative_to(library.root).parts
    own = parts[0] == library.secrets.name and len(parts) > 1 and parts[1] in OWN
    return path.is_file() and not path.is_symlink() and not own


def _file(look: Search, path: Path) -> None:
    where = path.relative_to(look.library.root).as_posix()
    if path.suffix in WEIGHTS:
        look.found.unread.append(where)
    elif path.suffix == ".duckdb":
        _database(look, path, where)
    elif path.suffix in _FORMS:
        try:
            for batch in _FORMS[path.suffix](path):
                look.table(where, batch)
        except pa.ArrowException:  # not one of ours, or damaged
            look.found.unread.append(where)
    else:
        for raw in _parts(path):
            look.found.ids[where] += len({id_.decode() for id_ in _ID.findall(raw)} & look.gone)
            look.text(where, raw.decode("utf-8", "replace"), None)
        look.found.ids += Counter()


def _parts(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file, a part at a time; a run of words is whole in one of them."""
    with path.open("rb") as stream:
        raw = stream.read(PART)
        while raw:
            yield raw
            more = stream.read(PART)
            raw = raw[-OVERLAP:] + more if more else b""


def _parquet(path: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=BATCH)


def _arrow(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield the batches of an Arrow file in either of its forms."""
    with pa.memory_map(str(path)) as source:
        if source.read(len(_FILE_FORM)) == _FILE_FORM:
            reader = pa.ipc.open_file(source)
            yield from (reader.get_batch(n) for n in range(reader.num_record_batches))
        else:
            source.seek(0)
            yield from pa.ipc.open_stream(source)


_FILE_FORM = b"ARROW1"
_FORMS = {".parquet": _parquet, ".arrow": _arrow}


def _database(look: Search, path: Path, where: str) -> None:
    """Look through a database that is no part of the library, such as a person's own tables."""
    try:
        with duckdb.connect(":memory:") as connection:
            quoted = str(path).replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS found (READ_ONLY)")
            connection.execute("USE found")
            _tables(look, connection, where)
    except duckdb.Error:  # open elsewhere for writing, damaged, or of another version
        look.found.unread.append(where)


def _tables(look: Search, connection: duckdb.DuckDBPyConnection, where: str) -> None:
    query = "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
    for (table,) in connection.execute(query).fetchall():
        reader = connection.sql(f'SELECT * FROM "{table}"').to_arrow_reader(BATCH)
        for batch in reader:  # to its end: an undrained reader blocks the file
            look.table(f"{where}: {table}", batch)


def _catalogue(look: Search) -> set[Path]:
    """Look through the catalogue and the shards it records; returns their files."""
    library = look.library
    with open_catalogue(library.root) as connection:
        _tables(look, connection, library.catalogue.name)
        _tokens(look, connection)
        told = connection.execute("SELECT path FROM shards").fetchall()
    return {library.catalogue.resolve(), *((library.root / path).resolve() for (path,) in told)}


def _tokens(look: Search, connection: duckdb.DuckDBPyConnection) -> None:
    """Decode the tokens of every document and look for runs of words in them."""
    shards = connection.sql("SELECT * FROM shards ORDER BY shard").to_arrow_table().to_pylist()
    if not shards:
        return
    ids = {row["shard"]: open_shard(look.library.root, row) for row in shards}
    folder = look.library.objects.folder("tokenizers", shards[0]["tokenizer"])
    read = load(folder)
    spans = connection.execute("SELECT document, shard, start, tokens FROM spans").fetchall()
    for document, shard, start, tokens in spans:
        look.found.tokens += tokens
        piece: np.ndarray = ids[shard][start : start + tokens]
        look.text(f"tokens of shard {shard}", read.decode(piece), _document(document))


def _owners(batch: pa.RecordBatch | pa.Table) -> list[str | None]:
    """Return the document each row of `batch` belongs to, as far as it has a library's id."""
    name = next((n for n in ("id", "document") if n in batch.column_names), None)
    if name is None:
        return [None] * batch.num_rows
    return [_document(value) for value in batch[name].to_pylist()]


def _document(id_: object) -> str | None:
    """Return the document that `id_` names, for a variant its parent, or None.

    >>> _document("d0123456789abcdef01234567~2"), _document("0123")
    ('d0123456789abcdef01234567', None)
    """
    named = isinstance(id_, str) and id_.startswith("d") and len(id_) > 24
    return str(id_).partition("~")[0] if named else None


def _strings(column: pa.Array | pa.ChunkedArray) -> Iterator[pa.Array]:
    """Yield the texts in `column`: its own, or those in its lists, structs and maps."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        yield column.cast(pa.string())
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        yield from _strings(column.flatten())
    elif pa.types.is_struct(kind):
        for n in range(kind.num_fields):
            yield from _strings(column.field(n))
    elif pa.types.is_map(kind):
        yield from _strings(column.keys)
        yield from _strings(column.items)
