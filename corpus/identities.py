"""The identity table: every handle in the exports, whose it is, on what evidence and how surely."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from corpus.people import People, key_type, normal
from corpus.schema import TIMESTAMP
from corpus.sent_mail import weighed

IDENTITIES = pa.schema(
    [
        ("handle", pa.string()),  # as the source names them
        ("key_type", pa.string()),  # email, phone, name, or the kind of source whose id it is
        ("names", pa.list_(pa.string())),  # display names seen with it
        ("person", pa.string()),  # me, person:<n> of people.toml, or null
        ("confirmed", pa.bool_()),  # people.toml says so
        ("confidence", pa.float64()),  # that it is «me», 0 to 1
        ("evidence", pa.string()),
        ("documents", pa.int64()),
        ("threads", pa.int64()),
        ("sources", pa.list_(pa.string())),
        ("first", TIMESTAMP),
        ("last", TIMESTAMP),
    ]
)
"""One handle. It holds names and addresses, so it lives in `objects/` and `secrets/` only."""

COLUMNS = ("source", "thread", "handle", "people", "created")
"""The columns of drafts that the table is made from."""

STRONG, CONFIRMED = 0.95, 1.0
WEAK = 0.5
"""What one piece of weak evidence is worth; n independent ones are worth 1 - (1 - WEAK)^n, which
stays below STRONG for the four kinds there are."""
EVERYWHERE = 3
"""Conversations with several writers from which on «writes in every one of them» says something:
in two, a friend of both would do as well."""


@dataclass
class _Known:
    """What is known of one handle while the drafts are read."""

    names: set[str] = field(default_factory=set)
    evidence: dict[str, bool] = field(default_factory=dict)  # evidence → strong
    documents: int = 0
    threads: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    first: datetime | None = None
    last: datetime | None = None


def resolved(people: People, claims: Iterable[Mapping[str, object]]) -> People:
    """Return `people` with every handle that `claims` give strong evidence for added to `me`.

    `claims` have handle, name, evidence, strong and same_as; those on sent mail are weighed. What
    people.toml says goes before: a handle listed there as another person's, or as not one's own,
    stays so.
    """
    claims = sorted(weighed(claims, people), key=lambda c: str(c["handle"]))
    handles: dict[str, str] = {}
    names = dict.fromkeys(people.me.names)
    for claim in (c for c in claims if c["strong"] and not c["same_as"]):
        handle = str(claim["handle"])
        if people.person_of(handle) not in (None, "me") or people.denies(handle):
            continue
        if people.person_of(handle) is None:
            handles.setdefault(normal(handle), handle)
        if claim["name"]:
            names.setdefault(str(claim["name"]))
    me = {"names": tuple(names), "handles": (*people.me.handles, *handles.values())}
    return _joined(People.model_validate({**people.model_dump(), "me": me}), claims)


def _joined(people: People, claims: Iterable[Mapping[str, object]]) -> People:
    """Return `people` with handles added that an export says are the same as a listed one.

    Where a handle is said to be the same as those of two persons, neither gets it.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        if claim["same_as"] and claim["strong"]:
            handle, owner = str(claim["handle"]), people.person_of(str(claim["same_as"]))
            if owner and people.person_of(handle) is None and not people.denies(handle):
                found[handle].add(owner)
    told = people.model_dump()
    for handle, owners in sorted(found.items()):
        if len(owners) == 1:
            owner, _, n = next(iter(owners)).partition(":")
            person = told["me"] if owner == "me" else told["person"][int(n)]
            person["handles"] = (*person["handles"], handle)
    return People.model_validate(told)


def table(
    drafts: Iterable[pa.Table], claims: Sequence[Mapping[str, object]], people: People
) -> pa.Table:
    """Return `IDENTITIES` for all handles in `drafts` (with `COLUMNS`) and `claims`, by handle.

    `people` is the table as the person wrote it; claims are weighed here. Names never join two
    handles: who writes under two is one person only when people.toml says so.
    """
    known: dict[str, _Known] = defaultdict(_Known)
    writers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for draft in drafts:
        _count(draft, known, writers)
        _name(draft, known)
    joined = resolved(people, claims)
    for claim in weighed(claims, people):
        who = known[str(claim["handle"])]
        if claim["same_as"]:
            who.names |= {str(claim["name"])} if claim["name"] else set()
            if claim["strong"] and joined.person_of(str(claim["same_as"])) == "me":
                who.evidence[str(claim["evidence"])] = True
            continue
        told = str(claim["evidence"])
        who.evidence[told] = who.evidence.get(told, False) or bool(claim["strong"])
        who.names |= {str(claim["name"])} if claim["name"] else set()
    _list(known, people)
    _everywhere(known, writers)
    _namesakes(known, people)
    rows = [_row(handle, who, people) for handle, who in sorted(known.items())]
    return pa.Table.from_pylist(rows, IDENTITIES)


def _count(
    draft: pa.Table, known: dict[str, _Known], writers: dict[tuple[str, str], set[str]]
) -> None:
    """Add what `draft` tells about who wrote: documents, conversations, dates."""
    groups = draft.group_by(["handle", "source", "thread"]).aggregate(
        [([], "count_all"), ("created", "min"), ("created", "max")]
    )
    for row in groups.to_pylist():
        if row["handle"] is None:
            continue
        who = known[row["handle"]]
        who.documents += row["count_all"]
        threads = who.threads[row["source"]]
        if row["thread"] is not None:
            threads.add(row["thread"])
            writers[row["source"], row["thread"]].add(row["handle"])
        dates = [d for d in (who.first, who.last, row["created_min"], row["created_max"]) if d]
        who.first, who.last = (min(dates), max(dates)) if dates else (None, None)


def _name(draft: pa.Table, known: dict[str, _Known]) -> None:
    """Add the display names that `draft` gives, those of recipients too."""
    people = pc.list_flatten(draft["people"]).combine_chunks()
    if not len(people):
        return
    pairs = pa.table({"handle": people.field("handle"), "name": people.field("name")})
    for row in pairs.group_by(["handle", "name"]).aggregate([]).to_pylist():
        if row["handle"]:
            known[row["handle"]].names |= {row["name"]} if row["name"] else set()


def _list(known: dict[str, _Known], people: People) -> None:
    """Add the handles of people.toml that stand nowhere in the exports."""
    met = {normal(handle) for handle in known}
    for handle in (h for p in (people.me, *people.person) for h in p.handles):
        if normal(handle) not in met:
            known[handle] = _Known()


def _everywhere(known: dict[str, _Known], writers: dict[tuple[str, str], set[str]]) -> None:
    """Propose whoever writes in every conversation of a kind of source that has several writers."""
    threads: dict[str, list[set[str]]] = defaultdict(list)
    for (source, _), who in writers.items():
        if len(who) > 1:
            threads[source].append(who)
    for source, sets in threads.items():
        if len(sets) < EVERYWHERE:
            continue
        everywhere = set.intersection(*sets)
        if len(everywhere) == 1:
            handle = everywhere.pop()
            told = f"writes in every one of the {len(sets)} conversations from {source}"
            known[handle].evidence.setdefault(told, False)


def _namesakes(known: dict[str, _Known], people: People) -> None:
    """Propose who has a name of «me»: equal names never join two handles, but are worth asking."""
    mine = {n for who in known.values() if any(who.evidence.values()) for n in who.names}
    folded = {normal(f"name:{name}") for name in mine | set(people.me.names)}
    for who in known.values():
        if any(normal(f"name:{name}") in folded for name in who.names):
            who.evidence.setdefault("has your name", False)


def _row(handle: str, who: _Known, people: People) -> dict[str, object]:
    person = people.person_of(handle)
    confirmed = person is not None or people.denies(handle)
    if not confirmed and any(who.evidence.values()):
        person = "me"
    return {
        "handle": handle,
        "key_type": key_type(handle),
        "names": sorted(who.names),
        "person": person,
        "confirmed": confirmed,
        "confidence": _confidence(who, person, confirmed),
        "evidence": "; ".join(sorted(who.evidence)),
        "documents": who.documents,
        "threads": sum(map(len, who.threads.values())),
        "sources": sorted(who.threads),
        "first": who.first,
        "last": who.last,
    }


def _confidence(who: _Known, person: str | None, confirmed: bool) -> float:
    if confirmed:
        return CONFIRMED if person == "me" else 0.0
    if any(who.evidence.values()):
        return STRONG
    return 1 - (1 - WEAK) ** min(len(who.evidence), 4)


def proposals(identities: pa.Table) -> list[dict[str, object]]:
    """Return the handles nobody has confirmed for which there is weak evidence, likeliest first."""
    rows = identities.filter(
        pc.and_(
            pc.and_(pc.invert(identities["confirmed"]), pc.is_null(identities["person"])),
            pc.greater(identities["confidence"], 0),
        )
    ).to_pylist()
    return sorted(rows, key=lambda r: (-r["confidence"], -r["documents"], r["handle"]))


def as_csv(identities: pa.Table) -> str:
    """Return the table as CSV text, most documents first, lists joined by « | »."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(IDENTITIES.names)
    ordered = identities.sort_by([("documents", "descending"), ("handle", "ascending")])
    for row in ordered.to_pylist():
        cells = (row[name] for name in IDENTITIES.names)
        rows.writerow([" | ".join(c) if isinstance(c, list) else c for c in cells])
    return text.getvalue()
