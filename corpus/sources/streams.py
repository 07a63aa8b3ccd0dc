"""Seekable streams over parts of an archive, without unpacking more than is read."""

from __future__ import annotations

import io
import tempfile
import threading
import zipfile
from collections.abc import Callable
from typing import Any, BinaryIO, cast

IN_MEMORY = 16 << 20  # bytes; a larger spool goes to disk, where no one else can open it
NEAR = 1 << 20  # bytes that are read again or passed over rather than unpacking all
BLOCK = 1 << 20
BUFFER = 1 << 16


def spool() -> BinaryIO:
    """Return an empty temporary file that has no name and is gone with its last user."""
    return cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))


class _Part(io.RawIOBase):
    """What the streams here share: a position, bounds, reading by `_read_at`."""

    def __init__(self, size: int, owner: object) -> None:
        self._size, self._place = size, 0
        self._owner = owner  # kept, so that the archive stays open as long as its members

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Set the position; nothing is read before the next read."""
        self._place = max(0, offset + (0, self._place, self._size)[whence])
        return self._place

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` as far as the part goes; returns the number of bytes."""
        data = self._read_at(self._place, len(buffer))
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def _read_at(self, place: int, size: int) -> bytes:
        raise NotImplementedError


class Window(_Part):
    """The bytes from `start` on, `size` of them, of a stream that others use too, under a lock."""

    def __init__(
        self, shared: BinaryIO, lock: threading.Lock, start: int, size: int, owner: object
    ) -> None:
        super().__init__(size, owner)
        self._shared, self._lock, self._start = shared, lock, start

    def _read_at(self, place: int, size: int) -> bytes:
        wanted = min(size, self._size - place)
        if wanted <= 0:
            return b""
        with self._lock:
            self._shared.seek(self._start + place)
            return self._shared.read(wanted)


class Unpacking(_Part):
    """A compressed member: read forward as it is unpacked, unpacked whole on a leap.

    `begin` opens the member at its start. Reading raises what the decompressor does.
    """

    def __init__(self, begin: Callable[[], BinaryIO], size: int, owner: object) -> None:
        super().__init__(size, owner)
        self._begin = begin
        self._stream: BinaryIO | None = None
        self._at, self._is_whole = 0, False

    def _read_at(self, place: int, size: int) -> bytes:
        stream = self._stream if self._at == place and self._stream else self._moved(place)
        # in one go, since a read that ends at damage would give nothing of what stands before it
        data = stream.read1(size) if isinstance(stream, zipfile.ZipExtFile) else stream.read(size)
        self._at = place + len(data)
        return data

    def _moved(self, place: int) -> BinaryIO:
        """Return the stream at `place`: passed over to, begun again, or unpacked whole."""
        ahead = place - self._at
        if not self._is_whole and (ahead > NEAR or (ahead < 0 and place > NEAR)):
            self._replace(self._unpacked())
            self._is_whole = True
        elif not self._is_whole and (self._stream is None or ahead < 0):
            self._replace(self._begin())
            self._at = 0
        assert self._stream is not None
        if self._is_whole:
            self._stream.seek(place)
        else:
            self._stream.read(place - self._at)
        return self._stream

    def _replace(self, stream: BinaryIO) -> None:
        if self._stream is not None:
            self._stream.close()
        self._stream = stream

    def _unpacked(self) -> BinaryIO:
        whole = spool()
        try:
            with self._begin() as inside:
                while block := inside.read(BLOCK):
                    whole.write(block)
        except BaseException:
            whole.close()
            raise
        return whole

    def close(self) -> None:
        """Close the stream."""
        if self._stream is not None:
            self._stream.close()
        super().close()


def buffered(part: _Part) -> BinaryIO:
    """Return `part` as a buffered stream."""
    return cast(BinaryIO, io.BufferedReader(part, BUFFER))
