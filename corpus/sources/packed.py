"""Documents that are zip archives: their parts, unpacked only up to a limit, damaged ones too."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

from lxml import etree

from corpus.sources.file import File
from corpus.sources.xml_elements import tree_of

MAX_UNPACKED = 512 << 20  # bytes of all parts that are read; no text of a person's is larger
MAX_TREE = 64 << 20  # bytes of a part that is held as a tree
LOCAL = b"PK\x03\x04"
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
STORED, DEFLATED = 0, 8
BLOCK = 1 << 16
FAULTS = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError),
    *(NotImplementedError, struct.error, ValueError),
)


class Damaged(Exception):
    """A part cannot be unpacked, or unpacks to far more than any document holds."""


class Package:
    """The parts of a document by name; `whole` is False when the archive has lost its end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._left = MAX_UNPACKED
        self._stream = stream
        self._zip: zipfile.ZipFile | None = None
        self._found: dict[str, tuple[int, int, int]] = {}
        try:
            self._zip = zipfile.ZipFile(stream)
            self.names = frozenset(self._zip.namelist())
        except FAULTS:
            self._found = dict(_local_parts(stream))
            self.names = frozenset(self._found)
        self.whole = self._zip is not None

    def open(self, name: str) -> _Part:
        """Return the part as a stream. Raises Damaged, also while it is read."""
        try:
            if self._zip is not None:
                return _Part(self._zip.open(name), self)
            return _Part(_Inflated(self._stream, *self._found[name]), self)
        except (KeyError, *FAULTS) as error:
            raise Damaged(name) from error

    def read(self, name: str) -> bytes:
        """Return a part of at most `MAX_TREE` bytes, empty if there is none. Raises Damaged."""
        if name not in self.names:
            return b""
        with self.open(name) as part:
            data = part.read(MAX_TREE + 1)
        if len(data) > MAX_TREE:
            raise Damaged(name)
        return data

    def tree(self, name: str) -> etree._Element | None:
        """Return a part as XML, None when it is missing or cannot be read at all."""
        try:
            return tree_of(self.read(name))
        except Damaged:
            return None

    def take(self, size: int) -> None:
        """Count `size` bytes as unpacked. Raises Damaged beyond the limit."""
        self._left -= size
        if self._left < 0:
            raise Damaged("unpacks to more than a document holds")


class _Part(io.RawIOBase):
    """One part while it is read; every fault of the archive is Damaged."""

    def __init__(self, inside: IO[bytes] | _Inflated, package: Package) -> None:
        self._inside, self._package = inside, package
        self._fault: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes. Raises Damaged once everything before the fault is read."""
        blocks: list[bytes] = []
        while size:
            try:
                block = b"" if self._fault else self._inside.read(_step(size))
            except FAULTS as error:
                self._fault, block = error, b""
            if self._fault and not blocks:
                raise Damaged("part") from self._fault
            if not block:
                break
            self._package.take(len(block))
            blocks.append(block)
            size -= len(block) if size > 0 else 0
        return b"".join(blocks)


def _step(size: int) -> int:
    return min(size, BLOCK) if size > 0 else BLOCK


class _Inflated:
    """The bytes of a part of an archive without its directory, as far as they go."""

    def __init__(self, stream: BinaryIO, start: int, method: int, size: int) -> None:
        self._stream, self._at, self._left = stream, start, size or 1 << 62
        self._inflate = zlib.decompressobj(-15) if method == DEFLATED else None
        if method not in (STORED, DEFLATED):
            raise NotImplementedError

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes. Raises EOFError when the archive ends within the part."""
        if self._inflate is None:
            return self._packed(size)
        while not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._packed(BLOCK)
            if not packed:
                raise EOFError
            if block := self._inflate.decompress(packed, size):
                return block
        return b""

    def _packed(self, size: int) -> bytes:
        self._stream.seek(self._at)
        block = self._stream.read(min(size, self._left))
        self._at, self._left = self._at + len(block), self._left - len(block)
        return block


def _local_parts(stream: BinaryIO) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """Yield name and (start, method, packed size) of each part, by the headers before them."""
    at = 0
    while True:
        stream.seek(at)
        header = stream.read(LOCAL_HEADER.size)
        if len(header) < LOCAL_HEADER.size or not header.startswith(LOCAL):
            return
        _, _, flags, method, _, _, _, packed, _, name_size, extra = LOCAL_HEADER.unpack(header)
        name = stream.read(name_size).decode("utf-8", "replace")
        start = at + LOCAL_HEADER.size + name_size + extra
        sized = not flags & 8  # else the size stands after the part
        yield name, (start, method, packed if sized else 0)
        found = start + packed if sized else _next_header(stream, start)
        if found is None or flags & 1:
            return
        at = found


def _next_header(stream: BinaryIO, start: int) -> int | None:
    stream.seek(start)
    at, kept = start, b""
    while block := stream.read(1 << 20):
        found = (kept + block).find(LOCAL)
        if found >= 0:
            return at - len(kept) + found
        at, kept = at + len(block), block[-3:]
    return None


@contextmanager
def opened(file: File) -> Iterator[Package]:
    """Open `file` as a package; one that is no archive at all has no parts."""
    with file.open() as stream:
        yield Package(stream)
