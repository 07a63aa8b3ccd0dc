"""The strategies: how text is split, and which algorithm learns the vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import tokenizers
from tokenizers import Regex, decoders, models, pre_tokenizers, trainers
from tokenizers.pre_tokenizers import PreTokenizer

from tokenizer.settings import Tokenizer as Settings
from tokenizer.special import SPECIAL, added

ALPHABET: list[str] = sorted(pre_tokenizers.ByteLevel.alphabet())
"""The character that stands for each byte, in the order of the characters."""

_FEED = 256  # texts handed to a trainer at a time
LONGEST = 64  # bytes of a word beyond which unigram and wordpiece cut it
TIE = "\u203f"  # before what goes on a word; no byte stands for it

# As published with the models; \p{N} one by one in Qwen's, in threes in the other two.
_GPT4 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_SPLITS: dict[str, str] = {
    "gpt4": _GPT4,
    "llama3": _GPT4,
    "qwen": _GPT4.replace(r"\p{N}{1,3}", r"\p{N}"),
}


class Learner(NamedTuple):
    """A strategy that is trained: what it is, in words, and the function that does it."""

    about: str
    learn: Callable[[Iterable[str], Settings], tokenizers.Tokenizer]


def splitter(strategy: str) -> PreTokenizer:
    """Return what cuts a text into words of `strategy` and maps their bytes to characters."""
    if strategy == "bytes":
        return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    if strategy not in _SPLITS:
        return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    parts = [
        pre_tokenizers.Split(Regex(_SPLITS[strategy]), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
    return pre_tokenizers.Sequence(parts)


def feed(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield `texts` in lists, so that a trainer's threads have work."""
    batch = []
    for text in texts:
        batch.append(text)
        if len(batch) == _FEED:
            yield batch
            batch = []
    yield batch


def words(texts: Iterable[str], split: PreTokenizer, longest: int = LONGEST) -> Counter[str]:
    """Return how often each word of `texts` occurs, as characters that stand for bytes.

    Words of more than `longest` bytes are cut. In the order in which they are first met.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        for word, _ in split.pre_tokenize_str(text):
            if len(word) <= longest:
                counts[word] += 1
            else:
                counts.update(word[i : i + longest] for i in range(0, len(word), longest))
    return counts


def merges(texts: Iterable[str], split: PreTokenizer, size: int, least: int) -> models.BPE:
    """Return a BPE model of `size` tokens, special ones first, then bytes, then merges.

    Byte for byte the same for the same texts in any order, at any number of threads.
    """
    made = tokenizers.Tokenizer(models.BPE())
    made.pre_tokenizer = split
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=least,
        special_tokens=added(),
        initial_alphabet=ALPHABET,
        show_progress=False,
    )
    made.train_from_iterator(feed(texts), trainer)
    return made.model


def _bpe(texts: Iterable[str], settings: Settings) -> tokenizers.Tokenizer:
    strategy = settings.strategies[0]
    split = splitter(strategy)
    model = merges(texts, split, settings.vocabulary[0], settings.min_frequency)
    model.ignore_merges = strategy == "llama3"  # a word of the vocabulary is taken whole
    return _whole(model, split)


def _bytes(texts: Iterable[str], settings: Settings) -> tokenizers.Tokenizer:
    tokens = [*SPECIAL.values(), *ALPHABET]
    model = models.BPE(vocab={token: id_ for id_, token in enumerate(tokens)}, merges=[])
    return _whole(model, splitter("bytes"))


def _unigram(texts: Iterable[str], settings: Settings) -> tokenizers.Tokenizer:
    from tokenizer.unigram import learn  # brings numba: only where it is used

    split = splitter("unigram")
    pieces = learn(texts, split, settings.vocabulary[0] - len(SPECIAL), settings)
    scored = [(token, _NEVER) for token in SPECIAL.values()] + pieces
    return _whole(models.Unigram(scored, unk_id=None, byte_fallback=False), split)


_NEVER = -1e6  # so low that a text that spells out a special token is never taken for it


def _wordpiece(texts: Iterable[str], settings: Settings) -> tokenizers.Tokenizer:
    """Train as WordPieceTrainer does, whose own numbering differs from run to run.

    Bytes that go on a word become characters of their own, so that BPE keeps them apart.
    """
    split = splitter("wordpiece")
    inside = {ord(char): chr(_INSIDE + n) for n, char in enumerate(ALPHABET)}
    # As many singles again as there are bytes: what begins a word, and what goes on one.
    room = settings.vocabulary[0]
    marked = (_marked(text, split, inside) for text in texts)
    whitespace = pre_tokenizers.WhitespaceSplit()
    model = _with_insides(marked, whitespace, room, settings.min_frequency)
    back = {ord(there): chr(char) for char, there in inside.items()}
    vocab: dict[str, int] = {}
    for token in model:
        tied = token.translate(back)
        vocab[TIE + tied if ord(token[0]) >= _INSIDE else tied] = len(vocab)
    pieces = pre_tokenizers.Split(Regex(f".{{1,{LONGEST}}}"), "isolated")
    made = models.WordPiece(
        vocab=vocab,
        unk_token=SPECIAL["pad"],  # never met: every byte is there, at both places
        continuing_subword_prefix=TIE,
        max_input_chars_per_word=LONGEST,
    )
    decoder = decoders.Sequence([decoders.Replace(TIE, ""), decoders.ByteLevel()])
    return _whole(made, pre_tokenizers.Sequence([split, pieces]), decoder)


_INSIDE = 0xE000  # private use: none of them stands for a byte


def _marked(text: str, split: PreTokenizer, inside: dict[int, str]) -> str:
    cut = (
        word[i : i + LONGEST]
        for word, _ in split.pre_tokenize_str(text)
        for i in range(0, len(word), LONGEST)
    )
    return " ".join(word[0] + word[1:].translate(inside) for word in cut)


def _with_insides(texts: Iterable[str], split: PreTokenizer, size: int, least: int) -> list[str]:
    made = tokenizers.Tokenizer(models.BPE())
    made.pre_tokenizer = split
    both = [*ALPHABET, *(chr(_INSIDE + n) for n in range(len(ALPHABET)))]
    trainer = trainers.BpeTrainer(
        vocab_size=max(size, len(SPECIAL) + len(both)),
        min_frequency=least,
        special_tokens=added(),
        initial_alphabet=both,
        show_progress=False,
    )
    made.train_from_iterator(feed(texts), trainer)
    found = made.get_vocab()
    return sorted(found, key=found.__getitem__)


def _whole(
    model: models.Model, split: PreTokenizer, decoder: decoders.Decoder | None = None
) -> tokenizers.Tokenizer:
    made = tokenizers.Tokenizer(model)
    made.pre_tokenizer = split
    made.decoder = decoder or decoders.ByteLevel()
    made.add_special_tokens(added())
    return made


LEARNERS: dict[str, Learner] = {
    "gpt2": Learner("byte-level BPE, words split as GPT-2 does", _bpe),
    "gpt4": Learner("byte-level BPE, words split as GPT-4 does: digits in threes", _bpe),
    "llama3": Learner("as gpt4, and a word of the vocabulary is taken whole, as in Llama 3", _bpe),
    "qwen": Learner("byte-level BPE, words split as Qwen 2 and 3 do: digits one by one", _bpe),
    "unigram": Learner("unigram language model over bytes, split as GPT-2 does", _unigram),
    "wordpiece": Learner("WordPiece over bytes, split as GPT-2 does", _wordpiece),
    "bytes": Learner("one token a byte", _bytes),
}
"""Strategy → how it is trained. `base` and `extended` take a tokenizer over: `tokenizer.base`."""
