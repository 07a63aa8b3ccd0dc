"""Signal: the app's own export, and what signal-export and sigtop take from the desktop's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from corpus.sources import signal_desktop, signal_frames, signal_text
from corpus.sources.elements import never_silent
from corpus.sources.file import File
from corpus.sources.nesting import BOM
from corpus.sources.piece import Claim, Piece, Problem, Reading

BESIDE = ("main.jsonl", "data.json", "chat.md")
_VERSION = re.compile(rb'\s*\{\s*"version"\s*:\s*"?\d{1,4}"?\s*\}\s*\Z')
_PAGE = (b"<span class=sender>", b"<a href=#pg", b"<p class=body>")


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a file of Signal messages, or None."""
    head = head.removeprefix(BOM)
    for module in (signal_frames, signal_desktop, signal_text):
        if evidence := module.recognise(head):
            return evidence
    if _VERSION.match(head) and file.beside("main.jsonl"):
        return "the version of a Signal export"
    is_page = all(sign in head for sign in _PAGE)
    return "a page of signal-export" if is_page and _source_of(file) else None


def _source_of(file: File) -> list[File]:
    return [f for name in ("data.json", "chat.md") for f in file.beside(name)]


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of `file` as a piece or a problem, and the claims about who «me» is.

    signal-export writes each conversation three times; it is read from the richest one.
    """
    yield from never_silent(_read(file, reading))


def _read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    head = file.head().removeprefix(BOM)
    if signal_frames.recognise(head):
        yield from signal_frames.read(file)
    elif signal_desktop.recognise(head):
        yield from signal_desktop.read(file, reading)
    elif _VERSION.match(head):
        yield Problem("file", "the version of a Signal export; not writing")
    elif not signal_text.recognise(head) or _is_doubled(file):
        yield Problem("file", "the same messages stand in another file beside it")
    else:
        yield from signal_text.read(file, reading)


def _is_doubled(file: File) -> bool:
    """Return whether the conversation stands beside the text in a form that keeps more."""
    is_text = PurePosixPath(re.sub("!", "/", file.name)).name in ("chat.md", "index.md")
    return is_text and any(signal_desktop.recognise(f.head()) for f in file.beside("data.json"))
