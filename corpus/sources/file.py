"""A source file: a path on disk or a member of an archive, opened without extracting it."""

from __future__ import annotations

import io
import re
import tempfile
import threading
import zipfile
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

from charset_normalizer import from_bytes

SPOOL = 16 << 20
HEAD = 65_536
BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)

# Bytes that all Windows code pages use for quotation marks, dashes and the ellipsis. In those of
# DOS they are letters, so they count only where a letter cannot stand.
_MARKS = re.compile(
    rb"(?<![A-Za-z])[\x82\x84\x91\x93]|[\x85\x92\x94\x96\x97](?![A-Za-z])"
    rb"|(?<=[A-Za-z])\x92(?=(?:s|t|d|m|re|ve|ll)\b)|\xa0"
)


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
        archive = opened_archive(self.path, self.members[:-1])
        return _unpacked(archive, self.members[-1])

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
        paths = sorted(p for p in top.glob("/".join(wanted)) if p.is_file() and not p.is_symlink())
        return [(list(p.relative_to(top).parts), p, ()) for p in paths]

    def _listed(
        self, folder: list[str], wanted: list[str]
    ) -> list[tuple[list[str], Path, tuple[str, ...]]]:
        names = opened_archive(self.path, self.members[:-1]).NameToInfo
        exact = "/".join([*folder, *wanted])
        if not any(c in "/".join(wanted) for c in "*?["):
            found = [exact] if exact in names else []
        else:
            found = sorted(n for n in names if _matches(n.split("/"), folder, wanted))
        return [(n.split("/")[len(folder) :], self.path, (*self.members[:-1], n)) for n in found]

    def lines(self) -> io.TextIOWrapper:
        """Return a text stream; for files known to be UTF-8; undecodable bytes are replaced."""
        return io.TextIOWrapper(self.open(), encoding="utf-8-sig", errors="replace", newline="")


def _matches(name: list[str], folder: list[str], wanted: list[str]) -> bool:
    tail = name[len(folder) :]
    return (
        name[: len(folder)] == folder
        and len(tail) == len(wanted)
        and all(fnmatchcase(part, glob) for part, glob in zip(tail, wanted, strict=True))
    )


_OPEN = threading.local()


def opened_archive(path: Path, members: tuple[str, ...]) -> zipfile.ZipFile:
    """Return the zip archive at `path`, or the one nested in it under `members`.

    Each thread keeps the last one open, since an archive's members are read one after another.
    Raises OSError or zipfile.BadZipFile.
    """
    status = path.stat()
    key = (path, members, status.st_mtime_ns, status.st_size)
    if getattr(_OPEN, "key", None) != key:
        outer = opened_archive(path, members[:-1]) if members else None
        _OPEN.archive = _Nested(_unpacked(outer, members[-1])) if outer else zipfile.ZipFile(path)
        _OPEN.key = key
    return _OPEN.archive


class _Nested(zipfile.ZipFile):
    """An archive unpacked from another one; it closes the stream it was given."""

    def close(self) -> None:
        """Close the archive and its stream."""
        stream = self.fp
        super().close()
        if stream is not None:
            stream.close()


def _unpacked(archive: zipfile.ZipFile, member: str) -> BinaryIO:
    spool = tempfile.SpooledTemporaryFile(max_size=SPOOL)
    try:
        with archive.open(member) as inside:
            while block := inside.read(1 << 20):
                spool.write(block)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return spool  # type: ignore[return-value]


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of `data` and its encoding.

    A byte order mark decides, then strict UTF-8 over the whole, then Windows' quotation marks and
    dashes if nothing else is above ASCII, then charset-normalizer over the whole, then Windows-1252
    with undecodable bytes replaced (encoding «replaced»).

    >>> decode("naïve".encode("utf-16"))
    ('naïve', 'utf-16')
    >>> decode("It’s so.".encode("cp1252"))
    ('It’s so.', 'cp1252')
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        if len(_MARKS.findall(data)) == sum(byte > 0x7F for byte in data):
            return data.decode("cp1252"), "cp1252"
        found = from_bytes(data)
    best = found.best()
    if best is not None:
        # Code pages of one family often fit equally well; then the commonest one is meant.
        equal = (m for m in found if (m.chaos, m.coherence) == (best.chaos, best.coherence))
        best = next((m for m in equal if m.encoding == "cp1252"), best)
        return str(best), best.encoding
    return data.decode("cp1252", "replace"), "replaced"
