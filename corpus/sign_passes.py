"""The pass over single characters: signs, addresses, blobs and letters; compiled by numba."""

# mypy: disable-error-code="assignment, return-value"
# (numpy's numbers are numba's, which stand for int and bool)

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corpus.characters import DIGIT, LATIN, LETTER, SPACE, VOWEL
from corpus.passes import CLOSER, IN_BLOB, ONE, SIGN, TERMINAL, Array, compiled, u64
from corpus.words import BLOB, WORD_FIGURES

if TYPE_CHECKING:
    from corpus.measure import Room, Texts

VISIBLE, LATINS, HASHES, ELLIPSES, NEWLINES, ADDRESSES, MACHINE, VOWELS, COINCIDENCE = map(
    WORD_FIGURES.index,
    (
        "visible", "latin_letters", "hash_ratio", "ellipsis_ratio", "newline_ratio", "addresses",
        "machine_text", "vowels", "letter_coincidence",
    ),
)  # fmt: skip
TOKENS = NEWLINES  # what `passes` left there

ELLIPSIS, NEWLINE, DOT, HASH, MINUS, F, COLON, SLASH, BRACE, WIDE = map(ord, "…\n.#-f:/{。")
HTTPS, WWW = (np.array([ord(c) for c in name], np.uint32) for name in ("https", "www"))


@compiled
def address_start(points: Array, classes: Array, i: int) -> int:
    """Return where the address begins whose «:» or «.» stands at `i`, or -1."""
    first = -1
    if points[i] == DOT:
        first = i - 3 if i >= 3 and same(points, i - 3, WWW) else -1
    elif points[i + 1] == SLASH and points[i + 2] == SLASH:
        first = i - 5 if i >= 5 and same(points, i - 5, HTTPS) else -1
        first = i - 4 if first < 0 and i >= 4 and same(points, i - 4, HTTPS[:4]) else first
    return -1 if first > 0 and classes[first - 1] & (LETTER | DIGIT) else first


@compiled
def same(points: Array, start: int, letters: Array) -> bool:
    """Return whether `points` from `start` are the small `letters` in any case."""
    for k in range(letters.size):
        if points[start + k] | 32 != letters[k]:
            return False
    return True


@compiled
def marks_end(points: Array, classes: Array, i: int) -> tuple[int, bool]:
    """Return where the sentence's last marks that begin at `i` end, and whether a sentence does."""
    wide = False
    while classes[i] & (TERMINAL | CLOSER):
        wide, i = wide or is_wide(points[i]), i + 1
    return i, wide or classes[i] & SPACE != 0


@compiled
def is_wide(point: np.uint32) -> bool:
    """Return whether a sentence's last mark is one that no space follows."""
    return point == WIDE or point == 0xFF0E or point == 0xFF01 or point == 0xFF1F or point == 0xFF61


@compiled
def find_signs(classes: Array, found: Array) -> int:
    """Note where the characters of bit `SIGN` are; returns how many.

    Without a branch, which a processor would guess wrong at every sign.
    """
    n = u64(0)
    for i in range(u64(classes.size)):
        found[n] = i
        n += u64(classes[i] & SIGN != 0)
    return np.int64(n)


@compiled
def scan_signs(room: Room, start: int, end: int, row: Array) -> None:
    """Write what is counted of single signs and of addresses, and take those out of blobs.

    Newlines, ends of sentences and braces are noted.
    """
    points, classes = room.points[start : end + 3], room.classes[start : end + 3]
    breaks, stops, n, m = room.breaks, room.stops, room.cursor[1], room.cursor[2]
    hashes = ellipses = dots = addressed = until = marked = 0
    newlines = n
    for k in range(find_signs(classes[:-3], room.signs)):
        i = np.int64(room.signs[k])
        bits, point = classes[i], points[i]
        if point == NEWLINE:
            breaks[n], n = start + i, n + 1
            continue
        if bits & TERMINAL and i >= marked:
            marked, stop = marks_end(points, classes, i)
            stops[m], m = start + marked, m + stop
        if point == BRACE:
            stops[m], m = -start - i - 1, m + 1
        if point == COLON or point == DOT:
            first = address_start(points, classes, i)
            if first >= until:
                until = first
                while until < end - start and classes[until] & SPACE == 0:
                    classes[until] &= ~IN_BLOB
                    until += 1
                addressed += until - first
        if point == DOT:
            dots = dots + 1 if i and points[i - 1] == DOT else 1
        hashes += point == HASH
        if point == ELLIPSIS or (point == DOT and dots == 3):
            ellipses, dots = ellipses + 1, 0
    tokens, visible, newlines = row[TOKENS], row[VISIBLE], n - newlines
    row[NEWLINES] = newlines / tokens if tokens > 0 else np.nan
    row[HASHES] = hashes / tokens if tokens > 0 else np.nan
    row[ELLIPSES] = ellipses / tokens if tokens > 0 else np.nan
    row[ADDRESSES] = addressed / visible if visible > 0 else np.nan
    breaks[n] = end
    room.cursor[1], room.cursor[2] = n + 1, m


@compiled
def is_blob(points: Array) -> bool:
    """Return whether the run of a blob's characters is one."""
    digits = capitals = small = others = 0
    for point in points:
        digits += 48 <= point <= 57
        capitals += 65 <= point <= 90
        small += 97 <= point <= 122
        others += (point < 48 and point != MINUS) or 57 < point < 65 or (point | 32) > F
    return (digits >= 2 and capitals >= 2 and small >= 2) or (digits >= 4 and others == 0)


@compiled
def scan_blobs(points: Array, classes: Array, row: Array) -> None:
    """Write the share of blobs to `row`; skips as Boyer and Moore's search does."""
    total, begin, end, least = 0, u64(0), u64(classes.size), u64(BLOB)
    end = end if row[MACHINE] >= BLOB else begin
    while begin + least <= end:
        last = begin + least  # one past the character looked at
        while last > begin and classes[last - ONE] & IN_BLOB:
            last -= ONE
        if last == begin:
            last = begin + least
            while last < end and classes[last] & IN_BLOB:
                last += ONE
            total += np.int64(last - begin) if is_blob(points[begin:last]) else 0
        begin = last
    row[MACHINE] = total / row[VISIBLE] if row[VISIBLE] > 0 else np.nan


@compiled
def scan_letters(classes: Array, data: Array, counts: Array, row: Array) -> None:
    """Write the figures of letters to `row`, given a text's classes and its UTF-8."""
    letters = vowels = latin = 0
    for i in range(classes.size):
        bits = classes[i]
        letters += bits & LETTER
        vowels += bits & VOWEL
        latin += bits & LATIN
    counts[:] = 0
    for i in range(data.size):
        counts[i & 3, data[i]] += 1  # four tables: equal letters in a row need not wait
    vowels, latin = vowels // VOWEL, latin // LATIN  # of sums of bits
    row[LATINS] = latin
    if latin and 2 * latin >= letters:
        row[VOWELS] = vowels / latin
    total = pairs = 0
    for capital in range(65, 91):
        both = 0
        for n in range(4):
            both += counts[n, capital] + counts[n, capital + 32]
        total, pairs = total + both, pairs + both * (both - 1)
    if total > 1:
        row[COINCIDENCE] = pairs / (total * (total - 1))


@compiled
def scan(texts: Texts, room: Room, out: Array) -> None:
    """Fill what `out` says of the signs and letters of the texts chosen."""
    room.cursor[1] = room.cursor[2] = 0
    for k in range(texts.chosen.size):
        d, start, end = texts.chosen[k], room.spans[k, 0], room.spans[k, 1]
        data, row = texts.data[texts.offsets[d] : texts.offsets[d + 1]], out[d]
        points, classes = room.points[start:end], room.classes[start:end]
        scan_letters(classes, data, room.letters, row)
        scan_signs(room, start, end, row)
        scan_blobs(points, classes, row)
        room.stop_ends[k] = room.cursor[2]
