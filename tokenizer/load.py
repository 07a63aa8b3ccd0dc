"""Opens a saved tokenizer: text to ids and back, nothing parsed as control tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import tokenizers

from tokenizer.pieces import pieces
from tokenizer.train import SPECIAL

_BATCH_CHARACTERS = 1 << 20  # an encoding takes some 100 bytes a token until it is an array


class Tokenizer:
    """A saved tokenizer.

    `vocabulary` is the number of ids, `special` the ids of `pad self other end`, `key` the digest
    of `tokenizer.json` (32 hex digits), `dtype` the type ids are stored in: uint16, or uint32
    when there are more than 65,536. Pickles.
    """

    def __init__(self, text: str) -> None:
        self._json = text
        self._tokenizer = tokenizers.Tokenizer.from_str(text)
        self._tokenizer.encode_special_tokens = True
        self.key = blake2b(text.encode(), digest_size=16).hexdigest()
        self.vocabulary: int = self._tokenizer.get_vocab_size()
        self.dtype = np.dtype(np.uint16 if self.vocabulary <= 1 << 16 else np.uint32)
        ids = {role: self._tokenizer.token_to_id(token) for role, token in SPECIAL.items()}
        if missing := [SPECIAL[role] for role, id_ in ids.items() if id_ is None]:
            raise ValueError(f"tokenizer: {', '.join(missing)} missing; train it with commonplace")
        self.special = {role: id_ for role, id_ in ids.items() if id_ is not None}

    def __reduce__(self) -> tuple:
        return Tokenizer, (self._json,)

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Return the ids of each text; control strings in a text are text.

        Decoding them gives the text back exactly. Works in batches of about a million characters.
        """
        parts: list[list[np.ndarray]] = [[] for _ in texts]
        for rows, batch in _batches(texts):
            encoded = self._tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            for row, encoding in zip(rows, encoded, strict=True):
                parts[row].append(np.array(encoding.ids, self.dtype))
        return [p[0] if len(p) == 1 else np.concatenate(p) for p in parts]

    def decode(self, ids: Sequence[int] | np.ndarray) -> str:
        """Return the text of `ids`; special tokens are spelt out."""
        return self._tokenizer.decode(np.asarray(ids).tolist(), skip_special_tokens=False)


def _batches(texts: Sequence[str]) -> Iterator[tuple[list[int], list[str]]]:
    rows: list[int] = []
    batch: list[str] = []
    room = _BATCH_CHARACTERS
    for row, text in enumerate(texts):
        for piece in pieces(text):
            rows.append(row)
            batch.append(piece)
            room -= len(piece)
            if room <= 0:
                yield rows, batch
                rows, batch, room = [], [], _BATCH_CHARACTERS
    if rows:
        yield rows, batch


def load(path: Path | str) -> Tokenizer:
    """Return the tokenizer saved at `path`, its directory or its `tokenizer.json`.

    Raises FileNotFoundError when there is none, ValueError when it is not one of ours.
    """
    path = Path(path)
    file = path / "tokenizer.json" if path.is_dir() else path
    if not file.is_file():
        raise FileNotFoundError(f"{file.name}: no tokenizer there; run train-tokenizer first")
    try:
        return Tokenizer(file.read_bytes().decode())
    except ValueError:
        raise
    except Exception:  # what tokenizers raises for a broken file has no narrower type
        raise ValueError(
            f"{file.name}: cannot be read as a tokenizer; run train-tokenizer again"
        ) from None
