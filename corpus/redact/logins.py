"""Made-up addresses and handles: built like the real ones out of what stands for the person."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence

from corpus.redact import pools

_PIECE = re.compile(r"[^\W\d_]+|\d+|[\W_]+")
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
"""How letters are written on a keyboard that has not got them."""
DOMAINS = ("example.com", "example.org", "example.net")


def plain(word: str) -> str:
    """Return `word` in small letters without accents and apostrophes.

    >>> plain("Zoë"), plain("Bjørn")
    ('zoe', 'bjorn')
    """
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_PLAIN))
    return "".join(c for c in apart if not unicodedata.combining(c) and c not in "'’")


def username(
    rng: random.Random, value: str, parts: Sequence[str] = (), drawn: Sequence[str] = ()
) -> str:
    """Return a name to log in with that is written like `value`.

    `parts` are the words of the name of whom it belongs to and `drawn` what stands for each: where
    `value` is made of them or their initials, the result is made of the others. The rest is drawn;
    digits become digits.

    >>> username(random.Random(1), "a.miller", ["Ann", "Miller"], ["Kate", "Jones"])
    'k.jones'
    """
    new = [plain(d) for d in drawn]
    table = dict(_spellings([plain(p.translate(SPELT_OUT)) for p in parts], new))
    table |= dict(_spellings([plain(p) for p in parts], new))
    pieces = _PIECE.findall(plain(value))
    words = [p for p in pieces if p.isalpha()]
    if not any(word in table for word in words):
        return _free(rng, value)
    out = []
    for piece in pieces:
        if piece.isdigit():
            out.append("".join(rng.choices("0123456789", k=len(piece))))
        elif piece.isalpha():
            out.append(table.get(piece) or rng.choice(_ascii_names()))
        else:
            out.append(piece)
    return "".join(out)


def _spellings(parts: list[str], drawn: list[str]) -> list[tuple[str, str]]:
    """Return how logins spell a name → the same spelling of what stands for it; later ones win."""
    if not parts or not all(d.isascii() for d in drawn):
        return []
    first, last = parts[0], parts[-1]
    new_first, new_last = drawn[0], drawn[-1]
    out = [(p[0], d[0]) for p, d in zip(parts, drawn, strict=True)]
    out += [(nick, drawn[0]) for nick, name in pools.NICKNAMES.items() if name == first]
    out += [(p[:n], d) for p, d in zip(parts, drawn, strict=True) for n in range(3, len(p))]
    if len(parts) > 1:
        out.append(("".join(p[0] for p in parts), "".join(d[0] for d in drawn)))
        out += [(first + last[:n], new_first + new_last) for n in range(2, len(last))]
        out += [(first[0] + last[:n], new_first[0] + new_last) for n in range(3, len(last))]
        out += [
            (first[0] + last, new_first[0] + new_last),
            (first + last[0], new_first + new_last[0]),
            (last + first[0], new_last + new_first[0]),
            (last + first, new_last + new_first),
            (first + last, new_first + new_last),
        ]
    return out + list(zip(parts, drawn, strict=True))


def _free(rng: random.Random, value: str) -> str:
    name = rng.choice(_ascii_names())
    joint = next((c for c in "._-" if c in value.strip("@._-")), "")
    if joint:
        name += joint + rng.choice(pools.names(pools.ENGLISH).last).lower()
    count = sum(map(str.isdigit, value)) or (0 if joint else 2)
    mark = "@" if value.startswith("@") else ""
    return mark + name + "".join(rng.choices("0123456789", k=count))


def _ascii_names() -> list[str]:
    women, men, _ = pools.names(pools.ENGLISH)
    return [name.lower() for name in (*women, *men) if name.isascii()]
