"""Read the rich text of Outlook messages: unpack it, and take out the HTML or text within it."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace

from striprtf.striprtf import rtf_to_text

from corpus.sources.charsets import decoded

PACKED, PLAIN = b"LZFu", b"MELA"
BEGUN = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
WINDOW = 4_096
MAX_SIZE = 64 << 20
TOKEN = re.compile(
    r"\\'([0-9a-fA-F]{2})|\\([a-z]{1,32})(-?\d{1,10})? ?|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
ELSEWHERE = frozenset(
    "fonttbl colortbl stylesheet info pntext pict object header footer themedata datastore "
    "listtable listoverridetable rsidtbl generator latentstyles xmlnstbl".split()
)
MEANT = {
    "par": "\n",
    "line": "\n",
    "tab": "\t",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "endash": "–",
    "emdash": "—",
}
SIGNS = {"~": "\xa0", "_": "-", "{": "{", "}": "}", "\\": "\\"}
CHARSETS = {
    **{0: "cp1252", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253"},
    **{162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251"},
    **{222: "cp874", 238: "cp1250"},
}


def unpacked(data: bytes) -> bytes:
    """Return the RTF that Outlook packed (MS-OXRTFCP), as far as it goes; b"" if it is none.

    >>> unpacked(b"\\x14\\x00\\x00\\x00\\x04\\x00\\x00\\x00MELA\\x00\\x00\\x00\\x00{ab}")
    b'{ab}'
    """
    if len(data) < 16:
        return b""
    size = min(struct.unpack_from("<I", data, 4)[0], MAX_SIZE)
    if data[8:12] == PLAIN:
        return data[16 : 16 + size]
    return _unpacked(data, size) if data[8:12] == PACKED else b""


def _unpacked(data: bytes, size: int) -> bytes:
    window = bytearray(BEGUN + bytes(WINDOW - len(BEGUN)))
    write, at = len(BEGUN), 16
    out = bytearray()
    while at < len(data) and len(out) < size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                piece = data[at : at + 1]
                at += 1
            else:
                offset, length = divmod(int.from_bytes(data[at : at + 2], "big"), 16)
                at += 2
                if at > len(data) or offset == write:
                    return bytes(out[:size])
                piece = b""
            for n in range(len(piece) or length + 2):
                byte = piece[0] if piece else window[(offset + n) % WINDOW]
                out.append(byte)
                window[write] = byte
                write = (write + 1) % WINDOW
            if at >= len(data):
                break
    return bytes(out[:size])


@dataclass
class _Group:
    """What holds within a pair of braces."""

    silent: bool = False  # of no text: fonts, colours, what only RTF shows
    tag: bool = False
    rtf_only: bool = False
    font: int = 0
    skip: int = 1  # characters that stand for a Unicode one, for old readers


def content_of(rtf: bytes) -> tuple[str, bool]:
    """Return the content of Outlook's RTF and whether it is HTML, which is put into RTF whole.

    >>> content_of(rb"{\\rtf1\\fromhtml1{\\*\\htmltag64 <p>}Hi\\htmlrtf\\par\\htmlrtf0 }")
    ('<p>Hi', True)
    """
    text = rtf.decode("latin-1")
    begins = text[:1_000]
    if "\\fromhtml" not in begins and "\\fromtext" not in begins:
        return (rtf_to_text(text, errors="ignore") if text.strip() else ""), False
    return _Reader(text).read(), "\\fromhtml" in begins


class _Reader:
    """Reads RTF that was made from HTML or plain text (MS-OXRTFEX)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.group = _Group()
        self.groups: list[_Group] = []
        self.out: list[str] = []
        self.bytes = bytearray()
        self.charset = "cp1252"
        self.fonts: dict[int, int] = {}
        self.left = 0  # characters to pass over after one in Unicode

    def read(self) -> str:
        """Return the content, in the order in which it stands."""
        for found in TOKEN.finditer(self.text):
            code, word, number, sign, brace, run = found.groups()
            if brace:
                self._brace(brace)
            elif word:
                self._word(word, int(number) if number else None)
            elif sign == "*":
                self.group.silent = True  # until a word says what it is
            elif code or run or sign in SIGNS:
                self._put(bytes([int(code, 16)]) if code else (run or SIGNS[sign]))
        self._flush()
        return "".join(self.out)

    def _brace(self, brace: str) -> None:
        self._flush()
        self.left = 0
        if brace == "{":
            self.groups.append(self.group)
            self.group = replace(self.group)
        elif self.groups:
            self.group = self.groups.pop()

    def _word(self, word: str, number: int | None) -> None:
        group = self.group
        if word == "htmltag":
            group.tag, group.silent = True, False
        elif word in ELSEWHERE:
            group.silent = True
        elif word == "htmlrtf":
            group.rtf_only = number != 0
        elif word == "ansicpg" and number:
            self.charset = "utf-8" if number == 65001 else f"cp{number}"
        elif word == "f" and number is not None:
            self._flush()
            group.font = number
        elif word == "fcharset" and number is not None:
            self.fonts[group.font] = number
        elif word == "uc" and number is not None:
            group.skip = max(0, min(number, 9))
        elif word == "u" and number is not None:
            self._put(chr(number % 65_536))
            self.left = group.skip
        elif word in MEANT:
            self._put(MEANT[word])

    def _put(self, piece: str | bytes) -> None:
        if self.left:
            taken = min(self.left, len(piece))
            self.left -= taken
            piece = piece[taken:]
        group = self.group
        if not piece or group.silent or (group.rtf_only and not group.tag):
            return
        if isinstance(piece, bytes):
            self.bytes += piece
        else:
            self._flush()
            self.out.append(piece)

    def _flush(self) -> None:
        if self.bytes:
            font = CHARSETS.get(self.fonts.get(self.group.font, -1), self.charset)
            self.out.append(decoded(bytes(self.bytes), self.charset if self.group.tag else font))
            self.bytes.clear()
