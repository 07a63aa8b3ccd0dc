"""The last gate: everything about to be published is searched for what was to be replaced.

The texts are searched shard by shard before (`LeakScan`). Here it is what was made of them: token
shards, decoded; the vocabulary; every table of the catalogue; the run's settings, logs, artifacts
and reports; and the folder of a model. One find, and nothing is published.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.redact.leak import Scanner
from flows.context import Work, one
from flows.curate import Curated
from flows.jobs.job import Job, StepFailed
from flows.jobs.shard import kept_in
from store.library import Library
from store.objects import Output, Writer
from store.shards import open_shard, placed
from store.tables import TABLES
from tokenizer.load import Tokenizer, load

SCANNED = ("documents", "variants")
"""Tables whose texts were searched before: here they are searched but for those columns."""
TEXTS = ("title", "text", "metadata")
READABLE = (".json", ".jsonl", ".toml", ".txt", ".md", ".csv", ".html", ".log", ".yaml", ".jinja")
MOST_BYTES = 64 << 20
APART = " \x00 "
"""Between two strings searched as one: no value reaches across it."""
OUR_WORDS = frozenset(
    "action created_basis created_precision dtype kind language languages name origin outcome "
    "relation removed role rule source split step table type types zone".split()
)
"""Columns whose words are this program's own: a value of one plain word says nothing there."""
_TAG = re.compile(r"<[^<>]*>")
_STRUCTURAL = re.compile(r"(?:[a-z]+ )*[0-9]{1,12}(?:[-–][0-9]{1,12})?")


class Published(NamedTuple):
    """What is about to be published: tokenizer, token shards, and the catalogue's tables."""

    tokenizer: Output
    shards: Output
    files: Mapping[str, Sequence[Path]]
    tables: Mapping[str, pa.Table]


class ShardScan(Job):
    """Searches the token shards and the vocabulary."""

    step: ClassVar[str] = "shardscan"
    shards: Output
    corpus: tuple[Output, ...]
    tokenizer: Output
    named: Output

    def identity(self) -> list[object]:
        """The tokens, the texts that were searched, the vocabulary and the values."""
        texts = [o.digest(*SCANNED) for o in self.corpus]
        told = [self.shards.digest(), texts, self.tokenizer.digest()]
        return [*told, self.named.parts["values"].digest]

    def make(self, library: Library, write: Writer) -> None:
        """Write how many documents were decoded; raises StepFailed when a value is met."""
        scanner, reader = scanner_of(library, self.named), _reader(library, self.tokenizer)
        places = _Places(library, self.shards)
        found = 0
        for shard in self.corpus:
            for part in SCANNED:
                for batch in library.objects.batches(
                    shard, part, columns=["id", "text", "removed"]
                ):
                    found += places.differing(kept_in(batch), reader, scanner)
        found += places.between(reader, scanner)
        words = [w for w in vocabulary(reader) if w.strip()]
        found += met(Scanner(_unmistakable(scanner.values)), words)
        if found:
            raise StepFailed(sentence({"token shards or vocabulary": found}))
        write.count(decoded=places.decoded, leaks=0)


class _Places:
    """Where each document's tokens are; tells whether they say what the document says."""

    def __init__(self, library: Library, shards: Output) -> None:
        table = placed(library.objects.table(shards, "shards"), f"shards/{shards.key}")
        self._ids = {row["shard"]: open_shard(library.root, row) for row in table.to_pylist()}
        spans = library.objects.table(shards, "spans", ["document", "shard", "start", "tokens"])
        columns = [spans[name].to_pylist() for name in spans.column_names]
        self._left = {d: (s, a, n) for d, s, a, n in zip(*columns, strict=True)}
        self._covered: dict[int, list[tuple[int, int]]] = {}
        self.decoded = 0

    def differing(self, batch: pa.RecordBatch, reader: Tokenizer, scanner: Scanner) -> int:
        """Return the values in the tokens of those documents whose text they are not."""
        found = 0
        texts = batch.column("text").to_pylist()
        for id_, text in zip(batch.column("id").to_pylist(), texts, strict=True):
            place = self._left.pop(id_, None)
            if place is not None:
                said = self._said(place, reader)
                found += 0 if said == (text or "") else scanner.count(said)
        return found

    def between(self, reader: Tokenizer, scanner: Scanner) -> int:
        """Return the values in tokens of no document searched before."""
        found = sum(scanner.count(self._said(place, reader)) for place in self._left.values())
        for shard, ids in self._ids.items():
            at = 0
            for start, end in [*sorted(self._covered.get(shard, [])), (len(ids), len(ids))]:
                if start > at:
                    found += scanner.count(reader.decode(ids[at:start]))
                at = max(at, end)
        return found

    def _said(self, place: tuple[int, int, int], reader: Tokenizer) -> str:
        shard, start, tokens = place
        self._covered.setdefault(shard, []).append((start, start + tokens))
        self.decoded += 1
        return reader.decode(np.asarray(self._ids[shard][start : start + tokens]))


def vocabulary(reader: Tokenizer) -> list[str]:
    """Return what each token stands for; bytes that are no text alone are replaced by a mark."""
    return [reader.decode([id_]) for id_ in range(reader.vocabulary)]


def _unmistakable(values: Iterable[str]) -> list[str]:
    """Return the values that are no plain word: one may be a part of another, or a word of ours."""
    return [v for v in values if not v.isalpha()]


def _reader(library: Library, tokenizer: Output) -> Tokenizer:
    return load(library.objects.folder("tokenizers", tokenizer.key))


def scanner_of(library: Library, named: Output) -> Scanner:
    """Return a scanner for all that was to be replaced."""
    return Scanner(library.objects.table(named, "values")["value"].to_pylist())


def met(scanner: Scanner, strings: Iterable[str]) -> int:
    """Return how many of the values are met in `strings`; places that are numbers are none.

    «line 4155550142» says where something stood, not whom to call.
    """
    text = APART.join(s for s in dict.fromkeys(strings) if not _STRUCTURAL.fullmatch(s))
    return scanner.count(text)


def check(work: Work, corpus: Curated, published: Published) -> None:
    """Return when nothing of what is about to be published holds a value that was replaced.

    Raises StepFailed naming tables, files and columns, never a value.
    """
    told = {"shards": published.shards, "tokenizer": published.tokenizer, "named": corpus.named}
    one(work, ShardScan(corpus=corpus.shards, **told))
    check_tables(work, corpus.named, published)


def check_tables(work: Work, named: Output, published: Published) -> None:
    """Do that for all but the texts: tables, settings, reports, logs and artifacts."""
    scanner = scanner_of(work.library, named)
    surely = Scanner(_unmistakable(scanner.values))
    found = {
        where: met(surely if ours else scanner, strings)
        for where, ours, strings in _strings(work, published)
    }
    if any(found.values()):
        raise StepFailed(sentence({where: n for where, n in found.items() if n}))


def _strings(work: Work, published: Published) -> Iterator[tuple[str, bool, Iterable[str]]]:
    """Yield where strings stand, whether our own words stand there too, and the strings."""
    for name, paths in published.files.items():
        for path in paths:
            with pq.ParquetFile(path) as file:
                for column in _columns(file.schema_arrow, name):
                    table = file.read(columns=[column])
                    yield *_column(name, column), _different(table[column])
    for name, table in published.tables.items():
        for column in _columns(table.schema, name):
            yield *_column(name, column), _different(table[column])
    yield "the settings of the run", True, _leaves(work.settings.model_dump(mode="json"))
    for path in sorted(work.library.runs.rglob("*")):
        if path.is_file() and path.suffix in READABLE:
            yield f"runs/{path.relative_to(work.library.runs)}", True, [_start_of(path)]
    from flows.told import artifacts_and_logs  # brings Prefect, which a look does without

    for where, strings in artifacts_and_logs(work.flow_runs):
        yield where, True, strings


def _column(table: str, column: str) -> tuple[str, bool]:
    return f"table {table}, column {column}", column in OUR_WORDS


def _columns(schema: pa.Schema, table: str) -> list[str]:
    """Return the columns that are published and may hold words, but for texts searched before."""
    shown = set(TABLES[table][1]) - set(TEXTS if table in SCANNED else ())
    return [f.name for f in schema if f.name in shown and _wordy(f.type)]


def _wordy(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_nested(kind)


def _different(column: pa.ChunkedArray) -> Iterable[str]:
    if pa.types.is_string(column.type):
        return pc.unique(column).drop_null().to_pylist()
    return _leaves(column.to_pylist())


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _leaves([*value.keys(), *value.values()])
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _leaves(inner)


def _start_of(path: Path) -> str:
    with path.open("rb") as stream:
        return stream.read(MOST_BYTES).decode("utf-8", "replace")


def check_page(library: Library, named: Output, page: str) -> None:
    """Return when the page of a report holds no value that was replaced, in or between its tags.

    Raises StepFailed.
    """
    scanner = Scanner(_unmistakable(scanner_of(library, named).values))
    if found := met(scanner, [unescape(page), *map(unescape, _TAG.split(page))]):
        raise StepFailed(sentence({"the report": found}))


def check_folder(library: Library, named: Output, folder: Path) -> None:
    """Return when no readable file in `folder` holds a value that was replaced.

    Of a tokenizer the tokens are searched. Raises StepFailed naming the files.
    """
    scanner = Scanner(_unmistakable(scanner_of(library, named).values))
    found: dict[str, int] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix not in READABLE:
            continue
        where = str(path.relative_to(folder.parent))
        if path.name == "tokenizer.json":
            found[where] = met(scanner, vocabulary(load(path)))
        else:
            found[where] = met(scanner, _parsed(path))
    if any(found.values()):
        raise StepFailed(sentence({where: n for where, n in found.items() if n}))


def _parsed(path: Path) -> Iterable[str]:
    text = _start_of(path)
    if path.suffix != ".json":
        return [text]
    try:
        return _leaves(json.loads(text))
    except ValueError:
        return [text]


def sentence(found: Mapping[str, int]) -> str:
    """Return what is said when values were met at these places."""
    places = "; ".join(f"{where}: {n:,}" for where, n in sorted(found.items())[:5])
    return (
        f"leak: what was to be replaced is still in what was about to be published ({places}); "
        "nothing is published. Decide with «commonplace review» or «commonplace pin LIBRARY VALUE "
        "allow», or report this"
    )
