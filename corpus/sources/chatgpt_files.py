"""The other files of a ChatGPT export: the account, feedback in words, canvases, machinery."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from corpus.sources.chatgpt_message import MACHINE, PERSON, SPACE
from corpus.sources.dates import moment
from corpus.sources.elements import elements, mapping, string
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem

BESIDE = ("conversations*.json", "../conversations*.json")
MACHINERY = {
    "export_manifest.json": "the list of files of a ChatGPT export",
    "library_files.json": "the list of files of a ChatGPT account",
    "conversation_asset_file_names.json": "names of files in ChatGPT conversations",
    "model_comparisons.json": "answers of ChatGPT's models compared",
    "user_settings.json": "settings of a ChatGPT account",
    "shopping.json": "shopping searches of a ChatGPT account",
    "sora.json": "videos of a ChatGPT account",
    "tool_messages.json": "messages of ChatGPT's tools",
    "message_feedback.json": "an empty list of feedback on ChatGPT's answers",
    "shared_conversations.json": "an empty list of shared ChatGPT conversations",
    "assets.json": "the list of media of a ChatGPT export",
    "group_chats.json": "group chats of a ChatGPT account, none of them with messages",
}
"""Files that are told by their names, and only beside conversations."""

_LIST = re.compile(rb"\s*\[\s*\{")
_OBJECT = re.compile(rb"\s*\{")


class Shape(NamedTuple):
    """What a file is, and the evidence in words."""

    name: str
    evidence: str


_SIGNS: tuple[tuple[Shape, tuple[re.Pattern[bytes], ...]], ...] = (
    (
        Shape("account", "the account of a ChatGPT export"),
        (_OBJECT, re.compile(rb'"chatgpt_plus_user"\s*:')),
    ),
    (
        Shape("feedback", "feedback on ChatGPT's answers"),
        (_LIST, re.compile(rb'"rating"\s*:\s*"thumbs'), re.compile(rb'"conversation_id"\s*:')),
    ),
    (
        Shape("shared", "the list of shared ChatGPT conversations"),
        (_LIST, re.compile(rb'"is_anonymous"\s*:'), re.compile(rb'"conversation_id"\s*:')),
    ),
    (
        Shape("groups", "the list of ChatGPT group chats"),
        (re.compile(rb'\s*\{\s*"chats"\s*:\s*\[\s*\{'), re.compile(rb'"participants"\s*:')),
    ),
)


def shape(file: File, head: bytes) -> Shape | None:
    """Return which file of an export, other than the conversations, `head` begins."""
    for found, signs in _SIGNS:
        if signs[0].match(head) and all(sign.search(head) for sign in signs[1:]):
            return found
    path = PurePosixPath(file.name.replace("!", "/"))
    if path.name in MACHINERY and file.beside("conversations*.json"):
        return Shape("machinery", MACHINERY[path.name])
    if path.name.startswith("conversations") and head.split() in ([b"[]"], [b"[", b"]"]):
        return Shape("machinery", "an empty list of conversations")
    is_canvas = path.parent.name == "textdocs" and _OBJECT.match(head) and b'"content"' in head
    if is_canvas and file.beside("../conversations*.json"):
        return Shape("canvas", "a canvas of a ChatGPT conversation")
    return None


def read(file: File, found: Shape) -> Iterator[Piece | Problem | Claim]:
    """Yield what `file`, which is `found`, holds: claims, own words of feedback, a canvas."""
    if found.name == "account":
        yield from _account(file)
    elif found.name == "feedback":
        for number, told in enumerate(elements(file, "item", "feedback"), start=1):
            yield told if isinstance(told, Problem) else _feedback(told, f"feedback {number}")
    elif found.name == "groups":
        for number, told in enumerate(elements(file, "chats.item", "group chat"), start=1):
            yield told if isinstance(told, Problem) else _group(told, f"group chat {number}")
    elif found.name == "canvas":
        yield _canvas(file)
    else:
        yield Problem("file", f"{found.evidence}; not writing")


def _loaded(file: File) -> dict[str, Any]:
    try:
        return mapping(json.loads(file.read_text()[0].removeprefix("\ufeff")))
    except (ValueError, RecursionError):
        return {}


def _account(file: File) -> Iterator[Claim | Problem]:
    told = _loaded(file)
    evidence = "the account of the ChatGPT export"
    name = string(told.get("name"))
    email, phone = string(told.get("email")), string(told.get("phone_number"))
    yield Claim(PERSON, evidence, strong=True, name=name)
    if email and "@" in email:
        yield Claim(f"email:{email}", evidence, strong=True, name=name)
    if phone and phone.startswith("+"):
        yield Claim(f"phone:{phone}", evidence, strong=True, name=name)
    yield Problem("file", "the account's details; not writing")


def _feedback(told: object, place: str) -> Piece | Problem:
    """Return what the person wrote with their thumb up or down."""
    if not isinstance(told, dict):
        return Problem(place, "not a feedback object", "errored")
    content = told.get("content")
    if isinstance(content, str):
        try:
            content = json.loads(content)
        except (ValueError, RecursionError):
            content = None
    text = string(told.get("text")) or string(mapping(content).get("text")) or ""
    if not text.strip():
        return Problem(place, "feedback without words")
    created, precision = moment(told.get("create_time"), "UTC")
    own = string(told.get("id"))
    return Piece(
        namespace=SPACE,
        own=f"feedback/{own}" if own else None,
        text=text,
        kind="prompt",
        locator=place,
        handle=PERSON,
        mine=True,
        created=created,
        precision=precision,
        metadata={"feedback": True},
    )


def _group(told: object, place: str) -> Problem:
    if mapping(told).get("messages"):
        return Problem(place, "messages of a group chat, in a form not known", "errored")
    return Problem(place, "a group chat without messages")


def _canvas(file: File) -> Piece | Problem:
    """Return a document that ChatGPT and the person wrote together, as not the person's own."""
    told = _loaded(file)
    text = string(told.get("content")) or ""
    if not text.strip():
        return Problem("file", "a canvas without text" if told else "no JSON object", "errored")
    created, precision = moment(told.get("created_at") or told.get("create_time"), "UTC")
    kind = str(told.get("type") or told.get("textdoc_type") or "")
    return Piece(
        namespace=SPACE,
        own=f"canvas/{told.get('id') or PurePosixPath(file.name).stem}",
        text=text,
        kind="code" if kind.startswith("code") else "note",
        locator="file",
        handle=MACHINE,
        mine=False,
        created=created,
        precision=precision,
        title=string(told.get("title")),
        metadata={"canvas": True},
    )
