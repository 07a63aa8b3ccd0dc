"""Run kept inputs again, with the traceback: `python -m tests.fuzz.again KIND FILE…`."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from corpus.sources.file import File
from corpus.sources.reading import SOURCES
from tests.fuzz.check import READING, check


def main() -> None:
    """Print for each file what the reader of the kind makes of it, and where it breaks off."""
    kind, *paths = sys.argv[1:]
    for path in map(Path, paths):
        file = File(path=path, name=f"export/{path.name}", id="f1")
        print(path.name, check(file, kind))
        try:
            for _ in SOURCES[kind].read(file, READING):
                pass
        except Exception:
            traceback.print_exc()


if __name__ == "__main__":
    main()
