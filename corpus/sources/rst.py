"""reStructuredText files: the words a reader sees, under the author their field list names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from corpus.sources.byline import claims, writers
from corpus.sources.dates import date_in, moment
from corpus.sources.file import File
from corpus.sources.papers import Paper, piece_of
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.rst_text import parsed
from corpus.sources.shape import head_text, is_prose

NAMES = (".rst", ".rest", ".rst.txt")
DIRECTIVE = re.compile(r"^[ \t]*\.\. (?:\w[\w:.+-]*::|_[^:\n]{1,80}:|\|[^|\n]{1,80}\| \w+::)", re.M)
UNDERLINED = re.compile(r"^(\S[^\n]{0,200})\n([=\-~^\"'#*+.:_`])\2{2,}[ \t]*$", re.M)
FIELD = re.compile(
    r"^:(?:Author|Authors|Date|Version|Status|Copyright|Organization): ", re.M | re.I
)
MARKDOWN = re.compile(r"^(?:#{1,6} |```)|\]\(https?://", re.M)
SIGNS = (
    re.compile(r":[\w-]+(?::[\w-]+)?:`[^`\n]{1,200}`"),  # roles
    re.compile(r"`[^`<\n]{1,200} <[^>\n]{1,500}>`_"),  # links
    re.compile(r"::[ \t]*\n[ \t]*\n[ \t]+\S"),  # literal blocks
    re.compile(r"\[#?\w{0,20}\]_"),  # footnotes
)


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` is reStructuredText, or None."""
    found = head_text(head)
    if found is None or not is_prose(found[0]):
        return None
    text = found[0].replace("\r\n", "\n")
    named = file.name.lower().endswith(NAMES)
    signs = bool(DIRECTIVE.search(text)) + sum(bool(sign.search(text)) for sign in SIGNS)
    titled = bool(UNDERLINED.search(text) or FIELD.search(text))
    if named and (signs or titled):
        return "titles, directives or roles in an .rst file"
    if MARKDOWN.search(text):
        return None
    directive = DIRECTIVE.search(text) is not None
    return (
        "directives and titles of reStructuredText" if directive and (titled or signs > 1) else None
    )


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the file as one document; one that cannot be parsed as it stands."""
    source = file.read_text()[0].removeprefix("\ufeff")
    found = parsed(source)
    names = [name for told in (found.authors if found else []) for name in writers(told)]
    yield from claims(names, "a reStructuredText file")
    created, precision = moment(found.date if found else "", reading.zone)
    if created is None:
        created, precision = date_in(PurePosixPath(file.name).name, reading.zone)
    paper = Paper(
        source="rst",
        text=found.text if found else source.strip(),
        names=list(dict.fromkeys(names)),
        created=created,
        precision=precision,
        title=found.title if found else None,
    )
    yield piece_of(paper, file, reading) or Problem("file", "no text")
