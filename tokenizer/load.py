"""Opens a saved tokenizer: text to ids and back, nothing parsed as control tokens."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import tokenizers

from corpus.keys import file_digest
from tokenizer.fast import Fast, Table, installed
from tokenizer.pieces import pieces
from tokenizer.special import SPECIAL
from tokenizer.train import ENCODING

_BATCH_CHARACTERS = 1 << 20  # an encoding takes some 100 bytes a token until it is an array


class Tokenizer:
    """A saved tokenizer.

    `vocabulary` is the number of ids, `special` the ids of `pad self other end`, `key` the digest
    of `tokenizer.json` (32 hex digits), `dtype` the type ids are stored in: uint16, or uint32
    when there are more than 65,536. `encoding` says how texts are encoded: `cut`, whether long
    ones may be cut; `bytes`, whether every byte has an id; and `fastokens`, the version that was
    found to give the same ids; another version is not used. `raw` is what it is in `tokenizers`.
    Pickles.
    """

    def __init__(self, text: str, encoding: Mapping[str, object] | None = None) -> None:
        self._json, self.encoding = text, dict(encoding or {})
        self.raw = tokenizers.Tokenizer.from_str(text)
        self.raw.encode_special_tokens = True
        trusted = self.encoding.get("fastokens")
        self._fast: Fast | Table | None = None
        if self.encoding.get("bytes"):
            self._fast = Table(self.raw)
        elif trusted and trusted == installed():
            self._fast = Fast(text)
        self.key = blake2b(text.encode(), digest_size=16).hexdigest()
        ids_of_all = self.raw.get_vocab().values()
        self.vocabulary: int = max(ids_of_all, default=-1) + 1  # a base may leave numbers out
        self.dtype = np.dtype(np.uint16 if self.vocabulary <= 1 << 16 else np.uint32)
        ids = {role: self.raw.token_to_id(token) for role, token in SPECIAL.items()}
        if missing := [SPECIAL[role] for role, id_ in ids.items() if id_ is None]:
            raise ValueError(f"tokenizer: {', '.join(missing)} missing; train it with commonplace")
        self.special = {role: id_ for role, id_ in ids.items() if id_ is not None}

    def __reduce__(self) -> tuple:
        return Tokenizer, (self._json, self.encoding)

    @property
    def by(self) -> str:
        """What encodes texts: fastokens, a table of bytes, or tokenizers itself."""
        return {Fast: "fastokens", Table: "table"}.get(type(self._fast), "tokenizers")

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Return the ids of each text; control strings in a text are text.

        Decoding them gives the text back exactly, unless the tokenizer was taken over from a
        model whose own changes text. Works in batches of about a million characters. Raises
        UnicodeEncodeError for half a character (a lone surrogate), which UTF-8 does not have.
        """
        parts: list[list[np.ndarray]] = [[] for _ in texts]
        for rows, batch in self._batches(texts):
            ids, offsets = self._encode(batch)
            for n, row in enumerate(rows):
                parts[row].append(ids[offsets[n] : offsets[n + 1]])
        return [p[0] if len(p) == 1 else np.concatenate(p) for p in parts]

    def _encode(self, batch: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the ids of `batch` in a row, and where each text begins, and the end."""
        if self._fast is not None:
            ids, offsets = self._fast.encode(batch)
            return ids.astype(self.dtype), offsets
        try:
            encoded = self.raw.encode_batch_fast(batch, add_special_tokens=False)
        except TypeError:
            "".join(batch).encode()  # says what tokenizers does not
            raise
        told = [np.array(encoding.ids, self.dtype) for encoding in encoded]
        offsets = np.cumsum([0, *map(len, told)])
        return np.concatenate(told), offsets

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], list[str]]]:
        rows: list[int] = []
        batch: list[str] = []
        room = _BATCH_CHARACTERS
        for row, text in enumerate(texts):
            for piece in pieces(text) if self.encoding.get("cut") else (text,):
                rows.append(row)
                batch.append(piece)
                room -= len(piece)
                if room <= 0:
                    yield rows, batch
                    rows, batch, room = [], [], _BATCH_CHARACTERS
        if rows:
            yield rows, batch

    def decode(self, ids: Sequence[int] | np.ndarray) -> str:
        """Return the text of `ids`; special tokens are spelt out."""
        return self.raw.decode(np.asarray(ids).tolist(), skip_special_tokens=False)

    def assemble(
        self, turns: Sequence[tuple[str, str]], *, begin: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the ids of a conversation, and which of them are own words, both (n,).

        `turns` are (role, text) with roles «self» and «other»; the end of an own turn counts as
        own. They are the ids of `apply_chat_template`, but that control strings in a text stay
        text. With `begin` an own turn is begun at the end.
        """
        parts = [np.empty(0, np.int64)]
        own = [np.empty(0, bool)]
        for (role, _), ids in zip(turns, self.encode([text for _, text in turns]), strict=True):
            parts.append(np.array([self.special[role], *ids, self.special["end"]], np.int64))
            own.append(np.r_[False, np.full(len(ids) + 1, role == "self")])
        if begin:
            parts.append(np.array([self.special["self"]]))
            own.append(np.array([False]))
        return np.concatenate(parts), np.concatenate(own)


def load(path: Path | str) -> Tokenizer:
    """Return the tokenizer saved at `path`, its directory or its `tokenizer.json`.

    Raises FileNotFoundError when there is none, ValueError when it is not one of ours, or not as
    its manifest says it was written.
    """
    path = Path(path)
    file = path / "tokenizer.json" if path.is_dir() else path
    if not file.is_file():
        raise FileNotFoundError(f"{file.name}: no tokenizer there; run train-tokenizer first")
    _check(file)
    beside = file.with_name(ENCODING)
    try:
        encoding = json.loads(beside.read_bytes()) if beside.is_file() else None
        return Tokenizer(file.read_bytes().decode(), encoding)
    except ValueError:
        raise
    except Exception:  # what tokenizers raises for a broken file has no narrower type
        raise ValueError(
            f"{file.name}: cannot be read as a tokenizer; run train-tokenizer again"
        ) from None


def _check(file: Path) -> None:
    """Raise ValueError unless `file` is what the manifest beside it says, if there is one."""
    manifest = file.with_name("manifest.json")
    if not manifest.is_file():
        return
    told = json.loads(manifest.read_bytes()).get("parts", {}).get(file.name)
    if told is not None and told["digest"] != file_digest(file):
        raise ValueError(
            f"{file.name}: not as it was written, so that ids in token shards may mean something "
            "else; delete its folder and run train-tokenizer again"
        )
