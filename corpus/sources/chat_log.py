"""Chat logs kept as plain text, of IRC and of Pidgin: each message under its nickname."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from corpus.sources.dates import date_in
from corpus.sources.piece import Piece, Problem, localise

CLOCK = (
    r"(?:(?P<day>\d{4}-\d\d-\d\d)[T ])?(?P<time>\d{1,2}:\d\d(?::\d\d)?)"
    r"(?:\s?(?P<half>[AaPp][Mm]))?"
)
STAMP = rf"[\[(]?{CLOCK}[\])]?\s+"
NICK = re.compile(rf"(?:{STAMP})?<[~&@%+ ]?(?P<nick>[^\s<>/]{{1,40}})> ?(?P<text>.*)")
NAMED = re.compile(rf"\({CLOCK}\)\s(?P<nick>[^:]{{1,60}}):\s(?P<text>.*)")
ACTION = re.compile(rf"{STAMP}\*{{1,3}} ?(?P<nick>[^\s<>*]{{1,40}}) (?P<text>.*)")
SYSTEM = re.compile(
    rf"(?:{STAMP})?(?:===|\*\*\*|-!-|-->|<--|--- |<->|Session (?:Start|Close|Ident|Time)|"
    r"Conversation with )"
)
DAY = re.compile(r"([A-Z][a-z]{2}) (\d{1,2})(?: \d\d:\d\d(?::\d\d)?)? (\d{4})\b")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
LINES, FEWEST, SHARE = 200, 3, 0.6
MAX_LINE = 20_000


@dataclass(slots=True)
class _Clock:
    """The day and time at which a log has arrived."""

    zone: str
    day: date | None = None
    last: str = ""

    def at(self, found: re.Match[str]) -> tuple[datetime | None, str]:
        """Return when a message was written; a clock that jumps back has passed midnight."""
        if found["day"]:
            self.day = _day(found["day"])
        time = _time(found["time"], found["half"])
        if time is None or self.day is None:
            return None, "unknown"
        if self.last and not found["day"] and time[:2] == "00" and self.last[:2] == "23":
            self.day += timedelta(days=1)
        self.last = time
        try:
            moment = localise(datetime.fromisoformat(f"{self.day}T{time}"), self.zone)
        except (ValueError, OverflowError):
            return None, "unknown"
        return moment, "minute" if len(time) == 5 else "second"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _time(text: str | None, half: str | None) -> str | None:
    if text is None:
        return None
    hour, rest = text.split(":", 1)
    number = int(hour) % 12 + 12 * (half.lower() == "pm") if half else int(hour)
    return f"{number:02}:{rest}" if number < 24 else None


def is_chat(text: str) -> bool:
    """Return whether most of the first lines of `text` are messages of two or more people.

    >>> is_chat("[10:13] <ann> hello\\n[10:14] <bo> hi\\n[10:14] <ann> rain?")
    True
    """
    lines = [line for line in text.split("\n", LINES)[:LINES] if line.strip()]
    lines = [line[:MAX_LINE] for line in lines if not SYSTEM.match(line[:MAX_LINE])]
    found = [m for line in lines if (m := NICK.match(line) or NAMED.match(line))]
    timed = sum(bool(m["time"]) for m in found)
    people = {m["nick"] for m in found}
    if lines and timed == len(lines):
        return True
    if len(found) < max(2, SHARE * len(lines)):
        return False
    many = len(found) >= FEWEST and len(people) > 1
    return 2 * timed > len(found) or (many and "</" not in text[:MAX_LINE])


def messages(text: str, name: str, zone: str) -> Iterator[Piece | Problem]:
    """Yield each message of the log in file `name`; joins and the like are dropped."""
    day = date_in(name.rpartition("/")[2], "UTC")[0]
    clock = _Clock(zone, day.date() if day else None)
    last: Piece | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        found = NICK.match(line) or NAMED.match(line) or ACTION.match(line)
        if found:
            if last is not None:
                yield last
            last = _message(found, clock, name, number)
        elif SYSTEM.match(line):
            clock.day = _stated_day(line) or clock.day
            yield Problem(f"line {number}", "service message")
        elif line.strip() and last is not None:
            last.text += f"\n{line.rstrip()}"
        elif line.strip():
            yield Problem(f"line {number}", "before the first message")
    if last is not None:
        yield last


def _stated_day(line: str) -> date | None:
    if found := DAY.search(line[:200]):
        month = MONTHS.index(found[1]) + 1 if found[1] in MONTHS else 0
        return _day(f"{found[3]}-{month:02}-{int(found[2]):02}")
    told = date_in(line[:200], "UTC")[0]
    return told.date() if told else None


def _message(found: re.Match[str], clock: _Clock, name: str, number: int) -> Piece:
    created, precision = clock.at(found)
    nick = found["nick"].strip()
    return Piece(
        namespace="file",
        text=found["text"].rstrip(),
        kind="chat",
        locator=f"line {number}",
        thread=name,
        position=number,
        handle=f"name:{nick}",
        people=[(f"name:{nick}", nick)],
        created=created,
        precision=precision,
    )
