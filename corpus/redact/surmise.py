"""English names that the model missed or mislabelled, surmised from the words around them.

A model of this size knows common names in common sentences. Here its spans are completed with
initials and the rest of a name, spans of other labels that are made of names are taken for people,
and words that lists of names know, or that stand where a name stands («my name is …», «Ann, … and
…», «… said»), become people with a lower score.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from corpus.redact.gazetteer import (
    FAMILY,
    GIVEN,
    NOUN,
    PLACE,
    WORD,
    flags,
    fold,
    longest_place,
    ordinary,
    places,
)
from corpus.redact.known import PARTICLES, TITLES

_WORD = re.compile(r"[^\W\d_]+(?:['’‐-][^\W\d_]+)*")
_FIRM = frozenset(
    "inc ltd llc corp co company corporation group gmbh ag plc university college school hospital "
    "bank church court council committee ministry department institute association club party "
    "team league union center centre museum agency press times post news society foundation "
    "hotel restaurant airport station street avenue road park lake river mountain bridge island "
    "north south east west new old saint st the de".split()
)
_SAYS = frozenset(
    "said says asked asks told tells replied replies answered wrote writes shouted whispered "
    "laughed smiled nodded cried lives lived works worked thinks thought believes likes liked "
    "loves loved hates moved married died joined founded directed starred added explained "
    "insisted admitted argued agreed called texted emailed phoned rang invited".split()
)
_KIN = frozenset(
    "wife husband brother sister mother father mum mom dad son daughter kid child children uncle "
    "aunt cousin nephew niece friend boyfriend girlfriend fiancé fiancee fiance partner boss "
    "colleague neighbour neighbor roommate flatmate teacher doctor nurse lawyer singer actor "
    "actress drummer guitarist producer founder player author captain coach manager director "
    "president minister senator assistant grandfather grandmother deputy spokesman spokeswoman lawyer widow parents family team-mate "
    "teammate rival opponent agent client predecessor successor secretary".split()
)
_FIELDS = frozenset("iban ssn dob vat id pin atm url ip bic phone fax tel email mobile".split())
_BEFORE = re.compile(
    r"(?:\bnamed?(?:\s+is|['’]?s)?\s*[:?]?|\bcall(?:ed|s)?(?:\s+(?:me|him|her))?|\bi(?:['’]m| am)"
    r"|\bthis is|\bsigned|\bregards,?|\bsincerely,?|\bcheers,?|\bmr|\bmrs|\bms|\bdr|\bnee|\bnée)"
    r"[ \t]*[:\-]?[ \t]+\Z",
    re.I,
)
_TOLD = re.compile(
    r"\b(?:(?:my|his|her|their|last|first|maiden|full|sur)[ ]?name(?: is|'s|[ \t]*[:?])|name:|calls? me)[ \t]+",
    re.I,
)
_ALONE = re.compile(r"[\s>|?*•–-]*\Z")
_VOCATIVE = re.compile(
    r",[ ]+(?:can|could|would|will|do|did|are|is|have|please|what|where|when|why|how|i|you|we|it"
    r"|thanks|thank|let|don['’]t|my|this|that|the)\b",
    re.I,
)
_LIVES = re.compile(
    r"\b(?:liv(?:e|es|ed|ing)|born|based|mov(?:e|es|ed|ing)|travel(?:s|l?ed|l?ing)?|trip|arrived?"
    r"|stay(?:s|ed|ing)?|stuck|located|flew|fly|flying|drove|went|going|back|home|coming|welcome"
    r"|return(?:s|ed|ing)?|originally|here|office|apartment|flat|house|weekend|holiday)"
    r"(?:[ ](?:up|down|over|back|here|home))?[ ](?:in|at|to|near|from|for|of|around)[ ]\Z",
    re.I,
)
_QUOTE = re.compile(r"[:;\"“”\n(|<>\[\]]")
LABELS = {"PERSON": "PERSON", "PER": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION"}
LABELS |= {"FAC": "LOCATION", "ORG": "ORGANIZATION", "NORP": "NRP"}
LISTED = GIVEN | FAMILY | PLACE
LONG = 6  # words of the longest name surmised


class Span(NamedTuple):
    """A span of a line, its type, score and rule."""

    start: int
    end: int
    type: str
    score: float
    rule: str


class Word(NamedTuple):
    """A word of a line: where it is, its folded form, its flags, and whether it has a capital."""

    start: int
    end: int
    folded: str
    flags: int
    capital: bool
    initial: bool

    @property
    def plain(self) -> bool:
        """Return whether it is a word of the language, not only a name."""
        return bool(self.flags & WORD) or bool(
            self.flags & NOUN and not self.flags & (GIVEN | FAMILY | PLACE)
        )

    @property
    def name(self) -> bool:
        """Return whether it is on a list of names and no word of the language."""
        return bool(self.flags & (GIVEN | FAMILY)) and not self.flags & (WORD | NOUN)

    @property
    def candidate(self) -> bool:
        """Return whether it can be part of a name: a capital, and no word that forbids it."""
        return self.capital and (bool(self.flags & (GIVEN | FAMILY)) or not self.plain)


def words(line: str) -> list[Word]:
    """Return the words of `line`; an acronym among other words counts as one without capital."""
    found = []
    mixed = not line.isupper()
    for match in _WORD.finditer(line):
        text = match[0]
        folded = fold(text)
        initial = len(text) == 1 and text.isupper()
        told = flags(folded)
        capital = text[0].isupper()
        if capital and mixed and len(text) > 1 and text.isupper():  # «IBAN», but «Ann MILLER»
            capital = len(text) > 3 and bool(told & (GIVEN | FAMILY | PLACE))
        found.append(Word(*match.span(), folded, told, capital, initial))
    return found


def certainty(sure: float) -> float:
    """Return the score of a span that the model was `sure` of."""
    return round(0.3 + 0.55 * sure, 2)


def refine(
    line: str, found: Iterable[tuple[int, int, str, float]], recased: bool = False
) -> list[Span]:
    """Return the spans of `line` from those the model found: (start, end, label, sure).

    In a line that was `recased`, a capital alone says nothing: words count when they are listed.
    """
    told = words(line)
    if recased:
        told = [w._replace(capital=bool(w.capital and w.flags & LISTED)) for w in told]
    spans: list[Span] = []
    for start, end, label, sure in found:
        spans.extend(_judged(line, told, (start, end, label, sure)))
    taken = _Taken(spans)
    for span in (*_runs(line, told), *_placed(line, told), *_towns(line, told)):
        if taken.free(span.start, span.end):
            spans.append(span)
            taken.add(span)
    spans = [_completed(line, told, span) if span.type == "PERSON" else span for span in spans]
    spans.extend(_listed(line, told, spans))
    return sorted(spans)


class _Taken:
    """The characters that spans cover."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = [(s.start, s.end) for s in spans if s.type in ("PERSON", "LOCATION")]

    def free(self, start: int, end: int) -> bool:
        return all(end <= s or e <= start for s, e in self._spans)

    def add(self, span: Span) -> None:
        self._spans.append((span.start, span.end))


def _within(told: Sequence[Word], start: int, end: int) -> list[Word]:
    return [word for word in told if word.start >= start and word.end <= end]


def _judged(line: str, told: Sequence[Word], found: tuple[int, int, str, float]) -> Iterator[Span]:
    """Yield what a span of the model stands for."""
    start, end, label, sure = found
    type_ = LABELS.get(label)
    inside = _within(told, start, end)
    if type_ == "PERSON":
        yield from _person(line, inside, found)
        return
    if label != "CARDINAL" and _personal(inside):
        yield Span(inside[0].start, inside[-1].end, "PERSON", 0.6, "ner.person")
    elif type_ and inside and not _empty(type_, inside):
        yield Span(start, end, type_, certainty(sure), f"ner.{label.lower()}")


def _empty(type_: str, inside: Sequence[Word]) -> bool:
    """Return whether words cannot be what the model took them for: «IBAN», «smh»."""
    if all(w.folded in _FIELDS for w in inside):
        return True
    return type_ == "LOCATION" and not any(w.capital or w.flags & PLACE for w in inside)


def _tells(word: Word) -> bool:
    """Return whether a verb follows that people are the subject of."""
    past = word.folded.endswith("ed") and bool(word.flags & WORD) and not word.flags & LISTED
    return not word.capital and (word.folded in _SAYS or past)


def _person(
    line: str, inside: Sequence[Word], found: tuple[int, int, str, float]
) -> Iterator[Span]:
    start, end, _, sure = found
    for cut in _QUOTE.finditer(line, start, end):
        left = [w for w in inside if w.end <= cut.start()]
        right = [w for w in inside if w.start >= cut.end()]
        for part in (left, right):
            if part:
                yield from _person(line, part, (part[0].start, part[-1].end, "PERSON", sure))
        return
    while inside and inside[0].plain and not inside[0].flags & (GIVEN | FAMILY) and len(inside) > 1:
        inside = inside[1:]  # a greeting or a verb that the model took along
        start = inside[0].start
    listed = any(w.flags & (GIVEN | FAMILY) for w in inside)
    common = all(w.plain for w in inside) and not (listed and any(w.capital for w in inside))
    weak = sure < 0.5 and not any(w.name for w in inside)
    weak = weak or not any(w.capital for w in inside)
    if inside and not common and not weak:
        yield Span(start, end, "PERSON", certainty(sure), "ner.person")


def _personal(inside: Sequence[Word]) -> bool:
    """Return whether these words are a personal name: a given name first, then others."""
    if not inside or len(inside) > 5 or any(w.folded in _FIRM for w in inside):
        return False
    first, rest = inside[0], inside[1:]
    if not first.flags & GIVEN or not first.capital or first.flags & WORD:
        return False
    if not rest:
        return not first.flags & (PLACE | NOUN)
    tail = [w for w in rest if not w.initial and w.folded not in PARTICLES]
    return bool(tail) and all(w.capital and not w.plain for w in tail)


def _joined(line: str, one: Word, other: Word) -> bool:
    """Return whether two words stand side by side as parts of one name do."""
    gap = line[one.end : other.start]
    return gap == " " or (gap == ". " and (one.initial or one.folded in TITLES)) or gap == "  "


def _groups(line: str, told: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield runs of words that could be one name: capitals, initials, particles between."""
    group: list[Word] = []
    for word in told:
        fits = word.candidate or word.initial
        fits = fits or (
            bool(group) and word.folded in PARTICLES and word.folded not in ("and", "of", "y")
        )
        if group and not (fits and _joined(line, group[-1], word)):
            yield group
            group = []
        if fits and (group or word.candidate):
            group.append(word)
    if group:
        yield group


def _runs(line: str, told: Sequence[Word]) -> Iterator[Span]:
    """Yield names that lists know: a given name with what follows, or alone."""
    for group in _groups(line, told):
        while group and (group[-1].folded in PARTICLES):
            group.pop()
        while group and ((group[0].initial and len(group) == 1) or group[0].folded in TITLES):
            group = group[1:]
        if not group or len(group) > LONG or any(w.folded in _FIRM for w in group):
            continue
        start, end = group[0].start, group[-1].end
        whole = " ".join(w.folded for w in group)
        full = [w for w in group if not w.initial and w.folded not in PARTICLES]
        if whole in places() or not full:
            continue
        given = full[0].flags & GIVEN and (not full[0].plain or full[-1].name)
        lone = _ALONE.match(line[:start]) and _ALONE.match(line[end:])
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
        elif len(full) == 1 and full[0].flags & GIVEN and not full[0].flags & (WORD | NOUN):
            initials = len(group) > 1
            yield Span(start, end, "PERSON", 0.65 if initials else 0.5, "list.given")
        elif len(full) == 1 and full[0].name and not full[0].flags & PLACE:
            yield Span(start, end, "PERSON", 0.45, "list.family")


def _placed(line: str, told: Sequence[Word]) -> Iterator[Span]:
    """Yield names that stand where a name stands."""
    groups = list(_groups(line, told))
    for group in groups:
        first, last = group[0], group[-1]
        before, after = line[: first.start], line[last.end : last.end + 24]
        if all(w.plain for w in group) or any(w.folded in _FIRM for w in group):
            continue
        if len(group) > LONG:
            continue
        opening = not before.strip(" \t\"'“‘>-*•")
        previous = next((w for w in reversed(told) if w.end <= first.start), None)
        following = next((w for w in told if w.start >= last.end), None)
        kin = previous is not None and previous.folded in _KIN and _joined(line, previous, first)
        says = following is not None and _joined(line, last, following) and _tells(following)
        owns = line[last.end - 2 : last.end] in ("'s", "’s") and following is not None
        owns = owns and following is not None and following.folded in _KIN
        if _BEFORE.search(before[-40:]) or kin or says or owns:
            yield Span(first.start, last.end, "PERSON", 0.6, "near.words")
        elif opening and _VOCATIVE.match(after) and not last.flags & PLACE:
            yield Span(first.start, last.end, "PERSON", 0.5, "near.comma")
        elif opening and after[:1] == ":" and after[1:2] in (" ", '"') and len(group) <= 3:
            if not any(w.flags & (WORD | NOUN) for w in group):
                yield Span(first.start, last.end, "PERSON", 0.5, "near.colon")
    for label in _TOLD.finditer(line):
        yield from _labelled(line, [w for w in told if w.start >= label.end()])


def _labelled(line: str, after: Sequence[Word]) -> Iterator[Span]:
    """Yield the name that begins right after «name is», in any case."""
    group: list[Word] = []
    for word in after:
        beside = (
            _joined(line, group[-1], word)
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
    if group and not any(w.folded in _FIRM for w in group):
        yield Span(group[0].start, group[-1].end, "PERSON", 0.55, "near.label")


def _towns(line: str, told: Sequence[Word]) -> Iterator[Span]:
    """Yield places that lists know, and capitalised words after «lives in» and the like."""
    i, longest = 0, longest_place()
    while i < len(told):
        word = told[i]
        size = _town(line, told, i, longest) if word.capital else 0
        if size:
            yield Span(word.start, told[i + size - 1].end, "LOCATION", 0.55, "list.place")
        i += size or 1
    for group in _groups(line, told):
        if _LIVES.search(line[max(0, group[0].start - 40) : group[0].start]):
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
    alone = word.flags & PLACE and not word.flags & (GIVEN | FAMILY | WORD | NOUN)
    known = word.flags & PLACE and word.flags & NOUN and not word.flags & (GIVEN | FAMILY | WORD)
    return 1 if alone or (known and not word.initial) else 0


def _completed(line: str, told: Sequence[Word], span: Span) -> Span:
    """Return `span` with the initials and names that stand beside it on either side."""
    start, end = span.start, span.end
    at = next((i for i, w in enumerate(told) if w.start >= start), len(told))
    while (
        at and at < len(told) and _extends(told[at - 1]) and _joined(line, told[at - 1], told[at])
    ):
        at -= 1
        start = told[at].start
    after = next((i for i, w in enumerate(told) if w.start >= end), len(told))
    while 0 < after < len(told) and _joined(line, told[after - 1], told[after]):
        word = told[after]
        particle = word.folded in PARTICLES and word.folded not in ("and", "of", "y", "e", "a")
        more = after + 1 < len(told) and told[after + 1].capital and not told[after + 1].plain
        if line[told[after - 1].end - 2 : told[after - 1].end] in ("'s", "’s"):
            break
        if not (_extends(word) or (particle and more)):
            break
        end = word.end
        after += 1
    if line[end : end + 1] == "." and line[end - 2 : end - 1] == " ":
        end += 1
    return span._replace(start=start, end=end)


def _extends(word: Word) -> bool:
    unknown = word.capital and not word.flags & (WORD | NOUN)
    listed = word.capital and word.flags & (GIVEN | FAMILY) and not word.flags & WORD
    return (word.initial and word.folded != "i") or unknown or bool(listed)


def _listed(line: str, told: Sequence[Word], spans: Sequence[Span]) -> Iterator[Span]:
    """Yield single capitalised words that stand in one list with a person: «Ann, Okko and Lee»."""
    people = {i for s in spans if s.type == "PERSON" for i in _places(told, s)}
    taken = {i for s in spans for i in _places(told, s)}
    for i, word in enumerate(told):
        if i in taken or not word.candidate or word.plain or word.folded in _FIRM:
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


def _places(told: Sequence[Word], span: Span) -> list[int]:
    return [i for i, w in enumerate(told) if w.start < span.end and span.start < w.end]


def truecased(line: str) -> str | None:
    """Return `line` with a capital on each word that can be a name, when its case tells nothing.

    That is a line without capitals, or one of capitals alone; of others None.

    >>> truecased("ask naomi about it"), truecased("Ask Naomi")
    ('ask Naomi about it', None)
    """
    if line != line.lower():
        if line != line.upper() or len(line.split()) < 2:
            return None
    cased = _WORD.sub(lambda m: _capital(m[0].lower()), line.lower())
    return cased if len(cased) == len(line) else None


def _capital(word: str) -> str:
    return word if ordinary(fold(word)) or word in PARTICLES else word[:1].upper() + word[1:]


def nameless(line: str) -> bool:
    """Return whether `line` cannot hold a name: only ordinary words, capitals only as they must be.

    >>> nameless("Ok, see you tomorrow then"), nameless("ok see you, naomi")
    (True, False)
    """
    fresh = True
    end = 0
    for match in _WORD.finditer(line):
        word = match[0]
        fresh = fresh or any(c in '.!?:\n"“(' for c in line[end : match.start()])
        end = match.end()
        folded = fold(word)
        if not ordinary(folded):
            return False
        capital = word != folded and word[0].isupper() and word not in ("I", "I'm", "I’m")
        if capital and (not fresh or flags(folded) & (GIVEN | FAMILY | PLACE)):
            if folded not in _MUST:
                return False
        fresh = False
    return True


_MUST = frozenset(
    "i i'm i'll i've i'd monday tuesday wednesday thursday friday saturday sunday january february "
    "march october november december english easter christmas xmas ok okay lol omg".split()
)
"""Words that have a capital wherever they stand."""
