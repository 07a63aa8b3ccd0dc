"""What a character is: letter, digit, mark, space or sign, and what it may do in a line.

- A character has one class, by its Unicode category: letter (L), digit (N, and «_»), mark (M),
  space (Z and the ASCII and NEL white space), or other. Letters of scripts that put no space
  between words (Han, kana, Thai, Lao, Burmese, Khmer) are «alone». What is no space is visible.
- Besides, some characters end sentences (Unicode's Sentence_Terminal), close quotes and brackets,
  or are signs that programs are full of.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Sequence

LETTER, DIGIT, SPACE, ALONE, MARK, VOWEL, LATIN = 1, 2, 4, 8, 16, 32, 64
"""Bits of a character's class."""

BULLETS = "•‣◦▪●∙·"
DASHES = "-*"  # bullets when a space follows
APOSTROPHES = "'’"
SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85"
WIDE_TERMINALS = "。．！？｡"  # no space follows them
TERMINALS = (
    ".?!՞։؝؞؟۔܀܁܂߹࠷࠹࠽࠾।॥၊။።፧፨᙮᜵᜶᠃᠉᥄᥅᪨᪩᪪᪫᭚᭛᭞᭟᰻᰼᱾᱿‼‽⁇⁈⁉⸮⸼꓿꘎꘏꛳꛷꡶꡷꣎꣏꤯꧈꧉꩝꩞꩟꫰꫱꯫﹒﹖﹗" + WIDE_TERMINALS
)
"""Characters that end a sentence."""
CLOSERS = "\"'”’»)]}›」』）】"
"""Characters that may stand between the end of a sentence and the space after it."""
SEPARATORS = ",;\t"
CODE = '{}()[];=,:"<>'
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

FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


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


def is_space(character: str) -> bool:
    """Return whether `character` is white space.

    >>> is_space("\\u00a0"), is_space("_")
    (True, False)
    """
    return bool(character_class(character) & SPACE)


def visible(text: str) -> int:
    """Return how many characters of `text` are not spaces.

    >>> visible("a b\\n")
    2
    """
    return sum(not is_space(c) for c in text)
