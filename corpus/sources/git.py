"""Output of git log: commit messages by author, without what git, hosts and robots write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.git_message import own_part
from corpus.sources.piece import Claim, Piece, Problem, Reading

BESIDE = ("mailmap", "*.mailmap", "mailmap.txt")
FIELDS = re.compile(rb"\s*[0-9a-f]{40,64}\0[^\0\n]{0,400}\0[^\0\n]{0,400}\0\d{4}-\d\d-\d\dT")
COMMIT = re.compile(r"([*|\\/_ .-]{0,60}?)commit ([0-9a-f]{7,64})(?:\s|$)")
LOG = re.compile(
    rb"\s*[*|\\/ ]{0,20}commit [0-9a-f]{7,64}[^\n]{0,400}\r?\n(?:[^\n]{0,400}\n){0,6}?"
    rb"[*|\\/ ]{0,20}[Aa]uthor:?\s[^\n]{0,400}<[^\n>]{0,300}>"
)
HEADER = re.compile(r"(\w[\w-]*):?\s+(.*)$")
PERSON = re.compile(r"(.*?)\s*<([^<>]*)>\s*(?:(\d+) ([+-]\d{4}))?")
MAPPED = re.compile(r"\s*([^<#]*?)\s*<([^>]*)>\s*(?:([^<]*?)\s*<([^>]*)>)?")
INDENT = "    "
MAX_LINE = 1 << 20


@dataclass(slots=True)
class _Commit:
    """A commit while its lines stream by."""

    id: str
    width: int = 0
    fields: dict[str, str] = field(default_factory=dict)
    message: list[str] = field(default_factory=list)
    ended: bool = False


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins the output of git log, or None."""
    begins = head.removeprefix(b"\xef\xbb\xbf")
    if FIELDS.match(begins):
        return "commits as fields between NUL characters"
    if LOG.match(begins):
        return "commits as git log shows them"
    return "a map of names to addresses, as git's mailmap" if _is_mailmap(file, begins) else None


def _is_mailmap(file: File, head: bytes) -> bool:
    if "mailmap" not in file.name.rpartition("/")[2]:
        return False
    lines = [line for line in head.decode("utf-8", "replace").splitlines()[:50] if line.strip()]
    return bool(lines) and all(line.startswith("#") or MAPPED.match(line) for line in lines)


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message that a person wrote; an only author is claimed weakly."""
    begins = file.head().removeprefix(b"\xef\xbb\xbf")
    if _is_mailmap(file, begins):
        yield Problem("file", "a map of names to addresses; not writing")
        return
    fields = FIELDS.match(begins) is not None
    known = _mailmap(file)
    authors: dict[str, str | None] = {}
    with file.lines() as lines:
        commits = _from_fields(lines) if fields else _from_log(lines)
        for number, commit in enumerate(commits, start=1):
            item = _item(commit, known, f"commit {number}")
            if isinstance(item, Piece) and item.handle:
                authors.setdefault(item.handle, item.people[0][1])
            yield item
    if len(authors) == 1:
        ((handle, name),) = authors.items()
        yield Claim(handle, "the only author in a git log", strong=False, name=name)


def _mailmap(file: File) -> dict[str, tuple[str, str]]:
    """Return name and address by the address that commits have, of the mailmap beside."""
    out: dict[str, tuple[str, str]] = {}
    for other in [found for pattern in BESIDE for found in file.beside(pattern)]:
        for line in other.read_text()[0].splitlines():
            found = MAPPED.match(line[:1_000])
            if found and found[2]:
                name, mail = (found[1] or "").strip(), found[2].strip().lower()
                out[(found[4] or found[2]).strip().lower()] = (name, mail)
    return out


def _from_fields(lines: Iterable[str]) -> Iterator[_Commit]:
    """Yield commits of %H %an %ae %aI %B, each ended by NUL."""
    kept: list[str] = []
    part = ""
    for line in lines:
        pieces = (part + line).split("\0")
        kept += pieces[:-1]
        part = pieces[-1]
        while len(kept) >= 5:
            id_, name, mail, date, message = kept[:5]
            del kept[:5]
            told = {"author": f"{name} <{mail}>", "date": date}
            yield _Commit(id_.strip(), fields=told, message=message.splitlines())
    if any(p.strip() for p in (*kept, part)):
        yield _Commit("")  # cut short


def _from_log(lines: Iterable[str]) -> Iterator[_Commit]:
    commit: _Commit | None = None
    for line in lines:
        line = line.rstrip("\r\n")[:MAX_LINE]
        found = COMMIT.match(line)
        if found and (commit is None or not line.startswith(INDENT)):
            if commit is not None:
                yield commit
            commit = _Commit(found[2], len(found[1]))
        elif commit is not None and not commit.ended:
            _add(commit, line[commit.width :])
    if commit is not None:
        yield commit


def _add(commit: _Commit, line: str) -> None:
    """Add a line below «commit …»: a header, the message, or what ends it (a diff, notes)."""
    if line.startswith(INDENT):
        commit.message.append(line[len(INDENT) :])
    elif not line.strip():
        if commit.message:
            commit.message.append("")
    elif commit.message:
        commit.ended = True
    elif found := HEADER.match(line):
        commit.fields.setdefault(found[1].lower(), found[2].strip())


def _item(commit: _Commit, known: dict[str, tuple[str, str]], place: str) -> Piece | Problem:
    person = PERSON.match(commit.fields.get("author", "")[:1_000])
    if not commit.id or person is None:
        return Problem(place, "no commit with an author, or cut short", "errored")
    name, mail, seconds, _ = person.groups()
    name, mail = known.get(mail.strip().lower(), (name.strip(), mail.strip().lower()))
    name = name or person[1].strip()
    if "merge" in commit.fields:
        return Problem(place, "a merge")
    text = own_part("\n".join(commit.message).strip(), name, mail)
    if isinstance(text, Problem):
        return Problem(place, text.reason)
    stated = commit.fields.get("authordate") or commit.fields.get("date") or seconds
    created, precision = moment(_iso(stated or ""), "UTC")
    handle = f"email:{mail}" if "@" in mail else f"name:{name}"
    return Piece(
        namespace="git",
        own=commit.id,
        text=text,
        kind="note",
        locator=place,
        handle=handle,
        people=[(handle, name or None)],
        created=created,
        precision=precision,
    )


def _iso(told: str) -> str:
    """Return git's own «Thu Mar 5 20:01:02 2024 +0100» in the order that mail has."""
    parts = told.split()
    if len(parts) == 6 and parts[4].isdecimal() and ":" in parts[3]:
        return f"{parts[0]}, {parts[2]} {parts[1]} {parts[4]} {parts[3]} {parts[5]}"
    return told
