"""Find where a mail begins to quote another: «On … wrote:», «From: … Sent: …», a marker."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from corpus.pages import EDGES, Page
from corpus.quote_phrases import FORWARDED, FROM, HEADERS, ORIGINAL, SENT, SUBJECT, TO

WIDTH = 300  # a header is never longer, and longer lines are never searched: linear time
WRAPPED = 4  # mail programs break a header over at most this many lines
FULL = 40  # characters, with the next line's first word, from which on a line may have been broken
BLOCK = 16  # lines in which the block «From: … Sent: … Subject: …» must end
COLONS = ":："
RULERS = "-_=*~+#·•—–‐‑‒―─━⸻"


class Header(NamedTuple):
    """Lines that say that another's mail follows: their rule, the first, and the one after."""

    rule: str
    start: int
    end: int
    block: bool = False


def _any(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(p) for p in phrases)


_OPENING = re.compile(rf"(?:{'|'.join(o for _, o, _ in HEADERS)})(?!\w)")
_VERB = re.compile(rf"(?:{'|'.join(v for _, _, v in HEADERS)})", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:I|we|he|she|they|you|je|il|elle|jeg|han|hun|hon|jag) (?:wrote|writes|said|says|skrev|"
    r"a écrit)\b|\b(?:schrieb|schreibt) (?:ich|er|sie|wir)\b"
)
_LOGGED = re.compile(
    r"\d[:.]\d\d\s?: \S|\b(?:wrote|written|writes|sent|said|mailed) to\b|^[-*•] ", re.IGNORECASE
)
"""A line of a diary or a list: the hour and what happened then."""
_ADDRESS = re.compile(
    r"[\w.+=-]{1,80}@[\w-]{1,63}\.\w{2}|[\w.+-]{1,64}\.\.\.@|\[mailto:|<[\w.+=-]{1,80}@[\w.-]"
)
_BRACKETED = re.compile(r"[<(\[«]\s?(?:mailto:)?[\w.+=-]{1,80}@[\w.-]{1,80}\s?[>)\]»]")
_CLOCK = re.compile(
    r"(?<!\d)\d{1,2}\s?[:.hHχ時时点點시]\s?\d{2}(?!\d)|\d\s?[ap]\.?\s?m\.?(?!\w)", re.IGNORECASE
)
_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20|25)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})|[٠-٩۰-۹०-९]{4}"
    r"|\d\s?[月월]\s?\d"
)
_RULED = re.compile(
    rf"[\s>*\[]{{0,4}}[{re.escape(RULERS)}][{re.escape(RULERS)}\s\[]{{1,60}}(?=[^\W\d_])"
    rf"[^\n]{{2,100}}?[{re.escape(RULERS)}\]]{{2,60}}"
)
_ORIGINAL = re.compile(
    rf"[\s\[{re.escape(RULERS)}]{{2,60}}(?:{_any(ORIGINAL)})(?!\w).{{0,240}}", re.IGNORECASE
)
_FORWARD = re.compile(
    rf"[\s\[{re.escape(RULERS)}]{{2,60}}(?:{_any(FORWARDED)})(?!\w)[^\n]{{0,240}}"
    rf"|[\s*]{{0,3}}(?:{_any(FORWARDED)})[\s*]{{0,3}}[:：][\s*]{{0,3}}",
    re.IGNORECASE,
)
_RULER = re.compile(rf"[{re.escape(RULERS)}][{re.escape(RULERS)} ]{{2,140}}")
_GROUPWISE = re.compile(r">{2,4}\s[^<>\n]{0,80}(?:<[^<>\n]{1,80}>)?[^<>\n]{0,60}>{2,4}")
_STARTS = re.compile(r"[\"'«„“]?(?:[^\W\d_]{2,12}[.,]{0,2}\s|\(|\[)?\s?\d{1,4}[^\w\s]?|[\"'«„“<]")
_WITHIN = re.compile(
    rf"(?<=\S)[\s-]+(?=(?:{'|'.join(o for _, o, _ in HEADERS)})\s"
    rf"(?:[^\W\d_]{{2,12}}[.,]{{0,2}}\s){{0,3}}\d)"
)
_LABELS: dict[str, str] = {
    " ".join(label.casefold().split()): kind
    for kind, labels in (("to", TO), ("subject", SUBJECT), ("sent", SENT), ("from", FROM))
    for label in labels
}
_INNER = re.compile(
    rf"\s(?:{_any(sorted((*SENT, *SUBJECT), key=len, reverse=True))})\s?[:：]", re.IGNORECASE
)
_TABLE_SUBJECT = frozenset(s.casefold() for s in SUBJECT)
_TABLE_TO = frozenset(t.casefold() for t in TO)
_BETWEEN = "*_|>• \t\u00a0\u200e\u200f\u202a\u202b\u202c"


def may_begin(line: str) -> bool:
    """Return whether `line` is worth asking `find` about; quick, and seldom wrong."""
    text = line.strip(EDGES)
    if not text or len(text) > 2 * WIDTH:
        return False
    last = text[-1]
    return (
        last in COLONS
        or last in RULERS
        or text[0] in RULERS
        or text[0] in "[>"
        or ":" in text[:44]
        or "：" in text[:44]
        or "@" in text
        or text.casefold() in _TABLE_SUBJECT
    )


def find(page: Page, i: int) -> Header | None:
    """Return the header that line `i` begins, or, if it is «… wrote:», ends."""
    text = page.lines[i].strip(EDGES)
    if not text:
        return None
    if len(text) <= WIDTH:
        if text[0] in RULERS or text[0] in "[*>" or text[-1] in COLONS:
            header = _marked(page, i, page.lines[i].strip())
            if header:
                return header
    block = _block(page, i)
    if block:
        return Header("quote.header", i, i + block, True)
    start, end = _table(page, i), i + 1
    if start is None and len(text) <= WIDTH:
        if end < len(page.lines) and page.lines[end].startswith("news:"):
            end += 1  # «… wrote in message» of news readers
        start = _attribution(page, i, end)
    return None if start is None else Header("quote.header", start, end)


def _marked(page: Page, i: int, text: str) -> Header | None:
    """Return the header that a marker, a ruler or a GroupWise line at `i` begins."""
    if _FORWARD.fullmatch(text):
        return Header("forward", i, i + 1, _block_below(page, i) > 0)
    if _ORIGINAL.fullmatch(text):
        below = _block_below(page, i)
        return Header("quote.header", i, i + 1 + below, below > 0)
    if is_groupwise(text):
        return Header("quote.header", i, i + 1, True)
    ruled = _RULED.fullmatch(text)
    if ruled or _RULER.fullmatch(text):
        if ruled and evidence(text) == 3 and _VERB.search(text):
            return Header("quote.header", i, i + 1)  # ---- On … wrote ----
        below = _block_below(page, i)
        if below:
            return Header("quote.header", i, i + 1 + below, True)
    return None


def is_groupwise(text: str) -> bool:
    """Return whether `text` is «>>> Ann <ann@mail.example> 6/3/2024 10:12 >>>».

    >>> is_groupwise(">>> Ann 6/3/2024 10:12 >>>"), is_groupwise(">>> print(2 >> 1)")
    (True, False)
    """
    ends = text.startswith(">>") and text.endswith(">>") and len(text) <= WIDTH
    return ends and _GROUPWISE.fullmatch(text) is not None and evidence(text) > 0


def _block_below(page: Page, i: int) -> int:
    """Return how many lines below line `i` end with a block that begins at most two below."""
    n = page.next_words(i + 1, 3)
    count = _block(page, n) if n is not None and page.rules[n] is None else 0
    return n + count - i - 1 if n is not None and count else 0


def _entry(text: str) -> tuple[str, str]:
    """Return the label and the value of «Label: value», label empty if it is no such line."""
    at = next((k for k, c in enumerate(text[:44]) if c in COLONS), -1)
    label = " ".join(text[: max(at, 0)].strip(_BETWEEN).casefold().split())
    value = text[at + 1 :].strip(EDGES + "_|")
    odd = not label or len(label) > 28 or label.count(" ") > 2 or value.startswith("//")
    return ("", text) if odd else (label, value)


def _block(page: Page, i: int) -> int:
    """Return how many lines from `i` are a block of From, Sent and Subject, 0 if they are not."""
    first = page.lines[i].strip(EDGES)[: 2 * WIDTH]
    label, value = _entry(first)
    kind = _LABELS.get(label)
    if not label or (kind is None and not _BRACKETED.search(value)):
        return 0
    if kind == "from" and _INNER.search(first) and _DATE.search(first):
        return 1  # all of it on one line, as Yahoo writes it
    return _read_block(page, i)


def _read_block(page: Page, i: int) -> int:
    seen: set[str] = set()
    entries, last = 0, i - 1
    n = i
    while n < min(len(page.lines), i + BLOCK) and page.rules[n] is None:
        text = page.lines[n].strip(EDGES)[:WIDTH]
        label, value = _entry(text)
        kind = _LABELS.get(label)
        if not text:
            if not _goes_on(page, n + 1):
                break
        elif label and (kind or entries or n == i):
            entries, last = entries + 1, n
            _note(seen, kind, value)
        elif _continues(page, n, last):
            _note(seen, None, text)
            last = n if not text.endswith((",", ";")) else last
        else:
            break
        n += 1
    return last - i + 1 if _is_block(seen, entries) else 0


def _note(seen: set[str], kind: str | None, value: str) -> None:
    """Add to `seen` what an entry tells."""
    clock, date = _CLOCK.search(value) is not None, _DATE.search(value) is not None
    if kind and (kind != "sent" or any(c.isdigit() for c in value)):
        seen.add(kind)
    if _ADDRESS.search(value):
        seen.add("address")
        seen.update(("bracketed",) if _BRACKETED.search(value) else ())
    if date and clock:
        seen.add("moment")


def _goes_on(page: Page, n: int) -> bool:
    """Return whether line `n` is a labelled one, of a block set with blank lines between."""
    if n >= len(page.lines):
        return False
    return _entry(page.lines[n].strip(EDGES)[:WIDTH])[0] in _LABELS


def _continues(page: Page, n: int, last: int) -> bool:
    """Return whether line `n` goes on with the entry above it."""
    line, above = page.lines[n], page.lines[n - 1].rstrip(EDGES)
    if n - last > 4 or not above or last < 0:
        return False
    text = line.strip(EDGES)
    joined = text.startswith("<") or above.endswith((",", ";", "<")) or line[:1] in " \t"
    return joined or _goes_on(page, n + 1)


def _is_block(seen: set[str], entries: int) -> bool:
    known = len(seen & {"from", "sent", "to", "subject"})
    if "from" in seen and "sent" in seen:
        return bool(seen & {"subject", "address"})
    if "from" in seen and "subject" in seen:
        return "address" in seen or "moment" in seen
    if "sent" in seen and "moment" in seen and "address" in seen:
        return known >= 2
    return entries >= 3 and {"bracketed", "moment"} <= seen  # in a language not in the tables


def _table(page: Page, i: int) -> int | None:
    """Return where a Lotus Notes header that ends at `i` begins: name, date, To, cc, Subject."""
    if page.lines[i].strip(EDGES).casefold() not in _TABLE_SUBJECT:
        return None
    for n in range(i - 1, max(-1, i - 12), -1):
        if page.lines[n].strip(EDGES).casefold() in _TABLE_TO:
            for above in range(n - 1, max(-1, n - 5), -1):
                text = page.lines[above].strip()[:WIDTH]
                if _DATE.search(text) and _CLOCK.search(text):
                    name = page.lines[above - 1].strip(EDGES) if above else ""
                    named = name and (_ADDRESS.search(name) or len(name.split()) <= 4)
                    return above - 1 if named and not _ends(name) else above
    return None


def _attribution(page: Page, i: int, end: int) -> int | None:
    """Return the line on which «On … Ann wrote:», which ends at line `i`, begins, or None.

    `end` is the line from which on the quote is looked for.
    """
    ending = page.lines[i].strip(EDGES)
    followed = is_followed(page, end)
    if ending[-1] not in COLONS and not (followed and _ends_openly(ending)):
        return None
    joined, best, most = "", None, -1
    for n in range(i, max(-1, i - WRAPPED), -1):
        part = page.lines[n].strip(EDGES)
        if not part or page.rules[n] is not None or len(joined) + len(part) > WIDTH:
            break
        if n < i and (_ends(part) or not (_OPENING.match(part) or _is_full(page, n))):
            break
        joined = f"{part} {joined}" if joined else part
        if not _attributes(joined, followed):
            continue
        if _OPENING.match(part) and any(c.isdigit() for c in joined):
            return n
        told = 2 * evidence(joined) + (_STARTS.match(part) is not None)
        if told > most:
            best, most = n, told
    return best


def _ends_openly(ending: str) -> bool:
    """Return whether a line without a colon still names who wrote what the marks below it hold."""
    if "@" not in ending or not _ADDRESS.search(ending):
        return False
    named = ending[-1] == ">" and _DATE.search(ending)
    return bool(named or (_BRACKETED.search(ending) and _VERB.search(ending)))


def _is_full(page: Page, n: int) -> bool:
    """Return whether line `n` was broken because the next word had no room."""
    word = page.lines[n + 1].strip(EDGES).split(" ", 1)[0]
    return len(page.lines[n]) + len(word) >= FULL


def _ends(part: str) -> bool:
    """Return whether `part` ends a sentence, so that nothing below belongs to it."""
    part = part.rstrip("\"'”’»)")
    if not part or part[-1] in "!?:：。！？;":
        return True
    return part[-1] == "." and len(part) > 3 and not re.search(r"(?:\d|\b\w{1,4})\.$", part)


def is_followed(page: Page, i: int) -> bool:
    """Return whether the next line with words, at most three below, is known to be a quote."""
    n = page.next_words(i, 4)
    return n is not None and page.rules[n] in ("quote.marks", "quote.parent")


def evidence(text: str) -> int:
    """Return how many of address, clock and date stand in `text`."""
    return sum(p.search(text) is not None for p in (_ADDRESS, _CLOCK, _DATE))


def _attributes(joined: str, followed: bool) -> bool:
    """Return whether `joined` names who wrote what is below, by verb, address, date and clock."""
    told = evidence(joined)
    if not followed and (_LOGGED.search(joined) or (told < 3 and _PRONOUN.search(joined))):
        return False  # prose: mail programs name the writer
    if told == 3 or (followed and told == 2):
        return True
    verb = _VERB.search(joined, 0 if _OPENING.match(joined) else max(0, len(joined) - 60))
    if verb and told == 2:
        return True
    words = len(joined.split())
    ends = _BRACKETED.search(joined, max(0, len(joined) - 90))
    if ends and (verb or followed or _DATE.search(joined)) and words <= 16:
        return True
    return bool(followed and verb and (told or words <= 5))


def inside(line: str, rest: str = "") -> int:
    """Return where a whole header begins within `line` behind words of the author, else 0.

    `rest` is what follows on the next lines of the header.

    >>> inside("Fine On Mon, 2 Apr 2012 at 18:26, Ann <ann@mail.example> wrote:")
    4
    >>> inside("On Mon, 2 Apr 2012 at 18:26, Ann <ann@mail.example> wrote:")
    0
    """
    for found in _WITHIN.finditer(line[:WIDTH]):
        before = line[: found.start()]
        own = any(c.isalnum() for c in before) and not evidence(before)
        if own and evidence(line[found.end() :] + rest) == 3:
            return found.start()
    return 0
