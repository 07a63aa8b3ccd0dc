"""What a word, a mark and an address are, and what is counted of them: the rule, in plain Python.

- A **word** is a run of letters and digits with the marks and apostrophes (' ’) inside it, an
  apostrophe only before a letter. A letter that is alone is a word by itself. Words are equal
  when they are equal but for the case of A–Z.
- A **token** is a word, or a visible character of no word; dots in a row are one token, and so are
  hyphens. Those are about the tokens of spaCy, which others count their words by.
- A **sequence** of n words is repeated when the same n words come again. Of the most frequent one
  all occurrences count, with the spaces between its words; of all the repeated ones those that
  come again, read from the start and none overlapping the one before.
- An **address** begins at «http://», «https://» or «www.» in any case, where no letter or digit
  stands before, and runs to the next space. A **blob** is a run of at least 24 of
  «A–Z a–z 0–9 + / = _ -» outside addresses, with two capitals, small letters and digits each, or
  of hexadecimal digits and «-» alone with four digits.

Sources of the figures: Gopher (Rae et al. 2021, arXiv 2112.11446, table A1) for words, symbols and
sequences, C4 and FineWeb for addresses and blobs, Friedman's index of coincidence.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator
from math import nan

from corpus.characters import (
    ALONE,
    APOSTROPHES,
    DIGIT,
    FOLD,
    LATIN,
    LETTER,
    MARK,
    SPACE,
    VOWEL,
    character_class,
)
from corpus.stops import STOP_WORDS

WORD_FIGURES = (
    "visible",  # characters that are not spaces
    "words",
    "latin_letters",
    "mean_word_length",  # characters a word, alone ones left out; NaN where most are alone
    "hash_ratio",  # «#» a token
    "ellipsis_ratio",  # «...» and «…» a token
    "alphabetic_words",  # share of words with a letter
    "alphabetic_tokens",  # share of tokens that are such a word
    "newline_ratio",  # newlines a token
    "stop_words",  # different stop words of the document's language
    "top_2gram",  # share of characters in the most frequent sequence of two words
    "top_3gram",
    "top_4gram",
    "duplicate_5gram",  # share of characters in repeated sequences of five words
    "duplicate_6gram",
    "duplicate_7gram",
    "duplicate_8gram",
    "duplicate_9gram",
    "duplicate_10gram",
    "addresses",  # share of visible characters in addresses
    "machine_text",  # share of visible characters in blobs
    "vowels",  # share of Latin letters that are vowels (or have a diacritic)
    "letter_coincidence",  # chance that two letters of a–z drawn from the text are the same
)
"""What is measured of words and letters; NaN where there is nothing to measure."""

BLOB = 24
"""Fewest characters of a blob."""
MOST = 100_000
"""Words, lines and paragraphs beyond are counted, but not compared."""

_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE | re.ASCII)
_BLOB = re.compile(rf"[A-Za-z0-9+/=_-]{{{BLOB},}}")
_HEX = re.compile(r"[0-9A-Fa-f-]+")


def words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of `text`, A–Z folded, each with whether it is a letter that is alone.

    >>> [word for word, _ in words("Don't say 'never' in 東京, R2D2")]
    ["don't", 'say', 'never', 'in', '東', '京', 'r2d2']
    """
    for first, end, alone in word_spans(text):
        yield (text[first:end] if alone else text[first:end].translate(FOLD)), alone


def word_spans(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield where each word of `text` begins and ends, and whether it is a letter alone."""
    classes = [*map(character_class, text), 0]
    start = None
    for i, bits in enumerate(classes):
        joined = bool(bits & (LETTER | DIGIT)) and not bits & ALONE
        if start is not None and not joined:
            follows = i + 1 < len(text) and classes[i + 1] & (LETTER | ALONE) == LETTER
            joined = bool(bits & MARK) or (
                i < len(text) and text[i] in APOSTROPHES and bool(follows)
            )
        if joined:
            start = i if start is None else start
            continue
        if start is not None:
            yield start, i, False
            start = None
        if bits & ALONE:
            yield i, i + 1, True


def marks(text: str) -> int:
    """Return how many tokens of `text` are not words.

    >>> marks("Well... (it's -- 5 o'clock!!)")
    6
    """
    inside = [False] * len(text)
    for first, end, _ in word_spans(text):
        inside[first:end] = [True] * (end - first)
    return sum(
        not (inside[i] or character_class(c) & SPACE or (c in ".-" and text[i - 1 : i] == c))
        for i, c in enumerate(text)
    )


def word_figures(text: str, language: str | None) -> dict[str, float]:
    """Return the `WORD_FIGURES` of `text`."""
    found = dict.fromkeys(WORD_FIGURES, nan)
    found["visible"] = float(sum(not character_class(c) & SPACE for c in text))
    return found | _of_words(text, language) | _of_letters(text) | _of_addresses(text)


def _of_words(text: str, language: str | None) -> dict[str, float]:
    listed = list(words(text))
    plain = [word for word, _ in listed]
    spaced = [word for word, alone in listed if not alone]
    lettered = sum(any(character_class(c) & LETTER for c in word) for word in plain)
    found = {"words": float(len(plain))}
    if tokens := len(plain) + marks(text):
        found["hash_ratio"] = text.count("#") / tokens
        found["ellipsis_ratio"] = (text.count("...") + text.count("…")) / tokens
        found["newline_ratio"] = text.count("\n") / tokens
        found["alphabetic_tokens"] = lettered / tokens
    if plain:
        found["alphabetic_words"] = lettered / len(plain)
    if spaced and 2 * len(spaced) >= len(plain):
        found["mean_word_length"] = sum(map(len, spaced)) / len(spaced)
    plain = plain[:MOST]
    if language in STOP_WORDS:
        found["stop_words"] = float(len(set(STOP_WORDS[language].split()) & set(plain)))
    if text:
        found |= {f"top_{n}gram": min(1.0, _top(plain, n) / len(text)) for n in (2, 3, 4)}
        found |= {f"duplicate_{n}gram": _repeated(plain, n) / len(text) for n in range(5, 11)}
    return found


def _top(plain: list[str], n: int) -> int:
    counts = Counter(zip(*(plain[i:] for i in range(n)), strict=False))
    return max((k * (sum(map(len, g)) + n - 1) for g, k in counts.items() if k > 1), default=0)


def _repeated(plain: list[str], n: int) -> int:
    known: set[tuple[str, ...]] = set()
    total = i = 0
    while i + n <= len(plain):
        sequence = tuple(plain[i : i + n])
        again = sequence in known
        known.add(sequence)
        total += sum(map(len, sequence)) if again else 0
        i += n if again else 1
    return total


def _of_letters(text: str) -> dict[str, float]:
    classes = [character_class(c) for c in text]
    latin = sum(bool(k & LATIN) for k in classes)
    found = {"latin_letters": float(latin)}
    if latin and 2 * latin >= sum(bool(k & LETTER) for k in classes):
        found["vowels"] = sum(bool(k & VOWEL) for k in classes) / latin
    counts = Counter(c for c in text.translate(FOLD) if c in string.ascii_lowercase)
    if (n := counts.total()) > 1:
        found["letter_coincidence"] = sum(k * (k - 1) for k in counts.values()) / (n * (n - 1))
    return found


def _of_addresses(text: str) -> dict[str, float]:
    classes = [character_class(c) for c in text]
    seen = sum(not k & SPACE for k in classes)
    if not seen:
        return {}
    inside = _in_addresses(text, classes)
    outside = "".join(" " if address else c for c, address in zip(text, inside, strict=True))
    blobs = sum(len(m.group()) for m in _BLOB.finditer(outside) if _is_blob(m.group()))
    return {"addresses": sum(inside) / seen, "machine_text": blobs / seen}


def _in_addresses(text: str, classes: list[int]) -> list[bool]:
    inside = [False] * len(text)
    for i in range(len(text)):
        first = i == 0 or not classes[i - 1] & (LETTER | DIGIT)
        runs_on = i > 0 and inside[i - 1]
        inside[i] = not classes[i] & SPACE and (
            runs_on or (first and bool(_ADDRESS.match(text, i)))
        )
    return inside


def _is_blob(run: str) -> bool:
    digits = sum(c in string.digits for c in run)
    capitals, small = (
        sum(c in s for c in run) for s in (string.ascii_uppercase, string.ascii_lowercase)
    )
    mixed = min(digits, capitals, small) >= 2
    return mixed or (digits >= 4 and bool(_HEX.fullmatch(run)))
