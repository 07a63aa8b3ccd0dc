"""The pass that tells keys and credentials, as `corpus.shapes` says; compiled by numba."""

# mypy: disable-error-code="assignment, return-value"
# (numpy's numbers are numba's, which stand for int and bool)

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corpus import shapes as s
from corpus.characters import SPACE
from corpus.figures import FIGURES
from corpus.line_passes import END, FIRST, GAPS, SEEN, SEPARATORS
from corpus.passes import SEPARATOR, Array, compiled

if TYPE_CHECKING:
    from corpus.measure import Room, Texts

VISIBLE, KEYS, CREDENTIALS = map(FIGURES.index, ("visible", "key_text", "credential_lines"))
CREDENTIAL, COLUMN = np.uint64(1 << 62), np.uint64(1 << 61)  # bits of watched words
PARTS, PASSWORD, LONGEST, TURNS = s.PARTS, s.PASSWORD, s.LONGEST_PASSWORD, s.TURNS
BLANK, COLON, EQUALS, MINUS = map(ord, " :=-")
SPLITS = np.zeros(128, np.bool_)
SPLITS[[ord(c) for c in s.SPLITTERS]] = True
BEGIN, SIGNED, ENDING = (
    np.array([ord(c) for c in text], np.uint32)
    for text in ("-----BEGIN ", "-----BEGIN PGP SIGNED", "-----END ")
)


@compiled
def stands(points: Array, start: int, end: int, text: Array) -> bool:
    """Return whether the characters of `text` stand at `start`, all before `end`."""
    for k in range(text.size):
        if start + k >= end or points[start + k] != text[k]:
            return False
    return True


@compiled
def holds_password(points: Array, classes: Array, first: int, end: int) -> bool:
    """Return whether one of a line's pieces looks like a password."""
    size = turns = 0
    seen, last, plain = 0, -1, True  # `seen` has a bit for each kind of character
    for i in range(first, end + 1):
        point = points[i] if i < end else np.uint32(BLANK)
        if i == end or classes[i] & SPACE or (point < 128 and SPLITS[point]):
            if PASSWORD <= size <= LONGEST and plain and seen & 7 == 7:
                if seen & 8 or turns >= TURNS:
                    return True
            size, turns, seen, last, plain = 0, 0, 0, -1, True
            continue
        kind = (
            0 if 97 <= point <= 122 else 1 if 65 <= point <= 90 else 2 if 48 <= point <= 57 else 3
        )
        plain = plain and 33 <= point <= 126
        turns += last >= 0 and kind != last
        size, seen, last = size + 1, seen | 1 << kind, kind
    return False


@compiled
def is_labelled(points: Array, classes: Array, end: int, watched: Array, bits: Array) -> bool:
    """Return whether after one of the watched words stands «:» or «=» and a value."""
    for w in range(len(watched)):
        i = watched[w, 1]
        if bits[w] & CREDENTIAL:
            while i < end and classes[i] & SPACE:
                i += 1
            if i + 1 < end and (points[i] == COLON or points[i] == EQUALS):
                return True
    return False


@compiled
def is_header(classes: Array, first: int, end: int, watched: Array, bits: Array) -> bool:
    """Return whether one of the watched words is a column of a line."""
    for w in range(len(watched)):
        low, high = watched[w, 0], watched[w, 1]
        before = low == first or classes[low - 1] & SEPARATOR != 0
        after = high == end or classes[high] & SEPARATOR != 0
        if bits[w] & COLUMN and before and after:
            return True
    return False


@compiled
def scan_secrets(room: Room, low: int, high: int, words: tuple[int, int], row: Array) -> None:
    """Write the shares of keys and credentials; the watched `words` lie from, until."""
    points, classes, watched, bits = room.points, room.classes, room.watched, room.watched_bits
    w, stop = words
    columns = credentials = keys = 0
    inside = False
    for k in range(low, high):
        first, end, seen = room.lines[k, FIRST], room.lines[k, END], room.lines[k, SEEN]
        if points[first] == MINUS:
            begin = stands(points, first, end, BEGIN)
            inside |= begin and not stands(points, first, end, SIGNED)
        keys += seen if inside else 0
        inside = inside and not stands(points, first, end, ENDING)
        separators, until = room.lines[k, SEPARATORS], w
        while until < stop and watched[until, 0] < end:
            until += 1
        if columns == 0 or separators < columns:
            header = separators > 1 and until > w
            header = header and is_header(classes, first, end, watched[w:until], bits[w:until])
            columns = separators if header else 0
        found = columns > 0
        if until > w and not found:
            found = is_labelled(points, classes, end, watched[w:until], bits[w:until])
        if room.lines[k, GAPS] < PARTS and not found:
            found = holds_password(points, classes, first, end)
        credentials, w = credentials + found, until
    row[KEYS], row[CREDENTIALS] = keys / row[VISIBLE], credentials / (high - low)


@compiled
def scan(texts: Texts, room: Room, out: Array) -> None:
    """Fill what `out` says of the keys and credentials in the texts chosen."""
    low = w = 0
    for k in range(texts.chosen.size):
        row, high = out[texts.chosen[k]], room.line_ends[k]
        if high > low:
            scan_secrets(room, low, high, (w, room.watched_ends[k]), row)
        low, w = high, room.watched_ends[k]
