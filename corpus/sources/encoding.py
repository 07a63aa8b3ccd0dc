"""Bytes to text in whatever encoding they are, whole or as a stream."""

from __future__ import annotations

import codecs
import io
import re
import unicodedata
from typing import BinaryIO

from charset_normalizer import from_bytes

from corpus.sources.codepages import DOUBLE, SINGLE, sample_of, told_apart

BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
SAMPLE = 1 << 16  # bytes an encoding is judged by, of however many
BLOCK = 1 << 20
FALLBACK = "cp1252"
MIXED = 0.5  # characters of good UTF-8 for each bad byte that make a file mixed, not another's
PADDING = re.compile(rb"\0{64,}")  # what a crash leaves of blocks that were never written
ASCII = bytes(range(128))
GOOD = re.compile("[^\0-\x7f\udc80-\udcff]")
JIS = re.compile(rb"\x1b\$[@B]")
CESU = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
WIDE = re.compile(
    "[\t\n\r -~\xa0-\u024f\u0370-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u2010-\u20bf"
    "\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]"
)

# Bytes that all Windows code pages use for quotation marks, dashes and the ellipsis. In those of
# DOS they are letters, so they count only where a letter cannot stand.
_MARKS = re.compile(
    rb"(?<![A-Za-z])[\x82\x84\x91\x93]|[\x85\x92\x94\x96\x97](?![A-Za-z])"
    rb"|(?<=[A-Za-z])\x92(?=(?:s|t|d|m|re|ve|ll)\b)|\xa0"
)


def _in_page(page: str) -> None:
    """Register the error handler that reads bytes which are no UTF-8 in `page`."""

    def handler(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        return error.object[error.start : error.end].decode(page, "replace"), error.end

    codecs.register_error(f"else-{page}", handler)


for _page in SINGLE:
    _in_page(_page)


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Return the text of `data` and its encoding; padding with zero bytes is left out.

    A byte order mark decides, then the zero bytes of UTF-16, then strict UTF-8 over the whole, then
    the `declared` encoding if all fits it. UTF-8 with lines of another encoding among it is read
    piece by piece («utf-8 and cp1252»), and what is no UTF-8 in the code page in which it reads
    best. The encoding is «replaced» when some bytes fit none and became U+FFFD.

    >>> decode("naïve".encode("utf-16")), decode("naïve".encode("utf-16-be"))
    (('naïve', 'utf-16'), ('naïve', 'utf-16-be'))
    >>> decode("It’s so.".encode("cp1252"))
    ('It’s so.', 'cp1252')
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace"), encoding
    if b"\0" in data:
        if (found := wide(data)) is not None:
            return data.decode(found, "replace").rstrip("\0"), found
        data = PADDING.sub(b"", data.rstrip(b"\0"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _no_utf8(data, declared, error)
    if data.isascii() and JIS.search(data[:SAMPLE]):
        return _strictly(data, "iso2022_jp") or (text, "utf-8")
    return text, "utf-8"


def _no_utf8(data: bytes, declared: str | None, error: UnicodeDecodeError) -> tuple[str, str]:
    """Return the text of `data`, which `error` shows is no valid UTF-8."""
    if error.reason == "unexpected end of data" and not data[: error.start].isascii():
        return f"{data[: error.start].decode('utf-8')}\ufffd", "utf-8"
    if declared and (told := _strictly(data, declared)):
        return told
    if (found := _wide_kana(data)) is not None:
        return data.decode(found, "replace"), found
    if CESU.search(data) and (told := _joined(data)):
        return told
    good, bad = _counted(data)
    if good >= MIXED * bad:
        return _mixed(data)
    encoding = page_of(data)
    text = data.decode(encoding or FALLBACK, "replace")
    return text, encoding if encoding and "\ufffd" not in text else "replaced"


def _strictly(data: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        return data.decode(encoding), encoding
    except (LookupError, ValueError):
        return None


def _joined(data: bytes) -> tuple[str, str] | None:
    """Return text whose characters beyond U+FFFF were each written as two, as Java and Oracle do.

    >>> _joined(b"\\xed\\xa0\\xbd\\xed\\xb8\\x80")
    ('😀', 'cesu-8')
    """
    try:
        halves = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    return halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "cesu-8"


def _counted(data: bytes) -> tuple[int, int]:
    """Return how many characters beyond ASCII are good UTF-8, and how many bytes are not."""
    beyond = data.translate(None, ASCII) if len(data) > SAMPLE else data
    text = beyond.decode("utf-8", "surrogateescape")
    bad = sum("\udc80" <= c <= "\udcff" for c in text[:BLOCK])
    return sum(not c.isascii() for c in text[:BLOCK]) - bad, bad


def _mixed(data: bytes) -> tuple[str, str]:
    """Return UTF-8 text in which some lines are in another encoding, those too."""
    page = page_of(_bad_lines(data)) or FALLBACK
    if page in SINGLE:
        text = data.decode("utf-8", f"else-{page}")
    else:
        lines = (x.decode("utf-8" if _is_utf8(x) else page, "replace") for x in data.split(b"\n"))
        text = "\n".join(lines)
    before = data.count("\ufffd".encode())
    return text, "replaced" if text.count("\ufffd") > before else f"utf-8 and {page}"


def _bad_lines(data: bytes) -> bytes:
    """Return the lines of `data` that are no UTF-8, without what in them is."""
    bad = "\n".join(
        line.decode("utf-8", "surrogateescape") for line in data.split(b"\n") if not _is_utf8(line)
    )
    return GOOD.sub("", bad).encode("utf-8", "surrogateescape")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def page_of(data: bytes) -> str | None:
    """Return the code page of text that is no UTF-8, None when it reads as text in none."""
    sample = sample_of(data, SAMPLE)
    beyond = len(sample.translate(None, ASCII))
    if len(_MARKS.findall(sample)) == beyond:
        return FALLBACK
    if (page := told_apart(sample)) is not None:
        return page
    best = from_bytes(sample).best()  # knows many more, and is less sure of short texts
    return best.encoding if best is not None and best.encoding != "utf_8" else None


def wide(data: bytes) -> str | None:
    """Return which UTF-16 without a byte order mark `data` is, by its zero bytes, None if neither.

    >>> wide("ab".encode("utf-16-le")), wide("今日は\\n".encode("utf-16-be")), wide(b"text\\0")
    ('utf-16-le', 'utf-16-be', None)
    """
    sample = data[: SAMPLE & ~1].rstrip(b"\0")
    if len(sample) % 2 and len(sample) < len(data):
        sample += b"\0"  # the half of the last character that looked like padding
    first, second = sample[::2].count(0), sample[1::2].count(0)
    likely, other = ("utf-16-be", "utf-16-le") if first > second else ("utf-16-le", "utf-16-be")
    if max(first, second) >= 0.3 * len(sample) and max(first, second) > 20 * min(first, second):
        return likely if _reads(sample.decode(likely, "replace")) else None
    rest = sample.replace(b"\0", b"")
    if not first + second or (_is_utf8(rest) and not CONTROLS.search(rest)):
        return None  # text that zero bytes pad, if it is text
    texts = {found: sample.decode(found, "replace") for found in (likely, other)}
    return next((found for found, text in texts.items() if _is_wide(text)), None)


def _is_wide(text: str) -> bool:
    return len(WIDE.findall(text)) >= 0.95 * len(text) and _reads(text)


def _reads(text: str) -> bool:
    """Return whether nearly all of `text` is letters, marks and spaces that are in use."""
    shown = (c for c in text if c not in "\t\n\r")
    odd = sum(unicodedata.category(c) in ("Cc", "Cn", "Co", "Cs") for c in shown)
    return odd + text.count("\ufffd") <= 0.02 * len(text) + (len(text) > 20)


def _wide_kana(data: bytes) -> str | None:
    """Return which UTF-16 `data` is when it has no character of ASCII but many kana."""
    sample = data[: SAMPLE & ~1]
    for start, found in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(data) % 2 == 0 and 4 * sample[start::2].count(0x30) >= len(sample[start::2]) > 3:
            text = sample.decode(found, "replace")
            if _is_wide(text):
                return found
    return None


def text_stream(stream: BinaryIO) -> io.TextIOWrapper:
    """Return `stream`, from its start, as text in its encoding; line ends are as they stand.

    It is read once to find the encoding, in blocks. Bytes that fit nothing become U+FFFD.
    """
    try:
        encoding, errors = stream_encoding(stream)
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    return io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="")


def stream_encoding(stream: BinaryIO) -> tuple[str, str]:
    """Return the encoding of `stream` and the error handler to read it with, as in `decode`."""
    head = _some(stream)
    for bom, encoding in BOMS:
        if head.startswith(bom):
            return encoding, "replace"
    if b"\0" in head and (found := wide(head)) is not None:
        return found, "replace"
    if JIS.search(head) and head.isascii():
        return "iso2022_jp", "replace"
    good, sample = _first_bad(stream, head)
    if sample is None:
        return "utf-8", "replace"
    more, bad = _counted(sample)
    page = page_of(sample)
    if good + more < MIXED * bad:
        return page or FALLBACK, "replace"
    page = page_of(_bad_lines(sample)) or FALLBACK
    return "utf-8", "replace" if page in DOUBLE or page not in SINGLE else f"else-{page}"


def _first_bad(stream: BinaryIO, head: bytes) -> tuple[int, bytes | None]:
    """Return how much good UTF-8 beyond ASCII there is and what stands about the first bad byte."""
    check = codecs.getincrementaldecoder("utf-8")()
    good, before, block = 0, b"", head
    while block:
        try:
            text = check.decode(block)
        except UnicodeDecodeError:
            return good, before + block + _some(stream)
        good += 0 if block.isascii() else sum(not c.isascii() for c in text[:SAMPLE])
        before = block[-3:]
        block = _some(stream)
    return good, None


def _some(stream: BinaryIO) -> bytes:
    """Return the next block, nothing where a damaged member ends: reading it will tell."""
    try:
        return stream.read(SAMPLE)
    except Exception:
        return b""
