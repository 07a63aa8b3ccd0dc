"""Gather the drafts of all files: one id per piece, threads, sessions, authors, sightings.

This is the fit of ingest: it reads everything but the texts once and returns a verdict for every
row of every draft; `attribute` applies a verdict row by row.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pyarrow as pa

from corpus.keys import keyed
from corpus.people import People, author_id
from corpus.schema import DRAFT, SIGHTINGS, WORK
from corpus.sources.align import align, groups
from corpus.sources.piece import Reading
from corpus.sources.reading import id_stem, made_id
from corpus.stage import Ledger

NEEDED = [
    "id", "source", "kind", "thread", "position", "reply_to", "origin", "created", "zone",
    "handle", "mine", "native", "locator", "file", "text_digest",
    "hole",
]  # fmt: skip
"""The columns of a draft that `fit` reads; never the text."""

VERDICTS = pa.schema(
    [
        pa.field("id", pa.string()),
        *[WORK.field(n) for n in ("thread", "session", "position", "reply_to", "author")],
        *[WORK.field(n) for n in ("origin", "role", "pin")],
        pa.field("kept", pa.bool_()),  # false: the same piece was seen elsewhere
        pa.field("newer", pa.bool_()),  # its text replaces an older one of the same piece
    ]
)
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Identities:
    """What turns handles into authors: the library's key, its people and its pins."""

    key: bytes
    people: People
    pins: Mapping[str, str]


@dataclass(slots=True)
class _Row:
    """One row of one draft while it is being placed."""

    draft: int
    id: str
    thread: str | None
    position: int | None
    reply_to: str | None
    origin: str | None
    kind: str
    created: datetime | None
    handle: str | None
    mine: bool | None
    native: bool
    locator: str
    file: str
    text_digest: str
    source: str
    zone: str
    hole: bool | None = None
    kept: bool = True
    newer: bool = False
    session: str | None = None
    moment: datetime = LONG_AGO
    placed: str = ""  # the file that says where in the thread it stands
    n: int = 0  # order in its file


def fit(
    drafts: Sequence[pa.Table], reading: Reading, who: Identities
) -> tuple[list[pa.Table], pa.Table]:
    """Return one table of `VERDICTS` per draft, row for row, and the `SIGHTINGS` of all pieces.

    The result does not depend on the order of `drafts`.
    """
    rows = [row for n, draft in enumerate(drafts) for row in _rows(n, draft)]
    files = _files_in_order(rows)
    _unify(files)
    for row in rows:
        row.id = "d" + keyed(who.key, "document", row.id)
        row.thread = row.thread and "t" + keyed(who.key, "thread", row.thread)
        row.reply_to = row.reply_to and "d" + keyed(who.key, "document", row.reply_to)
    _choose(rows, {file[0].file: n for n, file in enumerate(files)})
    _place(rows, reading.session_gap_hours, {f[0].file: n for n, f in enumerate(files)}, who.key)
    known = {row.id for row in rows}
    verdicts: list[list[tuple[object, ...]]] = [[] for _ in drafts]
    for row in rows:
        verdicts[row.draft].append(_verdict(row, known, who))
    tables = [_table(v, VERDICTS) for v in verdicts]
    return tables, _sightings(rows, who.key)


def _rows(n: int, draft: pa.Table) -> list[_Row]:
    names = [name for name in NEEDED if name in _Row.__slots__]
    columns = [draft.column(name).to_pylist() for name in names]
    out = []
    for number, values in enumerate(zip(*columns, strict=True)):
        told = dict(zip(names, values, strict=True))
        row = _Row(draft=n, n=number, **told)
        row.moment, row.placed = row.created or LONG_AGO, row.file
        out.append(row)
    return out


def _files_in_order(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Return the rows of each file, the file whose newest piece is oldest first."""
    files: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        files[row.file].append(row)
    return sorted(files.values(), key=lambda f: (max(r.moment for r in f), f[0].file))


def _unify(files: Sequence[list[_Row]]) -> None:
    """Give pieces without own ids the ids they have in the first export of their conversation."""
    chats: dict[str, list[list[_Row]]] = defaultdict(list)
    for file in files:
        threads: dict[str, list[_Row]] = defaultdict(list)
        for row in file:
            if not row.native and row.thread is not None:
                threads[row.thread].append(row)
        for chat in threads.values():
            chats[chat[0].source].append(chat)
    for same_source in chats.values():
        for group in groups([[r.text_digest for r in chat] for chat in same_source]):
            for new, base in group:
                if base is not None:
                    _adopt(same_source[base], same_source[new])


def _adopt(old: Sequence[_Row], new: Sequence[_Row]) -> None:
    """Put `new` in the frame of `old`, which it overlaps: thread, clock, names and ids."""
    same = align([r.text_digest for r in old], [r.text_digest for r in new])
    dated = [(old[o], new[n]) for n, o in same.items() if old[o].created and new[n].created]
    apart = [before.moment - after.moment for before, after in dated]
    shift = statistics.median_low(apart) if apart else timedelta(0)
    names = {new[n].handle: old[o].handle for n, o in same.items()}
    same |= _edited(old, new, same, names)
    ordinals: dict[str, int] = {}
    for n, row in enumerate(new):
        row.thread = old[0].thread
        row.moment = _shifted(row.moment, shift) if row.created else row.moment
        row.handle = names.get(row.handle, row.handle)
        stem = id_stem(row.thread or row.file, row.created and row.moment, old[0].zone, row.handle)
        ordinals[stem] = ordinals.get(stem, 0) + 1
        row.id = old[same[n]].id if n in same else made_id(stem, ordinals[stem])


def _shifted(moment: datetime, by: timedelta) -> datetime:
    """Return a moment by another clock; one at the end of all time stays where it is.

    >>> _shifted(datetime.max, timedelta(hours=1)) == datetime.max
    True
    """
    try:
        return moment + by
    except OverflowError:
        return moment


def _edited(
    old: Sequence[_Row],
    new: Sequence[_Row],
    same: Mapping[int, int],
    names: Mapping[str | None, str | None],
) -> dict[int, int]:
    """Return further pairs: between two matches equally far apart, what one person wrote is one.

    Their texts differ, since the message was edited between the exports.
    """
    out = {}
    places = sorted(same.items())
    for (n, o), (next_n, next_o) in pairwise(places):
        if next_n - n == next_o - o:
            for step in range(1, next_n - n):
                writer = new[n + step].handle
                if names.get(writer, writer) == old[o + step].handle:
                    out[n + step] = o + step
    return out


def _choose(rows: Sequence[_Row], order: Mapping[str, int]) -> None:
    """Keep one row per id: the newest text, in the oldest file that has it, dated if one is."""
    met: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        met[row.id].append(row)
    for same in met.values():
        if len(same) == 1:
            continue
        same.sort(key=lambda r: (order[r.file], r.position or 0, r.draft, r.n))
        newest = same[-1].text_digest
        alike = [r for r in same if r.text_digest == newest]
        stays = next((r for r in alike if r.created), alike[0])
        stays.newer = stays is not same[0]
        first = same[0]  # where a piece stands in its thread does not change when it is edited
        stays.placed, stays.position = first.file, first.position
        stays.moment = first.moment if first.created else stays.moment
        for row in same:
            row.kept = row is stays


def _place(rows: Sequence[_Row], gap_hours: float, order: Mapping[str, int], key: bytes) -> None:
    """Set positions and sessions of every thread, cut at what is forgotten; chats at silences."""
    threads: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        if row.thread is not None and row.kept:
            threads[row.thread].append(row)
    gap = timedelta(hours=gap_hours)
    for name, thread in threads.items():
        one_file = len({r.placed for r in thread}) == 1 and all(
            r.position is not None for r in thread
        )
        if one_file:
            thread.sort(key=lambda r: (r.position, r.draft, r.n))
        else:
            thread.sort(key=lambda r: (r.moment, order[r.placed], r.position or 0, r.id))
        session, last = None, LONG_AGO
        for n, row in enumerate(thread):
            row.position = row.position if one_file else n
            moment = max(row.moment, last) if row.created else last
            cut = bool(row.hole) or (row.kind in ("chat", "prompt") and moment - last > gap)
            if session is None or cut:
                session = "s" + keyed(key, "session", name, row.id if cut else "")
            row.session, last = session, moment


def _verdict(row: _Row, known: set[str], who: Identities) -> tuple[object, ...]:
    origin = row.origin or _origin(row, who.people)
    mine = origin == "self" and row.mine is not False
    author = "p" + keyed(who.key, "author", "me") if mine else None
    scope = row.thread or row.file
    author = author or author_id(who.key, who.people, row.handle, scope)
    reply_to = row.reply_to if row.reply_to in known else None
    role = "target" if origin == "self" else "context"
    return (
        row.id, row.thread, row.session, row.position, reply_to, author, origin, role,
        who.pins.get(row.id), row.kept, row.newer,
    )  # fmt: skip


def _origin(row: _Row, people: People) -> str:
    """Return self when the source or the identity table says so, else other."""
    mine = row.mine if row.mine is not None else people.owner(row.handle) == "me"
    return "self" if mine else "other"


def _sightings(rows: Sequence[_Row], key: bytes) -> pa.Table:
    seen = [(r.id, r.file, r.locator, keyed(key, "text", r.text_digest)) for r in rows]
    return _table(sorted(seen), SIGHTINGS)


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [[] for _ in schema]
    arrays = [pa.array(list(c), type=f.type) for c, f in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def attribute(
    draft: pa.RecordBatch, verdicts: pa.RecordBatch
) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """Return the documents of `draft` that stay, as `WORK`, and the events.

    `verdicts` are the rows of `fit` for the rows of `draft`. Pieces pinned «remove» come out
    removed; a piece whose newer text replaced an older one has an `edited` event.
    """
    columns = {name: draft.column(name) for name in DRAFT.names if name in WORK.names}
    columns |= {name: verdicts.column(name) for name in VERDICTS.names if name in WORK.names}
    batch = pa.RecordBatch.from_arrays([columns[n] for n in WORK.names], schema=WORK)
    batch = batch.filter(verdicts.column("kept"))
    ledger = Ledger("ingest")
    newer = verdicts.filter(verdicts.column("kept")).column("newer").to_pylist()
    removed = []
    for id_, pin, is_newer in zip(
        batch.column("id").to_pylist(), batch.column("pin").to_pylist(), newer, strict=True
    ):
        if is_newer:
            ledger.add(id_, "edited", "newer-text")
        if pin == "remove":
            ledger.add(id_, "removed", "pinned")
        removed.append("ingest.pinned" if pin == "remove" else None)
    columns = dict(zip(WORK.names, batch.columns, strict=True))
    columns["removed"] = pa.array(removed, type=pa.string())
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=WORK), ledger.batch()
