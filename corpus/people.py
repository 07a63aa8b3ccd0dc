"""Who is who: the person whose library this is, and the people in it (`secrets/people.toml`)."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import Field

from corpus.keys import digest, keyed
from corpus.stage import Section


class Person(Section):
    """One person: display names and handles («email:ann@example.org», «phone:+4790000000»)."""

    names: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()


class People(Section):
    """The identity table: `me`, the others, and values a person allows or denies by hand.

    `allow` lists values that are never redacted, `deny` values that always are.
    """

    me: Person = Person()
    person: tuple[Person, ...] = ()
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    evidence: dict[str, str] = Field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> People:
        """Return the table in the TOML file at `path`; an absent file is an empty table."""
        return (
            cls.model_validate(tomllib.loads(path.read_text("utf-8"))) if path.exists() else cls()
        )

    def key(self) -> str:
        """Return the digest that stages hold instead of the table."""
        return digest("people", self.model_dump(mode="json"))

    def owner(self, handle: str | None) -> str | None:
        """Return who `handle` belongs to: «me», «person:<n>», the handle itself, or None."""
        if handle is None:
            return None
        wanted = normal(handle)
        if wanted in {normal(h) for h in self.me.handles}:
            return "me"
        for n, person in enumerate(self.person):
            if wanted in {normal(h) for h in person.handles}:
                return f"person:{n}"
        return wanted


def normal(handle: str) -> str:
    """Return `handle` in the form in which equal ones are equal: case-folded, spaces joined.

    >>> normal("email:Ann@Example.org ") == normal("email:ann@example.org")
    True
    """
    return " ".join(handle.casefold().split())


def author_id(key: bytes, people: People, handle: str | None) -> str | None:
    """Return the opaque id of whoever `handle` belongs to; equal handles give equal ids."""
    owner = people.owner(handle)
    return None if owner is None else "p" + keyed(key, "author", owner)
