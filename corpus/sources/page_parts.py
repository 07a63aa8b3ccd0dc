"""Parts of an HTML page that may be too large for memory, cut where elements of a class begin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.sources.file import File

BLOCK = 1 << 18
MAX_PART = 16 << 20  # characters; a larger part is given up as damaged
OVERLAP = 4_096  # a tag that a block cuts is looked for again together with the next block


def parts_of(file: File, tag: re.Pattern[str]) -> Iterator[str | None]:
    """Yield the text of `file` before the first match of `tag`, then the parts that begin with one.

    `tag` matches an opening tag of less than `OVERLAP` characters. A part longer than `MAX_PART`
    is None.
    """
    rest, seen, too_long = "", 0, False
    with file.lines() as stream:
        while block := stream.read(BLOCK):
            rest += block
            starts = [m.start() for m in tag.finditer(rest, max(seen - OVERLAP, 1))]
            begin = 0
            for start in starts:
                yield None if too_long else rest[begin:start]
                begin, too_long = start, False
            rest = rest[begin:]
            seen = len(rest)
            if seen > MAX_PART:
                rest, too_long = rest[-OVERLAP:], True
                seen = len(rest)
    yield None if too_long else rest
