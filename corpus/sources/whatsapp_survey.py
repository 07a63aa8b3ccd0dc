"""What the whole of an exported WhatsApp chat tells before it is read: dates, forms, names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from corpus.sources.whatsapp_lines import MONTH_FIRST, Header, day_of, header_of
from corpus.sources.whatsapp_names import Names

SAME_SHAPE = 0.25  # share of header lines a second form needs, else it is pasted text
ORDERS = ("dmy", "mdy", "ymd", "ydm")
Days = tuple[date | None, ...]


class Chat(NamedTuple):
    """What holds for all of a chat: which forms its headers have, the order of day and month.

    `strict` is whether a header without a real date is text, `sure` whether the order is certain.
    """

    shapes: frozenset[tuple[object, ...]]
    order: str
    sure: bool
    strict: bool
    authors: set[str]

    def header_of(self, line: str) -> Header | None:
        """Return the header of `line` if it opens a message of this chat, else None."""
        header = header_of(line)
        if header is None or header.shape not in self.shapes:
            return None
        return header if not self.strict or day_of(header.parts, self.order) else None


@dataclass(slots=True)
class _Order:
    """How well one order of day, month and year fits all dates."""

    impossible: int = 0
    backwards: int = 0
    last: date | None = None

    def note(self, day: date | None) -> None:
        if day is None:
            self.impossible += 1
            return
        self.backwards += self.last is not None and day < self.last
        self.last = day

    def faults(self) -> tuple[int, int]:
        """Return how many dates are impossible, and how often the others run backwards."""
        return self.impossible, self.backwards


@dataclass(slots=True)
class _Survey:
    """What is counted over the header lines of a chat; it does not grow with their number."""

    shapes: Counter[tuple[object, ...]] = field(default_factory=Counter)
    orders: dict[str, _Order] = field(default_factory=lambda: {o: _Order() for o in ORDERS})
    differ: set[tuple[str, str]] = field(default_factory=set)
    names: dict[tuple[bool, ...], Names] = field(default_factory=lambda: defaultdict(Names))
    year_first: int = 0
    plain: bool = True
    capitals: bool = False
    known: bool = True

    def note(self, header: Header) -> None:
        self.shapes[header.shape] += 1
        days = _days(header.parts)
        for order, day in zip(self.orders.values(), days, strict=True):
            order.note(day)
        self.differ |= _differing(days)
        self.names[tuple(map(bool, days))].note(header.rest)
        self.year_first += header.parts[0] > 31
        self.plain = self.plain and header.shape[1] == "/" and not header.padded
        self.capitals = self.capitals or bool(header.shape[3] and header.upper)
        self.known = self.known and header.known

    def chat(self, zone: str) -> Chat:
        total = self.shapes.total()
        order, sure = self._order(total, zone)
        possible = total - self.orders[order].impossible
        strict = 2 * possible > total
        at = ORDERS.index(order)
        names = Names()
        for real, some in self.names.items():
            if real[at] or not strict:
                names.add(some)
        sure = sure and self.known
        return Chat(frozenset(self.shapes), order, sure, strict, names.authors())

    def _order(self, total: int, zone: str) -> tuple[str, bool]:
        """Return how dates are written, «dmy», «mdy», «ymd» or «ydm», and whether that is certain.

        The order with the fewest impossible dates wins, then the one that runs backwards least
        often. A tie is day first, and certain if dots or dashes divide it, as nobody writes the
        month first so; or month first with slashes, no zeros in front, and AM and PM or a zone
        where that is usual.
        """
        american = total and self.plain and (self.capitals or MONTH_FIRST.match(zone))
        names = ["mdy", "dmy"] if american else ["dmy", "mdy"]
        if self.year_first * 2 > total:
            names = ["ymd", "ydm"]
        elif all(2 * self.orders[name].impossible > total for name in names):
            names.append("ymd")
        best = min(names, key=lambda name: self.orders[name].faults())
        faults = self.orders[best].faults()
        rivals = [n for n in names if n != best and self.orders[n].faults() == faults]
        agreed = not any({(best, n), (n, best)} & self.differ for n in rivals)
        no_slash = best == "dmy" and all(shape[1] != "/" for shape in self.shapes)
        return best, best == "ymd" or agreed or no_slash


def survey(lines: Iterable[str], shapes: Collection[tuple[object, ...]] | None = None) -> _Survey:
    """Return what the header lines among `lines` tell, of all forms or of those in `shapes`."""
    out = _Survey()
    for line in lines:
        header = header_of(line)
        if header and (shapes is None or header.shape in shapes):
            out.note(header)
    return out


def usual(found: _Survey) -> set[tuple[object, ...]]:
    """Return the forms that are more than pasted text."""
    least = SAME_SHAPE * found.shapes.total()
    return {shape for shape, count in found.shapes.items() if count >= least}


@lru_cache(maxsize=16_384)
def _days(parts: tuple[int, int, int]) -> Days:
    return tuple(day_of(parts, order) for order in ORDERS)


@lru_cache(maxsize=16_384)
def _differing(days: Days) -> frozenset[tuple[str, str]]:
    told = list(zip(ORDERS, days, strict=True))
    return frozenset((a, b) for n, (a, x) in enumerate(told) for b, y in told[n + 1 :] if x != y)
