"""ChatGPT exports: the shown branch of each conversation, prompts edited later, and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from corpus.sources import chatgpt_files
from corpus.sources.branches import Node, Place, abandoned, branch
from corpus.sources.chatgpt_message import MACHINE, PERSON, Message, understood
from corpus.sources.conversations import Data, Thread, conversations
from corpus.sources.elements import mapping, string
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

BESIDE = chatgpt_files.BESIDE
BOM = b"\xef\xbb\xbf"
LIST = re.compile(rb"\s*\[\s*\{")
WRAPPED = re.compile(rb'\s*\{.*?"conversations"\s*:\s*\[\s*\{', re.DOTALL)
ONE = re.compile(rb"\s*\{")
PAGE = re.compile(rb"<title>\s*ChatGPT Data Export", re.IGNORECASE)
PAGE_DATA = re.compile(rb"\bjsonData\s*=\s*(?=\[)")
TREE = re.compile(rb'"mapping"\s*:\s*\{')
BRANCHES = (b'"current_node"', b'"parent"', b'"children"')
SEARCHED = 16 << 20  # bytes of chat.html in which its conversations must begin
NOT_SHOWN = "not on the shown branch"
FORGOTTEN = "marked not to be remembered"


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a file of a ChatGPT export, or None."""
    begins = head.removeprefix(BOM)
    if PAGE.search(begins[:4_096]) and b"<html" in begins[:1_024].lower():
        return "a page of ChatGPT conversations"
    if begins.lstrip()[:1] not in (b"[", b"{"):
        return None
    if TREE.search(head) and any(name in head for name in BRANCHES):
        return "conversations with a message tree"
    found = chatgpt_files.shape(file, begins)
    return found.evidence if found else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield every message of the shown branches, and own prompts that were edited later.

    A file cut short yields the messages that are whole before the cut and one errored problem.
    Memory holds one conversation at a time.
    """
    head = file.head().removeprefix(BOM)
    other = None if TREE.search(head) else chatgpt_files.shape(file, head)
    if other is not None:
        yield from chatgpt_files.read(file, other)
        return
    is_page = bool(PAGE.search(head[:4_096]))
    if is_page and file.beside("conversations*.json"):
        yield Problem("file", "the same conversations stand in conversations.json")
        return
    yield Claim(PERSON, "author.role is user", strong=True)
    with file.open() as stream:
        start = _start(stream, is_page)
        if start is None:
            yield Problem("file", "no conversations in the page", "errored")
            return
        prefix = _prefix(head, is_page)
        yield from _conversations(Data(stream, start, prefix, "mapping", ends=not is_page))


def _start(stream: BinaryIO, is_page: bool) -> int | None:
    """Return where the JSON begins."""
    if not is_page:
        return len(BOM) if stream.read(len(BOM)) == BOM else 0
    found = PAGE_DATA.search(stream.read(SEARCHED))
    return found.end() if found else None


def _prefix(head: bytes, is_page: bool) -> str:
    if is_page or LIST.match(head):
        return "item"
    return "conversations.item" if WRAPPED.match(head) else ""


def _conversations(data: Data) -> Iterator[Piece | Problem]:
    instructions: set[str] = set()
    for found in conversations(data):
        if isinstance(found, Problem):
            yield found
        else:
            yield from _conversation(found[1], found[0], instructions)


def _conversation(told: Any, place: str, instructions: set[str]) -> Iterator[Piece | Problem]:
    """Yield the messages of one conversation; those of its shown branch first, in order."""
    told = mapping(told)
    tree = told.get("mapping")
    if not isinstance(tree, dict):
        yield Problem(place, "no messages in it", "errored")
        return
    messages = {k: m for k, n in tree.items() if (m := mapping(n).get("message")) is not None}
    if told.get("is_do_not_remember"):
        yield from (Problem(place, FORGOTTEN) for _ in messages)
        return
    nodes = {key: _node(key, node) for key, node in tree.items()}
    path = branch(nodes, told.get("current_node"))
    shown = [key for key in path if key in messages]
    own = str(told.get("conversation_id") or told.get("id") or (shown or [place])[0])
    thread = Thread(own, (string(told.get("title")) or "").strip() or None)
    for number, key in enumerate(shown, start=1):
        message = Message(messages[key], key, f"{place}, message {number}")
        yield from thread.put(key, understood(message, instructions, told))
    rest = [Message(m, k, place) for k, m in messages.items() if k not in path]
    places = abandoned(nodes, (message.key for message in rest), thread.kept)
    yield from _edited(rest, places, own)


def _node(key: str, node: object) -> Node:
    told = mapping(node)
    message, parent = told.get("message"), told.get("parent")
    inside = mapping(message)
    when = inside.get("create_time")
    seconds = float(when) if isinstance(when, (int, float)) else 0.0
    return Node(
        parent=parent if isinstance(parent, str) else None,
        id=str(inside.get("id") or key),
        when=seconds if message and isinstance(parent, (str, type(None))) else None,
        is_prompt=mapping(inside.get("author")).get("role") == "user",
    )


def _edited(
    messages: list[Message], places: dict[str, Place], thread: str
) -> Iterator[Piece | Problem]:
    """Yield the person's prompts off the shown branch, which they wrote and then edited.

    Each branch left is a thread of its own, so that a conversation holds every turn once.
    """
    for number, message in enumerate(messages, start=1):
        spot = f"{message.place}, message {number} not shown"
        found = list(understood(message._replace(place=spot), set(), {}))
        prompts = [f for f in found if isinstance(f, Piece) and f.handle != MACHINE]
        if not any(prompt.mine for prompt in prompts):
            errors = [f for f in found if isinstance(f, Problem) and f.outcome == "errored"]
            yield from errors or [Problem(spot, NOT_SHOWN)]
            continue
        told = places[message.key]
        for prompt in prompts:
            prompt.thread, prompt.position = f"{thread}/{told.top}", told.depth
            prompt.reply_to = told.reply_to
            prompt.metadata = {**prompt.metadata, "superseded": True}
            yield prompt
