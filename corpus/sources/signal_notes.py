"""What signal-export and sigtop write around the words of a message."""

from __future__ import annotations

import re

ME_NAMES = ("Me", "You")
CALL = re.compile(
    r"(?:(?:Incoming|Outgoing) (?:(?:voice|video|group|direct) )?call"
    r"|Missed (?:voice |video )?call)(?: \([^()\n]{1,60}\))?",
)
DELETED = "(This message was deleted)"
LAST_LINES = (("(- ", " -)"), ("(( ", " ))"))  # reactions, a sticker
MEDIA = re.compile(r"!?\[[^\[\]\n]{0,400}\]\((?:\./|\.\./)[^()\n]{1,600}\)[ \t]{0,4}")


def is_call(text: str) -> bool:
    """Return whether a body stands for a call.

    >>> is_call("Incoming voice call (accepted, 1m 2s)"), is_call("Incoming call from Ann, wow")
    (True, False)
    """
    return CALL.fullmatch(text) is not None


def bare(body: str) -> str:
    """Return the words of a body without quotes, reactions, stickers and files.

    >>> bare("\\n\\n> theirs\\n\\nMine  \\n(- Ann: 😀 -)![a.jpg](./media/a.jpg)  ")
    'Mine'
    """
    body = MEDIA.sub("", body).rstrip()
    lines = [line.removesuffix("  ") for line in body.split("\n")]
    while lines and any(lines[-1].startswith(a) and lines[-1].endswith(z) for a, z in LAST_LINES):
        lines.pop()
    start = 0
    if body.startswith(("\n\n> ", "> ")):
        while start < len(lines) and (not lines[start].strip() or lines[start].startswith("> ")):
            start += 1
    return "\n".join(lines[start:]).strip()
