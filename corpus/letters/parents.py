"""Find in a reply what stands in the mails it answers, with or without quotation marks."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from corpus.letters.evidence import WIDTH, evidence

RUN = 8  # words in a row that are no coincidence
HAN_RUN = 20  # characters, where each is a word
LINE = 6  # words of a whole line or sentence that are none either; a question needs half of them
MOST_RUNS, LINES = 50, 50  # behind quotation marks, looked for one by one
LONG = 400  # words of a line beyond which its sentences are not noted
GAP = 3  # words that may be lost between two pieces of a quote that follow each other
EARLIER = 400_000  # characters of earlier mails that are looked at
_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+")
_SENTENCE = re.compile(r"[^.!?。！？…]+[.!?。！？…]*[\"'”’»)\]]*\s*")
_BLANK = re.compile(r"\n[^\S\n]*\n")
_PATCH = re.compile(r"^(?:diff --git \S|--- \S[^\n]*\n\+\+\+ \S[^\n]*\n@@ )", re.MULTILINE)
_LEAD = re.compile(r"\W{0,4}[\w .]{0,30}[>:|\]]\s?")
Range = tuple[int, int]
Gram = tuple[str, ...]


class Overlap(NamedTuple):
    """Ranges of a reply that stand in earlier mails, and those put between or below such."""

    quoted: list[Range]
    own: list[Range]


class Earlier:
    """The words of earlier mails, each with its place, to be looked up by runs and sentences."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.runs: dict[Gram, int] = {}
        self.sentences: dict[Gram, int] = {}
        self.starts: set[int] = set()
        self.ends: set[int] = set()
        place = room = 0
        for text in texts:
            room += len(text)
            if room > EARLIER:
                break
            words: list[str] = []
            for line in text.casefold().split("\n"):
                words += self._note(line, place + len(words))
            grams = zip(*(words[k:] for k in range(RUN)), strict=False)
            for n, gram in enumerate(grams, start=place):
                self.runs.setdefault(gram, n)
            self.starts.add(place)
            place += len(words) + RUN
            self.ends.update(range(place - RUN - GAP, place - RUN))

    def _note(self, line: str, place: int) -> list[str]:
        """Note a line, whose first word has `place`, and its sentences; return its words."""
        words = _TOKEN.findall(line)
        self.sentences.setdefault(tuple(words), place)
        if len(words) <= LONG:
            at = place
            for sentence in _SENTENCE.findall(line):
                said = tuple(_TOKEN.findall(sentence))
                self.sentences.setdefault(said, at)
                at += len(said)
        return words

    def place_of(self, words: Gram, question: bool) -> int | None:
        """Return where `words` stand as a whole line or sentence, None if too few or nowhere."""
        least = LINE // 2 if question else LINE
        if all(len(word) == 1 for word in words):
            least *= 2
        return self.sentences.get(words) if len(words) >= least else None


def typed(text: str, runs: Sequence[Range], earlier: Sequence[str]) -> list[Range]:
    """Return those of the `runs` behind quotation marks of which `earlier` mails hold no line.

    >>> typed("> Are you?\\n", [(0, 11)], ["Hello, are you there?"])
    []
    """
    if not runs or len(runs) > MOST_RUNS or sum(map(len, earlier)) > EARLIER:
        return []
    held = f" {' '.join(w for mail in earlier for w in _TOKEN.findall(mail.casefold()))} "
    out = []
    for start, end in runs:
        lines = [_TOKEN.findall(line) for line in text[start:end].casefold().split("\n")[:LINES]]
        if not any(words and f" {' '.join(words)} " in held for words in lines):
            out.append((start, end))
    return out


class _Word(NamedTuple):
    start: int
    end: int
    text: str


def overlap(text: str, earlier: Earlier) -> Overlap:
    """Return what of `text` stands in `earlier`, by whole lines and sentences, and what is between.

    Own is what stands between two pieces that follow each other there, or below the end. A patch
    is left alone: its lines stand in others because all change one file.

    >>> before = Earlier(["Shall we meet at the harbour at noon on Friday? Bring the old map."])
    >>> text = "Shall we meet at the harbour at noon on Friday?\\nYes!\\nBring the old map."
    >>> [text[a:b] for a, b in overlap(text, before).quoted]
    ['Shall we meet at the harbour at noon on Friday?']
    """
    patch = _PATCH.search(text)
    text = text[: patch.start()] if patch else text
    words = [_Word(m.start(), m.end(), m[0]) for m in _TOKEN.finditer(text.casefold())]
    if len(text.casefold()) != len(text):
        words = [_Word(m.start(), m.end(), m[0].casefold()) for m in _TOKEN.finditer(text)]
    placed = _placed(words, earlier)
    _take_back(text, words, placed, earlier)
    quoted: list[Range] = []
    first = start = 0
    for line in text.split("\n"):
        stop = start + len(line)
        last = first
        while last < len(words) and words[last].start < stop:
            last += 1
        if last > first:
            there = placed[first:last]
            quoted += _of_line(text, words[first:last], there, (start, stop), earlier)
            placed[first:last] = there
        start, first = stop + 1, last
    own = [*_between(text, words, placed), *_below(text, words, placed, earlier)]
    return Overlap(quoted, [(a, b) for a, b in own if not _meets(quoted, a, b)])


def _meets(quoted: Sequence[Range], start: int, end: int) -> bool:
    at = bisect_left(quoted, (start, start))
    return start >= end or any(a < end and start < b for a, b in quoted[max(0, at - 1) : at + 1])


def _placed(words: Sequence[_Word], earlier: Earlier) -> list[int]:
    """Return for each word where it stands among the earlier words, -1 if in no shared run."""
    placed = [-1] * len(words)
    texts = [w.text for w in words]
    for n, gram in enumerate(zip(*(texts[k:] for k in range(RUN)), strict=False)):
        at = earlier.runs.get(gram)
        if at is not None:
            for k in range(RUN):
                if placed[n + k] < 0 or placed[n + k] != at + k:
                    placed[n + k] = at + k
    run = 0
    for n in range(len(words) + 1):
        if n < len(words) and placed[n] >= 0:
            run += 1
            continue
        if 0 < run and all(len(w) == 1 for w in texts[n - run : n]) and run < HAN_RUN:
            placed[n - run : n] = [-1] * run
        run = 0
    return placed


def _take_back(text: str, words: Sequence[_Word], placed: list[int], earlier: Earlier) -> None:
    """Unplace the few words of a paragraph that only ends or begins a run of another paragraph.

    «Done.» above the footer of a mailing list is nobody else's because others said it there too.
    """
    first = 0
    for gap in [*_BLANK.finditer(text), None]:
        last = first
        while last < len(words) and (gap is None or words[last].start < gap.start()):
            last += 1
        there = placed[first:last]
        if 0 < last - first < LINE and all(p >= 0 for p in there):
            above = first > 0 and placed[first - 1] == there[0] - 1
            below = last < len(words) and placed[last] == there[-1] + 1
            whole = (above or there[0] in earlier.starts) and (below or there[-1] in earlier.ends)
            if not whole:
                placed[first:last] = [-1] * (last - first)
        first = last


def _of_line(
    text: str, words: Sequence[_Word], placed: list[int], line: Range, earlier: Earlier
) -> list[Range]:
    """Return the ranges of one line that are quoted: all of it, or whole sentences.

    Where a sentence too short for a run stands is filled in in `placed`.
    """
    start, stop = line
    lead = _LEAD.match(text, start, stop)
    skipped = sum(w.end <= lead.end() for w in words) if lead else 0
    question = text[start:stop].rstrip()[-1:] in ("?", "？")
    for skip in (0, skipped) if 0 < skipped < min(4, len(words)) else (0,):
        if all(p >= 0 for p in placed[skip:]):
            return [line]
        at = earlier.place_of(tuple(w.text for w in words[skip:]), question)
        if at is not None:
            placed[skip:] = range(at, at + len(words) - skip)
            return [line]
    if not any(p >= 0 for p in placed):
        return []
    out: list[Range] = []
    for found in _SENTENCE.finditer(text, start, stop):
        inside = [n for n, w in enumerate(words) if found.start() <= w.start < found.end()]
        whole = inside and all(placed[n] >= 0 for n in inside)
        if whole and out and out[-1][1] == found.start():
            out[-1] = (out[-1][0], found.end())
        elif whole:
            out.append((found.start(), found.end()))
    return [r for r in out if sum(r[0] <= w.start < r[1] for w in words) >= LINE]


def _between(text: str, words: Sequence[_Word], placed: Sequence[int]) -> list[Range]:
    """Return the lines put between two pieces of a quote that follow each other in the original."""
    out: list[Range] = []
    before = -1
    for n, place in enumerate(placed):
        if place < 0:
            continue
        if before >= 0 and n - before > 1 and 0 < place - placed[before] <= GAP + 1:
            out.append(_whole_lines(text, words[before].end, words[n].start))
        before = n
    return out


def _below(
    text: str, words: Sequence[_Word], placed: Sequence[int], earlier: Earlier
) -> list[Range]:
    """Return the range below the last words of an earlier mail, if nothing else is quoted there."""
    last = max((n for n, place in enumerate(placed) if place >= 0), default=-1)
    if last < 0 or placed[last] not in earlier.ends:
        return []
    start, end = _whole_lines(text, words[last].end, len(text))
    other = any(evidence(line[:WIDTH]) >= 2 for line in text[start:end].split("\n"))
    return [] if other else [(start, end)]


def _whole_lines(text: str, start: int, end: int) -> Range:
    """Return the range of the lines that lie wholly between two places."""
    first = text.find("\n", start, end)
    last = len(text) if end == len(text) else text.rfind("\n", start, end)
    return (first + 1, last) if 0 <= first < last else (end, end)
