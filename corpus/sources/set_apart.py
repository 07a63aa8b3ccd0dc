"""Quoted blocks of a note set apart from the words around them, as a piece of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from corpus.sources.piece import Piece

FENCE = re.compile(r"[ \t]{0,3}(```|~~~)")
QUOTE = re.compile(r"[ \t]{0,3}>[ \t]?")
BLANK = re.compile(r"\n{3,}")


def set_apart(piece: Piece) -> Iterator[Piece]:
    """Yield `piece` without its quoted blocks, and these, if it has any, as a piece quoted.

    A piece that is no one's own words as it is, or has no quotes, is yielded as it came.
    """
    own, quoted = parts(piece.text) if piece.origin is None else (piece.text, "")
    if not quoted:
        yield piece
        return
    if own:
        yield replace(piece, text=own)
    yield replace(
        piece,
        text=quoted,
        own=f"{piece.own}/quoted" if own and piece.own else piece.own,
        handle=None,
        people=[],
        mine=None,
        origin="quoted",
    )


def parts(text: str) -> tuple[str, str]:
    """Return the lines of Markdown that quote nothing, and those that do without their marks.

    >>> parts("She said:\\n\\n> Never.\\n\\nI think she will.")
    ('She said:\\n\\nI think she will.', 'Never.')
    """
    if ">" not in text:
        return text, ""
    own: list[str] = []
    quoted: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        found = None if fence or mark else QUOTE.match(line)
        if found is None:
            own.append(line)
            if quoted and quoted[-1]:
                quoted.append("")
        else:
            quoted.append(line[found.end() :])
    if not any(line.strip() for line in quoted):
        return text, ""
    return _joined(own), _joined(quoted)


def _joined(lines: list[str]) -> str:
    return BLANK.sub("\n\n", "\n".join(lines)).strip("\n")
