"""Claude exports: conversations with their branches, projects, design chats and the account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from corpus.sources import claude_files
from corpus.sources.branches import Node, Place, abandoned, branch
from corpus.sources.claude_message import Message, understood
from corpus.sources.claude_owner import BESIDE_USERS, Owner, owner_of
from corpus.sources.conversations import Data, Thread, conversations
from corpus.sources.dates import moment
from corpus.sources.elements import mapping, string
from corpus.sources.file import File
from corpus.sources.nesting import BOM
from corpus.sources.piece import Claim, Piece, Problem, Reading

BESIDE = BESIDE_USERS
LIST = re.compile(rb"\s*\[\s*\{")
OBJECT = re.compile(rb"\s*\{")
MESSAGES = re.compile(rb'"chat_messages"\s*:\s*\[')
CONVERSATION = (b'"sender"', b'"updated_at"', b'"created_at"')
NOT_SHOWN = "not on the shown branch"


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a file of a Claude export, or None."""
    begins = head.removeprefix(BOM)
    if not LIST.match(begins) and not OBJECT.match(begins):
        return None
    if MESSAGES.search(begins) and any(name in begins for name in CONVERSATION):
        return "conversations with chat_messages"
    found = claude_files.shape(PurePosixPath(file.name).name, begins)
    return found.evidence if found else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield every message of the shown branches, prompts edited later, and what was attached.

    A file cut short yields the messages that are whole before the cut and one errored problem.
    """
    head = file.head().removeprefix(BOM)
    owner = owner_of(file)
    if not MESSAGES.search(head):
        found = claude_files.shape(PurePosixPath(file.name).name, head)
        yield from claude_files.read(file, found, owner)
        return
    prefix = "item" if LIST.match(head) else ""
    with file.open() as stream:
        start = len(BOM) if stream.read(len(BOM)) == BOM else 0
        for told in conversations(Data(stream, start, prefix, "chat_messages")):
            if isinstance(told, Problem):
                yield told
            else:
                yield from _conversation(told[1], told[0], owner)


def _conversation(told: Any, place: str, owner: Owner) -> Iterator[Piece | Problem]:
    """Yield the messages of one conversation; those of its shown branch first, in order."""
    told = mapping(told)
    if not isinstance(told.get("chat_messages"), list):
        yield Problem(place, "no messages in it", "errored")
        return
    account = string(mapping(told.get("account")).get("uuid"))
    messages = _keyed(told["chat_messages"])
    nodes = _nodes(messages)
    path = branch(nodes, told.get("current_leaf_message_uuid"))
    own = string(told.get("uuid")) or next(iter(path), place)
    thread = Thread(own, (string(told.get("name")) or "").strip() or None)
    for number, key in enumerate(path, start=1):
        message = Message(messages[key], key, f"{place}, message {number}")
        yield from thread.put(key, understood(message, owner, account))
    rest = [Message(m, k, place) for k, m in messages.items() if k not in path]
    places = abandoned(nodes, (message.key for message in rest), thread.kept)
    for number, left in enumerate(rest, start=1):
        spot = left._replace(place=f"{place}, message {number} not shown")
        yield from _edited(understood(spot, owner, account), places[left.key], own, spot.place)


def _edited(
    found: Iterator[Piece | Problem], told: Place, thread: str, spot: str
) -> Iterator[Piece | Problem]:
    """Yield a prompt off the shown branch, which the person wrote and then edited."""
    items = list(found)
    prompts = [item for item in items if isinstance(item, Piece) and item.kind == "prompt"]
    if not any(prompt.origin is None for prompt in prompts):
        errors = [item for item in items if isinstance(item, Problem) and item.outcome == "errored"]
        yield from errors or [Problem(spot, NOT_SHOWN)]
        return
    for prompt in prompts:
        prompt.thread, prompt.position = f"{thread}/{told.top}", told.depth
        prompt.reply_to = told.reply_to
        prompt.metadata = {**prompt.metadata, "superseded": True}
        yield prompt


def _keyed(messages: list[Any]) -> dict[str, Any]:
    """Return the messages by their ids; those without one, or with one again, by their number."""
    out: dict[str, Any] = {}
    for number, message in enumerate(messages):
        key = string(mapping(message).get("uuid"))
        out[key if key and key not in out else f"message {number}"] = message
    return out


def _nodes(messages: Mapping[str, Any]) -> dict[str, Node]:
    """Return the tree of the messages; where nothing is told they follow one another.

    A parent that is not in the file, as older exports have none, is the message before; the
    first message of a conversation names a parent that never is.
    """
    nodes: dict[str, Node] = {}
    before: str | None = None
    root: object = None
    for number, (key, message) in enumerate(messages.items()):
        told = mapping(message)
        parent = told.get("parent_message_uuid")
        root = parent if number == 0 else root
        if not isinstance(parent, str) or (parent not in messages and parent != root):
            parent = before
        sent, _ = moment(told.get("created_at"), "UTC")
        when = sent.timestamp() if sent else 0.0
        own = parent if parent in messages else None
        nodes[key] = Node(own, key, when, told.get("sender") == "human")
        before = key
    return nodes
