"""7z archives: unpacked once into a temporary file, up to the limits, as far as they go."""

from __future__ import annotations

import stat
from typing import BinaryIO

import py7zr
from py7zr.io import MemIO, Py7zIO, WriterFactory

from corpus.sources import member_names
from corpus.sources.container import DAMAGED, ENCRYPTED, NO_FILE, SYMLINK, Entry, Windows
from corpus.sources.limits import Meter, Unopened
from corpus.sources.squeezed import room
from corpus.sources.streams import spool

START = b"7z\xbc\xaf\x27\x1c"


class _Writer(Py7zIO):
    """Appends what it is given to the common file; knows where that began and ended."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self.start, self.length, self.is_whole = out, out.seek(0, 2), 0, False

    def write(self, s: bytes | bytearray) -> int:
        """Append `s`."""
        if not self.length:
            self.start = self._out.seek(0, 2)
        room()
        self._out.write(s)
        self.length += len(s)
        return len(s)

    def read(self, size: int | None = None) -> bytes:
        """Return nothing: what was written is not read by this way."""
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        """Stay at the end."""
        return self.length

    def flush(self) -> None:
        """Do nothing."""

    def size(self) -> int:
        """Return the number of bytes written."""
        return self.length

    def close(self) -> None:
        """Note that the member was unpacked whole."""
        self.is_whole = True


class _Writers(WriterFactory):
    """Makes the one writer of one member."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.made: _Writer | None = None

    def create(self, filename: str) -> Py7zIO:
        """Return the writer of the member."""
        self.made = _Writer(self._out)
        return self.made


class SevenZip(Windows):
    """A 7z archive."""

    def __init__(self, stream: BinaryIO, meter: Meter | None) -> None:
        super().__init__(spool())
        packed = stream.seek(0, 2)
        stream.seek(0)
        with _opened(stream) as archive:
            files = [f for f in archive.files if not f.is_directory]
            if meter is not None:
                meter.check_members(len(files))
                meter.add(sum(f.uncompressed for f in files), packed)
            self._unpack(archive, files)

    def _unpack(self, archive: py7zr.SevenZipFile, files: list[py7zr.py7zr.ArchiveFile]) -> None:
        names = member_names.distinct(f.filename.replace("\\", "/") for f in files)
        reasons = [_reason(f) for f in files]
        writers: list[_Writers | None] = []
        for file, name, reason in zip(files, names, reasons, strict=True):
            writers.append(None if reason else _Writers(self._stream))
            if writers[-1] is not None:
                archive.worker.register_filelike(file.id, MemIO(name, writers[-1]))
        try:
            archive.worker.extract(archive.fp, None, parallel=False)
        except Unopened:
            raise
        except Exception:  # the package lets errors of many kinds through
            self.damage = DAMAGED
        for name, reason, writer in zip(names, reasons, writers, strict=True):
            made = writer.made if writer else None
            if made and not made.is_whole:
                reason = DAMAGED
            elif writer and made is None:
                reason = DAMAGED
            self.put(Entry(name, made.length if made else 0, reason), made.start if made else 0)


def _opened(stream: BinaryIO) -> py7zr.SevenZipFile:
    try:
        archive = py7zr.SevenZipFile(stream)
        hidden = archive.password_protected
    except py7zr.exceptions.PasswordRequired as error:
        raise Unopened(ENCRYPTED) from error
    except Exception as error:  # the package lets errors of many kinds through
        raise Unopened(DAMAGED) from error
    if hidden:
        archive.close()
        raise Unopened(ENCRYPTED)
    return archive


def _reason(file: py7zr.py7zr.ArchiveFile) -> str | None:
    if file.is_symlink or file.is_junction:
        return SYMLINK
    kind = file.st_fmt
    return NO_FILE if file.is_socket or (kind and not stat.S_ISREG(kind)) else None
