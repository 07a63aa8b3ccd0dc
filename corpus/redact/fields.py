"""The texts of a document that are redacted: text, title, and the strings inside its metadata."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

import pyarrow as pa

from corpus.people import People
from corpus.redact.bursts import split_over
from corpus.redact.engine import analyzer
from corpus.redact.entities import Entity, resolve
from corpus.redact.ner.lines import Kept
from corpus.redact.settings import Redact
from corpus.redact.views import ESCAPE, view
from corpus.stage import column, used

FIELDS = ("text", "title", "metadata")
ENTITIES = pa.schema(
    [
        ("id", pa.string()),
        ("field", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("type", pa.string()),
        ("score", pa.float64()),
        ("rule", pa.string()),
    ]
)
"""One entity of one document, with offsets in code points of the field; private, in `objects/`."""

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?')
_ESCAPE = re.compile(r"\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|\\u\w{4}|\\.|[^\\]", re.S)


class Unit(NamedTuple):
    """A piece of a field that is read on its own: where it starts, its text, and its seams.

    `seams` are the offsets of each character of `text` in the field when they differ (escapes in
    JSON), else None.
    """

    start: int
    text: str
    seams: tuple[int, ...] | None = None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where `[start, end)` of the unit's text is in the field."""
        if self.seams is None:
            return self.start + start, self.start + end
        return self.seams[start], self.seams[end]


def units(field: str, value: str | None) -> list[Unit]:
    """Return the units of a field: the whole text or title, each string value of the metadata.

    >>> [u.text for u in units("metadata", '{"to": ["Ann", "a\\\\nb"], "n": 1}')]
    ['Ann', 'a\\nb']
    """
    if not value:
        return []
    if field != "metadata":
        return [Unit(0, value)]
    return [_unit(m.start(1), m[1]) for m in _STRING.finditer(value) if m[2] is None and m[1]]


def _unit(start: int, raw: str) -> Unit:
    if "\\" not in raw:
        return Unit(start, raw)
    seams, characters = [], []
    for escape in _ESCAPE.finditer(raw):
        seams.append(start + escape.start())
        characters.append(json.loads(f'"{escape[0]}"', strict=False))
    return Unit(start, "".join(characters), (*seams, start + len(raw)))


def decoded(field: str, piece: str) -> str:
    """Return the characters that `piece` of a field stands for.

    >>> decoded("metadata", "Zo\\\\u00eb")
    'Zoë'
    """
    return json.loads(f'"{piece}"', strict=False) if field == "metadata" else piece


def read(field: str, piece: str) -> str:
    """Return the characters that a reader sees of `piece` of a field.

    >>> read("text", "Z\\u200boe")
    'Zoe'
    """
    return view(decoded(field, piece)).text


def encoded(field: str, piece: str, instead: str = "") -> str:
    """Return `piece` as it is written in a field, escaped as in a URL where `instead` was.

    >>> encoded("text", "Ann Lee", "Zo%20Berg")
    'Ann%20Lee'
    """
    if ESCAPE.search(instead):
        piece = quote(piece)
    return json.dumps(piece, ensure_ascii=False)[1:-1] if field == "metadata" else piece


def rows(batch: pa.RecordBatch, which: Sequence[str] = FIELDS) -> Iterator[tuple[int, str, Unit]]:
    """Yield (row, field, unit) for the documents of `batch` in use."""
    in_use = used(batch)
    for field in which:
        for row, value in enumerate(column(batch, field)):
            if in_use[row]:
                for unit in units(field, value):
                    yield row, field, unit


def has_model(settings: Redact, languages: Sequence[str | None]) -> list[bool]:
    """Return for each language whether NER runs; it does where the language is undecided."""
    return [settings.ner and (code is None or code in settings.languages) for code in languages]


def find_entities(
    batch: pa.RecordBatch, settings: Redact, people: People, kept: Kept | None = None
) -> pa.Table:
    """Return the entities of the documents of `batch` in use, as rows of `ENTITIES`.

    They come by document in the order of `batch`, then field and offset. The model is not asked
    about lines that `kept` knows. Raises ModelRefused when NER is on and its model is missing or
    has another checksum.
    """
    found = sorted(rows(batch), key=lambda r: (r[0], FIELDS.index(r[1]), r[2].start))
    runs = has_model(settings, column(batch, "language"))
    ids = column(batch, "id")
    texts = [unit.text for _, _, unit in found]
    finder = analyzer(settings, people)
    results = finder.find(texts, [runs[row] for row, _, _ in found], kept)
    split = split_over(batch, finder)
    out: list[tuple[object, ...]] = []
    for (row, field, unit), entities in zip(found, results, strict=True):
        if field == "text" and row in split:
            entities = resolve(unit.text, finder.known.free(unit.text, [*entities, *split[row]]))
        for entity in entities:
            if not (field == "metadata" and _number(entity, unit)):
                out.append((ids[row], field, *unit.place(entity.start, entity.end), *entity[2:]))
    columns = list(zip(*out, strict=True)) or [()] * len(ENTITIES)
    arrays = [pa.array(list(c), f.type) for c, f in zip(columns, ENTITIES, strict=True)]
    return pa.Table.from_arrays(arrays, schema=ENTITIES)


def _number(entity: Entity, unit: Unit) -> bool:
    """Return whether a «phone number» in metadata is more likely an id: digits alone."""
    value = unit.text[entity.start : entity.end]
    return entity.rule == "rule.phone" and value == unit.text and value.isdigit()


def without_model(batch: pa.RecordBatch, settings: Redact) -> Counter[str]:
    """Return how many documents of `batch` in use run without a name model, by language.

    Where no language is known, the name is «unknown».
    """
    codes = column(batch, "language")
    told = zip(used(batch), has_model(settings, codes), codes, strict=True)
    return Counter(code or "unknown" for use, run, code in told if use and not run)
