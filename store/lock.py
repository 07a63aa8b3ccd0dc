"""One process at a time changes a library: a lock that ends with its holder, however that ends."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from store.library import Library

LOCK = ".lock"
NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
"""What a file system says that knows no locks, such as some network drives."""


class Busy(RuntimeError):
    """Another process is changing the library."""


@contextmanager
def alone(library: Library) -> Iterator[None]:
    """Keep other processes from changing `library` during the block; reading is never kept off.

    The system takes the lock back when the process dies. Raises Busy, naming the holder, and
    OSError where the library cannot be written to. Without locks in the file system nothing is
    kept off: objects are whole or absent even then.
    """
    path = library.root / LOCK
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip()
            raise Busy(
                "another build, forget, gc or seal of this library is running (process "
                f"{holder or 'unknown'}); wait until it has ended, or stop it"
            ) from None
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
        else:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)
