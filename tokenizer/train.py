"""Trains the tokenizer that settings ask for, and saves it as transformers reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import tokenizers

from tokenizer.base import Rows, take_over
from tokenizer.fast import agreed
from tokenizer.pieces import is_safe
from tokenizer.sample import sampled
from tokenizer.settings import TAKEN_OVER
from tokenizer.settings import Tokenizer as Settings
from tokenizer.special import CHAT_TEMPLATE, SPECIAL
from tokenizer.strategies import LEARNERS

ENCODING = "encoding.json"
"""Beside `tokenizer.json`: how texts are encoded with it fast; what transformers does not read."""
ROWS = "rows.json"
"""Of a tokenizer that was taken over: the embedding rows that its model has not."""


class NoText(ValueError):
    """There is nothing to train a tokenizer on."""


def train(
    texts: Iterable[str], settings: Settings, bases: Path | None = None
) -> tokenizers.Tokenizer:
    """Return the first tokenizer that `settings` ask for, trained on `texts`.

    The result is byte for byte the same for the same texts in any order, at any number of
    threads. Above `settings.sample_mb` a sample by hash is trained on. `bases` is the folder of
    tokenizers to take over. Raises NoText when there is nothing to train on, NoBase when there
    is none to take over.
    """
    return train_with_rows(texts, settings, bases)[0]


def train_with_rows(
    texts: Iterable[str], settings: Settings, bases: Path | None = None
) -> tuple[tokenizers.Tokenizer, Rows | None]:
    """Return what `train` does, and the new embedding rows of one that was taken over."""
    strategy = settings.strategies[0]
    sample = sampled(texts, settings.sample_mb, settings.seed)
    if not sample.bytes:
        raise NoText("tokenizer: there is no text to train on; check what the corpus keeps")
    if strategy in TAKEN_OVER:
        made, rows = take_over(bases, settings, sample if strategy == "extended" else ())
    else:
        made, rows = LEARNERS[strategy].learn(sample, settings), None
    made.encode_special_tokens = True  # control strings in a text are text
    return made, rows


def save(tokenizer: tokenizers.Tokenizer, directory: Path, rows: Rows | None = None) -> None:
    """Write `tokenizer` to `directory` as transformers 4.57 and 5 read it; same bytes every time.

    Files: `tokenizer.json`, `tokenizer_config.json`, `special_tokens_map.json`,
    `chat_template.jinja`, `encoding.json` (what gives the same ids faster, and whether a long
    text may be cut), and `rows.json` when there are `rows`. transformers parses control strings
    unless told `split_special_tokens=True`; `tokenizer.load` never does.
    """
    directory.mkdir(parents=True, exist_ok=True)
    text = tokenizer.to_str(pretty=True)
    named = {
        "pad_token": SPECIAL["pad"],
        "eos_token": SPECIAL["end"],
        "additional_special_tokens": [SPECIAL["self"], SPECIAL["other"]],
    }
    encoding = {"cut": is_safe(tokenizer), **agreed(text)}
    files = {
        "tokenizer.json": text,
        "tokenizer_config.json": _json(named | _config(tokenizer)),
        "special_tokens_map.json": _json(named),
        "chat_template.jinja": CHAT_TEMPLATE,
        ENCODING: _json(encoding),
    }
    if rows is not None:
        files[ROWS] = _json(rows._asdict())
    for name, content in files.items():
        (directory / name).write_bytes(content.encode())


def _config(tokenizer: tokenizers.Tokenizer) -> dict[str, object]:
    tokens = {
        str(id_): {
            "content": token.content,
            "lstrip": token.lstrip,
            "normalized": token.normalized,
            "rstrip": token.rstrip,
            "single_word": token.single_word,
            "special": token.special,
        }
        for id_, token in sorted(tokenizer.get_added_tokens_decoder().items())
    }
    return {
        "added_tokens_decoder": tokens,
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        # transformers 5 would write a class that 4.57 does not know
        "tokenizer_class": "PreTrainedTokenizerFast",
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
