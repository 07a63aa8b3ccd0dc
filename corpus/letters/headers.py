"""Find where a mail begins to quote another: «On … wrote:», «From: … Sent: …», a marker."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from corpus.letters.evidence import ADDRESS, BRACKETED, COLONS, DATE, WIDTH, evidence
from corpus.letters.header_blocks import block_at, is_subject, table_start
from corpus.letters.pages import EDGES, Page
from corpus.letters.quote_phrases import FORWARDED, HEADERS, ORIGINAL

WRAPPED = 4  # mail programs break a header over at most this many lines
FULL = 40  # characters, with the next line's first word, from which on a line may have been broken
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
_NAMED = re.compile(r"\[(?:[^\W\d_][^\W\d_.'’-]*\.?\s?){1,5}\]")  # «[Ann Lee]» above a quote
_OMITTED = re.compile(r"[\[<({]\s?[^\W\d_]{0,12}[\s.…]{0,5}[\]>)}]|[.…]{1,6}")
_STARTS = re.compile(r"[\"'«„“]?(?:[^\W\d_]{2,12}[.,]{0,2}\s|\(|\[)?\s?\d{1,4}[^\w\s]?|[\"'«„“<]")
_WITHIN = re.compile(
    rf"(?<=\S)[\s-]+(?=(?:{'|'.join(o for _, o, _ in HEADERS)})\s"
    rf"(?:[^\W\d_]{{2,12}}[.,]{{0,2}}\s){{0,3}}\d)"
)


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
        or is_subject(text)
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
    block = block_at(page, i)
    if block:
        return Header("quote.header", i, i + block, True)
    start, end = table_start(page, i), i + 1
    if _NAMED.fullmatch(text) and is_followed(page, end):
        start = i
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
        if ruled and _VERB.search(text) and (evidence(text) >= 2 or is_followed(page, i + 1)):
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
    count = block_at(page, n) if n is not None and page.rules[n] is None else 0
    return n + count - i - 1 if n is not None and count else 0


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
    if "@" not in ending or not ADDRESS.search(ending):
        return False
    named = ending[-1] == ">" and DATE.search(ending)
    return bool(named or (BRACKETED.search(ending) and _VERB.search(ending)))


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
    """Return whether the next line with words, at most three below, is known to be a quote.

    What the author left out of it, «[...]» or «<snip>», may stand above it.
    """
    n = below(page, i)
    return n is not None and page.rules[n] in ("quote.marks", "quote.parent")


def below(page: Page, i: int) -> int | None:
    """Return the first line from `i` on, of four, that has words and is no mark of omission."""
    n = page.next_words(i, 4)
    if n is not None and _OMITTED.fullmatch(page.lines[n].strip(EDGES)):
        after = page.next_words(n + 1, 3)
        return n if after is None else after
    return n


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
    if followed and verb and _OPENING.match(joined) and any(c.isdigit() for c in joined):
        return True  # «On 20121031 (Wed) at 1805:18 -0500, Ann wrote:»
    words = len(joined.split())
    ends = BRACKETED.search(joined, max(0, len(joined) - 90))
    if ends and (verb or followed or DATE.search(joined)) and words <= 16:
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
