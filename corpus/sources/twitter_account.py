"""Whose X archive it is: account.js, and user_details.js of old archives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from corpus.sources.file import File
from corpus.sources.json_items import named, string, whole
from corpus.sources.piece import Claim

FOLDERS = ("", "../", "../../", "../data/", "../../data/", "../../js/")
BESIDE = (
    *(f"{folder}account.js" for folder in FOLDERS),
    *(f"{folder}user_details.js" for folder in FOLDERS),
    "note-tweet*.js",
    "tweet*.js",
)
"""The files of the archive that another one is read with."""

EVIDENCE = "account.js names this account as the archive's own"


@dataclass(frozen=True, slots=True)
class Account:
    """The archive's account: its number, its screen name and the name shown."""

    id: str = ""
    screen_name: str = ""
    name: str = ""

    @property
    def handle(self) -> str | None:
        """The author's handle, None when no account file stands beside."""
        if self.id:
            return f"twitter:{self.id}"
        return f"twitter:@{self.screen_name.lower()}" if self.screen_name else None


def told_account(file: File) -> Account:
    """Return the account that `file` tells; one without id and names if it tells none."""
    told: Any = whole(file)
    told = told[0] if isinstance(told, list) and told else told
    account = named(told, "account")
    if not account and isinstance(told, dict):
        account = told
        return Account(
            _text(account.get("id")),
            string(account.get("screen_name")),
            string(account.get("full_name")),
        )
    return Account(
        _text(account.get("accountId")),
        string(account.get("username")),
        string(account.get("accountDisplayName")),
    )


def _text(value: object) -> str:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def account_beside(file: File) -> Account:
    """Return the account of the archive that `file` is in."""
    for pattern in BESIDE[: 2 * len(FOLDERS)]:
        for found in file.beside(pattern):
            status = found.path.stat()
            told = _cached(found, status.st_mtime_ns, status.st_size)
            if told.handle:
                return told
    return Account()


@lru_cache(maxsize=4)
def _cached(file: File, *_: int) -> Account:
    return told_account(file)


def claims(account: Account) -> Iterator[Claim]:
    """Yield that the account is «me», by its number and by its screen name."""
    name = account.name or account.screen_name or None
    if account.id:
        yield Claim(f"twitter:{account.id}", EVIDENCE, strong=True, name=name)
    if account.screen_name:
        handle = f"twitter:@{account.screen_name.lower()}"
        yield Claim(handle, EVIDENCE, strong=True, name=name)
