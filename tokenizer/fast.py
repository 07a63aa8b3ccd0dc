"""Encodes through fastokens or a table, where the ids are those of tokenizers; checked for each."""

from __future__ import annotations

import importlib.util
import json
import random
from collections.abc import Callable, Sequence
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


Encode = Callable[[Sequence[str]], tuple[np.ndarray, np.ndarray]]


def installed() -> str | None:
    """Return the version of fastokens, or None where it is not installed."""
    return version("fastokens") if importlib.util.find_spec("fastokens") else None


def agreed(text: str) -> dict[str, object]:
    """Return which way of encoding gives the ids of tokenizers for `tokenizer.json` text.

    `bytes`, whether `Table` does; else `fastokens`, the version that does, or None when it is not
    installed, cannot read it, or gives another id for any of the probes.
    """
    theirs = tokenizers.Tokenizer.from_str(text)
    theirs.encode_special_tokens = True
    strings = probes(theirs)
    expected = [e.ids for e in theirs.encode_batch_fast(strings, add_special_tokens=False)]

    def same(encode: Encode) -> bool:
        ids, offsets = encode(strings)
        return [ids[a:b].tolist() for a, b in pairwise(offsets)] == expected

    if json.loads(text)["model"].get("merges") == [] and same(Table(theirs).encode):
        return {"bytes": True, "fastokens": None}
    found = installed()
    try:
        trusted = found is not None and same(Fast(text).encode)
    except Exception:  # what it raises for a tokenizer it does not know has no narrower type
        trusted = False
    return {"bytes": False, "fastokens": found if trusted else None}


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


class Table:
    """A tokenizer that gives each byte a token: its id is looked up."""

    def __init__(self, made: tokenizers.Tokenizer) -> None:
        # All bytes that UTF-8 has: those of characters of one and two, and heads of longer ones.
        every = "".join(map(chr, [*range(0x801), *range(0x1000, 0x110000, 0x1000)]))
        ids, raw = made.encode(every, add_special_tokens=False).ids, every.encode()
        self._ids = np.zeros(256, np.uint32)
        self._ids[list(raw[: len(ids)])] = ids[: len(raw)]

    def encode(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the ids of all `texts` in a row, uint32, and where each begins, and the end."""
        raw = [text.encode() for text in texts]
        offsets = np.cumsum([0, *map(len, raw)])
        return self._ids[np.frombuffer(b"".join(raw), np.uint8)], offsets
