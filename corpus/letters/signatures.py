"""Find signatures: below dashes and rulers, of devices, notices, contact data below a name."""

from __future__ import annotations

import re

from corpus.letters.notices import attachment_note, is_notice, is_scanned
from corpus.letters.pages import EDGES, Page
from corpus.letters.signature_phrases import (
    CLOSINGS,
    CLOSINGS_HAN,
    CONTACT,
    DEVICE,
    PHONE,
    PRODUCTS,
    SENT_WITH,
    SENT_WITH_HAN,
)

WIDTH = 300
SIGNATURE = 40  # lines that may stand below «-- », a disclaimer included
FOOTER = 10  # and below a mere «--» or «_____», which people also write themselves
TAIL = 16  # lines at the end of a mail among which contact data are looked for
READ = 1_500  # characters of the last paragraph that are read
SENTENCE = 8  # words from which on a line that ends in a full stop is prose
PROSE = 12  # and from which on even one with contact data
_RULER = re.compile(r"[-_=*~—–‐•]{5,140}|[—–]{1,4}|-{3,4}")
_BREAK = re.compile(r"(?:[-=~*_•·#] ?){3,70}|[._,]{5,40}")  # also what divides chapters
_PHONE = re.compile(PHONE)
_MAILBOX = re.compile(r"[<(]?[\w.+-]{1,64}@[\w.-]{1,80}[>)]?")
_DEVICE = re.compile(rf"\W{{0,4}}(?:{'|'.join(DEVICE)})\W{{0,4}}", re.IGNORECASE)
_PRODUCT = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(re.escape(p) for p in sorted(PRODUCTS, key=len, reverse=True))})"
)
_SENT = re.compile(rf"(?<![^\W_])(?:{SENT_WITH})(?![^\W_])|{SENT_WITH_HAN}", re.IGNORECASE)
_LINK = re.compile(r"[<(\[]?\s?https?://[^\s>)\]]{1,300}[>)\]]?|\[[^\]\n]{1,80}\]\s?(?=\()")
_CONTACT = re.compile(CONTACT, re.IGNORECASE)
_HINT = re.compile(r"[\d@:]|www")
_CLOSING = re.compile(rf"(?<![^\W_])(?:{CLOSINGS})(?![^\W_])|{CLOSINGS_HAN}", re.IGNORECASE)
_POSTSCRIPT = re.compile(r"p\.?\s?s\.?\b|n\.?b\.?\b|з\.?ы", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w .'’-]{1,40}")
_UNSUBSCRIBE = re.compile(
    r"mailing list|unsubscribe|google groups|list-?info|groups\.io|yahoo! ?groups|listserv|"
    r"abbestellen|abmelden|désabonn|se désinscrire|darse de baja|avregistrer|afmeld",
    re.IGNORECASE,
)


def sign(page: Page) -> None:
    """Fill in the rules of the signature lines among those that are still the author's."""
    rules, i = page.rules, 0
    for n, line in enumerate(page.lines):
        if line.startswith("-" * 10) and rules[n] is None:
            end = attachment_note(page, n)
            rules[n:end] = ["signature.attachment"] * (end - n)
    while i < len(rules):
        if rules[i] is not None:
            i += 1
            continue
        end = i
        while end < len(rules) and rules[end] is None:
            end += 1
        _sign_between(page, i, end)
        i = end


def _sign_between(page: Page, start: int, end: int) -> None:
    """Sign the lines from `start` to `end`, all the author's: below dashes first, then the end."""
    for n in range(start, end):
        line = page.lines[n]
        if not line:
            continue
        if line[0] in "-_=*~—–•‐·#." and len(line) < 150:
            rule = _scanned(page, n, end) or _divided(page, n, end)
            if rule:
                page.rules[n:end] = [rule] * (end - n)
                end = n
                break
        if len(line) <= 120 and _DEVICE.fullmatch(line.strip()) is not None:
            page.rules[n] = "signature.device"
    for _ in range(6):
        shorter = _sign_end(page, start, end)
        if shorter == end:
            return
        end = shorter


def _scanned(page: Page, n: int, end: int) -> str | None:
    """Return the rule if line `n` opens what a scanner appends, and goes on to `end`."""
    line = page.lines[n][:WIDTH]
    if not is_scanned(line):
        return None
    below = _below(page, n + 1, end)
    return "signature.scanner" if below is not None and len(below) <= FOOTER else None


def _divided(page: Page, n: int, end: int) -> str | None:
    """Return the rule if line `n` divides a signature off that goes on to `end`.

    It ends where the next quote begins, else with the text (RFC 3676, section 4.3).
    """
    text = page.lines[n].rstrip("\r\n")
    bare = text.rstrip()
    ruler = _RULER.fullmatch(bare) is not None
    if bare != "--" and not ruler and not _BREAK.fullmatch(bare):
        return None
    below = _below(page, n + 1, end)
    if below is None:
        return None
    if text == "-- " or (bare == "--" and len(below) <= FOOTER):
        return "signature.dashes" if len(below) <= SIGNATURE else None
    found = any(tells_contact(line) or _UNSUBSCRIBE.search(line) for line in below)
    most = SIGNATURE if bare == "--" else FOOTER
    if not below or len(below) > most:
        return None
    if not found and (len(below) > 4 or not ruler or not all(map(_is_short, below))):
        return None
    if bare != "--" and sum(_is_prose(line) for line in below) > len(below) // 2:
        return None
    return "signature.dashes" if bare == "--" else "signature.line"


def _below(page: Page, start: int, end: int) -> list[str] | None:
    """Return the lines with words from `start` to `end`, None if they are too many."""
    below: list[str] = []
    if end - start > 4 * SIGNATURE:
        return None
    for n in range(start, end):
        if text := page.lines[n].strip(EDGES)[:WIDTH]:
            below.append(text)
            if len(below) > SIGNATURE:
                return None
    return below


def tells_contact(line: str) -> bool:
    """Return whether a line holds contact data: a telephone number, an address, a page."""
    return _HINT.search(line) is not None and _CONTACT.search(line) is not None


def _is_short(line: str) -> bool:
    return len(line) <= 60 and line[-1] not in ".!?:。！？"


def _is_prose(line: str) -> bool:
    """Return whether `line` is a sentence rather than a part of an address block or a footer."""
    words = len(line.split())
    if line[-1] not in ".!?。！？" or words < SENTENCE or _UNSUBSCRIBE.search(line):
        return False
    return words >= PROSE or not tells_contact(line)


def is_device(line: str) -> bool:
    """Return whether a whole line tells with which program or device the mail was sent.

    >>> is_device("Sent from my phone"), is_device("Get Outlook for iOS<https://aka.example/o>")
    (True, True)
    >>> is_device("I sent you the phone yesterday, did you get it?")
    False
    """
    text = line.strip(EDGES)
    if not 4 <= len(text) <= WIDTH:
        return False
    if _DEVICE.fullmatch(text):
        return True
    bare = _LINK.sub(" ", text).strip(EDGES + "<>()[].-")
    if not bare or len(bare) > 90 or text[-1] in "?!":
        return False
    sent = _SENT.search(bare)
    if sent is None or not _PRODUCT.search(bare):
        return False
    edge = sent.start() <= 2 or sent.end() >= len(bare) - 2 or not bare.isascii()
    return edge and len(bare.split()) <= 11


def _sign_end(page: Page, start: int, end: int) -> int:
    """Sign the last paragraph before `end` if it is no writing; return where the rest ends."""
    last = end - 1
    while last >= start and not page.lines[last].strip(EDGES):
        last -= 1
    if last < start:
        return end
    first = last
    while first > start and page.lines[first - 1].strip(EDGES) and last - first < SIGNATURE:
        first -= 1
    if page.rules[last] is not None:
        return last
    if is_device(page.lines[last]):
        return _give(page, last, end, "signature.device")
    text = " ".join(page.lines[n].strip(EDGES) for n in range(first, last + 1))[:READ]
    if len(text) <= 400 and is_scanned(text):
        return _give(page, first, end, "signature.scanner")
    if is_notice(text):
        return _give(page, first, end, "signature.notice")
    noticed = end < len(page.rules) and page.rules[end] in ("signature.notice", "signature.contact")
    at = _contact(page, start, last, noticed)
    return end if at is None else _give(page, at, end, "signature.contact")


def _give(page: Page, first: int, end: int, rule: str) -> int:
    page.rules[first:end] = [rule] * (end - first)
    return first


def _contact(page: Page, start: int, last: int, noticed: bool) -> int | None:
    """Return where the contact data below a name begin that end at line `last`, or None.

    Titles alone will do where a notice stands below: `noticed`.
    """
    tail = [n for n in range(max(start, last - TAIL), last + 1) if page.lines[n].strip(EDGES)]
    texts = {n: page.lines[n].strip(EDGES)[:WIDTH] for n in tail}
    told = [n for n in tail if tells_contact(texts[n])]
    if not told and not noticed:
        return None
    for place, n in enumerate(tail):
        after = tail[place + 1 :]
        if len(after) >= 2 and is_closing(texts[n]) and _is_name(texts[after[0]]):
            rest = after[1:]
            if _POSTSCRIPT.match(texts[rest[0]]):
                return None
            if (noticed or told[-1] in rest) and not any(_is_prose(texts[k]) for k in rest):
                return rest[0]
    return _card(tail, texts, told, 1 if noticed else 2)


def _card(tail: list[int], texts: dict[int, str], told: list[int], least: int) -> int | None:
    """Return the first line of a last paragraph that is a name with contact data, or None.

    At least `least` lines must hold contact data.
    """
    first = tail[-1]
    while first - 1 in texts:
        first -= 1
    block = [texts[n] for n in tail if n >= first]
    above = [texts[n] for n in tail if n < first]
    count = sum(n >= first for n in told)
    if not above or above[-1][-1] in ":：" or any(_is_prose(t) or t[-1] in "?:" for t in block):
        return None
    has_both = any(map(_PHONE.search, block)) and any(map(_MAILBOX.search, block))
    if has_both and 2 * count > len(block) > 1:
        upper = [n for n in tail if first - 5 < n < first - 1]
        over = upper and _is_name(texts[upper[0]]) and " " in texts[upper[0]]
        alone = over and upper[0] - 1 not in texts and all(len(texts[n].split()) < 6 for n in upper)
        return upper[0] if alone and len(above) > len(upper) else first
    named = _is_name(block[0]) and " " in block[0] and len(block) > 1
    if named and ((count >= least and len(block) > 2) or _MAILBOX.fullmatch(block[-1])):
        return first
    return None


def is_closing(text: str) -> bool:
    """Return whether `text` takes leave.

    >>> is_closing("Mit freundlichen Grüßen"), is_closing("I send you my regards from the sea.")
    (True, False)
    """
    if len(text) > 50 or text[-1] in ".?:;" or len(text.split()) > 7 or text.count("。") > 1:
        return False
    return _CLOSING.search(text) is not None


def _is_name(text: str) -> bool:
    return (
        len(text.split()) <= 5
        and _NAME.fullmatch(text) is not None
        and (text[0].isupper() or not text[0].isascii())
    )
