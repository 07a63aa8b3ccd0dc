"""A person's decisions in `secrets/pins.toml`: on documents, on values, and sign-offs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import tomlkit

from corpus import by_hand
from corpus.redact.pins import ValuePin
from corpus.stage import Section
from store.library import Library
from store.objects import write_whole

FILE = "pins.toml"


class Signed(Section):
    """A sign-off: who let the corpus with this digest be published, or did not."""

    digest: str
    reviewer: str
    approved: bool
    note: str = ""
    when: str = ""


def value_pins(library: Library) -> tuple[ValuePin, ...]:
    """Return the decisions on values, in the order of their hashes."""
    pins = (ValuePin.model_validate(told) for told in _read(library).get("value", []))
    return tuple(sorted(pins, key=lambda p: (p.type, p.hmac)))


def pin_value(library: Library, pinned: ValuePin) -> None:
    """Record a decision; it replaces an earlier one on the same value."""
    told = _read(library)
    others = [v for v in told.get("value", []) if v["hmac"] != pinned.hmac]
    _write(library, told | {"value": [*others, pinned.model_dump(mode="json")]})


def unpin_value(library: Library, hmac: str) -> bool:
    """Take a decision back; returns whether there was one."""
    told = _read(library)
    pinned = told.get("value", [])
    left = [v for v in pinned if v["hmac"] != hmac]
    _write(library, told | {"value": left})
    return len(left) < len(pinned)


def sign(library: Library, signed: Signed) -> None:
    """Record a sign-off; the last one for a digest counts."""
    told = _read(library)
    others = [s for s in told.get("signed", []) if s["digest"] != signed.digest]
    stamped = signed.model_copy(update={"when": datetime.now(UTC).isoformat(timespec="seconds")})
    _write(library, told | {"signed": [*others, stamped.model_dump(mode="json")]})


def signed_for(library: Library, digest: str) -> Signed | None:
    """Return the sign-off for the corpus with this digest, if any."""
    told = (Signed.model_validate(s) for s in _read(library).get("signed", []))
    return next((s for s in told if s.digest == digest), None)


def _read(library: Library) -> dict[str, Any]:
    return by_hand.told(library.secrets / FILE)


def _write(library: Library, told: dict[str, Any]) -> None:
    write_whole(library.secrets / FILE, tomlkit.dumps(told))
