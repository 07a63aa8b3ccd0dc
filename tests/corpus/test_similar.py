"""The index grows text by text, and what is like a text is found and verified exactly."""

from __future__ import annotations

import random

import pytest
from datasketch import MinHashLSH

from corpus import near, similar
from corpus.index import Index
from corpus.near import Key, Near
from corpus.schema import WORK, record_batch
from corpus.shelf import Shelf
from corpus.similar import Match, matches, nearest
from corpus.sketches import sketch

KEY = Key.of(b"the library's")


def prose(seed: int, length: int = 200) -> str:
    draw = random.Random(seed)
    return " ".join(f"{draw.choice('bdfgklmn')}{draw.randrange(900)}" for _ in range(length))


def units(texts: dict[str, str], key: Key = KEY):
    rows = [{"id": i, "kind": "note", "origin": "self", "text": t} for i, t in texts.items()]
    return sketch(record_batch(rows, WORK), Near(), key).units.combine_chunks()


def library() -> dict[str, str]:
    texts = {f"n{i}": prose(i) for i in range(30)}
    return texts | {"copy": prose(3).upper(), "book": " ".join(prose(i) for i in range(80, 100))}


def found(asked: str, least: float = 0.3, shards: int = 3) -> list[Match]:
    items = list(library().items())
    tables = [units(dict(items[n::shards])) for n in range(shards)]
    told = matches(units({"asked": asked}), Shelf.of(tables), Near(), least)
    return nearest([match for more in told for match in more], 10)


def test_copies_versions_and_excerpts_are_found_and_named() -> None:
    same = [(m.unit, m.relation, m.jaccard) for m in found(prose(3) + "!")]
    assert same == [("copy", "same", 1.0), ("n3", "same", 1.0)]
    (version,) = found(" ".join(prose(5).split()[:-12]))
    assert (version.unit, version.relation, version.containment) == ("n5", "version", 1.0)
    assert version.jaccard == pytest.approx((200 - 12 - 4) / (200 - 4))


def test_a_passage_of_a_long_text_is_found_though_no_digest_tells() -> None:
    (match,) = found(" ".join(prose(90).split()[40:80]))
    assert (match.unit, match.relation, match.containment) == ("book", "excerpt", 1.0)
    assert match.jaccard < 0.01
    (match,) = found(prose(7) + " " + prose(700) + " " + prose(701))
    assert (match.unit, match.relation) == ("n7", "excerpt"), "the other way round"


def test_what_is_less_alike_has_no_relation_and_below_the_least_nothing_is_said() -> None:
    half = " ".join(prose(9).split()[:110]) + " " + prose(9_000, 90)
    (match,) = found(half)
    assert match.unit == "n9" and match.relation is None and 0.3 < match.jaccard < 0.75
    assert found(half, least=0.7) == []
    assert found(prose(4_444)) == []


def test_each_text_has_its_best_matches() -> None:
    told = [Match(0, n, f"u{n}", n / 10, 1, None) for n in range(5)]
    told += [Match(1, 0, "u0", 0.1, 1, None)]
    assert [(m.asked, m.unit) for m in nearest(told, 2)] == [(0, "u4"), (0, "u3"), (1, "u0")]


def test_an_index_that_grew_is_the_index_built_at_once() -> None:
    texts = library()
    names, signed = list(texts), near.signatures(list(texts.values()), key=KEY)
    whole, grown = Index(), Index()
    whole.add(names, signed)
    for start in range(0, len(names), 7):
        grown.add(names[start : start + 7], signed[start : start + 7])
    assert isinstance(grown.lsh, MinHashLSH) and len(grown) == len(texts)
    asked = near.signatures([prose(3), prose(4_444)], key=KEY)
    assert grown.query(asked) == whole.query(asked) == [["copy", "n3"], []]
    with pytest.raises(ValueError, match="already exists"):
        grown.add(["n3"], signed[:1])
    grown.remove("copy")
    assert "copy" not in grown and grown.query(asked)[0] == ["n3"]


def test_an_index_grows_by_the_sketches_of_shards() -> None:
    texts = library() | {"short": "too few words"}
    items, grown = list(texts.items()), Index()
    for start in range(0, len(items), 9):
        grown.grow(units(dict(items[start : start + 9])))
    assert len(grown) == len(texts) - 1 and "short" not in grown
    assert grown.query(near.signatures([prose(3)], key=KEY)) == [["copy", "n3"]]


def test_under_another_key_nothing_is_found() -> None:
    other = units({"asked": prose(3)}, Key.of(b"somebody else's"))
    assert not [m for m in similar.matches(other, Shelf.of([units(library())]), Near(), 0.01) if m]
