"""Checksums and validity of numbers: Luhn, ISO 7064 mod 97, US social security, IP, phones."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

# Lengths of the SWIFT IBAN registry, release 99.
_LENGTHS = """NO15 BE16 DK18 FI18 FO18 GL18 NL18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 MN20
XK20 CH21 CR21 HR21 LI21 LV21 BG22 BH22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23
OM23 SO23 TL23 AD24 CZ24 ES24 MD24 PK24 RO24 SA24 SE24 SK24 TN24 VG24 LY25 PT25 ST25 IS26 TR26
AZ28 AL28 CY28 DO28 GT28 HU28 LB28 NI28 PL28 SV28 BI27 DJ27 FR27 GR27 IT27 MC27 MR27 SM27 BR29
EG29 PS29 QA29 UA29 JO30 KW30 MU30 YE30 MT31 SC31 LC32 RU33 BY28 SD18 FK18 HN28"""
IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _LENGTHS.split()}
_IIN = re.compile(r"1800|2131|2(?:2[2-9]|[3-6]|7[01]|720)|3(?:0[0-5]|[4-9])|4|5|6|81|9792")


def luhn(digits: str) -> bool:
    """Return whether the last digit is the Luhn check digit (ISO/IEC 7812-1) of the others.

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    values = [ord(c) - 48 for c in reversed(digits)]
    doubled = (2 * v - 9 if v > 4 else 2 * v for v in values[1::2])
    return (sum(values[::2]) + sum(doubled)) % 10 == 0


def card(digits: str) -> bool:
    """Return whether `digits` can be a payment card: 12–19 digits, a known issuer, Luhn.

    >>> card("378282246310005"), card("1234567812345670")
    (True, False)
    """
    known = 12 <= len(digits) <= 19 and _IIN.match(digits) is not None
    return known and len(set(digits)) > 1 and luhn(digits)


def mod97(iban: str) -> int:
    """Return the ISO 7064 remainder of an IBAN in upper case without spaces; 1 is right.

    >>> mod97("GB82WEST12345698765432")
    1
    """
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97


def ssn(digits: str) -> bool:
    """Return whether nine digits can be a US social security number (SSA, since 2011).

    >>> ssn("078051120"), ssn("900051120")
    (True, False)
    """
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def ip(address: str) -> bool:
    """Return whether `address` is an IP address of a machine: no netmask, no loopback.

    >>> ip("86.34.246.154"), ip("256.1.1.1"), ip("127.0.0.1"), ip("2001:db8::1")
    (True, False, False, True)
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (parsed.is_loopback or parsed.is_unspecified or address.startswith(("255.", "0.")))


@lru_cache(maxsize=65_536)
def phone(number: str, regions: tuple[str, ...]) -> str | None:
    """Return «valid» or «possible» when `number` is a phone number of `regions`, else None.

    A number with +country code may be of any region. Rules of libphonenumber.

    >>> phone("+44 20 7946 0958", ()), phone("12345678901234", ("US",))
    ('valid', None)
    """
    import phonenumbers

    best = None
    for region in (None,) if number.startswith("+") else regions:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return "valid"
        if phonenumbers.is_possible_number(parsed):
            best = "possible"
    return best
