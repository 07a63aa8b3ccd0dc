"""Slack exports: a folder of days for each channel, and the lists of people and channels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from corpus.sources.elements import elements, fields, listed, mapping, never_silent, string
from corpus.sources.file import File
from corpus.sources.nesting import BOM
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.slack_text import own_words, with_blocks
from corpus.sources.slack_workspace import LISTS, Workspace, common_member, workspace_of

BESIDE = tuple(f"{up}{name}.json" for up in ("../", "") for name in LISTS)
HUMAN = frozenset(("me_message", "thread_broadcast", "file_share", "file_comment"))
"""Subtypes that people write; a message without subtype is theirs too."""

MACHINES = frozenset(("bot_message", "bot_add", "bot_remove", "bot_enable", "bot_disable"))
GONE = frozenset(("tombstone", "message_deleted", "message_changed"))
DAY = re.compile(r"\d{4}-\d\d-\d\d\.json")
TS = re.compile(r"\d{9,10}\.\d{1,6}")

_LIST = re.compile(rb"\s*\[\s*\{")
_MESSAGE = (re.compile(rb'"ts"\s*:\s*"\d{9,10}\.\d{6}"'), re.compile(rb'"type"\s*:\s*"message"'))
_USER = (re.compile(rb'\s*\[\s*\{\s*"id"\s*:\s*"[UWB][A-Z0-9]{2,20}"'), re.compile(rb'"profile"'))
_CHANNEL = (
    re.compile(rb'\s*\[\s*\{\s*"id"\s*:\s*"[CGD][A-Z0-9]{2,20}"'),
    re.compile(rb'"(?:members|creator|is_im|is_mpim)"'),
)
_DUMP = re.compile(
    rb'\s*\{(?=.{0,400}?"channel_id"\s*:\s*"[CGD]).{0,400}?"messages"\s*:\s*\[', re.S
)
_LOG = (re.compile(rb'"change_type"\s*:'), re.compile(rb'"(?:service|app)_(?:id|type)"\s*:'))
_CANVAS = (
    re.compile(rb'\s*\[\s*\{\s*"id"\s*:\s*"F[A-Z0-9]{2,20}"'),
    re.compile(rb'"(?:filetype|mimetype|url_private)"'),
)
_SHAPES = (
    ("messages", "a list of Slack messages with ts and type", (_LIST, *_MESSAGE)),
    ("users", "a list of Slack users", _USER),
    ("channels", "a list of Slack conversations", _CHANNEL),
    ("machinery", "the log of a Slack workspace's integrations", (_LIST, *_LOG)),
    ("machinery", "the list of a Slack workspace's canvases and lists", _CANVAS),
    ("dump", "a Slack conversation with channel_id and messages", (_DUMP, *_MESSAGE)),
)


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a file of a Slack export, or None."""
    found = _shape(file, head)
    return found[1] if found else None


def _shape(file: File, head: bytes) -> tuple[str, str] | None:
    head = head.removeprefix(BOM)
    if head.lstrip()[:1] not in (b"[", b"{"):
        return None
    for shape, evidence, signs in _SHAPES:
        if signs[0].match(head) and all(sign.search(head) for sign in signs[1:]):
            return shape, evidence
    is_empty = head.translate(None, b" \t\r\n") == b"[]"
    is_day = DAY.fullmatch(PurePosixPath(file.name).name)
    if is_empty and is_day and file.beside("../users.json"):
        return "empty", "an empty day of a Slack channel"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of `file` as a piece or a problem; other lists are no writing.

    A reply stands in the thread it answers, as does the message that opened that thread; all
    else stands in the stream of its channel, which is one conversation over all its days.
    """
    yield from never_silent(_read(file, reading))


def _read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    shape = (_shape(file, file.head()) or ("messages", ""))[0]
    if shape in ("messages", "dump"):
        yield from _messages(file, shape == "dump")
        return
    if shape == "channels":
        yield from _member_claim(file)
    if shape == "users":
        yield from _address_claims(file)
    told = {
        "users": "the members of a Slack workspace; not writing",
        "channels": "the channels of a Slack workspace; not writing",
        "machinery": "the integrations or files of a Slack workspace; not writing",
        "empty": "no messages on this day",
    }
    yield Problem("file", told[shape])


def _address_claims(file: File) -> Iterator[Claim]:
    """Yield which address belongs to which user, so that knowing one is knowing the other."""
    for told in elements(file, "item"):
        entry = mapping(told)
        id_, profile = string(entry.get("id")), mapping(entry.get("profile"))
        address = string(profile.get("email"))
        if id_ and address and "@" in address and entry.get("is_bot") is not True:
            yield Claim(
                f"slack:{id_}",
                "the Slack export gives this address for the user",
                strong=True,
                name=string(profile.get("real_name")),
                same_as=f"email:{address.strip().lower()}",
            )


def _member_claim(file: File) -> Iterator[Claim]:
    """Yield who is a member of all direct messages: such are exported by one of their members."""
    member = common_member(file)
    if member:
        name = workspace_of(file, "").name(member)
        evidence = "is a member of every direct message conversation of a Slack export"
        yield Claim(f"slack:{member}", evidence, strong=False, name=name)


def _messages(file: File, dump: bool) -> Iterator[Piece | Problem]:
    up = "" if dump else "../"
    if dump:
        head = fields(file, frozenset(("channel_id",)), "messages")
        channel = head.get("channel_id") or PurePosixPath(file.name).stem
    else:
        channel = re.split(r"[/!]", file.name)[-2] if re.search(r"[/!]", file.name) else file.name
    workspace = workspace_of(file, up)
    room = _Room(workspace, workspace.channel_id(channel))
    number = 0
    for told in elements(file, "messages.item" if dump else "item", "message"):
        if isinstance(told, Problem):
            yield told
            continue
        for message in [told, *listed(mapping(told).get("slackdump_thread_replies"))]:
            number += 1
            yield room.item(message, f"message {number}")


class _Room:
    """A channel while its messages pass."""

    def __init__(self, workspace: Workspace, channel: str) -> None:
        self._workspace = workspace
        self._channel = channel
        self._seen: set[str] = set()

    def item(self, message: Any, place: str) -> Piece | Problem:
        """Return `message` as a piece, or why it is none."""
        if not isinstance(message, dict):
            return Problem(place, "not a message object", "errored")
        ts = message.get("ts")
        if not isinstance(ts, str) or not TS.fullmatch(ts):
            return Problem(place, "a message without its time", "errored")
        user = string(message.get("user")) or string(mapping(message.get("comment")).get("user"))
        raw = _raw(message)
        reason = self._dropped(message, user, raw)
        if reason:
            return Problem(place, reason)
        if ts in self._seen:
            return Problem(place, "the same message a second time in the file")
        self._seen.add(ts)
        text = own_words(raw, self._workspace.name, self._workspace.channel_name)
        if not text:
            return Problem(place, "only a quotation")
        return self._piece(message, place, user, text)

    def _dropped(self, message: dict[str, Any], user: str | None, raw: str) -> str | None:
        subtype = message.get("subtype")
        subtype = subtype if isinstance(subtype, str | None) else "unknown"
        if subtype in GONE:
            return "deleted message"
        if subtype in MACHINES or self._workspace.is_bot(user) or (not user and _is_bot(message)):
            return "written by a bot"
        if subtype is not None and subtype not in HUMAN:
            return "system message"
        if raw.strip():
            return None
        if message.get("files") or message.get("file"):
            return "media without text"
        return "a share or link preview only" if message.get("attachments") else "no text"

    def _piece(self, message: dict[str, Any], place: str, user: str | None, text: str) -> Piece:
        ts, space = message["ts"], self._workspace
        parent = message.get("thread_ts")
        parent = parent if isinstance(parent, str) and TS.fullmatch(parent) else None
        profile = mapping(message.get("user_profile"))
        name = (
            (user and space.name(user))
            or string(profile.get("display_name"))
            or string(profile.get("real_name"))
            or string(message.get("username"))
        )
        handle = f"slack:{user}" if user else f"name:{name}" if name else None
        others = [*space.members(self._channel), *space.mentioned(_raw(message))]
        people: dict[str, str | None] = {handle: name} if handle else {}
        for other in others:
            people.setdefault(f"slack:{other}", space.name(other))
        room = space.channel_name(self._channel)
        return Piece(
            namespace=f"slack:{self._channel}",
            own=ts,
            text=text,
            kind="chat",
            locator=place,
            thread=parent or "channel",
            position=_microseconds(ts),
            reply_to=parent if parent != ts else None,
            handle=handle,
            people=list(people.items()),
            created=_moment(ts),
            precision="second" if _moment(ts) else "unknown",
            metadata=({"channel": room} if room else {})
            | ({"edited": True} if message.get("edited") else {}),
        )


def _is_bot(message: dict[str, Any]) -> bool:
    return bool(message.get("bot_id") or message.get("bot_profile") or message.get("app_id"))


def _raw(message: dict[str, Any]) -> str:
    """Return what the author wrote, in Slack's markup, without the sentence around a file.

    >>> _raw({"subtype": "file_comment", "text": "<@U1> commented", "comment": {"comment": "Nice"}})
    'Nice'
    """
    if message.get("subtype") == "file_comment":
        return string(mapping(message.get("comment")).get("comment")) or ""
    if message.get("upload") is not None and mapping(message.get("file")):
        comment = mapping(mapping(message["file"]).get("initial_comment"))
        return string(comment.get("comment")) or ""
    return with_blocks(string(message.get("text")) or "", listed(message.get("blocks")))


def _microseconds(ts: str) -> int:
    """Return the time stamp of a message, which orders a channel, as a whole number.

    >>> _microseconds("1453000000.0002")
    1453000000000200
    """
    seconds, _, rest = ts.partition(".")
    return int(seconds) * 1_000_000 + int(rest.ljust(6, "0"))


def _moment(ts: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(_microseconds(ts) / 1_000_000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
