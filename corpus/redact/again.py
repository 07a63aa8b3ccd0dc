"""Names that come again: what a text says of a name everywhere decides what it is anywhere."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from corpus.redact.entities import RANKS, Entity, rank
from corpus.redact.fold import Hit, Matcher, fold
from corpus.redact.known import PARTICLES, TITLES, WORDS, capitalised
from corpus.redact.surmise.code import identifier
from corpus.redact.surmise.gazetteer import FAMILY, GIVEN, NOUN, PLACE, WORD, flags, ordinary

_PART = re.compile(r"[^\W\d_][\w’'-]*\w")
_COMMON = PARTICLES | TITLES | WORDS
SHARE = 8
SCORE = 0.5
LEAST = 0.5  # score of a name that is looked for again


def again(text: str, entities: Iterable[Entity]) -> list[Entity]:
    """Return `entities` and the places where parts of the people among them stand again.

    A part is looked for as it was written, from three letters on. One that is a word of the
    language too counts where a capital cannot be a sentence's. One that neither a list nor a given
    name beside it vouches for is no name where the same text has it in lower case, or where the
    model took it for one in fewer than one place of `SHARE`; a surmise of it alone is taken back.
    """
    found = list(entities)
    written: dict[str, Counter[str]] = defaultdict(Counter)
    size = 0
    for e in found:
        if e.type in ("PERSON", "LOCATION") and e.score >= LEAST:
            size += e.end - e.start
            for part in _parts(text, e):
                written[fold(part)][part] += 1
    if not written or len(text) < 2 * size:
        return found
    hits = Matcher(written).find(text)
    doubted = _doubted(text, hits, written) - _vouched(text, found)
    kept = [e for e in found if not _taken_back(text, e, doubted)]
    people = {p for e in kept if e.type == "PERSON" and e.score >= LEAST for p in _parts(text, e)}
    return [*kept, *_places(text, hits, people, doubted)]


def _doubted(text: str, hits: Sequence[Hit], written: Mapping[str, Counter[str]]) -> set[str]:
    """Return the words, folded, that the text as a whole says are no names."""
    lower, often = set[str](), Counter[str]()
    for start, end, _ in hits:
        folded = fold(text[start:end])
        often[folded] += 1
        if text[start].islower() and not identifier(text, start, end):
            lower.add(folded)
    return {
        word
        for word, taken in written.items()
        if not (flags(word) & (GIVEN | FAMILY) and not ordinary(word))
        and (_contrasts(taken, word in lower) or taken.total() * SHARE < often[word])
    }


def _contrasts(taken: Mapping[str, int], lower: bool) -> bool:
    """Return whether names were taken for such by a capital that the text can do without."""
    return lower and any(part[0].isupper() for part in taken)


def _vouched(text: str, entities: Iterable[Entity]) -> set[str]:
    """Return the parts, folded, of full names and of names that rules found."""
    told = set()
    for e in entities:
        if e.type == "PERSON":
            parts = [fold(part) for part in _parts(text, e)]
            full = len(parts) > 1 and not any(flags(p) & (WORD | NOUN) for p in parts)
            if full or rank(e.rule) > RANKS["ner"] or any(flags(p) & GIVEN for p in parts[:-1]):
                told.update(parts)
    return told


def _places(
    text: str, hits: Sequence[Hit], people: set[str], doubted: set[str]
) -> Iterator[Entity]:
    for start, end, _ in hits:
        part = text[start:end]
        if part in people and fold(part) not in doubted and looked_for(part, text, start):
            yield Entity(start, end, "PERSON", SCORE, "again.name")


def looked_for(part: str, text: str, start: int) -> bool:
    """Return whether part of a name found elsewhere is one where it stands in `text`."""
    folded = fold(part)
    if len(part) < 3 or folded in _COMMON or identifier(text, start, start + len(part)):
        return False
    return not ordinary(folded) or capitalised(text, start)


def _parts(text: str, entity: Entity) -> Iterator[str]:
    """Yield the words of a name; one in lower case beside others with capitals is none of it."""
    cased = any(map(str.isupper, text[entity.start : entity.end]))
    for found in _PART.finditer(text, entity.start, entity.end):
        if cased and found[0].islower():
            continue
        part = re.sub(r"['’]s\Z", "", found[0])
        if len(part) > 2 and fold(part) not in _COMMON:
            yield part


def _taken_back(text: str, entity: Entity, doubted: set[str]) -> bool:
    surmised = entity.type in ("PERSON", "LOCATION") and rank(entity.rule) <= RANKS["ner"]
    word = text[entity.start : entity.end]
    if not surmised or not _PART.fullmatch(word) or fold(word) not in doubted:
        return False
    return not flags(fold(word)) & PLACE
