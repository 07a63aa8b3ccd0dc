"""Judge each own mail by all: what of it stands in the one it answers, and how they all end."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from corpus.letters import endings, parents, quotes
from corpus.letters.marks import NOTHING, Known

RANGES = pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64())]))
LETTERS = pa.schema(
    [
        ("id", pa.string()),
        ("quoted", RANGES),
        ("own", RANGES),
        ("signed", RANGES),
    ]
)
"""What `corpus.identify.Identify` cuts besides what a mail by itself shows; ranges of its text."""

HEAD = ["id", "kind", "thread", "reply_to", "author", "origin", "created", "removed"]
BODY = [*HEAD, "title", "text", "people", "handle"]
VERSION = 2  # goes up when the same mails tell something else
LOOKED = 20  # mails before a reply in its thread that are looked at, the nearest first
_ANSWER = re.compile(r"\s*[^\s:：]{1,12}\s?[:：]")  # «Re:», «AW:», «Antw:», «答复：»
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
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
    first: bool  # its subject does not say that it answers or passes on another


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
        told = known.get(id_, NOTHING)
        end = [signed[id_]] if id_ in signed else []
        rows.append((id_, _pairs(told.quoted), _pairs(told.own), _pairs(end)))
    columns = list(zip(*rows, strict=True)) or [()] * len(LETTERS)
    return pa.table(
        [pa.array(list(c), f.type) for c, f in zip(columns, LETTERS, strict=True)], LETTERS
    )


def _pairs(ranges: Sequence[Range]) -> list[dict[str, int]]:
    return [{"start": a, "end": b} for a, b in ranges]


def known_of(table: pa.Table) -> dict[str, Known]:
    """Return the rows of `LETTERS` by id, as `corpus.letters.quotes.cut` takes them."""
    out = {}
    for row in table.to_pylist():
        ranges = [[(r["start"], r["end"]) for r in row[n]] for n in ("quoted", "own", "signed")]
        out[row["id"]] = Known(*ranges)
    return out


def _mails(batches: Iterable[pa.RecordBatch]) -> Iterator[_Mail]:
    for batch in batches:
        for row in batch.filter(_in_use(batch)).select(BODY).to_pylist():
            if row["text"]:
                yield _Mail(
                    row["id"], row["thread"], row["reply_to"], row["author"],
                    row["origin"] == "self", row["created"], row["text"], _names(row),
                    row["reply_to"] is None and _is_first(row["title"]),
                )  # fmt: skip


def _is_first(title: str | None) -> bool:
    return bool(title and title.strip()) and not _ANSWER.match(title or "")


def _names(row: Mapping[str, object]) -> frozenset[str]:
    """Return the words of the author's name and of the address before its «@»."""
    people = row["people"] or []
    name = str(people[0]["name"] or "") if people else ""  # type: ignore[index]
    box = str(row["handle"] or "").partition(":")[2].partition("@")[0]
    words = f"{name} {box.replace('.', ' ').replace('_', ' ').replace('-', ' ')}".casefold()
    return frozenset(word for word in words.split() if len(word) > 1)


def _answering(mails: Sequence[_Mail]) -> Iterator[tuple[str, Known]]:
    """Yield what the earlier mails of its thread tell of each own mail."""
    by_id = {mail.id: mail for mail in mails}
    threads: dict[str, list[_Mail]] = defaultdict(list)
    for mail in mails:
        if mail.thread and mail.created:
            threads[mail.thread].append(mail)
    for thread in threads.values():
        thread.sort(key=_when)
    for mail in mails:
        before = _before(mail, by_id, threads.get(mail.thread or "", ())) if mail.mine else []
        known = _known(mail, before) if before else _alone(mail)
        if known != NOTHING:
            yield mail.id, known


def _alone(mail: _Mail) -> Known:
    """Return what is known of a mail without others: one that answers none quotes by hand."""
    if mail.mine and mail.first and ">" in mail.text:
        return Known(own=tuple(quotes.unheaded(mail.text)))
    return NOTHING


def _when(mail: _Mail) -> tuple[datetime, str]:
    return mail.created or LONG_AGO, mail.id


def _before(mail: _Mail, by_id: Mapping[str, _Mail], thread: Sequence[_Mail]) -> list[_Mail]:
    """Return the mails before `mail`: those it answers, then its thread's, the last first."""
    chain: dict[str, _Mail] = {}
    at = by_id.get(mail.reply_to or "")
    while at is not None and at.id not in chain and len(chain) < LOOKED:
        chain[at.id] = at
        at = by_id.get(at.reply_to or "")
    if mail.created is not None:
        place = bisect_left(thread, _when(mail), key=_when)
        for other in reversed(thread[max(0, place - LOOKED) : place]):
            chain.setdefault(other.id, other)
    chain.pop(mail.id, None)
    return list(chain.values())


def _known(mail: _Mail, before: Sequence[_Mail]) -> Known:
    """Return what the mails `before` tell of `mail`; one that they cover whole is left alone."""
    text = mail.text
    others = [m.text for m in before if not m.mine and m.author != mail.author]
    runs = quotes.unheaded(text) if ">" in text and others else []
    typed = parents.typed(text, runs, [m.text for m in before])
    found = parents.overlap(text, parents.Earlier(others)) if others else parents.Overlap([], [])
    known = Known(tuple(found.quoted), tuple(sorted([*found.own, *typed])))
    if found.quoted and not quotes.cut(text, known).text.strip():
        return Known((), tuple(typed)) if quotes.cut(text).text.strip() else known
    return known


def _signed(mails: Sequence[_Mail], known: Mapping[str, Known], least: int) -> dict[str, Range]:
    """Return where the learned signature of each mail stands."""
    found = []
    for mail in mails:
        day = mail.created.date() if mail.created else None
        cut = quotes.cut(mail.text, known.get(mail.id, NOTHING))
        occasion, lines = (mail.thread or mail.id, day), _own_lines(mail.text, cut)
        found.append(endings.Ending(mail.id, mail.author or "", occasion, lines, mail.names))
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
