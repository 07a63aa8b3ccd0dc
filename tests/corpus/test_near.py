"""Signatures equal datasketch's, words are folded as Unicode says, and candidates are verified."""

from __future__ import annotations

import random
import re
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH, MinHashLSHForest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from corpus import likeness, near
from corpus.near import Near
from corpus.shingles import compiled

LETTERS = "abcXYZ019_éÉßñÑøØÅçČčžŽÄöÜλΛσςΣДдЙйЁёשלאمرحב"
SIGNS = " \n\t.,;:!?-—–’“”…()«»€\u00a0\u200b\u2028😀"
TEXTS = st.text(alphabet=LETTERS + SIGNS * 2, max_size=300)


def words_of(text: str) -> list[str]:
    """The oracle: words of texts without decomposed marks and ideographs."""
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())


def shingles_of(text: str, size: int = 5) -> set[str]:
    words = words_of(text)
    runs = range(max(1, len(words) - size + 1)) if words else ()
    return {" ".join(words[i : i + size]) for i in runs}


def prose(seed: int, length: int) -> str:
    draw = random.Random(seed)
    return " ".join(f"{draw.choice('bdfgklmn')}{draw.randrange(900)}" for _ in range(length))


def jaccard(a: str, b: str) -> float:
    x, y = shingles_of(a), shingles_of(b)
    return len(x & y) / len(x | y)


def datasketch_digest(text: str, size: int) -> np.ndarray:
    sketch = MinHash(128, seed=1, hashfunc=near.hash32)
    sketch.update_batch([shingle.encode() for shingle in shingles_of(text, size)])
    return sketch.hashvalues


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=4), st.integers(1, 7))
def test_signatures_equal_datasketch_digest_for_digest(texts: list[str], size: int) -> None:
    ours = near.signatures(texts, Near(words=size))
    assert ours.dtype == np.uint32 and ours.shape == (len(texts), 128)
    for text, signature in zip(texts, ours, strict=True):
        assert np.array_equal(signature, datasketch_digest(text, size))


def test_under_a_key_signatures_equal_datasketch_with_its_hasher() -> None:
    key = near.Key.of(b"a secret")
    text = prose(8, 60)
    sketch = MinHash(128, seed=1, hashfunc=near.hasher(key))
    sketch.update_batch([shingle.encode() for shingle in shingles_of(text)])
    ours = near.signatures([text], key=key)[0]
    assert np.array_equal(ours, sketch.hashvalues)
    assert not np.array_equal(ours, near.signatures([text])[0])


def test_the_permutations_are_those_of_datasketch() -> None:
    theirs = MinHash(128, seed=1).permutations
    assert all(np.array_equal(a, b) for a, b in zip(near.permutations(), theirs, strict=True))


def test_datasketch_estimates_the_same_similarity_from_our_signatures() -> None:
    base = prose(1, 400)
    other = base.replace("b", "q", 12)
    theirs = [
        MinHash(hashvalues=signature, scheme="affine32")
        for signature in near.signatures([base, other])
    ]
    estimate = theirs[0].jaccard(theirs[1])
    assert estimate == pytest.approx(jaccard(base, other), abs=4 * (0.25 / 128) ** 0.5)
    assert estimate < 1


def test_its_indexes_and_lean_hashes_work_on_what_we_store() -> None:
    texts = [prose(i, 120) for i in range(40)]
    near_copy = texts[7] + " and a word"
    stored = [
        LeanMinHash(seed=1, hashvalues=signature, scheme="affine32")
        for signature in near.signatures([*texts, near_copy])
    ]
    index, forest = MinHashLSH(num_perm=128, params=(25, 5)), MinHashLSHForest(num_perm=128)
    for n, minhash in enumerate(stored[:-1]):
        index.insert(n, minhash)
        forest.add(n, minhash)
    forest.index()
    assert index.query(stored[-1]) == [7] == forest.query(stored[-1], 1)
    packed = bytearray(stored[-1].bytesize())
    stored[-1].serialize(packed)
    assert LeanMinHash.deserialize(packed) == stored[-1]
    theirs = MinHash(128, seed=1, hashfunc=near.hash32)
    theirs.update_batch([shingle.encode() for shingle in shingles_of(near_copy)])
    assert index.query(theirs) == [7], "a sketch of datasketch's own making finds ours"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Die Straße am Fluß", "DIE STRASSE AM FLUSS"),
        ("café über Åse", unicodedata.normalize("NFD", "CAFÉ Über åse")),
        ("ὈΔΥΣΣΕΎΣ", "ὀδυσσεύς"),
        ("Οδός ΟΔΟΣ", "οδόσ οδος"),
        ("eﬃcient ﬁnance", "EFFICIENT FINANCE"),
        ("Ёлка И Йод", "ёлка и йод"),
        ("don't — “stop” now", "Don’t, stop: NOW!"),
        ("a\u00a0b\u2009c\u3000d", "a b\nc\td"),
    ],
)
def test_these_have_the_same_words(one: str, other: str) -> None:
    hashed = [near.words(*near.utf8([text]))[0].tolist() for text in (one, other)]
    assert hashed[0] == hashed[1] and len(hashed[0]) > 0


@pytest.mark.parametrize(
    ("one", "other"),
    [("resume", "résumé"), ("ab c", "a bc"), ("one two", "two one"), ("мир", "міp"), ("5", "٥")],
)
def test_these_do_not(one: str, other: str) -> None:
    hashed = [near.words(*near.utf8([text]))[0].tolist() for text in (one, other)]
    assert hashed[0] != hashed[1]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" …😀— ", 0),
        ("one two_three 4", 3),
        ("我们今天去北京", 7),
        ("私はTokyoへ行く", 6),
        ("𠀀𠀁 x", 3),
        ("한국어 문장", 2),
        ("हिन्दी में", 2),
        ("don't", 2),
    ],
)
def test_words_are_counted(text: str, count: int) -> None:
    assert near.words(*near.utf8([text]))[1].tolist() == [count]


def test_a_text_without_words_has_no_digest() -> None:
    assert (near.signatures(["", "…"]) == 2**32 - 1).all()
    assert near.hash32(b"") == 0


def test_batching_slicing_and_nulls_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [prose(i, 30 + 40 * i) + "é" for i in range(12)]
    whole = near.signatures(texts)
    monkeypatch.setattr(near, "BLOCK", 700)
    assert np.array_equal(near.signatures(texts), whole)
    array = pa.array([None, "x", *texts])
    assert np.array_equal(near.signatures(array.slice(2)), whole)
    assert np.array_equal(near.signatures(pa.chunked_array([array, array]))[2:14], whole)
    assert (near.signatures(array)[0] == 2**32 - 1).all()
    assert near.signatures([]).shape == (0, 128)


def test_blocks_cover_all_texts_once() -> None:
    offsets = np.array([5, 5, near.BLOCK, 3 * near.BLOCK, 3 * near.BLOCK + 1, 3 * near.BLOCK + 1])
    runs = list(near.blocks(offsets))
    assert [i for first, end in runs for i in range(first, end)] == [0, 1, 2, 3, 4]


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS)
def test_jaccard_is_exact(one: str, other: str) -> None:
    one, other = f"w {one} {one} z", f"w {other} {one} z"
    values, ends = near.shingle_sets(near.words(*near.utf8([one, other])), 5)
    offsets = np.append(0, ends)
    got = likeness.compare(np.array([[0, 1]]), values, offsets, values, offsets)[0]
    x, y = shingles_of(one), shingles_of(other)
    assert got[0] == pytest.approx(len(x & y) / len(x | y))
    assert got[1] == pytest.approx(len(x & y) / min(len(x), len(y)))


def test_more_digests_than_there_are_is_refused() -> None:
    with pytest.raises(ValidationError, match="bands × rows is 135"):
        Near(bands=27, rows=5)


def test_kernels_compile_where_no_cache_can_be_kept() -> None:
    scope: dict = {}
    exec("def double(x):\n    return 2 * x", scope)  # no file: numba finds no place for a cache
    assert compiled(scope["double"])(21) == 42
