"""Postal addresses: found at what is certain of them, then grown over what stands around.

A house number before «Street», a number after «…gatan», «Suite 12» or «PO Box 4» are certain.
From there an address goes on over numbers, codes, units and capitalised names, also on the next
lines, until something else comes. Only what stands near a digit is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.redact.address_parts import (
    AFTER,
    ANY_CASE,
    BEFORE,
    GAP,
    HOUSED,
    IN_TOWN,
    INSIDE,
    ITEM,
    LABEL,
    LETTERED,
    MONTHS,
    NUMBERED,
    OTHER,
    SEEDS,
    UNITED,
)
from corpus.redact.digits import numbered
from corpus.redact.pools import all_countries

Span = tuple[int, int, float]


def addresses(text: str) -> Iterator[Span]:
    """Yield the spans of `text` that are postal addresses or codes, each with its score."""
    reach = 0
    for first, last in numbered(text):
        for start, end, score in sorted(_seeds(text, first, last)):
            if end <= reach:
                continue
            limit = max(first - 80, 0)
            if LETTERED.match(text, start, end):
                start = _housed(text, start)
            start, end = _left(text, start, limit), _right(text, end)
            unit = UNITED.search(text, max(0, start - 16), start)
            start = unit.start() if unit else start
            reach = max(reach, end)
            yield start, end, score
        for found in IN_TOWN.finditer(text, first, last):
            yield *found.span(1), 0.5


def _seeds(text: str, first: int, last: int) -> Iterator[Span]:
    part = text[first:last]
    lower = part == part.lower()  # then only what is looked for in any case can be there
    for pattern, score in ANY_CASE if lower else SEEDS:
        for found in pattern.finditer(text, first, last):
            start, end = found.span(found.lastindex or 0)
            end = start + len(text[start:end].rstrip())
            if _apart(text, start, end) and not (score < 0.6 and MONTHS.search(found[0])):
                yield start, end, score
    for label in LABEL.finditer(text, max(0, first - 40), last):
        place = INSIDE.match(text, label.end())
        if place and label.end() <= last and re.search(r"[0-9]", place[0]) and _named(place[0]):
            if not MONTHS.search(place[0]) and not place[0][:5].isdigit():
                yield *place.span(), 0.6


def _named(place: str) -> bool:
    words = re.findall(r"[^\W\d_]+", place)
    return bool(words) and words[0].lower() not in OTHER


def _apart(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in tuple("/-.:$€£") and text[start].isdigit():
        return False
    return not (before.isalnum() or before == "_" or after.isalnum() or after == "_")


def _left(text: str, start: int, limit: int) -> int:
    """Return where the address with a certain part at `start` begins."""
    number = NUMBERED.search(text, max(limit, start - 10), start)
    if number:
        return number.start()
    if text[start].isdigit():
        return start
    at = max(limit, start - 80)
    while found := BEFORE.search(text, at, start):
        first = re.match(r"[^\W\d_]+", found[0])
        if first and first[0].lower() in OTHER:
            at = found.start() + first.end()
            continue
        digits = any(map(str.isdigit, found[0]))
        return found.start() if digits and not MONTHS.search(found[0]) else start
    return start


def _housed(text: str, start: int) -> int:
    """Return where the names before a code of letters begin: «Glebe House, Church Lane, Bibury»."""
    found = HOUSED.search(text, max(0, start - 120), start)
    if not found:
        return start
    at = found.start()
    while first := re.match(r"[^\W\d_]+", text[at:start]):
        cut = text.find("\n", at, start) + 1 or text.find(", ", at, start) + 2
        if first[0].lower() not in OTHER or first[0] == "The":
            break
        at = cut if at < cut < start else start
    inside = at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "_'’-")
    return at if inside else start


def _right(text: str, end: int) -> int:
    """Return where the address with a certain part that ends at `end` ends."""
    lines = 0
    for _ in range(9):
        gap = GAP.match(text, end)
        at = gap.end() if gap else end
        between = text[end:at]
        lines += between.count("\n")
        item = ITEM.match(text, at)
        if not item or lines > 5 or not between:
            break
        if not _belongs(text, item, between):
            break
        end = item.end()
    return end


def _belongs(text: str, item: re.Match[str], between: str) -> bool:
    """Return whether `item`, which follows after `between`, goes on with an address."""
    if item["unit"]:
        return True
    ends = AFTER.match(text, item.end()) is not None
    if item["code"]:
        direct = "\n" not in between and len(item[0]) >= 4
        return ends or direct or bool(ITEM.match(text, item.end() + 1))
    if len(item["name"]) < 4 and item["name"].isupper():
        return ends or _coded(text, item.end())
    words = [w.lower().strip(".") for w in re.findall(r"[^\s(),]+", item["name"])]
    if any(word in OTHER for word in words if word not in ("the", "and", "a", "of", "i", "in")):
        return False
    if words[0] in OTHER or text[item.end() : item.end() + 1] == ":":
        return False
    if between.count("\n") > 1:
        return " ".join(words) in all_countries() or _coded(text, item.end())
    return ends or _coded(text, item.end()) or item["name"].isupper()


def _coded(text: str, at: int) -> bool:
    gap = GAP.match(text, at)
    item = ITEM.match(text, gap.end() if gap else at)
    return item is not None and bool(item["code"] or item["unit"])
