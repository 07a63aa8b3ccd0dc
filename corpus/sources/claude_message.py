"""One message of a Claude conversation: its words, what was attached, what was pasted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from corpus.sources.claude_owner import Owner
from corpus.sources.dates import moment
from corpus.sources.elements import listed, mapping, string
from corpus.sources.pasted import parted
from corpus.sources.piece import Piece, Problem, shape_of

SPACE = "claude"
MACHINE = "claude:assistant"
SPOKEN = ("text", "voice_note", "user_interjection")
SILENT = frozenset(
    "thinking redacted_thinking tool_use tool_result tool_call token_budget flag image document "
    "error server_tool_use web_search_tool_result knowledge".split()
)
PERSON, ASSISTANT = ("human", "user"), ("assistant", "ai", "model")


class Message(NamedTuple):
    """A message as the file holds it, its key and where it stands."""

    told: Any
    key: str
    place: str


def understood(message: Message, owner: Owner, account: str | None) -> Iterator[Piece | Problem]:
    """Yield the message as pieces: the words of one side, then what the person put in with them."""
    told = message.told
    if not isinstance(told, dict):
        yield Problem(message.place, "not a message object", "errored", shape_of(str(told)))
        return
    sender = told.get("sender") or told.get("role")
    if sender not in PERSON and sender not in ASSISTANT:
        yield Problem(message.place, "no sender that is known", "errored")
        return
    is_prompt = sender in PERSON
    text = words_of(told, is_prompt)
    given = _prompt(message, text, owner, account) if is_prompt else _answer(message, text)
    found: list[Piece | Problem] = list(given)
    yield from found or [Problem(message.place, _why_empty(told))]


def words_of(told: dict[str, Any], is_prompt: bool) -> str:
    """Return the words of a message, from its blocks or else from its `text`, never from both.

    >>> words_of({"text": "Hi", "content": [{"type": "text", "text": "Hi"}]}, True)
    'Hi'
    """
    inside = told.get("content")
    blocks = listed(inside) or listed(mapping(inside).get("contentBlocks"))
    words = [text for block in blocks if (text := _block(block, is_prompt)).strip()]
    if words:
        return "\n\n".join(words)
    plain = (told.get("text"), inside, mapping(inside).get("content"))
    return next((text for text in plain if isinstance(text, str) and text.strip()), "")


def _block(block: object, is_prompt: bool) -> str:
    """Return the words of a block; of a kind that is not known they count in a prompt only."""
    if isinstance(block, str):
        return block
    told = mapping(block)
    kind = str(told.get("type"))
    if kind in SILENT or (kind not in SPOKEN and not is_prompt):
        return ""
    said = told.get("message")
    return string(told.get("text")) or string(said) or string(mapping(said).get("content")) or ""


def _answer(message: Message, text: str) -> Iterator[Piece]:
    if text.strip():
        piece = _piece(message, text)
        piece.kind, piece.handle, piece.mine = "chat", MACHINE, False
        yield piece


def _prompt(message: Message, text: str, owner: Owner, account: str | None) -> Iterator[Piece]:
    """Yield the person's own words as one piece, then each text they pasted or attached."""
    parts = parted(text) if text.strip() else []
    own = "\n\n".join(part.text for part in parts if not part.pasted)
    if own:
        piece = _piece(message, own)
        piece.handle, piece.mine = owner.handle(account), owner.mine(account)
        yield piece
    runs = [("pasted", part.text) for part in parts if part.pasted]
    runs += [("attachment", attached) for attached in _attached(message.told)]
    for number, (what, run) in enumerate(runs, start=1):
        piece = _piece(message, run)
        piece.origin = "pasted"
        piece.own = f"{piece.own}/{what} {number}"
        piece.locator = f"{message.place}, {what} {number}"
        yield piece


def _attached(told: dict[str, Any]) -> Iterator[str]:
    """Yield the texts of attachments: files, and long pastes that Claude turned into files."""
    inside = mapping(told.get("content"))
    for attachment in listed(told.get("attachments")) or listed(inside.get("attachments")):
        given = mapping(attachment)
        text = string(given.get("extracted_content")) or string(given.get("content")) or ""
        if text.strip():
            yield text


def _piece(message: Message, text: str) -> Piece:
    told = message.told
    sent = told.get("created_at") or mapping(told.get("content")).get("timestamp")
    created, precision = moment(sent, "UTC")
    return Piece(
        namespace=SPACE,
        own=message.key,
        text=text,
        kind="prompt",
        locator=message.place,
        created=created,
        precision=precision,
    )


def _why_empty(told: dict[str, Any]) -> str:
    if listed(told.get("files")) or listed(told.get("attachments")):
        return "files without text"
    return "only thoughts and calls of tools" if listed(told.get("content")) else "no text"
