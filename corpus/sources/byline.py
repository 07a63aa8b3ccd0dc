"""Who a document says wrote it: names that programs fill in by themselves name nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.sources.piece import Claim

PLACEHOLDERS = frozenset(
    (
        *("", "admin", "administrator", "anonymous", "apple", "author", "author name", "autor"),
        *("auteur", "benutzer", "computer", "convertio", "default", "dell", "editor", "forfatter"),
        *("google", "guest", "hp", "ilovepdf", "lenovo", "libreoffice", "me", "microsoft"),
        *("microsoft corporation", "microsoft office user", "microsoft office-bruker", "n/a"),
        *("none", "owner", "pc", "pdfmake", "python-docx", "root", "test", "un-named", "unknown"),
        *("unknown author", "unnamed", "user", "user name", "username", "usuario", "utente"),
        *("utilisateur", "utilisateur windows", "windows user", "windows-benutzer", "word"),
        *("usuario de windows", "usuário do windows", "windows-bruker", "your name", "uzytkownik"),
        *("openpyxl", "pandoc", "calibre", "latex", "tex", "docutils", "apache poi", "aspose"),
    )
)
MAX_NAME = 120
PROGRAM = re.compile(r"(?i)(?:microsoft|adobe|libreoffice|openoffice|apache|pdf|canva|docx)\b.*\d")


def writer(told: object) -> str | None:
    """Return the name `told` by a document's author field, None when it names nobody.

    >>> writer(" Ann  Lee "), writer("Microsoft Office User"), writer("HP")
    ('Ann Lee', None, None)
    """
    if not isinstance(told, str):
        return None
    name = " ".join(told.replace("\0", "").split()).strip(" ,;")
    if name.casefold() in PLACEHOLDERS or len(name) > MAX_NAME or PROGRAM.match(name):
        return None
    return name if any(c.isalpha() for c in name) else None


def writers(told: object) -> list[str]:
    """Return the names in an author field of several, which «;» or «and» part, without repeats.

    >>> writers("Ann Lee; Bo Ek and Cy")
    ['Ann Lee', 'Bo Ek', 'Cy']
    """
    parts = re.split(r"\s*[;\n\r&]\s*|\s+and\s+", told) if isinstance(told, str) else []
    return list(dict.fromkeys(name for part in parts if (name := writer(part))))


def same_name(one: str | None, other: str | None) -> bool:
    """Return whether two display names are spelled alike."""
    return bool(one and other) and str(one).casefold() == str(other).casefold()


def people_of(names: list[str]) -> list[tuple[str, str | None]]:
    """Return display names as handles, each with the name."""
    return [(f"name:{name}", name) for name in names]


def claims(names: list[str], what: str) -> Iterator[Claim]:
    """Yield the weak claim that whoever `what` names as its only author is «me»."""
    if len(names) == 1:
        evidence = f"named as the author of {what}"
        yield Claim(f"name:{names[0]}", evidence, strong=False, name=names[0])
