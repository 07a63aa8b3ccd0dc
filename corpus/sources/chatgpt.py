"""ChatGPT exports: conversations.json, the shown branch of each conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import ijson

from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

SPACE = "chatgpt"
PERSON, MACHINE = "chatgpt:user", "chatgpt:assistant"
BOM = b"\xef\xbb\xbf"
LIST = re.compile(rb"\s*\[\s*\{")
WRAPPED = re.compile(rb'\s*\{.*?"conversations"\s*:\s*\[\s*\{', re.DOTALL)
TREE = re.compile(rb'"mapping"\s*:\s*\{')
BRANCHES = (b'"current_node"', b'"parent"', b'"children"')
TEXTS = ("text", "multimodal_text", "code")
NOT_SHOWN = "not on the shown branch"
FORGOTTEN = "marked not to be remembered"


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a list of ChatGPT conversations, or None."""
    begins = head.removeprefix(BOM)
    if not LIST.match(begins) and not WRAPPED.match(begins):
        return None
    if TREE.search(head) and any(name in head for name in BRANCHES):
        return "conversations with a message tree"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield every message of the shown branches; all others are dropped with a reason.

    A file cut short yields the messages that are whole before the cut and one errored problem.
    Memory holds one conversation at a time.
    """
    yield Claim(PERSON, "author.role is user", strong=True)
    prefix = "item" if LIST.match(file.head().removeprefix(BOM)) else "conversations.item"
    number = 0
    with file.open() as stream:
        try:
            for told in ijson.items(_after_bom(stream), prefix, use_float=True):
                number += 1
                yield from _conversation(told, f"conversation {number}")
        except (ijson.JSONError, UnicodeError):
            rest = _cut_short(_after_bom(stream), prefix, number)
            if rest is not None:
                yield from _conversation(rest, f"conversation {number + 1}")
            place = f"after conversation {number}"
            yield Problem(place, "the file is cut short or damaged", "errored")


def _after_bom(stream: BinaryIO) -> BinaryIO:
    stream.seek(0)
    if stream.read(len(BOM)) != BOM:
        stream.seek(0)
    return stream


def _cut_short(stream: BinaryIO, prefix: str, whole: int) -> dict[str, Any] | None:
    """Return what there is of the conversation after the first `whole` ones, less its last node."""
    builder, begun = ijson.ObjectBuilder(), 0
    try:
        for place, event, value in ijson.parse(stream, use_float=True):
            begun += place == prefix and event == "start_map"
            if begun > whole and place.startswith(prefix):
                builder.event(event, value)
    except (ijson.JSONError, UnicodeError):
        pass
    told = getattr(builder, "value", None)
    if begun <= whole or not isinstance(told, dict) or not _dict(told.get("mapping")):
        return None
    if list(told)[-1] == "mapping":
        told["mapping"].popitem()
    return told if told["mapping"] else None


def _conversation(told: Any, place: str) -> Iterator[Piece | Problem]:
    told = _dict(told)
    mapping = told.get("mapping")
    if not isinstance(mapping, dict):
        yield Problem(place, "no messages in it", "errored")
        return
    messages = {k: m for k, n in mapping.items() if (m := _dict(n).get("message")) is not None}
    if told.get("is_do_not_remember"):
        yield from (Problem(place, FORGOTTEN) for _ in messages)
        return
    shown = [key for key in _branch(mapping, told.get("current_node")) if key in messages]
    thread = str(told.get("conversation_id") or told.get("id") or (shown or [place])[0])
    title = told.get("title")
    before = None
    for position, key in enumerate(shown):
        spot = f"{place}, message {position + 1}"
        found = _message(messages.pop(key), key, spot)
        if isinstance(found, Piece):
            found.thread, found.position, found.reply_to = thread, position, before
            found.title = title if isinstance(title, str) and title.strip() else None
            before = found.own
        yield found
    yield from (Problem(place, NOT_SHOWN) for _ in messages)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _branch(mapping: dict[str, Any], current: object) -> list[str]:
    """Return the keys from the root to the current node, or to the newest leaf if it is missing."""
    if not isinstance(current, str) or current not in mapping:
        inner = {_dict(node).get("parent") for node in mapping.values() if _has_words(node)}
        leaves = [key for key, node in mapping.items() if _has_words(node) and key not in inner]
        current = max(leaves, key=lambda key: (_seconds(mapping[key]), key), default=None)
    path: dict[str, None] = {}
    while isinstance(current, str) and current in mapping and current not in path:
        path[current] = None  # a damaged tree may run in a circle
        current = _dict(mapping[current]).get("parent")
    return list(path)[::-1]


def _has_words(node: Any) -> bool:
    return bool(_dict(node).get("message")) and isinstance(
        _dict(node).get("parent"), (str, type(None))
    )


def _seconds(node: Any) -> float:
    value = _dict(_dict(node).get("message")).get("create_time")
    return float(value) if isinstance(value, (int, float)) else 0.0


def _message(message: Any, key: str, place: str) -> Piece | Problem:
    if not isinstance(message, dict):
        return Problem(place, "not a message object", "errored")
    reason = _unwanted(message)
    text = "" if reason else _text(_dict(message.get("content")))
    if not text.strip():
        return Problem(place, reason or "no text")
    mine = _dict(message.get("author")).get("role") == "user"
    created, precision = moment(message.get("create_time"), "UTC")
    model = _dict(message.get("metadata")).get("model_slug")
    return Piece(
        namespace=SPACE,
        own=str(message.get("id") or key),
        text=text,
        kind="prompt" if mine else "chat",
        locator=place,
        handle=PERSON if mine else MACHINE,
        mine=mine,
        created=created,
        precision=precision,
        metadata={"model": model} if isinstance(model, str) and not mine else {},
    )


def _unwanted(message: dict[str, Any]) -> str | None:
    """Return why a message is no writing of either side, or None."""
    role = _dict(message.get("author")).get("role")
    hidden = _dict(message.get("metadata"))
    if role not in ("user", "assistant"):
        return f"{role if role in ('system', 'tool') else 'unknown'} message"
    if hidden.get("is_visually_hidden_from_conversation") or hidden.get("is_user_system_message"):
        return "hidden message"
    if message.get("recipient") not in (None, "all"):
        return "call of a tool"
    kind = _dict(message.get("content")).get("content_type", "text")
    return None if kind in TEXTS else "content that is not text"


def _text(content: dict[str, Any]) -> str:
    """Return the words of a message: texts and transcribed speech, but no pictures.

    >>> _text({"parts": ["Look:", {"content_type": "image_asset_pointer"}, "a heron"]})
    'Look:\\n\\na heron'
    """
    parts = content.get("parts") or [content.get("text")]
    words = []
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, dict):
            spoken = part.get("content_type") in (None, "text", "audio_transcription")
            part = part.get("text") if spoken else None
        if isinstance(part, str) and part.strip():
            words.append(part)
    return "\n\n".join(words)
