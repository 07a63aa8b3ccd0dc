"""A library's published files on an object store, kept in a folder here as they are needed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.keys import digest, file_digest
from store.library import CATALOGUE
from store.objects import TEMPORARY, fsync, write_whole

SEEN = "seen"
"""File in the folder that says which catalogue its files belong to."""


class NotReached(RuntimeError):
    """A file of a library on an object store could not be read."""


def is_remote(library: Path | str) -> bool:
    """Tell whether `library` is a URL that fsspec opens, such as s3://bucket/library.

    >>> is_remote("s3://bucket/library"), is_remote("/home/ann/library")
    (True, False)
    """
    return isinstance(library, str) and "://" in library


def cache_folder(url: str) -> Path:
    """Return where files of the library at `url` are kept, unless another folder is given."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "commonplace" / digest(url)[:16]


def fetch_catalogue(url: str, folder: Path) -> None:
    """Bring `corpus.duckdb` of the library at `url` into `folder`, unless it is there already.

    A new catalogue empties the folder first: what it no longer names may be forgotten writing.
    Raises NotReached.
    """
    files, root = _opened(url)
    try:
        state = str(files.ukey(f"{root}/{CATALOGUE}"))
    except Exception as error:
        raise _unreached(url, CATALOGUE, error) from None
    seen = folder / SEEN
    if seen.is_file() and (folder / CATALOGUE).is_file() and seen.read_text("utf-8") == state:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    fetch(url, {CATALOGUE: None}, folder)
    write_whole(seen, state)


def fetch(url: str, paths: Mapping[str, str | None], folder: Path) -> None:
    """Bring the files at `paths` of the library at `url` to the same paths in `folder`.

    `paths` gives their digests, where they are known; one that is there and has its digest is not
    asked for. Each appears whole or not at all. Raises NotReached.
    """
    files, root = _opened(url)
    for path, expected in paths.items():
        target = folder / path
        if target.is_file() and expected in (None, file_digest(target)):
            continue
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = target.with_name(f"{TEMPORARY}{os.getpid()}-{target.name}")
        try:
            files.get_file(f"{root}/{path}", str(temporary))
            fsync(temporary)
            if expected not in (None, file_digest(temporary)):
                raise NotReached(f"{url}: {path} is not what the catalogue says; copy both again")
            temporary.replace(target)
        except NotReached:
            raise
        except Exception as error:
            raise _unreached(url, path, error) from None
        finally:
            temporary.unlink(missing_ok=True)


def _opened(url: str) -> tuple[Any, str]:
    import fsspec  # only for those who need it

    try:
        files, root = fsspec.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise NotReached(f"{url}: {error}") from None
    files.invalidate_cache()  # a listing of before would hide a new catalogue
    return files, root.rstrip("/")


def _unreached(url: str, path: str, error: Exception) -> NotReached:
    if isinstance(error, FileNotFoundError):
        return NotReached(
            f"{url}: {path} is not there; copy the library's corpus.duckdb and shards/ there again"
        )
    kind = type(error).__name__  # its message may hold credentials of a signed address
    return NotReached(f"{url}: {path} cannot be read ({kind}); check the address and your access")
