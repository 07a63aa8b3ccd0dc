"""Records of an AT Protocol repository in a CAR file, by path; damage costs only its block."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import libipld

MAX_HEADER = 1 << 16
MAX_BLOCK = 8 << 20
SHA256 = b"\x12\x20"
CID = 36  # bytes of a CID of version 1 with a SHA-256 digest; no others stand in repositories
MAX_NODES = 5_000_000
DAMAGED = "a damaged or missing block"
CUT = "the file is damaged or ends early"


@dataclass(slots=True)
class Repository:
    """Where each block of the file stands, and what its commit says."""

    stream: BinaryIO
    blocks: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    did: str = ""
    data: bytes | None = None
    cut: bool = False

    def value(self, cid: object) -> Any:
        """Return the object in a block; None if it is missing or not what its CID says."""
        at = self.blocks.get(cid) if isinstance(cid, bytes) else None
        if at is None or not isinstance(cid, bytes):
            return None
        self.stream.seek(at[0])
        data = self.stream.read(at[1])
        if hashlib.sha256(data).digest() != cid[-32:]:
            return None
        try:
            return libipld.decode_dag_cbor(data)
        except (ValueError, RecursionError, OverflowError):
            return None


def opened(stream: BinaryIO) -> Repository:
    """Return the repository in `stream`, as far as it can be read."""
    repository = Repository(stream)
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    length = _number(stream)
    header = stream.read(length) if length is not None and length <= MAX_HEADER else b""
    roots = _roots(header)
    at = stream.tell()
    while at < size:
        length = _number(stream)
        start = stream.tell()
        if length is None or not CID < length <= MAX_BLOCK or start + length > size:
            repository.cut = True
            break
        cid = stream.read(CID)
        if cid[2:4] == SHA256:
            repository.blocks[cid] = (start + CID, length - CID)
        at = stream.seek(start + length)
    _commit(repository, roots)
    return repository


def _number(stream: BinaryIO) -> int | None:
    """Return the next variable-length number."""
    number = 0
    for shift in range(0, 63, 7):
        byte = stream.read(1)
        if not byte:
            return None
        number |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return number
    return None


def _roots(header: bytes) -> list[object]:
    try:
        told = libipld.decode_dag_cbor(header)
    except (ValueError, RecursionError, OverflowError):
        return []
    roots = told.get("roots") if isinstance(told, dict) else None
    return roots if isinstance(roots, list) else []


def _commit(repository: Repository, roots: list[object]) -> None:
    """Find the commit: the first root, or in a damaged file any block that is one."""
    for cid in (*roots, *repository.blocks):
        told = repository.value(cid)
        if isinstance(told, dict) and isinstance(told.get("did"), str) and "data" in told:
            repository.did = told["did"]
            repository.data = told["data"] if isinstance(told["data"], bytes) else None
            return


def records(repository: Repository) -> Iterator[tuple[str | None, Any]]:
    """Yield each record with its path, «collection/key», in the order of the paths.

    A record that cannot be read is None; one that no path leads to, because the tree is damaged,
    has the path None and comes last.
    """
    seen: set[bytes] = set()
    whole = True
    for path, cid in _leaves(repository, repository.data, seen):
        if path is None:
            whole = False
            yield None, None
        else:
            seen.add(cid)
            yield path, repository.value(cid)
    if whole and not repository.cut and repository.data is not None:
        return
    for cid in repository.blocks:
        told = repository.value(cid) if cid not in seen else None
        if isinstance(told, dict) and isinstance(told.get("$type"), str):
            yield None, told


def _leaves(
    repository: Repository, root: bytes | None, seen: set[bytes]
) -> Iterator[tuple[str | None, bytes]]:
    """Yield path and CID of each leaf below `root`; (None, CID) for a part that cannot be read."""
    # What is still to do: a node by its CID, or a leaf by its path and CID.
    todo: list[tuple[str | None, object]] = [(None, root)] if root else []
    while todo:
        path, cid = todo.pop()
        if not isinstance(cid, bytes):
            continue
        if path is not None:
            yield path, cid
            continue
        if cid in seen or len(seen) > MAX_NODES:
            continue
        seen.add(cid)
        node = repository.value(cid)
        if not isinstance(node, dict) or not isinstance(node.get("e"), list):
            yield None, cid
            continue
        todo.extend(reversed([(None, node.get("l")), *_entries(node["e"])]))


def _entries(told: list[Any]) -> Iterator[tuple[str | None, object]]:
    key = b""
    for entry in told:
        if not isinstance(entry, dict):
            continue
        shared, rest = entry.get("p"), entry.get("k")
        if isinstance(shared, int) and isinstance(rest, bytes) and 0 <= shared <= len(key):
            key = key[:shared] + rest
            yield key.decode("utf-8", "replace"), entry.get("v")
        yield None, entry.get("t")
