"""A library on disk: where its files are, its secrets, and how one is made."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Collection
from functools import cached_property
from pathlib import Path

import tomlkit

from corpus.by_hand import told, understood
from corpus.keys import digest
from corpus.people import People
from corpus.stage import Section
from store.objects import Objects, write_whole

SETTINGS = "commonplace.toml"
CATALOGUE = "corpus.duckdb"
SOURCES = "sources.toml"
KEY_BYTES = 32
LEAST_KEY_BYTES = 16


class NoLibrary(ValueError):
    """The folder given is not a library, or is one already where none should be."""


class NoKey(ValueError):
    """The library's key is missing, damaged, or not the one that its redactions were made with."""


class Sources(Section):
    """What `secrets/sources.toml` says: where the exports are, from the library if relative."""

    paths: tuple[str, ...]


class Library:
    """The folder of one library; making the object reads and writes nothing."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root).absolute()
        self.settings = self.root / SETTINGS
        self.catalogue = self.root / CATALOGUE
        self.secrets = self.root / "secrets"
        self.tokenizers = self.root / "tokenizers"
        self.shards = self.root / "shards"
        self.models = self.root / "models"
        self.runs = self.root / "runs"
        self.objects = Objects(self.root)

    @classmethod
    def open(cls, root: Path | str) -> Library:
        """Return the library at `root`; raises NoLibrary when there is none."""
        library = cls(root)
        if not library.settings.is_file():
            raise NoLibrary(
                f"{root}: no library here ({SETTINGS} is missing); "
                f"make one with: commonplace init {root} --from PATH"
            )
        return library

    @cached_property
    def key(self) -> bytes:
        """The library's secret; everything keyed depends on it, so it is never drawn again.

        Raises NoKey when the file is missing or is no key.
        """
        try:
            key = bytes.fromhex((self.secrets / "key").read_text("ascii").strip())
        except FileNotFoundError:
            raise NoKey(
                "secrets/key is missing: ids and stand-ins were made with it, and with another key "
                "all of them would be others. Put the file back from a copy, or make a new library"
            ) from None
        except ValueError:
            key = b""
        if len(key) < LEAST_KEY_BYTES:
            raise NoKey(
                f"secrets/key is no key: at least {2 * LEAST_KEY_BYTES} hexadecimal digits are "
                "expected. Put the file back from a copy, or make a new library"
            )
        return key

    @property
    def key_name(self) -> str:
        """The fingerprint that names the secret without telling it."""
        return "key-" + digest("fingerprint", self.key.hex())[:16]

    def people(self) -> People:
        """Return the identity table of `secrets/people.toml`."""
        return People.load(self.secrets / "people.toml")

    def roots(self) -> list[Path]:
        """Return the paths the person pointed at, from `secrets/sources.toml`."""
        return [self._rooted(Path(p)) for p in understood(self.secrets / SOURCES, Sources).paths]

    def _rooted(self, path: Path) -> Path:
        return path if path.is_absolute() else (self.root / path)

    def pins(self) -> dict[str, str]:
        """Return document id → keep or remove, from `secrets/pins.toml`."""
        path = self.secrets / "pins.toml"
        return {pin["document"]: pin["action"] for pin in told(path).get("pin", [])}

    def pin(self, document: str, action: str, reason: str) -> None:
        """Record a person's decision about `document`: keep, remove, or none (takes it back)."""
        path = self.secrets / "pins.toml"
        before = told(path)
        pins = [p for p in before.get("pin", []) if p["document"] != document]
        if action != "none":
            pins.append({"document": document, "action": action, "reason": reason})
        write_whole(path, tomlkit.dumps(before | {"pin": pins}))

    def unpin(self, documents: Collection[str]) -> None:
        """Delete the decisions about `documents`, with their reasons."""
        path = self.secrets / "pins.toml"
        before = told(path)
        stays = [p for p in before.get("pin", []) if p["document"] not in documents]
        if len(stays) < len(before.get("pin", [])):
            write_whole(path, tomlkit.dumps({**before, "pin": stays}))

    def only_for(self) -> str | None:
        """Return the digest of the only inputs these secrets may be used for, if so bound."""
        path = self.secrets / "only-for"
        return path.read_text("ascii").strip() if path.exists() else None


MADE_OF_ONE = ("errors", "lineage", "originals.parquet")
"""What in `secrets/` tells of what was made of one library, and is nothing to another."""


def _take_over(given: Path, into: Path) -> None:
    """Copy what in the folder `given` a person decided or was told, for the owner's eyes alone."""
    for path in sorted(given.rglob("*")):
        inner = path.relative_to(given)
        if inner.parts[0] in MADE_OF_ONE or not path.is_file():
            continue
        copy = into / inner
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        copy.chmod(0o600)


def create(root: Path, paths: list[Path], given: Path | None = None) -> Library:
    """Make the folders and secrets of a new library at `root` for the exports at `paths`.

    The key comes from the system's random source, or with people, pins, tombstones and the like
    from the folder `given`. Raises NoLibrary when `root` already holds something, or `given`
    holds no key.
    """
    library = Library(root)
    if library.root.exists() and any(library.root.iterdir()):
        raise NoLibrary(
            f"{root}: not empty; choose a new folder, or build the library that is there"
        )
    if given is not None and not (given / "key").is_file():
        raise NoLibrary(
            f"{given}: no file «key» in this folder; leave --secrets out to draw a new one"
        )
    library.root.mkdir(parents=True, exist_ok=True)
    for folder in (library.secrets, library.objects.root):
        folder.mkdir(mode=0o700)
    if given is None:
        write_whole(library.secrets / "key", secrets.token_hex(KEY_BYTES) + "\n")
    else:
        _take_over(given, library.secrets)
    given_paths = [os.path.abspath(p) for p in paths]  # noqa: PTH100 - resolve() follows links
    write_whole(library.secrets / SOURCES, tomlkit.dumps({"paths": given_paths}))
    return library
