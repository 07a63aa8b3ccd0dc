"""Files compressed by gzip, bzip2 or xz: unpacked once, up to the limits, as far as they go."""

from __future__ import annotations

import bz2
import errno
import gzip
import lzma
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from corpus.sources.container import DAMAGED, Entry, Windows
from corpus.sources.limits import Meter, Unopened
from corpus.sources.streams import BLOCK, spool

GZIP, BZIP2, XZ = b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00"
BZIP2_BLOCKS = (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")
MAX_DICTIONARY = 2 << 30  # bytes of memory that unpacking may take
ROOM_CHECKS = 256  # blocks between two looks at the disk
SPARE = 1 << 30  # bytes that unpacking leaves free on the disk
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_ROOM = "too little room to unpack it; free some, or set TMPDIR to another disk"
SUFFIXES = {".tgz": ".tar", ".tbz2": ".tar", ".tbz": ".tar", ".txz": ".tar"}
FAULTS = (EOFError, OSError, zlib.error, lzma.LZMAError)


def is_squeezed(head: bytes) -> bool:
    """Return whether `head` begins a file compressed by gzip, bzip2 or xz."""
    return head.startswith((GZIP, XZ)) or (head.startswith(BZIP2) and head[4:10] in BZIP2_BLOCKS)


def start_of(stream: BinaryIO, size: int) -> bytes:
    """Return up to `size` unpacked bytes, as many as can be had."""
    stream.seek(0)
    out = b""
    try:
        for block in _blocks(stream):
            out += block
            if len(out) >= size:
                break
    except FAULTS:
        pass
    return out[:size]


def unpacked(stream: BinaryIO, meter: Meter | None) -> tuple[BinaryIO, int, str | None]:
    """Return a temporary file with the unpacked bytes, their number, and what is wrong if any.

    Raises Unopened beyond the limits, or when nothing can be unpacked.
    """
    packed = stream.seek(0, 2)
    stream.seek(0)
    out = spool()
    try:
        size, damage = _unpack(stream, out, meter, packed)
    except BaseException:
        out.close()
        raise
    return out, size, damage


def _unpack(
    stream: BinaryIO, out: BinaryIO, meter: Meter | None, packed: int
) -> tuple[int, str | None]:
    size = 0
    try:
        for n, block in enumerate(_blocks(stream)):
            size += len(block)
            if n % ROOM_CHECKS == 0:
                room()
            if meter is not None:
                meter.check(size, packed)
            out.write(block)
    except FAULTS as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise Unopened(NO_ROOM) from error
        if not size:
            raise Unopened(DAMAGED) from error
        return size, DAMAGED
    finally:
        if meter is not None:
            meter.unpacked += size
    return size, None


def room() -> None:
    """Raise Unopened when the disk for temporary files is nearly full."""
    if shutil.disk_usage(tempfile.gettempdir()).free < SPARE:
        raise Unopened(NO_ROOM)


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the unpacked bytes of a compressed file."""
    head = stream.read(len(XZ))
    stream.seek(0)
    if head.startswith(XZ):
        return _xz(stream)
    return _gzip(stream) if head.startswith(GZIP) else _bzip2(stream)


def _gzip(stream: BinaryIO) -> Iterator[bytes]:
    begun = False
    with gzip.GzipFile(fileobj=stream) as file:
        while True:
            try:
                block = file.read1(BLOCK)
            except gzip.BadGzipFile as error:
                if begun and str(error).startswith("Not a gzipped"):
                    return  # whatever stands after a whole file
                raise
            if not block:
                return
            begun = True
            yield block


def _bzip2(stream: BinaryIO) -> Iterator[bytes]:
    with bz2.BZ2File(stream) as file:
        yield from iter(lambda: file.read1(BLOCK), b"")


def _xz(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the blocks of one or more xz streams, within the memory allowed."""
    data = stream.read(BLOCK)
    while data.strip(b"\0"):
        inside = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_DICTIONARY)
        while not inside.eof:
            if inside.needs_input and not data:
                data = stream.read(BLOCK)
                if not data:
                    raise EOFError
            block = inside.decompress(data, BLOCK)
            data = b""
            if block:
                yield block
        data = inside.unused_data.lstrip(b"\0") or stream.read(BLOCK)


class Squeezed(Windows):
    """A compressed file as an archive of one member, named as it was before."""

    def __init__(self, stream: BinaryIO, size: int, damage: str | None, name: str) -> None:
        super().__init__(stream)
        self.damage = damage
        self.put(Entry(unpacked_name(name), size), 0)


def unpacked_name(name: str) -> str:
    """Return what a compressed file is called when it is unpacked.

    >>> unpacked_name("mail/Sent.mbox.gz"), unpacked_name("x.tgz"), unpacked_name(".gz")
    ('Sent.mbox', 'x.tar', 'unpacked')
    """
    path = PurePosixPath(name.replace("!", "/"))
    if path.suffix:
        return path.stem + SUFFIXES.get(path.suffix.lower(), "")
    return "unpacked" if path.name.startswith(".") else f"{path.name} unpacked"
