"""The fit of names: what is to be replaced in each document, seen from its thread and the library.

NER finds a name in one message and misses it in the next; a thread's participants are known by
their display names; a number found once must be hidden everywhere. So all documents are read
twice: once to collect what was found, once to look for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

import pyarrow as pa
import pyarrow.compute as pc

from corpus import lent
from corpus.people import People
from corpus.redact import leak
from corpus.redact.again import looked_for
from corpus.redact.aliases import Aliases
from corpus.redact.entities import Entity, resolve
from corpus.redact.fields import FIELDS, read, units
from corpus.redact.fold import Matcher, fold
from corpus.redact.known import (
    PARTICLES,
    WORDS,
    Form,
    Known,
    capitalised,
    kind,
    parts,
    people_forms,
)
from corpus.redact.settings import Redact
from corpus.redact.surrogates import Surrogates, canonical_form
from corpus.redact.views import View, view

SPEAKER = "speaker"
COLUMNS = ["id", "thread", "author", "handle", "people", "origin", "removed", *FIELDS]
NAME = pa.struct(
    [
        ("value", pa.string()),
        ("type", pa.string()),
        ("person", pa.string()),
        ("surrogate", pa.string()),
        ("field", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("score", pa.float64()),
        ("rule", pa.string()),
    ]
)
NAMES = pa.schema([("id", pa.string()), ("names", pa.list_(NAME))])
"""Per document in use, every span to replace: its value, the full name it is part of, the
surrogate drawn for it (null without a key) and where it stands; private. A row of field «speaker»
gives the author's name."""


class Span(NamedTuple):
    """A row of `NAME`."""

    value: str
    type: str
    person: str
    surrogate: str | None
    field: str
    start: int
    end: int
    score: float
    rule: str


class Cast:
    """The people of one thread: how they are called, and what stands for them."""

    def __init__(self, surrogates: Surrogates | None, *, distinct: bool) -> None:
        self.surrogates, self.distinct = surrogates, distinct
        self.aliases = Aliases((), (), People())
        self.named: dict[tuple[str | None, str | None], None] = {}
        self.values: dict[str, None] = {}
        self.matcher = Matcher({})
        self._drawn: dict[tuple[str, str], tuple[str, str | None]] = {}

    def close(self, known: Known, people: People) -> None:
        """Prepare to look for everything collected so far; `known` tells what is kept."""
        display = [name for _, name in self.named if name and kind(name) == "PERSON"]
        self.aliases = Aliases(self.named, {*display, *self.values}, people)
        entered: dict[str, Form] = {}
        for form in (*people_forms(sorted(self.named, key=str)), *map_values(sorted(self.values))):
            if not known.keeps(form.type, form.text):
                entered.setdefault(fold(form.text), form)
        self.matcher = Matcher(entered)
        if self.surrogates and self.distinct:
            everyone = sorted({*display, *self.values})
            self.surrogates.reserve({self.aliases.person("PERSON", n) or n for n in everyone})

    def stand_in(self, type_: str, value: str) -> tuple[str, str | None]:
        """Return the full name `value` is part of, and what stands for it; None without a key."""
        if (type_, value) not in self._drawn:
            person = self.aliases.person(type_, value)
            drawn = self.surrogates.draw(type_, value, person) if self.surrogates else None
            self._drawn[type_, value] = person, drawn
        return self._drawn[type_, value]

    def author(self, handle: str, name: str | None) -> str:
        """Return the fullest display name of the author with `handle`, else «»."""
        return self.aliases.full(handle) or (name if name and kind(name) == "PERSON" else "")


def map_values(values: Sequence[str]) -> Iterator[Form]:
    """Yield the forms of names that NER or rules found: whole, and parts where capitalised."""
    for value in values:
        words = parts(value)
        if len(words) > 1:
            yield Form(value, "PERSON", "thread.found")
        for word in words:
            if len(word) >= 3 and fold(word) not in PARTICLES and fold(word) not in WORDS:
                yield Form(word, "PERSON", "thread.found", cased=True)


class Library:
    """What the fit knows of all documents: a cast per thread, and values to hide everywhere."""

    def __init__(
        self, settings: Redact, people: People, secret: str, denied: frozenset[str] = frozenset()
    ) -> None:
        self.settings, self.people, self.wanted = settings, people, settings.wanted()
        self.denied = denied
        self.known = Known(people, settings.keep_own)
        self.key = cast(bytes, lent.borrow(secret)) if secret else None
        self.casts: dict[str, Cast] = {}
        self.taken: set[str] = {fold(w) for p in people.person for n in p.names for w in parts(n)}
        self.taken |= {fold(w) for n in people.me.names for w in parts(n)}
        self.scanner = leak.Scanner(())
        self.strong: dict[str, str] = {}

    def of(self, thread: str) -> Cast:
        """Return the cast of `thread`."""
        if thread not in self.casts:
            whole = self.settings.scope == "library"
            scope = "library" if whole else thread
            self.casts[thread] = Cast(
                Surrogates(self.key, scope, self.taken, self.settings.regions)
                if self.key
                else None,
                distinct=not whole,
            )
        return self.casts[thread]

    def collect(self, documents: pa.Table, entities: pa.Table) -> None:
        """Read what one shard says of its threads."""
        found = _by_id(entities)
        for row in _rows(documents):
            told = self.of(row["thread"] or row["id"])
            for person in row["people"] or ():
                told.named[person["handle"], person["name"]] = None
            for e in found.get(row["id"], ()):
                value = read(e["field"], row[e["field"]][e["start"] : e["end"]])
                if self.known.keeps(e["type"], value):
                    continue
                if e["type"] == "PERSON":
                    told.values[value] = None
                elif e["type"] in leak.TYPES:
                    self.strong.setdefault(value, e["type"])
                    self.taken.add(canonical_form(e["type"], value, self.settings.regions))

    def close(self, values: set[str]) -> None:
        """End the first reading; `values` are to be hidden everywhere."""
        self.scanner = leak.Scanner(values)
        self.taken |= {fold(value) for value in values}
        for each in self.casts.values():
            each.close(self.known, self.people)

    def spans(self, row: dict, found: list[dict]) -> list[Span]:
        """Return what is to be replaced in the document `row`, in which `found` was found."""
        cast = self.casts[row["thread"] or row["id"]]
        out = []
        for field in FIELDS:
            value = row[field]
            here = [_entity(e) for e in found if e["field"] == field]
            here = [e for e in here if not self._allowed(e, field, value)]
            for unit in units(field, value):
                more = self.known.free(unit.text, self._more(cast, unit.text))
                for e in more:
                    start, end = unit.place(e.start, e.end)
                    here.append(e._replace(start=start, end=end))
            for e in resolve(value or "", here):
                text = read(field, value[e.start : e.end])
                told = cast.stand_in(e.type, text)
                out.append(Span(text, e.type, *told, field, e.start, e.end, e.score, e.rule))
        return out + self._speaker(cast, row)

    def _allowed(self, entity: Entity, field: str, value: str) -> bool:
        found = read(field, value[entity.start : entity.end])
        return self.known.keeps(entity.type, found) and not entity.rule.startswith("deny")

    def _more(self, cast: Cast, text: str) -> Iterator[Entity]:
        seen = view(text)
        for start, end, form in cast.matcher.find(seen.text):
            if form.type not in self.wanted or (form.cased and not self._named(form, seen, start)):
                continue
            score = 0.6 if form.rule == "thread.found" else 0.9
            yield Entity(*seen.place(start, end), form.type, score, form.rule)
        for start, end, value in self.scanner.spans(text):
            type_ = self.strong.get(value) or kind(value)
            if type_ in self.wanted:
                pinned = fold(value) in self.denied
                yield Entity(start, end, type_, 0.9, "pin.deny" if pinned else "thread.known")

    def _named(self, form: Form, seen: View, start: int) -> bool:
        if form.rule != "thread.found":
            return capitalised(seen.text, start)
        capital = seen.text[start].isupper()
        # Without a language model there is no list of words to ask, and only rules found names.
        return capital and (not self.settings.ner or looked_for(form.text, seen.text, start))

    def _speaker(self, cast: Cast, row: dict) -> list[Span]:
        if row["author"] is None:
            return []
        mine = row["origin"] == "self" or self.people.owner(row["handle"]) == "me"
        own = self.people.me.names[0] if mine and self.people.me.names else ""
        handle = row["handle"] or row["author"]
        told = next((p["name"] for p in row["people"] or () if p["handle"] == handle), None)
        name = own or cast.author(handle, told)
        if mine and own and self.settings.keep_own:
            drawn: str | None = own
        elif name:
            drawn = cast.stand_in("PERSON", name)[1]
        else:
            drawn = cast.surrogates.anyone(row["author"]) if cast.surrogates else None
        return [Span(name, "PERSON", name, drawn, SPEAKER, 0, 0, 1.0, "identity.speaker")]


def _entity(row: dict) -> Entity:
    return Entity(row["start"], row["end"], row["type"], row["score"], row["rule"])


def _rows(documents: pa.Table) -> Iterator[dict]:
    in_use = documents.select(COLUMNS).filter(pc.field("removed").is_null())
    for batch in in_use.to_batches(max_chunksize=1_000):
        yield from batch.to_pylist()


def _by_id(entities: pa.Table) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for row in entities.to_pylist():
        found.setdefault(row["id"], []).append(row)
    return found


def fit(
    documents: Sequence[pa.Table],
    entities: Sequence[pa.Table],
    settings: Redact,
    people: People,
    secret: str = "",
    denied: frozenset[str] = frozenset(),
) -> pa.Table:
    """Return the spans to replace in every document in use, as rows of `NAMES`.

    `documents` are the shards (columns of `WORK`), `entities` what `find_entities` found in each.
    `secret` is the fingerprint under which the library's key is lent; with it surrogates are drawn
    here, so that within a thread no two names get the same one and none is a real value of the
    library; without it `surrogate` is null and `Replace` draws them knowing only its document.
    `denied` are those of `people.deny` that a pin says to hide, for the rule told.
    """
    library = Library(settings, people, secret, denied)
    for table, found in zip(documents, entities, strict=True):
        library.collect(table, found)
    library.close(leak.values(documents, entities, settings, people))
    tables = []
    for table, found in zip(documents, entities, strict=True):
        by_id = _by_id(found)
        told = [
            {
                "id": row["id"],
                "names": [s._asdict() for s in library.spans(row, by_id.get(row["id"], []))],
            }
            for row in _rows(table)
        ]
        tables.append(pa.Table.from_pylist(told, schema=NAMES))
    return pa.concat_tables(tables) if tables else NAMES.empty_table()
