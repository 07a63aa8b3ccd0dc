"""Repair text: mojibake, entities, line ends, control characters, Unicode; code stays."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from typing import ClassVar

import ftfy
import pyarrow as pa
from ftfy import TextFixerConfig, fixes
from ftfy.badness import MOJIBAKE_CATEGORIES as CHARACTERS
from pydantic import Field

from corpus.stage import Ledger, Stage, column, used, with_columns

FTFY = TextFixerConfig(
    unescape_html="auto",  # not from the first line on that holds a literal «<»
    remove_terminal_escapes=True,
    fix_encoding=True,
    restore_byte_a0=True,
    replace_lossy_sequences=True,
    decode_inconsistent_utf8=True,
    fix_c1_controls=True,
    fix_latin_ligatures=False,  # what a person typed, and not damage
    fix_character_width=False,  # the ideographic space and full-width forms are how CJK is written
    uncurl_quotes=False,  # typographic quotes are meant
    fix_line_breaks=True,
    fix_surrogates=True,
    remove_control_chars=True,
    normalization="NFC",
    max_decode_length=1_000_000,
    explain=False,
)
"""The settings under which `repair` gives what `ftfy.fix_text` gives."""

Counts = Counter[str]
"""Characters changed, by rule."""
Steps = tuple[tuple[str, Callable[[str], str]], ...]


def nfc(text: str) -> str:
    """Return `text` in Unicode normalisation form C.

    >>> len(nfc("e\\u0301"))
    1
    """
    return unicodedata.normalize("NFC", text)


STEPS: Steps = (
    ("ftfy.entities", fixes.unescape_html),
    ("ftfy.encoding", lambda text: ftfy.fix_encoding(text, FTFY)),
    ("ftfy.encoding", fixes.fix_c1_controls),
    ("line-endings", fixes.fix_line_breaks),
    ("surrogates", fixes.fix_surrogates),
    ("controls", fixes.remove_terminal_escapes),
    ("controls", fixes.remove_control_chars),
    ("nfc", nfc),
)
"""What is done to a line, in ftfy's order, again until nothing changes."""

WITHOUT_ENTITIES = STEPS[1:]

# A line is left alone, without asking ftfy, when no step can act on it. All of ftfy's signs of
# mojibake but those of œ, Ã and Â need two neighbours out of the characters that UTF-8 turns into
# when misread, one of them not a Greek or Cyrillic letter (or В before Ђ); tests hold it to that.
_LETTERS = CHARACTERS["lower_common"] + CHARACTERS["upper_common"]
_SIGNS = "".join(v for name, v in CHARACTERS.items() if not name.endswith("_common"))
TOUCH = re.compile(
    r"[\x00-\x08\x0b\x0d-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u206a-\u206f\ufeff\ufff9-\ufffc]"
    r"|&\#?[0-9A-Za-z]{1,24};"
    rf"|[{_SIGNS}][{_SIGNS}{_LETTERS}]|[{_LETTERS}][{_SIGNS}]|[вВ]Ђ|[ÃÂ]|[Œœ](?![A-Za-z])"
)
SAFE_ASCII = bytes(set(range(32, 127)) - {ord("&")}) + b"\t\n\x0c"

FENCE = re.compile(r"^ {0,3}(?P<mark>`{3,}(?=[^`\n]*$)|~{3,})", re.MULTILINE)
TICKS = re.compile("`+")

# Zero-width space, word joiner, Mongolian vowel separator and soft hyphen are left-overs of
# layout, but the first parts words in scripts that write none. Joiners (emoji, Persian, Indic
# scripts) and direction marks stay.
ZERO_WIDTH = re.compile(
    "[\u00ad\u180e\u2060]|\u200b(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff].)"
)


def normalise(text: str, counts: Counts, *, entities: bool = True, zero_width: bool = True) -> str:
    r"""Return `text` with everything but its code repaired, and add to `counts` by rule.

    >>> normalise("a &amp; b\n```\nc &amp; d\n```\ne &amp; f", Counter())
    'a & b\n```\nc &amp; d\n```\ne & f'
    """
    if is_plain(text):
        return text
    out: list[str] = []
    markup = not entities
    for part, is_code in fenced(text):
        if not is_code:
            new = repair(part, counts, markup)
            markup = markup or "<" in part
            part = without_zero_width(new, counts) if zero_width else new
        out.append(part)
    return "".join(out)


def is_plain(text: str) -> bool:
    """Return whether `text` is ASCII without anything that a step would change.

    >>> is_plain("one\\ttwo\\n"), is_plain("one &amp; two"), is_plain("d\u00e9j\u00e0 vu")
    (True, False, False)
    """
    return text.isascii() and not text.encode().translate(None, SAFE_ASCII)


def fenced(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of `text` in order, each with whether it is a fenced code block.

    CommonMark 0.31 section 4.5: a fence is at least three backticks or tildes, closed by at least
    as many of the same alone on a line, or by the end of the text.
    """
    position = 0
    while ("```" in text or "~~~" in text) and (opening := FENCE.search(text, position)):
        mark = opening["mark"]
        close = re.compile(rf"^ {{0,3}}{mark[0]}{{{len(mark)},}}[ \t\r]*(?:\n|\Z)", re.MULTILINE)
        found = close.search(text, opening.end())
        end = found.end() if found else len(text)
        yield text[position : opening.start()], False
        yield text[opening.start() : end], True
        position = end
    yield text[position:], False


def without_zero_width(text: str, counts: Counts) -> str:
    """Return `text` without the characters of `ZERO_WIDTH`.

    >>> without_zero_width("in\u00advis\u200bible", Counter())
    'invisible'
    """
    if text.isascii() or not ZERO_WIDTH.search(text):
        return text
    new = nfc(ZERO_WIDTH.sub("", text))
    counts["zero-width"] += changed(text, new)
    return new


def repair(text: str, counts: Counts, markup: bool = False) -> str:
    r"""Return `text` as `ftfy.fix_text` under `FTFY` would, but for code between backticks.

    With `markup` it is known to be HTML, and entities stay as they are. Lines on which no step
    can act are copied, which is what makes it fast.

    >>> repair("“schÃ¶n” &amp; Ｗide\r\n", Counter())
    '“schön” & Ｗide\n'
    """
    if is_plain(text):
        return text
    out: list[str] = []
    copied = 0
    first_tag = 0 if markup else text.find("<")
    for start, end in lines_to_fix(text):
        steps = WITHOUT_ENTITIES if 0 <= first_tag < end else STEPS
        out += (text[copied:start], fix_line(text[start:end], steps, counts))
        copied = end
    return "".join((*out, text[copied:])) if out else text


def lines_to_fix(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the lines of `text`, newline included, on which a step may act."""
    composed = unicodedata.is_normalized("NFC", text)
    position = 0
    while position < len(text):
        if composed:
            found = TOUCH.search(text, position)
            if found is None:
                return
            position = max(text.rfind("\n", position, found.start()) + 1, position)
            position += (
                (found.start() - position) // FTFY.max_decode_length * FTFY.max_decode_length
            )
        end = text.find("\n", position) + 1 or len(text)
        end = min(end, position + FTFY.max_decode_length)  # where fix_text cuts a long line
        yield position, end
        position = end


def fix_line(line: str, steps: Steps, counts: Counts) -> str:
    """Return `line` after `steps`, repeated until nothing changes; code in backticks stays."""
    if line.endswith("\r\n") and not _needs_fixing(line[:-2]):
        counts["line-endings"] += 1  # most lines of a file from Windows need only this
        return line[:-2] + "\n"
    found: Counts = Counter()
    new = _until_stable(line, steps, found)
    if new != line and "`" in line and _code(line) != _code(new):
        found.clear()
        new = _around_code(line, steps, found)
    counts.update(found)
    return new


def _needs_fixing(line: str) -> bool:
    return bool(TOUCH.search(line)) or not unicodedata.is_normalized("NFC", line)


def _until_stable(line: str, steps: Steps, counts: Counts) -> str:
    before = None
    while line != before and (before is None or _needs_fixing(line)):
        before = line
        for rule, step in steps:
            new = step(line)
            if new != line:
                counts[rule] += changed(line, new)
                line = new
    return line


def _spans_of_code(line: str) -> Iterator[tuple[int, int]]:
    """Yield where code between two equal runs of backticks begins and ends.

    What leads from one quote `like this' to the next is no code: a word follows its second run.

    >>> list(_spans_of_code("a `b` and `c's, `d's"))
    [(2, 5)]
    """
    runs = list(TICKS.finditer(line))
    after = 0
    for n, run in enumerate(runs):
        same = (other for other in runs[n + 1 :] if len(other.group()) == len(run.group()))
        end = next(same, None) if run.start() >= after else None
        if end is None:
            continue
        code, follows = line[run.end() : end.start()], line[end.end() : end.end() + 1].isalnum()
        if not (follows and ("'" in code or code[-1].isspace())):
            after = end.end()
            yield run.start(), after


def _code(line: str) -> list[str]:
    return [line[start:end] for start, end in _spans_of_code(line)]


def _around_code(line: str, steps: Steps, counts: Counts) -> str:
    out: list[str] = []
    position = 0
    for start, end in _spans_of_code(line):
        out += (_until_stable(line[position:start], steps, counts), line[start:end])
        position = end
    return "".join((*out, _until_stable(line[position:], steps, counts)))


def changed(before: str, after: str) -> int:
    """Return how many characters differ, wherever they stand.

    >>> changed("cafÃ© &amp; co", "café & co")
    6
    """
    now = Counter(after)
    common = sum(min(count, now[c]) for c, count in Counter(before).items() if c in now)
    return max(len(before), len(after)) - common


class Normalise(Stage):
    """Repaired texts and titles; each kind of change is an `edited` event.

    The event's rule is one of `STEPS` or `zero-width`, after `title.` for a title, and its `value`
    the number of characters changed. Fenced and backticked code and documents of kind `code` are
    left as they are.
    """

    step: ClassVar[str] = "normalise"
    version: ClassVar[int] = 2

    entities: bool = Field(
        True,
        title="Decode entities",
        description="Turn HTML entities into characters (&amp; → &) in texts without tags.",
    )
    zero_width: bool = Field(
        True,
        title="Take out zero-width characters",
        description="Take out soft hyphens, word joiners and zero-width spaces, the left-overs of "
        "layout. Joiners in emoji and direction marks stay.",
    )

    def __call__(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Return `batch` with texts and titles in use repaired, and what was changed."""
        ledger = Ledger(self.step)
        texts, titles = column(batch, "text"), column(batch, "title")
        rows = zip(column(batch, "id"), column(batch, "kind"), used(batch), strict=True)
        edited, switches = False, self.model_dump()
        for i, (id_, kind, in_use) in enumerate(rows):
            if not in_use:
                continue
            for prefix, values in (("", texts), ("title.", titles)):
                if not values[i] or (kind == "code" and not prefix):
                    continue
                counts: Counts = Counter()
                new = normalise(values[i], counts, **switches)
                if new != values[i]:
                    edited, values[i] = True, new
                    for rule, value in counts.items():
                        ledger.add(id_, "edited", prefix + rule, value=float(value))
        batch = with_columns(batch, text=texts, title=titles) if edited else batch
        return batch, ledger.batch()
