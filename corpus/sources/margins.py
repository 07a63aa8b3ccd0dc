"""What others put into a document: tracked insertions and comments, as pieces of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from corpus.sources.byline import people_of, same_name, writer
from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.piece import Piece, Problem, Reading

FIRST_YEAR = 1985  # earlier dates are zeros of one epoch or another
UTC_MARK = re.compile(r"Z$")
COMMENTS = 1_000  # their positions in the thread begin there


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: its id, who wrote it and when, and the id of the one it answers."""

    id: str
    author: str
    text: str
    date: str = ""
    answers: str | None = None


@dataclass(slots=True)
class Insertions:
    """What each person other than the document's author put into it, and when they began to."""

    author: str | None
    texts: dict[str, list[str]] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)

    def takes(self, author: str, date: str, text: str) -> bool:
        """Take `text` unless its author is the document's; return whether it was taken."""
        author = " ".join(author.split())
        if not author or same_name(author, self.author):
            return False
        if text:
            self.texts.setdefault(author, []).append(text)
            self.dates.setdefault(author, date)
        return True


def local(told: str, zone: str) -> tuple[datetime | None, str]:
    """Return the moment of a change or comment, which is local time even where «Z» follows it."""
    found = moment(UTC_MARK.sub("", told), zone)
    return found if found[0] and found[0].year >= FIRST_YEAR else (None, "unknown")


def inserted(insertions: Insertions, file: File, reading: Reading) -> Iterator[Piece]:
    """Yield what each other person put into the document under tracked changes."""
    for number, (author, parts) in enumerate(insertions.texts.items(), start=1):
        text = "\n".join(part.strip() for part in parts if part.strip())
        if not text:
            continue
        name = writer(author)
        created, precision = local(insertions.dates.get(author, ""), reading.zone)
        yield Piece(
            namespace="file",
            own=f"{file.name}#inserted-by:{author.casefold()}",
            thread=file.name,
            position=number,
            text=text,
            kind="note",
            locator=f"tracked insertions {number}",
            handle=f"name:{name}" if name else None,
            people=people_of([name] if name else []),
            mine=None if name else False,
            created=created,
            precision=precision,
        )


def comments(found: Sequence[Comment], file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield every comment as a piece of whoever wrote it."""
    known = {comment.id for comment in found}
    for number, comment in enumerate(found, start=1):
        name = writer(comment.author)
        if not name or not comment.text.strip():
            reason = "a comment without words" if name else "a comment by nobody named"
            yield Problem(f"comment {number}", reason)
            continue
        created, precision = local(comment.date, reading.zone)
        answered = comment.answers if comment.answers in known else None
        yield Piece(
            namespace="file",
            own=f"{file.name}#comment-{comment.id}",
            thread=file.name,
            position=COMMENTS + number,
            reply_to=f"{file.name}#comment-{answered}" if answered else file.name,
            text=comment.text,
            kind="note",
            locator=f"comment {number}",
            handle=f"name:{name}",
            people=people_of([name]),
            created=created,
            precision=precision,
        )


def threaded(
    whole: Piece | None, more: Sequence[Piece | Problem], file: File
) -> Iterator[Piece | Problem]:
    """Yield a document and what stands in its margins as one thread, or that it has no text."""
    if whole is not None:
        if any(isinstance(item, Piece) for item in more):
            whole.thread, whole.position = file.name, 0
        yield whole
    elif not more:
        yield Problem("document", "no text")
    yield from more
