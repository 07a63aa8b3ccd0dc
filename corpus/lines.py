"""What a line, a paragraph and a sentence are, and what is counted of them, in plain Python.

- A **line** is the text between newlines without the spaces at its ends; a **paragraph** is a run
  of lines that are not empty. Shares of lines are shares of those that are not empty.
- A line is **whole** as C4 has it: it ends as a sentence does, not in «...»; it has three words
  between spaces, none longer than 1,000 characters; it does not hold the word JavaScript, nor
  speaks of terms of use or cookies.
- The **sentences** of a whole line are one more than the places where a sentence ends inside it:
  after its last mark there are closing quotes or brackets, if anything, and a space, which a
  wide full stop does without.

Sources: Gopher (Rae et al. 2021, table A1), C4 (Raffel et al. 2020, section 2.2), FineWeb (Penedo
et al. 2024, section 3.6).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

from corpus.characters import (
    BULLETS,
    CLOSERS,
    DASHES,
    FOLD,
    LETTER,
    MARK,
    TERMINALS,
    WIDE_TERMINALS,
    character_class,
    is_space,
    visible,
)
from corpus.words import MOST, word_spans

LINE_FIGURES = (
    "lines",
    "paragraphs",
    "bullet_lines",  # share of lines
    "ellipsis_lines",  # that end with one
    "table_lines",  # with far more digits and signs than letters
    "terminal_lines",  # that end with a sentence's last mark
    "short_lines",  # of at most 30 characters
    "duplicate_lines",  # share of lines seen before
    "duplicate_line_characters",  # share of visible characters in them
    "duplicate_paragraphs",  # share of paragraphs seen before
    "duplicate_paragraph_characters",
    "sentences",  # in whole lines
    "brace_lines",  # whole lines with «{»
    "lorem_ipsum",  # whole lines with these words
)

SHORT = 30
TABLE = 8
"""Fewest visible characters of a table's line."""
LONG_WORD = 1_000
WHOLE_ENDS = TERMINALS + "\"'”’»"
UNWANTED = (
    "javascript",
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "use of cookies",
    "use cookies",
)
LOREM = "lorem ipsum"


def lines(text: str) -> list[str]:
    """Return the lines of `text` without the spaces at their ends.

    >>> lines(" a b \\n\\nc")
    ['a b', '', 'c']
    """
    spaces = "".join({c for c in text if is_space(c)})
    return [line.strip(spaces) for line in text.split("\n")]


def line_figures(text: str) -> dict[str, float]:
    """Return the `LINE_FIGURES` of `text`."""
    stripped, seen = lines(text), visible(text)
    full = [line for line in stripped if line]
    parts = _paragraphs(stripped)
    found = dict.fromkeys(LINE_FIGURES, nan)
    found |= {"lines": float(len(full)), "paragraphs": float(len(parts))}
    if full:
        found |= _shares(full)
        count, size = _again([(x, visible(x)) for x in full])
        found["duplicate_lines"] = count / len(full)
        found["duplicate_line_characters"] = size / seen
        count, size = _again([(x, sum(map(visible, x))) for x in parts])
        found["duplicate_paragraphs"] = count / len(parts)
        found["duplicate_paragraph_characters"] = size / seen
    return found | _of_whole(full)


def _paragraphs(stripped: Sequence[str]) -> list[tuple[str, ...]]:
    blocks: list[list[str]] = [[]]
    for line in stripped:
        blocks[-1].append(line) if line else blocks.append([])
    return [tuple(block) for block in blocks if block]


def _shares(full: Sequence[str]) -> dict[str, float]:
    tests = {
        "bullet_lines": _is_bullet,
        "ellipsis_lines": lambda line: line.endswith(("...", "…")),
        "table_lines": _is_table,
        "terminal_lines": lambda line: line[-1] in TERMINALS,
        "short_lines": lambda line: len(line) <= SHORT,
    }
    return {name: sum(map(test, full)) / len(full) for name, test in tests.items()}


def _is_bullet(line: str) -> bool:
    return line[0] in BULLETS or (line[0] in DASHES and len(line) > 1 and is_space(line[1]))


def _is_table(line: str) -> bool:
    letters = sum(bool(character_class(c) & (LETTER | MARK)) for c in line)
    return visible(line) >= TABLE and 5 * letters < 2 * visible(line)


def _again(parts: Sequence[tuple[object, int]]) -> tuple[int, int]:
    """Return how many of `parts` were seen before, and the sum of their sizes."""
    known: set[object] = set()
    count = total = 0
    for part, size in parts[:MOST]:
        count, total = count + (part in known), total + (size if part in known else 0)
        known.add(part)
    return count, total


def _of_whole(full: Sequence[str]) -> dict[str, float]:
    found = dict.fromkeys(("sentences", "brace_lines", "lorem_ipsum"), 0.0)
    for line in full:
        if not is_whole(line):
            continue
        lorem = _says(line, (LOREM,))
        found["lorem_ipsum"] += lorem
        if not lorem and not _says(line, UNWANTED[:1]):
            found["brace_lines"] += "{" in line
            found["sentences"] += 0 if _says(line, UNWANTED) else sentences(line)
    return found


def is_whole(line: str) -> bool:
    """Return whether `line`, not empty, ends as a sentence and has three words, none too long.

    >>> is_whole("We went home."), is_whole("Home again."), is_whole("We went home...")
    (True, False, False)
    """
    size, words = 0, 0
    for c in line:
        size = 0 if is_space(c) else size + 1
        words += size == 1
        if size > LONG_WORD:
            return False
    return words >= 3 and line[-1] in WHOLE_ENDS and not line.endswith("...")


def _says(line: str, phrases: Sequence[str]) -> bool:
    """Return whether one of `phrases` begins where a word equal to its first one does."""
    folded = line.translate(FOLD)
    return any(
        folded[first:end] == phrase.partition(" ")[0] and folded.startswith(phrase, first)
        for first, end, _ in word_spans(line)
        for phrase in phrases
    )


def sentences(line: str) -> int:
    """Return how many sentences there are in `line`, which is not empty.

    >>> sentences('"Is it?" he said. "Yes. (So it is.)"'), sentences("是。不是。")
    (4, 2)
    """
    count, ending, wide = 1, False, False
    for c in line:
        if ending and not (c in TERMINALS or c in CLOSERS):
            count += is_space(c) or wide
            ending = wide = False
        ending = ending or c in TERMINALS
        wide = wide or c in WIDE_TERMINALS
    return count
