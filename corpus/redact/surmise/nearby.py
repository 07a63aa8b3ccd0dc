"""Names that stand where a name stands: «my name is …», «… said», «Ann, … and …»."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.redact.known import PARTICLES
from corpus.redact.surmise.gazetteer import NOUN, PLACE, WORD
from corpus.redact.surmise.phrases import (
    BEFORE,
    FIRM,
    INITIALS,
    KIN,
    NO_INITIALS,
    SAYS,
    TOLD,
    VOCATIVE,
)
from corpus.redact.surmise.spans import Span
from corpus.redact.surmise.words import LISTED, LONG, Word, groups_of, indices, joined


def placed(line: str, told: Sequence[Word]) -> Iterator[Span]:
    """Yield names that stand where a name stands."""
    groups = list(groups_of(line, told))
    for group in groups:
        first, last = group[0], group[-1]
        before, after = line[: first.start], line[last.end : last.end + 24]
        if all(w.plain for w in group) or any(w.folded in FIRM for w in group):
            continue
        if len(group) > LONG:
            continue
        opening = not before.strip(" \t\"'“‘>-*•")
        previous = next((w for w in reversed(told) if w.end <= first.start), None)
        following = next((w for w in told if w.start >= last.end), None)
        kin = previous is not None and previous.folded in KIN and joined(line, previous, first)
        says = following is not None and joined(line, last, following) and _tells(following)
        owns = line[last.end - 2 : last.end] in ("'s", "’s") and following is not None
        owns = owns and following is not None and following.folded in KIN
        if BEFORE.search(before[-40:]) or kin or says or owns:
            yield Span(first.start, last.end, "PERSON", 0.6, "near.words")
        elif opening and VOCATIVE.match(after) and not last.flags & PLACE:
            yield Span(first.start, last.end, "PERSON", 0.5, "near.comma")
        elif opening and after[:1] == ":" and after[1:2] in (" ", '"') and len(group) <= 3:
            if not any(w.flags & (WORD | NOUN) for w in group):
                yield Span(first.start, last.end, "PERSON", 0.5, "near.colon")
    for label in TOLD.finditer(line):
        yield from _labelled(line, [w for w in told if w.start >= label.end()])


def initials(line: str) -> Iterator[Span]:
    """Yield initials that stand for a person."""
    for found in INITIALS.finditer(line):
        if found[0].lower().replace(" ", "") not in NO_INITIALS:
            yield Span(*found.span(), "PERSON", 0.45, "near.initials")


def _labelled(line: str, after: Sequence[Word]) -> Iterator[Span]:
    """Yield the name that begins right after «name is», in any case."""
    group: list[Word] = []
    for word in after:
        beside = (
            joined(line, group[-1], word)
            if group
            else not line[: word.start].rstrip(" ")[-1:].isalnum()
        )
        beside = beside or not group
        fits = word.initial or not word.plain or (bool(group) and word.folded in PARTICLES)
        if not beside or not fits or len(group) == 4:
            break
        group.append(word)
    while group and group[-1].folded in PARTICLES:
        group.pop()
    if group and not any(w.folded in FIRM for w in group):
        yield Span(group[0].start, group[-1].end, "PERSON", 0.55, "near.label")


def _tells(word: Word) -> bool:
    """Return whether a verb follows that people are the subject of."""
    past = word.folded.endswith("ed") and bool(word.flags & WORD) and not word.flags & LISTED
    return not word.capital and (word.folded in SAYS or past)


def in_lists(line: str, told: Sequence[Word], spans: Sequence[Span]) -> Iterator[Span]:
    """Yield single capitalised words that stand in one list with a person: «Ann, Okko and Lee»."""
    people = {i for s in spans if s.type == "PERSON" for i in indices(told, s)}
    taken = {i for s in spans for i in indices(told, s)}
    for i, word in enumerate(told):
        if i in taken or not word.candidate or word.plain or word.folded in FIRM:
            continue
        for other, step in ((i - 1, -1), (i + 1, 1)):
            if not 0 <= other < len(told):
                continue
            if told[other].folded in ("and", "or") and 0 <= other + step < len(told):
                other += step
            gap = line[min(told[i].end, told[other].end) : max(word.start, told[other].start)]
            if other in people and gap in (", ", " and ", " & ", " or ", ", and "):
                people.add(i)
                yield Span(word.start, word.end, "PERSON", 0.55, "near.list")
                break
