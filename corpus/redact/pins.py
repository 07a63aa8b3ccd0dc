"""Pins on values: a person's decisions to leave a value alone or to hide it, held by keyed hash."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

from corpus.keys import keyed
from corpus.people import People
from corpus.redact.fold import fold
from corpus.redact.known import kind
from corpus.redact.values import hmac_of
from corpus.stage import Section

Action = Literal["allow", "deny"]
ACTIONS: tuple[Action, ...] = ("allow", "deny")
_EDGES = ".,;:!?()[]{}<>\"'«»“”‘’`*_#|"
SHORTEST = 3


class ValuePin(Section):
    """A decision about a value: «allow» leaves it as it is, «deny» hides it wherever it stands.

    The value itself is not here: `hmac` is that of the redactions table, and `words` are the keyed
    hashes of its words, by which it is met again in the library's own texts.
    """

    hmac: str
    type: str
    action: Action
    words: tuple[str, ...]
    reason: str = ""


class TooShort(ValueError):
    """A value of so few characters would stand for other things wherever it is met."""


def pin(
    key: bytes, value: str, action: Action, type_: str = "", regions: tuple[str, ...] = ()
) -> ValuePin:
    """Return the decision about `value`; its type is guessed from its form when none is given.

    Raises TooShort for a value of fewer than `SHORTEST` letters and digits.
    """
    if sum(map(str.isalnum, value)) < SHORTEST:
        raise TooShort(f"a value of fewer than {SHORTEST} letters or digits cannot be pinned")
    type_ = type_ or kind(value)
    words = tuple(_word(key, word) for word in chunks(value))
    named = hmac_of(key, type_, value, regions)
    return ValuePin(hmac=named, type=type_, action=action, words=words)


def chunks(text: str) -> list[str]:
    """Return the words of `text` between white space, case-folded, without punctuation around.

    >>> chunks("(Ann Lee, +47 900)")
    ['ann', 'lee', '+47', '900']
    """
    folded = fold(unicodedata.normalize("NFC", text))
    return [word for chunk in folded.split() if (word := chunk.strip(_EDGES))]


def met(pins: Iterable[ValuePin], texts: Iterable[str], key: bytes) -> dict[ValuePin, str]:
    """Return the value of each pin all of whose words stand in `texts`, as written there, folded.

    Each different word of the texts is hashed once; a pin on what is nowhere is left out.
    """
    pins = list(pins)
    wanted = {word for pinned in pins for word in pinned.words}
    seen: set[str] = set()
    for text in texts if wanted else ():
        seen.update(chunks(text))
        seen.update(re.findall(r"\w+", fold(text)))
    plain = {hashed: word for word in seen if (hashed := _word(key, word)) in wanted}
    return {
        pinned: " ".join(plain[word] for word in pinned.words)
        for pinned in pins
        if pinned.words and all(word in plain for word in pinned.words)
    }


def heeded(
    people: People, pins: Iterable[ValuePin], texts: Iterable[str], key: bytes
) -> tuple[People, frozenset[str]]:
    """Return `people` with the pinned values among `allow` and `deny`, and those denied."""
    found = met(pins, texts, key)
    told = {a: tuple(sorted({v for p, v in found.items() if p.action == a})) for a in ACTIONS}
    changed = {
        "allow": tuple(v for v in (*people.allow, *told["allow"]) if v not in told["deny"]),
        "deny": tuple(v for v in (*people.deny, *told["deny"]) if v not in told["allow"]),
    }
    # A copy would keep what is cached of the old table.
    return People.model_validate(people.model_dump() | changed), frozenset(told["deny"])


def _word(key: bytes, word: str) -> str:
    return keyed(key, "pin", word)
