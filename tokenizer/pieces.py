"""Cuts a long text where no token can lie across, so that memory stays bounded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import tokenizers
from tokenizers.pre_tokenizers import PreTokenizer

from tokenizer.strategies import LEARNERS, splitter

PIECE = 1 << 16  # characters

# In the split rules of GPT-2, GPT-4, Llama 3 and Qwen no word has a space after something else,
# so a cut between a non-space and a space never falls inside a token. (Newlines do follow signs in
# some.) Python's \S is the narrower of the two rules'.
_EDGE = re.compile(r"(?<=\S) ")


def pieces(text: str, size: int = PIECE) -> Iterator[str]:
    """Yield `text` in pieces of at least `size` ≥ 1 characters that encode like the whole.

    Every piece but the first starts with a space after a word; a stretch without one stays whole.
    Joined they are `text`.

    >>> list(pieces("one two three", size=2))
    ['one', ' two', ' three']
    """
    start = 0
    while len(text) - start > size and (edge := _EDGE.search(text, start + size)):
        yield text[start : edge.start()]
        start = edge.start()
    yield text[start:]


def is_safe(tokenizer: tokenizers.Tokenizer) -> bool:
    """Return whether `pieces` of a text have the ids of the whole with this `tokenizer`.

    So it is when it splits as a strategy of ours does and changes no text before, but for NFC,
    which joins nothing with a space.
    """
    told = json.loads(tokenizer.to_str())
    if told["normalizer"] not in (None, {"type": "NFC"}):
        return False
    text_tokens = [token for token in told["added_tokens"] if not token["special"]]
    if any(t["lstrip"] or t["rstrip"] or " " in t["content"] for t in text_tokens):
        return False
    split = _parts(told["pre_tokenizer"])
    if split == _parts(_state(splitter("bytes"))):
        return told["model"].get("merges") == []
    known = [_parts(_state(splitter(name))) for name in LEARNERS if name != "bytes"]
    return any(split[: len(parts)] == parts for parts in known)


def _state(split: PreTokenizer) -> dict[str, Any]:
    return json.loads(split.__getstate__())


def _parts(split: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the steps of a pre-tokenizer; where offsets lie does not matter."""
    parts = split["pretokenizers"] if split and split["type"] == "Sequence" else [split or {}]
    return [{name: v for name, v in part.items() if name != "trim_offsets"} for part in parts]
