"""The passes over one document that fill its row of figures; compiled by numba.

All that is compiled stands in this file: numba's cache notices changes of no other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numba
import numpy as np

from corpus.words import ALONE, CLASSED, DIGIT, LATIN, LETTER, MARK, SPACE, VOWEL

if TYPE_CHECKING:
    from corpus.measure import Room, Texts

VISIBLE, WORDS, LENGTH, SYMBOLS, ALPHABETIC, STOP, BULLET, TRAILING, TABLE = range(9)
REPEATED_LINES, REPEATED_PARAGRAPHS, GRAMS = 9, 10, 11
ADDRESSES, MACHINE, VOWELS, COINCIDENCE = range(14, 18)
"""Columns, in the order of `corpus.words.FIGURES`; n-grams take three."""

QUOTE, CURLY, ELLIPSIS, NEWLINE, DOT, HASH, MINUS, F, COLON, SLASH = map(ord, "'’…\n.#-f:/")
HTTPS, WWW = (np.array([ord(c) for c in name], np.uint32) for name in ("https", "www"))
IN_BLOB, SIGN, IN_WORD, BULLET_SIGN, DASH = 128, 256, 512, 1024, 2048
"""More bits of a character's class; `SIGN` is for those that stop `scan_addresses`."""
LAST_HAN = 0x3FFFF
PRIME, OFFSET = np.uint64(0x100000001B3), np.uint64(0xCBF29CE484222325)  # FNV-1a
MIX = np.uint64(0x9E3779B97F4A7C15)
COUNT = np.uint64(0xFFFFFF)
Array = np.ndarray


def compiled(function: Callable) -> Callable:
    """Return `function` compiled, from numba's cache where one can be written."""
    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # neither the package's folder nor the user's cache can be written
        return numba.njit(nogil=True)(function)


@compiled
def decode(data: Array, start: int, end: int, room: Room) -> int:
    """Fill points and classes from the UTF-8 bytes `data[start:end]`; returns how many."""
    points, classes = room.points, room.classes
    n, i = 0, start
    while i < end:
        point, size = np.int64(data[i]), 1
        if point >= 0x80:
            size = 2 if point < 0xE0 else 3 if point < 0xF0 else 4
            point &= 0x7F >> size
            for k in range(i + 1, i + size):
                point = point << 6 | (data[k] & 0x3F)
        points[n] = point
        classes[n] = (
            room.kinds[point] if point < CLASSED else (LETTER | ALONE) * (point <= LAST_HAN)
        )
        n, i = n + 1, i + size
    points[n : n + 3], classes[n : n + 3] = 0, 0
    return n


@compiled
def scan_words(room: Room, n: int, row: Array) -> int:
    """Write the words' hashes and sizes, and their counts to `row`; returns how many there are."""
    points, classes, hashes, sizes = room.points, room.classes, room.hashes, room.sizes
    count = length = spaced = alphabetic = size = 0
    hash_, lettered = OFFSET, 0
    for i in range(n + 1):
        bits, point = classes[i], points[i]
        joined = bits & IN_WORD != 0
        if size and not joined:
            quote = point == QUOTE or point == CURLY
            joined = bits & MARK != 0 or (
                quote and i + 1 < n and classes[i + 1] & (LETTER | ALONE) == LETTER
            )
        if joined:
            lettered |= bits & LETTER
            hash_ = (hash_ ^ np.uint64(point + 32 if 65 <= point <= 90 else point)) * PRIME
            size += 1
            continue
        if size:
            if count < hashes.size:
                hashes[count], sizes[count] = hash_, size
            count, spaced = count + 1, spaced + 1
            length, alphabetic = length + size, alphabetic + lettered
            hash_, size, lettered = OFFSET, 0, 0
        if bits & ALONE:
            if count < room.least.most:
                hashes[count], sizes[count] = (OFFSET ^ np.uint64(point)) * PRIME, 1
            count, alphabetic = count + 1, alphabetic + 1
    row[WORDS] = count
    if count >= room.least.words:
        row[ALPHABETIC] = alphabetic / count
    if spaced >= room.least.words:
        row[LENGTH] = length / spaced
    return count


@compiled
def stop_words(room: Room, n: int, stops: Array) -> int:
    """Return how many of the words in the open hash table `stops` (64 slots) are among `n`."""
    found, total = np.uint64(0), 0
    for i in range(n):
        slot = room.hashes[i] & np.uint64(63)
        while stops[slot] != 0 and stops[slot] != room.hashes[i]:
            slot = (slot + np.uint64(1)) & np.uint64(63)
        if stops[slot] != 0 and found >> slot & np.uint64(1) == 0:
            found, total = found | np.uint64(1) << slot, total + 1
    return total


@compiled
def occurrences(table: Array, key: np.uint64, mask: np.uint64) -> np.int64:
    """Return how often `key` was asked for since `clear`, this time included."""
    # a slot holds the upper 40 bits of the key and the count below them
    slot = (key ^ (key >> np.uint64(29))) & mask
    while table[slot] and table[slot] & ~COUNT != key & ~COUNT:
        slot = (slot + np.uint64(1)) & mask
    table[slot] = (table[slot] | (key & ~COUNT)) + np.uint64(1)
    return np.int64(table[slot] & COUNT)


@compiled
def clear(table: Array, n: int) -> np.uint64:
    """Empty as much of the hash table as `n` keys need; returns the mask of its slots."""
    slots = 64
    while slots < 4 * n:
        slots *= 2
    table[:slots] = 0
    return np.uint64(slots - 1)


@compiled
def top_gram(room: Room, n: int, length: int) -> float:
    """Return the share of the words' characters in the most frequent run of `length` words."""
    hashes, sizes, table = room.hashes, room.sizes, room.table
    mask = clear(table, n)
    leaving = MIX
    for _ in range(length - 1):
        leaving *= MIX
    best = total = size = 0
    key = np.uint64(0)
    for i in range(n):
        key = key * MIX + hashes[i]
        total, size = total + sizes[i], size + sizes[i]
        if i >= length:
            key -= hashes[i - length] * leaving
            size -= sizes[i - length]
        if i + 1 >= length:
            times = occurrences(table, key ^ (key >> np.uint64(32)), mask)
            if times > 1:
                best = max(best, times * size)
    return min(1.0, best / total)


@compiled
def repeated(room: Room, hashes: Array, sizes: Array, n: int) -> int:
    """Return the sum of `sizes` of those of `n` hashes that came before."""
    mask = clear(room.table, n)
    total = 0
    for i in range(n):
        if occurrences(room.table, hashes[i], mask) > 1:
            total += sizes[i]
    return total


@compiled
def scan_lines(room: Room, n: int, row: Array) -> None:
    """Write the figures of lines and paragraphs to `row`."""
    points, classes = room.points, room.classes
    count = bullets = trailing = tables = blocks = visible = block = 0
    begin, last, seen, letters, hash_ = 0, -1, 0, 0, OFFSET
    for i in range(n + 1):
        if i < n and points[i] != NEWLINE:
            visible_here = classes[i] & SPACE == 0
            last = i if visible_here else last
            seen += visible_here
            letters += classes[i] & (LETTER | MARK) != 0
            continue
        if seen:
            first = begin
            while classes[first] & SPACE:
                first += 1
            dash = classes[first] & DASH and first < last and classes[first + 1] & SPACE
            bullets += classes[first] & BULLET_SIGN != 0 or dash != 0
            trailing += points[last] == ELLIPSIS or (
                last - first >= 2 and points[last] == points[last - 1] == points[last - 2] == DOT
            )
            tables += seen >= room.least.line and 5 * letters < 2 * seen
            line = hash_of(points, first, last)
            if count < room.least.most:
                room.hashes[count], room.sizes[count] = line, seen
            hash_ = (hash_ ^ line) * MIX
            count, visible, block = count + 1, visible + seen, block + seen
        if block and (seen == 0 or i == n):
            if blocks < room.least.most:
                room.blocks[blocks], room.block_sizes[blocks] = hash_, block
            blocks, block, hash_ = blocks + 1, 0, OFFSET
        begin, seen, letters = i + 1, 0, 0
    row[VISIBLE] = visible
    if count >= room.least.lines:
        row[BULLET], row[TRAILING], row[TABLE] = bullets / count, trailing / count, tables / count
        row[REPEATED_LINES] = (
            repeated(room, room.hashes, room.sizes, min(count, room.least.most)) / visible
        )
    if blocks >= room.least.paragraphs:
        same = repeated(room, room.blocks, room.block_sizes, min(blocks, room.least.most))
        row[REPEATED_PARAGRAPHS] = same / visible


@compiled
def hash_of(points: Array, first: int, last: int) -> np.uint64:
    """Return a hash of `points[first : last + 1]`."""
    hash_, i = OFFSET, first
    while i + 2 <= last:  # three at once: a multiplication waits for the one before
        three = (
            np.uint64(points[i]) << 42 | np.uint64(points[i + 1]) << 21 | np.uint64(points[i + 2])
        )
        hash_ = (hash_ ^ three) * MIX
        hash_ ^= hash_ >> np.uint64(32)
        i += 3
    while i <= last:
        hash_ = (hash_ ^ np.uint64(points[i])) * PRIME
        i += 1
    return hash_ ^ (hash_ >> np.uint64(32))


@compiled
def address_start(points: Array, classes: Array, i: int) -> int:
    """Return where the address begins whose «:» or «.» stands at `i`, or -1."""
    start = -1
    if points[i] == DOT:
        start = i - 3 if i >= 3 and same(points, i - 3, WWW) else -1
    elif points[i + 1] == SLASH and points[i + 2] == SLASH:
        start = i - 5 if i >= 5 and same(points, i - 5, HTTPS) else -1
        start = i - 4 if start < 0 and i >= 4 and same(points, i - 4, HTTPS[:4]) else start
    return -1 if start > 0 and classes[start - 1] & (LETTER | DIGIT) else start


@compiled
def same(points: Array, start: int, letters: Array) -> bool:
    """Return whether `points` from `start` are the small `letters` in any case."""
    for k in range(letters.size):
        if points[start + k] | 32 != letters[k]:
            return False
    return True


@compiled
def is_blob(points: Array, start: int, end: int) -> bool:
    """Return whether the run of a blob's characters in `points[start:end]` is one."""
    digits = capitals = small = others = 0
    for i in range(start, end):
        point = points[i]
        digits += 48 <= point <= 57
        capitals += 65 <= point <= 90
        small += 97 <= point <= 122
        others += (point < 48 and point != MINUS) or 57 < point < 65 or (point | 32) > F
    return (digits >= 2 and capitals >= 2 and small >= 2) or (digits >= 4 and others == 0)


@compiled
def scan_addresses(room: Room, n: int, row: Array) -> int:
    """Write the share of addresses and take them out of blobs; returns how many symbols."""
    points, classes = room.points, room.classes
    symbols = dots = addressed = until = 0
    for i in range(n):
        if classes[i] & SIGN == 0:
            continue
        point = points[i]
        if point == COLON or point == DOT:
            start = address_start(points, classes, i)
            if start >= until:
                until = start
                while until < n and classes[until] & SPACE == 0:
                    classes[until] &= ~IN_BLOB
                    until += 1
                addressed += until - start
        if point == DOT:
            dots = dots + 1 if i and points[i - 1] == DOT else 1
        if point == HASH or point == ELLIPSIS or (point == DOT and dots == 3):
            symbols, dots = symbols + 1, 0
    row[ADDRESSES] = addressed / row[VISIBLE] if row[VISIBLE] > 0 else np.nan
    return symbols


@compiled
def scan_blobs(room: Room, n: int, row: Array) -> None:
    """Write the share of blobs to `row`; skips as Boyer and Moore's search does."""
    classes, least = room.classes, room.least.blob
    total = start = 0
    while start + least <= n:
        end = start + least - 1
        while end >= start and classes[end] & IN_BLOB:
            end -= 1
        if end < start:
            end = start + least
            while end < n and classes[end] & IN_BLOB:
                end += 1
            total += end - start if is_blob(room.points, start, end) else 0
        start = end + 1
    row[MACHINE] = total / row[VISIBLE] if row[VISIBLE] > 0 else np.nan


@compiled
def scan_letters(room: Room, n: int, row: Array) -> None:
    """Write the figures of letters to `row`."""
    points, classes, counts = room.points, room.classes, room.letters
    counts[:] = 0
    letters = vowels = latin = 0
    for i in range(n):
        bits = classes[i]
        letters += bits & LETTER
        vowels += bits & VOWEL
        latin += bits & LATIN
        counts[points[i] & 127 if points[i] < 128 else 0] += 1
    vowels, latin = vowels // VOWEL, latin // LATIN  # of sums of bits
    if latin >= room.least.letters and 2 * latin >= letters:
        row[VOWELS] = vowels / latin
    total = pairs = 0
    for capital in range(65, 91):
        both = counts[capital] + counts[capital + 32]
        total, pairs = total + both, pairs + both * (both - 1)
    if total >= room.least.letters:
        row[COINCIDENCE] = pairs / (total * (total - 1))


@compiled
def scan(texts: Texts, room: Room, out: Array) -> None:
    """Fill the rows of `out` for the texts wanted."""
    for d in range(texts.wanted.size):
        if not texts.wanted[d]:
            continue
        row = out[d]
        n = decode(texts.data, texts.offsets[d], texts.offsets[d + 1], room)
        count = scan_words(room, n, row)
        kept = min(count, room.least.most)
        if texts.languages[d] >= 0 and count >= room.least.stop:
            row[STOP] = stop_words(room, kept, room.stops[texts.languages[d]])
        if count >= room.least.repeated:
            for length in (2, 3, 4):
                row[GRAMS + length - 2] = top_gram(room, kept, length)
        scan_lines(room, n, row)
        scan_letters(room, n, row)
        symbols = scan_addresses(room, n, row)
        scan_blobs(room, n, row)
        if count >= room.least.words:
            row[SYMBOLS] = symbols / count
