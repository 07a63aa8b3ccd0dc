"""Rules: patterns behind a cheap anchor and a check, for what has a form of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from corpus.redact import announced, checks, patterns
from corpus.redact.address import addresses
from corpus.redact.digits import apart, numbered, numbered_with
from corpus.redact.entities import Entity
from corpus.redact.moments import dates
from corpus.redact.national import identity_numbers
from corpus.redact.phones import phones

Span = tuple[int, int, float]


def _emails(text: str) -> Iterator[Span]:
    for found in patterns.EMAIL.finditer(text):
        local = patterns.LOCAL.search(text, max(0, found.start() - 64), found.start())
        if local:
            start = local.start()
            while start < found.start() and text[start] in ".'/=`{|}&*?":
                start += 1
            if "://" in text[max(0, start - 80) : found.start()]:  # in the query of a URL
                start += max(text[start : found.start()].rfind(c) for c in "=&?") + 1
            login = text[start - 1 : start] in ":/" and "://" in text[max(0, start - 80) : start]
            if start < found.start() and not login:
                yield start, found.end(), 1.0


def _handles(text: str) -> Iterator[Span]:
    for found in patterns.HANDLE.finditer(text):
        before = text[found.start() - 1] if found.start() else " "
        marked = _annotates(text, found) or _cites(text, found)
        if not before.isalnum() and before not in "@/._%+-" and not marked:
            yield found.start(), found.end(), 0.7


def _annotates(text: str, found: re.Match[str]) -> bool:
    """Return whether an «@» belongs to code: a tag in a comment, a decorator, a style rule."""
    if found[0][1:].partition(".")[0].lower() in patterns.TAGS:
        return True
    alone = not text[text.rfind("\n", 0, found.start()) + 1 : found.start()].strip(" \t")
    return alone and patterns.DECORATES.match(text, found.end()) is not None


def _cites(text: str, found: re.Match[str]) -> bool:
    """Return whether an «@» is a key of the literature: «[see @lee_2004; @doe99]»; no link is."""
    open_ = text.rfind("[", max(0, found.start() - 200), found.start())
    closed = patterns.CITED.match(text, found.end())
    return open_ >= 0 and closed is not None and "]" not in text[open_ : found.start()]


def _personal(text: str) -> Iterator[Span]:
    for found in patterns.PERSONAL.finditer(text):
        marked = found[0][1] in "@~" or found[0].startswith(("/u/", "/user"))
        if not marked and not patterns.HOSTS.search(
            text, max(0, found.start() - 16), found.start()
        ):
            continue
        project = not marked and _same_project(found[1], found[2] or "")
        listed = found[1].casefold() in patterns.NOT_PEOPLE
        if not (project or listed or "." in found[1][-5:]):
            yield *found.span(1), 0.6


def _same_project(owner: str, name: str) -> bool:
    """Return whether who owns a repository is called as it is: a project, no person.

    >>> _same_project("django", "django"), _same_project("ann-lee", "dotfiles")
    (True, False)
    """
    one, other = (re.sub(r"\W|_", "", told).casefold() for told in (owner, name))
    return min(len(one), len(other)) >= 4 and (one in other or other in one)


def _urls(text: str) -> Iterator[Span]:
    for found in patterns.URL.finditer(text):
        start, end = found.span()
        if start == 0 or not text[start - 1].isalnum():
            yield start, _url_end(text, start, end), 0.9
    for found in patterns.DOMAIN_END.finditer(text):
        name = patterns.DOMAIN.search(text, max(0, found.start() - 80), found.start())
        if name:
            yield name.start(), _url_end(text, name.start(), found.end()), 0.6


def _url_end(text: str, start: int, end: int) -> int:
    while end > start and (text[end - 1] in ".,;:!?*_" or _unpaired(text[start:end])):
        end -= 1
    return end


def _unpaired(url: str) -> bool:
    return url.endswith(")") and url.count(")") > url.count("(")


def _ips(text: str) -> Iterator[Span]:
    for found in patterns.IP4.finditer(text):
        versioned = patterns.VERSION.search(text, max(0, found.start() - 10), found.start())
        if apart(text, *found.span(), ".") and checks.ip(found[0]) and not versioned:
            yield *found.span(), 0.9
    for found in patterns.IP6.finditer(text):
        head = patterns.IP6_HEAD.search(text, max(0, found.start() - 35), found.start())
        start, end = head.start() if head else found.start(), found.end()
        while end > start and (text[end - 1] == "." or text[end - 2 : end] in (".:", " :")):
            end -= 1
        address = text[start:end]
        full = address.count(":") == 7 or ("::" in address and any(map(str.isdigit, address)))
        if full and len(address) > 5 and apart(text, start, end) and checks.ip(address):
            yield start, end, 0.9


def _ibans(text: str) -> Iterator[Span]:
    for found in patterns.IBAN.finditer(text):
        start = found.start() - 2
        size = checks.IBAN_LENGTHS.get(text[start : start + 2].upper()) if start >= 0 else None
        if size is None or (start and text[start - 1].isalnum()):
            continue
        end, left = start, size
        while left and end < len(text) and end - start < 64:
            left -= text[end].isalnum()
            end += 1
        compact = "".join(filter(str.isalnum, text[start:end])).upper()
        if not left and not text[end : end + 1].isalnum() and checks.mod97(compact) == 1:
            yield start, end, 1.0


def _named_ibans(text: str) -> Iterator[Span]:
    """Yield what is called an IBAN, also with a digit that is wrong."""
    for found in patterns.IBAN_NAMED.finditer(text):
        if sum(map(str.isdigit, found[1])) >= 8:
            yield *found.span(1), 0.6


def _cards(text: str) -> Iterator[Span]:
    for found in patterns.CARD.finditer(text):
        start, end = found.span()
        if apart(text, start, end, ".") and text[start - 1 : start] != "+":
            if checks.card("".join(filter(str.isdigit, found[0]))):
                yield start, end, 1.0


def _ssns(text: str) -> Iterator[Span]:
    for found in patterns.SSN.finditer(text):
        if apart(text, *found.span(), "-"):
            yield *found.span(), 0.85 if checks.ssn(found[0].replace(found[1], "")) else 0.5
    for found in patterns.BARE_SSN.finditer(text):
        if checks.ssn(found[1]):
            yield *found.span(1), 0.85


def _ids(text: str) -> Iterator[Span]:
    labelled = (
        found
        for line in numbered_with(text, patterns.LABEL_STEMS, patterns.THREE_DIGITS)
        for found in patterns.LABELLED.finditer(text, *line)
    )
    for found in labelled:
        value = found[1].rstrip(".,;:/-")
        alone = not text[max(0, found.start() - 1) : found.start()].isalnum()
        head = value.partition(" ")[0]  # not «placed 1983», but «XEA 9120 4471»
        numbered_first = any(map(str.isdigit, head)) or (head.isupper() and value.count(" ") > 1)
        if sum(map(str.isdigit, value)) >= 3 and numbered_first and alone:
            yield found.start(1), found.start(1) + len(value), 0.6
    for pattern in (patterns.NUMBERED, patterns.DOCKET):
        for found in pattern.finditer(text):
            start, end = found.span(found.lastindex or 0)
            if apart(text, start, end, "-./") and not patterns.DATED.match(text, start, end):
                yield start, end, 0.5


def _secrets(text: str) -> Iterator[Span]:
    keys = [patterns.KEYS, *([patterns.RARE_KEYS] if any(k in text for k in patterns.RARE) else [])]
    for found in (found for pattern in keys for found in pattern.finditer(text)):
        if found.start() == 0 or not text[found.start() - 1].isalnum():
            yield *found.span(), 1.0
    for pattern in (patterns.LOGIN, patterns.QUERY):
        for found in pattern.finditer(text):
            yield *found.span(1), 0.9
    for found in patterns.BEARER.finditer(text):
        if any(map(str.isdigit, found[found.lastindex or 0])):
            yield *found.span(found.lastindex or 0), 0.8
    for start, end in numbered(text):
        yield from _passwords(text, start, end)
    for start, end in numbered_with(text, patterns.PASSWORD_WORDS):
        for found in patterns.PASSWORD_IN.finditer(text, start, end):
            value = found[1].rstrip(".,;:!?)")
            if _odd(value):
                yield found.start(1), found.start(1) + len(value), 0.6


def _passwords(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield what is called a password or a key in a part of `text` around digits."""
    for found in patterns.PASSWORD.finditer(text, start, end):
        value = found[1].rstrip(".,;:!?)")
        alone = found.start() == 0 or not text[found.start() - 1].isalnum()
        if alone and _odd(value):
            yield found.start(1), found.start(1) + len(value), 0.7
    for found in patterns.ASSIGNED.finditer(text, start, end):
        if _odd(found[1]) and any(map(str.isalpha, found[1])) and "." not in found[1][1:-1]:
            yield *found.span(1), 0.6


def _odd(value: str) -> bool:
    """Return whether `value` is more likely made up than a word of a sentence."""
    return len(value) >= 4 and any(map(str.isdigit, value)) and not patterns.CALL.match(value)


class Rule(NamedTuple):
    """One rule: its name, the type it finds, and how."""

    name: str
    type: str
    find: Callable[[str], Iterator[Span]]


RULES: tuple[Rule, ...] = (
    Rule("secret.pattern", "SECRET", _secrets),
    Rule("rule.email", "EMAIL_ADDRESS", _emails),
    Rule("checksum.iban", "IBAN_CODE", _ibans),
    Rule("rule.iban", "IBAN_CODE", _named_ibans),
    Rule("checksum.card", "CREDIT_CARD", _cards),
    Rule("rule.ssn", "US_SSN", _ssns),
    Rule("rule.ip", "IP_ADDRESS", _ips),
    Rule("rule.url", "URL", _urls),
    Rule("rule.date", "DATE_TIME", dates),
    Rule("rule.address", "LOCATION", addresses),
    Rule("rule.id", "ID_NUMBER", _ids),
    Rule("rule.titled", "PERSON", announced.titled),
    Rule("rule.greeted", "PERSON", announced.greeted),
    Rule("rule.signed", "PERSON", announced.signed),
    Rule("rule.handle", "HANDLE", _handles),
    Rule("rule.profile", "HANDLE", _personal),
)


def find(text: str, types: frozenset[str], regions: tuple[str, ...]) -> list[Entity]:
    """Return what the rules find of `types` in `text`, in the order of `RULES`; spans may overlap.

    >>> [(e.type, e.rule) for e in find("mail ann@example.org", frozenset({"EMAIL_ADDRESS"}), ())]
    [('EMAIL_ADDRESS', 'rule.email')]
    """
    found = [
        Entity(start, end, rule.type, score, rule.name)
        for rule in RULES
        if rule.type in types
        for start, end, score in rule.find(text)
    ]
    if "PHONE_NUMBER" in types:
        numbers = phones(text, regions)
        found.extend(Entity(s, e, "PHONE_NUMBER", p, "rule.phone") for s, e, p in numbers)
    if "ID_NUMBER" in types:
        national = identity_numbers(text, regions)
        found.extend(Entity(s, e, "ID_NUMBER", p, "checksum.national") for s, e, p in national)
    return found
