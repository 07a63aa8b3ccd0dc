"""Recognise a source file and turn what its reader yields into batches and an account."""

from __future__ import annotations

import errno
import glob
import hashlib
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from types import ModuleType
from zoneinfo import ZoneInfo

import pyarrow as pa

from corpus.keys import digest
from corpus.schema import DRAFT, record_batch
from corpus.sources import (
    apple_journal,
    bear,
    blogger,
    bluesky,
    chatgpt,
    claude,
    dayone,
    discord,
    docx,
    epub,
    evernote,
    ghost,
    git,
    google_chat,
    html,
    imessage,
    joplin,
    jupyter,
    keep,
    mail,
    markdown,
    mastodon,
    medium,
    messenger,
    meta,
    notion,
    odt,
    org,
    outlook,
    pdf,
    plain,
    reddit,
    rst,
    rtf,
    signal,
    simplenote,
    slack,
    sms,
    substack,
    tabular,
    telegram,
    telegram_html,
    tex,
    twitter,
    wechat,
    whatsapp,
    wordpress,
)
from corpus.sources.archive import Refused, walk
from corpus.sources.file import File
from corpus.sources.not_own import is_program
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.siblings import STEM, name_of

log = logging.getLogger(__name__)

SOURCES: dict[str, ModuleType] = {
    "telegram": telegram,
    "telegram_html": telegram_html,
    "chatgpt": chatgpt,
    "claude": claude,
    "whatsapp": whatsapp,
    "signal": signal,
    "slack": slack,
    "google_chat": google_chat,
    "discord": discord,
    "messenger": messenger,
    "meta": meta,
    "twitter": twitter,
    "imessage": imessage,
    "sms": sms,
    "mastodon": mastodon,
    "bluesky": bluesky,
    "wordpress": wordpress,
    "blogger": blogger,
    "ghost": ghost,
    "substack": substack,
    "medium": medium,
    "keep": keep,
    "notion": notion,
    "evernote": evernote,
    "dayone": dayone,
    "apple_journal": apple_journal,
    "bear": bear,
    "simplenote": simplenote,
    "joplin": joplin,
    "git": git,
    "jupyter": jupyter,
    "docx": docx,
    "odt": odt,
    "rtf": rtf,
    "pdf": pdf,
    "epub": epub,
    "outlook": outlook,
    "mail": mail,
    "reddit": reddit,
    "wechat": wechat,
    "tabular": tabular,
    "html": html,
    "org": org,
    "rst": rst,
    "tex": tex,
    "markdown": markdown,
    "plain": plain,
}
"""Kind of source → its module, asked in this order; the first that recognises a file reads it.

Each module has `recognise(file, head) -> str | None`, the evidence in words or None, and
`read(file, reading) -> Iterator[Piece | Problem | Claim]`; one that looks into other files of the
export names them in `BESIDE`, as patterns for `File.beside`. A new kind is a module, a name here
and its test.
"""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE)
"""What the system says when it has no room left, whatever the file is."""
MARKUP = frozenset(("org", "rst", "tex", "markdown"))
"""Kinds whose signs stand in the comments of programs too, which are no such writing."""

OWNED = "the export marks what it wrote as its owner's"
BATCH_ROWS = 1_024
BATCH_CHARACTERS = 4 << 20
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
MINUTE = "%Y-%m-%dT%H:%M"


@dataclass
class Account:
    """What became of one source file: seen = emitted + dropped + errored, always."""

    seen: int = 0
    emitted: int = 0
    problems: list[Problem] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        """Return how many items ended as `outcome`, dropped or errored."""
        return sum(p.outcome == outcome for p in self.problems)

    def leave(self, places: list[str], reason: str) -> None:
        """Count the pieces at `places`, which were emitted, as dropped for `reason`."""
        self.emitted -= len(places)
        self.problems += [Problem(place, reason) for place in places]

    def balanced(self) -> bool:
        """Return whether every item seen is accounted for."""
        return self.seen == self.emitted + self.count("dropped") + self.count("errored")


def recognise(file: File, reading: Reading) -> tuple[str, str] | str:
    """Return (kind of source, evidence) for `file`, or why it is not read."""
    try:
        head = file.head()
    except Exception:
        return "damaged; it could not be unpacked"
    if not head:
        return "empty file"
    program = is_program(head, file.name)
    for kind, module in SOURCES.items():
        if program and kind in MARKUP:
            continue
        asked = (file, head, reading) if module is tabular else (file, head)
        evidence = module.recognise(*asked)
        if evidence:
            return kind, evidence
    return "not writing of a kind that is known here"


def beside(file: File, kind: str) -> list[File]:
    """Return the other files of the export that reading `file` as `kind` may look into."""
    stem = glob.escape(PurePosixPath(name_of(file)).stem)
    patterns = (p.replace(STEM, stem) for p in getattr(SOURCES[kind], "BESIDE", ()))
    return [found for pattern in patterns for found in file.beside(pattern)]


def drafts(file: File, kind: str, reading: Reading, account: Account) -> Iterator[pa.RecordBatch]:
    """Yield the documents of `file` as batches of `DRAFT` and fill `account` on the way.

    A reader that fails ends the file with an errored problem; what came before it stays. Lets
    through what fails for reasons outside the file: it is gone or closed, or there is no room.
    """
    rows: list[dict[str, object]] = []
    weight = 0
    own: dict[str, str | None] = {}
    ordinals: dict[str, int] = {}
    for item in _items(file, kind, reading):
        if isinstance(item, Claim):
            account.claims.append(item)
            continue
        account.seen += 1
        if isinstance(item, Problem):
            account.problems.append(item)
            continue
        account.emitted += 1
        if item.mine and item.handle and not item.handle.startswith("name:"):
            own.setdefault(item.handle, item.people[0][1] if item.people else None)
        rows.append(_row(item, file, kind, reading, ordinals))
        weight += len(item.text)
        if len(rows) >= BATCH_ROWS or weight >= BATCH_CHARACTERS:
            yield record_batch(rows, DRAFT)
            rows, weight = [], 0
    if rows:
        yield record_batch(rows, DRAFT)
    told = {c.handle for c in account.claims if c.strong and not c.same_as}
    account.claims += [
        Claim(handle, OWNED, strong=True, name=name)
        for handle, name in own.items()
        if handle not in told
    ]


def _items(file: File, kind: str, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    try:
        yield from SOURCES[kind].read(file, reading)
    except Exception as error:  # one bad file never stops a library; its account says so
        if _is_outside(file, error):
            raise
        log.warning("file %s: reading as %s ended early (%s)", file.id, kind, type(error).__name__)
        yield Problem(
            "end of what could be read", f"{type(error).__name__} while reading", "errored"
        )


def _is_outside(file: File, error: Exception) -> bool:
    """Return whether `error` says nothing of the bytes of `file`: reading it later may go well."""
    try:
        file.head(1)
    except Exception:  # it could be read when it was recognised
        return True
    return isinstance(error, OSError) and error.errno in FULL


def _row(
    piece: Piece, file: File, kind: str, reading: Reading, ordinals: dict[str, int]
) -> dict[str, object]:
    """Return `piece` as a row of `DRAFT`; ids are hashes within its namespace, not yet keyed."""
    zone = piece.zone or reading.zone
    thread = digest(piece.namespace, piece.thread) if piece.thread is not None else None
    native = piece.own is not None
    if not native:
        stem = id_stem(thread or file.id, piece.created, zone, piece.handle)
        ordinals[stem] = ordinals.get(stem, 0) + 1
    return {
        "id": digest(piece.namespace, piece.own) if native else made_id(stem, ordinals[stem]),
        "source": kind,
        "kind": piece.kind,
        "thread": thread,
        "position": piece.position,
        "reply_to": digest(piece.namespace, piece.reply_to) if piece.reply_to else None,
        "origin": piece.origin,
        "created": piece.created,
        "created_precision": piece.precision,
        "created_basis": piece.basis if piece.created else None,
        "zone": zone,
        "title": _storable(piece.title),
        "text": _storable(piece.text),
        "language": piece.language,
        "metadata": _storable(_json(piece.metadata)),
        "handle": _storable(piece.handle),
        "people": [{"handle": _storable(h), "name": _storable(n)} for h, n in piece.people],
        "mine": piece.mine,
        "native": native,
        "locator": piece.locator,
        "file": file.id,
        "text_digest": _text_digest(piece),
    }


def _json(metadata: dict[str, object]) -> str:
    return json.dumps(metadata, ensure_ascii=False, default=str, sort_keys=True)


def _text_digest(piece: Piece) -> str:
    """Return 16 hex digits that tell title and text, without making JSON of a long text."""
    told = f"{piece.title or ''}\0{piece.text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=8).hexdigest()


def id_stem(thread: str, created: datetime | None, zone: str, handle: str | None) -> str:
    """Return what an id is made of where the source has none: thread, local minute and author."""
    minute = created.astimezone(ZoneInfo(zone)).strftime(MINUTE) if created else "undated"
    return digest("made", thread, minute, handle)


def made_id(stem: str, ordinal: int) -> str:
    """Return the id of the `ordinal`-th piece (from 1) of `stem`."""
    return digest(stem, ordinal)


def _storable(text: str | None) -> str | None:
    """Return `text` without lone surrogates, which no UTF-8 file can hold.

    >>> _storable("a\\ud800b")
    'a\ufffdb'
    """
    if text is None or text.isascii():
        return text
    try:
        text.encode()  # much faster than to look for surrogates
    except UnicodeEncodeError:
        return LONE_SURROGATE.sub("\ufffd", text)
    return text


def read(path: Path | str, reading: Reading | None = None) -> Iterator[pa.RecordBatch]:
    """Yield the documents under `path` (a file, folder or zip) as batches of `DRAFT`.

    Ids are not yet keyed and authors not yet resolved. Files that are not read are logged by
    their opaque id with the reason. Raises NotFound when `path` does not exist.
    """
    reading = reading or Reading()
    for file in walk([Path(path)], lambda name: digest("file", name), reading.archives):
        found = file.reason if isinstance(file, Refused) else recognise(file, reading)
        if isinstance(file, Refused) or isinstance(found, str):
            log.warning("file %s is not read: %s", file.id, found)
            continue
        yield from drafts(file, found[0], reading, Account())
