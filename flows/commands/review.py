"""The command `review`: what was replaced on weak grounds, decided by a person at the terminal.

Text is shown on the screen alone: never to a pipe or a file, never as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from corpus.redact.pins import Action, pin
from corpus.redact.review import Doubt, doubts
from corpus.redact.surrogates import shape
from corpus.redact.values import opened
from flows import show
from flows.pointer import LEAST, Redacted, redacted_now
from flows.settings import Settings
from store.library import Library
from store.originals import NoOriginals
from store.pins import Signed, pin_value, sign, signed_for, unpin_value, value_pins

AROUND = 60
"""Characters shown on either side of a value."""
KEYS: dict[str, Action] = {"a": "allow", "d": "deny"}
ASK = "\\[a]llow: leave it as it is   \\[d]eny: hide it everywhere   \\[s]kip   \\[q]uit: "


def review(library: Path, everything: bool, as_json: bool) -> None:
    """List the values in doubt; on a terminal each is shown, and a key decides about it.

    With `everything` those decided before are listed as well. Raises NoOriginals when nothing is
    there to review.
    """
    opened_library = Library.open(library)
    now = _now(opened_library)
    settings, _ = Settings.resolve(opened_library.settings)
    listed = _doubts(opened_library, now, settings.review.below)
    left = [d for d in listed if everything or not d.decided]
    signed = signed_for(opened_library, now.digest)
    if as_json:
        told = {"digest": now.digest, "signed": signed.approved if signed else None}
        print(json.dumps({**told, "values": [d.told() for d in left]}, indent=1))
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        _ask(opened_library, now, left, settings.redact.regions)
    else:
        header = ["type", "rule", "score", "shape", "spans", "documents", "decided", "hmac"]
        show.table(header, [[d.told()[name] for name in header] for d in left], "In doubt")
    _close(library, now, listed, signed)


def _now(library: Library) -> Redacted:
    now = redacted_now(library)
    if now is None:
        raise NoOriginals(
            "nothing to review: objects/ holds no redacted corpus; run commonplace build first"
        )
    return now


def _doubts(library: Library, now: Redacted, below: float) -> list[Doubt]:
    tables = [library.objects.table(shard, "redactions") for shard in now.hidden]
    rows = pa.concat_tables(tables).to_pylist() if tables else []
    return doubts(rows, below, value_pins(library))


def _close(library: Path, now: Redacted, listed: Sequence[Doubt], signed: Signed | None) -> None:
    left = sum(not d.decided for d in listed)
    show.out.print(
        f"Values in doubt: {len(listed):,}, undecided: {left:,}. Decide without a terminal: "
        f"commonplace pin {library} HMAC allow|deny; it acts from the next build on."
    )
    state = "not signed for" if signed is None else "approved" if signed.approved else "refused"
    show.out.print(f"The corpus {now.digest} is {state}.")


def _ask(library: Library, now: Redacted, left: Sequence[Doubt], regions: tuple[str, ...]) -> None:
    """Show each value where it stands, the rest of the text as published, and heed the keys."""
    texts = _texts(library, now, {place[0] for doubt in left for place in doubt.places})
    values = _values(library, now, left)
    for n, doubt in enumerate(left, start=1):
        value = values.get(doubt.hmac, "")
        told = f"{doubt.spans:,} times in {doubt.documents:,} documents, {doubt.rule}"
        show.out.rule(f"{n} of {len(left)}: {doubt.type}, score {doubt.score:.2f}, {told}")
        for document, field, start, end in doubt.places:
            show.out.print(_shown(texts.get(document, {}).get(field) or "", start, end, value))
        key = show.out.input(ASK).strip().lower()[:1]
        if key == "q":
            return
        if key in KEYS and value:
            pin_value(library, pin(library.key, value, KEYS[key], doubt.type, regions))


def _shown(text: str, start: int, end: int, value: str) -> str:
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    before, after = (" ".join(part.split("\n")) for part in (before, after))
    return f"… {show.plain(before)}[bold]{show.plain(value)}[/bold]{show.plain(after)} …"


def _texts(library: Library, now: Redacted, ids: set[str]) -> dict[str, Mapping[str, str | None]]:
    columns, wanted = ["id", "text", "title", "metadata"], pa.array(sorted(ids), pa.string())
    found = {}
    for shard in now.hidden:
        table = library.objects.table(shard, "documents", columns)
        for row in table.filter(pc.is_in(table["id"], value_set=wanted)).to_pylist():
            found[row["id"]] = row
    return found


def _values(library: Library, now: Redacted, left: Sequence[Doubt]) -> dict[str, str]:
    """Return hmac → the value, of several written forms that of the shape told."""
    shapes = {doubt.hmac: doubt.shape for doubt in left}
    table = library.objects.table(now.originals, "originals")
    wanted = pa.array(sorted(shapes), pa.string())
    out: dict[str, str] = {}
    for row in table.filter(pc.is_in(table["hmac"], value_set=wanted)).to_pylist():
        value = opened(library.key, row["sealed"])
        if row["hmac"] not in out or shape(value) == shapes[row["hmac"]]:
            out[row["hmac"]] = value
    return out


def sign_off(library: Path, reviewer: str, refuse: bool, note: str) -> None:
    """Sign for the corpus that was redacted last, or refuse it."""
    opened_library = Library.open(library)
    now = _now(opened_library)
    sign(
        opened_library,
        Signed(digest=now.digest, reviewer=reviewer, approved=not refuse, note=note),
    )
    said = "refused" if refuse else "approved"
    show.out.print(
        f"{now.digest[:LEAST]}: {said}; the next build of this very corpus goes by it. A run that "
        "is paused now is resumed on its page in Prefect."
    )


def decide(library: Path, what: str, action: str, reason: str) -> None:
    """Record or take back a decision on a value, given by itself or by its hmac.

    «-» reads the value from standard input, so that no shell remembers it. Raises NoOriginals when
    no such hmac is in the redacted corpus.
    """
    opened_library = Library.open(library)
    settings, _ = Settings.resolve(opened_library.settings)
    regions = settings.redact.regions
    value = sys.stdin.readline().strip() if what == "-" else what
    named = _meant(opened_library, value)
    if action == "none":
        hmac = named["hmac"] if named else pin(opened_library.key, value, "allow", "", regions).hmac
        gone = unpin_value(opened_library, hmac)
        show.out.print("taken back" if gone else "there was no such decision")
        return
    told = (named["value"], named["type"]) if named else (value, "")
    pinned = pin(opened_library.key, told[0], cast(Action, action), told[1], regions)
    pin_value(opened_library, pinned.model_copy(update={"reason": reason}))
    show.out.print(
        f"{pinned.hmac}: {action}; it acts from the next build on: commonplace build {library}"
    )


def _meant(library: Library, value: str) -> dict[str, Any] | None:
    """Return value and type of an hmac; None when `value` is not one."""
    if len(value) != 24 or any(c not in "0123456789abcdef" for c in value):
        return None
    now = _now(library)
    for shard in now.hidden:
        table = library.objects.table(shard, "redactions", ["hmac", "type", "shape"])
        rows = table.filter(pc.equal(table["hmac"], value)).slice(0, 1).to_pylist()
        if rows:
            doubt = Doubt(value, rows[0]["type"], "", 0.0, "", rows[0]["shape"], 0, 0, "", ())
            return {**rows[0], "value": _values(library, now, [doubt])[value]}
    pinned = next((p for p in value_pins(library) if p.hmac == value), None)
    if pinned is None:
        raise NoOriginals(f"{value}: nothing with this hmac was replaced in the last build")
    return {"hmac": value, "type": pinned.type, "value": ""}
