"""Trains a Unigram vocabulary (Kudo 2018, arXiv 1804.10959): EM over segmentations, and pruning.

Candidates are the tokens of a BPE vocabulary four times as large. All sums are made in one order
by one thread, so that the result is the same in every run; the trainer of tokenizers adds up in
the order of its threads and hash tables.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numba import njit
from scipy.special import digamma
from tokenizers import models
from tokenizers.pre_tokenizers import PreTokenizer

from tokenizer.settings import Tokenizer as Settings
from tokenizer.special import SPECIAL
from tokenizer.strategies import LONGEST, merges, words

SEEDS = 4  # times as many candidates as pieces asked for
ROUNDS_OF_EM = 2
SHRINK = 0.75  # share of the pieces that a pruning leaves
LEAST_EXPECTED = 0.5  # a piece expected less often than this is dropped, as in SentencePiece
DIGITS = 6  # of a score, so that the last bits of a sum decide nothing


def compiled(function: Callable) -> Callable:
    """Return `function` compiled without the GIL; the machine code is kept where it can be."""
    try:
        return njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no folder can be written: every process compiles for itself
        return njit(nogil=True)(function)


class Lattice(NamedTuple):
    """All pieces in some words: those of word w are entries `first[w]` to `first[w + 1]`."""

    first: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    piece: np.ndarray
    size: np.ndarray


def learn(
    texts: Iterable[str], split: PreTokenizer, size: int, settings: Settings
) -> list[tuple[str, float]]:
    """Return at most `size` pieces with their log probabilities, the likeliest first.

    All 256 bytes are among them. The same for the same texts in any order.
    """
    candidates = merges(texts, split, SEEDS * size, settings.min_frequency)
    pieces = np.array(_tokens(candidates), dtype=object)
    counted = sorted(words(texts, split).items())
    count = np.array([n for _, n in counted], np.float64)
    lattice = _lattice([word for word, _ in counted], pieces)
    inner = _lattice(list(pieces), pieces, whole=False)
    single = np.array([len(piece) == 1 for piece in pieces])
    occurs = np.repeat(count, np.diff(lattice.first))
    score = _log(np.bincount(lattice.piece, occurs, len(pieces)) + single)
    while True:
        for _ in range(ROUNDS_OF_EM):
            expected = np.zeros(len(pieces))
            _expect(lattice, count, score, expected)
            score = _log(np.where(single, np.maximum(expected, LEAST_EXPECTED), expected))
        left = int(np.isfinite(score).sum())
        if left <= size:
            break
        keep = max(size, int(left * SHRINK))
        score = np.where(_worth(lattice, inner, count, (score, single), keep), score, -np.inf)
    kept = np.flatnonzero(np.isfinite(score)).tolist()
    told = [(str(pieces[i]), round(float(score[i]), DIGITS)) for i in kept]
    return sorted(told, key=lambda piece: (-piece[1], piece[0]))


def _tokens(model: models.BPE) -> list[str]:
    state = json.loads(model.__getstate__())
    tokens = (token for token in state["vocab"] if token not in SPECIAL.values())
    return [token for token in tokens if len(token) <= LONGEST]  # no word is longer: see `words`


def _lattice(found: Iterable[str], pieces: np.ndarray, whole: bool = True) -> Lattice:
    """Return where the `pieces` lie in each word; unless `whole`, not those that are all of it."""
    number = {piece: n for n, piece in enumerate(pieces)}
    longest = max(map(len, number))
    first, begin, end, piece, size = [0], [], [], [], []
    for word in found:
        for i in range(len(word)):
            for j in range(i + 1, min(len(word), i + longest) + 1):
                n = number.get(word[i:j])
                if n is not None and (whole or j - i < len(word) or j - i == 1):
                    begin.append(i)
                    end.append(j)
                    piece.append(n)
        first.append(len(begin))
        size.append(len(word))
    return Lattice(*(np.array(values, np.int64) for values in (first, begin, end, piece, size)))


def _log(expected: np.ndarray) -> np.ndarray:
    """Return log probabilities under a sparse prior (digamma), -inf below `LEAST_EXPECTED`."""
    kept = np.where(expected >= LEAST_EXPECTED, expected, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = digamma(kept) - digamma(kept.sum())
    return np.where(kept > 0, score, -np.inf)


def _usage(lattice: Lattice, count: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Return how often each piece is used when each word takes its likeliest segmentation."""
    used = np.zeros(len(score))
    _best(lattice, count, score, used, np.empty(len(count)))
    return used


def _worth(
    lattice: Lattice,
    inner: Lattice,
    count: np.ndarray,
    state: tuple[np.ndarray, np.ndarray],
    keep: int,
) -> np.ndarray:
    """Return which pieces stay: single bytes, and those whose loss would cost the most."""
    score, single = state
    used = _usage(lattice, count, score)
    instead = np.empty(len(score))
    _best(inner, np.ones(len(score)), score, np.zeros(len(score)), instead)
    with np.errstate(invalid="ignore"):
        loss = np.where(np.isfinite(score), used * (score - instead), -np.inf)
    loss[single] = np.inf
    order = np.lexsort((np.arange(len(loss)), -np.round(loss, DIGITS)))
    stays = np.zeros(len(score), bool)
    stays[order[:keep]] = True
    return stays & np.isfinite(score)


@compiled
def _expect(lattice: Lattice, count: np.ndarray, score: np.ndarray, expected: np.ndarray) -> None:
    """Add to `expected` how often each piece is expected in words that occur `count` times."""
    first, begin, end, piece, size = lattice
    ahead = np.empty(LONGEST + 1)
    back = np.empty(LONGEST + 1)
    for w in range(len(count)):
        n = size[w]
        ahead[: n + 1] = -np.inf
        back[: n + 1] = -np.inf
        ahead[0] = back[n] = 0.0
        for e in range(first[w], first[w + 1]):
            through = ahead[begin[e]] + score[piece[e]]
            ahead[end[e]] = np.logaddexp(ahead[end[e]], through)
        for e in range(first[w + 1] - 1, first[w] - 1, -1):
            through = back[end[e]] + score[piece[e]]
            back[begin[e]] = np.logaddexp(back[begin[e]], through)
        for e in range(first[w], first[w + 1]):
            part = ahead[begin[e]] + score[piece[e]] + back[end[e]] - ahead[n]
            expected[piece[e]] += count[w] * np.exp(part)


@compiled
def _best(
    lattice: Lattice,
    count: np.ndarray,
    score: np.ndarray,
    used: np.ndarray,
    reached: np.ndarray,
) -> None:
    """Add to `used` the pieces of each word's likeliest segmentation, `reached` its likelihood."""
    first, begin, end, piece, size = lattice
    best = np.empty(LONGEST + 1)
    last = np.empty(LONGEST + 1, np.int64)
    for w in range(len(count)):
        n = size[w]
        best[: n + 1] = -np.inf
        last[: n + 1] = -1
        best[0] = 0.0
        for e in range(first[w], first[w + 1]):
            through = best[begin[e]] + score[piece[e]]
            if through > best[end[e]]:
                best[end[e]] = through
                last[end[e]] = e
        reached[w] = best[n]
        at = n
        while at > 0 and last[at] >= 0:
            used[piece[last[at]]] += count[w]
            at = begin[last[at]]
