"""Rare combinations: what is left of people in the published texts that may still single one out.

A date, an age, an employer or a nationality says little alone; two of them beside each other may
stand for one person only (k-anonymity: Sweeney, «k-anonymity: a model for protecting privacy»,
2002). Counted is in how many conversations, or documents of none, each pair stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

import pyarrow as pa

from corpus.redact import pools, rules
from corpus.redact.fold import fold
from corpus.redact.values import hmac_of

MOST = 40
"""Signs of one document that are paired, at most: the first ones."""
COMBINATIONS = pa.schema(
    [
        ("document", pa.string()),
        ("thread", pa.string()),
        ("types", pa.string()),
        ("hmac", pa.string()),
        ("units", pa.int64()),
    ]
)
"""A pair of signs in a document that stands in `units` conversations or lone documents in all."""
_DATES = frozenset({"DATE_TIME"})
_CAP = r"[^\W\d_a-zß-öø-ÿ](?:[\w&'’.-]*\w)?"
_NUMBER = re.compile(r"(?<![0-9.,:/-])[1-9][0-9]?\b")
_OLD = re.compile(r"[- ]years?[- ]old\b", re.I)
_NO_AGE = re.compile(
    r" ?(?:%|[:.,/-]?[0-9]|am\b|pm\b|o'clock|minutes|hours|days|weeks|months|km|miles)", re.I
)
_AGED = re.compile(r"\b(?:aged?|turn(?:s|ed|ing)|i am|i'm|he is|she is|he's|she's|was) \Z", re.I)
_FIRMS = "Ltd|Inc|LLC|GmbH|AG|plc|PLC|AS|ASA|AB|Oy|SA|SARL|BV|University|College|Hospital|School"
_NATIONS = (
    "American British Buddhist Catholic Chinese French German Hindu Indian Japanese Jewish "
    "Lutheran Muslim Russian Turkish Ukrainian".split()
)
_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "ORGANIZATION",
        re.compile(
            r"\b(?:[Ww]ork(?:s|ed|ing)? (?:at|for)|[Ee]mployed (?:at|by)|[Jj]ob at"
            rf"|[Ss]tud(?:y|ied|ying) at) (?:the )?({_CAP}(?: (?:of |and |for )?{_CAP}){{0,3}})"
            rf"|\b({_CAP}(?: {_CAP}){{0,3}} (?:{_FIRMS}))\b"
        ),
    ),
    ("NRP", re.compile(rf"\b({'|'.join([*pools.NATIONS, *_NATIONS])})\b")),
)
"""Type of a sign and how it is written; the first group that matched is the sign."""


class Sign(NamedTuple):
    """Something said of a person: its type, and what stands there."""

    type: str
    value: str


def signs(text: str, made_up: Iterable[tuple[int, int]] = ()) -> list[Sign]:
    """Return the different signs in `text` in order, but for what touches a made-up span.

    Dates are looked for only beside other signs: alone they make no pair.

    >>> signs("She is 34 and works at Norsk Hydro since 3 May 2012.")[0]
    Sign(type='AGE', value='34')
    """
    spans = sorted(made_up)
    written = [
        (*match.span(match.lastindex or 0), type_)
        for type_, pattern in _SIGNS
        for match in pattern.finditer(text)
    ]
    written += [(start, end, "AGE") for start, end in _ages(text)]
    if written:
        dates = [(e.start, e.end) for e in rules.find(text, _DATES, ())]
        written += [(*d, "DATE_TIME") for d in dates if not any(_within(d, o) for o in dates)]
    found: dict[Sign, None] = {}
    for start, end, type_ in sorted(written):
        if not any(s < end and start < e for s, e in spans):
            found[Sign(type_, " ".join(fold(text[start:end]).split()))] = None
    return list(found)


def _within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    """Return whether a span is part of a longer one: the year of a date."""
    return inner != outer and outer[0] <= inner[0] and inner[1] <= outer[1]


def _ages(text: str) -> Iterator[tuple[int, int]]:
    for found in _NUMBER.finditer(text):
        start, end = found.span()
        told = _AGED.search(text, max(0, start - 10), start) and not _NO_AGE.match(text, end)
        if told or _OLD.match(text, end):
            yield start, end


def pairs(told: list[Sign]) -> Iterator[tuple[Sign, Sign]]:
    """Yield the pairs of signs of different types, each in the order of the types."""
    for a, b in combinations(sorted(told[:MOST]), 2):
        if a.type != b.type:
            yield a, b


class Counted(NamedTuple):
    """What was found in one document: where it belongs, and the keyed hashes of its pairs."""

    document: str
    thread: str | None
    types: str
    hmac: str


def counted(
    rows: Iterable[Mapping[str, str | None]],
    made_up: Mapping[str, list[tuple[int, int]]],
    key: bytes,
) -> list[Counted]:
    """Return the pairs of signs in the texts of `rows` (id, thread, text), named by keyed hashes.

    `made_up` holds the spans of each document's text that stand for something else.
    """
    out = []
    for row in rows:
        id_ = str(row["id"])
        for a, b in pairs(signs(row["text"] or "", made_up.get(id_, ()))):
            types = f"{a.type}+{b.type}"
            named = hmac_of(key, types, f"{a.value}\x1f{b.value}", ())
            out.append(Counted(id_, row["thread"], types, named))
    return out


def rare(told: Iterable[Counted], k: int) -> pa.Table:
    """Return the combinations that stand in fewer than `k` conversations, as `COMBINATIONS`."""
    told = list(told)
    units: dict[str, set[str]] = {}
    for row in told:
        units.setdefault(row.hmac, set()).add(row.thread or row.document)
    rows = [
        {**row._asdict(), "units": len(units[row.hmac])} for row in told if len(units[row.hmac]) < k
    ]
    return pa.Table.from_pylist(rows, COMBINATIONS)
