"""ChatGPT exports: conversations.json, the shown branch of each conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import ijson

from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

SPACE = "chatgpt"
PERSON, MACHINE = "chatgpt:user", "chatgpt:assistant"
START = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*(?:\{\s*"conversations"\s*:\s*)?\[\s*\{')
TEXTS = ("text", "multimodal_text", "code")
NOT_SHOWN = "not on the shown branch"
FORGOTTEN = "marked not to be remembered"


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a list of ChatGPT conversations, or None."""
    if START.match(head) and b'"mapping"' in head:
        return "conversations with a message tree"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield every message of the shown branches; all others are dropped with a reason.

    A file cut short yields the conversations before the cut and one errored problem.
    """
    yield Claim(PERSON, "the export marks these messages as the user's", strong=True)
    wrapped = file.head(256).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    number = 0
    with file.open() as stream:
        try:
            for told in ijson.items(
                stream, "conversations.item" if wrapped else "item", use_float=True
            ):
                number += 1
                yield from _conversation(told, f"conversation {number}")
        except (ijson.JSONError, UnicodeDecodeError):
            yield Problem(
                f"after conversation {number}", "the file is cut short or damaged", "errored"
            )


def _conversation(told: Any, place: str) -> Iterator[Piece | Problem]:
    mapping = told.get("mapping") if isinstance(told, dict) else None
    if not isinstance(mapping, dict):
        yield Problem(place, "no messages in it", "errored")
        return
    nodes = {k: n for k, n in mapping.items() if isinstance(n, dict) and n.get("message")}
    if told.get("is_do_not_remember"):
        yield from (Problem(place, FORGOTTEN) for _ in nodes)
        return
    shown = _branch(mapping, told.get("current_node"))
    thread = str(told.get("conversation_id") or told.get("id") or shown[-1:] or place)
    yield from (Problem(place, NOT_SHOWN) for key in nodes if key not in set(shown))
    before = None
    for position, key in enumerate(k for k in shown if k in nodes):
        message = nodes[key]["message"]
        spot = f"{place}, message {position + 1}"
        reason = _unwanted(message)
        text = "" if reason else _text(message)
        if reason or not text.strip():
            yield Problem(spot, reason or "no text")
            continue
        own = str(message.get("id") or key)
        yield _piece(message, text, own, spot, (thread, position, before, told.get("title")))
        before = own


def _branch(mapping: dict[str, Any], current: Any) -> list[str]:
    """Return the keys from the root to the current node, or to the newest leaf if it is missing."""
    if current not in mapping:
        leaves = [k for k, n in mapping.items() if isinstance(n, dict) and not n.get("children")]
        current = max(leaves, key=lambda k: (_time(mapping[k]), k), default=None)
    path: list[str] = []
    seen = set()
    while current in mapping and current not in seen:  # a damaged tree may run in a circle
        seen.add(current)
        path.append(current)
        current = (mapping[current] or {}).get("parent")
    return path[::-1]


def _time(node: Any) -> float:
    message = node.get("message") if isinstance(node, dict) else None
    return float((message or {}).get("create_time") or 0)


def _unwanted(message: dict[str, Any]) -> str | None:
    """Return why a message is no writing of either side, or None."""
    role = (message.get("author") or {}).get("role")
    hidden = message.get("metadata") or {}
    if role not in ("user", "assistant"):
        return f"{role if role in ('system', 'tool') else 'unknown'} message"
    if hidden.get("is_visually_hidden_from_conversation") or hidden.get("is_user_system_message"):
        return "hidden message"
    if message.get("recipient") not in (None, "all"):
        return "call of a tool"
    kind = (message.get("content") or {}).get("content_type")
    return None if kind in TEXTS else "content that is not text"


def _text(message: dict[str, Any]) -> str:
    content = message["content"]
    parts = content.get("parts") or [content.get("text") or ""]
    words = []
    for part in parts:
        if isinstance(part, dict):
            part = part.get("text") if part.get("content_type") == "audio_transcription" else None
        if isinstance(part, str) and part:
            words.append(part)
    return "\n\n".join(words)


def _piece(
    message: dict[str, Any],
    text: str,
    own: str,
    place: str,
    where: tuple[str, int, str | None, Any],
) -> Piece:
    thread, position, before, title = where
    mine = message["author"]["role"] == "user"
    moment = message.get("create_time")
    model = (message.get("metadata") or {}).get("model_slug")
    return Piece(
        namespace=SPACE,
        own=own,
        thread=thread,
        position=position,
        reply_to=before,
        text=text,
        kind="prompt" if mine else "chat",
        locator=place,
        handle=PERSON if mine else MACHINE,
        mine=mine,
        created=datetime.fromtimestamp(moment, UTC) if moment else None,
        precision="second" if moment else "unknown",
        title=str(title) if title else None,
        metadata={"model": model} if model else {},
    )
