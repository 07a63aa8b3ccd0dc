"""Names that come again: what was found once in a text is found wherever it stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus.redact.entities import Entity
from corpus.redact.fold import Matcher, fold
from corpus.redact.known import PARTICLES, TITLES, WORDS

_PART = re.compile(r"[^\W\d_][\w’'-]*\w")
SCORE = 0.5
LEAST = 0.5  # score of a name that is looked for again


def again(text: str, entities: Iterable[Entity]) -> Iterator[Entity]:
    """Yield the places of `text` where a part of a person found stands, as it was written there.

    Parts of fewer than three letters and everyday words are not looked for.
    """
    written: dict[str, set[str]] = {}
    size = 0
    for e in entities:
        if e.type == "PERSON" and e.score >= LEAST:
            size += e.end - e.start
            for found in _PART.finditer(text, e.start, e.end):
                part = re.sub(r"['’]s\Z", "", found[0])
                if len(part) > 2 and fold(part) not in _COMMON:
                    written.setdefault(fold(part), set()).add(part)
    if not written or len(text) < 2 * size:
        return
    for start, end, forms in Matcher(written).find(text):
        if text[start:end] in forms:
            yield Entity(start, end, "PERSON", SCORE, "again.name")


_COMMON = PARTICLES | TITLES | WORDS
