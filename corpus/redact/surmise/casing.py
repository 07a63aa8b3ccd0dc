"""Lines whose case tells nothing, and lines that hold no name."""

from __future__ import annotations

import re

from corpus.redact.known import PARTICLES
from corpus.redact.surmise.code import coded
from corpus.redact.surmise.gazetteer import FAMILY, GIVEN, NOUN, PLACE, WORD, flags, fold, ordinary
from corpus.redact.surmise.phrases import KIN
from corpus.redact.surmise.words import WORDS

_NO_NAME_AFTER = re.compile(
    r"\b(?:i|you|he|she|it|we|they)(?:[ ](?:will|can|could|would|should|must|might)|['’]?ll)[ ]\Z|"
    r"\b(?:an?|the|my|your|his|her|its|our|their|this|that|these|those|some|any|no|i|you|we|they|he"
    r"|she|it|who|what)[ ]\Z"
)


def truecased(line: str) -> str | None:
    """Return `line` with a capital on each word that can be a name, when its case tells nothing.

    That is a line without capitals, or one of capitals alone; of others, and of code, None.

    >>> truecased("ask naomi about it"), truecased("make your mark"), truecased("Ask Naomi")
    ('ask Naomi about it', 'make your mark', None)
    """
    if line != line.lower():
        if line != line.upper() or len(line.split()) < 2:
            return None
    if coded(line):
        return None
    low = line.lower()
    cased = WORDS.sub(lambda m: _capital(m[0], low[max(0, m.start() - 24) : m.start()]), low)
    return cased if len(cased) == len(line) else None


def _capital(word: str, before: str) -> str:
    folded = fold(word)
    kin = before.rpartition(" ")[0].rpartition(" ")[2] if before.endswith(" ") else ""
    if kin in KIN and flags(folded) & GIVEN:
        return word[:1].upper() + word[1:]  # «uncle bob»
    if ordinary(folded) or word in PARTICLES:
        return word
    if flags(folded) & (WORD | NOUN) and _NO_NAME_AFTER.search(before):
        return word  # «your mark», «i will»
    return word[:1].upper() + word[1:]


def nameless(line: str) -> bool:
    """Return whether `line` cannot hold a name: only ordinary words, capitals only as they must be.

    >>> nameless("Ok, see you tomorrow then"), nameless("ok see you, naomi")
    (True, False)
    """
    fresh = True
    end = 0
    for match in WORDS.finditer(line):
        word = match[0]
        fresh = fresh or any(c in '.!?:\n"“(' for c in line[end : match.start()])
        end = match.end()
        folded = fold(word)
        if not ordinary(folded):
            return False
        capital = word != folded and word[0].isupper() and word not in ("I", "I'm", "I’m")
        if capital and (not fresh or flags(folded) & (GIVEN | FAMILY | PLACE)):
            if folded not in _MUST:
                return False
        fresh = False
    return True


_MUST = frozenset(
    "i i'm i'll i've i'd monday tuesday wednesday thursday friday saturday sunday january february "
    "march october november december english easter christmas xmas ok okay lol omg".split()
)
"""Words that have a capital wherever they stand."""
