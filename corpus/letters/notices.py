"""Tell what is appended to mails: legal notices, registrations, scanners' reports."""

from __future__ import annotations

import re

from corpus.letters.signature_phrases import (
    MAIL,
    NOTICE,
    NOTICE_HAN,
    NOTICE_TOO,
    PAPER,
    REGISTERED,
    SCANNERS,
    VIRUS,
)

MAILED = 4  # words of a notice that speaks of the mail; five if it does not

_HAN = re.compile("[\u3040-\u9fff\uac00-\ud7a3]")
_SCANNER = re.compile(SCANNERS, re.IGNORECASE)
_VIRUS = re.compile(VIRUS, re.IGNORECASE)


def is_notice(text: str) -> bool:
    """Return whether a paragraph is a legal notice, a company's registration or a plea for trees.

    >>> is_notice("Confidential: if you received this in error, notify the sender and delete it.")
    True
    >>> is_notice("Please delete the confidential draft that I sent you in error.")
    False
    """
    if len(text) < 24:
        return False
    folded = text.casefold()
    words = [word.strip("(),.:;|«»\"'“”*") for word in folded.split()]
    stems = {word[:6] for word in words}
    if stems & NOTICE:
        mailed = any(word in folded for word in MAIL)
        return len(stems & (NOTICE | NOTICE_TOO)) >= (MAILED if mailed else MAILED + 1)
    if len(text) <= 400 and len(REGISTERED.intersection(words)) >= 3:
        return True
    if len(text) <= 300 and any(a in folded and b in folded for a, b in PAPER):
        return True
    return _HAN.search(text) is not None and sum(word in text for word in NOTICE_HAN) >= 3


def is_scanned(text: str) -> bool:
    """Return whether `text` reports that a mail was searched for viruses.

    >>> is_scanned("Virus-free. www.avast.com"), is_scanned("The virus is back.")
    (True, False)
    """
    return _SCANNER.search(text) is not None and _VIRUS.search(text) is not None
