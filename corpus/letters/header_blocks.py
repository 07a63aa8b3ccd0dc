"""Read the block «From: … Sent: … To: … Subject: …» that stands above a mail that is quoted."""

from __future__ import annotations

import re

from corpus.letters.evidence import ADDRESS, BRACKETED, CLOCK, COLONS, DATE, WIDTH
from corpus.letters.pages import EDGES, Page
from corpus.letters.quote_phrases import FROM, SENT, SUBJECT, TO

BLOCK = 16  # lines in which the block must end

_LABELS: dict[str, str] = {
    " ".join(label.casefold().split()): kind
    for kind, labels in (("to", TO), ("subject", SUBJECT), ("sent", SENT), ("from", FROM))
    for label in labels
}
_INNER = re.compile(
    rf"\s(?:{'|'.join(re.escape(label) for label in (*SENT, *SUBJECT))})\s?[:：]", re.IGNORECASE
)
_TABLE_SUBJECT = frozenset(s.casefold() for s in SUBJECT)
_TABLE_TO = frozenset(t.casefold() for t in TO)
_BETWEEN = "*_|>• \t\u00a0\u200e\u200f\u202a\u202b\u202c"


def _entry(text: str) -> tuple[str, str]:
    """Return the label and the value of «Label: value», label empty if it is no such line."""
    at = next((k for k, c in enumerate(text[:44]) if c in COLONS), -1)
    label = " ".join(text[: max(at, 0)].strip(_BETWEEN).casefold().split())
    value = text[at + 1 :].strip(EDGES + "_|")
    odd = not label or len(label) > 28 or label.count(" ") > 2 or value.startswith("//")
    return ("", text) if odd else (label, value)


def block_at(page: Page, i: int) -> int:
    """Return how many lines from `i` are a block of From, Sent and Subject, 0 if they are not."""
    first = page.lines[i].strip(EDGES)[: 2 * WIDTH]
    label, value = _entry(first)
    kind = _LABELS.get(label)
    if not label or (kind is None and not BRACKETED.search(value)):
        return 0
    if kind == "from" and _INNER.search(first) and DATE.search(first):
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
    clock, date = CLOCK.search(value) is not None, DATE.search(value) is not None
    if kind and (kind != "sent" or any(c.isdigit() for c in value)):
        seen.add(kind)
    if ADDRESS.search(value):
        seen.add("address")
        seen.update(("bracketed",) if BRACKETED.search(value) else ())
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


def table_start(page: Page, i: int) -> int | None:
    """Return where a Lotus Notes header that ends at `i` begins: name, date, To, cc, Subject."""
    if not is_subject(page.lines[i].strip(EDGES)):
        return None
    for n in range(i - 1, max(-1, i - 12), -1):
        if page.lines[n].strip(EDGES).casefold() in _TABLE_TO:
            for above in range(n - 1, max(-1, n - 5), -1):
                text = page.lines[above].strip()[:WIDTH]
                if DATE.search(text) and CLOCK.search(text):
                    name = page.lines[above - 1].strip(EDGES) if above else ""
                    named = name and (ADDRESS.search(name) or len(name.split()) <= 4)
                    return above - 1 if named and name[-1] not in ".!?:" else above
    return None


def is_subject(text: str) -> bool:
    """Return whether `text` is the bare label of a subject, as Lotus Notes sets it.

    >>> is_subject("Betreff"), is_subject("Betreff: Boote")
    (True, False)
    """
    return text.casefold() in _TABLE_SUBJECT
