"""The lines of a text as they are read by the model, and where a name in one begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

SEGMENT = 2_000  # characters


_GREETING = re.compile(
    r"(?:(?:hey|hi|hello|hallo|dear|thanks|thank you|thx|ok|okay|yes|no|bye|cheers|sorry|please)"
    r"[\s,!.]+)+",
    re.I,
)


def segments(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of `text` that hold a letter, each with its start; long ones are cut.

    >>> list(segments("Ann\\n\\nLee"))
    [(0, 'Ann'), (5, 'Lee')]
    """
    start = 0
    for line in text.split("\n"):
        for offset, piece in _pieces(line):
            if any(map(str.isalpha, piece)):
                yield start + offset, piece
        start += len(line) + 1


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    start = 0
    while len(line) - start > SEGMENT:
        reach = start + SEGMENT
        cut = max(line.rfind(end, start, reach) for end in (". ", "? ", "! "))
        cut = cut + 2 if cut > start else line.rfind(" ", start, reach) + 1
        cut = cut if cut > start else reach
        yield start, line[start:cut]
        start = cut
    yield start, line[start:]


def name_start(text: str, start: int, end: int) -> int:
    """Return where the name in `text[start:end]` begins, past a greeting that NER glued to it.

    >>> name_start("hey ann", 0, 7)
    4
    """
    found = _GREETING.match(text, start, end)
    return found.end() if found and found.end() < end else start
