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
PART_OF_ID = re.compile(r"d[0-9a-f]{0,24}")


def decide(library: Path, document: str, action: str, reason: str) -> None:
    """Record a pin on a document, or with allow and deny on a value; it acts from the next build.

    «none» takes back what was decided about the document, else about the value.
    """
    if action not in ("keep", "remove", "allow", "deny", "none"):
        raise Question(f"{action}: no such decision; say keep, remove, allow, deny or none")
    opened = Library.open(library)
    if action in ACTIONS or (action == "none" and not PART_OF_ID.fullmatch(document)):
        decide_value(library, document, action, reason)
        return
    id_ = document
    if not WHOLE_ID.fullmatch(document):  # a whole id may be of a run that published nothing
        connection = open_catalogue(opened)
        id_, _ = one(connection, document)
        connection.close()
    opened.pin(id_, action, reason)
    show.out.print(f"{id_}: {action}; it acts from the next build on: commonplace build {library}")
