"""What a character stands for when words are compared: the table behind `corpus.shingles`.

Words are compared in full case folding (Unicode 3.13, D145) after canonical decomposition, so that
«Straße» is «STRASSE», final «ς» is «Σ», and «é» is «é» however it is encoded. Several marks on one
letter in another order than the canonical one are not reordered.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np

PLANES = 0x20000  # the two planes with cased letters; beyond them there are only ideographs
u32, u64 = np.uint32, np.uint64


def mix(x: np.ndarray) -> np.ndarray:
    """Return splitmix64 of each uint64: 64 well mixed bits (Steele et al. 2014, fig. 16)."""
    with np.errstate(over="ignore"):
        x = x.astype(u64) + u64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> u64(30))) * u64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> u64(27))) * u64(0x94D049BB133111EB)
        return x ^ (x >> u64(31))


def _folded(code: int) -> str:
    """Return what the character stands for in a comparison; empty between words."""
    char = chr(code)
    if not (char.isalnum() or char == "_" or unicodedata.category(char)[0] == "M"):
        return ""
    if 0x3400 <= code < 0xA000:
        return char  # the unified ideographs fold to themselves; asking takes 30 ms
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", char).casefold())


@cache
def folding() -> tuple[np.ndarray, np.ndarray]:
    """Return where each character's codes start (uint32, PLANES + 1), and the codes (uint64)."""
    folded = [_folded(code) for code in range(PLANES)]
    starts = np.zeros(PLANES + 1, u32)
    np.cumsum([len(f) for f in folded], out=starts[1:])
    text = "".join(folded).encode("utf-32-le")
    return starts, mix(np.frombuffer(text, u32))
