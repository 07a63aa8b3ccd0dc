"""Variants: only words change, only where they may, the same in any order, batch and thread."""

import random
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from corpus.augment import Augment, Kind, Name, variants, vary
from corpus.schema import EVENTS, KINDS, VARIANTS, WORK, record_batch

TEXT = """Dear Sandra Berg,

    we went “down” to the harbour\tyesterday -- it wasn't crowded (really) and the weather held…
See https://example.org/photos/summer?page=two or write to sandra.berg@example.org, call 0171-5550123.
\tThe file is called notes_from_harbour.txt, #harbour @sandra `print(harbour)` <|self|>

Everything else remained quiet; nobody complained about anything.  
"""  # noqa: E501
AFTER = re.compile(r"(\s+)")
ALL = get_args(Name)
EVERY = Augment(share=1, edits=0.3)


def batch(*rows):
    plain = {"kind": "note", "origin": "self", "split": "train", "language": "en", "text": TEXT}
    return record_batch([{**plain, **row} for row in rows], WORK)


def many(count, **extra):
    return batch(*({"id": f"d{i}", **extra} for i in range(count)))


def glued(parts):
    return pa.Table.from_batches(parts).combine_chunks().to_pylist()


@pytest.mark.parametrize("name", ALL)
def test_words_change_and_nothing_between_them(name):
    for seed in range(20):
        varied, changed = vary(TEXT, name, "en", 0.3, random.Random(seed))
        before, after = AFTER.split(TEXT), AFTER.split(varied)
        assert len(before) == len(after)
        pairs = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
        assert len(pairs) == changed >= 1
        for a, b in pairs:
            assert not any(c.isupper() or c.isdigit() or c in "@/_#`<" for c in a)
            assert re.sub(r"[\w'-]", "", a) == re.sub(r"[\w'-]", "", b)


@given(st.text(st.sampled_from("abcdefgh \n\t\u00a0'’\"“.,:/@#0_ÄäßЖж漢-"), max_size=200))
@settings(max_examples=200, deadline=None)
@example("漢ß漢e ab'cd")
def test_layout_of_any_text_stays(text):
    for name in ALL:
        varied, _ = vary(text, name, None, 0.5, random.Random(text))
        assert re.findall(r"\s", varied) == re.findall(r"\s", text)
        assert re.findall(r"[A-ZÄЖ漢@#/:,.\"“]", varied) == re.findall(r"[A-ZÄЖ漢@#/:,.\"“]", text)


def test_nlpaug_makes_the_misspellings():
    import nlpaug.augmenter.word as words

    known = words.SpellingAug(include_reverse=False).model.dict["because"]
    assert vary("because", "spelling", "en", 1, random.Random(3))[0] in known


def test_a_larger_share_of_words_changes_more():
    text = "harbour weather yesterday crowded " * 50
    few = vary(text, "swap", "en", 0.02, random.Random(1))[1]
    many_ = vary(text, "swap", "en", 0.2, random.Random(1))[1]
    assert (few, many_) == (4, 40)


def test_a_variant_is_its_parent_but_for_id_parent_and_text():
    parent = {"id": "d", "thread": "t", "title": "A title", "family": "f", "metadata": "{}"}
    made, _ = variants(batch(parent), EVERY)
    assert made.schema == VARIANTS
    row, given_ = made.to_pylist()[0], batch(parent).to_pylist()[0]
    assert (row["id"], row["parent"]) == ("d~1", "d")
    assert row["text"] != TEXT
    same = set(VARIANTS.names) - {"id", "parent", "text"}
    assert {name: row[name] for name in same} == {name: given_[name] for name in same}


@pytest.mark.parametrize(
    "row",
    [
        {"origin": "other"},
        {"origin": "quoted"},
        {"origin": None},
        {"split": "valid"},
        {"split": "test"},
        {"split": None},
        {"removed": "filter.short"},
        {"kind": "chat"},
        {"kind": "code"},
        {"text": None},
        {"text": ""},
        {"text": "OK. 12:30 漢字"},
    ],
    ids=lambda row: "-".join(map(str, *row.items())),
)
def test_only_own_used_training_documents_of_chosen_kinds_are_varied(row):
    made, events = variants(batch({"id": "d", **row}), EVERY)
    assert (made.num_rows, events.num_rows) == (0, 0)
    assert (made.schema, events.schema) == (VARIANTS, EVENTS)


def test_chat_and_code_cannot_be_chosen():
    assert {*get_args(Kind), "chat", "code"} == set(KINDS)
    with pytest.raises(ValidationError, match="kinds"):
        Augment(kinds=("chat",))
    with pytest.raises(ValidationError, match="augmenters"):
        Augment(augmenters=("synonym",))


def test_the_share_is_kept_and_grows_by_adding():
    rows = many(600, text="weather at the harbour")
    few = set(variants(rows, Augment(share=0.1))[0].column("parent").to_pylist())
    more = set(variants(rows, Augment(share=0.5))[0].column("parent").to_pylist())
    assert 30 < len(few) < 90
    assert 240 < len(more) < 360
    assert few < more
    assert variants(rows, Augment(share=0))[0].num_rows == 0


def test_variants_of_a_document_are_capped_and_differ():
    made, _ = variants(many(5), Augment(share=1, per_document=3, edits=0.2))
    ids = made.column("id").to_pylist()
    assert ids == [f"d{i}~{n}" for i in range(5) for n in (1, 2, 3)]
    assert len(set(made.column("text").to_pylist())) == 15


def test_every_variant_has_an_event_of_its_parent():
    made, events = variants(many(20), Augment(share=0.5, per_document=2))
    told = events.to_pylist()
    assert [e["other"] for e in told] == made.column("id").to_pylist()
    assert [e["document"] for e in told] == made.column("parent").to_pylist()
    assert {e["action"] for e in told} == {"varied"}
    assert {e["rule"] for e in told} <= set(ALL)
    assert all(e["value"] >= 1 and e["step"] == "augment" for e in told)
    assert {e["n"] for e in told} == {0, 1}


def test_misspellings_are_for_english():
    both = Augment(share=1, augmenters=("spelling", "swap"), per_document=5)
    _, german = variants(many(10, language="de"), both)
    _, english = variants(many(10, language="en"), both)
    assert set(german.column("rule").to_pylist()) == {"swap"}
    assert set(english.column("rule").to_pylist()) == {"spelling", "swap"}


def test_the_law_of_batches():
    rows = many(40)
    whole, told = variants(rows, EVERY)
    parts = [variants(rows.slice(i, 7), EVERY) for i in range(0, 40, 7)]
    assert glued([p[0] for p in parts]) == glued([whole])
    assert glued([p[1] for p in parts]) == glued([told])


def test_order_threads_and_others_draws_change_nothing():
    rows = many(60)
    alone = {row["id"]: row for row in variants(rows, EVERY)[0].to_pylist()}
    state = random.getstate()
    stop = threading.Event()

    def disturb():
        while not stop.is_set():
            random.random()

    other = threading.Thread(target=disturb)
    other.start()
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda i: variants(rows.slice(i, 1), EVERY)[0], reversed(range(60))))
    stop.set()
    other.join()
    assert {row["id"]: row for row in glued(parts)} == alone
    random.setstate(state)
    variants(rows, EVERY)
    assert random.getstate() == state


def test_another_seed_gives_others():
    made = [variants(many(20), Augment(share=0.5, seed=s))[0].to_pylist() for s in (0, 1)]
    assert made[0] != made[1]


@pytest.mark.slow
def test_another_process_makes_the_same():
    code = (
        "import sys; sys.path.insert(0, 'tests/corpus'); from test_augment import *;"
        "import hashlib; made = variants(many(60), Augment(share=1, per_document=3))[0];"
        "print(hashlib.sha256(repr(made.to_pylist()).encode()).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": str(seed), "PATH": ""},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in (1, 2)
    }
    assert len(told) == 1
