"""What the first bytes of a file look like: text or not, and which text is no prose."""

from __future__ import annotations

import codecs
import csv
import json
import re
from functools import lru_cache

from corpus.sources.file import HEAD, decode

MAGIC = (
    *(b"%PDF", b"SQLite format", b"PK\x03\x04", b"7z\xbc\xaf", b"\x1f\x8b", b"\x89PNG", b"GIF8"),
    *(b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0", b"\x7fELF", b"OggS", b"RIFF", b"{\\rtf"),
    *(b"\xfd7zXZ\0", b"Rar!\x1a", b"\x28\xb5\x2f\xfd", b"wOFF", b"\0asm", b"\xca\xfe\xba\xbe"),
    *(b"ID3\x02", b"ID3\x03", b"ID3\x04"),
)
STARTS = (
    *("<?xml", "<!DOCTYPE", "<svg", "<rss", "<feed", "<opml", "#!/", "BEGIN:VC", "-----BEGIN"),
    *("version https://git-lfs", "version https://hawser"),
)
"""How files begin that decode as text and need a reader of their own, or are no writing."""

STRING = r'"(?:[^"\\\n]|\\.)*+"'
KEY = rf"\{{\s*+(?:{STRING}\s*+:|\}}\s*+(?:,|\Z))"
ITEM = rf"(?:{KEY}|{STRING}\s*+[,\]]|\[\s*+(?:{STRING}|-?\d[\d.]*+\s*+,|\{{)|\]\s*+\Z)"
JSON = re.compile(rf"{KEY}|\[\s*+{ITEM}|[\[{{][-\d.,\s\[\]{{}}]*+\Z")
SCRIPT = re.compile(r"(?:window|var|let|const)\b[\w.\s]{0,80}=\s*[\[{]")
TAGS = re.compile(r"<[A-Za-z][\w:.-]*(?:\s+[\w:.-]+\s*=\s*[\"'][^<>]*)?/?>\s*<[A-Za-z/!]")
ORG = re.compile(
    r"^#\+(?:title|author|date|options|startup|filetags|property|begin_\w+|todo):?\s|"
    r"^[ \t]*:PROPERTIES:[ \t]*\r?$|^\*+ (?-i:TODO|DONE|NEXT) ",
    re.MULTILINE | re.IGNORECASE,
)
NOTES = re.compile(r"(?:<!--(?:[^-]|-(?!->))*+-->\s*+)*+")
MARKED = re.compile(r"[ \t]*(?:</?[A-Za-z][^<>\n]{0,500}>|\{[%#{])")
MARKED_LINES, MOSTLY_MARKED, LEAST_ENDS = 200, 0.5, 0.25
MAIL_SEPARATOR = re.compile(r"From \S+ .*\d{4}\r?\n[\w-]+:")
CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MAX_CONTROLS = 0.01
MIN_PRINTABLE = 0.97
TABLE_LINES, TABLE_CELLS, MAX_CELL = 12, 3, 40


@lru_cache(maxsize=2)  # every recogniser in the table asks about the same head
def head_text(head: bytes) -> tuple[str, str] | None:
    """Return the text of `head` and its encoding, or None when it is not text.

    A character that the end of `head` cuts is left out.

    >>> head_text("Åse".encode()), head_text(bytes(9))
    (('Åse', 'utf-8'), None)
    """
    if head.startswith(MAGIC):
        return None
    try:
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise UnicodeError
        check = codecs.getincrementaldecoder("utf-8")()
        text, encoding = check.decode(head, final=len(head) < HEAD), "utf-8"
        if "\0" in text:
            raise UnicodeError
    except UnicodeError:
        cut = head.rfind(b"\n") + 1 if len(head) >= HEAD and b"\0" not in head else 0
        text, encoding = decode(head[:cut] if cut else head)
    text = text.removeprefix("\ufeff")
    if "\0" in text or len(CONTROLS.findall(text)) > MAX_CONTROLS * len(text):
        return None
    printable = sum(c.isprintable() or c.isspace() for c in text) if encoding == "replaced" else 0
    if encoding == "replaced" and printable <= MIN_PRINTABLE * len(text):
        return None
    return (text, encoding) if text.strip() else None


def is_prose(text: str) -> bool:
    """Return whether `text` may be writing, rather than data, markup, code or another's format.

    >>> is_prose('{"title": "x"}'), is_prose("[[Garden]] has a new gate.")
    (False, True)
    """
    begins = text.lstrip()
    begins = begins[NOTES.match(begins).end() :]  # type: ignore[union-attr]
    formats = (JSON, SCRIPT, TAGS, MAIL_SEPARATOR)
    if begins.startswith(STARTS) or any(shape.match(begins) for shape in formats):
        return False
    return not ORG.search(text) and not is_table(text)


def is_marked_up(text: str) -> bool:
    """Return whether most lines begin with a tag, some of which end, or are of a template.

    >>> is_marked_up("{% if a %}\\n<p>b</p>\\n{% endif %}"), is_marked_up("<ann> hi\\n<bo> hi")
    (True, False)
    """
    lines = [line for line in text.split("\n", MARKED_LINES)[:MARKED_LINES] if line.strip()]
    marked = [line for line in lines if MARKED.match(line)]
    ends = sum("</" in line or "{%" in line or "/>" in line for line in marked)
    return len(marked) >= MOSTLY_MARKED * len(lines) and ends >= LEAST_ENDS * len(lines) > 0


def is_table(text: str) -> bool:
    """Return whether the first lines are rows of equally many cells under a header of names.

    >>> is_table("name,amount,currency\\nrent,900,GBP\\n"), is_table("milk, bread, eggs\\n" * 3)
    (True, False)
    """
    lines = text.split("\n", TABLE_LINES)[:TABLE_LINES]
    return any(_is_table(lines, delimiter) for delimiter in "\t,;")


def _is_table(lines: list[str], delimiter: str) -> bool:
    header = lines[0].rstrip("\r").split(delimiter)
    if len(header) < TABLE_CELLS or not all(0 < len(cell) <= MAX_CELL for cell in header):
        return False
    if delimiter != "\t" and sum(cell.startswith(" ") for cell in header[1:]) * 2 > len(header):
        return False  # after a comma in prose comes a space
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return False
    same = sum(len(row) == len(header) for row in rows)
    return len(rows) > 1 and same >= 0.8 * len(rows)


def json_before_text(text: str) -> tuple[dict[str, object], str] | None:
    """Return the JSON object that `text` begins with and the text after it, if both are there.

    >>> json_before_text('{"title": "Oats"}\\nBoil.')
    ({'title': 'Oats'}, '\\nBoil.')
    """
    if not text.startswith("{"):
        return None
    try:
        told, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    rest = text[end:]
    after = rest.lstrip()
    between = rest[: len(rest) - len(after)]
    return (told, rest) if told and "\n" in between and after and after[0] not in "{[,]" else None
