"""What archives of all kinds have in common: their members, and members opened by name."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import BinaryIO

from corpus.sources.streams import Window, buffered

DAMAGED = "damaged or incomplete; export it again"
SYMLINK, HARD_LINK, ENCRYPTED = "symbolic link", "hard link", "encrypted; unpack it first"
NO_FILE = "not a regular file"
LISTINGS = 64  # kept, since the files of a folder all ask for the same ones


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of an archive: its name, its size, and why it is not read, or None."""

    name: str
    size: int
    reason: str | None = None


class Container:
    """An opened archive; it stays open while it or one of its members is in use.

    `damage` says, when the archive could not be read to its end, that it was not. A name that
    occurs twice is numbered, so that `entries` names everything there is.
    """

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.damage: str | None = None
        self.outer: Container | None = None  # kept open, for the next member of it
        self._listings: dict[tuple[tuple[str, ...], ...], tuple[str, ...]] = {}

    def open(self, name: str) -> BinaryIO:
        """Return a seekable stream of the member `name`; raises KeyError when there is none."""
        raise NotImplementedError

    def listing(self, folder: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of the members at the glob `wanted` below `folder`, in order."""
        key = (folder, wanted)
        if key not in self._listings:
            if len(self._listings) >= LISTINGS:
                self._listings.clear()
            self._listings[key] = self._listed(folder, wanted)
        return self._listings[key]

    def _listed(self, folder: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
        folders = ["/".join(folder)]
        for glob in wanted[:-1]:
            folders = [
                f"{top}/{name}" if top else name
                for top in folders
                for name in sorted(self._tree.get(top, ((), ()))[1])
                if fnmatchcase(name, glob)
            ]
        return tuple(
            f"{top}/{name}" if top else name
            for top in folders
            for name in sorted(self._tree.get(top, ((), ()))[0])
            if fnmatchcase(name, wanted[-1])
        )

    @cached_property
    def _tree(self) -> dict[str, tuple[set[str], set[str]]]:
        """Folder → the names of the files and of the folders in it."""
        tree: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
        for entry in self.entries.values():
            if entry.reason is None:
                folder, _, name = entry.name.rpartition("/")
                tree[folder][0].add(name)
                while folder:
                    folder, _, name = folder.rpartition("/")
                    if name in tree[folder][1]:
                        break
                    tree[folder][1].add(name)
        return dict(tree)


class Windows(Container):
    """An archive whose members stand unpacked in one stream, at known places."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream, self._lock = stream, threading.Lock()
        self._places: dict[str, tuple[int, int]] = {}

    def open(self, name: str) -> BinaryIO:
        """Return a seekable stream of the member `name`; raises KeyError when there is none."""
        start, size = self._places[name]
        return buffered(Window(self._stream, self._lock, start, size, self))

    def put(self, entry: Entry, start: int) -> None:
        """Add a member that stands at `start`."""
        self.entries[entry.name] = entry
        if entry.reason is None:
            self._places[entry.name] = (start, entry.size)

    def __del__(self) -> None:
        """Close the stream, which no member uses any more."""
        stream = getattr(self, "_stream", None)
        if stream is not None:
            stream.close()
