"""Variants: only words change, only where they may, the same in any order, batch and thread."""

import os
import random
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import ClassVar, get_args

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from corpus.augment import Augment, Kind, variants
from corpus.augmenters import NAMES, Senses, has_wordnet
from corpus.schema import EVENTS, KINDS, VARIANTS, WORK, record_batch
from corpus.spared import spared
from corpus.variation import vary

TEXT = """Dear Sandra Berg,

    we went “down” to the harbour\tyesterday -- it wasn't crowded (really) and the weather held…
See https://example.org/photos/summer?page=two or write to sandra.berg@example.org, call 0171-5550123.
\tThe file is called notes_from_harbour.txt, #harbour @sandra `print(harbour)` <|self|>

Everything else remained quiet; nobody complained about anything.  
"""  # noqa: E501
AFTER = re.compile(r"(\s+)")
LETTERS = ("keyboard", "ocr", "spelling", "swap", "delete")
ALL = tuple(name for name in NAMES if name != "synonym")
EVERY = Augment(share=1, edits=0.3, least_alike=0)


def batch(*rows):
    plain = {"kind": "note", "origin": "self", "split": "train", "language": "en", "text": TEXT}
    return record_batch([{**plain, **row} for row in rows], WORK)


def many(count, **extra):
    return batch(*({"id": f"d{i}", **extra} for i in range(count)))


def glued(parts):
    return pa.Table.from_batches(parts).combine_chunks().to_pylist()


@pytest.mark.parametrize("name", LETTERS)
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
    for name in LETTERS:
        varied, _ = vary(text, name, None, 0.5, random.Random(text))
        assert re.findall(r"\s", varied) == re.findall(r"\s", text)
        assert re.findall(r"[A-ZÄЖ漢@#/:,.\"“]", varied) == re.findall(r"[A-ZÄЖ漢@#/:,.\"“]", text)


PIECE = st.sampled_from(
    [
        *"harbour weather yesterday quiet went Nobody don't 12:30 … ? ! -- «so»".split(),
        *[" ", "  ", "\n", "\n\n", "\t", ". ", "! ", "。", "- ", "    "],
    ]
)


@given(st.lists(PIECE, max_size=60).map("".join), st.sampled_from(ALL), st.integers(0, 9))
@settings(max_examples=300, deadline=None)
def test_all_outside_the_edits_is_the_parents(text, name, seed):
    varied, changed = vary(text, name, "en", 0.2, random.Random(seed))
    assert (varied != text) == (changed > 0)
    assert re.findall(r"\n", varied) == re.findall(r"\n", text)
    for old, new in zip(text.split("\n"), varied.split("\n"), strict=True):
        if name in ("word-swap", "sentence-shuffle"):
            assert sorted(old) == sorted(new)
            assert re.findall(r"\s+", old) == re.findall(r"\s+", new) or name != "word-swap"
        elif name == "split":
            assert old.replace(" ", "") == new.replace(" ", "")
        elif name in ("word-delete", "sentence-drop"):
            rest = iter(old)
            assert all(c in rest for c in new)
            assert bool(new.strip()) == bool(old.strip())
    if name == "split":
        assert len(varied) == len(text) + changed


LINES = (
    "Dear Ann,\n\nIt rained all of Monday.  The harbour stayed quiet! Did you go? Dr. Lee did not"
    " come.\n- A point here is made. Another follows it.\nno end of this\n"
)


def test_sentences_change_places_whole_and_their_blanks_stay():
    seen = set()
    for seed in range(40):
        varied, changed = vary(LINES, "sentence-shuffle", "en", 0.01, random.Random(seed))
        assert changed == 1
        assert re.findall(r"\s{2,}|^- ", varied, re.M) == re.findall(r"\s{2,}|^- ", LINES, re.M)
        assert "Dr. Lee did not come." in varied
        seen.add(varied)
    assert seen == {
        LINES.replace(f"{one}{gap}{two}", f"{two}{gap}{one}")
        for one, gap, two in [
            ("It rained all of Monday.", "  ", "The harbour stayed quiet!"),
            ("The harbour stayed quiet!", " ", "Did you go?"),
            ("Did you go?", " ", "Dr. Lee did not come."),
            ("A point here is made.", " ", "Another follows it."),
        ]
    }


def test_a_dropped_sentence_goes_with_its_blanks_and_never_a_whole_line():
    text = "One is kept here. Two is dropped.\nThis stands alone.\n"
    for seed in range(30):
        varied, changed = vary(text, "sentence-drop", "en", 1, random.Random(seed))
        assert changed == 1
        assert varied in (
            "One is kept here.\nThis stands alone.\n",
            "Two is dropped.\nThis stands alone.\n",
        )


def test_words_change_places_or_go():
    text = "we  walked\tslowly home"
    swapped = {vary(text, "word-swap", "en", 0.01, random.Random(n))[0] for n in range(30)}
    assert swapped == {
        "walked  we\tslowly home",
        "we  slowly\twalked home",
        "we  walked\thome slowly",
    }
    dropped = {vary(text, "word-delete", "en", 0.01, random.Random(n))[0] for n in range(30)}
    assert dropped == {"walked\tslowly home", "we  slowly home", "we  walked\thome"}


SPARED = """---
draft: true and more words here
---
Some words of the day came from `git commit the change` and <b class="some words">bold ones</b>.
```python
for every word in the list of words: print(harbour)
```
    total = sum(every word)
> somebody else wrote these words here
| a table | with words |
Look at [the picture of it](../some folder/the picture) near https://example.org/some_words now.
It costs $some words of money$ and [phone_number] knows it. The word [secret] is there. Ask again.
"""


@given(st.sampled_from(ALL), st.integers(0, 10_000))
@settings(max_examples=200, deadline=None)
def test_code_addresses_quotes_and_tags_stay(name, seed):
    varied, _ = vary(SPARED, name, "en", 0.5, random.Random(seed))
    kept = [SPARED[a:b] for a, b in spared(SPARED)]
    assert len(kept) == 17
    at = 0
    for piece in kept:
        at = varied.index(piece, at) + len(piece)


@given(st.sampled_from(ALL), st.integers(0, 10_000), st.data())
@settings(max_examples=150, deadline=None)
def test_stand_ins_stay(name, seed, data):
    words = [m.span() for m in re.finditer(r"\S+", LINES)]
    chosen = sorted(data.draw(st.sets(st.sampled_from(words), max_size=12)))
    marked = "".join(
        c.upper() if any(a <= i < b for a, b in chosen) else c for i, c in enumerate(LINES)
    )
    varied, _ = vary(LINES, name, "en", 0.5, random.Random(seed), chosen)
    same, _ = vary(marked, name, "en", 0.5, random.Random(seed), chosen)
    at = 0
    for start, end in chosen:
        at = varied.index(LINES[start:end], at) + end - start
    if name not in ("sentence-shuffle", "sentence-drop"):
        assert same.casefold() == varied.casefold()


def test_variants_leave_stand_ins_alone():
    text = "we met maria and jonas by the old harbour yesterday morning"
    spans = [(7, 12), (17, 22)]
    rows = batch({"id": "d", "text": text})
    for seed in range(20):
        stage = Augment(share=1, edits=0.5, least_alike=0, augmenters=ALL, seed=seed)
        for varied in variants(rows, stage, {"d": spans})[0].column("text").to_pylist():
            assert re.search(r"maria.*jonas", varied)


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


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('augmenters = ["keybord"]', r"augment\.augmenters\.0: .*'keyboard'.*given 'keybord'"),
        ("augmenters = []", r"augment\.augmenters: "),
        ("edits = 0", r"augment\.edits: .*greater than 0 \(given 0\)"),
        ("edits = 1.5", r"augment\.edits: .*given 1\.5"),
        ("share = -0.1", r"augment\.share: "),
        ("least_alike = 2", r"augment\.least_alike: "),
        ("least_alike = 0.9\nmost_alike = 0.8", r"augment\.most_alike: .*least_alike.*0\.9"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(tmp_path, line, message):
    file = tmp_path / "commonplace.toml"
    from flows.settings import Settings, SettingsError

    file.write_text(f"[augment]\n{line}\n")
    with pytest.raises(SettingsError, match=message):
        Settings.resolve(file)


@pytest.mark.skipif(has_wordnet(), reason="WordNet is installed")
def test_synonyms_without_wordnet_are_refused_in_a_sentence(tmp_path):
    file = tmp_path / "commonplace.toml"
    from flows.settings import Settings, SettingsError

    file.write_text('[augment]\naugmenters = ["synonym"]\n')
    with pytest.raises(SettingsError, match=r"augment\.augmenters: .*synonym needs WordNet"):
        Settings.resolve(file)


class Sense:
    """A sense as WordNet gives it."""

    def __init__(self, *names):
        self.names = names

    def lemma_names(self):
        return list(self.names)


class Net:
    """A WordNet of a few words."""

    WORDS: ClassVar = {
        "quick": [Sense("quick"), Sense("quick", "fast", "Flash", "warm_up", "speedy")],
        "was": [Sense("Washington", "WA")],
        "went": [Sense("go", "travel")],
    }

    def synsets(self, word, pos=None):
        return self.WORDS.get(word, [])


def test_synonyms_fit_the_form_of_a_word_and_are_no_names():
    senses = Senses(Net())
    assert senses.predict("quick") == ["fast", "speedy"]
    assert [senses.predict(word) for word in ("was", "went", "unknown")] == [[], [], []]


@given(st.integers(0, 5000), st.floats(0, 1), st.floats(0, 1), st.sampled_from(ALL))
@settings(max_examples=100, deadline=None)
def test_variants_are_as_much_alike_as_asked_for(seed, one, two, name):
    low, high = sorted((one, two))
    stage = Augment(
        share=1, edits=0.2, least_alike=low, most_alike=high, augmenters=(name,), seed=seed
    )
    made, events = variants(batch({"id": "d", "text": TEXT + LINES}), stage)
    told = events.to_pylist()
    assert len(told) <= 1
    for row in made.to_pylist():
        share = jaccard(TEXT + LINES, row["text"])
        assert low <= share <= high
        assert told[0]["score"] == pytest.approx(share)
    if told and not made.num_rows:
        assert (told[0]["document"], told[0]["action"]) == ("d", "unvaried")
        assert not low <= told[0]["value"] <= high
        assert told[0]["threshold"] in (low, high)


def jaccard(one, other):
    pairs = [set(pairwise(re.findall(r"\w+", text.casefold()))) for text in (one, other)]
    return len(pairs[0] & pairs[1]) / len(pairs[0] | pairs[1])


def test_where_one_augmenter_can_do_nothing_others_have_their_turn():
    stage = Augment(share=1, augmenters=("sentence-drop", "swap"), least_alike=0)
    _, events = variants(many(20, text="the harbour stayed quiet"), stage)
    assert events.column("rule").to_pylist() == ["swap"] * 20


def test_the_share_is_kept_and_grows_by_adding():
    rows = many(600, text="weather at the harbour")
    few = set(variants(rows, Augment(share=0.1, least_alike=0))[0].column("parent").to_pylist())
    more = set(variants(rows, Augment(share=0.5, least_alike=0))[0].column("parent").to_pylist())
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


def small_wordnet(folder):
    """Write a WordNet of one sense, quick and fast, in the files that NLTK reads."""
    folder.mkdir(parents=True)
    (folder / "lexnames").write_text("00\tadj.all\t3\n")
    (folder / "index.sense").write_text("")
    for part in ("noun", "verb", "adj", "adv"):
        for name in (f"data.{part}", f"index.{part}", f"{part}.exc"):
            (folder / name).write_text("  1 of our own making\n" if "." + part in name else "")
    at = (folder / "data.adj").stat().st_size
    with (folder / "data.adj").open("a") as data:
        data.write(f"{at:08} 00 a 03 quick 0 fast 0 New_York 0 000 | moving at speed  \n")
    with (folder / "index.adj").open("a") as index:
        index.writelines(f"{word} a 1 0 1 0 {at:08}  \n" for word in ("fast", "quick"))


def test_synonyms_come_from_the_wordnet_that_nltk_has(tmp_path):
    pytest.importorskip("nltk")
    small_wordnet(tmp_path / "corpora" / "wordnet")
    code = (
        "import random, sys; from corpus.augment import Augment; from corpus.variation import vary;"
        "Augment(augmenters=['synonym']);"
        "print(vary('a quick, quick boat', 'synonym', 'en', 1, random.Random(1)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "NLTK_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert told.stdout == "('a fast, fast boat', 2)\n", told.stderr


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
