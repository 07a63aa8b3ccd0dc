"""The file of the same name with another ending, as exports write one thing in two forms."""

from __future__ import annotations

import glob
from pathlib import PurePosixPath

from corpus.sources.file import File

STEM = "{stem}"
"""Stands in `BESIDE` for the file's own name without its ending."""


def name_of(file: File) -> str:
    """Return the file's own name, without folders and archives around it.

    >>> from pathlib import Path
    >>> name_of(File(Path("x.zip"), "x.zip!Notes/A/B: C.md", "f", ("Notes/A/B: C.md",)))
    'B: C.md'
    """
    return (file.members[-1] if file.members else file.name).split("/")[-1]


def sibling(file: File, ending: str) -> File | None:
    """Return the file beside `file` that has its name but for `ending`, if there is one."""
    stem = PurePosixPath(name_of(file)).stem
    found = file.beside(f"{glob.escape(stem)}{ending}")
    return found[0] if found else None
