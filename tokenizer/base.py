"""Takes over the tokenizer of an existing model, as it is or with a person's frequent words."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import tokenizers

from tokenizer.settings import Tokenizer as Settings
from tokenizer.special import SPECIAL, added
from tokenizer.strategies import words

_CONTROL = re.compile(r"<[^<>\s]+>|\[[A-Z_]+\]")
_TURNS = ("x", "", " a b ", "\n\nNew", "don't  stop", "e\u0301 漢字 🙂", "1984", "\t\u00a0")
_SPACED = re.compile(r"\u2581?[^\W\d_]+")  # letters, with what SentencePiece writes for a space
_CANDIDATES = 8  # words looked at for each token that may be added


class NoBase(ValueError):
    """The tokenizer to take over is not there, or cannot be used; the message says why."""


class Rows(NamedTuple):
    """The embedding rows that the base model has not.

    `base` is its name, `size` the rows its own tokenizer needs, `rows` the new ones: `id`,
    `token` (as text), and `of`, ids of the base whose mean is a good start: none for a token that
    the base has nothing like, where the mean of all rows is.
    """

    base: str
    size: int
    rows: list[dict[str, Any]]


def open_base(folder: Path, name: str) -> tokenizers.Tokenizer:
    """Return the tokenizer in `folder`/tokenizer.json; raises NoBase, which calls it `name`."""
    file = folder / "tokenizer.json"
    if not file.is_file():
        raise NoBase(
            f"tokenizer.base: there is no {name}/tokenizer.json in the library; "
            "put or link the model's folder there"
        )
    try:
        made = tokenizers.Tokenizer.from_file(str(file))
    except Exception:  # what tokenizers raises for a broken file has no narrower type
        raise NoBase(
            f"tokenizer.base: {name}/tokenizer.json cannot be read as a tokenizer; "
            "copy it from the model again"
        ) from None
    made.no_truncation()
    made.no_padding()
    return made


def take_over(
    bases: Path | None, settings: Settings, texts: Iterable[str] = ()
) -> tuple[tokenizers.Tokenizer, Rows]:
    """Return the tokenizer `settings.base` in `bases` with the special tokens, and its new rows.

    With `texts` also with at most `settings.extend` tokens for their frequent words, learnt as
    merges after all of the base's own. Text without them has the ids it has in the base. Raises
    NoBase when it cannot be read, extended, or would encode a turn otherwise within a
    conversation.
    """
    name = f"base/{settings.base}"
    made = open_base((bases or Path()) / settings.base, name)
    size = _size(made)
    told = json.loads(made.to_str())
    for token in told["added_tokens"]:  # in a person's text these are text
        token["special"] = token["special"] or bool(_CONTROL.fullmatch(token["content"]))
    made = tokenizers.Tokenizer.from_str(json.dumps(told))
    made.add_special_tokens(added())
    start = {"end": _ending(told)}
    rows = [
        {"id": made.token_to_id(token), "token": token, "of": start.get(role, [])}
        for role, token in SPECIAL.items()
        if (made.token_to_id(token) or 0) >= size
    ]
    if texts:
        made, learnt = _extend(made, settings, texts)
        rows += learnt
    _check(made, name)
    return made, Rows(settings.base, size, rows)


def _size(made: tokenizers.Tokenizer) -> int:
    return max(made.get_vocab(with_added_tokens=True).values(), default=-1) + 1


def _ending(told: dict[str, Any]) -> list[int]:
    """Return the ids of what ends a text or a turn in the base, by the names models give it."""
    names = ("<|im_end|>", "<|eot_id|>", "<|end|>", "<|endoftext|>", "<|end_of_text|>", "</s>")
    ids = {token["content"]: token["id"] for token in told["added_tokens"]}
    return [ids[name] for name in names if name in ids][:1]


def _check(made: tokenizers.Tokenizer, name: str) -> None:
    """Raise NoBase unless turns encoded one by one are those of a whole conversation."""
    made.encode_special_tokens = False
    begin, end = (made.token_to_id(SPECIAL[role]) for role in ("other", "end"))
    for text in _TURNS:
        alone = made.encode(text, add_special_tokens=False).ids
        whole = SPECIAL["end"] + SPECIAL["other"] + text + SPECIAL["end"]
        if made.encode(whole, add_special_tokens=False).ids != [end, begin, *alone, end]:
            raise NoBase(
                f"tokenizer.base: {name} encodes a text otherwise after a special token, so that "
                "turns cannot be put together; take another base"
            )


def _extend(
    made: tokenizers.Tokenizer, settings: Settings, texts: Iterable[str]
) -> tuple[tokenizers.Tokenizer, list[dict[str, Any]]]:
    told = json.loads(made.to_str())
    if told["model"]["type"] != "BPE":
        raise NoBase(
            f"tokenizer.base: only a BPE tokenizer can be extended, base/{settings.base} is "
            f"{told['model']['type']}; take it as it is with the strategy base"
        )
    model = told["model"]
    # With its added tokens in the model too, their ids stay where they are as it grows.
    model["vocab"] |= {t["content"]: t["id"] for t in told["added_tokens"]}
    vocab: dict[str, int] = model["vocab"]
    ranks = {tuple(_pair(pair)): n for n, pair in enumerate(model["merges"])}
    known, rows = dict(vocab), []
    room = settings.extend
    for word in _frequent(made, texts, settings, ranks):
        tokens = _apply(word, ranks)
        if len(tokens) < 2 or len(tokens) - 1 > room:
            continue
        while len(tokens) > 1:
            pair = (tokens[0], tokens[1])
            ranks[pair] = len(ranks)
            token = pair[0] + pair[1]
            if token not in vocab:
                vocab[token] = len(vocab)
                of = [known[t] for t in _apply(token, ranks, len(model["merges"])) if t in known]
                rows.append({"id": vocab[token], "token": _text(made, token), "of": of})
                room -= 1
            tokens = _apply(word, ranks)
    model["merges"] = [list(pair) for pair in ranks]
    return tokenizers.Tokenizer.from_str(json.dumps(told, ensure_ascii=False)), rows


def _pair(merge: str | Sequence[str]) -> Sequence[str]:
    return merge.split(" ") if isinstance(merge, str) else merge


def _apply(word: str, ranks: dict[tuple[str, ...], int], below: int | None = None) -> list[str]:
    """Return the tokens of `word` by the merges of `ranks`, or only those of ranks `below`."""
    tokens = list(word)
    while len(tokens) > 1:
        found = [(ranks.get(p), i) for i, p in enumerate(pairwise(tokens))]
        told = [(r, i) for r, i in found if r is not None and (below is None or r < below)]
        if not told:
            break
        _, i = min(told)
        tokens[i : i + 2] = [tokens[i] + tokens[i + 1]]
    return tokens


def _frequent(
    made: tokenizers.Tokenizer,
    texts: Iterable[str],
    settings: Settings,
    ranks: dict[tuple[str, ...], int],
) -> list[str]:
    """Return words of letters, those first whose tokens would save the most."""
    counts: dict[str, int] = {}
    for word, count in _words(made, texts).items():
        if count >= settings.min_frequency and _text(made, word).strip().isalpha():
            counts[word] = count
    likely = sorted(counts, key=lambda w: (-counts[w] * len(w), w))
    likely = likely[: _CANDIDATES * settings.extend]
    vocab = made.get_vocab()
    saved = {w: counts[w] * (len(_apply(w, ranks)) - 1) for w in likely if vocab.keys() >= set(w)}
    return sorted((w for w in saved if saved[w]), key=lambda w: (-saved[w], w))


def _words(made: tokenizers.Tokenizer, texts: Iterable[str]) -> Counter[str]:
    """Return how often each word occurs, as the base's model would be given it.

    A base that splits nothing before, as Llama 2's, merges within what has no space.
    """
    normalize = made.normalizer.normalize_str if made.normalizer else str
    if made.pre_tokenizer is not None:
        return words(map(normalize, texts), made.pre_tokenizer)
    return Counter(word for text in texts for word in _SPACED.findall(normalize(text)))


def _text(made: tokenizers.Tokenizer, token: str) -> str:
    return made.decoder.decode([token]) if made.decoder else token
