"""Names and places that lists know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.redact.known import PARTICLES, TITLES
from corpus.redact.surmise.gazetteer import (
    FAMILY,
    GIVEN,
    NOUN,
    PLACE,
    USUAL,
    WORD,
    given,
    longest_place,
    places,
)
from corpus.redact.surmise.phrases import ALONE, AT, FIRM, LIVES, OF
from corpus.redact.surmise.spans import Span
from corpus.redact.surmise.words import LONG, Word, groups_of, joined


def runs(line: str, told: Sequence[Word]) -> Iterator[Span]:
    """Yield names that lists know: a given name with what follows, or alone."""
    for group in groups_of(line, told):
        while group and (group[-1].folded in PARTICLES):
            group.pop()
        while group and ((group[0].initial and len(group) == 1) or group[0].folded in TITLES):
            group = group[1:]
        if not group or len(group) > LONG or any(w.folded in FIRM for w in group):
            continue
        start, end = group[0].start, group[-1].end
        whole = " ".join(w.folded for w in group)
        full = [w for w in group if not w.initial and w.folded not in PARTICLES]
        if whole in places() or not full:
            continue
        given = full[0].flags & GIVEN and (not full[0].plain or full[-1].name)
        lone = ALONE.match(line[:start]) and ALONE.match(line[end:])
        if len(full) > 1 and given and not all(w.plain for w in full):
            yield Span(start, end, "PERSON", 0.65, "list.full")
        elif len(full) == 2 and len(group) > 2 and not any(w.plain for w in full):
            yield Span(start, end, "PERSON", 0.6, "near.initial")
        elif len(full) in (2, 3) and lone and not any(w.flags & (WORD | NOUN) for w in full):
            yield Span(start, end, "PERSON", 0.45, "near.line")
        elif len(full) > 1 and full[-1].flags & FAMILY and not any(w.plain for w in full):
            yield Span(start, end, "PERSON", 0.5, "list.family")
        elif len(full) in (2, 3) and not any(w.flags & (WORD | NOUN | PLACE) for w in full):
            yield Span(start, end, "PERSON", 0.42, "near.pair")
        elif len(full) == 1 and _first_name(full[0]):
            initials = len(group) > 1
            yield Span(start, end, "PERSON", 0.65 if initials else 0.5, "list.given")
        elif len(full) == 1 and full[0].name and not full[0].flags & PLACE:
            yield Span(start, end, "PERSON", 0.45, "list.family")


def _first_name(word: Word) -> bool:
    """Return whether a word alone is a given name; lists of nouns hold the most usual ones too."""
    usual = given()[word.folded] >= 2 * USUAL
    return bool(word.flags & GIVEN) and not word.flags & (WORD | (0 if usual else NOUN))


def towns(line: str, told: Sequence[Word]) -> Iterator[Span]:
    """Yield places that lists know, and capitalised words after «lives in» and the like."""
    i, longest = 0, longest_place()
    while i < len(told):
        word = told[i]
        beside = i + 1 < len(told) and told[i + 1].capital  # «new York» of a line of capitals
        size = _town(line, told, i, longest) if word.capital or beside else 0
        if size:
            before = told[i - 1] if i else word
            new = before.capital and not before.flags and joined(line, before, word)
            start = before.start if new else word.start  # «Topi Sainio», a person as like as not
            yield Span(start, told[i + size - 1].end, "LOCATION", 0.55, "list.place")
        i += size or 1
    for group in groups_of(line, told):
        if LIVES.search(line[max(0, group[0].start - 40) : group[0].start]):
            if not all(w.plain for w in group):
                yield Span(group[0].start, group[-1].end, "LOCATION", 0.5, "near.place")


def _town(line: str, told: Sequence[Word], i: int, longest: dict[str, int]) -> int:
    """Return how many words from the i-th make a place, 0 when they make none."""
    word = told[i]
    for size in range(min(longest.get(word.folded, 1), len(told) - i), 1, -1):
        part = told[i : i + size]
        name = line[word.start : part[-1].end].lower()
        if name in places() and part[-1].capital and not all(w.flags & WORD for w in part):
            return size
    if not word.capital:
        return 0
    known = word.flags & PLACE and not word.flags & (GIVEN | FAMILY | WORD)
    before, after = line[max(0, word.start - 12) : word.start], line[word.end :]
    lone = ALONE.match(line[: word.start]) and ALONE.match(after)
    shown = AT.search(before) or OF.match(after) or lone
    return 1 if known and shown and not word.initial else 0
