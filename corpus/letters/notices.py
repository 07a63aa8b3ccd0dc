"""Tell what is appended to mails: legal notices, registrations, scanners' reports."""

from __future__ import annotations

import re

from corpus.letters.pages import Page
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

NOTE = 10  # lines with words that an archive puts in the place of an attachment
_PART = re.compile(r"-{10,20} [^\W\d_][^-\n]{2,40} -{10,20}\s*")
_DETAIL = re.compile(r"[^\W\d_][\w-]{1,20}\s?: ?\S")
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


def attachment_note(page: Page, n: int) -> int:
    """Return where the note ends that line `n` begins, in the place of an attachment, else `n`.

    The archive of a mailing list writes «---- next part ----», that a part was taken out, and
    its name, type and address.

    >>> rule = "-" * 14
    >>> attachment_note(Page(f"{rule} next part {rule}\\nName: a.png\\nSize: 9 bytes\\n"), 0)
    3
    """
    if not _PART.fullmatch(page.lines[n][:100]):
        return n
    end, details = n + 1, 0
    for k in range(n + 1, min(n + 1 + NOTE, len(page.lines))):
        line = page.lines[k][:300]
        if _DETAIL.match(line):
            end, details = k + 1, details + 1
        elif details or (line.strip() and k > n + 2):
            break
    return end if details > 1 or (details and "<http" in page.lines[end - 1]) else n
