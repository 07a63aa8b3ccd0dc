"""What a span that the model found stands for, and where the name in it begins and ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.redact.known import PARTICLES
from corpus.redact.surmise.gazetteer import FAMILY, GIVEN, NOUN, PLACE, WORD
from corpus.redact.surmise.phrases import AGE, FIELDS, FIRM, NICK, ORDINAL, QUOTE, SPELT
from corpus.redact.surmise.spans import LABELS, Span, certainty
from corpus.redact.surmise.words import Word, joined, within


def judged(line: str, told: Sequence[Word], found: tuple[int, int, str, float]) -> Iterator[Span]:
    """Yield what a span of the model stands for."""
    start, end, label, sure = found
    type_ = LABELS.get(label)
    inside = within(told, start, end)
    if type_ == "PERSON":
        yield from _person(line, inside, found)
        return
    if label == "DATE":
        if SPELT.match(line, start, end) and not AGE.search(line, start, end + 4):
            yield Span(start, end, "DATE_TIME", round(certainty(sure) / 2 + 0.1, 2), "ner.date")
        return
    if label != "CARDINAL" and _personal(inside):
        yield Span(inside[0].start, inside[-1].end, "PERSON", 0.6, "ner.person")
    elif type_ and inside and not _empty(type_, inside):
        yield Span(start, end, type_, certainty(sure), f"ner.{label.lower()}")


def _empty(type_: str, inside: Sequence[Word]) -> bool:
    """Return whether words cannot be what the model took them for: «IBAN», «smh»."""
    if all(w.folded in FIELDS for w in inside):
        return True
    return type_ == "LOCATION" and not any(w.capital or w.flags & PLACE for w in inside)


def _person(
    line: str, inside: Sequence[Word], found: tuple[int, int, str, float]
) -> Iterator[Span]:
    start, end, _, sure = found
    for cut in QUOTE.finditer(line, start, end):
        left = [w for w in inside if w.end <= cut.start()]
        right = [w for w in inside if w.start >= cut.end()]
        for part in (left, right):
            if part:
                yield from _person(line, part, (part[0].start, part[-1].end, "PERSON", sure))
        return
    while inside and inside[0].plain and not inside[0].flags & (GIVEN | FAMILY) and len(inside) > 1:
        inside = inside[1:]  # a greeting or a verb that the model took along
        start = inside[0].start
    while len(inside) > 1 and inside[-1].plain and not inside[-1].capital:
        inside = inside[:-1]  # «tom pls»
        end = inside[-1].end
    listed = any(w.flags & (GIVEN | FAMILY) for w in inside)
    common = all(w.plain for w in inside) and not (listed and any(w.capital for w in inside))
    weak = sure < 0.5 and not any(w.name for w in inside)
    weak = weak or not any(w.capital for w in inside)
    if inside and not common and not weak:
        yield Span(start, end, "PERSON", certainty(sure), "ner.person")


def _personal(inside: Sequence[Word]) -> bool:
    """Return whether these words are a personal name: a given name first, then others."""
    if not inside or len(inside) > 5 or any(w.folded in FIRM for w in inside):
        return False
    first, rest = inside[0], inside[1:]
    if not first.flags & GIVEN or not first.capital or first.flags & WORD:
        return False
    if not rest:
        return not first.flags & (PLACE | NOUN)
    tail = [w for w in rest if not w.initial and w.folded not in PARTICLES]
    return bool(tail) and all(w.capital and not w.plain for w in tail)


def completed(line: str, told: Sequence[Word], span: Span) -> Span:
    """Return `span` with the initials and names that stand beside it on either side."""
    start, end = span.start, span.end
    at = next((i for i, w in enumerate(told) if w.start >= start), len(told))
    while at and at < len(told) and _extends(told[at - 1]) and joined(line, told[at - 1], told[at]):
        at -= 1
        start = told[at].start
    after = next((i for i, w in enumerate(told) if w.start >= end), len(told))
    while 0 < after < len(told) and joined(line, told[after - 1], told[after]):
        word = told[after]
        particle = word.folded in PARTICLES and word.folded not in ("and", "of", "y", "e", "a")
        more = after + 1 < len(told) and told[after + 1].capital and not told[after + 1].plain
        if line[told[after - 1].end - 2 : told[after - 1].end] in ("'s", "’s"):
            break
        if not (_extends(word) or (particle and more)):
            break
        end = word.end
        after += 1
    end = _added(line, end)
    if line[end : end + 1] == "." and line[end - 2 : end - 1] == " ":
        end += 1
    return span._replace(start=start, end=end)


def _added(line: str, end: int) -> int:
    """Return where a name that ends at `end` ends with a nickname between and «Jr.» or «III»."""
    nick = NICK.match(line, end)
    end = nick.end() if nick else end
    ordinal = ORDINAL.match(line, end)
    return ordinal.end() if ordinal else end


def _extends(word: Word) -> bool:
    unknown = word.capital and not word.flags & (WORD | NOUN)
    listed = word.capital and word.flags & (GIVEN | FAMILY) and not word.flags & WORD
    return (word.initial and word.folded != "i") or unknown or bool(listed)
