"""Postal addresses: found at what is certain of them, then grown over what stands around.

A house number before «Street», a number after «…gatan», «Suite 12» or «PO Box 4» are certain.
From there an address goes on over numbers, codes, units and capitalised names, also on the next
lines, until something else comes. Only what stands near a digit is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.redact.patterns import MONTH
from corpus.redact.pools import all_countries

Span = tuple[int, int, float]

_DIGIT = re.compile("[0-9]")
NEAR = 90  # characters around a digit in which what belongs to it stands
_CAP = r"[^\W\d_a-zß-öø-ÿ][\w'’.-]{0,30}"
_JOIN = r"(?:(?:de|del|della|dei|du|des|da|do|dos|la|le|les|van|von|den|der|zum|zur|of|the|in|y|d['’])[ ]+){0,2}"
_NAMES = rf"{_CAP}[ ]+(?:{_JOIN}{_CAP}[ ]+){{0,3}}?"
_NUMBER = r"[0-9]{1,6}(?:[A-Za-z]|[-/][0-9]{1,5})?"
_STREET = (
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Way|Place|Pl|Square|Sq|Terrace"
    "|Close|Crescent|Cres|Parkway|Pkwy|Highway|Hwy|Row|Walk|Gardens|Gdns|Circle|Cir|Trail|Mews|Grove|Hill"
    "|Strasse|Straße|Weg|Platz|Rise|Loop|Alley|Quay|Wharf|Green|View|Park|Point|Plaza|Bypass|Path|Run"
)
_UNIT = r"(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room|Rm|Floor|Fl|Box|Bldg|Building|Block|Lot|App)\b\.?[ ]*(?:#|No\.?[ ]?)?[ ]*[0-9]{1,5}[A-Za-z]?(?![\w])|#[ ]?[0-9]{1,5}[A-Za-z]?(?!\w)"
_ENDING = (
    "stra(?:ß|ss)e|str\\.|gasse|allee|platz|weg|damm|ufer|gade|vej|vænget|stræde|stræti|straeti|gata|gatan|vägen|gränd"
    "|gate|veien|vegen|katu|kuja|polku|laan|straat|plein|dreef|kade|gracht|steeg|braut|vegur"
    "|tänav|maantee|utca"
)
_LEAD = (
    r"rue|avenue|av\.|avda\.|avenida|boulevard|bd\.?|place|quai|impasse|chemin|allée|via|viale|piazza|vicolo|corso|largo"
    r"|strada|calle|c/|carrera|cra\.|paseo|plaza|camino|rua|travessa|praça|alameda|rodovia|estrada|ul\.|ulica|al\.|plac"
    r"|os\.|jalan|jl\.|trg|λεωφόρος|οδός|ул\.|улица|пр\."
)
_SEEDS: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(rf"{_NUMBER},?[ ]+(?:(?:[0-9]{{1,4}}|[0-9]{{1,3}}(?:st|nd|rd|th))[ ]+)?{_NAMES}(?:{_STREET})\b\.?(?:[ ]+[NSEW]{{1,2}}\b)?"), 0.8),
    (re.compile(rf"{_NUMBER},?[ ]+[0-9]{{1,3}}(?:st|nd|rd|th)[ ]+(?:{_STREET})\b\.?"), 0.8),
    (re.compile(r"[0-9]{1,6}[ ]+(?:[^\W\d_]+[ ]+){1,3}(?:street|avenue|road|lane|boulevard)\b", re.I), 0.7),
    (re.compile(rf"(?:{_CAP}[ -]){{0,2}}(?<!\w)[^\W\d_]{{2,24}}(?i:{_ENDING})[ ]+[0-9]{{1,4}}(?:[ ]?[a-zA-Z])?(?!\w)"), 0.7),
    (re.compile(rf"(?:{_CAP}[ ]+){{1,3}}(?i:{_ENDING})[ ]+[0-9]{{1,4}}(?:[ ]?[a-zA-Z])?(?!\w)"), 0.7),
    (re.compile(rf"(?:{_CAP}[ ]+){{1,3}}(?:u\.|utca|útja?|tér|körút|St|Str|Ring|Kvartal)[ ]+[0-9]{{1,4}}\b\.?"), 0.7),
    (re.compile(rf"(?:{_NUMBER},?[ ]+(?:bis[ ]+)?)(?i:{_LEAD})[ ]*{_JOIN}{_CAP}(?:[ ]+{_JOIN}{_CAP}){{0,3}}"), 0.7),
    (re.compile(rf"(?<!\w)(?i:{_LEAD})[ ]*(?:{_JOIN}{_CAP}[ ]+){{1,4}}[0-9]{{1,4}}(?:[ ]?[a-z]\b)?"), 0.7),
    (re.compile(rf"{_NUMBER},?[ ]+(?:{_CAP}[ ]+){{1,4}}[0-9]{{1,4}}[a-z]?(?![\w:/.-])"), 0.5),
    (re.compile(r"(?:Apt|Suite|Ste|Apartment)\b\.?[ ]*#?[ ]*[0-9]{1,5}[A-Za-z]?(?!\w)", re.I), 0.6),
    (re.compile(r"P\.?[ ]?O\.?[ ]?Box[ ][0-9]{1,6}|PSC[ ][0-9]{1,5},?[ ]Box[ ][0-9]{1,5}|Unit[ ][0-9]{1,5},?[ ]Box[ ][0-9]{1,5}|[AFD]PO[ ]A[AEP][ ][0-9]{5}", re.I), 0.8),
    (re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[ ][0-9][A-Z]{2}(?!\w)|[A-Z]{2}[ ][0-9]{5}(?:-[0-9]{4})?(?![\w-])|[ABCEGHJ-NPRSTVXY][0-9][A-Z][ -][0-9][A-Z][0-9](?!\w)"), 0.5),
    (re.compile(r"(?:(?:zip|postal|post)[ ]?code(?:[ ]is)?|zip)[: ]+([0-9]{3,6}(?:[ -][0-9]{2,4})?)(?!\w)", re.I), 0.5),
)  # fmt: skip
"""What is certain of an address, and how certain; each is looked for on one line."""
_LABEL = re.compile(
    r"(?:address(?:es)?|located|residing|lives?|living|resides?|sent|ship(?:ped)?|deliver(?:ed|y)?"
    r"|mail(?:ed)?|based)(?:[ ]+(?:is|was|are|to|at|from|as|in|on)|[ \t]*:)+[ \t\n]+",
    re.I,
)
_INSIDE = re.compile(
    rf"(?:(?:{_CAP}|[0-9][\w/-]{{0,9}}),?[ \t]+){{0,7}}(?:{_CAP}|[0-9][\w/-]{{0,9}})"
)
_IN_TOWN = re.compile(
    rf"(?<!\w)(?:in|at|from|to|near)[ ]((?:{_CAP}[ ]+){{1,4}}[0-9]{{4,5}})(?![\w.,:/-]*[0-9])"
)
_GAP = re.compile(r"[ \t]*,?[ \t]*(?:\n[ \t>|?*]{0,8}){0,2}[ \t]*(?:,[ \t]*)?")
_ITEM = re.compile(
    rf"(?P<unit>{_UNIT})"
    r"|(?P<code>[0-9]{2,6}-[0-9]{3,4}(?![\w:/.-])|[0-9]{3,6}(?![\w:/.-]|[ ]?[(+/-]?[0-9])|[0-9]{3,6}(?=\.?(?:\s(?![0-9])|\Z))"
    r"|[A-Z]{1,2}[0-9][A-Z0-9]?[ ][0-9][A-Z]{2}(?!\w)|[0-9]{4}[ ]?[A-Z]{2}(?!\w)"
    r"|[A-Z][0-9][0-9W][ ][0-9A-Z]{4}(?!\w))"
    r"|(?P<name>(?:[A-Z]{2,3}(?![\w.])|[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’.-][^\W\d_]+)*)"
    r"(?:[ ]+(?:(?:de|del|la|do|da|dos|das|di|of|and|the|v|u|am|an|der|den|im|på|i|sur|sous|les?)[ ]+){0,2}"
    r"(?:\([^\W\d_]+\)|[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’.-][^\W\d_]+)*)){0,4})"
)
_AFTER = re.compile(r"[ \t]*(?:[,.;?!)\n\"'”]|\Z)")
_BEFORE = re.compile(
    rf"(?:{_NUMBER}[ ,]+)?(?:{_CAP}[ ]+){{1,5}}(?:[0-9]{{1,4}}[a-z]?)?,?[ \t]*(?:\n[ \t>|?*]{{0,8}})?\Z"
)
_NUMBERED = re.compile(r"(?<![\w.,:/-])[0-9]{1,6},?[ ]+\Z")
_MONTHS = re.compile(rf"\b(?:{MONTH})\b")
_OTHER = frozenset(
    "i the this that my your our his her we you he she it they please can could would will do does is "
    "are was a an and or but if so no yes thanks thank regards name address date time where when what "
    "who how why phone tel telephone fax mobile cell office work home email e-mail mail website web url "
    "personal contact born age dear hi hello best sincerely from to for on at in by with note ps re not "
    "there here have has just also let call meet see am pm however after before since during".split()
)  # words that end an address though they have a capital


def numbered(text: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of lines of `text` around digits, as (start, end).

    >>> list(numbered("no\\n12 a\\n3"))
    [(3, 7), (8, 9)]
    """
    at = 0
    while found := _DIGIT.search(text, at):
        first = max(at, found.start() - NEAR)
        start = max(first, text.rfind("\n", first, found.start()) + 1)
        while start > at and text[start - 1].isalnum():
            start -= 1
        end = found.end()
        while more := _DIGIT.search(text, end, end + NEAR):
            end = more.end()
        stop = text.find("\n", found.end(), end + NEAR)
        at = stop if stop >= 0 else min(len(text), end + NEAR)
        yield start, at


def addresses(text: str) -> Iterator[Span]:
    """Yield the spans of `text` that are postal addresses or codes, each with its score."""
    reach = 0
    for first, last in numbered(text):
        for start, end, score in sorted(_seeds(text, first, last)):
            if end <= reach:
                continue
            start, end = _left(text, start, max(first - 80, 0)), _right(text, end)
            reach = max(reach, end)
            yield start, end, score
        for found in _IN_TOWN.finditer(text, first, last):
            yield *found.span(1), 0.5


def _seeds(text: str, first: int, last: int) -> Iterator[Span]:
    for pattern, score in _SEEDS:
        for found in pattern.finditer(text, first, last):
            start, end = found.span(found.lastindex or 0)
            end -= len(found[0]) - len(found[0].rstrip()) if not found.lastindex else 0
            if _apart(text, start, end) and not (score < 0.6 and _MONTHS.search(found[0])):
                yield start, end, score
    for label in _LABEL.finditer(text, max(0, first - 40), last):
        found = _INSIDE.match(text, label.end())
        if found and label.end() <= last and re.search(r"[0-9]", found[0]) and _named(found[0]):
            if not _MONTHS.search(found[0]) and not found[0][:5].isdigit():
                yield *found.span(), 0.6


def _named(place: str) -> bool:
    words = re.findall(r"[^\W\d_]+", place)
    return bool(words) and words[0].lower() not in _OTHER


def _apart(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in tuple("/-.:$€£") and text[start].isdigit():
        return False
    return not (before.isalnum() or before == "_" or after.isalnum() or after == "_")


def _left(text: str, start: int, limit: int) -> int:
    """Return where the address with a certain part at `start` begins."""
    numbered = _NUMBERED.search(text, max(limit, start - 10), start)
    if numbered:
        return numbered.start()
    if text[start].isdigit():
        return start
    found = _BEFORE.search(text, max(limit, start - 80), start)
    while found:
        whole = found[0]
        first = re.match(r"[^\W\d_]+", whole)
        if first and first[0].lower() in _OTHER:
            found = _BEFORE.search(text, found.start() + first.end(), start)
            continue
        digits = any(map(str.isdigit, whole))
        return found.start() if digits and not _MONTHS.search(whole) else start
    return start


def _right(text: str, end: int) -> int:
    """Return where the address with a certain part that ends at `end` ends."""
    lines = 0
    for _ in range(9):
        gap = _GAP.match(text, end)
        at = gap.end() if gap else end
        between = text[end:at]
        lines += between.count("\n")
        item = _ITEM.match(text, at)
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
    ends = _AFTER.match(text, item.end()) is not None
    if item["code"]:
        direct = "\n" not in between and len(item[0]) >= 4
        return ends or direct or bool(_ITEM.match(text, item.end() + 1))
    if len(item["name"]) < 4 and item["name"].isupper():
        return ends or _coded(text, item.end())
    words = [w.lower().strip(".") for w in re.findall(r"[^\s(),]+", item["name"])]
    if any(word in _OTHER for word in words if word not in ("the", "and", "a", "of", "i", "in")):
        return False
    if words[0] in _OTHER or text[item.end() : item.end() + 1] == ":":
        return False
    if between.count("\n") > 1:
        return " ".join(words) in all_countries() or _coded(text, item.end())
    return ends or _coded(text, item.end()) or item["name"].isupper()


def _coded(text: str, at: int) -> bool:
    gap = _GAP.match(text, at)
    item = _ITEM.match(text, gap.end() if gap else at)
    return item is not None and bool(item["code"] or item["unit"])
