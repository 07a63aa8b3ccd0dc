"""The pass over lines: where they are, and all that is counted of them; compiled by numba."""

# mypy: disable-error-code="assignment, return-value"
# (numpy's numbers are numba's, which stand for int and bool)

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corpus.characters import BULLETS, DASHES, DIGIT, LETTER, MARK, SPACE
from corpus.lines import LINE_FIGURES, LONG_WORD, SHORT, TABLE, UNWANTED
from corpus.passes import (
    CLOSER,
    SEPARATOR,
    TERMINAL,
    Array,
    compiled,
)
from corpus.words import MOST, WORD_FIGURES

if TYPE_CHECKING:
    from corpus.measure import Room, Texts

VISIBLE = WORD_FIGURES.index("visible")
(LINES, PARAGRAPHS, ITEMS, TRAILING, TABLES, ENDED, SHORTS, SAME_LINES, SAME_LINE_CHARACTERS,
 SAME_PARAGRAPHS, SAME_PARAGRAPH_CHARACTERS, SENTENCES, BRACES, LOREMS) = range(
     len(WORD_FIGURES), len(WORD_FIGURES) + len(LINE_FIGURES)
)  # fmt: skip
"""Columns, in the order of `corpus.lines.LINE_FIGURES`."""

RAW, FIRST, END, SEEN, LETTERED, GAPS, SEPARATORS, FIELDS = range(8)
"""Columns of `Room.lines`: where the line begins (negated, less one, after a blank line), where
its first visible character is and where its last one ends, how many characters are visible and
letters or marks, between how many there is space, separators, and those with no space after."""

ELLIPSIS, DOT = map(ord, "….")
SIGNS = np.array([ord(c) for c in DASHES + BULLETS], np.uint32)
PHRASES = np.zeros((1 + len(UNWANTED), 16), np.uint32)
"""«lorem ipsum» and what is unwanted, each from the start of a row, zeros behind."""
for _n, _phrase in enumerate(("lorem ipsum", *UNWANTED)):
    PHRASES[_n, : len(_phrase)] = [ord(c) for c in _phrase]
MIX = np.uint64(0x9E3779B97F4A7C15)
OFFSET = np.uint64(0xCBF29CE484222325)
u64 = np.uint64
ONE, TWO, THREE, SIX = u64(1), u64(2), u64(3), u64(6)


@compiled
def find_lines(room: Room, start: int, end: int, n: int) -> int:
    """Note from `n` on the lines with anything in them, and what is counted of their characters.

    Returns how many are noted. The columns are those named above.
    """
    classes, lines, breaks, b = room.classes, room.lines, room.breaks, room.cursor[1]
    begin, blank = start, False
    while begin <= end:
        stop, b = u64(breaks[b]), b + 1
        first, last = u64(begin), stop
        while first < stop and classes[first] & SPACE:
            first += ONE
        if first == stop:
            blank = True
        else:
            while classes[last - ONE] & SPACE:
                last -= ONE
            lines[n, RAW] = -begin - 1 if blank else begin
            lines[n, FIRST], lines[n, END] = first, last
            count_characters(classes, first, last, lines[n])
            n, blank = n + 1, False
        begin = np.int64(stop) + 1
    room.cursor[1] = b
    return n


@compiled
def count_characters(classes: Array, first: np.uint64, end: np.uint64, line: Array) -> None:
    """Write what is counted of the characters from `first` to `end`, a line's, to its row."""
    letters = separators = fields = spaces = gaps = u64(0)
    for i in range(first, end):
        bits, behind = u64(classes[i]), u64(classes[i + ONE] & SPACE == 0)
        space, separator = u64(bits & u64(SPACE) != 0), u64(bits & u64(SEPARATOR) != 0)
        letters += u64(bits & u64(LETTER | MARK) != 0)
        spaces, gaps = spaces + space, gaps + (space & behind)
        separators, fields = separators + separator, fields + (separator & behind)
    last = classes[end - ONE] & SEPARATOR != 0 and classes[end] & SPACE == 0
    line[SEEN], line[LETTERED] = end - first - spaces, letters
    line[GAPS], line[SEPARATORS], line[FIELDS] = gaps, separators, np.int64(fields) - last


@compiled
def hash_of(points: Array, i: np.uint64, end: np.uint64) -> np.uint64:
    """Return a hash of the points from `i` to `end`, three of which are 63 bits."""
    one, two = OFFSET, MIX  # two at once: a multiplication waits for the one before
    while i + SIX <= end:
        one = (one ^ three(points, i)) * MIX
        two = (two ^ three(points, i + THREE)) * MIX
        one, two = one ^ one >> u64(32), two ^ two >> u64(32)
        i += SIX
    while i < end:
        one = (one ^ (u64(points[i]) + ONE)) * MIX
        i += ONE
    one ^= two * OFFSET
    return one ^ (one >> u64(32))


@compiled
def three(points: Array, i: np.uint64) -> np.uint64:
    """Return the three points from `i` on in one number."""
    return u64(points[i]) | u64(points[i + ONE]) << u64(21) | u64(points[i + TWO]) << u64(42)


@compiled
def again(table: Array, hashes: Array, sizes: Array, n: int) -> tuple[int, int]:
    """Return how many of `n` hashes came before, and the sum of their sizes."""
    slots = 16
    while slots < 3 * n:
        slots *= 2
    table[:slots] = 0
    count, total, mask = 0, u64(0), u64(slots - 1)
    for k in range(n):
        key = hashes[k] | ONE
        slot = (key ^ (key >> u64(29))) & mask
        while table[slot] and table[slot] != key:
            slot = (slot + ONE) & mask
        if table[slot]:
            count, total = count + 1, total + sizes[k]
        table[slot] = key
    return count, np.int64(total)


@compiled
def scan_shares(room: Room, low: int, high: int, row: Array) -> None:
    """Write the shares of lines that look like this or that."""
    points, classes = room.points, room.classes
    items = trailing = tables = ended = shorts = 0
    for k in range(low, high):
        first, end, seen = room.lines[k, FIRST], room.lines[k, END], room.lines[k, SEEN]
        if classes[first] & (LETTER | DIGIT) == 0:
            spaced = first + 1 < end and classes[first + 1] & SPACE != 0
            items += is_item(points[first], spaced)
        trailing += points[end - 1] == ELLIPSIS or dotted(points, first, end)
        tables += seen >= TABLE and 5 * room.lines[k, LETTERED] < 2 * seen
        ended += classes[end - 1] & TERMINAL != 0
        shorts += end - first <= SHORT
    n = high - low
    row[ITEMS], row[TRAILING], row[TABLES] = items / n, trailing / n, tables / n
    row[ENDED], row[SHORTS] = ended / n, shorts / n


@compiled
def is_item(point: np.uint32, spaced: bool) -> bool:
    """Return whether a line that begins with `point`, maybe `spaced` from the rest, is an item."""
    for k in range(SIGNS.size):
        if point == SIGNS[k]:
            return spaced or k >= len(DASHES)
    return False


@compiled
def dotted(points: Array, first: int, end: int) -> bool:
    """Return whether the line ends with three dots."""
    return (
        end - first >= 3
        and points[end - 1] == DOT
        and points[end - 2] == DOT
        and points[end - 3] == DOT
    )


@compiled
def scan_repeats(room: Room, low: int, high: int, row: Array) -> None:
    """Write the shares of lines and paragraphs that were there before."""
    hashes, sizes, blocks, block_sizes = room.hashes, room.ends, room.keys, room.block_sizes
    n = count = 0
    hash_, size, visible = OFFSET, 0, row[VISIBLE]
    for k in range(low, high):
        line = hash_of(room.points, u64(room.lines[k, FIRST]), u64(room.lines[k, END]))
        if n < MOST:
            hashes[n], sizes[n] = line, room.lines[k, SEEN]
        hash_, size, n = (hash_ ^ line) * MIX, size + room.lines[k, SEEN], n + 1
        if k + 1 == high or room.lines[k + 1, RAW] < 0:
            if count < MOST:
                blocks[count], block_sizes[count] = hash_ ^ (hash_ >> u64(32)), size
            count, hash_, size = count + 1, OFFSET, 0
    row[LINES], row[PARAGRAPHS] = n, count
    if n:
        lines, characters = again(room.table, hashes, sizes, min(n, MOST))
        row[SAME_LINES], row[SAME_LINE_CHARACTERS] = lines / n, characters / visible
        blocks_, characters = again(room.table, blocks, block_sizes, min(count, MOST))
        row[SAME_PARAGRAPHS] = blocks_ / count
        row[SAME_PARAGRAPH_CHARACTERS] = characters / visible


@compiled
def is_whole(points: Array, classes: Array, first: int, end: int) -> bool:
    """Return whether a line of three words or more ends as a sentence, and none is too long."""
    last = points[end - 1]
    if classes[end - 1] & (TERMINAL | CLOSER) == 0 or dotted(points, first, end):
        return False
    if classes[end - 1] & TERMINAL == 0 and not (
        last == 34 or last == 39 or last == 0x201D or last == 0x2019 or last == 0xBB
    ):
        return False  # a bracket is no quote
    size = 0
    for i in range(first, end if end - first > LONG_WORD else first):
        size = 0 if classes[i] & SPACE else size + 1
        if size > LONG_WORD:
            return False
    return True


@compiled
def phrase_at(points: Array, start: int) -> int:
    """Return the row of the phrase that begins at `start`, or -1."""
    for n in range(PHRASES.shape[0]):
        k = 0
        while k < PHRASES.shape[1] and PHRASES[n, k]:
            point = points[start + k]
            if (point + 32 if 65 <= point <= 90 else point) != PHRASES[n, k]:
                break
            k += 1
        if k == PHRASES.shape[1] or PHRASES[n, k] == 0:
            return n
    return -1


@compiled
def scan_whole(room: Room, low: int, high: int, notes: Array, row: Array) -> None:
    """Write what is counted of whole lines; words and stops noted lie where `notes` says."""
    points, classes = room.points, room.classes
    w, w_end, s, s_end = notes
    total = found = lorems = 0
    for k in range(low, high):
        first, end = room.lines[k, FIRST], room.lines[k, END]
        lorem = javascript = unwanted = False
        while w < w_end and room.watched[w, 0] < end:
            phrase = phrase_at(points, room.watched[w, 0])
            lorem, javascript = lorem or phrase == 0, javascript or phrase == 1
            unwanted, w = unwanted or phrase > 0, w + 1
        sentences, braces = 1, False
        while s < s_end and max(room.stops[s], -room.stops[s] - 1) < end:
            sentences += room.stops[s] >= first
            braces, s = braces or room.stops[s] < 0, s + 1
        if room.lines[k, GAPS] < 2 or not is_whole(points, classes, first, end):
            continue
        lorems += lorem
        if not lorem and not javascript:
            found, total = found + braces, total + (0 if unwanted else sentences)
    row[SENTENCES], row[BRACES], row[LOREMS] = total, found, lorems


@compiled
def scan(texts: Texts, room: Room, out: Array) -> None:
    """Find the lines of the texts chosen and fill what `out` says of them."""
    n = room.cursor[1] = 0
    notes = np.zeros(4, np.int64)
    for k in range(texts.chosen.size):
        row, low = out[texts.chosen[k]], n
        n = find_lines(room, room.spans[k, 0], room.spans[k, 1], n)
        room.line_ends[k] = n
        notes[1], notes[3] = room.watched_ends[k], room.stop_ends[k]
        if n > low:
            scan_shares(room, low, n, row)
        scan_repeats(room, low, n, row)
        scan_whole(room, low, n, notes, row)
        notes[0], notes[2] = notes[1], notes[3]
