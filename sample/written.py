"""Read the hand-written sources in `pieces/`: blocks of text under lines that begin with «=== »."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import ftfy.bad_codecs

HERE = Path(__file__).parent / "pieces"
EXPORTS = Path(__file__).parent / "exports"
SECRETS = Path(__file__).parent / "secrets"
TRUTH = Path(__file__).parent / "truth.json"


@dataclass(slots=True)
class Block:
    """One block of a source: its heading line, header fields, and text."""

    head: str
    fields: dict[str, str]
    text: str


@dataclass(slots=True)
class Shown:
    """One piece as an export holds it: where, and the right text that a reader should end with.

    `text` is the author's own words; `header` what stands around them (addresses, subject);
    `quoted` and `signed` what must be cut from them. `mojibake` says that the file holds `text`
    double-encoded, `others` that someone else wrote it.
    """

    file: str
    place: str
    text: str
    header: str = ""
    quoted: str = ""
    signed: str = ""
    mojibake: bool = False
    others: bool = False


@dataclass(slots=True)
class Export:
    """What is being made: the bytes of each file, the pieces in them, and the account of each."""

    files: dict[str, bytes] = field(default_factory=dict)
    pieces: list[Shown] = field(default_factory=list)
    accounts: dict[str, dict[str, object]] = field(default_factory=dict)

    def add(
        self, path: str, data: bytes, source: str, pieces: list[Shown], dropped: int = 0
    ) -> None:
        """Add a file whose `pieces` are its documents; `dropped` items of it are none."""
        self.files[path] = data
        self.account(path, source, pieces, dropped)

    def account(self, path: str, source: str, pieces: list[Shown], dropped: int = 0) -> None:
        """Note what a file, or the member «archive!member» of one, holds."""
        self.pieces.extend(pieces)
        self.accounts[path] = {
            "source": source,
            "documents": len(pieces),
            "dropped": dropped,
            "errored": 0,
        }

    def refuse(self, path: str, data: bytes | None, reason: str) -> None:
        """Add a file that no document comes from; `data` is None for a member of an archive."""
        if data is not None:
            self.files[path] = data
        self.accounts[path] = {"source": None, "documents": 0, "refused": reason}


def blocks(name: str) -> list[Block]:
    """Return the blocks of the source `name`; fields end at a line «---» if the block has any."""
    out = []
    for part in re.split(r"^=== ", (HERE / name).read_text("utf-8"), flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        fields: dict[str, str] = {}
        if re.match(r"[\w-]+: ", body):
            top, _, body = body.partition("---\n")
            fields = dict(line.split(": ", 1) for line in top.strip().split("\n"))
        out.append(Block(head.strip(), fields, body.strip("\n")))
    return out


def told(name: str) -> dict[str, list]:
    """Return the TOML file `name` of the sources."""
    return tomllib.loads((HERE / name).read_text("utf-8"))


def doubled(text: str) -> str:
    """Return `text` as it looks when its UTF-8 was read as Windows-1252.

    >>> doubled("café")
    'cafÃ©'
    """
    ftfy.bad_codecs.ok()
    return text.encode("utf-8").decode("sloppy-windows-1252")


def moment(stamp: str) -> datetime:
    """Return the time that an ISO stamp names, as London's clock showed it."""
    return datetime.fromisoformat(stamp).replace(tzinfo=ZoneInfo("Europe/London"))
