"""Measures tokenizers on the same documents: how many tokens, which, and of what."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import tokenizers

from tokenizer.load import Tokenizer
from tokenizer.strategies import TIE

FIGURES = pa.schema(
    [
        ("tokenizer", pa.string()),
        ("by", pa.string()),
        ("value", pa.string()),
        ("figure", pa.string()),
        ("number", pa.float64()),
        ("bucket", pa.string()),
    ]
)
"""What was measured: `by` is split, source, kind or language, `value` which one."""

TRAIN = ("split", "train")
BY = ("source", "kind", "language")
LONG = 6
"""Letters of a word from which it may be shown as an example."""
ENOUGH = 100
"""Occurrences from which a token is taken to be learnable (Gowda and May 2020, EMNLP Findings)."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_BYTE = re.compile(r"<0x[0-9A-F]{2}>")

# The order in which the byte-level alphabet stands for bytes: printable ones for themselves.
_PRINTABLE = [*range(33, 127), *range(161, 173), *range(174, 256)]
_BYTES = {chr(b): b for b in _PRINTABLE} | {
    chr(256 + n): b for n, b in enumerate(b for b in range(256) if b not in _PRINTABLE)
}


@dataclass
class Subject:
    """A tokenizer that is measured: its name, how it encodes, and what its ids are.

    `partial` says of each id whether it is only a part of a character, `learnt` whether it is
    neither special nor a single byte; `unknown` is the id of what it cannot spell, or None.
    """

    name: str
    encode: Callable[[Sequence[str]], list[np.ndarray]]
    spell: Callable[[str], list[str]]
    partial: np.ndarray
    learnt: np.ndarray
    unknown: int | None
    counts: np.ndarray
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    lengths: Counter[int] = field(default_factory=Counter)


@dataclass
class Group:
    """Sums over some documents."""

    documents: int = 0
    bytes: int = 0
    words: int = 0
    tokens: int = 0
    partial: int = 0
    unknown: int = 0
    used: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))


def subject(name: str, made: Tokenizer) -> Subject:
    """Return a saved tokenizer of ours as what is measured."""
    return _subject(name, made.raw, made.encode)


def reference(name: str, raw: tokenizers.Tokenizer) -> Subject:
    """Return somebody else's tokenizer as what is measured; control strings are text for it too."""
    raw.encode_special_tokens = True

    def encode(texts: Sequence[str]) -> list[np.ndarray]:
        encoded = raw.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.array(e.ids, np.int64) for e in encoded]

    return _subject(name, raw, encode)


def _subject(
    name: str, raw: tokenizers.Tokenizer, encode: Callable[[Sequence[str]], list[np.ndarray]]
) -> Subject:
    told = json.loads(raw.to_str())
    vocab = raw.get_vocab()
    size = max(vocab.values(), default=-1) + 1
    partial, learnt = np.zeros(size, bool), np.zeros(size, bool)
    byte_level = '"ByteLevel"' in json.dumps([told["pre_tokenizer"], told["decoder"]])
    special = {token["content"] for token in told["added_tokens"]}
    for token, id_ in vocab.items():
        if token in special:
            continue
        spelt = token.removeprefix(TIE)
        partial[id_] = _is_partial(spelt, byte_level)
        learnt[id_] = len(spelt) > 1 and not _BYTE.fullmatch(spelt)
    unknown = told["model"].get("unk_token")
    unknown_id = vocab.get(unknown) if unknown else told["model"].get("unk_id")

    def spell(text: str) -> list[str]:
        encoding = raw.encode(text, add_special_tokens=False)
        return [raw.decode([id_], skip_special_tokens=False) for id_ in encoding.ids]

    counts = np.zeros(size, np.int64)
    return Subject(name, encode, spell, partial, learnt, unknown_id, counts)


def _is_partial(token: str, byte_level: bool) -> bool:
    """Return whether `token` is bytes that are no whole characters."""
    if not byte_level:
        return bool(_BYTE.fullmatch(token))
    try:
        bytes(_BYTES[char] for char in token).decode()
    except UnicodeDecodeError:
        return True
    except KeyError:  # text that an added token spells, not bytes
        return False
    return False


class Measure:
    """Sums up what tokenizers make of documents, a batch at a time; see `figures`, `common`."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self.subjects = list(subjects)
        self._frequency: Counter[str] = Counter()

    def add(self, batch: pa.RecordBatch) -> None:
        """Measure the documents of `batch`: `text`, `source`, `kind`, `language`, `split`."""
        texts = [text or "" for text in batch.column("text").to_pylist()]
        found = [_WORD.findall(text) for text in texts]
        rows = _grouped(batch)
        for row in rows.get(TRAIN, ()):  # only of what the model may learn are words ever shown
            self._frequency.update({w for w in found[row] if len(w) >= LONG and w.isalpha()})
        sizes = np.array([(len(t.encode()), len(w)) for t, w in zip(texts, found, strict=True)])
        for subject in self.subjects:
            _sum(subject, subject.encode(texts), sizes.reshape(-1, 2), rows)

    def common(self, most: int, least: int = 5) -> list[str]:
        """Return words of small letters that at least `least` training documents share.

        Those first that the tokenizers cut most differently, of the thousand most frequent.
        """
        shared = [w for w, n in self._frequency.items() if n >= least and w.islower()]
        shared = sorted(shared, key=lambda w: (-self._frequency[w], w))[:1000]
        told = {w: [len(s.encode([" " + w])[0]) for s in self.subjects] for w in shared}
        spread = {w: max(n, default=0) - min(n, default=0) for w, n in told.items()}
        return sorted(shared, key=lambda w: (-spread[w], -self._frequency[w], w))[:most]

    def figures(self) -> pa.Table:
        """Return all that was measured as `FIGURES`."""
        rows = [row for subject in self.subjects for row in _rows(subject)]
        columns = [
            pa.array(c, t.type) for c, t in zip(zip(*rows, strict=True), FIGURES, strict=True)
        ]
        return pa.table(columns, schema=FIGURES) if rows else FIGURES.empty_table()


def _grouped(batch: pa.RecordBatch) -> dict[tuple[str, str], np.ndarray]:
    """Return the rows of each group: by split, and of the training split by the other columns."""
    columns = {name: batch.column(name).to_pylist() for name in ("split", *BY)}
    rows: dict[tuple[str, str], list[int]] = {}
    for row, split in enumerate(columns["split"]):
        rows.setdefault(("split", split), []).append(row)
        for name in BY if split == TRAIN[1] else ():
            rows.setdefault((name, str(columns[name][row] or "unknown")), []).append(row)
    return {key: np.array(found) for key, found in rows.items()}


def _sum(
    subject: Subject,
    encoded: list[np.ndarray],
    sizes: np.ndarray,
    rows: dict[tuple[str, str], np.ndarray],
) -> None:
    """Add documents as `encoded`, of `sizes` (n, 2) in bytes and words, to the groups of `rows`."""
    lengths = np.array([len(ids) for ids in encoded], np.int64)
    flat = np.concatenate([np.zeros(0, np.int64), *encoded]).astype(np.int64)
    for key, of in rows.items():
        inside = np.zeros(len(lengths), bool)
        inside[of] = True
        ids = flat[np.repeat(inside, lengths)]
        group = subject.groups.setdefault(key, Group(used=np.zeros(len(subject.counts), bool)))
        group.documents += len(of)
        group.bytes += int(sizes[of, 0].sum())
        group.words += int(sizes[of, 1].sum())
        group.tokens += len(ids)
        group.partial += int(subject.partial[ids].sum())
        group.unknown += 0 if subject.unknown is None else int((ids == subject.unknown).sum())
        group.used[ids] = True
        if key == TRAIN:
            subject.counts += np.bincount(ids, minlength=len(subject.counts))
            subject.lengths.update(n.bit_length() for n in lengths[of].tolist())


Row = tuple[str, str, str, str, float, str | None]


def _rows(subject: Subject) -> Iterator[Row]:
    learnt = int(subject.learnt.sum())
    for (by, value), group in sorted(subject.groups.items()):
        told = {
            "documents": group.documents,
            "bytes": group.bytes,
            "words": group.words,
            "tokens": group.tokens,
            "bytes_per_token": group.bytes / max(1, group.tokens),
            "tokens_per_word": group.tokens / max(1, group.words),
            "unknown": group.unknown / max(1, group.tokens),
            "partial": group.partial / max(1, group.tokens),
            "used": (group.used & subject.learnt).sum() / max(1, learnt),
        }
        for figure, number in told.items():
            yield subject.name, by, value, figure, float(number), None
    often = int((subject.learnt & (subject.counts >= ENOUGH)).sum())
    whole = {
        "vocabulary": len(subject.counts),
        "learnt": learnt,
        "often": often / max(1, learnt),
    }
    for figure, number in whole.items():
        yield subject.name, *TRAIN, figure, float(number), None
    for bits, documents in sorted(subject.lengths.items()):
        yield subject.name, *TRAIN, "tokens_per_document", float(documents), bucket(bits)


def bucket(bits: int) -> str:
    """Return the bucket of lengths of so many binary digits.

    >>> [bucket(bits) for bits in range(4)]
    ['0', '1', '2-3', '4-7']
    """
    low, high = (1 << bits) >> 1, (1 << bits) - 1
    return f"{low}" if low >= high else f"{low}-{high}"
