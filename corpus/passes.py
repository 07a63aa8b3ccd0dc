"""The first pass over texts: code points and their classes, and all that is counted of words.

Compiled by numba. All that a compiled function here calls stands in this file: numba's cache
notices changes of no other. `sign_passes`, `line_passes` and
`shape_passes` go on from what this one leaves.
"""

# mypy: disable-error-code="assignment, return-value"
# (numpy's numbers are numba's, which stand for int and bool)

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numba
import numpy as np

from corpus.characters import ALONE, CLASSED, LETTER, MARK, SPACE
from corpus.words import WORD_FIGURES

if TYPE_CHECKING:
    from corpus.measure import Room, Texts

VISIBLE, WORDS, LENGTH, ALPHABETIC, ALPHABETIC_TOKENS, TOKENS = map(
    WORD_FIGURES.index,
    (
        "visible", "words", "mean_word_length", "alphabetic_words", "alphabetic_tokens",
        "newline_ratio",
    ),
)  # fmt: skip
STOP, TOP, AGAIN, AFTER, MACHINE = map(
    WORD_FIGURES.index,
    ("stop_words", "top_2gram", "duplicate_5gram", "addresses", "machine_text"),
)
"""Columns; `sign_passes` finds the number of tokens in that of newlines, and in that of machine
text how long a blob may be."""

DOT, MINUS = map(ord, ".-")
IN_BLOB, SIGN, CODE_SIGN, APOSTROPHE = 128, 256, 512, 1024
TERMINAL, CLOSER, SEPARATOR, IN_WORD = 4096, 8192, 16384, 32768
"""More bits of a character's class; `SIGN` is for those that stop `scan_addresses`."""
LAST_HAN = 0x3FFFF
BLOCK = 4096  # characters whose words are found at a time
CODES = 2048  # code points with a code in `Room.codes`
SLOT_BITS = 10  # of the slots of a language's table of known words
STOPS = np.uint64(0xFFFFFFFF)  # bits of stop words; those above are of watched words
MIX = np.uint64(0x9E3779B97F4A7C15)
COUNT = np.uint64(0x7FFFFF)
SEEN = np.uint64(0x800000)
KEY = ~(COUNT | SEEN)
Array = np.ndarray
u16, u32, u64 = np.uint16, np.uint32, np.uint64
NONE, ONE, ALL = u64(0), u64(1), ~u64(0)
LETTERED = u64(31)  # bit of a word's size: it has a letter
UNLETTERED = (ONE << LETTERED) - ONE


def compiled(function: Callable) -> Callable:
    """Return `function` compiled, from numba's cache where one can be written."""
    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # neither the package's folder nor the user's cache can be written
        return numba.njit(nogil=True)(function)


@compiled
def spread(x: np.uint64) -> np.uint64:
    """Return 64 well mixed bits of `x` (the finalizer of MurmurHash3)."""
    x ^= x >> u64(33)
    x *= u64(0xFF51AFD7ED558CCD)
    x ^= x >> u64(33)
    x *= u64(0xC4CEB9FE1A85EC53)
    return x ^ (x >> u64(33))


@compiled
def decode(data: Array, points: Array, classes: Array, kinds: Array) -> int:
    """Fill points and classes from the UTF-8 bytes `data` and three zeros; returns how many."""
    n, i, stop = u64(0), u64(0), u64(data.size)
    while i < stop:
        first = u32(data[i])
        if first < 0x80:
            points[n], classes[n] = first, kinds[first]
            n, i = n + ONE, i + ONE
            continue
        size = u64(2) if first < 0xE0 else u64(3) if first < 0xF0 else u64(4)
        point = first & (u32(0x7F) >> u32(size))
        for k in range(i + ONE, i + size):
            point = point << u32(6) | (u32(data[k]) & u32(0x3F))
        points[n] = point
        classes[n] = kinds[point] if point < CLASSED else (LETTER | ALONE) * (point <= LAST_HAN)
        n, i = n + ONE, i + size
    for k in range(n, n + u64(3)):
        points[k], classes[k] = 0, 0
    return np.int64(n)


@compiled
def bits_of(hash_: np.uint64, factor: np.uint64, known: Array, bits: Array) -> np.uint64:
    """Return the bits of a word that the table `known` holds, else 0."""
    slot = (hash_ * factor) >> u64(64 - SLOT_BITS)
    return bits[slot] * u64(known[slot] == hash_)


@compiled
def find_words(room: Room, start: np.uint64, end: np.uint64) -> int:
    """Note the words that end before the places `start` to `end`, and single letters there.

    Returns how many; `Room.state` is carried from block to block. Where a word ends is told by
    arithmetic, not by branches, of which a processor guesses one a word wrong.
    """
    points, classes, codes, state = room.points, room.classes, room.codes, room.state
    hashes, sizes, stops = room.found, room.found_sizes, room.found_stops
    hash_, size, inside, n = state[0], state[1], state[2], u64(0)
    for i in range(start, end):
        point, bits = points[i], classes[i]
        joins = u64(np.int64(np.int16(bits)) >> 63)  # all ones where `IN_WORD`, its sign, is set
        if bits & u16(MARK | APOSTROPHE) and inside:
            follows = classes[i + ONE] & (LETTER | ALONE) == LETTER
            joins = ALL if bits & u16(MARK) != 0 or follows else NONE
        hashes[n], sizes[n], stops[n] = hash_, size, i
        n -= inside & ~joins
        goes_on, inside = inside & joins, joins
        code = codes[point] if point < CODES else spread(u64(point) * MIX)
        hash_ = ((hash_ << u64(7) | hash_ >> u64(57)) & goes_on) + code
        size = ((size & goes_on) | u64(bits & u16(LETTER)) << LETTERED) + ONE
        if bits & u16(ALONE):
            hashes[n], sizes[n], stops[n] = code, ONE | ONE << LETTERED, i + ONE
            n += ONE
    state[0], state[1], state[2] = hash_, size, inside
    return np.int64(n)


@compiled
def take_words(room: Room, n: int, count: int, language: int) -> None:
    """Hash the `n` words found, `count` being those before, and note the watched ones."""
    factor, state, cursor, ends = room.factors[language], room.state, room.cursor, room.ends
    known, known_bits, classes = room.known[language], room.known_bits[language], room.classes
    alphabetic, stops, length = state[3], state[4], state[5]
    begun, longest, last = state[6], state[7], state[8]
    for k in range(n):
        hash_, size, stop = spread(room.found[k]), room.found_sizes[k], room.found_stops[k]
        alphabetic, size = alphabetic + (size >> LETTERED), size & UNLETTERED
        bits = bits_of(hash_, factor, known, known_bits)
        if bits > STOPS:
            w = cursor[0]
            room.watched[w, 0], room.watched[w, 1] = stop - size, stop
            room.watched_bits[w] = bits
            cursor[0] = w + 1
        begun = begun if classes[last] & IN_BLOB else last
        longest, last, length = max(longest, stop - begun), stop, length + size
        if count + k < room.hashes.size:
            stops |= bits
            room.hashes[count + k], ends[count + k + 1] = hash_, length
    state[3], state[4], state[5] = alphabetic, stops, length
    state[6], state[7], state[8] = begun, longest, last


@compiled
def scan_words(room: Room, start: int, end: int, language: int, row: Array) -> int:
    """Fill the words' hashes and sizes, note the watched ones, write what is counted of words.

    Returns how many words there are to compare.
    """
    state, classes, count = room.state, room.classes, 0
    state[:] = 0
    state[6] = state[8] = start
    for first in range(start, end + 1, BLOCK):
        last = min(first + BLOCK, end + 1)  # the zero behind the text ends its last word
        n = find_words(room, u64(first), u64(last))
        take_words(room, n, count, language)
        count += n
    trail = u64(end) - state[6] if classes[state[8]] & IN_BLOB else u64(0)
    row[MACHINE] = max(state[7], trail)  # no blob is longer
    alphabetic, letters = np.int64(state[3]), np.int64(state[5])
    alone = with_bit(classes[start:end], ALONE)
    marks = end - start - with_bit(classes[start:end], SPACE) - letters
    tokens = count + marks - again(room.points, u64(start), u64(end))
    row[WORDS], row[TOKENS] = count, tokens
    if count:
        row[ALPHABETIC] = alphabetic / count
    if tokens:
        row[ALPHABETIC_TOKENS] = alphabetic / tokens
    if count > alone and 2 * (count - alone) >= count:
        row[LENGTH] = (letters - alone) / (count - alone)
    if language > 0:
        row[STOP] = ones(state[4] & STOPS)
    return min(count, room.hashes.size)


@compiled
def with_bit(classes: Array, bit: int) -> int:
    """Return how many characters have the bit in their class."""
    count = 0
    for i in range(classes.size):
        count += classes[i] & bit != 0
    return count


@compiled
def again(points: Array, start: np.uint64, end: np.uint64) -> int:
    """Return how many dots and hyphens follow one like them."""
    count = 0
    for i in range(start + ONE, end):
        same = points[i] == points[i - ONE]
        count += same & ((points[i] == DOT) | (points[i] == MINUS))
    return count


@compiled
def ones(bits: np.uint64) -> int:
    """Return how many bits are set."""
    count = 0
    while bits:
        bits, count = bits & (bits - ONE), count + 1
    return count


@compiled
def place_of(table: Array, key: np.uint64, mask: np.uint64) -> np.uint64:
    """Return the slot of `key` in the hash table, counting once more that it was asked for."""
    # a slot holds the upper 40 bits of the key, a bit to mark it, and the count
    slot = (key ^ (key >> u64(29))) & mask
    while table[slot] and (table[slot] ^ key) & KEY:
        slot = (slot + ONE) & mask
    table[slot] = (table[slot] | (key & KEY)) + ONE
    return slot


@compiled
def clear(table: Array, n: int) -> np.uint64:
    """Empty as much of the hash table as `n` keys need; returns the mask of its slots."""
    slots = 64
    while slots < 3 * n:
        slots *= 2
    table[:slots] = 0
    return u64(slots - 1)


@compiled
def scan_grams(room: Room, n: int, characters: int, row: Array) -> None:
    """Write the shares of repeated sequences of two to ten of the `n` words.

    A sequence that comes again begins and ends with shorter ones that do, so only the places of
    those are looked at for the next length.
    """
    ends, slots, places, table = room.ends, room.slots, room.places, room.table
    for column in range(TOP, AFTER):
        row[column] = 0
    m = n
    for k in range(n):
        room.keys[k], places[k] = room.hashes[k], k
    for length in range(2, 11):
        kept = count_grams(room, m, n, length)
        best = m = 0
        size, more = u64(length), length - 1
        for k in range(kept):
            p, slot = places[k], slots[k]
            times = np.int64(table[slot] & COUNT)
            repeats = times > 1
            places[m], slots[m] = p, slot
            best = max(best, repeats * times * (np.int64(ends[p + size] - ends[p]) + more))
            m += repeats
        if length <= 4:
            row[TOP + length - 2] = min(1.0, best / characters)
        else:
            row[AGAIN + length - 5] = repeated(ends, slots[:m], places, table, size) / characters
        if m == 0:
            return


@compiled
def count_grams(room: Room, m: int, n: int, length: int) -> int:
    """Count the sequences of `length` words at those of `m` places where they may come again.

    The places are moved together and their slots noted; returns how many they are.
    """
    hashes, keys, slots, places, table = room.hashes, room.keys, room.slots, room.places, room.table
    kept, last = 0, u64(length - 1)
    for k in range(m - 1):
        p = places[k]
        may = (places[k + 1] == p + ONE) & (p + last < u64(n))
        places[kept] = p
        kept += may
    for k in range(kept):
        p = places[k]
        keys[p] = keys[p] * MIX + hashes[p + last]
    kept = sift(room, kept)
    mask = clear(table, kept)
    for k in range(kept):
        slots[k] = place_of(table, keys[places[k]], mask)
    return kept


@compiled
def sift(room: Room, m: int) -> int:
    """Keep of `m` places those whose key shares a byte of the sieve with another's.

    The others' keys are there once, which most are: the sieve, all in the nearest cache, tells
    that faster than a hash table. Returns how many are kept.
    """
    keys, places, sieve = room.keys, room.places, room.sieve
    size = 64
    while size < 6 * m:
        size *= 2
    sieve[:size] = 0
    kept, mask = 0, u64(size - 1)
    for k in range(m):
        key = keys[places[k]]
        slot = (key ^ key >> u64(29)) & mask
        sieve[slot] = sieve[slot] << 1 | 1  # 0, 1, 3, 7 …
    for k in range(m):
        key = keys[places[k]]
        places[kept] = places[k]
        kept += sieve[(key ^ key >> u64(29)) & mask] > 1
    return kept


@compiled
def repeated(ends: Array, slots: Array, places: Array, table: Array, size: np.uint64) -> int:
    """Return the characters of the sequences at the places that come again, none overlapping."""
    total = after = u64(0)
    for k in range(slots.size):
        p, slot = places[k], slots[k]
        if p < after:
            continue
        if table[slot] & SEEN:
            total += ends[p + size] - ends[p]
            after = p + size
        else:
            table[slot] |= SEEN
    return np.int64(total)


@compiled
def scan(texts: Texts, room: Room, out: Array) -> None:
    """Decode the texts chosen, one after another, and fill what `out` says of their words."""
    n = room.cursor[0] = 0
    for k in range(texts.chosen.size):
        d = texts.chosen[k]
        data, row = texts.data[texts.offsets[d] : texts.offsets[d + 1]], out[d]
        size = decode(data, room.points[n:], room.classes[n:], room.kinds)
        row[VISIBLE] = size - with_bit(room.classes[n : n + size], SPACE)
        count = scan_words(room, n, n + size, texts.languages[d], row)
        if size:
            scan_grams(room, count, size, row)
        room.spans[k, 0], room.spans[k, 1] = n, n + size
        room.watched_ends[k] = room.cursor[0]
        n += size + 3
