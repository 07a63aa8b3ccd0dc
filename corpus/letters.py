"""Judge each own mail by all mails: what of it stands in the one it answers, and how they all end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from corpus import endings, quotes
from corpus.parents import Earlier, overlap
from corpus.quotes import Known

RANGES = pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64())]))
LETTERS = pa.schema(
    [
        ("id", pa.string()),
        ("answers", pa.bool_()),
        ("quoted", RANGES),
        ("own", RANGES),
        ("signed", RANGES),
    ]
)
"""What `corpus.identify.Identify` cuts besides what a mail by itself shows; ranges of its text."""

HEAD = ("id", "kind", "thread", "reply_to", "author", "origin", "created", "removed")
BODY = (*HEAD, "text", "people", "handle")
VERSION = 1  # goes up when the same mails tell something else
LOOKED = 20  # mails before a reply in its thread that are looked at, the nearest first
Range = tuple[int, int]


class _Mail(NamedTuple):
    id: str
    thread: str | None
    reply_to: str | None
    author: str | None
    mine: bool
    created: datetime | None
    text: str
    names: frozenset[str]


def wanted(heads: Iterable[pa.RecordBatch]) -> set[str]:
    """Return the ids of the mails that `fit` needs: the own ones, and those of their threads."""
    mine, threads = set(), set()
    others: dict[str, list[str]] = defaultdict(list)
    for batch in heads:
        for id_, thread, is_mine in _heads(batch):
            if is_mine:
                mine.add(id_)
                threads.add(thread)
            elif thread:
                others[thread].append(id_)
    return mine.union(*(others[thread] for thread in threads if thread in others))


def _heads(batch: pa.RecordBatch) -> Iterator[tuple[str, str | None, bool]]:
    mails = batch.filter(_in_use(batch))
    origins = mails.column("origin").to_pylist()
    ids, threads = mails.column("id").to_pylist(), mails.column("thread").to_pylist()
    yield from zip(ids, threads, [origin == "self" for origin in origins], strict=True)


def _in_use(batch: pa.RecordBatch) -> pa.Array:
    is_mail = pc.fill_null(pc.equal(batch.column("kind"), "mail"), False)
    return pc.and_(is_mail, pc.is_null(batch.column("removed")))


def fit(batches: Iterable[pa.RecordBatch], least: int) -> pa.Table:
    """Return a row of `LETTERS` for each own mail about which the others tell something, by id.

    `least` is how many mails must end alike for their ending to be a signature. The texts of all
    mails in `batches` are held in memory.
    """
    mails = sorted(_mails(batches), key=lambda mail: mail.id)
    known = dict(_answering(mails))
    signed = _signed([m for m in mails if m.mine], known, least)
    rows = []
    for id_ in sorted(known.keys() | signed.keys()):
        told = known.get(id_, quotes.NOTHING)
        end = [signed[id_]] if id_ in signed else []
        rows.append((id_, told.answers, _pairs(told.quoted), _pairs(told.own), _pairs(end)))
    columns = list(zip(*rows, strict=True)) or [()] * len(LETTERS)
    return pa.table(
        [pa.array(list(c), f.type) for c, f in zip(columns, LETTERS, strict=True)], LETTERS
    )


def _pairs(ranges: Sequence[Range]) -> list[dict[str, int]]:
    return [{"start": a, "end": b} for a, b in ranges]


def known_of(table: pa.Table) -> dict[str, Known]:
    """Return the rows of `LETTERS` by id, as `corpus.quotes.cut` takes them."""
    out = {}
    for row in table.to_pylist():
        ranges = [[(r["start"], r["end"]) for r in row[n]] for n in ("quoted", "own", "signed")]
        out[row["id"]] = Known(row["answers"], *ranges)
    return out


def _mails(batches: Iterable[pa.RecordBatch]) -> Iterator[_Mail]:
    for batch in batches:
        for row in batch.filter(_in_use(batch)).select(BODY).to_pylist():
            if row["text"]:
                yield _Mail(
                    row["id"], row["thread"], row["reply_to"], row["author"],
                    row["origin"] == "self", row["created"], row["text"], _names(row),
                )  # fmt: skip


def _names(row: Mapping[str, object]) -> frozenset[str]:
    """Return the words of the author's name and of the address before its «@»."""
    people = row["people"] or []
    name = str(people[0]["name"] or "") if people else ""  # type: ignore[index]
    box = str(row["handle"] or "").partition(":")[2].partition("@")[0]
    words = f"{name} {box.replace('.', ' ').replace('_', ' ').replace('-', ' ')}".casefold()
    return frozenset(word for word in words.split() if len(word) > 1)


def _answering(mails: Sequence[_Mail]) -> Iterator[tuple[str, Known]]:
    """Yield what the earlier mails of its thread by others tell of each own mail."""
    by_id = {mail.id: mail for mail in mails}
    threads: dict[str, list[_Mail]] = defaultdict(list)
    for mail in mails:
        if mail.thread:
            threads[mail.thread].append(mail)
    for mail in mails:
        if not mail.mine:
            continue
        before = _before(mail, by_id, threads.get(mail.thread or "", ()))
        if before:
            yield mail.id, _known(mail.text, Earlier(m.text for m in before))


def _before(
    mail: _Mail, by_id: Mapping[str, _Mail], thread: Sequence[_Mail]
) -> list[_Mail]:
    """Return the mails by others before `mail`: those it answers, then its thread's, last first."""
    chain: dict[str, _Mail] = {}
    at = by_id.get(mail.reply_to or "")
    while at is not None and at.id not in chain and len(chain) < LOOKED:
        chain[at.id] = at
        at = by_id.get(at.reply_to or "")
    if mail.created is not None:
        dated = [m for m in thread if m.created is not None and m.created < mail.created]
        for other in sorted(dated, key=lambda m: (m.created, m.id), reverse=True)[:LOOKED]:
            chain.setdefault(other.id, other)
    return [m for m in chain.values() if not m.mine and m.author != mail.author]


def _known(text: str, earlier: Earlier) -> Known:
    """Return what `earlier` tells of `text`; a mail that it covers whole is left to the rules."""
    found = overlap(text, earlier)
    known = Known(True, found.quoted, found.own)
    if found.quoted and not quotes.cut(text, known).text.strip():
        return Known(True, (), ()) if quotes.cut(text).text.strip() else known
    return known


def _signed(
    mails: Sequence[_Mail], known: Mapping[str, Known], least: int
) -> dict[str, Range]:
    """Return where the learned signature of each mail stands."""
    found = []
    for mail in mails:
        day = mail.created.date() if mail.created else None
        cut = quotes.cut(mail.text, known.get(mail.id, quotes.NOTHING))
        one = endings.ending(
            mail.id, mail.author or "", (mail.thread or mail.id, day), _own_lines(mail.text, cut)
        )
        one.names = mail.names
        found.append(one)
    return endings.learn(found, least)


def _own_lines(text: str, cut: quotes.Cut) -> list[tuple[int, int, str]]:
    """Return the lines with words that stay, as ranges of `text` and what they say."""
    out, at = [], 0
    for span in [*cut.spans, quotes.Span(len(text), len(text), "")]:
        start = at
        for line in text[at : span.start].split("\n"):
            if line.strip():
                out.append((start, start + len(line), line.strip()))
            start += len(line) + 1
        at = span.end
    return out
