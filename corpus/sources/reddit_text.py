"""Markdown as people write it on Reddit, without what they quote."""

from __future__ import annotations

import re
from html import unescape

GONE = frozenset(("[deleted]", "[removed]", "[ removed by reddit ]", "[deleted by user]"))
FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
QUOTE = re.compile(r"\s{0,3}>(?!!)")  # «>!» hides a spoiler of one's own
COMMENT_ONLY = "only quotes another"


def own_words(body: str) -> str:
    """Return `body` with entities unescaped once and without the lines that quote.

    >>> own_words("&gt; theirs\\n\\nmine &amp; yours")
    'mine & yours'
    """
    kept: list[str] = []
    fenced = False
    for line in unescape(body).replace("\r\n", "\n").split("\n"):
        fenced ^= bool(FENCE.match(line))
        if fenced or not QUOTE.match(line):
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n ")


def why_dropped(body: str) -> str | None:
    """Return why a text becomes no document, or None."""
    if body.strip().lower() in GONE:
        return "deleted or removed"
    if not body.strip():
        return "no text"
    return None if own_words(body).strip() else COMMENT_ONLY
