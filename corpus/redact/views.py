"""A text as a reader sees it: without hidden characters, marks composed, look-alikes made plain.

Zero-width characters inside an address, marks heaped on a name, letters of another alphabet,
full-width digits, digits on keycaps or the escapes of a URL hide nothing from a reader, but from
every pattern. What is found in the view is put back to where it stands in the text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import NamedTuple

_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_HIDDEN = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff"
)
_WIDE = "\uff01-\uff5e\u24b6-\u24e9\U0001d400-\U0001d7ff"
_DIGITS = "\u0660-\u0669\u06f0-\u06f9\u0966-\u096f"
ESCAPE = re.compile("%[2-7][0-9A-Fa-f]")
_ODD = re.compile(
    f"{ESCAPE.pattern}|[{_HIDDEN}]+|[^{_MARKS}][{_MARKS}]+|[{_WIDE}{_DIGITS}\ud800-\udfff]"
)
_HIDDEN_ALONE = re.compile(f"[{_HIDDEN}]+")
_FIRST_OTHER = 0x590  # marks on letters from here on are part of how they are written
_LIKE = dict(
    zip(
        "аеһіјорѕсухԁԛԝАВЕНІЈКМОРЅСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧονϲ",
        "aehijopscyxdqwABEHIJKMOPSCTYXABEZHIKMNOPTYXovc",
        strict=True,
    )
)
_LIKENESS = str.maketrans(_LIKE)
_FOREIGN = re.compile(f"[{''.join(_LIKE)}]")
_WORD = re.compile(r"[^\W\d_]+")


class View(NamedTuple):
    """The text seen, and where characters of the original are left out: (position, how many)."""

    text: str
    left_out: tuple[tuple[int, int], ...] = ()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where `[start, end)` of the view is in the original."""
        return self._original(start), self._original(end)

    def _original(self, position: int) -> int:
        n = bisect_right(self.left_out, (position, 1 << 60))
        return position + (self.left_out[n - 1][1] if n else 0)


def view(text: str) -> View:
    """Return the view of `text`; of plain text, itself.

    >>> seen = view("a\\u200bnn@example.org")
    >>> seen.text, seen.place(0, 15)
    ('ann@example.org', (0, 16))
    """
    text = text.replace("\0", "\ufffd")  # the zero stands between texts of a window
    if text.isascii() and not ESCAPE.search(text):
        return View(text)
    pieces: list[str] = []
    left_out: list[tuple[int, int]] = []
    at = size = gone = 0
    for found in _ODD.finditer(text):
        seen = _seen(found[0])
        pieces += [text[at : found.start()], seen]
        size += found.start() - at + len(seen)
        at = found.end()
        if len(seen) < len(found[0]):
            gone += len(found[0]) - len(seen)
            left_out.append((size, gone))
    plain = "".join(pieces) + text[at:] if at else text
    if _FOREIGN.search(plain):
        plain = _WORD.sub(_latin, plain)
    return View(plain, tuple(left_out))


def _seen(run: str) -> str:
    """Return what is seen of an escape, hidden characters, a character with marks, a look-alike."""
    if run[0] == "%" and len(run) == 3:
        return chr(int(run[1:], 16))
    if "\ud800" <= run <= "\udfff":
        return "\ufffd"
    if _HIDDEN_ALONE.fullmatch(run):
        return ""
    if run[1:] == "\u20e3":
        return run[0]  # a key
    if len(run) > 1 and unicodedata.combining(run[1]) and not unicodedata.combining(run[0]):
        composed = unicodedata.normalize("NFC", run)
        return composed if len(composed) == 1 or ord(run[0]) >= _FIRST_OTHER else composed[0]
    plain = unicodedata.normalize("NFKC", run)
    digit = unicodedata.decimal(plain, None) if len(plain) == 1 else None
    return plain if digit is None else str(digit)


def _latin(found: re.Match[str]) -> str:
    """Return a word in Latin letters when it has some, and others that only look like them."""
    word = found[0]
    mixed = any("A" <= c <= "z" for c in word) and _FOREIGN.search(word)
    return word.translate(_LIKENESS) if mixed else word
