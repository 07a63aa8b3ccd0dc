"""Tar archives: where each member stands, found without trusting what the headers say."""

from __future__ import annotations

import io
import tarfile
from typing import Any, BinaryIO, cast

from corpus.sources import member_names
from corpus.sources.container import DAMAGED, HARD_LINK, NO_FILE, SYMLINK, Entry, Windows
from corpus.sources.limits import Meter, Unopened

BLOCK = 512
MAX_HEADER = 1 << 20  # bytes of an extended header; a name that is longer is no name
FAULTS = (tarfile.TarError, OSError, EOFError, ValueError, OverflowError, RecursionError)


def is_tar(head: bytes) -> bool:
    """Return whether `head` begins with the header of a tar archive, its checksum right."""
    try:
        tarfile.TarInfo.frombuf(head[:BLOCK], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return False
    return True


class _Headers(io.RawIOBase):
    """A stream of which only short pieces are read, since headers are short."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes. Raises tarfile.ReadError when no header is as long."""
        if not 0 <= size <= MAX_HEADER:
            raise tarfile.ReadError("header too long")
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Set the position."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._stream.tell()


class Tar(Windows):
    """A tar archive that is not compressed, or no longer."""

    def __init__(self, stream: BinaryIO, meter: Meter | None, damage: str | None = None) -> None:
        super().__init__(stream)
        self.damage = damage
        found = self._infos(meter)
        names = member_names.distinct(_names([info.name for info in found]))
        for info, name in zip(found, names, strict=True):
            if not info.isdir():
                self.put(Entry(name, info.size, _reason(info)), info.offset_data)

    def _infos(self, meter: Meter | None) -> list[tarfile.TarInfo]:
        """Return the headers up to the end or to where the archive is damaged."""
        infos: list[tarfile.TarInfo] = []
        self._stream.seek(0)
        try:
            with tarfile.open(fileobj=cast(BinaryIO, _Headers(self._stream)), mode="r:") as tar:
                before = -1
                while (info := tar.next()) is not None:
                    cast(Any, tar).members = []  # else all headers are kept twice
                    if info.size < 0 or tar.offset <= before:
                        raise tarfile.ReadError("the headers lead back")
                    before = tar.offset
                    infos.append(info)
                    if meter is not None:
                        meter.check_members(len(infos))
                end = tar.offset
            self._stream.seek(end)
            if self._stream.read(BLOCK).strip(b"\0"):
                self.damage = DAMAGED
        except FAULTS as error:
            if isinstance(error, Unopened):
                raise
            self.damage = DAMAGED
        if not infos and self.damage:
            raise Unopened(self.damage)
        return infos


def _reason(info: tarfile.TarInfo) -> str | None:
    if info.issym():
        return SYMLINK
    if info.islnk():
        return HARD_LINK
    if info.issparse():
        return "stored with holes; unpack it first"
    return None if info.isreg() else NO_FILE


def _names(names: list[str]) -> list[str]:
    """Return the names as text; those that are no UTF-8 are told apart together."""
    raw = [name.encode("utf-8", "surrogateescape") for name in names]
    return member_names.decoded(raw)
