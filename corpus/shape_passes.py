"""The pass that tells logs, traces, dumps, tables and such, as `corpus.shapes`; by numba."""

# mypy: disable-error-code="assignment, return-value"
# (numpy's numbers are numba's, which stand for int and bool)

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corpus import shapes as s
from corpus.figures import FIGURES
from corpus.line_passes import END, FIELDS, FIRST, RAW, SEEN
from corpus.passes import CODE_SIGN, Array, compiled

if TYPE_CHECKING:
    from corpus.measure import Room, Texts

VISIBLE, SETTINGS, LOGS, TRACES, DUMPS, DIFFS, TABLES, DATA, MINIFIED = map(
    FIGURES.index,
    (
        "visible", "setting_lines", "log_lines", "trace_lines", "dump_lines", "diff_lines",
        "csv_lines", "data_lines", "minified_text",
    ),
)  # fmt: skip
LONG_LINE, LONG_FIELD, LONG_NAME = s.LONG_LINE, s.LONG_FIELD, s.LONG_NAME
TIME_WITHIN, LEVEL_WITHIN, REQUEST_WITHIN = s.TIME_WITHIN, s.LEVEL_WITHIN, s.REQUEST_WITHIN
TAB, BLANK, COLON, DOT, COMMA, HASH, QUOTE, OPEN, BRACKET, CLOSED, EQUALS, UNDER = map(
    ord, '\t :.,#"([]=_'
)
LOWER_A, LOWER_D, LOWER_E, UPPER_C, UPPER_F, UPPER_T, LESS, AT, MINUS, PLUS, SLASHED = map(
    ord, "adeCFT<@-+\\"
)

BRACE, CLOSING, GREATER, QUESTION, EXCLAMATION, OVER = map(ord, "{}>?!/")


def _rows(*texts: str) -> Array:
    """Return the code points of `texts`, one a row, zeros behind."""
    rows = np.zeros((len(texts), 1 + max(map(len, texts))), np.uint32)
    for n, text in enumerate(texts):
        rows[n, : len(text)] = [ord(c) for c in text]
    return rows


LEVELS = _rows(*s.LEVELS)
REQUESTS = _rows('"GET /', '"POST /', '"PUT /', '"HEAD /')
EXPORT, HUNK, DIFF, FILE, LINE, TRACE, CAUSE, FRAME, MORE = range(9)
PREFIXES = _rows(
    "export ",
    "@@ -",
    "diff --git",
    'File "',
    ", line ",
    "Traceback (most recent call last)",
    "Caused by: ",
    "at ",
    " more",
)


@compiled
def begins(points: Array, start: int, end: int, row: Array) -> bool:
    """Return whether the characters of `row` stand at `start`, all before `end`."""
    k = 0
    while row[k]:
        if start + k >= end or points[start + k] != row[k]:
            return False
        k += 1
    return True


@compiled
def is_digit(point: np.uint32) -> bool:
    """Return whether `point` is 0–9."""
    return 48 <= point <= 57


@compiled
def is_letter(point: np.uint32) -> bool:
    """Return whether `point` is A–Z or a–z."""
    return 97 <= point | 32 <= 122 and point < 128


@compiled
def is_hex(point: np.uint32) -> bool:
    """Return whether `point` is a hexadecimal digit."""
    return is_digit(point) or 97 <= point | 32 <= 102


@compiled
def is_in_name(point: np.uint32) -> bool:
    """Return whether `point` may stand behind the first capital of a name."""
    return is_digit(point) or point == UNDER


@compiled
def is_setting(points: Array, i: int, end: int) -> bool:
    """Return whether «NAME=» begins at `i`, maybe after «export»."""
    if begins(points, i, end, PREFIXES[EXPORT]):
        i += 6
        while i < end and points[i] == BLANK:
            i += 1
    name = i
    while i < end and (65 <= points[i] <= 90 or (i > name and is_in_name(points[i]))):
        i += 1
    return i - name >= 2 and i < end and points[i] == EQUALS and points[i + 1] != EQUALS


@compiled
def is_level(points: Array, i: int, end: int) -> int:
    """Return how long the level's name is that stands at `i`, with no letter after, else 0."""
    for n in range(LEVELS.shape[0]):
        if begins(points, i, end, LEVELS[n]):
            size = 0
            while LEVELS[n, size]:
                size += 1
            if i + size >= end or not is_letter(points[i + size]):
                return size
    return 0


@compiled
def time_in(points: Array, first: int, end: int) -> int:
    """Return 2 when there is a clock time with thousandths near the start, 1 without, else 0."""
    found = 0
    for i in range(first, min(end, first + TIME_WITHIN + 4) - 6):
        if points[i + 1] != COLON or points[i + 4] != COLON or not is_digit(points[i]):
            continue
        rest = is_digit(points[i + 2]) and is_digit(points[i + 3])
        if not (rest and is_digit(points[i + 5]) and is_digit(points[i + 6])):
            continue
        found = max(found, 1 if i + 7 <= first + TIME_WITHIN else 0)
        if i + 11 <= min(end, first + TIME_WITHIN + 4) and (
            points[i + 7] == DOT or points[i + 7] == COMMA
        ):
            three = is_digit(points[i + 8]) and is_digit(points[i + 9]) and is_digit(points[i + 10])
            found = 2 if three else found
    return found


@compiled
def is_log(points: Array, first: int, end: int) -> bool:
    """Return whether a line is one of a program's log."""
    start = first + 1 if points[first] == BRACKET else first
    if 65 <= points[start] <= 90:
        size = is_level(points, start, end)
        after = points[start + size]
        if size and start + size < end and (after == CLOSED or after == COLON):
            return True
    stamped = is_digit(points[first]) or points[first] == BRACKET or points[first] == LESS
    if not stamped:
        month = end - first > 3 and points[first + 3] == BLANK and is_letter(points[first])
        stamped = month and is_letter(points[first + 1]) and is_letter(points[first + 2])
    time = time_in(points, first, end) if stamped else 0
    if time == 0 or time == 2:
        return time == 2
    stop = min(end, first + LEVEL_WITHIN)
    for i in range(first, stop):
        if points[i] == CLOSED and points[i + 1] == COLON and i + 1 < stop:
            if i > first and is_digit(points[i - 1]):
                return True
        fresh = i == first or not is_letter(points[i - 1])
        if fresh and 65 <= points[i] <= 90 and is_level(points, i, stop):
            return True
    stop = min(end, first + REQUEST_WITHIN)
    for i in range(first, stop):
        if points[i] == QUOTE:
            for n in range(REQUESTS.shape[0]):
                if begins(points, i, stop, REQUESTS[n]):
                    return True
    return False


@compiled
def is_frame(points: Array, first: int, end: int) -> bool:
    """Return whether a line is one of a stack trace, seen by itself."""
    if points[first] == LOWER_A and begins(points, first, end, PREFIXES[FRAME]):
        i, spaced, dotted = first + 3, False, False
        while i < end and points[i] != OPEN:
            spaced = spaced or (points[i] == BLANK and points[i + 1] != OPEN)
            dotted, i = dotted or points[i] == DOT, i + 1
        if i < end and dotted and not spaced:
            return True
        while i + 1 < end:
            if points[i] == COLON and is_digit(points[i + 1]):
                return True
            i += 1
        return False
    if points[first] == UPPER_T or points[first] == UPPER_C:
        trace = begins(points, first, end, PREFIXES[TRACE])
        return trace or begins(points, first, end, PREFIXES[CAUSE])
    i = first
    if points[i] == HASH:
        i += 1
        while i < end and is_digit(points[i]):
            i += 1
        j = i
        while j < end and points[j] == BLANK:
            j += 1
        zero = j + 1 < end and points[j] == 48 and points[j + 1] == 120
        return i > first + 1 and j > i and zero
    if points[i] == DOT and end - i > 4 and points[i + 1] == DOT and points[i + 2] == DOT:
        j = i + 4
        while j < end and is_digit(points[j]):
            j += 1
        more = begins(points, j, end, PREFIXES[MORE])
        return points[i + 3] == BLANK and j > i + 4 and more
    return False


@compiled
def is_file(points: Array, first: int, end: int) -> bool:
    """Return whether a line names a file and a line as Python's traces do."""
    if points[first] == UPPER_F and begins(points, first, end, PREFIXES[FILE]):
        for i in range(first + 6, end):
            if points[i] == COMMA and begins(points, i, end, PREFIXES[LINE]):
                return True
    return False


@compiled
def is_data(points: Array, first: int, end: int) -> bool:
    """Return whether a line is one of JSON or XML."""
    point, after = points[first], points[first + 1] if first + 1 < end else points[first]
    if point == QUOTE:
        i = first + 1
        while i < end and i <= first + LONG_NAME and points[i] != QUOTE:
            i += 1
        if i == first + 1 or i >= end or points[i] != QUOTE:
            return False
        i += 1
        i += i < end and points[i] == BLANK
        return i < end and points[i] == COLON
    if point == LESS:
        marked = after == OVER or after == QUESTION or after == EXCLAMATION
        return end - first > 2 and points[end - 1] == GREATER and (marked or is_letter(after))
    if point == BRACE and after == QUOTE:
        return True
    for i in range(first, end):
        p = points[i]
        if not (p == BRACE or p == CLOSING or p == BRACKET or p == CLOSED or p == COMMA):
            return False
    return True


@compiled
def is_dump(points: Array, first: int, end: int) -> bool:
    """Return whether a line is an offset and at least eight bytes in hexadecimal."""
    i = first
    while i < end and is_hex(points[i]):
        i += 1
    if i < first + 6:
        return False
    i += i < end and points[i] == COLON
    digits, gap = 0, i
    while i < end and (points[i] == BLANK or points[i] == TAB):
        i += 1
    if i == gap:
        return False
    while i < end:
        part = i
        while i < end and is_hex(points[i]):
            i += 1
        size = i - part
        blank = i == end or points[i] == BLANK or points[i] == TAB
        if not blank or (size != 2 and size != 4 and size != 8):
            break
        digits += size
        while i < end and (points[i] == BLANK or points[i] == TAB):
            i += 1
    return digits >= 16


@compiled
def scan_lines(room: Room, low: int, high: int, row: Array) -> None:
    """Write the shares of settings, logs, traces, dumps, diffs and data."""
    points = room.points
    settings = logs = traces = dumps = diffs = datas = 0
    after_file = hunk = False
    for k in range(low, high):
        begin, first, end = room.lines[k, RAW], room.lines[k, FIRST], room.lines[k, END]
        begin = begin if begin >= 0 else -begin - 1
        point = points[first]
        settings += (65 <= point <= 90 or point == LOWER_E) and is_setting(points, first, end)
        logs += is_log(points, first, end)
        signed = point == QUOTE or point == LESS or point == BRACE or point == COMMA
        signed = signed or point == BRACKET or point == CLOSED or point == CLOSING
        datas += signed and is_data(points, first, end)
        dumps += is_hex(point) and is_dump(points, first, end)
        file = is_file(points, first, end)
        traces += file or after_file or is_frame(points, first, end)
        after_file, raw = file, points[begin]
        header = raw == AT and begins(points, begin, end, PREFIXES[HUNK])
        marked = raw == PLUS or raw == MINUS or raw == BLANK or raw == SLASHED
        hunk = header or (hunk and marked)
        diffs += hunk or (raw == LOWER_D and begins(points, begin, end, PREFIXES[DIFF]))
    n = high - low
    row[SETTINGS], row[LOGS], row[TRACES] = settings / n, logs / n, traces / n
    row[DUMPS], row[DIFFS], row[DATA] = dumps / n, diffs / n, datas / n


@compiled
def code_signs(classes: Array) -> int:
    """Return how many characters are such as programs are full of."""
    count = 0
    for i in range(classes.size):
        count += classes[i] & CODE_SIGN != 0
    return count


@compiled
def scan_tables(room: Room, low: int, high: int, row: Array) -> None:
    """Write the shares of CSV and of minified text."""
    classes = room.classes
    tables = minified = 0
    last, counted = -1, False
    for k in range(low, high):
        first, end, seen = room.lines[k, FIRST], room.lines[k, END], room.lines[k, SEEN]
        fields = room.lines[k, FIELDS]
        fields = fields if end - first <= LONG_FIELD * (fields + 1) else 0
        same = fields >= 2 and fields == last
        tables += same + (same and not counted)  # the line before counts too, but once
        counted, last = same, fields
        size = end - first
        if size >= LONG_LINE and 12 * (size - seen) < size:
            signs = code_signs(classes[first:end])
            minified += seen if 10 * signs >= size else 0
    row[TABLES], row[MINIFIED] = tables / (high - low), minified / row[VISIBLE]


@compiled
def scan(texts: Texts, room: Room, out: Array) -> None:
    """Fill what `out` says of the shapes of the lines of the texts chosen."""
    low = 0
    for k in range(texts.chosen.size):
        row, high = out[texts.chosen[k]], room.line_ends[k]
        if high > low:
            scan_lines(room, low, high, row)
            scan_tables(room, low, high, row)
        low = high
