"""Zip archives: members by their true names, without what overlaps, is linked or encrypted."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import BinaryIO, cast

from corpus.sources import member_names
from corpus.sources.container import DAMAGED, ENCRYPTED, NO_FILE, SYMLINK, Container, Entry
from corpus.sources.limits import HARMLESS, Meter, Unopened
from corpus.sources.streams import Unpacking, buffered

STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
UTF8, UNICODE_PATH = 0x800, 0x7075
LOCAL_HEADER, CENTRAL_HEADER, MAX_TAIL = 30, 46, 66_000
BACKSLASHES = (0, 10, 11, 14)  # systems of which some programs write «folder\file»
MARKERS = frozenset(
    (
        *("mimetype", "[Content_Types].xml", "META-INF/container.xml", "META-INF/MANIFEST.MF"),
        *("Index/Document.iwa", "Index.zip", "index.apxl", "buildVersionHistory.plist"),
        *("Metadata/BuildVersionHistory.plist", "AndroidManifest.xml"),
    )
)
"""Members by which a document or a program, not an archive of a person's, is known."""


class Zip(Container):
    """A zip archive, its members unpacked as they are read."""

    def __init__(self, stream: BinaryIO, meter: Meter | None) -> None:
        super().__init__()
        if meter is not None:
            meter.check_members(_directory_size(stream) // CENTRAL_HEADER)
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise Unopened(f"{DAMAGED} (a zip archive without its end)") from error
        self._stream = stream
        infos = self._zip.infolist()
        self.is_document = any(info.filename in MARKERS for info in infos)
        if meter is not None and not self.is_document:
            _check(infos, self._zip.start_dir, meter)
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info, name in zip(infos, member_names.distinct(_names(infos)), strict=True):
            if not (info.is_dir() or name.endswith("/")):
                self._infos[name] = info
                self.entries[name] = Entry(name, info.file_size, _reason(info, meter))

    def open(self, name: str) -> BinaryIO:
        """Return a seekable stream of the member `name`; raises KeyError when there is none."""
        info = self._infos[name]
        return buffered(
            Unpacking(lambda: cast(BinaryIO, self._zip.open(info)), info.file_size, self)
        )

    def __del__(self) -> None:
        """Close the archive, which no member uses any more."""
        if hasattr(self, "_stream"):
            self._zip.close()
            self._stream.close()


def _check(infos: Sequence[zipfile.ZipInfo], end: int, meter: Meter) -> None:
    """Raise Unopened for a bomb: too many members, too much in all, or members that overlap."""
    meter.check_members(len(infos))
    ordered = sorted(infos, key=lambda info: info.header_offset)
    starts = [*(info.header_offset for info in ordered), end]
    for info, following in zip(ordered, starts[1:], strict=True):
        if info.header_offset + LOCAL_HEADER + info.compress_size > following:
            raise Unopened("members overlap, as in a bomb")
    meter.add(sum(i.file_size for i in infos), sum(i.compress_size for i in infos))


def _reason(info: zipfile.ZipInfo, meter: Meter | None) -> str | None:
    """Return why a member cannot be opened, or None."""
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return SYMLINK
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode) and info.create_system == 3:
        return NO_FILE
    if info.flag_bits & 1:
        return ENCRYPTED
    if info.compress_type not in METHODS:
        return "packed by a method that is not supported; unpack it first"
    ratio = meter.limits.max_ratio if meter else 0.0
    if ratio and info.file_size > HARMLESS and info.file_size > ratio * info.compress_size:
        return "unpacks to far more than its size"
    return None


def _names(infos: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Return the names as they were meant: by the UTF-8 flag, the Unicode field, or the letters."""
    told: list[str | None] = [_stated(info) for info in infos]
    raw = [i.orig_filename.encode("cp437") for i, t in zip(infos, told, strict=True) if t is None]
    guessed = iter(member_names.decoded(raw))
    names = [next(guessed) if name is None else name for name in told]
    return [
        name.replace("\\", "/") if info.create_system in BACKSLASHES else name
        for info, name in zip(infos, names, strict=True)
    ]


def _stated(info: zipfile.ZipInfo) -> str | None:
    name = info.orig_filename
    if name.isascii() or info.flag_bits & UTF8:
        return name
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field = extra[4 : 4 + size]
        crc = zlib.crc32(name.encode("cp437"))
        if kind == UNICODE_PATH and len(field) > 5 and field[1:5] == struct.pack("<I", crc):
            return field[5:].decode("utf-8", "replace")
        extra = extra[4 + size :]
    return None


def _directory_size(stream: BinaryIO) -> int:
    """Return the size of the list of members as the end of the archive states it; 0 if unclear."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - MAX_TAIL))
    tail = stream.read(MAX_TAIL)
    end = tail.rfind(b"PK\x05\x06")
    told = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if told == 0xFFFFFFFF:
        far = tail.rfind(b"PK\x06\x06", 0, end)
        told = int.from_bytes(tail[far + 40 : far + 48], "little") if far >= 0 else 0
    return min(told, size)
