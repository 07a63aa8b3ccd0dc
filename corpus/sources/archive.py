"""Walk folders and archives into source files, refusing what is unsafe with a reason."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus.sources.container import Container
from corpus.sources.file import File
from corpus.sources.limits import Archives, Meter, Unopened
from corpus.sources.member_names import of_path
from corpus.sources.opening import HEAD, is_archive, opened, unread
from corpus.sources.zipped import STARTS, Zip

MAILDIR = ("cur", "new", "tmp")
POINTERS = (b"version https://git-lfs.github.com/spec/", b"version https://hawser.github.com/spec/")
MAX_POINTER = 1_024  # bytes; a pointer is shorter by its specification
EMPTY = "empty archive"
GONE = "gone while it was read"
NOT_READABLE = "not readable; check its permissions"


class NotFound(ValueError):
    """A path given by a person does not exist or holds nothing."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not read: `name` as for `File`, and why."""

    name: str
    id: str
    reason: str
    size: int = 0


Identify = Callable[[str], str]


def walk(
    roots: Sequence[Path], identify: Identify, limits: Archives | None = None
) -> Iterator[File | Refused]:
    """Yield every file under `roots` in the order of its name, members of archives included.

    `identify` maps a name to the opaque id of the file. Names begin with the root's own name, so
    that moving a folder changes no id. Raises NotFound when a root does not exist.
    """
    for root, top in zip(roots, _distinct([r.name or "root" for r in roots]), strict=True):
        if not root.exists():
            raise NotFound(f"{root}: no such file or folder; check the path")
        paths = [(root, top, None)] if not root.is_dir() else _inside(root, top)
        for path, name, reason in paths:
            name = of_path(name)
            if reason := reason or _unreadable(path, name):
                yield Refused(name, identify(name), reason)
            else:
                file = File(path=path, name=name, id=identify(name))
                yield from _expanded(file, identify, Meter(limits or Archives()))


def _distinct(names: list[str]) -> list[str]:
    """Return `names` with repeats numbered: two roots called «mail» become mail and mail-2."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return out


def _inside(root: Path, top: str) -> list[tuple[Path, str, str | None]]:
    """Return the files below `root`, sorted by name, and the folders that cannot be listed.

    Links are returned and not followed.
    """
    found: list[tuple[Path, str, str | None]] = []

    def closed(error: OSError) -> None:
        path = Path(error.filename)
        reason = GONE if isinstance(error, FileNotFoundError) else NOT_READABLE
        found.append((path, f"{top}/{path.relative_to(root).as_posix()}", reason))

    for folder, folders, names in os.walk(root, onerror=closed):
        place = Path(folder)
        links = [name for name in folders if (place / name).is_symlink()]
        for name in [*names, *links]:
            path = place / name
            found.append((path, f"{top}/{path.relative_to(root).as_posix()}", None))
    return sorted(found, key=lambda told: told[1])


def _unreadable(path: Path, name: str) -> str | None:
    if is_hidden(name.split("/")[1:]):
        return "hidden file"
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            return "symbolic link"
        if not stat.S_ISREG(mode):
            return "not a regular file"
        with path.open("rb"):
            return None
    except FileNotFoundError:
        return GONE
    except OSError:
        return NOT_READABLE


def is_hidden(parts: Sequence[str]) -> bool:
    """Return whether the file at `parts` is hidden, or in a folder that is.

    The sub-folders of a Maildir begin with a dot and are not.

    >>> is_hidden([".Sent", "cur", "1:2,S"]), is_hidden([".git", "config"]), is_hidden(["a", ".b"])
    (False, True, True)
    """
    mail = len(parts) > 2 and parts[-2] in MAILDIR
    return any(
        (part.startswith(".") and not (mail and n == len(parts) - 3)) or part == "__MACOSX"
        for n, part in enumerate(parts)
    )


def _expanded(
    file: File, identify: Identify, meter: Meter, depth: int = 0
) -> Iterator[File | Refused]:
    """Yield `file`, or its members if it is an archive, or why it is neither."""
    try:
        head = file.head(HEAD)
    except FileNotFoundError:
        yield Refused(file.name, file.id, GONE)
        return
    except Exception:  # a damaged member; recognising it says so
        yield file
        return
    if reason := _refused_by(head):
        yield Refused(file.name, file.id, reason)
    elif not is_archive(head):
        yield file
    else:
        leads_on = depth < meter.limits.max_depth or head.startswith(STARTS)  # may be a document
        told = _members(file, identify, meter, depth) if leads_on else [_too_deep(file)]
        yield from told


def _too_deep(file: File) -> Refused:
    return Refused(file.name, file.id, "archives nested too deep")


def _refused_by(head: bytes) -> str | None:
    if (name := unread(head)) is not None:
        return f"{name} archive; unpack it first"
    if head.startswith(POINTERS) and len(head) < MAX_POINTER:
        return "pointer of Git LFS to a file that is elsewhere; run git lfs pull"
    return None


def _members(
    archive: File, identify: Identify, meter: Meter, depth: int
) -> Iterator[File | Refused]:
    try:
        container = opened(archive.path, archive.members, meter)
        if isinstance(container, Zip) and container.is_document:
            yield archive
            return
    except FileNotFoundError:
        yield Refused(archive.name, archive.id, GONE)
        return
    except (OSError, Unopened) as error:
        reason = str(error) if isinstance(error, Unopened) else NOT_READABLE
        yield Refused(archive.name, archive.id, reason)
        return
    if depth >= meter.limits.max_depth:
        yield _too_deep(archive)
        return
    yield from _listed(container, archive, identify, meter, depth)
    if container.damage or not container.entries:
        reason = f"{container.damage}; what stands before is read" if container.entries else EMPTY
        yield Refused(archive.name, archive.id, reason)


def _listed(
    container: Container, archive: File, identify: Identify, meter: Meter, depth: int
) -> Iterator[File | Refused]:
    for member in sorted(container.entries):
        entry = container.entries[member]
        name = f"{archive.name}!{member}"
        reason = _unsafe(member, meter.limits.max_name) or entry.reason
        if reason:
            yield Refused(name, identify(name), reason, entry.size)
            continue
        file = File(archive.path, name, identify(name), (*archive.members, member))
        yield from _expanded(file, identify, meter, depth + 1)


def _unsafe(name: str, longest: int) -> str | None:
    """Return why a member is not opened for its name, or None.

    >>> _unsafe("../evil.txt", 99), _unsafe("a/b..txt", 99)
    ('path leads out of the archive', None)
    """
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or path.parts[0][1:2] == ":":
        return "path leads out of the archive"
    if len(name) > longest:
        return "name too long"
    return "hidden file" if is_hidden(path.parts) else None
