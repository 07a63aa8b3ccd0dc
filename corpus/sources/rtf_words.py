"""The control words of RTF that matter to its text, and what they mean."""

from __future__ import annotations

import codecs

CODECS = {b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850", b"ansi": "cp1252"}

CHARSETS = {
    77: "mac_roman", 78: "shift_jis", 80: "gb2312", 83: "mac_cyrillic", 85: "mac_greek",
    128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
"""Windows' numbers of character sets, as fonts state them; 0 and others are the document's."""

SIGNS = {
    b"line": "\n", b"lbr": "\n", b"tab": "\t", b"emdash": "—", b"endash": "–", b"emspace": " ",
    b"enspace": " ", b"qmspace": " ", b"bullet": "•", b"lquote": "‘", b"rquote": "’",
    b"ldblquote": "“", b"rdblquote": "”", b"zwj": "\u200d", b"zwnj": "\u200c",
}  # fmt: skip
ESCAPED = {b"~": "\u00a0", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\", b"\t": "\t"}
ENDS = frozenset((b"par", b"sect", b"page", b"column"))
FIELDS = (b"yr", b"mo", b"dy", b"hr", b"min")

KEPT = frozenset(
    b"author title creatim atnauthor atndate annotation fldinst revtbl footnote fonttbl "
    b"stylesheet".split()
)
"""Destinations whose text is taken down, but not as part of the body."""

QUIET = frozenset(b"info shp shpinst do upr".split())
"""Groups that show nothing themselves, but may hold groups that do."""

HIDDEN = frozenset(
    b"colortbl listtable listoverridetable rsidtbl generator xmlnstbl themedata datastore "
    b"colorschememapping latentstyles pict nonshppict objdata header headerl headerr headerf "
    b"footer footerl footerr footerf ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn tc tcn xe rxe "
    b"bkmkstart bkmkend template sp sn sv atnid atnref atrfstart atrfend atntime filetbl pgptbl "
    b"userprops docvar panose falt htmltag mhtmltag revtim buptim printim doccomm keywords company "
    b"manager category comment hlinkbase subject operator formfield".split()
)
"""Destinations whose text is shown nowhere in the body."""


class CodePages:
    """The code pages of a document and of its fonts, as its control words state them."""

    def __init__(self) -> None:
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._usual = 0

    def note(self, word: bytes, number: int | None, font: int | None) -> None:
        """Take down what `word` says; `font` is the one that a table of fonts is at."""
        if word in CODECS:
            self._codec = CODECS[word]
        elif number is None:
            return
        elif word == b"ansicpg":
            self._codec = _known(f"cp{number}") or self._codec
        elif word == b"deff":
            self._usual = number
        elif word == b"fcharset" and font is not None:
            self._fonts.setdefault(font, CHARSETS.get(number, ""))
        elif word == b"cpg" and font is not None:
            self._fonts[font] = f"cp{number}"

    def of(self, font: int | None) -> str:
        """Return the codec of text in `font`, None for the document's usual one."""
        return _known(self._fonts.get(self._usual if font is None else font, "")) or self._codec


def _known(codec: str) -> str | None:
    try:
        return codecs.lookup(codec).name if codec else None
    except LookupError:
        return None


def date_of(packed: int) -> str:
    """Return the moment that Word packs into 32 bits, as local ISO text; empty if there is none.

    >>> date_of(124994142)
    '2019-03-08T09:30'
    """
    packed &= 0xFFFFFFFF
    minute, hour, day = packed & 63, packed >> 6 & 31, packed >> 11 & 31
    month, year = packed >> 16 & 15, 1900 + (packed >> 20 & 511)
    return f"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}" if month and day else ""
