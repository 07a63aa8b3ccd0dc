"""A document that is a file of its own, as one piece under the author its properties name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from corpus.sources.byline import people_of
from corpus.sources.file import File
from corpus.sources.piece import Piece, Reading
from corpus.sources.plain import ESSAY_WORDS


@dataclass(slots=True, kw_only=True)
class Paper:
    """What a document says of itself, and its text; `source` is its kind of source."""

    source: str
    text: str
    names: list[str] = field(default_factory=list)
    created: datetime | None = None
    precision: str = "unknown"
    title: str | None = None
    kind: str | None = None
    metadata: dict[str, object] = field(default_factory=dict)


def piece_of(paper: Paper, file: File, reading: Reading) -> Piece | None:
    """Return the document as a piece; None when it has no text.

    Without an author it is one's own only if the settings say so of its kind of source.
    """
    if not paper.text.strip():
        return None
    assumed = not paper.names and paper.source in reading.assume_mine
    long = len(paper.text.split()) >= ESSAY_WORDS
    return Piece(
        namespace="file",
        own=file.name,
        text=paper.text,
        kind=paper.kind or ("essay" if long else "note"),
        locator="document",
        handle=f"name:{paper.names[0]}" if paper.names else None,
        people=people_of(paper.names),
        mine=True if assumed else None,
        created=paper.created,
        precision=paper.precision,
        title=paper.title,
        metadata=paper.metadata,
    )
