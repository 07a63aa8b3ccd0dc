"""English names that the model missed or mislabelled, surmised from the words around them.

A model of this size knows common names in common sentences. Here its spans are completed with
initials and the rest of a name, spans of other labels that are made of names are taken for people,
and words that lists of names know, or that stand where a name stands («my name is …», «Ann, … and
…», «… said»), become people with a lower score.
"""

from __future__ import annotations

from collections.abc import Iterable

from corpus.redact.surmise.lists import runs, towns
from corpus.redact.surmise.nearby import in_lists, initials, placed
from corpus.redact.surmise.spans import Span
from corpus.redact.surmise.verdicts import completed, judged
from corpus.redact.surmise.words import words


def refine(
    line: str, found: Iterable[tuple[int, int, str, float]], recased: bool = False
) -> list[Span]:
    """Return the spans of `line` from those the model found: (start, end, label, sure).

    `recased` tells whether its capitals are those of `truecased`.
    """
    told = words(line, recased)
    spans: list[Span] = []
    for start, end, label, sure in found:
        spans.extend(judged(line, told, (start, end, label, sure)))
    taken = _Taken(spans)
    for span in (*runs(line, told), *placed(line, told), *towns(line, told), *initials(line)):
        if taken.free(span.start, span.end):
            spans.append(span)
            taken.add(span)
    spans = [completed(line, told, span) if span.type == "PERSON" else span for span in spans]
    spans.extend(in_lists(line, told, spans))
    return sorted(spans)


class _Taken:
    """The characters that spans cover."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = [(s.start, s.end) for s in spans if s.type in ("PERSON", "LOCATION")]

    def free(self, start: int, end: int) -> bool:
        return all(end <= s or e <= start for s, e in self._spans)

    def add(self, span: Span) -> None:
        self._spans.append((span.start, span.end))
