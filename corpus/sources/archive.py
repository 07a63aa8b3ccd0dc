"""Walk folders and zip archives into source files, refusing what is unsafe with a reason."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus.sources.file import File, opened_archive

MAX_DEPTH = 3
MAX_MEMBERS = 200_000
MAX_RATIO = 200
RATIO_FROM = 64 << 20
MAX_NAME = 1_024


class NotFound(ValueError):
    """A path given by a person does not exist or holds nothing."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not read: `name` as for `File`, and why."""

    name: str
    id: str
    reason: str
    size: int = 0


def walk(roots: Sequence[Path], identify: Callable[[str], str]) -> Iterator[File | Refused]:
    """Yield every file under `roots` in the order of its name, members of zip archives included.

    `identify` maps a name to the opaque id of the file. Names begin with the root's own name, so
    that moving a folder changes no id. Raises NotFound when a root does not exist.
    """
    for root, top in zip(roots, _distinct([r.name or "root" for r in roots]), strict=True):
        if not root.exists():
            raise NotFound(f"{root}: no such file or folder; check the path")
        paths = [(root, top)] if not root.is_dir() else _inside(root, top)
        for path, name in paths:
            yield from _expand(path, name, identify)


def _distinct(names: list[str]) -> list[str]:
    """Return `names` with repeats numbered: two roots called «mail» become mail and mail-2."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return out


def _inside(root: Path, top: str) -> Iterator[tuple[Path, str]]:
    """Yield the files below `root`, sorted by name, without following links out of it."""
    for path in sorted(root.rglob("*"), key=lambda p: p.relative_to(root).as_posix()):
        if not path.is_dir() or path.is_symlink():
            yield path, f"{top}/{path.relative_to(root).as_posix()}"


def _expand(path: Path, name: str, identify: Callable[[str], str]) -> Iterator[File | Refused]:
    reason = _unreadable(path, name)
    if reason:
        yield Refused(name, identify(name), reason)
        return
    file = File(path=path, name=name, id=identify(name))
    yield from _members(file, identify, depth=0) if is_zip(file) else (file,)


def _unreadable(path: Path, name: str) -> str | None:
    if any(part.startswith(".") for part in name.split("/")[1:]):
        return "hidden file"
    if path.is_symlink():
        return "symbolic link"
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "not a regular file"
        with path.open("rb"):
            return None
    except OSError:
        return "not readable; check its permissions"


def is_zip(file: File) -> bool:
    """Return whether `file` is a plain zip archive, not a document format that uses zip."""
    try:
        head = file.head(4)
        if head not in (b"PK\x03\x04", b"PK\x05\x06"):
            return False
        names = {m.filename for m in opened_archive(file.path, file.members).infolist()[:50]}
    except (OSError, zipfile.BadZipFile, NotImplementedError):
        return head == b"PK\x05\x06"
    return not names & {"mimetype", "[Content_Types].xml"}


def _members(archive: File, identify: Callable[[str], str], depth: int) -> Iterator[File | Refused]:
    try:
        infos = opened_archive(archive.path, archive.members).infolist()
    except (OSError, zipfile.BadZipFile, NotImplementedError):
        yield Refused(archive.name, archive.id, "damaged zip archive; export it again")
        return
    if len(infos) > MAX_MEMBERS or _is_bomb(infos):
        yield Refused(archive.name, archive.id, "zip archive unpacks to far more than its size")
        return
    for info in sorted(infos, key=lambda i: i.filename):
        if info.is_dir():
            continue
        name = f"{archive.name}!{info.filename}"
        reason = _unsafe(info, depth)
        if reason:
            yield Refused(name, identify(name), reason, info.file_size)
            continue
        file = File(archive.path, name, identify(name), (*archive.members, info.filename))
        yield from _members(file, identify, depth + 1) if is_zip(file) else (file,)


def _is_bomb(infos: Sequence[zipfile.ZipInfo]) -> bool:
    size, packed = sum(i.file_size for i in infos), sum(i.compress_size for i in infos)
    return size > RATIO_FROM and size > MAX_RATIO * max(packed, 1)


def _unsafe(info: zipfile.ZipInfo, depth: int) -> str | None:
    """Return why a member is not opened, or None.

    >>> _unsafe(zipfile.ZipInfo("../evil.txt"), 0)
    'path leads out of the archive'
    """
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts and ":" in path.parts[0]):
        return "path leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "symbolic link"
    if info.flag_bits & 1:
        return "encrypted; unpack it first"
    if len(info.filename) > MAX_NAME:
        return "name too long"
    if depth >= MAX_DEPTH:
        return "archives nested too deep"
    if any(p.startswith(".") or p == "__MACOSX" for p in path.parts):
        return "hidden file"
    return None
