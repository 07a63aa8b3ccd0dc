"""A source file: a path on disk or a member of an archive, opened without extracting it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from corpus.sources.encoding import BOMS, decode, text_stream
from corpus.sources.opening import opened

HEAD = 65_536

__all__ = ["BOMS", "HEAD", "File", "decode"]


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: `path` on disk, then `members` into nested archives.

    `name` is relative to the folder the person pointed at and stays private; `id` is opaque.
    """

    path: Path
    name: str
    id: str
    members: tuple[str, ...] = ()

    def open(self) -> BinaryIO:
        """Return a seekable binary stream at the start of the file; the caller closes it."""
        if not self.members:
            return self.path.open("rb")
        return opened(self.path, self.members[:-1]).open(self.members[-1])

    def head(self, size: int = HEAD) -> bytes:
        """Return the first `size` bytes."""
        with self.open() as stream:
            return stream.read(size)

    def read_bytes(self) -> bytes:
        """Return all bytes."""
        with self.open() as stream:
            return stream.read()

    def read_text(self) -> tuple[str, str]:
        """Return the whole text and the encoding it was read in; see `decode`."""
        return decode(self.read_bytes())

    def beside(self, pattern: str) -> list[File]:
        """Return the files at `pattern`, a glob relative to this file's folder, in order of name.

        Nothing outside of what the person pointed at, or of the archive, is ever found.
        """
        inside, up = self.members[-1] if self.members else self.name, 0
        folder = inside.split("/")[:-1]
        wanted = pattern.split("/")
        while wanted[0] == "..":
            wanted, up = wanted[1:], up + 1
        if up > len(folder) - (not self.members):  # the top folder is the outermost one
            return []
        folder = folder[: len(folder) - up]
        found = self._listed(folder, wanted) if self.members else self._on_disk(up, wanted)
        lead = self.name.removesuffix(inside)
        return [
            File(path, f"{lead}{'/'.join([*folder, *tail])}", "", members)
            for tail, path, members in found
            if not any(part.startswith(".") for part in tail)
        ]

    def _on_disk(self, up: int, wanted: list[str]) -> list[tuple[list[str], Path, tuple[str, ...]]]:
        top = self.path.parents[up]
        found: list[tuple[list[str], Path, tuple[str, ...]]] = []
        for path in sorted(top.glob("/".join(wanted))):
            inside = path.relative_to(top)
            ways = [top / part for part in (inside, *inside.parents[:-1])]
            if path.is_file() and not any(way.is_symlink() for way in ways):
                found.append((list(inside.parts), path, ()))
        return found

    def _listed(
        self, folder: list[str], wanted: list[str]
    ) -> list[tuple[list[str], Path, tuple[str, ...]]]:
        outer = self.members[:-1]
        names = opened(self.path, outer).listing(tuple(folder), tuple(wanted))
        return [(n.split("/")[len(folder) :], self.path, (*outer, n)) for n in names]

    def lines(self) -> io.TextIOWrapper:
        """Return a text stream in the file's encoding; undecodable bytes are replaced.

        Line ends are as they stand. The file is read once before to tell the encoding.
        """
        return text_stream(self.open())
