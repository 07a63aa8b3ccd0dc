"""Discord's markup as plain words, without what is quoted, and the times its ids hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

EPOCH = 1_420_070_400_000  # milliseconds; the ids count from the first of January 2015
SNOWFLAKE = re.compile(r"\d{15,20}")
MARKUP = re.compile(
    r"<(?:@(?P<role>&)?!?(?P<user>\d{15,20})|#(?P<channel>\d{15,20})|a?:(?P<emoji>\w{1,64}):\d{15,20}"
    r"|t:(?P<time>-?\d{1,12})(?::\w)?|/(?P<command>[^<>:\n]{1,100}):\d{15,20}"
    r"|(?P<url>https?://[^<>\s]{1,4000}))>"
)
FENCE = "```"


def own_words(raw: str, names: Mapping[str, str]) -> str:
    """Return a message as its readers see it, quoted lines left out; `names` are by id.

    >>> own_words("> theirs\\nHi <@123456789012345678> <:boat:123456789012345679>!",
    ...           {"123456789012345678": "Ann"})
    'Hi @Ann :boat:!'
    """
    kept, fenced = [], False
    for line in raw.replace("\r\n", "\n").split("\n"):
        if not fenced and line.startswith(">>> "):
            break  # quotes all that follows
        if fenced or not (line.startswith("> ") or line == ">"):
            kept.append(line)
        fenced ^= line.count(FENCE) % 2 == 1
    return MARKUP.sub(lambda found: _plain(found, names), "\n".join(kept)).strip()


def _plain(found: re.Match[str], names: Mapping[str, str]) -> str:
    if found["role"]:
        return "@" + names.get(found["user"], "everyone in it")
    if found["user"]:
        return "@" + names.get(found["user"], "someone")
    if found["channel"]:
        return "#" + names.get(found["channel"], "channel")
    if found["time"]:
        moment = _moment(int(found["time"]) * 1_000)
        return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
    if found["command"]:
        return "/" + found["command"]
    return f":{found['emoji']}:" if found["emoji"] else found["url"]


def mentioned(raw: str) -> list[str]:
    """Return the ids of the people a message mentions."""
    return [m["user"] for m in MARKUP.finditer(raw) if m["user"] and not m["role"]]


def sent(snowflake: str) -> datetime | None:
    """Return the moment that a message's id holds, None if it is no such id.

    >>> sent("175928847299117063").isoformat()
    '2016-04-30T11:18:25.796000+00:00'
    """
    if not SNOWFLAKE.fullmatch(snowflake):
        return None
    return _moment((int(snowflake) >> 22) + EPOCH)


def _moment(milliseconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(milliseconds / 1_000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
