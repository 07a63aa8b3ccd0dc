"""The XML of phone backups as a stream that an XML parser accepts, and its messages one by one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

BLOCK = 1 << 18
MAX_HELD = 1 << 20  # characters without a space; then a block is cut anywhere
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
PAIR = re.compile(
    r"&#(?:(5[56]\d{3})|[xX]([dD][89abAB][0-9a-fA-F]{2}));"
    r"&#(?:(5[67]\d{3})|[xX]([dD][c-fC-F][0-9a-fA-F]{2}));"
)
ONE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|(\d{1,8}));")
PICTURE = re.compile(r"(?<= data=[\"'])[A-Za-z0-9+/=]{64,}")
FORBIDDEN = ("<!DOCTYPE", "<!ENTITY")
REPLACED = 0xFFFD


class Refused(ValueError):
    """The file declares entities, which no phone writes."""


class Cleaned:
    """The bytes of a stream as well-formed UTF-8: emoji whole, no pictures, no control characters.

    Phones write an emoji as the two halves of UTF-16, each as a reference of its own, which no
    parser accepts; and pictures in Base64, which are most of the file and no writing.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._held = ""
        self._done = False

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, empty at the end; raises Refused."""
        while not self._done:
            block = self._stream.read(BLOCK)
            self._done = not block
            text = self._held + self._decoder.decode(block, final=self._done)
            if any(word in text for word in FORBIDDEN):
                raise Refused
            text = PICTURE.sub("", text)
            cut = text.rfind(" ")  # no reference and no name of an attribute goes across a space
            if self._done or (cut < 0 and len(text) > MAX_HELD):
                cut = len(text)
            cut = max(cut, 0)
            text, self._held = text[:cut], text[cut:]
            if text or self._done:
                return legal(text).encode("utf-8", "replace")
        return b""


def legal(text: str) -> str:
    """Return XML with only such characters and references as XML may hold.

    >>> legal("&#10;&#55357;&#56832; &#xD83D; &#0;&#38;")
    '&#10;&#128512; &#65533; &#32;&#38;'
    """
    return ONE.sub(_one, PAIR.sub(_pair, text.translate(CONTROLS)))


def _pair(found: re.Match[str]) -> str:
    high, low = (int(found[n]) if found[n] else int(found[n + 1], 16) for n in (1, 3))
    if not 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return found[0]
    return f"&#{0x10000 + ((high - 0xD800) << 10) + low - 0xDC00};"


def _one(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    if code < 0x20 and code not in (9, 10, 13):
        return "&#32;"
    is_character = code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return found[0] if is_character else f"&#{REPLACED};"


def messages(stream: BinaryIO) -> Iterator[etree._Element]:
    """Yield each `sms`, `mms` and `call` element; it is empty once the next one is asked for.

    Raises etree.XMLSyntaxError where the file is damaged, and Refused.
    """
    found = etree.iterparse(
        Cleaned(stream),
        events=("end",),
        tag=("sms", "mms", "call"),
        huge_tree=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    for _, element in found:
        yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
