"""Trains a byte-level BPE tokenizer and saves it so that tokenizers and transformers load it."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

import numpy as np
import tokenizers
from tokenizers import AddedToken, decoders, models, pre_tokenizers, trainers

from tokenizer.pieces import PIECE, pieces
from tokenizer.settings import Tokenizer as Settings

SPECIAL = {"pad": "<|pad|>", "self": "<|self|>", "other": "<|other|>", "end": "<|end|>"}
"""The special tokens by role; their ids are 0, 1, 2, 3. End of sequence is `end`, never `pad`."""

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}"
    "<|self|>{% generation %}{{ message['content'] }}<|end|>{% endgeneration %}"
    "{% else %}<|other|>{{ message['content'] }}<|end|>{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|self|>{% endif %}"
)
"""«assistant» is the person whose library it is, any other role someone else. Turns are bounded
by special tokens alone, so that ids of documents encoded one by one are the ids of the whole."""

_FEED = 256  # texts handed to the trainer at a time
_SLACK = 1.25  # how far a sample grows over its size before it is cut back


class Sample:
    """Keeps the texts with the smallest hashes, up to `size` bytes of UTF-8.

    What is kept depends on the texts and the seed only, never on their order: it is the longest
    run of texts in hash order that fits. Holds `size` · 1.25 bytes, and `size` more while it cuts.
    """

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self._key = seed.to_bytes(8, "little")
        self._text = bytearray()
        self._hashes, self._lengths = array("Q"), array("Q")
        self._limit = 1 << 64  # hashes from here on are out

    def add(self, text: str) -> None:
        """Consider `text`."""
        raw = text.encode()
        hash_ = int.from_bytes(blake2b(raw, digest_size=8, key=self._key).digest(), "little")
        if hash_ >= self._limit:
            return
        self._text += raw
        self._hashes.append(hash_)
        self._lengths.append(len(raw))
        if len(self._text) > _SLACK * self.size:
            self._cut()

    def _cut(self) -> None:
        hashes = np.frombuffer(self._hashes, np.uint64)
        lengths = np.frombuffer(self._lengths, np.uint64).astype(np.int64)
        order = np.argsort(hashes, kind="stable")
        over = np.flatnonzero(np.cumsum(lengths[order]) > self.size)
        if not over.size:
            return
        self._limit = int(hashes[order[over[0]]])  # equal hashes are equal texts: all or none
        ends = np.cumsum(lengths)
        kept = np.flatnonzero(hashes < np.uint64(self._limit))
        text = bytearray()
        for i in kept.tolist():
            text += self._text[ends[i] - lengths[i] : ends[i]]
        self._hashes = array("Q", hashes[kept].tobytes())
        self._lengths = array("Q", lengths[kept].astype(np.uint64).tobytes())
        self._text = text

    def __iter__(self) -> Iterator[str]:
        self._cut()
        start = 0
        for length in self._lengths:
            yield self._text[start : start + length].decode()
            start += length


def train(texts: Iterable[str], settings: Settings) -> tokenizers.Tokenizer:
    """Return a byte-level BPE tokenizer trained on `texts` (GPT-2's split, every byte a token).

    The result is byte for byte the same for the same texts in any order, at any number of
    threads. Above `settings.sample_mb` a sample by hash is trained on. Raises ValueError when
    there is no text.
    """
    sample = Sample(settings.sample_mb * 1_000_000, settings.seed)
    for text in texts:
        for piece in pieces(text):
            # A stretch without spaces may be of any length: cut it, or it would fill the sample.
            for start in range(0, len(piece), 4 * PIECE):
                sample.add(piece[start : start + 4 * PIECE])
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=settings.vocabulary,
        min_frequency=settings.min_frequency,
        special_tokens=[AddedToken(t, normalized=False, special=True) for t in SPECIAL.values()],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_feed(sample), trainer)
    tokenizer.encode_special_tokens = True  # control strings in a text are text
    return tokenizer


def _feed(sample: Sample) -> Iterator[list[str]]:
    batch, fed = [], False
    for text in sample:
        batch.append(text)
        fed = fed or bool(text)
        if len(batch) == _FEED:
            yield batch
            batch = []
    if not fed:
        raise ValueError("tokenizer: there is no text to train on; check what the corpus keeps")
    yield batch


def save(tokenizer: tokenizers.Tokenizer, directory: Path) -> None:
    """Write `tokenizer` to `directory` as transformers 4.57 and 5 read it; same bytes every time.

    Files: `tokenizer.json`, `tokenizer_config.json`, `special_tokens_map.json` and
    `chat_template.jinja`. transformers parses control strings unless told
    `split_special_tokens=True`; `tokenizer.load` never does.
    """
    directory.mkdir(parents=True, exist_ok=True)
    named = {
        "pad_token": SPECIAL["pad"],
        "eos_token": SPECIAL["end"],
        "additional_special_tokens": [SPECIAL["self"], SPECIAL["other"]],
    }
    added = {
        str(tokenizer.token_to_id(token)): {
            "content": token,
            "lstrip": False,
            "normalized": False,
            "rstrip": False,
            "single_word": False,
            "special": True,
        }
        for token in SPECIAL.values()
    }
    config = {
        **named,
        "added_tokens_decoder": added,
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        # transformers 5 would write a class that 4.57 does not know
        "tokenizer_class": "PreTrainedTokenizerFast",
    }
    files = {
        "tokenizer.json": tokenizer.to_str(pretty=True),
        "tokenizer_config.json": json.dumps(config, indent=2) + "\n",
        "special_tokens_map.json": json.dumps(named, indent=2) + "\n",
        "chat_template.jinja": CHAT_TEMPLATE,
    }
    for name, content in files.items():
        (directory / name).write_bytes(content.encode())
