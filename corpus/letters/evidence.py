"""What a line about a mail holds: an address, a date, a clock."""

from __future__ import annotations

import re

WIDTH = 300  # a header is never longer, and longer lines are never searched: linear time
COLONS = ":："
ADDRESS = re.compile(
    r"[\w.+=-]{1,80}@[\w-]{1,63}\.\w{2}|[\w.+-]{1,64}\.\.\.@|\[mailto:|<[\w.+=-]{1,80}@[\w.-]"
)
BRACKETED = re.compile(r"[<(\[«]\s?(?:mailto:)?[\w.+=-]{1,80}@[\w.-]{1,80}\s?[>)\]»]")
CLOCK = re.compile(
    r"(?<!\d)\d{1,2}\s?[:.hHχ時时点點시]\s?\d{2}(?!\d)|\d\s?[ap]\.?\s?m\.?(?!\w)", re.IGNORECASE
)
DATE = re.compile(
    r"(?<!\d)(?:(?:19|20|25)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})|[٠-٩۰-۹०-९]{4}"
    r"|\d\s?[月월]\s?\d"
)


def evidence(text: str) -> int:
    """Return how many of address, clock and date stand in `text`."""
    return sum(p.search(text) is not None for p in (ADDRESS, CLOCK, DATE))
