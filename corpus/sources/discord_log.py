"""Discord channels saved by DiscordChatExporter as CSV tables or plain text, without ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from corpus.sources.dates import moment
from corpus.sources.discord_text import SNOWFLAKE, own_words
from corpus.sources.file import File
from corpus.sources.piece import Piece, Problem, Reading, localise
from corpus.sources.tables import rows

HEADER = b"AuthorID,Author,Date,Content,Attachments"
RULE = "=" * 62
NAMED_MONTH = re.compile(r"(\d{1,2}-[A-Za-z]{3}-\d{2,4}) (\d{1,2}:\d\d)(?::\d\d)? ?([AP]M)?")
NUMBERS = re.compile(
    r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4}),? (\d{1,2}):(\d\d)(?::(\d\d))?[ \u202f]?([AP]M)?", re.I
)
_IN_NAME = re.compile(r"\[(\d{15,20})\]")
_HEAD = re.compile(r"\[([^\]\n]{6,40})\] (.{1,80}?)(?: \(pinned\))?$")
_EXTRAS = ("{Attachments}", "{Embed}", "{Stickers}", "{Reactions}")
_TAG = re.compile(r"#\d{4}$")


def recognise(head: bytes) -> str | None:
    """Return the evidence that `head` begins a table or text of a Discord channel, or None."""
    if head.startswith(HEADER):
        return "the columns of a Discord channel"
    lines = head[:400].decode("utf-8", "replace").splitlines()
    if len(lines) > 2 and lines[0] == RULE and lines[1].startswith(("Guild: ", "Server: ")):
        return "the text of a Discord channel"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield each message of `file`; without ids, its place orders it."""
    found = _IN_NAME.search(file.name)
    thread = found[1] if found else file.name
    is_table = file.head(len(HEADER) + 3).lstrip(b"\xef\xbb\xbf").startswith(HEADER)
    told = _table(file) if is_table else _text(file)
    for number, (place, row) in enumerate(told):
        if isinstance(row, Problem):
            yield row
            continue
        author, name, date, raw, extras = row
        text = own_words(raw, {})
        if not text:
            reason = "only a quotation" if raw.strip() else "media without text"
            yield Problem(place, reason if raw.strip() or extras else "no text")
            continue
        handle = f"discord:{author}" if SNOWFLAKE.fullmatch(author) else f"name:{name}"
        created, precision, sure = _moment(date, reading.zone)
        yield Piece(
            namespace="discord",
            text=text,
            kind="chat",
            locator=place,
            thread=thread,
            position=number,
            handle=handle,
            people=[(handle, name)],
            created=created,
            precision=precision,
            basis="stated" if sure else "assumed",
        )


Row = tuple[str, str, str, str, bool]


def _table(file: File) -> Iterator[tuple[str, Row | Problem]]:
    for place, row in rows(file, "csv"):
        if isinstance(row, Problem):
            yield place, row
            continue
        cells = [row.get(n) or "" for n in ("AuthorID", "Author", "Date", "Content")]
        name = _TAG.sub("", cells[1])
        yield place, (cells[0], name, cells[2], cells[3], bool(row.get("Attachments")))


def _text(file: File) -> Iterator[tuple[str, Row | Problem]]:
    """Yield the messages of a text: a line «[date] author», then lines up to the next one."""
    head: re.Match[str] | None = None
    body: list[str] = []
    start, after_blank = 0, True
    with file.lines() as lines:
        for number, line in enumerate(lines, start=1):
            line = line.rstrip("\r\n")
            found = _HEAD.match(line) if after_blank else None
            if found and _moment(found[1], "UTC")[0] is None:
                found = None
            if found or line == RULE:
                if head:
                    yield f"line {start}", _row(head, body)
                head, start, body = found, number, []
            elif head:
                body.append(line)
            after_blank = not line
    if head:
        yield f"line {start}", _row(head, body)


def _row(head: re.Match[str], body: list[str]) -> Row:
    end = next((n for n, line in enumerate(body) if line in _EXTRAS), len(body))
    text = "\n".join(body[:end]).strip("\n")
    return "", _TAG.sub("", head[2]), head[1], text, end < len(body)


def _moment(date: str, zone: str) -> tuple[datetime | None, str, bool]:
    """Return a date as the exporting computer wrote it, its precision, and whether it is sure.

    >>> _moment("19-Jul-21 01:34 PM", "UTC")[0].isoformat(), _moment("2/13/2024 1:05 PM", "UTC")[2]
    ('2021-07-19T13:34:00+00:00', True)
    """
    try:
        if found := NAMED_MONTH.fullmatch(date):
            year = "%Y" if len(found[1].split("-")[2]) == 4 else "%y"
            clock = "%I:%M %p" if found[3] else "%H:%M"
            words = f"{found[1]} {found[2]}" + (f" {found[3]}" if found[3] else "")
            return localise(datetime.strptime(words, f"%d-%b-{year} {clock}"), zone), "minute", True
        if found := NUMBERS.fullmatch(date):
            return _numeric(found, zone)
    except (ValueError, OverflowError):
        return None, "unknown", True
    told, precision = moment(date, zone)
    return told, precision, True


def _numeric(found: re.Match[str], zone: str) -> tuple[datetime | None, str, bool]:
    """Return a date in numbers; of day and month, what cannot be the month is the day."""
    a, b, c = (int(found[n]) for n in (1, 2, 3))
    noon = (found[7] or "").upper()
    hour = int(found[4]) % 12 + 12 * (noon == "PM") if noon else int(found[4])
    if a > 31:
        year, month, day, sure = a, b, c, True
    else:
        year, sure = c + 2000 * (c < 100), a > 12 or b > 12 or a == b
        month, day = (a, b) if b > 12 or (noon and a <= 12) else (b, a)
    when = datetime(year, month, day, hour, int(found[5]), int(found[6] or 0))
    return localise(when, zone), "second" if found[6] else "minute", sure
