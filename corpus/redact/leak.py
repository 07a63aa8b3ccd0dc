"""The leak gate: finds values that were to be replaced in anything about to be published."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import ahocorasick
import pyarrow as pa
import pyarrow.compute as pc

from corpus.people import People
from corpus.redact.fields import FIELDS, read
from corpus.redact.fold import bounded, fold
from corpus.redact.known import (
    WORDS,
    Form,
    Known,
    digits,
    forms,
    kind,
    name_forms,
    parts,
    value_forms,
)
from corpus.redact.settings import Redact
from corpus.redact.views import view

TYPES = frozenset(
    "EMAIL_ADDRESS PHONE_NUMBER IBAN_CODE CREDIT_CARD US_SSN IP_ADDRESS SECRET".split()
)
"""Entities whose value may be found nowhere, once it was found anywhere."""

_NOISE = re.compile(r"[^\w@]|_")
_NUMBER = re.compile(r"\+?[\d\s().\-\u2010-\u2013/]{7,}(?:(?:x|ext\.?)\s?\d{1,5})?\Z", re.I)
_CODE = re.compile(r"[A-Za-z]{2}\d\d[A-Za-z0-9 \u00a0-]{11,40}\Z")
_EDGES = " \t\n+()[]{}.,;:!?-_/'\"#*"
_WRAP = r"(?:[\u00ad\u200b\u2060]|-?[ \t]*\n[\s>]*)?"
_GAP = r"[\s\u00a0\u200b>_.\-+,]{0,4}"
_APART = r"[\s\u00a0().\-\u2010-\u2013/]{0,3}"


class Found(NamedTuple):
    """An occurrence `[start, end)` of one of the values."""

    start: int
    end: int
    value: str


class Scanner:
    """Finds `values` in texts: in any case, as whole words, however wrapped or separated.

    Texts are searched as a reader sees them, without hidden characters and look-alikes. Numbers are
    found with other separators or none; names and addresses when white space, a line break or a
    quote mark was put inside, names also when joined by a dot, hyphen or underscore. Two passes: a
    text with everything but letters and digits taken out is searched for all values at once; what
    is found is checked in the text itself.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._automaton = ahocorasick.Automaton()
        self._patterns: dict[str, re.Pattern[str]] = {}
        self.values = sorted(set(values))
        for value in self.values:
            plain = view(value).text
            for variant in {unicodedata.normalize(n, plain) for n in ("NFC", "NFD")}:
                bare = _bare(fold(variant))
                if len(bare) >= 3:
                    _, sharers = self._automaton.get(bare, (0, ()))
                    self._automaton.add_word(bare, (len(bare), (*sharers, variant)))
        if len(self._automaton):
            self._automaton.make_automaton()

    def spans(self, text: str) -> list[Found]:
        """Return the occurrences in `text`, by start; those of different values may overlap."""
        if not len(self._automaton):
            return []
        seen = view(text)
        text, folded = seen.text, fold(seen.text)
        hits = list(self._automaton.iter(_bare(folded)))
        if not hits:
            return []
        parted = folded.replace("_", " ")
        places = [i for i, char in enumerate(folded) if char.isalnum() or char == "@"]
        found = set()
        for last, (length, sharers) in hits:
            start, end = places[last + 1 - length], places[last] + 1
            if bounded(parted, start, end):
                written = text[start:end]
                place = seen.place(start, end)
                found |= {Found(*place, v) for v in sharers if self._same(v, written)}
        return sorted(found)

    def count(self, text: str) -> int:
        """Return how many times one of the values occurs in `text`."""
        return len(self.spans(text))

    def hits(self, texts: Sequence[str]) -> list[int]:
        """Return `count` for each text."""
        return [self.count(text) for text in texts]

    def _same(self, value: str, written: str) -> bool:
        folded = fold(value).strip(_EDGES)
        if folded == fold(written):
            return True
        if value not in self._patterns:
            self._patterns[value] = re.compile(_tolerant(folded), re.I)
        return self._patterns[value].fullmatch(written) is not None


def _bare(folded: str) -> str:
    return _NOISE.sub("", folded)


def _tolerant(value: str) -> str:
    if _NUMBER.match(value) and value.count(".") != 3:
        return _APART.join(digits(value))
    if _CODE.match(value):
        return _APART.join(c for c in value if c.isalnum())
    if " " in value or value.replace("'", "").replace("-", "").isalpha():
        return _GAP.join(_WRAP.join(map(re.escape, word)) for word in value.split())
    return r"[\s\u00ad\u200b]*".join(map(re.escape, value))


def values(
    documents: Sequence[pa.Table], entities: Sequence[pa.Table], settings: Redact, people: People
) -> set[str]:
    """Return the values that must be found nowhere in what is published.

    These are the e-mail addresses, numbers and secrets found in any document, the full names
    under which anybody wrote or was written to, the full names, addresses, numbers and handles of
    the people known besides me, and what `deny` lists; without what `allow` lists, my own, and
    types that are kept.
    """
    known = Known(people, settings.keep_own)
    wanted = settings.wanted()
    out = {
        value
        for table, found in zip(documents, entities, strict=True)
        for type_, value in _strong(table, found)
        if type_ in wanted and not known.keeps(type_, value)
    }
    if "PERSON" in wanted:
        named = {name for table in documents for name in _full_names(table)}
        out |= {name for name in named if not known.keeps("PERSON", name)}
    for form in _told(people):
        if form.type in wanted and not known.keeps(form.type, form.text):
            out.add(form.text)
    short = set(people.deny)
    return {value for value in out if len(_bare(fold(value))) >= (3 if value in short else 4)}


def _told(people: People) -> Iterator[Form]:
    denied = (f for v in people.deny for f in (*value_forms(v), *name_forms(v)))
    exact = [Form(value, kind(value), "deny.value") for value in people.deny]
    told = [form for person in people.person for form in forms(person)]
    for form in (*exact, *told, *(f for f in denied if " " in f.text)):
        if form.type != "PERSON" or " " in form.text or form.rule == "deny.value":
            yield form


def _full_names(table: pa.Table) -> Iterator[str]:
    """Yield the display names in the headers of `table` that are whole names of people.

    A single name, or one of ordinary words alone, stands for others elsewhere, so it is looked for
    in its own thread only.
    """
    people = pc.list_flatten(table.column("people").combine_chunks())
    for name in pc.unique(pc.struct_field(people, "name")).drop_null().to_pylist():
        words = parts(name)
        ordinary = all(len(word) < 2 or fold(word) in WORDS for word in words)
        if kind(name) == "PERSON" and len(words) > 1 and not ordinary:
            yield name


def _strong(table: pa.Table, found: pa.Table) -> Iterator[tuple[str, str]]:
    rows = [r for r in found.to_pylist() if r["type"] in TYPES]
    wanted = {r["id"] for r in rows}
    where = {id_: i for i, id_ in enumerate(table.column("id").to_pylist()) if id_ in wanted}
    columns = {field: table.column(field) for field in FIELDS}
    for r in rows:
        text = columns[r["field"]][where[r["id"]]].as_py()
        yield r["type"], read(r["field"], text[r["start"] : r["end"]])
