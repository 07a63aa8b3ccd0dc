"""Decode text whose declared charset may be missing, misnamed or wrong."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from corpus.sources.file import decode

ALIASES = {
    "iso-8859-1": "cp1252",  # what senders mean by it: WHATWG Encoding Standard, 4.2
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp",
    "x-big5": "big5hkscs",
    "big5": "big5hkscs",
    "cp-850": "cp850",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "unicode": "utf-16",
    "ansi_x3.4-1968": "ascii",
    "koi8": "koi8-r",
}
NOT_DECLARED = frozenset(
    "us-ascii ascii ansi_x3.4-1968 iso-646-us unknown-8bit unknown x-unknown default none "
    "iso-2022-int charset 8bit binary".split()
)
ASCII = [chr(n) for n in range(128)]
BROKEN = 20  # one character in so many beyond ASCII may be broken
ONE_BYTE = re.compile(r"cp\d{3,4}|windows-\d+|iso-?8859|koi8|mac[_-]|latin|hp-roman", re.IGNORECASE)
WIDE = re.compile(r"utf-?16\Z|utf-?32\Z|ucs-?2", re.IGNORECASE)


def decoded(raw: bytes, charset: str | None) -> str:
    """Return `raw` in the declared `charset` if it is right, else as `decode` finds it.

    UTF-8 that is declared to be in a one-byte charset is read as UTF-8, which it cannot be by
    chance.

    >>> decoded("blåbær".encode(), "iso-8859-1"), decoded("blåbær".encode("cp1252"), "utf-8")
    ('blåbær', 'blåbær')
    """
    codec = codec_of((charset or "").strip("\"' \t").lower())
    plain = raw.isascii() and not (b"\x1b" in raw or b"\0" in raw)
    if plain and codec in (None, "utf-8", "cp1252"):
        return raw.decode("ascii")
    if codec is None:
        return _found(raw)
    if ONE_BYTE.match(codec) and not raw.isascii():
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            pass
    if WIDE.match(codec) and raw[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        codec = "utf-16-be" if raw[0:200:2].count(0) > raw[1:200:2].count(0) else "utf-16-le"
    try:
        return raw.decode(codec)
    except (LookupError, UnicodeError, ValueError):
        return _nearly(raw, codec) or _found(raw)


def _nearly(raw: bytes, codec: str) -> str | None:
    """Return `raw` in `codec`, what is broken replaced; None when more than a little is."""
    try:
        text = raw.decode(codec, "replace")
    except (LookupError, UnicodeError, ValueError):
        return None
    beyond = len(text) - sum(map(text.count, ASCII))
    per = 2 if codec == "utf-8" else BROKEN  # what reads as UTF-8 at all is hardly anything else
    return text if text.count("\ufffd") * per <= beyond else None


@lru_cache(maxsize=256)
def codec_of(name: str) -> str | None:
    """Return the name of Python's codec for a declared charset; None when it says nothing.

    >>> codec_of("gb2312"), codec_of("x-no-such"), codec_of("us-ascii")
    ('gb18030', None, None)
    """
    if not name or name in NOT_DECLARED:
        return None
    codec = ALIASES.get(name, name)
    try:
        info = codecs.lookup(codec)
    except (LookupError, ValueError):
        return None
    known = getattr(info, "_is_text_encoding", True)
    return (info.name if codec == name else codec) if known else None


def _found(raw: bytes) -> str:
    """Return text in no declared charset; ISO 2022's escapes and UTF-16's zeros tell it."""
    if b"\x1b$" in raw or b"\x1b(J" in raw:
        try:
            return raw.decode("iso2022_jp_ext")
        except UnicodeDecodeError:
            pass
    zeros = raw[:400].count(0)
    if zeros * 4 > min(len(raw), 400):
        codec = "utf-16-be" if raw[0:400:2].count(0) > raw[1:400:2].count(0) else "utf-16-le"
        return raw.decode(codec, "replace").removeprefix("\ufeff")
    return decode(raw)[0]
