"""What a word, a line and an address are, and what is counted of them: the rule, in plain Python.

`figures` is written to be read. `corpus.measure` computes the same numbers, bit for bit, from
UTF-8 bytes and some thousand times faster; a test holds the two together.

- A **character** has one class, by its Unicode category: letter (L), digit (N, and «_»), mark (M),
  space (Z and the ASCII and NEL white space), or other. Letters of scripts that put no space
  between words (Han, kana, Thai, Lao, Burmese, Khmer) are «alone».
- A **word** is a run of letters and digits with the marks and apostrophes (' ’) inside it, an
  apostrophe only before a letter. A letter that is alone is a word by itself. Words are equal
  when they are equal but for the case of A–Z.
- An **address** begins at «http://», «https://» or «www.» in any case, where no letter or digit
  stands before, and runs to the next space. A **blob** is a run of at least 24 of
  «A–Z a–z 0–9 + / = _ -» outside addresses, with two capitals, small letters and digits each, or
  of hexadecimal digits and «-» alone with four digits.
- A **line** is the text between newlines without the spaces at its ends; a **paragraph** is a run
  of lines that are not empty. Shares of lines are shares of those.

Sources of the figures: Gopher (Rae et al. 2021, arXiv 2112.11446, table A1) for words, symbols,
lines and n-grams, with two departures: punctuation is no word, and a share of n-grams is of the
words' characters; C4 and FineWeb for addresses and machine text; Friedman's index of coincidence.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LETTER, DIGIT, SPACE, ALONE, MARK, VOWEL, LATIN = 1, 2, 4, 8, 16, 32, 64
"""Bits of a character's class."""

FIGURES = (
    "visible",  # characters that are not spaces
    "words",
    "mean_word_length",  # characters a word, alone ones left out
    "symbol_ratio",  # «#», «...» and «…» a word
    "alphabetic_words",  # share of words with a letter
    "stop_words",  # different stop words of the document's language
    "bullet_lines",  # share of lines
    "ellipsis_lines",
    "table_lines",  # with far more digits and signs than letters
    "duplicate_lines",  # share of visible characters in lines seen before
    "duplicate_paragraphs",
    "top_2gram",  # share of word characters in the most frequent sequence of two words
    "top_3gram",
    "top_4gram",
    "addresses",  # share of visible characters in addresses
    "machine_text",  # share of visible characters in blobs
    "vowels",  # share of Latin letters that are vowels (or have a diacritic)
    "letter_coincidence",  # chance that two letters of a–z drawn from the text are the same
)
"""The columns of what is measured; NaN where a document is too small to be judged by it."""


class Least(NamedTuple):
    """Below these sizes a share says nothing, and is not taken."""

    words: int = 10  # for shares of words and their mean length
    repeated: int = 20  # words for n-grams
    stop: int = 50  # words for stop words
    lines: int = 5
    paragraphs: int = 3
    letters: int = 60  # for vowels and coincidence
    line: int = 8  # visible characters of a line that may be a table's
    blob: int = 24  # characters of a run that may be a machine's
    most: int = 100_000  # words, lines and paragraphs beyond are counted, but not compared


LEAST = Least()

STOP_WORDS = {
    "en": "the be to of and that have with a in it is was for i you he on as at",
    "fr": "le la les de des du et un une est que qui dans pour pas ce je il en à",
    "de": "der die das und ist ein eine nicht zu den von mit ich sich auf es er sie dem war",
    "es": "el la los las de que y en un una por con no para es se lo su al me",
    "it": "il la le di che e un una non per è in con si del i lo mi ma da",
    "pt": "o a os as de que e em um uma não para com por se do da no na eu",
    "nl": "de het een en van is dat niet in op te ik hij zijn voor met die was er aan",
    "sv": "och i att det som en på är av för med den inte jag ett han var om till så",
    "no": "og i det som en på er av for med den ikke jeg et han var om til så å",
    "da": "og i det som en på er af for med den ikke jeg et han var om til så at",
    "fi": "ja on ei se että en oli hän mutta kun niin joka ole jos tai mitä nyt ovat minä",
    "pl": "i w na z się nie że do to jest jak o ale po co za od tak był już",
    "ru": "и в не на что я он с как это а то но по из у за к мы так",
}
"""Language → words of which a text of some length cannot do without."""

BULLETS = "•‣◦▪●∙·"
DASHES = "-*"  # bullets when a space follows
APOSTROPHES = "'’"
SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85"
WITHOUT_SPACES = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x3006),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9D),
    (0x20000, 0x3FFFF),
)
LATIN_BLOCKS = ((0x41, 0x7A), (0xC0, 0x24F), (0x1E00, 0x1EFF))
CLASSED = 0x20000
"""Code points below this have the class of their category; of the rest, planes 2 and 3 hold Han."""

_FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE | re.ASCII)
_BLOB = re.compile(rf"[A-Za-z0-9+/=_-]{{{LEAST.blob},}}")
_HEX = re.compile(r"[0-9A-Fa-f-]+")


def character_class(character: str) -> int:
    """Return the bits of `character`.

    >>> character_class("é") == LETTER | LATIN | VOWEL and character_class("中") == LETTER | ALONE
    True
    """
    point = ord(character)
    if point >= CLASSED:
        return LETTER | ALONE if point <= WITHOUT_SPACES[-1][1] else 0
    if character in SPACES or character == "_":
        return DIGIT if character == "_" else SPACE
    bits = {"L": LETTER, "N": DIGIT, "M": MARK, "Z": SPACE}.get(
        unicodedata.category(character)[0], 0
    )
    if bits == LETTER and _within(point, WITHOUT_SPACES):
        bits |= ALONE
    if bits == LETTER and _within(point, LATIN_BLOCKS):
        bits |= LATIN | (VOWEL if point > 127 or character in "aeiouyAEIOUY" else 0)
    return bits


def _within(point: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(low <= point <= high for low, high in ranges)


def words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of `text`, A–Z folded, each with whether it is a letter that is alone.

    >>> [word for word, _ in words("Don't say 'never' in 東京, R2D2")]
    ["don't", 'say', 'never', 'in', '東', '京', 'r2d2']
    """
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
            yield text[start:i].translate(_FOLD), False
            start = None
        if bits & ALONE:
            yield text[i], True


def lines(text: str) -> list[str]:
    """Return the lines of `text` without the spaces at their ends.

    >>> lines(" a b \\n\\nc")
    ['a b', '', 'c']
    """
    spaces = "".join({c for c in text if character_class(c) & SPACE})
    return [line.strip(spaces) for line in text.split("\n")]


def figures(text: str, language: str | None = None) -> dict[str, float]:
    """Return the `FIGURES` of `text`; NaN where it is too small to be judged by one."""
    seen = sum(not character_class(c) & SPACE for c in text)
    found = dict.fromkeys(FIGURES, float("nan")) | {"visible": float(seen)}
    return found | _of_words(text, language) | _of_lines(text, seen) | _of_letters(text, seen)


def _of_words(text: str, language: str | None) -> dict[str, float]:
    listed = list(words(text))
    plain = [word for word, _ in listed]
    found = {"words": float(len(plain))}
    if len(plain) >= LEAST.words:
        symbols = text.count("#") + text.count("...") + text.count("…")
        letters = sum(any(character_class(c) & LETTER for c in word) for word in plain)
        found["symbol_ratio"] = symbols / len(plain)
        found["alphabetic_words"] = letters / len(plain)
        spaced = [word for word, alone in listed if not alone]
        if len(spaced) >= LEAST.words:
            found["mean_word_length"] = sum(map(len, spaced)) / len(spaced)
    plain = plain[: LEAST.most]
    if len(plain) >= LEAST.repeated:
        for n in (2, 3, 4):
            found[f"top_{n}gram"] = _top(plain, n)
    if len(plain) >= LEAST.stop and language in STOP_WORDS:
        found["stop_words"] = float(len(set(STOP_WORDS[language].split()) & set(plain)))
    return found


def _top(plain: list[str], n: int) -> float:
    counts = Counter(zip(*(plain[i:] for i in range(n)), strict=False))
    weight = max((k * sum(map(len, gram)) for gram, k in counts.items() if k > 1), default=0)
    return min(1.0, weight / sum(map(len, plain)))


def _of_lines(text: str, seen: int) -> dict[str, float]:
    stripped = lines(text)
    full = [line for line in stripped if line]
    found = {}
    if len(full) >= LEAST.lines:
        found["bullet_lines"] = sum(map(_is_bullet, full)) / len(full)
        found["ellipsis_lines"] = sum(x.endswith(("...", "…")) for x in full) / len(full)
        found["table_lines"] = sum(map(_is_table, full)) / len(full)
        found["duplicate_lines"] = _repeated([(x, _visible(x)) for x in full]) / seen
    blocks: list[list[str]] = [[]]
    for line in stripped:
        blocks[-1].append(line) if line else blocks.append([])
    parts = [(tuple(b), sum(map(_visible, b))) for b in blocks if b]
    if len(parts) >= LEAST.paragraphs:
        found["duplicate_paragraphs"] = _repeated(parts) / seen
    return found


def _visible(line: str) -> int:
    return sum(not character_class(c) & SPACE for c in line)


def _is_bullet(line: str) -> bool:
    return line[0] in BULLETS or (
        line[0] in DASHES and len(line) > 1 and bool(character_class(line[1]) & SPACE)
    )


def _is_table(line: str) -> bool:
    letters = sum(bool(character_class(c) & (LETTER | MARK)) for c in line)
    return _visible(line) >= LEAST.line and 5 * letters < 2 * _visible(line)


def _repeated(parts: Sequence[tuple[object, int]]) -> int:
    known: set[object] = set()
    total = 0
    for part, size in parts[: LEAST.most]:
        total += size if part in known else 0
        known.add(part)
    return total


def _of_letters(text: str, seen: int) -> dict[str, float]:
    classes = [character_class(c) for c in text]
    inside = _in_addresses(text, classes)
    found = {}
    if seen:
        outside = "".join(" " if address else c for c, address in zip(text, inside, strict=True))
        blobs = sum(len(m.group()) for m in _BLOB.finditer(outside) if _is_blob(m.group()))
        found = {"addresses": sum(inside) / seen, "machine_text": blobs / seen}
    latin = sum(bool(k & LATIN) for k in classes)
    if latin >= LEAST.letters and 2 * latin >= sum(bool(k & LETTER) for k in classes):
        found["vowels"] = sum(bool(k & VOWEL) for k in classes) / latin
    counts = Counter(c for c in text.translate(_FOLD) if c in string.ascii_lowercase)
    if (n := counts.total()) >= LEAST.letters:
        found["letter_coincidence"] = sum(k * (k - 1) for k in counts.values()) / (n * (n - 1))
    return found


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
