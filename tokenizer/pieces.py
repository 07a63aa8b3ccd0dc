"""Cuts a long text where no token can lie across, so that memory stays bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator

PIECE = 1 << 16  # characters

# GPT-2's split rule has no alternative with a space after something else, so a cut between a
# non-space and a space never falls inside a token. Python's \S is the narrower of the two rules'.
_EDGE = re.compile(r"(?<=\S)[ \n]")


def pieces(text: str, size: int = PIECE) -> Iterator[str]:
    """Yield `text` in pieces of at least `size` ≥ 1 characters that encode like the whole.

    Every piece but the first starts with a space or a newline after a word; a stretch without
    one stays whole. Joined they are `text`.

    >>> list(pieces("one two three", size=2))
    ['one', ' two', ' three']
    """
    start = 0
    while len(text) - start > size and (edge := _EDGE.search(text, start + size)):
        yield text[start : edge.start()]
        start = edge.start()
    yield text[start:]
