"""Finds the tokenizers on this machine that ours are measured beside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tokenizer.base import NoBase, open_base
from tokenizer.measure import Subject, reference

LARGEST = 64 << 20
"""Bytes of a tokenizer.json beyond which it is not read."""


class Reference(NamedTuple):
    """Somebody else's tokenizer: what it is called, and the folder with its `tokenizer.json`."""

    name: str
    folder: Path


def references(bases: Path, most: int) -> list[Reference]:
    """Return those in `bases`, and at most `most` of the Hugging Face cache, by name."""
    found = [Reference(f"base/{name}", folder) for name, folder in _beside(bases)]
    return found + [Reference(*told) for told in sorted(_cached())][: max(0, most)]


def _beside(bases: Path) -> list[tuple[str, Path]]:
    folders = sorted(bases.iterdir()) if bases.is_dir() else []
    return [(f.name, f) for f in folders if _is_there(f)]


def _cached() -> Iterator[tuple[str, Path]]:
    """Yield the newest snapshot of each model in the cache that has a tokenizer."""
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface")
    hub = Path(os.environ.get("HF_HUB_CACHE") or home / "hub")
    for model in hub.glob("models--*"):
        name = model.name.removeprefix("models--").replace("--", "/")
        main = model / "refs" / "main"
        told = main.read_text("utf-8").strip() if main.is_file() else ""
        folders = [model / "snapshots" / told] if told else sorted(model.glob("snapshots/*"))
        yield from ((name, folder) for folder in folders[-1:] if _is_there(folder))


def _is_there(folder: Path) -> bool:
    file = folder / "tokenizer.json"
    return file.is_file() and file.stat().st_size <= LARGEST


def opened(found: Reference) -> Subject | None:
    """Return `found` as what is measured; None when it cannot be read."""
    try:
        return reference(found.name, open_base(found.folder, found.name))
    except NoBase:
        return None
