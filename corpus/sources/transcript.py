"""Conversations kept as text, of any program: lines in which a clock and a name stand.

Chats copied out of a window, exports of messengers without a kind of their own, minutes of calls.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from corpus.sources import assistant_text
from corpus.sources.meta_dates import printed_moment
from corpus.sources.piece import Piece, Problem, localise
from corpus.sources.whatsapp_phrases import AFTERNOON, FORENOON, NOT_NAMES

HEAD = 120  # characters of a line in which its clock and name stand
LINES, EARLY = 300, 8  # lines looked at; the first message stands in the first of them
FEWEST, TWICE = 4, 2  # messages; people who say something more than once
SHARE, BLOCK_SHARE, BODIES = 0.3, 0.1, 0.6
MAX_DAY = 60  # characters of a line that states the day of what stands below it

_WORDS = (
    "mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday jan feb "
    "mar apr may jun jul aug sep sept oct nov dec january february march april june july august "
    "september october november december today yesterday at on klo um"
).split()
_HALVES = [w for w in FORENOON | AFTERNOON if " " not in w and (len(w) > 1 or not w.isascii())]
_WORD = "|".join(sorted({*_WORDS, *_HALVES, "a.m.", "p.m."}, key=len, reverse=True))
_CLOCK = re.compile(r"(?<![\d:])[0-2]?\d:[0-5]\d(?::[0-5]\d)?(?![\d:])")
_BEFORE = re.compile(
    rf"(?:[\d\s,./()\[\]|·–—年月日년월일-]|(?<!\w)(?:{_WORD})\.?(?!\w)|T$)+$", re.IGNORECASE
)
_AFTER = re.compile(
    rf"(?:[.,]\d{{1,6}})?(?:Z|\s?[+-]\d\d:?\d\d)?(?:\s?(?:{_WORD})(?!\w))?"
    r"(?:,?\s\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})?\s?[\])]*",
    re.IGNORECASE,
)
_NAME = r"[^\s:|<>\[\](){}=;\"\\/*](?:[^:|<>\[\]{}=;\"\\/\t\n*]{0,39}[^\s:|<>\[\]{}=;\"\\/*])?"
_SAID = re.compile(
    rf"[\s,|·–—-]{{0,4}}[<*]{{0,2}}(?:From\s{{1,4}}(?P<sender>{_NAME}?)\s{{1,4}}to\s[^:\n]{{1,60}}|"
    rf"(?P<name>{_NAME}))[>*]{{0,2}}\s{{0,4}}(?P<sign>[:|\t>]|$)\s?(?P<text>.*)"
)
_NUMBER = re.compile(r"\s?\(\d{4,20}\)$")  # of an account, behind its name
_ODD = frozenset(':|=<>{}/\\"')
_SIGNS = " \t,|([<>*@-–—·"


def conversation(text: str, name: str, zone: str) -> Iterator[Piece | Problem] | None:
    """Return the messages of file `name` if its `text` is a conversation, None if it is none."""
    if (shape := shape_in(text)) is not None:
        return messages(text, shape, name, zone)
    if (form := assistant_text.form_in(text)) is not None:
        return assistant_text.turns(text, form, name, zone)
    return None


class Turn(NamedTuple):
    """The line that opens a message: how it is built, when, who, and what is said on it."""

    shape: tuple[str, bool]
    stamp: str
    name: str
    text: str


def turn_of(line: str) -> Turn | None:
    """Return the parts of a line in which a clock stands before or behind a name.

    >>> turn_of("[12/03/2024 10:04] Ann Lee: see you")[1:]
    ('[12/03/2024 10:04]', 'Ann Lee', 'see you')
    >>> turn_of("Ann Lee, [12.03.2024 09:10]")[2:], turn_of("We met at 10:30 and left.")
    (('Ann Lee', ''), None)
    """
    clock = _CLOCK.search(line[:HEAD])
    if clock is None:
        return None
    before = line[: clock.start()]
    dated = _BEFORE.search(before)
    stands = dated.start() if dated else clock.start()
    after = _AFTER.match(line, clock.end())
    end = after.end() if after else clock.end()
    stamp, rest = line[stands:end].strip(), line[end:]
    name = before[:stands].strip(_SIGNS)
    if not name:
        said = _SAID.fullmatch(rest)
        who = _NUMBER.sub("", said["sender"] or said["name"]) if said else ""
        if said is None or not _is_name(who):
            return None
        return Turn((f"clock{said['sign']}", bool(said["sign"])), stamp, who, said["text"])
    closed = stamp.endswith(("]", ")"))
    if (
        not _is_name(name)
        or set(name) & _ODD
        or not (rest.startswith(":") or closed or not rest.strip())
    ):
        return None
    text = rest.removeprefix(":").strip()
    return Turn((f"name{rest[:1]}", bool(rest.strip())), stamp, name, text)


def _is_name(name: str) -> bool:
    """Return whether this may be what a person is called: few words, none of a sentence or log."""
    begins = name[:1]
    if len(name) > 40 or len(name.split()) > 5 or name[-1:] in ".!?,":
        return False
    number = begins == "+" and name[1:2].isdigit()
    return (number or (begins.isalpha() and not begins.islower())) and (
        name.casefold() not in NOT_NAMES
    )


def shape_in(text: str) -> tuple[str, bool] | None:
    """Return how the messages of a conversation begin, None when `text` is none.

    Several people must speak, two of them more than once, and where a name has a line of its own
    words must stand below it.
    """
    lines = [line for line in text.split("\n", LINES)[:LINES] if line.strip()]
    turns = [turn_of(line) for line in lines]
    shapes = Counter(t.shape for t in turns if t)
    if not shapes:
        return None
    shape, count = shapes.most_common(1)[0]
    found = [t if t and t.shape == shape else None for t in turns]
    names = Counter(t.name for t in found if t)
    share = SHARE if shape[1] else BLOCK_SHARE
    if count < FEWEST or count < share * len(lines) or not any(found[:EARLY]):
        return None
    if sum(n > 1 for n in names.values()) < TWICE:
        return None
    words = sum(t is not None and (bool(t.text) or _follows(found, n)) for n, t in enumerate(found))
    return shape if words >= BODIES * count else None


def _follows(found: list[Turn | None], n: int) -> bool:
    """Return whether a line that opens no message stands below line `n`."""
    return n + 1 < len(found) and found[n + 1] is None


def messages(text: str, shape: tuple[str, bool], name: str, zone: str) -> Iterator[Piece | Problem]:
    """Yield each message of the conversation in file `name` that begins as `shape` tells."""
    day, last = "", None
    for number, line in enumerate(text.split("\n"), start=1):
        turn = turn_of(line)
        if turn and turn.shape == shape:
            if last is not None:
                yield _whole(last)
            last = _message(turn, day, name, number, zone)
        elif line.strip() and (stated := _day(line)):
            day = stated
            yield Problem(f"line {number}", "service message")
        elif line.strip() and last is None:
            yield Problem(f"line {number}", "before the first message")
        elif last is not None:
            last.text += f"\n{line.strip()}"
    if last is not None:
        yield _whole(last)


def _whole(piece: Piece) -> Piece | Problem:
    piece.text = piece.text.strip()
    return piece if piece.text else Problem(piece.locator, "no text")


def _day(line: str) -> str | None:
    """Return a line that states a day and nothing else."""
    bare = line.strip(" -=—\t\r")
    dated = len(bare) <= MAX_DAY and printed_moment(f"{bare} 00:00")
    words = [w for w in re.findall(r"[^\W\d_]{2,}", bare) if w.casefold() not in _WORDS]
    return bare if dated and len(words) <= 2 else None


def _message(turn: Turn, day: str, name: str, number: int, zone: str) -> Piece:
    moment = printed_moment(turn.stamp) or (printed_moment(f"{day} {turn.stamp}") if day else None)
    created, precision = _placed(moment, zone)
    handle = f"name:{turn.name}"
    return Piece(
        namespace="file",
        text=turn.text,
        kind="chat",
        locator=f"line {number}",
        thread=name,
        position=number,
        handle=handle,
        people=[(handle, turn.name)],
        created=created,
        precision=precision,
    )


def _placed(moment: datetime | None, zone: str) -> tuple[datetime | None, str]:
    if moment is None:
        return None, "unknown"
    try:
        return localise(moment, zone), "second" if moment.second else "minute"
    except OverflowError:
        return None, "unknown"
