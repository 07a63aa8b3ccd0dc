"""Read the properties in an Outlook message file: texts, numbers, moments (MS-OXMSG)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from os import SEEK_END

import olefile

from corpus.sources.charsets import decoded

PROPERTIES = "__properties_version1.0"
RECIPIENT, ATTACHMENT = "__recip_version1.0_#", "__attach_version1.0_#"
TOP_HEADER, INNER_HEADER = 32, 8  # bytes before the properties of a message, and of its parts
UNICODE, STRING8, BINARY, MOMENT = 0x001F, 0x001E, 0x0102, 0x0040
NUMBERS = {0x0002: "<h", 0x0003: "<i", 0x000B: "<h", 0x0014: "<q"}
CODEPAGE = 0x3FFD
MAX_STREAM = 48 << 20
BEGAN = datetime(1601, 1, 1, tzinfo=UTC)
CODEPAGES = {65001: "utf-8", 65000: "utf-7", 1200: "utf-16-le", 20127: "us-ascii"}
NAMED = {
    **{28590 + n: f"iso-8859-{n}" for n in range(1, 16)},
    **{20866: "koi8-r", 21866: "koi8-u", 50220: "iso-2022-jp", 50221: "iso-2022-jp"},
    **{50222: "iso-2022-jp", 51932: "euc-jp", 51949: "euc-kr", 936: "gbk", 54936: "gb18030"},
    **{20932: "euc-jp", 10000: "mac_roman"},
}


class Storage:
    """A message, a recipient or an attachment in an Outlook file; ids are those of MS-OXPROPS."""

    def __init__(self, ole: olefile.OleFileIO, path: tuple[str, ...] = ()) -> None:
        self.ole = ole
        self.path = path
        self.fixed: dict[int, tuple[int, bytes]] = {}
        raw = self._stream(PROPERTIES) or b""
        start = INNER_HEADER if path else TOP_HEADER
        for at in range(start, len(raw) - 15, 16):
            kind, name = struct.unpack_from("<HH", raw, at)
            self.fixed[name] = (kind, raw[at + 8 : at + 16])

    def text(self, *names: int) -> str:
        """Return the first of the properties that is a text which is not empty, else «»."""
        for name in names:
            raw = self._property(name, UNICODE)
            if raw is not None:
                found = raw.decode("utf-16-le", "replace")
            else:
                raw = self._property(name, STRING8)
                found = decoded(raw, self.charset(CODEPAGE)) if raw else ""
            found = found.rstrip("\0")
            if found:
                return found
        return ""

    def binary(self, name: int) -> bytes | None:
        """Return a property of bytes, None if there is none."""
        return self._property(name, BINARY)

    def number(self, name: int) -> int | None:
        """Return a property that is a number, None if there is none."""
        kind, raw = self.fixed.get(name, (0, b""))
        code = NUMBERS.get(kind)
        return None if code is None else int(struct.unpack_from(code, raw)[0])

    def moment(self, name: int) -> datetime | None:
        """Return a property that is a moment in UTC, None if there is none or it is absurd."""
        kind, raw = self.fixed.get(name, (0, b""))
        if kind != MOMENT:
            return None
        try:
            return BEGAN + timedelta(microseconds=struct.unpack("<Q", raw)[0] // 10)
        except OverflowError:
            return None

    def charset(self, name: int) -> str | None:
        """Return the name of the charset whose number a property holds."""
        page = self.number(name)
        if not page:
            return None
        return CODEPAGES.get(page) or NAMED.get(page) or f"cp{page}"

    def inner(self, prefix: str) -> Iterator[Storage]:
        """Yield the recipients or the attachments of a message, in order."""
        found = {
            entry[len(self.path)]
            for entry in self.ole.listdir(streams=True, storages=True)
            if len(entry) > len(self.path)
            and tuple(entry[: len(self.path)]) == self.path
            and entry[len(self.path)].startswith(prefix)
        }
        for name in sorted(found):
            yield Storage(self.ole, (*self.path, name))

    def _property(self, name: int, kind: int) -> bytes | None:
        return self._stream(f"__substg1.0_{name:04X}{kind:04X}")

    def _stream(self, name: str) -> bytes | None:
        path = [*self.path, name]
        if not self.ole.exists(path):
            return None
        # A damaged size would have the library walk in circles, for gigabytes.
        if max(self.ole.get_size(path), self.ole.root.size) > self.ole.fp.seek(0, SEEK_END):
            return None
        try:
            with self.ole.openstream(path) as stream:
                return bytes(stream.read(MAX_STREAM))
        except OSError:  # the file is damaged there
            return None
