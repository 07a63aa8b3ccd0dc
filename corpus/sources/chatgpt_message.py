"""One message of a ChatGPT conversation: whose words it holds, and which of them were pasted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from corpus.keys import digest
from corpus.sources.dates import moment
from corpus.sources.elements import listed, mapping, string
from corpus.sources.pasted import parted
from corpus.sources.piece import Piece, Problem, shape_of

SPACE = "chatgpt"
PERSON, MACHINE = "chatgpt:user", "chatgpt:assistant"
TEXTS = ("text", "multimodal_text", "code")
SPOKEN = (None, "text", "audio_transcription")
NOT_TEXT = frozenset(
    "execution_output tether_quote tether_browsing_display sonic_webpage reasoning_recap thoughts "
    "system_error model_editable_context computer_output citable_code_output app_pairing_content "
    "super_widget image_asset_pointer".split()
)
SILENT = ("system", "tool", "developer", "critic")
INSTRUCTIONS = "user_editable_context"
CITED = re.compile("\ue200[^\ue201]{0,2000}\ue201|【\\d{1,3}(?:[:†][^】]{0,100})?】")
FENCED = re.compile(r"```(.*)```", re.DOTALL)
FORM = re.compile(r"^(?:Preferred name|Role|Other Information):[ \t]*", re.MULTILINE)
WRAPPED = "The user provided"


class Message(NamedTuple):
    """A message as the file holds it, the key of its node and where it stands."""

    told: Any
    key: str
    place: str


def understood(
    message: Message, instructions: set[str], conversation: Mapping[str, Any]
) -> Iterator[Piece | Problem]:
    """Yield the message as pieces: the words of one side, then what was pasted with them.

    Custom instructions, which come with every conversation, are yielded once; `instructions`
    remembers them.
    """
    told, _, place = message
    if not isinstance(told, dict):
        yield Problem(place, "not a message object", "errored", shape_of(str(told)))
        return
    content = told.get("content")
    content = content if isinstance(content, dict) else {"parts": [content]}
    if content.get("content_type") == INSTRUCTIONS or _hidden(told, "is_user_system_message"):
        yield _instructions(message, content, instructions, conversation)
        return
    role = mapping(told.get("author")).get("role")
    problem = _unwanted(told, role, content, place)
    text = "" if problem else _text(content)
    if problem or not text.strip():
        yield problem or Problem(place, "no text")
    elif role == "user":
        yield from _prompt(message, text)
    else:
        yield _piece(message, CITED.sub("", text), mine=False)


def _unwanted(
    told: dict[str, Any], role: object, content: dict[str, Any], place: str
) -> Problem | None:
    """Return why a message is no writing of either side, or None."""
    if role not in ("user", "assistant"):
        known = role in SILENT
        reason = f"{role} message" if known else "no author that is known"
        return Problem(place, reason, "dropped" if known else "errored")
    if _hidden(told, "is_visually_hidden_from_conversation"):
        return Problem(place, "hidden message")
    if told.get("recipient") not in (None, "all"):
        return Problem(place, "call of a tool")
    kind = content.get("content_type", "text")
    if kind in TEXTS:
        return None
    if role == "assistant" or str(kind) in NOT_TEXT:
        return Problem(place, "content that is not text")
    return Problem(place, "a kind of content that is not known", "errored")


def _hidden(told: dict[str, Any], name: str) -> bool:
    return bool(mapping(told.get("metadata")).get(name))


def _prompt(message: Message, text: str) -> Iterator[Piece]:
    """Yield the person's own words as one piece, and each run they pasted as another."""
    parts = parted(text)
    own = "\n\n".join(part.text for part in parts if not part.pasted)
    pasted = [part.text for part in parts if part.pasted]
    if own:
        yield _piece(message, own, mine=True)
    for number, run in enumerate(pasted, start=1):
        piece = _piece(message, run, mine=True)
        piece.handle, piece.mine, piece.origin = None, None, "pasted"
        piece.own = f"{piece.own}/pasted {number}" if own or number > 1 else piece.own
        piece.locator = f"{message.place}, pasted text {number}"
        yield piece


def _piece(message: Message, text: str, *, mine: bool) -> Piece:
    told = message.told
    created, precision = moment(told.get("create_time"), "UTC")
    model = string(mapping(told.get("metadata")).get("model_slug"))
    return Piece(
        namespace=SPACE,
        own=str(told.get("id") or message.key),
        text=text,
        kind="prompt" if mine else "chat",
        locator=message.place,
        handle=PERSON if mine else MACHINE,
        mine=mine,
        created=created,
        precision=precision,
        metadata={"model": model} if model and not mine else {},
    )


def _text(content: dict[str, Any]) -> str:
    """Return the words of a message: texts and transcribed speech, but no pictures.

    >>> _text({"parts": ["Look:", {"content_type": "image_asset_pointer"}, "a heron"]})
    'Look:\\n\\na heron'
    """
    parts = content.get("parts") or [content.get("text")]
    words = []
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, dict):
            part = part.get("text") if part.get("content_type") in SPOKEN else None
        if isinstance(part, str) and part.strip():
            words.append(part)
    return "\n\n".join(words)


def _instructions(
    message: Message, content: dict[str, Any], known: set[str], conversation: Mapping[str, Any]
) -> Piece | Problem:
    """Return the person's custom instructions the first time they are met in a file."""
    text = "\n\n".join(_written(message.told, content))
    if not text:
        return Problem(message.place, "custom instructions without text")
    own = f"instructions/{digest(text)}"
    if own in known:
        return Problem(message.place, "the same custom instructions again")
    known.add(own)
    piece = _piece(message, text, mine=True)
    if piece.created is None:
        piece.created, piece.precision = moment(conversation.get("create_time"), "UTC")
    piece.own, piece.metadata = own, {"custom_instructions": True}
    return piece


def _written(told: dict[str, Any], content: dict[str, Any]) -> Iterator[str]:
    """Yield the two fields of custom instructions without the words ChatGPT wraps them in."""
    plain = mapping(mapping(told.get("metadata")).get("user_context_message_data"))
    fields = (("about_user_message", "user_profile"), ("about_model_message", "user_instructions"))
    for typed, wrapped in fields:
        text = string(plain.get(typed)) or string(content.get(wrapped)) or ""
        if text.startswith(WRAPPED):
            found = FENCED.search(text)
            text = found.group(1) if found else ""
        if text := FORM.sub("", text).strip():
            yield text
    if content.get("content_type") != INSTRUCTIONS and not plain:
        yield from (p for p in listed(content.get("parts")) if isinstance(p, str) and p.strip())
