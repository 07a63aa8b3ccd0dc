"""Read header fields of mail: encoded words, addresses, message ids and dates."""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

from corpus.sources.charsets import decoded
from corpus.sources.dates import moment as moment_in_iso
from corpus.sources.file import decode
from corpus.sources.piece import localise

FIRST_YEAR, LAST_YEAR = 1975, 2100  # mail is not older; clocks beyond are broken
MAX_FIELD = 65_536  # bytes; a longer field is an attack or damage
MONTHS = {
    name: n
    for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
Person = tuple[str, str | None]

_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?)")
_ID = re.compile(r"<\s*([^<>\s]+)\s*>")
_TOKEN = re.compile(
    r'\s+|"((?:[^"\\]|\\.)*+)"?|<([^<>]*)>?|([,;])|(\()|([^\s"<,;:(]+)|(.)',
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_AT = re.compile(r"([\w.+=-]{1,64}) at ([\w-]{1,63}(?:\.[\w-]{1,63}){1,5})")
"""An address as archives of mailing lists spell it."""
_PLAIN = re.compile(
    r"(?:[A-Za-z]{3},?\s+)?(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+(\d\d?):(\d\d)(?::(\d\d))?"
    r"\s+([+-])(\d\d)(\d\d)(?:\s*\([^()]*\))?\s*"
)


def shown(raw: bytes | None) -> str | None:
    """Return a field as text, its 8-bit bytes decoded as they turn out to be."""
    if raw is None:
        return None
    raw = raw[:MAX_FIELD]
    text = raw.decode("ascii") if raw.isascii() else decode(raw)[0]
    return text.strip()


def words_of(value: str) -> str:
    """Return a field's text with its encoded words decoded (RFC 2047), spaces joined.

    Words of one charset are decoded together, since senders cut characters in two.

    >>> words_of("=?UTF-8?B?TsOlIGVyIGRldA==?= jul")
    'Nå er det jul'
    >>> words_of("=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=")
    'café'
    """
    if "=?" not in value:
        return " ".join(value.split())
    out: list[str] = []
    open_charset, open_bytes, at = "", b"", 0
    text = _BETWEEN.sub(r"\1", value)
    for found in _WORD.finditer(text):
        raw = _unworded(found[2], found[3])
        if raw is None:
            continue
        between, at = text[at : found.start()], found.end()
        charset = found[1].lower()
        if open_charset and (between or charset != open_charset):
            out.append(decoded(open_bytes, open_charset))
            open_bytes = b""
        out.append(between)
        open_charset, open_bytes = charset, open_bytes + raw
    out.append(decoded(open_bytes, open_charset) if open_charset else "")
    return " ".join("".join([*out, text[at:]]).split())


def _unworded(encoding: str, text: str) -> bytes | None:
    """Return the bytes of an encoded word; None when it is not one."""
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    try:
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4)) or None
    except binascii.Error:
        return None


@lru_cache(maxsize=16_384)
def addresses(value: str | None) -> tuple[Person, ...]:
    """Return (handle, display name) of everyone a field names, in order.

    >>> addresses('=?UTF-8?Q?=C3=85se?= <Ase@Mail.example>, b@mail.example')
    (('email:ase@mail.example', 'Åse'), ('email:b@mail.example', None))
    >>> addresses('Team: "Lee, Ann" <ann@x.example>, bo@x.example (Bo);')
    (('email:ann@x.example', 'Lee, Ann'), ('email:bo@x.example', 'Bo'))
    >>> addresses("ann at x.example (Ann Lee)")
    (('email:ann@x.example', 'Ann Lee'),)
    """
    out: list[Person] = []
    words: list[str] = []
    notes: list[str] = []
    angle: str | None = None
    at, text = 0, (value or "")[:MAX_FIELD]
    while found := _TOKEN.match(text, at):
        at = found.end()
        quoted, inside, ends, opens, atom, other = found.groups()
        if opens:
            note, at = _comment(text, at)
            notes.append(note)
        elif inside is not None:
            angle = inside if angle is None else angle
        elif ends:
            out += _person(words, angle, notes)
            words, notes, angle = [], [], None
        elif other == ":" and angle is None and "@" not in "".join(words):
            words = []  # what stood before is the name of a group
        elif quoted is not None:
            words.append(_ESCAPE.sub(r"\1", quoted))
        elif atom or other:
            words.append(atom or other)
    out += _person(words, angle, notes)
    return tuple(out)


def _comment(text: str, at: int) -> tuple[str, int]:
    """Return the comment whose «(» stands before `at`, and where it ends."""
    depth, start = 1, at
    while at < len(text) and depth:
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 2 if text[at] == "\\" else 1
    return text[start : at - (depth == 0)], at


def _person(words: list[str], angle: str | None, notes: list[str]) -> list[Person]:
    name = words_of(" ".join(word.strip() for word in words))
    told = (name if angle is None else angle).strip()
    spelt = _AT.fullmatch(told)
    address = f"{spelt[1]}@{spelt[2]}" if spelt else "".join(told.split())
    if angle is None:
        address, name = (address, "") if "@" in address else ("", name)
        name = name or words_of(" ".join(notes))
    address = address.rpartition(":")[2].strip("'\"")  # a route stands before the address
    known = name.strip("'\" ") or None
    if "@" in address:
        return [(f"email:{address.lower()}", None if known == address else known)]
    known = known or address
    return [(f"name:{known}", known)] if known else []


def ids(value: str | None) -> list[str]:
    """Return the message ids of a field, without brackets.

    >>> ids("<a@x.example> <b@x.example>"), ids("bare@x.example"), ids("your mail of May")
    (['a@x.example', 'b@x.example'], ['bare@x.example'], [])
    """
    found = _ID.findall(value or "")
    return found or ([value] if value and "@" in value and " " not in value else [])


def moment(value: str | None, zone: str = "UTC") -> datetime | None:
    """Return the date of a Date field in UTC, None if it is missing, broken or absurd.

    A date that names no zone is local time of `zone`.

    >>> moment("Mon, 2 Apr 2012 20:21:52 +0400").isoformat()
    '2012-04-02T16:21:52+00:00'
    """
    try:
        found = _moment(value or "", zone)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found and FIRST_YEAR <= found.year < LAST_YEAR else None


def _moment(value: str, zone: str) -> datetime | None:
    plain = _PLAIN.fullmatch(value)
    if plain and (month := MONTHS.get(plain[2].lower())):
        day, year, hour, minute = int(plain[1]), int(plain[3]), int(plain[4]), int(plain[5])
        shift = timedelta(hours=int(plain[8]), minutes=int(plain[9]))
        offset = timezone(-shift if plain[7] == "-" else shift)
        second = min(int(plain[6] or 0), 59)
        return datetime(year, month, day, hour, minute, second, tzinfo=offset).astimezone(UTC)
    if value[:4].isdigit() and value[4:5] == "-":
        return moment_in_iso(value, zone)[0]
    when = parsedate_to_datetime(value.replace(":60", ":59"))
    if when.tzinfo is None and not value.rstrip().endswith("-0000"):
        return localise(when, zone)
    return when.replace(tzinfo=when.tzinfo or UTC).astimezone(UTC)
