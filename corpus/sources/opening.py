"""Open archives of any kind, at a path or within another, each once for all who read them."""

from __future__ import annotations

import threading
import weakref
from pathlib import Path
from typing import BinaryIO

from corpus.sources import sevenzip, squeezed, tar, zipped
from corpus.sources.container import DAMAGED, Container
from corpus.sources.limits import Meter, Unopened

HEAD = 1_024  # bytes that tell an archive
UNREAD = {
    b"Rar!\x1a\x07": "RAR",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"\x04\x22\x4d\x18": "LZ4",
    b"MSCF\0\0\0\0": "cabinet",
    b"LZIP\x01": "lzip",
    b"\x1f\x9d\x90": "compress",
    b"PK\x07\x08PK\x03\x04": "split zip",
}
"""How archives begin that are told by name and not opened."""

Key = tuple[Path, tuple[str, ...], int, int]
_LAST = threading.local()
_OPEN: weakref.WeakValueDictionary[Key, Container] = weakref.WeakValueDictionary()
_BUSY: weakref.WeakValueDictionary[Key, _Turn] = weakref.WeakValueDictionary()
_GUARD = threading.Lock()


class _Turn:
    """Taken by the thread that opens an archive while others wait for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


def is_archive(head: bytes) -> bool:
    """Return whether `head` begins an archive that can be opened, or a document that is one."""
    known = head.startswith((*zipped.STARTS, sevenzip.START))
    return known or squeezed.is_squeezed(head) or tar.is_tar(head)


def unread(head: bytes) -> str | None:
    """Return what archive that is not opened `head` begins, or None."""
    return next((name for magic, name in UNREAD.items() if head.startswith(magic)), None)


def opened(path: Path, members: tuple[str, ...] = (), meter: Meter | None = None) -> Container:
    """Return the archive at `path`, or the one nested in it under `members`.

    An archive stays open while any thread has it as its last, or reads a member of it. `meter`
    counts what it unpacks to when it is opened for the first time. Raises OSError, KeyError or
    Unopened.
    """
    status = path.stat()
    key = (path, members, status.st_mtime_ns, status.st_size)
    with _GUARD:
        found = _OPEN.get(key)
        turn = _BUSY.setdefault(key, _Turn()) if found is None else None
    if turn is not None:
        with turn.lock:
            found = _OPEN.get(key)
            if found is None:
                found = _OPEN[key] = _open(path, members, meter)
    _LAST.container = found
    assert found is not None
    return found


def _open(path: Path, members: tuple[str, ...], meter: Meter | None) -> Container:
    outer = opened(path, members[:-1]) if members else None
    stream = outer.open(members[-1]) if outer else path.open("rb")
    name = members[-1] if members else path.name
    container: Container | None = None
    try:
        container = _opened(stream, name, meter)
    except (Unopened, MemoryError):
        raise
    except Exception as error:  # whatever hostile bytes make the libraries do
        raise Unopened(DAMAGED) from error
    finally:
        if container is None:
            stream.close()
    container.outer = outer
    return container


def _opened(stream: BinaryIO, name: str, meter: Meter | None) -> Container:
    head = stream.read(HEAD)
    stream.seek(0)
    if head.startswith(zipped.STARTS):
        return zipped.Zip(stream, meter)
    if head.startswith(sevenzip.START):
        with stream:
            return sevenzip.SevenZip(stream, meter)
    if not squeezed.is_squeezed(head):
        return tar.Tar(stream, meter)
    with stream:
        whole, size, damage = squeezed.unpacked(stream, meter)
    if tar.is_tar(start := _start(whole)) or (len(start) == HEAD and not start.strip(b"\0")):
        return tar.Tar(whole, meter, damage)
    return squeezed.Squeezed(whole, size, damage, name)


def _start(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read(HEAD)
