"""Discord: the data package a person asks for, and channels saved by DiscordChatExporter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from corpus.sources import discord_channel, discord_log, discord_page
from corpus.sources.dates import moment
from corpus.sources.delimited import dialect_of
from corpus.sources.discord_text import SNOWFLAKE, mentioned, own_words, sent
from corpus.sources.elements import elements, listed, mapping, never_silent, string
from corpus.sources.file import HEAD, File
from corpus.sources.nesting import BOM
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.tables import rows

BESIDE = ("../index.json", "channel.json", "../../*/user.json")
COLUMNS = ["ID", "Timestamp", "Contents", "Attachments"]
SERVER_FILES = ("guild.json", "audit-log.json", "channels.json", "webhooks.json", "bots.json")

_MESSAGES = re.compile(rb'\s*\[\s*\{\s*"ID"\s*:\s*"?\d{15,20}"?\s*,\s*"Timestamp"\s*:')
_INDEX = re.compile(rb'\s*\{\s*"\d{15,20}"\s*:\s*(?:null|")')
_ACCOUNT = (
    re.compile(rb'\s*\{\s*"id"\s*:\s*"\d{15,20}"\s*,\s*"username"\s*:'),
    re.compile(rb'"(?:discriminator|global_name|avatar_hash|premium_until|has_mobile)"'),
)
_TELEMETRY = (
    re.compile(rb'\s*\{\s*"(?:event_type|domain|event_id)"\s*:'),
    re.compile(rb'"event_type"\s*:'),
    re.compile(rb'"(?:event_id|event_source|client_send_timestamp|client_track_timestamp)"'),
)
_ID = re.compile(rb'"id"\s*:\s*"\d{15,20}"')
_NO_MESSAGES = re.compile(rb"\s*\[\s*\]\s*\Z")
_SHAPES = (
    ("messages", "messages of a Discord data package", (_MESSAGES,)),
    ("index", "the names of the channels of a Discord data package", (_INDEX,)),
    ("account", "the account of a Discord data package", _ACCOUNT),
    ("telemetry", "the activity log of a Discord data package", _TELEMETRY),
)


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a file of Discord messages, or None."""
    found = _shape(file, head)
    return found[1] if found else None


def _shape(file: File, head: bytes) -> tuple[str, str] | None:
    head = head.removeprefix(BOM)
    for shape, evidence, signs in _SHAPES:
        if signs[0].match(head) and all(sign.search(head) for sign in signs[1:]):
            return shape, evidence
    if head.startswith(b"ID,Timestamp,Contents,Attachments") and _columns(head) == COLUMNS:
        return "table", "the columns of a Discord data package"
    name = PurePosixPath(file.name).name
    if head.lstrip()[:1] in (b"{", b"[") and name in SERVER_FILES and _is_server(file, head):
        return "server", "a server's file of a Discord data package"
    if name == "channel.json" and _is_channel(file, head):
        return "about", "a channel of a Discord data package"
    if name == "messages.json" and _NO_MESSAGES.match(head) and file.beside("channel.json"):
        return "messages", "an empty channel of a Discord data package"
    logs = (("channel", discord_channel), ("page", discord_page), ("log", discord_log))
    for shape, module in logs:
        if evidence := module.recognise(head):
            return shape, evidence
    return None


def _columns(head: bytes) -> list[str]:
    found = dialect_of(head)
    return found[1] if found else head.decode("utf-8", "replace").strip().split(",")


def _is_channel(file: File, head: bytes) -> bool:
    try:
        told = mapping(json.loads(head)) if len(head) < HEAD else {}
    except (ValueError, RecursionError):
        return False
    if not SNOWFLAKE.fullmatch(str(told.get("id"))) or "type" not in told:
        return False
    return bool(file.beside("messages.json") or file.beside("messages.csv"))


def _is_server(file: File, head: bytes) -> bool:
    """Return whether a file in a folder that is called by an id describes a server."""
    folder = PurePosixPath(re.sub("!", "/", file.name)).parent.name
    return bool(SNOWFLAKE.fullmatch(folder)) and (bool(_ID.search(head)) or head.strip() == b"[]")


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of `file` as a piece or a problem; what is no writing is said once.

    All messages of a data package are one's own. The same message has the same id in a data
    package and in a channel log, since both give Discord's.
    """
    yield from never_silent(_read(file, reading))


def _read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    shape = (_shape(file, file.head()) or ("messages", ""))[0]
    if shape == "channel":
        yield from discord_channel.read(file)
    elif shape == "page":
        yield from discord_page.read(file)
    elif shape == "log":
        yield from discord_log.read(file, reading)
    elif shape in ("messages", "table"):
        yield from _package(file, shape == "table")
    elif shape == "account":
        yield from _account(file)
    else:
        told = {
            "index": "the names of Discord channels; not writing",
            "about": "what a Discord channel is; not writing",
            "server": "what a Discord server is; not writing",
            "telemetry": "the activity log of a Discord account; not writing",
        }
        yield Problem("file", told[shape])


def _account(file: File) -> Iterator[Problem | Claim]:
    told = _loaded(file)
    id_, name = str(told.get("id")), string(told.get("global_name")) or string(told.get("username"))
    if SNOWFLAKE.fullmatch(id_):
        evidence = "is the account of a Discord data package"
        yield Claim(f"discord:{id_}", evidence, strong=True, name=name)
        yield Problem("file", "a Discord account's settings; not writing")
    else:
        yield Problem("file", "a Discord account whose JSON is damaged", "errored")


def _loaded(file: File) -> dict[str, Any]:
    """Return the object in a small JSON file, empty if there is none."""
    try:
        return mapping(json.loads(file.read_bytes().removeprefix(BOM)))
    except (ValueError, RecursionError):
        return {}


def _package(file: File, table: bool) -> Iterator[Piece | Problem]:
    channel = _loaded(found[0]) if (found := file.beside("channel.json")) else {}
    folder = PurePosixPath(re.sub("!", "/", file.name)).parent.name
    thread = str(channel.get("id") or folder.removeprefix("c"))
    names = _names(file)
    me = _me(file)
    others = [r for r in map(str, listed(channel.get("recipients"))) if f"discord:{r}" != me[0]]
    told = rows(file, "csv") if table else _numbered(elements(file, "item", "message"))
    for place, row in told:
        if isinstance(row, Problem):
            yield row
        elif isinstance(row, dict):
            yield _own(row, place, thread, names, (me, others))
        else:
            yield Problem(place, "not a message object", "errored")


def _numbered(told: Iterator[Any]) -> Iterator[tuple[str, Any]]:
    return ((f"message {n}", row) for n, row in enumerate(told, start=1))


def _names(file: File) -> dict[str, str]:
    """Return channel id → name, without the server that the index adds to it."""
    index = _loaded(found[0]) if (found := file.beside("../index.json")) else {}
    return {i: n.split(" in ")[0] for i, n in index.items() if isinstance(n, str)}


def _me(file: File) -> tuple[str | None, str | None]:
    for found in file.beside("../../*/user.json"):
        told = _loaded(found)
        if SNOWFLAKE.fullmatch(str(told.get("id"))):
            name = string(told.get("global_name")) or string(told.get("username"))
            return f"discord:{told['id']}", name
    return None, None


def _own(
    row: dict[str, Any],
    place: str,
    thread: str,
    names: dict[str, str],
    who: tuple[tuple[str | None, str | None], list[str]],
) -> Piece | Problem:
    """Return one message of a data package; its author is whoever asked for the package."""
    id_, raw = str(row.get("ID")), row.get("Contents")
    if not SNOWFLAKE.fullmatch(id_) or not isinstance(raw, str | None):
        return Problem(place, "a message without its id or words", "errored")
    text = own_words(raw or "", names)
    if not text:
        if (raw or "").strip():
            return Problem(place, "only a quotation")
        return Problem(place, "media without text" if row.get("Attachments") else "no text")
    (me, name), others = who
    people: dict[str, str | None] = {me: name} if me else {}
    for other in (*others, *mentioned(raw or "")):
        people.setdefault(f"discord:{other}", None)
    created = moment(row.get("Timestamp"), "UTC")[0] or sent(id_)
    return Piece(
        namespace="discord",
        own=id_,
        text=text,
        kind="chat",
        locator=place,
        thread=thread,
        position=int(id_),
        handle=me,
        people=list(people.items()),
        mine=True,
        created=created,
        precision="second" if created else "unknown",
    )
