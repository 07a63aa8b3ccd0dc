"""The other files of a Claude export: users, projects, design chats, memories, machinery."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from corpus.sources.claude_message import SPACE, Message, understood
from corpus.sources.claude_owner import Owner, users_in
from corpus.sources.conversations import Thread
from corpus.sources.dates import moment
from corpus.sources.elements import elements, listed, mapping, string
from corpus.sources.file import File
from corpus.sources.nesting import BOM
from corpus.sources.piece import Claim, Piece, Problem

_LIST = re.compile(rb"\s*\[\s*\{")
_ANY = re.compile(rb"\s*(?:\[\s*)?\{")
_EMPTY = re.compile(rb"\s*\[\s*\]\s*\Z")
EMPTY = ("projects.json", "memories.json", "users.json")


class Shape(NamedTuple):
    """What a file is, and the evidence in words."""

    name: str
    evidence: str


def _keys(*names: str) -> tuple[re.Pattern[bytes], ...]:
    return tuple(re.compile(rb'"(?:' + name.encode() + rb')"\s*:') for name in names)


_SIGNS: tuple[tuple[Shape, tuple[re.Pattern[bytes], ...]], ...] = (
    (Shape("users", "the users of a Claude export"), (_LIST, *_keys("full_name", "email_address"))),
    (
        Shape("projects", "projects of a Claude export"),
        (_ANY, *_keys("uuid", "is_starter_project|prompt_template", "docs|description")),
    ),
    (
        Shape("memories", "what Claude remembers about its user"),
        (_ANY, *_keys("conversations_memory|project_memories|memory_files")),
    ),
    (
        Shape("design", "a design chat of a Claude export"),
        (_ANY, *_keys("messages", "uuid", "contentBlocks|authorAccountUuid")),
    ),
    (
        Shape("machinery", "the list of files of a Claude export"),
        (_ANY, *_keys("data_files", "export_url|category")),
    ),
)


def shape(name: str, head: bytes) -> Shape | None:
    """Return which file of an export, other than the conversations, `head` begins."""
    for found, signs in _SIGNS:
        if signs[0].match(head) and all(sign.search(head) for sign in signs[1:]):
            return found
    if name in EMPTY and _EMPTY.match(head):
        return Shape("machinery", f"an empty list of {name.removesuffix('.json')}")
    return None


def read(file: File, found: Shape | None, owner: Owner) -> Iterator[Piece | Problem | Claim]:
    """Yield what `file`, which is `found`, holds: claims, instructions of projects, chats."""
    if found is None or found.name == "machinery":
        yield Problem("file", f"{found.evidence if found else 'damaged'}; not writing")
    elif found.name == "users":
        yield from _users(file)
    elif found.name == "memories":
        for number, told in _each(file, "memory"):
            reason = "a memory in Claude's words"
            yield told if isinstance(told, Problem) else Problem(f"memory {number}", reason)
    else:
        noun, read_one = ("project", _project) if found.name == "projects" else ("chat", _design)
        for number, told in _each(file, noun):
            if isinstance(told, Problem):
                yield told
            else:
                yield from read_one(told, f"{noun} {number}", owner)


def _each(file: File, noun: str) -> Iterator[tuple[int, Any]]:
    is_list = _LIST.match(file.head().removeprefix(BOM))
    yield from enumerate(elements(file, "item" if is_list else "", noun), start=1)


def _users(file: File) -> Iterator[Claim | Problem]:
    """Yield claims; they are strong where the export has one user and so is that user's."""
    users = users_in(file)
    evidence = "the user of the Claude export" if len(users) == 1 else "a user of the Claude export"
    for user in users:
        name = string(user.get("full_name"))
        email, phone = string(user.get("email_address")), string(user.get("verified_phone_number"))
        known = [f"claude:{user['uuid']}"] if string(user.get("uuid")) else []
        known += [f"email:{email}"] if email and "@" in email else []
        known += [f"phone:{phone}"] if phone and phone.startswith("+") else []
        for handle in known:
            yield Claim(handle, evidence, strong=len(users) == 1, name=name)
    if users:
        yield Problem("file", "the account's details; not writing")
    else:
        yield Problem("file", "the JSON is damaged or ends early", "errored")


def _project(told: object, place: str, owner: Owner) -> Iterator[Piece | Problem]:
    """Yield a project's instructions and description as its maker's, its documents as pasted."""
    project = mapping(told)
    if not project:
        yield Problem(place, "not a project object", "errored")
        return
    creator = mapping(project.get("creator"))
    account = string(creator.get("uuid"))
    given = project.get("is_starter_project")
    own = string(project.get("uuid")) or place
    for name, kind in (("prompt_template", "prompt"), ("description", "note")):
        text = string(project.get(name)) or ""
        if not text.strip():
            continue
        spot = f"{place}, {name}"
        if given:
            yield Problem(spot, "of a project that Claude came with")
            continue
        piece = _piece(project, f"project/{own}/{name}", text, spot)
        piece.kind, piece.title = kind, string(project.get("name"))
        piece.handle = owner.handle(account)
        piece.people = [(piece.handle, string(creator.get("full_name")))]
        piece.mine = owner.mine(account) if owner.listed else None
        yield piece
    for number, doc in enumerate(listed(project.get("docs")), start=1):
        yield _document(mapping(doc), f"{place}, document {number}", own, bool(given))
    if not any(project.get(name) for name in ("prompt_template", "description", "docs")):
        yield Problem(place, "a project without text")


def _document(doc: dict[str, Any], place: str, project: str, given: bool) -> Piece | Problem:
    text = string(doc.get("content")) or ""
    if given or not text.strip():
        reason = "of a project that Claude came with" if given else "a document without text"
        return Problem(place, reason)
    piece = _piece(doc, f"project/{project}/{string(doc.get('uuid')) or place}", text, place)
    piece.origin, piece.title = "pasted", string(doc.get("filename"))
    return piece


def _piece(told: dict[str, Any], own: str, text: str, place: str) -> Piece:
    created, precision = moment(told.get("created_at"), "UTC")
    return Piece(
        namespace=SPACE,
        own=own,
        text=text,
        kind="note",
        locator=place,
        created=created,
        precision=precision,
    )


def _design(told: object, place: str, owner: Owner) -> Iterator[Piece | Problem]:
    """Yield the messages of a design chat, which are told another way than in conversations."""
    chat = mapping(told)
    if not isinstance(chat.get("messages"), list):
        yield Problem(place, "no messages in it", "errored")
        return
    thread = Thread(string(chat.get("uuid")) or place, string(chat.get("title")))
    for number, message in enumerate(chat["messages"], start=1):
        account = string(mapping(mapping(message).get("content")).get("authorAccountUuid"))
        key = string(mapping(message).get("uuid")) or f"{thread.id}/{number}"
        told_one = Message(message, key, f"{place}, message {number}")
        yield from thread.put(key, understood(told_one, owner, account))
