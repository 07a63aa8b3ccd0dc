"""Names of members as their archive means them: old code pages told apart, repeats numbered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.sources.codepages import told_apart

PAGES = ("cp437", "cp850", "cp866", "cp932", "cp1252", "cp1251", "cp936", "cp949", "cp950", "cp852")


def decoded(names: Sequence[bytes]) -> list[str]:
    """Return raw names as text: UTF-8 where that fits, else the code page that fits them all.

    >>> decoded(["Übung.txt".encode("cp437"), "Straße.txt".encode("cp437")])
    ['Übung.txt', 'Straße.txt']
    """
    rest = []
    for name in names:
        try:
            name.decode("utf-8")
        except UnicodeDecodeError:
            rest.append(name)
    page = told_apart(b"\n".join(rest), PAGES) or "cp437"
    return [_decoded(name, page) for name in names]


def _decoded(name: bytes, page: str) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode(page, "replace")


def of_path(path: str) -> str:
    """Return a path of the file system whose bytes may be no UTF-8 as text.

    >>> of_path("bl\\udce5b\\udce6r.txt")
    'blåbær.txt'
    """
    if path.isascii():
        return path
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return "/".join(decoded([p.encode("utf-8", "surrogateescape") for p in path.split("/")]))
    return path


def distinct(names: Iterable[str]) -> list[str]:
    """Return `names` without «.» and doubled slashes, repeats numbered before the extension.

    >>> distinct(["./a.txt", "a.txt", "x//b"])
    ['a.txt', 'a (2).txt', 'x/b']
    """
    out: dict[str, None] = {}
    tidied = [_tidy(name) for name in names]
    taken = set(tidied)
    last: dict[str, int] = {}
    for name in tidied:
        unique = name
        while unique in out:
            last[name] = last.get(name, 1) + 1
            numbered = _numbered(name, last[name])
            unique = name if numbered in taken else numbered
        out[unique] = None
    return list(out)


def _tidy(name: str) -> str:
    lead = "/" if name.startswith("/") else ""
    tail = "/" if name.endswith("/") else ""
    inner = "/".join(part for part in name.split("/") if part not in ("", "."))
    return f"{lead}{inner}{tail}" if inner else lead


def _numbered(name: str, n: int) -> str:
    folder, slash, last = name.rpartition("/")
    stem, dot, extension = last.rpartition(".")
    told = f"{stem} ({n}).{extension}" if dot and stem else f"{last} ({n})"
    return f"{folder}{slash}{told}"
