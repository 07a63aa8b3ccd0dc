"""Bluesky: the repository of an account as a CAR file, and its records as JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from corpus.sources import bluesky_records, repository
from corpus.sources.file import File
from corpus.sources.json_items import DAMAGE, items, named, string
from corpus.sources.meta_entries import listed_entries
from corpus.sources.nesting import BOM
from corpus.sources.piece import Claim, Piece, Problem, Reading

CAR = re.compile(rb"[\x00-\xff]{1,3}\xa2(?:eroots|gversion)", re.DOTALL)
TWIN = re.compile(rb'\{\s*"(?:app|chat|com)\.[a-zA-Z.]+"\s*:\s*\{')
RECORD = re.compile(rb'"\$type"\s*:\s*"app\.bsky\.')
ADDRESS = re.compile(rb'"at://did:[a-z]+:[^"]+"')
EVIDENCE = "the repository is of this account"


def recognise(file: File, head: bytes) -> str | None:
    """Return why `head` begins a repository or its records, None if it does not."""
    if CAR.match(head):
        known = b"app.bsky." in head or b"did:plc:" in head or b"did:web:" in head
        return "a CAR file with a repository's commit or records" if known else None
    start = head.removeprefix(BOM).lstrip()
    if not start.startswith((b"{", b"[")) or not RECORD.search(head):
        return None
    if TWIN.match(start):
        return "a JSON object of records by collection, as of a Bluesky repository"
    return "records with at:// addresses, as Bluesky gives them" if ADDRESS.search(head) else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each post of the account as a piece; records of another kind as one problem a kind."""
    head = file.head()
    if CAR.match(head):
        yield from _car(file)
    elif TWIN.match(head.removeprefix(BOM).lstrip()):
        yield from _twin(file)
    else:
        yield from _listed(file)


def _car(file: File) -> Iterator[Piece | Problem | Claim]:
    others: Counter[str] = Counter()
    name: str | None = None
    with file.open() as stream:
        repo = repository.opened(stream)
        number = 0
        for path, record in repository.records(repo):
            number += 1
            place = f"record {number}"
            told = named(record)
            collection = path.rpartition("/")[0] if path else string(told.get("$type"))
            if record is None:
                yield Problem(place, repository.DAMAGED, "errored")
            elif collection in bluesky_records.READ:
                address = f"at://{repo.did}/{path}" if path and repo.did else None
                yield bluesky_records.piece(told, address, repo.did, True, place)
            else:
                others[collection] += 1
                if collection == bluesky_records.PROFILE:
                    name = string(told.get("displayName")) or None
        if repo.cut or repo.data is None:
            yield Problem(f"after record {number}", repository.CUT, "errored")
    yield from bluesky_records.not_writing(others)
    if repo.did:
        yield Claim(f"bluesky:{repo.did}", EVIDENCE, strong=True, name=name)


def _twin(file: File) -> Iterator[Piece | Problem | Claim]:
    """Yield the records of a repository as JSON by collection and key; it tells no account."""
    others: Counter[str] = Counter()
    number = 0
    try:
        for collection, records in listed_entries(file):
            for key, record in named(records).items():
                number += 1
                if collection in bluesky_records.READ:
                    path = f"{collection}/{key}"
                    place = f"record {number}"
                    found = bluesky_records.piece(named(record), None, "", True, place)
                    if isinstance(found, Piece):
                        found.own = path
                    yield found
                else:
                    others[collection] += 1
    except DAMAGE:
        yield Problem(f"after record {number}", "the JSON is damaged or ends early", "errored")
    yield from bluesky_records.not_writing(others)


def _listed(file: File) -> Iterator[Piece | Problem | Claim]:
    """Yield records with their addresses: one, a list, or a page of a listing."""
    others: Counter[str] = Counter()
    number = 0
    try:
        for told in _told(file):
            number += 1
            place = f"record {number}"
            post = named(told, "post") or named(told)
            record = named(post, "value") or named(post, "record") or post
            collection, address = string(record.get("$type")), string(post.get("uri"))
            if not post:
                yield Problem(place, "not a record", "errored")
            elif "reason" in told:
                yield Problem(place, "a repost of another's words")
            elif collection in bluesky_records.READ:
                did = address.split("/")[2] if address.count("/") > 2 else ""
                yield bluesky_records.piece(record, address or None, did, None, place)
            else:
                others[collection or "records without a type"] += 1
    except DAMAGE:
        yield Problem(f"after record {number}", "the JSON is damaged or ends early", "errored")
    yield from bluesky_records.not_writing(others)


def _told(file: File) -> Iterator[Any]:
    start = file.head().removeprefix(BOM).lstrip()
    if start.startswith(b"["):
        yield from items(file, "item")
    elif re.search(rb'"(?:records|feed)"\s*:\s*\[', start):
        for key, entry in listed_entries(file):
            if key in ("records", "feed"):
                yield entry
    else:
        yield from items(file, "")
