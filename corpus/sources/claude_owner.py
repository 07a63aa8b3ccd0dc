"""Whose export of Claude a file is part of: the one account of its list of users."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from corpus.sources.elements import listed, mapping, string
from corpus.sources.file import File

BESIDE_USERS = ("users.json", "../users.json", "../*/users.json")


@dataclass(slots=True)
class Owner:
    """Who «me» is: the only user of the export, or else the account whose conversation is first.

    An export of a whole organisation lists several users and says nothing about which is «me».
    """

    account: str | None = None
    several: bool = False
    listed: bool = False

    def mine(self, account: str | None) -> bool | None:
        """Return whether what `account` wrote is one's own; None where the export cannot tell."""
        if self.several:
            return None
        self.account = self.account or account
        return account is None or account == self.account

    def handle(self, account: str | None) -> str:
        """Return the handle of `account`, or of the owner where none is told."""
        return f"claude:{account or self.account or 'user'}"


def owner_of(file: File) -> Owner:
    """Return the owner as the users.json of the same export tells."""
    for beside in [found for pattern in BESIDE_USERS for found in file.beside(pattern)]:
        users = [uuid for user in users_in(beside) if (uuid := string(user.get("uuid")))]
        if users:
            return Owner(users[0] if len(users) == 1 else None, len(users) > 1, True)
    return Owner()


def users_in(file: File) -> list[dict[str, Any]]:
    """Return the users that `file` lists; none where it is damaged."""
    try:
        told = json.loads(file.read_text()[0].removeprefix("\ufeff"))
    except (ValueError, RecursionError, OSError):
        return []
    return [mapping(user) for user in (told if isinstance(told, list) else listed([told]))]
