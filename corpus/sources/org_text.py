"""Org files as headings with their own words: drawers, clocks, quotes and results left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

HEADING = re.compile(r"(\*+)[ \t]+(.*)$")
STATE = re.compile(
    r"(?:TODO|DONE|NEXT|WAITING|HOLD|CANCEL+ED|STARTED|SOMEDAY|MAYBE|IN-PROGRESS|PROJ|LATER)\b"
    r"[ \t]*"
)
PRIORITY = re.compile(r"\[#\w{1,2}\][ \t]*")
TAGS = re.compile(r"[ \t]+:([\w@#%:]+):[ \t]*$")
KEYWORD = re.compile(r"[ \t]*#\+([A-Za-z][\w-]*)(?:\[[^\]\n]*\])?:[ \t]*(.*)$")
BLOCK = re.compile(r"[ \t]*#\+(begin|end)_(\w+)(.*)$", re.I)
DRAWER = re.compile(r"[ \t]*:([\w-]+):[ \t]*$")
PROPERTY = re.compile(r"[ \t]*:([\w+-]+):[ \t]+(.*)$")
PLANNED = re.compile(
    r"[ \t]*(?:(?:CLOSED|SCHEDULED|DEADLINE):[ \t]*[<\[][^>\]\n]*[>\]](?:--\S+)?[ \t]*)+$"
)
CLOCK = re.compile(r"[ \t]*CLOCK:[ \t]*\[")
STAMP = re.compile(
    r"[<\[](\d{4}-\d\d-\d\d)(?:[ \t]+[^\s\d\]>]+)?(?:[ \t]+(\d{1,2}:\d\d))?[^\]>\n]{0,40}[>\]]"
)
LINK = re.compile(r"\[\[([^\[\]\n]{1,2000})\](?:\[([^\[\]\n]{1,2000})\])?\]")
QUOTED = ("quote", "comment")
CODE = ("src", "example", "export")
UNSEEN = ("archive", "noexport")


@dataclass(slots=True)
class Entry:
    """A heading and what stands below it before the next one; level 0 is the file itself."""

    level: int = 0
    title: str = ""
    tags: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    stamp: str | None = None
    unseen: bool = False

    def text(self) -> str:
        """Return the words below the heading, paragraphs as they were."""
        out: list[str] = []
        for line in self.lines:
            if line.strip() or (out and out[-1].strip()):
                out.append(line)
        return "\n".join(out).strip("\n")


def entries(lines: Iterable[str], keywords: dict[str, str]) -> list[Entry]:
    """Return the headings of a file in order, the file itself first; fill in its `keywords`."""
    reader = _Reader(keywords)
    for line in lines:
        reader.add(line.rstrip("\r\n"))
    return reader.found


class _Reader:
    """Reads line by line: within a block, within a drawer, or in the open."""

    def __init__(self, keywords: dict[str, str]) -> None:
        self.keywords = keywords
        self.found = [Entry()]
        self._block: str | None = None
        self._drawer: str | None = None
        self._result = False

    def add(self, line: str) -> None:
        entry = self.found[-1]
        heading = HEADING.match(line) if self._block not in CODE else None
        if heading:
            self._block = self._drawer = None
            self._result = False
            self.found.append(_heading(heading))
        elif self._block is not None:
            self._in_block(line, entry)
        elif self._drawer is not None:
            self._in_drawer(line, entry)
        elif found := BLOCK.match(line):
            self._begin(found, entry)
        elif (found := DRAWER.match(line)) and found[1].upper() != "END":
            self._drawer = found[1].upper()
        elif found := KEYWORD.match(line):
            self._result = found[1].lower() == "results"
            self.keywords.setdefault(found[1].lower(), found[2].strip())
        elif self._result and (line.lstrip().startswith((":", "|")) or not line.strip()):
            self._result = bool(line.strip())
        else:
            self._in_the_open(line, entry)

    def _begin(self, found: re.Match[str], entry: Entry) -> None:
        if found[1].lower() == "end":
            return
        self._block, self._result = found[2].lower(), self._result
        if self._block in CODE and not self._result:
            entry.lines.append(
                f"```{(found[3].split() or [''])[0] if self._block == 'src' else ''}"
            )

    def _in_block(self, line: str, entry: Entry) -> None:
        found = BLOCK.match(line)
        hidden = self._result or self._block in QUOTED
        if found and found[1].lower() == "end" and found[2].lower() == self._block:
            if self._block in CODE and not hidden:
                entry.lines.append("```")
            self._block, self._result = None, False
        elif not hidden:
            entry.lines.append(line if self._block in CODE else _plain(line))

    def _in_drawer(self, line: str, entry: Entry) -> None:
        if line.strip().upper() == ":END:":
            self._drawer = None
        elif self._drawer == "PROPERTIES" and (found := PROPERTY.match(line)):
            entry.properties.setdefault(found[1].upper(), found[2].strip())

    def _in_the_open(self, line: str, entry: Entry) -> None:
        self._result = False
        if CLOCK.match(line) or PLANNED.match(line) or re.match(r"[ \t]*#(?:[ \t]|$)", line):
            return
        if entry.stamp is None and not any(text.strip() for text in entry.lines):
            entry.stamp = stamp_in(line) if STAMP.fullmatch(line.strip()) else None
            if entry.stamp:
                return
        entry.lines.append(_plain(line))


def _heading(found: re.Match[str]) -> Entry:
    """Return the entry that a heading begins, without its state, priority and tags."""
    told = found[2]
    tags = TAGS.search(f" {told}")
    told = TAGS.sub("", f" {told}").strip() if tags else told.strip()
    told = PRIORITY.sub("", STATE.sub("", told, count=1) if STATE.match(told) else told, count=1)
    names = tuple(tag.lower() for tag in tags[1].split(":") if tag) if tags else ()
    unseen = told.startswith("COMMENT ") or told == "COMMENT" or any(t in UNSEEN for t in names)
    stamp = stamp_in(told)
    title = _plain(STAMP.sub("", told, count=1) if stamp else told).strip()
    return Entry(len(found[1]), title, names, stamp=stamp, unseen=unseen)


def stamp_in(text: str) -> str | None:
    """Return the first timestamp in `text` as ISO text.

    >>> stamp_in("* [2019-05-10 Fri 7:20] Handstand")
    '2019-05-10T07:20'
    """
    found = STAMP.search(text)
    if found is None:
        return None
    return found[1] if not found[2] else f"{found[1]}T{found[2]:0>5}"


def _plain(line: str) -> str:
    """Return `line` with links as the words they are shown by."""
    return LINK.sub(lambda m: m[2] or m[1], line)
