"""Whose folders of sent mail are: surely only those of who wrote nearly all that is in one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from corpus.people import People, normal

Claim = Mapping[str, Any]

NEARLY_ALL = 0.9
"""Share of a folder's mail that one person must have written for it to be surely theirs."""
FEW = 3
"""How many people unlike each other may be «me» for their folders alone: where more have one, the
mail is that of a firm or a list."""
WORTH_ASKING = 0.05
"""Share of a folder's mail below which nobody is asked whether they wrote it."""
AMONG_OTHERS = "wrote mail that is filed as sent, as others did"
ME = "me"
_ASIDE = re.compile(r"\([^()]*\)|\[[^][]*\]")
_WORD = re.compile(r"\w+")


def weighed(claims: Iterable[Claim], people: People) -> list[Claim]:
    """Return `claims` with those on sent mail, which have a `mailbox`, strong only where sure.

    Addresses under one name or with one local part count as one person's here, and all of «me» in
    `people`, whose folder it is if they wrote anything in it. Whom `people` lists as somebody
    else does not count. Who wrote little of a folder is not asked about.
    """
    claims = list(claims)
    out = [c for c in claims if not c.get("mailbox")]
    sent = [c for c in claims if c.get("mailbox") and not _anothers(c["handle"], people)]
    persons = _persons(sent, people)
    boxes: dict[str, Counter[str]] = defaultdict(Counter)
    for claim in sent:
        boxes[claim["mailbox"]][persons[normal(claim["handle"])]] += claim["messages"]
    owners = {box: _owner(wrote) for box, wrote in boxes.items()}
    found = set(owners.values()) - {None}
    sure = found if len(found - {ME}) <= FEW else found & {ME}
    for claim in sent:
        wrote, who = boxes[claim["mailbox"]], persons[normal(claim["handle"])]
        if who in sure and who == owners[claim["mailbox"]]:
            out.append(claim)
        elif wrote[who] >= WORTH_ASKING * wrote.total():
            out.append({**claim, "strong": False, "evidence": AMONG_OTHERS})
    return out


def _anothers(handle: str, people: People) -> bool:
    """Return whether `people` lists a handle as not one's own."""
    return people.denies(handle) or people.person_of(handle) not in (None, ME)


def _owner(wrote: Counter[str]) -> str | None:
    """Return the person who wrote nearly all mail of a folder; None if nobody did."""
    first = ME if ME in wrote else wrote.most_common(1)[0][0]
    return first if wrote[first] >= NEARLY_ALL * wrote.total() else None


def _persons(sent: Iterable[Claim], people: People) -> dict[str, str]:
    """Return each handle, in its normal form, with one name for all that are one person's."""
    above: dict[str, str] = {}

    def top(sign: str) -> str:
        while above.setdefault(sign, sign) != sign:
            sign = above[sign]
        return sign

    handles = set()
    for claim in sent:
        handle = normal(claim["handle"])
        handles.add(handle)
        for sign in _signs(claim, people):
            tops = {top(handle), top(sign)}
            first = ME if ME in tops else min(tops)
            above.update(dict.fromkeys(tops, first))
    return {handle: top(handle) for handle in handles}


def _signs(claim: Claim, people: People) -> Iterator[str]:
    """Yield what the addresses of one person share: local part, name, that they are «me»."""
    kind, _, address = normal(claim["handle"]).partition(":")
    if kind == "email":
        yield f"local part {address.rpartition('@')[0]}"
    name = _bare(claim["name"] or "")
    if name:
        yield f"name {name}"
    if people.person_of(claim["handle"]) == ME or (name and name in map(_bare, people.me.names)):
        yield ME


def _bare(name: str) -> str:
    """Return a display name in the form in which equal ones are equal.

    >>> _bare("Lee, Ann (Oslo)") == _bare("ann lee")
    True
    """
    return " ".join(sorted(_WORD.findall(_ASIDE.sub(" ", normal(f"name:{name}"))[5:])))
