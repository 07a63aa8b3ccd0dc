"""Who is who: the person whose library this is, and the people in it (`secrets/people.toml`)."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import Field

from corpus.by_hand import understood
from corpus.keys import digest, keyed
from corpus.stage import Section

TAGGED = frozenset(
    "gmail.com outlook.com hotmail.com live.com icloud.com me.com mac.com proton.me protonmail.com "
    "pm.me fastmail.com fastmail.fm".split()
)
"""Mail services that deliver ann+tag@… to ann@…, as their help pages say."""
_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")


class Person(Section):
    """One person: display names and handles («email:ann@example.org», «phone:+4790000000»)."""

    names: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()


class People(Section):
    """The identity table: `me`, the others, and values a person allows or denies by hand.

    `not_me` lists handles that are not one's own although an export says so. `allow` lists values
    that are never redacted, `deny` values that always are.
    """

    me: Person = Person()
    not_me: tuple[str, ...] = ()
    person: tuple[Person, ...] = ()
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    evidence: dict[str, str] = Field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> People:
        """Return the table in the TOML file at `path`, empty if absent. Raises Unreadable."""
        return understood(path, cls)

    def key(self) -> str:
        """Return the digest that stages hold instead of the table."""
        return digest("people", self.model_dump(mode="json"))

    @cached_property
    def _owners(self) -> dict[str, str]:
        """Who owns each handle, in its normal form; «me» before others, earlier before later."""
        listed = [(f"person:{n}", p.handles) for n, p in enumerate(self.person)]
        owners: dict[str, str] = {}
        for owner, handles in [("me", self.me.handles), *listed]:
            for handle in handles:
                owners.setdefault(normal(handle), owner)
        return owners

    def person_of(self, handle: str | None) -> str | None:
        """Return who is listed with `handle`: «me», «person:<n>», or None."""
        return None if handle is None else self._owners.get(normal(handle))

    def denies(self, handle: str) -> bool:
        """Return whether `handle` is listed as not one's own."""
        return normal(handle) in {normal(h) for h in self.not_me}

    def owner(self, handle: str | None) -> str | None:
        """Return who `handle` belongs to: «me», «person:<n>», the handle itself, or None."""
        return None if handle is None else self.person_of(handle) or normal(handle)


def key_type(handle: str) -> str:
    """Return what a handle is: «email», «phone», «name», or the kind of source whose id it is.

    >>> key_type("email:ann@example.org"), key_type("slack:U024"), key_type("@ann")
    ('email', 'slack', 'handle')
    """
    kind, colon, _ = handle.partition(":")
    return kind if colon else "handle"


@lru_cache(maxsize=65_536)
def normal(handle: str) -> str:
    """Return `handle` in the form in which equal ones are equal.

    Text is NFKC, case-folded, without direction marks, spaces joined. Of an address the «+tag»
    goes at the services that deliver it to the same person, and Gmail's dots go too; a phone
    number keeps its digits; of a name WhatsApp's «~» goes, and emoji; of others the «@».

    >>> normal("email:Ann.Lee+news@Gmail.com ") == normal("email:annlee@googlemail.com")
    True
    >>> normal("phone:+47 900 00 000"), normal("name:~ Åse 🌻")
    ('phone:+4790000000', 'name:åse')
    """
    handle = " ".join(_MARKS.sub("", unicodedata.normalize("NFKC", handle)).casefold().split())
    kind, colon, value = handle.partition(":")
    value = value.strip()
    if not colon:
        return handle.removeprefix("@")
    if kind == "email":
        return f"email:{_mailbox(value)}"
    if kind == "phone":
        return f"phone:{'+' * value.startswith('+')}{''.join(c for c in value if c.isdigit())}"
    if kind == "name":
        bare = " ".join(_EMOJI.sub("", value.removeprefix("~")).split())
        return f"name:{bare or value}"
    return f"{kind}:{value.removeprefix('@')}"


def _mailbox(address: str) -> str:
    local, at, domain = address.rpartition("@")
    domain = "gmail.com" if domain == "googlemail.com" else domain
    if domain in TAGGED:
        local = local.partition("+")[0] or local
    if domain == "gmail.com":
        local = local.replace(".", "")
    return f"{local}{at}{domain}"


def author_id(key: bytes, people: People, handle: str | None, scope: str) -> str | None:
    """Return the opaque id of whoever `handle` belongs to; equal handles give equal ids.

    A bare name says who wrote only within `scope`, its conversation: equal names of two
    conversations are one person only when people.toml lists the name.
    """
    owner = people.owner(handle)
    if owner is None:
        return None
    bare = key_type(owner) == "name" and people.person_of(handle) is None
    return "p" + keyed(key, "author", owner, *([scope] if bare else []))
