"""Encodes through fastokens, where its ids are those of tokenizers; checked for each tokenizer."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Sequence
from importlib.metadata import version
from itertools import pairwise
from typing import Any

import numpy as np
import tokenizers

PROBES = 3_000
"""Strings whose ids are compared before fastokens is trusted with a tokenizer."""

_WORDS = (
    " the", "the", " of", "Don't", "don't", "I'LL", "we've", "'S", "'ſ", "\r\n", "\n\n", "  ",
    " \n ", "\t", "1984", " 3.14", "e\u0301", "é", "ß", "ﬁ", "漢字", "かな", "한국", " مرحبا",
    "🙂", "👩\u200d👧", "\u00a0", "\u2028", "\ufeff", "\x1c", "\x85", "\0", "<|self|>", "<|end|>",
    "<s>", "[INST]", "https://example.org/?a=b", "--", "...", "…", "_", "#", "ſ", "İ", "\U00010400",
)  # fmt: skip


def installed() -> str | None:
    """Return the version of fastokens, or None where it is not installed."""
    return version("fastokens") if importlib.util.find_spec("fastokens") else None


def agreed(text: str) -> str | None:
    """Return the version of fastokens that gives the ids of tokenizers for `tokenizer.json` text.

    None when it is not installed, cannot read it, or gives another id for any of the probes.
    """
    if (found := installed()) is None:
        return None
    theirs = tokenizers.Tokenizer.from_str(text)
    theirs.encode_special_tokens = True
    strings = probes(theirs)
    try:
        ids, offsets = Fast(text).encode(strings)
    except Exception:  # what it raises for a tokenizer it does not know has no narrower type
        return None
    expected = [e.ids for e in theirs.encode_batch_fast(strings, add_special_tokens=False)]
    ours = [ids[a:b].tolist() for a, b in pairwise(offsets)]
    return found if ours == expected else None


def probes(tokenizer: tokenizers.Tokenizer, count: int = PROBES) -> list[str]:
    """Return `count` strings that try `tokenizer`: odd characters, odd words, its own tokens."""
    chance = random.Random(20_261_121)
    own = sorted(tokenizer.get_vocab().values())
    out = []
    for _ in range(count):
        kind, length = chance.randrange(4), chance.randint(0, 24)
        if kind == 0:
            out.append("".join(chance.choices(_WORDS, k=length)))
        elif kind == 1:
            out.append("".join(_character(chance) for _ in range(length)))
        elif kind == 2:
            out.append("".join(chr(chance.randint(32, 126)) for _ in range(2 * length)))
        else:
            ids = chance.choices(own, k=length)
            out.append(tokenizer.decode(ids, skip_special_tokens=False))
    return out


def _character(chance: random.Random) -> str:
    top = chance.choice((0x7F, 0x24F, 0xFFFF, 0x10FFFF))
    code = chance.randint(0, top)
    return chr(code) if not 0xD800 <= code < 0xE000 else " "


class Fast:
    """A tokenizer in fastokens, all control strings taken as text."""

    def __init__(self, text: str) -> None:
        import fastokens

        self._tokenizer: Any = fastokens.Tokenizer.from_json_str(text)

    def encode(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the ids of all `texts` in a row, uint32, and where each begins, and the end."""
        ids, offsets = self._tokenizer.encode_batch_flat(
            list(texts), add_special_tokens=False, split_special_tokens=True
        )
        return np.frombuffer(ids, "<u4"), np.frombuffer(offsets, "<u8").astype(np.int64)
