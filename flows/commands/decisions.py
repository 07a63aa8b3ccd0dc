"""The command `pin`: a person's decision about a document or a value, kept for later builds."""

from __future__ import annotations

import re
from pathlib import Path

from corpus.redact.pins import ACTIONS
from flows import show
from flows.commands.look import Question, one
from flows.commands.review import decide as decide_value
from store.library import Library
from store.query import open_catalogue

WHOLE_ID = re.compile(r"d[0-9a-f]{24}")


def decide(library: Path, document: str, action: str, reason: str) -> None:
    """Record a pin on a document, or with allow and deny on a value; it acts from the next build.

    «none» takes back what was decided about the document, else about the value.
    """
    if action not in ("keep", "remove", "allow", "deny", "none"):
        raise Question(f"{action}: no such decision; say keep, remove, allow, deny or none")
    opened = Library.open(library)
    id_ = _decided(opened, document) if action == "none" else document
    if action in ACTIONS or id_ is None:
        decide_value(library, document, action, reason)
        return
    if not WHOLE_ID.fullmatch(id_):  # a whole id may be of a run that published nothing
        connection = open_catalogue(opened)
        id_, _ = one(connection, id_)
        connection.close()
    opened.pin(id_, action, reason)
    show.out.print(f"{id_}: {action}; it acts from the next build on: commonplace build {library}")


def _decided(library: Library, start: str) -> str | None:
    """Return the document decided about whose id begins so; None when there is none.

    A value's hmac or a word («dad») may look like the start of an id: what was decided tells.
    """
    if WHOLE_ID.fullmatch(start):
        return start
    found = [document for document in library.pins() if start and document.startswith(start)]
    if len(found) > 1:
        raise Question(f"{start}: several documents pinned begin so; give more of the id")
    return found[0] if found else None
