"""Cut what a mail's author did not write from its body: quotes, forwards and signatures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from corpus.quote_phrases import DEVICE, FORWARDED, FROM, HEADERS, ORIGINAL, SENT, SUBJECT

WIDTH = 300  # a header is never longer, and longer lines are never searched: linear time
WRAPPED = 3  # mail programs break a header over at most this many lines
BLOCK = 12  # lines in which the block «From: … Sent: … Subject: …» must end
SIGNATURE = 40  # lines that may stand below «-- », a disclaimer included
FOOTER = 10  # and below a mere «--» or «_____», which people also write themselves


class Span(NamedTuple):
    """A removed range of the input, in code points, and the rule that removed it."""

    start: int
    end: int
    rule: str


class Cut(NamedTuple):
    """What remains of a text, and what was removed from it, in order and without overlap."""

    text: str
    spans: list[Span]


class _Line(NamedTuple):
    start: int
    end: int
    text: str


class _Header(NamedTuple):
    rule: str
    lines: int


def _any(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(p) for p in phrases)


_MARK = re.compile(r"[ \t]{0,3}>")
_OPENING = re.compile(rf"(?:{'|'.join(o for _, o, _ in HEADERS)})\b")
_VERB = re.compile(rf"(?:{'|'.join(v for _, _, v in HEADERS)})", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:I|we|he|she|they|you|je|il|elle|jeg|han|hun|hon|jag) (?:wrote|writes|skrev|a écrit)\b"
    r"|\bschrieb (?:ich|er|sie|wir)\b"
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w{2}")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}\s?[:.hH時时点點시]\s?\d{2}(?!\d)")
_DATE = re.compile(r"(?<!\d)(?:(?:19|20)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})")
_ORIGINAL = re.compile(rf"[-_=*\s]{{2,40}}(?:{_any(ORIGINAL)})[-_=*\s:]{{2,40}}", re.IGNORECASE)
_FORWARD = re.compile(
    rf"[-_=*\s]{{2,40}}(?:{_any(FORWARDED)})\b.{{0,100}}|(?:{_any(FORWARDED)})\s?[:：]",
    re.IGNORECASE,
)
_LABEL = {
    name: re.compile(rf"\W{{0,3}}(?:{_any(sorted(words, key=len, reverse=True))})\W{{0,3}}[:：]")
    for name, words in (("from", FROM), ("sent", SENT), ("subject", SUBJECT))
}
_WORD = re.compile(r"\w+")
_RULER = re.compile(r"[-_=*]{5,100}")
_DEVICE = re.compile(rf"\W{{0,3}}(?:{'|'.join(DEVICE)})\W{{0,3}}", re.IGNORECASE)
_BLANK_START = re.compile(r"(?:[^\S\n]*\n)*")


def cut(text: str) -> Cut:
    """Return `text` without quotes, forwarded mail and signatures, and the removed ranges.

    The remaining text is the input without the ranges, outer blank lines trimmed. Takes time
    linear in the length of the text.

    >>> cut("At noon.\\n\\nOn Mon, 2 Apr 2012 at 18:26, Ann <a@b.org> wrote:\\n> When?\\n").text
    'At noon.'
    >>> [span.rule for span in cut("Fine.\\n-- \\nAnn\\n").spans]
    ['signature.dashes']
    """
    lines = _lines(text)
    rules, _ = _quoted(lines)
    _sign(lines, rules)
    spans = _spans(lines, rules)
    return Cut(_without(text, spans), spans)


def is_forward_only(text: str) -> bool:
    """Return whether the author wrote nothing above a mail passed on without quotation marks.

    >>> is_forward_only("---------- Forwarded message ---------\\nFrom: Ann\\n\\nLook at this.")
    True
    >>> is_forward_only("See below.\\n\\n---------- Forwarded message ---------\\nFrom: Ann\\n")
    False
    """
    return _quoted(_lines(text))[1]


def _lines(text: str) -> list[_Line]:
    lines, start = [], 0
    for content in text.removesuffix("\n").split("\n") if text else ():
        end = min(start + len(content) + 1, len(text))
        lines.append(_Line(start, end, content.rstrip("\r")))
        start = end
    return lines


def _quoted(lines: list[_Line]) -> tuple[list[str | None], bool]:
    """Return each line's rule, None for the author's, and whether all of it is passed on.

    Below a header that marks follow, what has no mark is the author's (answers between and
    below the quotes). Without marks nothing tells the two apart: all below is cut.
    """
    rules = ["quote.marks" if _MARK.match(line.text) else None for line in lines]
    own, counting, i = 0, True, 0
    while i < len(lines):
        header = _header(lines, rules, i) if rules[i] is None else None
        if header is None:
            counting = counting and lines[i].text.rstrip() != "--"
            own += _words(lines[i].text) if counting and rules[i] is None else 0
            i += 1
        elif header.rule != "forward" and _followed(lines, rules, i + header.lines):
            rules[i : i + header.lines] = [header.rule] * header.lines
            i += header.lines
        else:
            rules[i:] = [header.rule] * (len(lines) - i)
            return rules, own == 0
    return rules, False


def _words(line: str) -> int:
    return 0 if _is_device(line) else len(_WORD.findall(line[:WIDTH]))


def _followed(lines: list[_Line], rules: list[str | None], i: int) -> bool:
    """Return whether the next line with text, at most two below, has a quotation mark."""
    for line, rule in zip(lines[i : i + 3], rules[i : i + 3], strict=True):
        if line.text.strip():
            return rule == "quote.marks"
    return False


def _header(lines: list[_Line], rules: list[str | None], i: int) -> _Header | None:
    """Return the header or forward marker that begins at line `i`."""
    text = lines[i].text.strip()
    if not text or len(text) > WIDTH:
        return None
    if _FORWARD.fullmatch(text):
        return _Header("forward", 1)
    original, ruler = _ORIGINAL.fullmatch(text), _RULER.fullmatch(text)
    above = 1 if original or ruler else 0
    block = _block(lines, i + above)
    if block or original:
        return _Header("quote.header", above + block)
    count = _attribution(lines, rules, i)
    return _Header("quote.header", count) if count else None


def _block(lines: list[_Line], i: int) -> int:
    """Return how many lines from `i` are a block of From, Sent and Subject, 0 if they are not."""
    if i >= len(lines) or not _LABEL["from"].match(lines[i].text.strip()[:WIDTH]):
        return 0
    seen, last = set(), i
    for n, line in enumerate(lines[i : i + BLOCK], start=i):
        text = line.text.strip()[:WIDTH]
        if not text:
            last = n - 1
            break
        for label in ("sent", "subject"):
            if _LABEL[label].match(text):
                seen.add(label)
                last = n
        if _ADDRESS.search(text):
            seen.add("address")
    return last - i + 1 if "sent" in seen and len(seen) >= 2 else 0


def _attribution(lines: list[_Line], rules: list[str | None], i: int) -> int:
    """Return how many lines from `i` say «On … Ann wrote:», 0 if they do not."""
    first = lines[i].text.strip()
    opens = _OPENING.match(first) is not None
    joined = ""
    for n in range(i, min(i + WRAPPED, len(lines))):
        part = lines[n].text.strip()
        if not part or rules[n] is not None or len(joined) + len(part) > WIDTH:
            return 0
        joined = f"{joined} {part}" if joined else part
        if part.endswith((":", "：")):
            break
    else:
        return 0
    count = n - i + 1
    if count > 1 and not (opens or _evidence(first)):
        return 0
    if (
        count > 1
        and _OPENING.match(lines[i + 1].text.strip())
        and _attribution(lines, rules, i + 1)
    ):
        return 0  # the header begins below; this line is the author's
    return count if _attributes(joined, opens, _followed(lines, rules, n + 1)) else 0


def _evidence(text: str) -> int:
    return sum(p.search(text) is not None for p in (_ADDRESS, _CLOCK, _DATE))


def _attributes(joined: str, opens: bool, followed: bool) -> bool:
    """Return whether `joined` names who wrote what is below, by verb, address, date and clock."""
    evidence = _evidence(joined)
    if evidence < 3 and not followed and _PRONOUN.search(joined):
        return False  # prose: mail programs name the writer
    verb = (opens and _VERB.search(joined)) or _VERB.search(joined, max(0, len(joined) - 40))
    if evidence == 3 or (verb and evidence == 2):
        return True
    if not followed:
        return False
    return evidence == 2 or bool(verb and (evidence or len(joined.split()) <= 5))


def _sign(lines: list[_Line], rules: list[str | None]) -> None:
    """Fill in the rules of the signature lines among those that are still the author's."""
    i = 0
    while i < len(lines):
        reach = _signature(lines, rules, i) if rules[i] is None else None
        if reach:
            rule, end = reach
            rules[i:end] = [rule] * (end - i)
            i = end
        elif rules[i] is None and _is_device(lines[i].text):
            rules[i] = "signature.device"
        i += 1


def _signature(lines: list[_Line], rules: list[str | None], i: int) -> tuple[str, int] | None:
    """Return the rule and the end of the signature that begins at line `i`, if it is short enough.

    It ends where the next quote begins, else with the text (RFC 3676, section 4.3).
    """
    text = lines[i].text
    dashes = text.rstrip() == "--"
    if not (dashes or (text.startswith("_____") and _RULER.fullmatch(text.rstrip()))):
        return None
    most = SIGNATURE if text == "-- " else FOOTER
    end, count = i + 1, 0
    while end < len(lines) and rules[end] is None:
        count += bool(lines[end].text.strip())
        if count > most:
            return None
        end += 1
    return ("signature.dashes" if dashes else "signature.line"), end


def _is_device(line: str) -> bool:
    return 8 <= len(line) <= WIDTH and _DEVICE.fullmatch(line.strip()) is not None


def _spans(lines: list[_Line], rules: list[str | None]) -> list[Span]:
    """Return the removed ranges; blank lines below one go with it when others stand above it."""
    spans: list[Span] = []
    blank_above = True
    for line, rule in zip(lines, rules, strict=True):
        blank = not line.text.strip()
        joins = bool(spans) and spans[-1].end == line.start
        if rule is None and joins and blank and blank_above:
            rule = spans[-1].rule
        elif rule is None or not joins:
            blank_above = blank if rule is None else blank_above
        if rule is None:
            continue
        if joins and spans[-1].rule == rule:
            spans[-1] = spans[-1]._replace(end=line.end)
        else:
            spans.append(Span(line.start, line.end, rule))
    return spans


def _without(text: str, spans: list[Span]) -> str:
    kept, at = [], 0
    for span in spans:
        kept.append(text[at : span.start])
        at = span.end
    rest = "".join([*kept, text[at:]])
    return rest[_BLANK_START.match(rest).end() :].rstrip()  # type: ignore[union-attr]
