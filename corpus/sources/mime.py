"""Read what a message says: its text, decoded header fields, addresses and dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import NamedTuple

from corpus.sources.file import decode
from corpus.sources.markup import text_of

FIRST_YEAR, LAST_YEAR = 1975, 2100  # mail is not older; clocks beyond are broken
MAX_PARTS = 1_000
MAX_FIELD = 65_536  # bytes; a longer field is an attack or damage
ALIASES = {
    "iso-8859-1": "cp1252",  # what senders mean by it: WHATWG Encoding Standard, 4.2
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "cp-850": "cp850",
    "windows-874": "cp874",
    "x-mac-roman": "mac_roman",
}
NOT_DECLARED = {"us-ascii", "ascii", "unknown-8bit", "x-unknown", "default", "iso-2022-int"}
_QUOTES = re.compile(r">+")


class Body(NamedTuple):
    """The text of a message, how many attachments stand beside it, and what it is instead."""

    text: str
    attachments: int
    other: str | None


def body_of(message: Message) -> Body:
    """Return the text of `message`: plain parts, else HTML rendered with quotes marked «> ».

    `other` names what a message without text holds: «encrypted» or «calendar».
    """
    texts: list[str] = []
    state = {"attachments": 0, "parts": 0}
    kinds: set[str] = set()
    _collect(message, texts, state, kinds)
    text = "\n\n".join(t.strip("\n") for t in texts if t.strip())
    if text.lstrip().startswith("-----BEGIN PGP MESSAGE-----"):
        text = ""
        kinds.add("encrypted")
    other = next((k for k in ("encrypted", "calendar") if k in kinds), None)
    return Body(text, state["attachments"], None if text else other)


def _collect(part: Message, texts: list[str], state: dict[str, int], kinds: set[str]) -> None:
    """Append the texts of `part` to `texts`; count attachments; note encrypted and calendar."""
    state["parts"] += 1
    if state["parts"] > MAX_PARTS:
        return
    kind = part.get_content_type()
    if _is_file(part) or kind.startswith("message/"):
        state["attachments"] += 1
    elif kind == "multipart/alternative":
        _collect_best(_children(part), texts, state, kinds)
    elif kind in ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"):
        kinds.add("encrypted")
    elif kind.startswith("multipart/"):
        for child in _children(part):
            _collect(child, texts, state, kinds)
    elif kind in ("text/plain", "text/html"):
        texts.append(_text(part, kind))
    elif kind == "text/calendar":
        kinds.add("calendar")
    elif kind != "application/pgp-signature":
        state["attachments"] += 1


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _children(part: Message) -> list[Message]:
    """Return the parts of a multipart; one that was never divided reads as plain text."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return [child for child in payload if isinstance(child, Message)]
    alone = Message()
    alone.set_payload(payload)
    return [alone]


def _collect_best(
    parts: list[Message], texts: list[str], state: dict[str, int], kinds: set[str]
) -> None:
    """Collect the plain alternative, else whichever has text (RFC 2046 has them say the same)."""
    for part in sorted(parts, key=lambda p: p.get_content_type() != "text/plain"):
        found: list[str] = []
        _collect(part, found, state, kinds)
        if any(t.strip() for t in found):
            texts.extend(found)
            return


def _text(part: Message, kind: str) -> str:
    raw = part.get_payload(decode=True)
    text = _decoded(raw if isinstance(raw, bytes) else b"", part.get_content_charset())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if kind == "text/html":
        return text_of(text)
    if str(_parameter(part, "format")).lower() == "flowed":
        return unflow(text, delete_space=str(_parameter(part, "delsp")).lower() == "yes")
    return text


def _parameter(part: Message, name: str) -> object:
    try:
        return part.get_param(name)
    except (ValueError, TypeError, LookupError):  # a broken Content-Type says nothing
        return None


def _decoded(raw: bytes, charset: str | None) -> str:
    """Return `raw` in the declared `charset` if it is right, else as `decode` finds it."""
    name = (charset or "").strip("\"' ").lower()
    if name and name not in NOT_DECLARED:
        try:
            return raw.decode(ALIASES.get(name, name))
        except (LookupError, UnicodeError, ValueError):
            pass
    return decode(raw)[0]


def unflow(text: str, delete_space: bool) -> str:
    """Return `text` in format=flowed with its soft line breaks joined (RFC 3676).

    >>> unflow("one \\ntwo\\n> a \\n> b\\n-- \\nAnn", delete_space=False)
    'one two\\n> a b\\n-- \\nAnn'
    """
    out: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        marks = _QUOTES.match(line)
        depth = marks.end() if marks else 0
        content = line[depth:].removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        shown = content[:-1] if soft and delete_space else content
        if open_depth == depth and content != "-- ":
            out[-1].append(shown)
        else:
            out.append([f"{'>' * depth} ", shown] if depth else [shown])
        open_depth = depth if soft else None
    return "\n".join("".join(line) for line in out)


def field(message: Message, name: str) -> str | None:
    """Return the first field `name` as unfolded, decoded text; None if there is none."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            raw = str(value).encode("utf-8", "surrogateescape")
            return re.sub(r"\r?\n[ \t]*", " ", decode(raw[:MAX_FIELD])[0]).strip()
    return None


def words_of(value: str) -> str:
    """Return a field's text with its encoded words decoded (RFC 2047), spaces joined.

    >>> words_of("=?UTF-8?B?TsOlIGVyIGRldA==?= jul")
    'Nå er det jul'
    """
    try:
        parts = decode_header(value)
        text = "".join(_word(part, charset) for part, charset in parts)
    except (HeaderParseError, ValueError, LookupError):
        text = value
    return " ".join(text.split())


def _word(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    # decode_header hands back what stands between encoded words in this codec
    return _decoded(part, charset) if charset else part.decode("raw-unicode-escape", "replace")


def addresses(value: str | None) -> list[tuple[str, str | None]]:
    """Return (handle, display name) of everyone a field names, in order.

    >>> addresses('=?UTF-8?Q?=C3=85se?= <Ase@Mail.example>, b@mail.example')
    [('email:ase@mail.example', 'Åse'), ('email:b@mail.example', None)]
    """
    out = []
    for name, address in getaddresses([value] if value else []):
        shown = words_of(name) or None
        if "@" in address:
            out.append((f"email:{address.strip().lower()}", shown))
        elif shown or address:
            out.append((f"name:{shown or address}", shown))
    return out


def moment(value: str | None) -> datetime | None:
    """Return the date of a Date field in UTC, None if it is missing, broken or absurd.

    >>> moment("Mon, 2 Apr 2012 20:21:52 +0400").isoformat()
    '2012-04-02T16:21:52+00:00'
    """
    try:
        found = parsedate_to_datetime(value or "")
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if FIRST_YEAR <= found.year < LAST_YEAR else None
