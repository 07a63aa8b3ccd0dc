"""Who and what the ids of a Slack export stand for, from the lists beside its messages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from corpus.sources.elements import elements, listed, mapping, string
from corpus.sources.file import File

LISTS = ("users", "channels", "groups", "dms", "mpims")
SLACKBOT = "USLACKBOT"
ID = re.compile(r"[CGD][A-Z0-9]{6,20}")
MENTION = re.compile(r"<@([UW][A-Z0-9]{2,20})[|>]")
MOST_MENTIONED = 20
MOST_MEMBERS = 20  # of a direct conversation; a list of a channel's members says little
MIN_DIRECT = 3


@dataclass(slots=True)
class Workspace:
    """The people and channels of a workspace by id."""

    names: dict[str, str] = field(default_factory=dict)
    bots: set[str] = field(default_factory=lambda: {SLACKBOT})
    channels: dict[str, str] = field(default_factory=dict)
    direct: dict[str, list[str]] = field(default_factory=dict)

    def name(self, user: str) -> str | None:
        """Return the display name of the user with this id."""
        return self.names.get(user)

    def is_bot(self, user: str | None) -> bool:
        """Return whether a user is a program."""
        return user in self.bots

    def channel_id(self, folder: str) -> str:
        """Return the id of the channel whose folder is called `folder`; that name if unknown."""
        if folder in self.channels or folder in self.direct or ID.fullmatch(folder):
            return folder
        return next((id_ for id_, name in self.channels.items() if name == folder), folder)

    def channel_name(self, channel: str) -> str | None:
        """Return the name of a channel; direct conversations have none."""
        return None if channel in self.direct else self.channels.get(channel)

    def members(self, channel: str) -> list[str]:
        """Return the members of a direct conversation."""
        return self.direct.get(channel, [])

    def mentioned(self, raw: str) -> list[str]:
        """Return the users that a text in Slack's markup mentions."""
        return MENTION.findall(raw)[:MOST_MENTIONED]


def workspace_of(file: File, up: str) -> Workspace:
    """Return what the lists in the folder `up` («../» or «») from `file` say."""
    found = [f for name in LISTS for f in file.beside(f"{up}{name}.json")]
    return _workspace(tuple((f, *_version(f)) for f in found))


def _version(file: File) -> tuple[int, int]:
    status = file.path.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=2)  # asked anew for each day of each channel
def _workspace(lists: tuple[tuple[File, int, int], ...]) -> Workspace:
    space = Workspace()
    for file, *_ in lists:
        direct = re.split(r"[/!]", file.name)[-1] in ("dms.json", "mpims.json")
        for told in elements(file, "item"):
            entry = mapping(told)
            id_ = string(entry.get("id"))
            if id_ is None:
                continue
            if id_[0] in "UWB":
                _add_user(space, id_, entry)
                continue
            if direct:
                members = [m for m in listed(entry.get("members")) if isinstance(m, str)]
                space.direct[id_] = members[:MOST_MEMBERS]
            if name := string(entry.get("name")):
                space.channels[id_] = name
    return space


def _add_user(space: Workspace, id_: str, entry: dict[str, object]) -> None:
    profile = mapping(entry.get("profile"))
    names = (
        *(profile.get("display_name"), profile.get("real_name")),
        *(entry.get("real_name"), entry.get("name")),
    )
    name = next((n for n in names if isinstance(n, str) and n.strip()), None)
    if name:
        space.names[id_] = name.strip()
    if entry.get("is_bot") is True or profile.get("bot_id"):
        space.bots.add(id_)


def common_member(file: File) -> str | None:
    """Return the one user who is in every direct conversation that `file` lists, if any is."""
    sets = []
    for told in elements(file, "item"):
        entry = mapping(told)
        members = {m for m in listed(entry.get("members")) if isinstance(m, str)}
        if str(entry.get("id")).startswith("D") and len(members) > 1:
            sets.append(members - {SLACKBOT})
    sets = [members for members in sets if len(members) > 1]
    common = set.intersection(*sets) if len(sets) >= MIN_DIRECT else set()
    return common.pop() if len(common) == 1 else None
