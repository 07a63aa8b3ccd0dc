"""Phone numbers and mail addresses as messengers write them, as handles that compare equal."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

MAX_ADDRESS = 320
LEAST_DIGITS = 7
_PHONE = re.compile(r"\+?[\d\s().\u00a0\u2010-\u2015/-]+")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")


@lru_cache(maxsize=65_536)
def handle_of(address: str, region: str | None = None) -> str | None:
    """Return «phone:+…» or «email:…» for an address, None for a sender that is neither.

    A number without country code is of `region`, a two-letter code; without one it stays as it is.

    >>> handle_of("+47 900 00 000"), handle_of("(212) 555-0100", "us"), handle_of("Ann@X.example")
    ('phone:+4790000000', 'phone:+12125550100', 'email:ann@x.example')
    """
    address = address.strip()
    if len(address) > MAX_ADDRESS:
        return None
    if _MAIL.fullmatch(address):
        return f"email:{address.casefold()}"
    if not _PHONE.fullmatch(address):
        return None
    try:
        number = phonenumbers.parse(address, region.upper() if region else None)
        if phonenumbers.is_possible_number(number):
            kind = phonenumbers.PhoneNumberFormat.E164
            return f"phone:{phonenumbers.format_number(number, kind)}"
    except phonenumbers.NumberParseException:
        pass
    digits = "".join(c for c in address if c.isdigit())
    return f"phone:{'+' * address.startswith('+')}{digits}" if digits else None


def region_of(address: str | None) -> str | None:
    """Return the two-letter code of the country of a number with country code.

    >>> region_of("+4790000000"), region_of("90000000")
    ('NO', None)
    """
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(address or "", None))
    except phonenumbers.NumberParseException:
        return None


def is_machine(address: str) -> bool:
    """Return whether a sender is a short code or a brand name, which no person writes from.

    >>> [is_machine(a) for a in ("22000", "MyBank", "+4790000000", "ann@x.example", "#144")]
    [True, True, False, False, True]
    """
    address = address.strip()
    if _MAIL.fullmatch(address):
        return False
    digits = sum(c.isdigit() for c in address)
    return not _PHONE.fullmatch(address) or (digits < LEAST_DIGITS and "+" not in address)
