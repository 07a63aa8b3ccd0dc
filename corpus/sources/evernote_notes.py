"""The notes of an ENEX file one by one, found by their tags, without the files attached to them.

Attached files make up most of an export. They are skipped while they are read, so that memory
holds the words of one note, and a note that is broken does not take those after it along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.sources.file import File

BLOCK = 1 << 20
MAX_NOTE = 64 << 20  # bytes of a note without its files; Evernote's own limit is lower
OPENING = re.compile(rb"<note[\s>]")
CLOSING = re.compile(rb"</note>|<resource>|<note[\s>]")
END, FILE, FILE_END = b"</note>", b"<resource>", re.compile(rb"</resource>")
LONGEST = len("</resource>")
TOO_LONG = "a note longer than any is"
ENDS_EARLY = "the file ends in the middle of a note"
UNENDED = "a note without an end"


def notes(file: File) -> Iterator[bytes | str]:
    """Yield each note as XML, or in words why it cannot be read."""
    with file.open() as stream:
        scan = _Scan()
        while block := stream.read(BLOCK):
            yield from scan.feed(block)
        if scan.inside:
            yield ENDS_EARLY


class _Scan:
    """Where a scan stands: outside of notes, inside one, or inside a file attached to it."""

    def __init__(self) -> None:
        self.inside = False
        self._in_file = False
        self._parts: list[bytes] = []
        self._size = 0
        self._rest = b""

    def feed(self, block: bytes) -> Iterator[bytes | str]:
        """Yield the notes that end in `block`."""
        data, at = self._rest + block, 0
        while True:
            mark = FILE_END if self._in_file else CLOSING if self.inside else OPENING
            found = mark.search(data, at)
            if found is None:
                break
            start, end = found.span()
            if self._in_file:
                self._in_file = False
            elif not self.inside:
                self.inside = True
                self._keep(data[start:end])
            elif found.group() == FILE:
                self._keep(data[at:start])
                self._in_file = True
            elif found.group() == END:
                self._keep(data[at:end])
                yield self._taken()
            else:
                self._taken()
                yield UNENDED
                self.inside = True
                self._keep(data[start:end])
            at = end
        cut = max(at, len(data) - LONGEST)
        if self.inside and not self._in_file:
            self._keep(data[at:cut])
        self._rest = data[cut:]

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size <= MAX_NOTE:
            self._parts.append(part)
        else:
            self._parts.clear()

    def _taken(self) -> bytes | str:
        whole = b"".join(self._parts) if self._size <= MAX_NOTE else TOO_LONG
        self._parts, self._size, self.inside = [], 0, False
        return whole
