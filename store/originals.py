"""The originals of what was replaced, sealed under the library's key: `secrets/originals.parquet`.

They outlive `objects/`, and nobody can read them without the key; a build writes them anew.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.redact.surrogates import shape
from corpus.redact.values import opened
from store.library import Library
from store.objects import TEMPORARY, Output, fsync

FILE = "originals.parquet"


class NoOriginals(ValueError):
    """Nothing was kept that could be shown."""


def keep_originals(library: Library, output: Output) -> None:
    """Have `secrets/` hold the originals that `output` wrote, and no others."""
    fresh = library.secrets / f"{TEMPORARY}{uuid.uuid4().hex[:8]}"
    try:
        shutil.copyfile(library.objects.path(output, "originals"), fresh)
        fresh.chmod(0o600)
        fsync(fresh)
        fresh.replace(library.secrets / FILE)
    finally:
        fresh.unlink(missing_ok=True)


def originals(library: Library, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return what stood for each (hmac, shape) of `redactions`, to whoever has the library's key.

    Of values that mean the same, that with the shape is taken. Raises NoOriginals when none are
    kept, WrongKey when they were sealed under another key.
    """
    path = library.secrets / FILE
    if not path.exists():
        raise NoOriginals("no originals are kept here yet; they are written by commonplace build")
    pairs = list(dict.fromkeys(wanted))
    table = pq.read_table(path)
    rows = table.filter(
        pc.is_in(table["hmac"], value_set=pa.array([h for h, _ in pairs], pa.string()))
    )
    values: dict[str, list[str]] = {}
    for row in rows.to_pylist():
        values.setdefault(row["hmac"], []).append(opened(library.key, row["sealed"]))
    found = {}
    for hmac, form in pairs:
        told = values.get(hmac)
        if told:
            found[hmac, form] = next((v for v in told if shape(v) == form), told[0])
    return found
