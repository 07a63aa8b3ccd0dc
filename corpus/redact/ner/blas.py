"""One thread for numpy's OpenBLAS while many small products are made."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np


@contextlib.contextmanager
def single_threaded() -> Iterator[None]:
    """Keep numpy's OpenBLAS to one thread in the block: these products are too small to share."""
    library = _openblas()
    if library is None:
        yield
        return
    get, set_ = library
    before = get()
    set_(1)
    try:
        yield
    finally:
        set_(before)


_OPENBLAS: list[Any] = []


def _openblas() -> Any:
    """Return the functions that tell and set the threads of numpy's OpenBLAS, or None."""
    if not _OPENBLAS:
        _OPENBLAS.append(None)
        for path in sorted(Path(np.__file__).parents[1].glob("numpy.libs/*openblas*")):
            with contextlib.suppress(OSError, AttributeError):
                library = ctypes.CDLL(str(path))
                names = ("scipy_openblas_{}_num_threads64_", "openblas_{}_num_threads64_")
                for name in (*names, "scipy_openblas_{}_num_threads", "openblas_{}_num_threads"):
                    if hasattr(library, name.format("set")):
                        get = getattr(library, name.format("get"))
                        _OPENBLAS[0] = get, getattr(library, name.format("set"))
                        break
    return _OPENBLAS[0]
