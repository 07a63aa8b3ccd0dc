"""Messages of Signal's desktop database in JSON: sigtop's lists and signal-export's lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from corpus.sources.dates import moment
from corpus.sources.elements import elements, listed, mapping, string
from corpus.sources.file import File
from corpus.sources.phones import handle_of
from corpus.sources.piece import Piece, Problem, Reading, localise, shape_of
from corpus.sources.signal_frames import HOLE, ME, SPACE, uuid_of
from corpus.sources.signal_notes import ME_NAMES, is_call

_LIST = re.compile(rb"\s*\[\s*\{")
_ROW = (b'"conversationId"', b'"sent_at"', b'"type"')
_TYPE = re.compile(rb'"type"\s*:\s*"(?:incoming|outgoing)"')
_LINE = re.compile(rb'\s*\{\s*"date"\s*:\s*"[^"]{10,40}"\s*,\s*"sender"\s*:')
_LINE_MORE = (b'"body"', b'"quote"', b'"reactions"')
NOBODY = "No-Sender"


def recognise(head: bytes) -> str | None:
    """Return the evidence that `head` begins such a file, or None."""
    if _LINE.match(head) and all(name in head for name in _LINE_MORE):
        return "messages of signal-export, one a line"
    is_list = _LIST.match(head) and all(name in head for name in _ROW)
    return "messages of Signal's desktop" if is_list and _TYPE.search(head) else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield each message of `file` as a piece or a problem."""
    if _LINE.match(file.head().lstrip(b"\xef\xbb\xbf")):
        yield from _lines(file, reading)
        return
    for number, told in enumerate(elements(file, "item", "message"), start=1):
        if isinstance(told, Problem):
            yield told
        elif isinstance(told, dict):
            yield _row(told, f"message {number}", number, file)
        else:
            yield Problem(f"message {number}", "not a message object", "errored")


def _row(row: dict[str, Any], place: str, number: int, file: File) -> Piece | Problem:
    """Return one message as the desktop keeps it."""
    kind, sent = row.get("type"), row.get("sent_at")
    if kind not in ("incoming", "outgoing"):
        return Problem(place, "system message")
    if row.get("isErased") is True or row.get("deletedForEveryone") is True:
        return Problem(place, "deleted message")
    text = _named(string(row.get("body")) or "", listed(row.get("bodyRanges")))
    if not text:
        media = row.get("attachments") or row.get("sticker") or row.get("contact")
        return Problem(place, "media without text" if media else "no text")
    if isinstance(sent, bool) or not isinstance(sent, int) or sent <= 0:
        return Problem(place, "a message without its time", "errored")
    mine = kind == "outgoing"
    key, handle = (ME, f"{SPACE}:{ME}") if mine else _source(row)
    created = moment(sent, "UTC")[0]
    thread = string(row.get("conversationId")) or PurePosixPath(file.name).stem
    return Piece(
        namespace=SPACE,
        own=f"{key} {sent}" if key else None,
        text=text,
        kind="chat",
        locator=place,
        thread=thread,
        position=number,
        reply_to=_quoted(mapping(row.get("quote"))),
        handle=handle,
        people=[(handle, None)] if handle else [],
        mine=mine,
        created=created,
        precision="second" if created else "unknown",
        metadata={"edited": True} if row.get("editHistory") else {},
    )


def _source(row: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return the key and the handle of whoever sent a message."""
    accounts = (row.get(n) for n in ("sourceServiceId", "sourceUuid", "sourceAci"))
    aci = next((found for a in accounts if (found := uuid_of(a))), None)
    phone = handle_of(string(row.get("source")) or "")
    handle = phone or (f"{SPACE}:{aci}" if aci else None)
    return aci or phone, handle


def _quoted(quote: dict[str, Any]) -> str | None:
    sent, aci = quote.get("id"), uuid_of(quote.get("authorAci") or quote.get("authorUuid"))
    return f"{aci} {sent}" if aci and isinstance(sent, int) else None


def _named(body: str, ranges: list[Any]) -> str:
    """Return a text with the names of those mentioned in their places."""
    spans = [r for r in map(mapping, ranges) if "mentionAci" in r or "mentionUuid" in r]
    spans.sort(key=lambda r: r["start"] if isinstance(r.get("start"), int) else 0)
    for span in spans:
        body = body.replace(HOLE, f"@{string(span.get('replacementText')) or 'someone'}", 1)
    return body.replace(HOLE, "").strip()


def _lines(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield the messages that signal-export writes one a line, in local time, without ids."""
    thread = PurePosixPath(re.sub("!", "/", file.name)).parent.name or file.name
    with file.lines() as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            place = f"line {number}"
            try:
                told = mapping(json.loads(line))
            except (ValueError, RecursionError):
                yield Problem(place, "not a JSON object", "errored", shape_of(line))
                continue
            yield _simple(told, (place, number, thread), reading)


def _simple(told: dict[str, Any], where: tuple[str, int, str], reading: Reading) -> Piece | Problem:
    place, number, thread = where
    sender, text = string(told.get("sender")), (string(told.get("body")) or "").strip()
    if told.get("deleted") is True:
        return Problem(place, "deleted message")
    if told.get("call") is True or is_call(text):
        return Problem(place, "call")
    if not text:
        media = told.get("attachments") or told.get("sticker")
        return Problem(place, "media without text" if media else "no text")
    if sender is None:
        return Problem(place, "a message without its author", "errored")
    mine = sender in ME_NAMES
    handle = f"{SPACE}:{ME}" if mine else None if sender == NOBODY else f"name:{sender}"
    created = _local(told.get("date"), reading.zone)
    return Piece(
        namespace=SPACE,
        text=text,
        kind="chat",
        locator=place,
        thread=thread,
        position=number,
        handle=handle,
        people=[(handle, None if mine else sender)] if handle else [],
        mine=mine or None,
        created=created,
        precision="second" if created else "unknown",
    )


def _local(date: object, zone: str) -> datetime | None:
    try:
        found = localise(datetime.fromisoformat(str(date)), zone)
    except (ValueError, OverflowError):
        return None
    return found if found.year > 1970 else None
