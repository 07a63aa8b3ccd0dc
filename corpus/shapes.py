"""What lines made by machines look like, and what is counted of them: the rule, in plain Python.

Every shape is told by its form alone, of lines without the spaces at their ends:

- **keys**: from «-----BEGIN …» to «-----END …» or the text's end, but for signed messages;
- **credentials**: «password:», «login =» and the like with a value; what stands under the header of
  a password manager's export; a line of at most four parts one of which looks like a password;
- **settings**: «NAME=value» in capitals, as in .env files;
- **logs**: a clock time with seconds near the start, and thousandths, a level such as ERROR,
  «process[1]:» or a request; or a level first;
- **traces**: the lines of Java's, JavaScript's, .NET's, Python's and gdb's stack traces;
- **dumps**: an offset and bytes in hexadecimal;
- **diffs**: «diff --git», «@@ -…», and the lines under it that begin with «+ - \\» or a space;
- **CSV**: two or more commas, semicolons and tabs with no space after, as many in the line before
  or after, and 80 characters between them on average at most;
- **data**: the lines of JSON and XML: «"name":», brackets alone, «{"…», «<tag …>»;
- **minified** text: 200 characters with hardly a space and one in ten a sign of programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import nan

from corpus.characters import CODE, FOLD, SEPARATORS, is_space, visible
from corpus.lines import lines
from corpus.words import word_spans

SHAPE_FIGURES = (
    "key_text",  # share of visible characters
    "credential_lines",  # share of lines
    "setting_lines",
    "log_lines",
    "trace_lines",
    "dump_lines",
    "diff_lines",
    "csv_lines",
    "data_lines",
    "minified_text",  # share of visible characters
)

CREDENTIALS = (
    "password passwort passwörter kennwort passphrase pwd pw pass passe contraseña senha "
    "wachtwoord lösenord passord adgangskode salasana hasło heslo пароль parola jelszó şifre "
    "login login_password username benutzername pin secret token apikey api_key access_key "
    "secret_key private_key"
).split()
COLUMNS = ("password", "login_password", "passwort", "kennwort")
LEVELS = ("INFO", "WARN", "WARNING", "ERROR", "DEBUG", "TRACE", "FATAL", "CRITICAL", "NOTICE")
TIME_WITHIN, LEVEL_WITHIN, REQUEST_WITHIN = 40, 100, 160
LONG_LINE = 200
LONG_FIELD = 80
LONG_NAME = 80
PARTS, PASSWORD, LONGEST_PASSWORD, TURNS = 4, 8, 64, 6
SPLITTERS = "-./:,;()'\"<>[]{}|=_*`#~"
"""ASCII signs that part the pieces in which a password is looked for."""

_LEVEL = "|".join(LEVELS)
_SETTING = re.compile(r"(?:export +)?[A-Z][A-Z0-9_]+=(?!=)")
_STAMPED = re.compile(r"[0-9\[<]|[A-Za-z]{3} ")
_TIME = re.compile(r"[0-9]:[0-9]{2}:[0-9]{2}")
_THOUSANDTHS = re.compile(r"[0-9]:[0-9]{2}:[0-9]{2}[.,][0-9]{3}")
_NAMED = re.compile(rf"(?<![A-Za-z])(?:{_LEVEL})(?![A-Za-z])")
_PROCESS = re.compile(r"[0-9]\]:")
_FIRST = re.compile(rf"\[?(?:{_LEVEL})[\]:]")
_REQUEST = re.compile(r'"(?:GET|POST|PUT|HEAD) /')
_MORE = re.compile(r"\.\.\. [0-9]+ more")
_FRAME = re.compile(r"#[0-9]+ +0x")
_DATA = re.compile(
    rf'"[^"]{{1,{LONG_NAME}}}" ?:|\{{"|[{{}}\[\],]+\Z|<(?:[A-Za-z/?!].*)>\Z', re.DOTALL
)
_DUMP = re.compile(r"[0-9A-Fa-f]{6,}:?[ \t]+")
_BYTES = re.compile(r"(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{4}|[0-9A-Fa-f]{2})(?=[ \t]|\Z)[ \t]*")


def shape_figures(text: str) -> dict[str, float]:
    """Return the `SHAPE_FIGURES` of `text`."""
    found = dict.fromkeys(SHAPE_FIGURES, nan)
    full = [line for line in lines(text) if line]
    if not full:
        return found
    told = {
        "key_text": _keys(full),
        "minified_text": [visible(line) * is_minified(line) for line in full],
    }
    found |= {name: sum(sizes) / visible(text) for name, sizes in told.items()}
    flags = {
        "credential_lines": _credentials(full),
        "setting_lines": map(is_setting, full),
        "log_lines": map(is_log, full),
        "trace_lines": _traces(full),
        "dump_lines": map(is_dump, full),
        "diff_lines": _diffs(text),
        "csv_lines": _tables(full),
        "data_lines": map(is_data, full),
    }
    return found | {name: sum(map(bool, flagged)) / len(full) for name, flagged in flags.items()}


def _keys(full: Sequence[str]) -> Iterator[int]:
    inside = False
    for line in full:
        begins = line.startswith("-----BEGIN ") and not line.startswith("-----BEGIN PGP SIGNED")
        inside = inside or begins
        yield visible(line) * inside
        inside = inside and not line.startswith("-----END ")


def is_minified(line: str) -> bool:
    """Return whether `line` is long, nearly without spaces and full of a program's signs."""
    spaces, signs = sum(map(is_space, line)), sum(c in CODE for c in line)
    return len(line) >= LONG_LINE and 12 * spaces < len(line) and 10 * signs >= len(line)


def _credentials(full: Sequence[str]) -> Iterator[bool]:
    columns = 0
    for line in full:
        separators = sum(c in SEPARATORS for c in line)
        listed = columns > 0 and separators >= columns
        columns = columns if listed else separators * (separators > 1 and _is_header(line))
        yield listed or columns > 0 or _is_labelled(line) or _holds_password(line)


def _is_header(line: str) -> bool:
    around = f",{line},"
    return any(
        line[first:end].translate(FOLD) in COLUMNS
        and around[first] in SEPARATORS
        and around[end + 1] in SEPARATORS
        for first, end, _ in word_spans(line)
    )


def _is_labelled(line: str) -> bool:
    for first, end, _ in word_spans(line):
        if line[first:end].translate(FOLD) in CREDENTIALS:
            while end < len(line) and is_space(line[end]):
                end += 1
            if end + 1 < len(line) and line[end] in ":=":
                return True
    return False


def _holds_password(line: str) -> bool:
    spaced = "".join(" " if is_space(c) else c for c in line)
    pieces = "".join(" " if c in SPLITTERS else c for c in spaced).split(" ")
    return len(spaced.split()) <= PARTS and any(map(is_password, pieces))


def is_password(piece: str) -> bool:
    """Return whether `piece` looks like a password: letters of both cases, digits, all mixed up.

    >>> is_password("Summer2019!"), is_password("xK9mQ2vL"), is_password("iPhone13Pro")
    (True, True, False)
    """
    kinds = ["".join("aA1!"[_kind(c)]) for c in piece if "!" <= c <= "~"]
    turns = sum(a != b for a, b in pairwise(kinds))
    fits = PASSWORD <= len(piece) <= LONGEST_PASSWORD and len(kinds) == len(piece)
    return fits and {*"aA1"} <= {*kinds} and ("!" in kinds or turns >= TURNS)


def _kind(c: str) -> int:
    return 0 if "a" <= c <= "z" else 1 if "A" <= c <= "Z" else 2 if "0" <= c <= "9" else 3


def is_setting(line: str) -> bool:
    """Return whether `line` gives a value to a name in capitals.

    >>> is_setting("export DB_HOST=localhost"), is_setting("E=mc²")
    (True, False)
    """
    return bool(_SETTING.match(line))


def is_log(line: str) -> bool:
    """Return whether `line` is one of a program's log.

    >>> is_log("Nov 21 11:13:05 box sshd[99]: Accepted"), is_log("11:13:05 <Ann> [Bo]: where?")
    (True, False)
    """
    if _FIRST.match(line):
        return True
    if not _STAMPED.match(line) or not _TIME.search(line, 0, TIME_WITHIN):
        return False
    return bool(
        _THOUSANDTHS.search(line, 0, TIME_WITHIN + 4)
        or _NAMED.search(line[:LEVEL_WITHIN])
        or _PROCESS.search(line[:LEVEL_WITHIN])
        or _REQUEST.search(line, 0, REQUEST_WITHIN)
    )


def _traces(full: Sequence[str]) -> Iterator[bool]:
    after_file = False
    for line in full:
        file = line.startswith('File "') and ", line " in line
        yield file or after_file or is_frame(line)
        after_file = file


def is_frame(line: str) -> bool:
    """Return whether `line` is one of a stack trace, seen by itself.

    >>> is_frame("at java.lang.Object.wait(Native Method)"), is_frame("at home (as ever)")
    (True, False)
    """
    if line.startswith("at "):
        named, bracket, rest = line[3:].partition("(")
        method = " " not in named.removesuffix(" ") and "." in named
        return bool(bracket) and (method or bool(re.search(r":[0-9]", rest)))
    known = line.startswith(("Traceback (most recent call last)", "Caused by: "))
    return known or bool(_MORE.match(line) or _FRAME.match(line))


def is_data(line: str) -> bool:
    """Return whether `line` is one of JSON or XML.

    >>> [*map(is_data, ('"name": "Ann",', "},", '<p class="x">', '"Yes," he said', "<ann> hi"))]
    [True, True, True, False, False]
    """
    return bool(_DATA.match(line))


def is_dump(line: str) -> bool:
    """Return whether `line` is an offset and at least eight bytes in hexadecimal.

    >>> is_dump("00000010: 4865 6c6c 6f2c 2077  Hello, w"), is_dump("2020 11 21 08 30 12 44")
    (True, False)
    """
    offset = _DUMP.match(line)
    digits, place = 0, offset.end() if offset else len(line)
    while part := _BYTES.match(line, place):
        digits, place = digits + len(part.group().rstrip(" \t")), part.end()
    return digits >= 16


def _diffs(text: str) -> Iterator[bool]:
    hunk = False
    for raw in text.split("\n"):
        if all(map(is_space, raw)):
            continue
        header = raw.startswith("@@ -")
        hunk = header or (hunk and raw[0] in "+- \\")
        yield hunk or raw.startswith("diff --git")


def _tables(full: Sequence[str]) -> Iterator[bool]:
    counts = [-1, *map(_fields, full), -1]
    for before, count, after in zip(counts, counts[1:], counts[2:], strict=False):
        yield count >= 2 and count in (before, after)


def _fields(line: str) -> int:
    """Return how many separators part the fields of `line`; 0 if those are as long as prose."""
    count = sum(a in SEPARATORS and not is_space(b) for a, b in pairwise(line))
    return count if len(line) <= LONG_FIELD * (count + 1) else 0
