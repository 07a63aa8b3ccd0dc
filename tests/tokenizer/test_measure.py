"""What is measured is what a count by hand gives, and what is recommended follows from it."""

import math

import pyarrow as pa
import pytest
from tokenizers import Tokenizer as Raw
from tokenizers import models, pre_tokenizers

import tokenizer
from tokenizer.compare import Candidate, recommend, summary, unfilled
from tokenizer.measure import FIGURES, Measure, reference, subject
from tokenizer.references import opened, references
from tokenizer.settings import Tokenizer
from tokenizer.train import save, train

ROWS = [
    ("The boats came home <b>", "mbox", "mail", "en", "train"),
    ("æøå 漢", "telegram", "chat", None, "train"),
    ("boats", "telegram", "chat", "en", "valid"),
]


def batch(rows):
    names = ("text", "source", "kind", "language", "split")
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=names)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = {}
    for name in ("bytes", "gpt2"):
        folder = tmp_path_factory.mktemp(name)
        save(train([ROWS[0][0]] * 5, Tokenizer(strategies=name, vocabulary=300)), folder)
        out[name] = tokenizer.load(folder)
    return out


def words_only():
    raw = Raw(models.WordLevel({"?": 0, "boats": 1, "came": 2}, unk_token="?"))
    raw.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return raw


@pytest.fixture
def measured(made):
    subjects = [subject(name, one) for name, one in made.items()]
    measure = Measure([*subjects, reference("words", words_only())])
    for row in ROWS:  # in several batches, as a corpus comes
        measure.add(batch([row]))
    return measure


def test_figures_are_those_counted_by_hand(measured):
    told = summary(measured.figures())
    first, second = (row[0].encode() for row in ROWS[:2])
    assert told["bytes"]["tokens"] == told["bytes"]["bytes"] == len(first) + len(second)
    assert told["bytes"]["bytes_per_token"] == 1
    assert told["bytes"]["words"] == 5 + 2
    assert told["bytes"]["partial"] == pytest.approx((3 * 2 + 3) / (len(first) + len(second)))
    assert (told["bytes"]["learnt"], told["bytes"]["vocabulary"]) == (0, 260)
    assert told["words"]["unknown"] == pytest.approx(5 / 7)
    assert told["words"]["used"] == pytest.approx(2 / 2)
    assert told["gpt2"]["held_out_bytes"] == 5
    assert all(not math.isnan(v) for figures in told.values() for v in figures.values())


def test_figures_are_there_by_source_kind_and_language(measured):
    rows = measured.figures().to_pylist()
    found = {(r["by"], r["value"]): r["number"] for r in rows
             if r["tokenizer"] == "bytes" and r["figure"] == "documents"}  # fmt: skip
    assert found == {
        ("split", "train"): 2, ("split", "valid"): 1, ("source", "mbox"): 1,
        ("source", "telegram"): 1, ("kind", "mail"): 1, ("kind", "chat"): 1,
        ("language", "en"): 1, ("language", "unknown"): 1,
    }  # fmt: skip
    buckets = {r["bucket"]: r["number"] for r in rows
               if r["tokenizer"] == "words" and r["figure"] == "tokens_per_document"}  # fmt: skip
    assert buckets == {"2-3": 1, "4-7": 1}


def test_batches_change_nothing(made, measured):
    whole = Measure([subject(name, one) for name, one in made.items()])
    whole.add(batch(ROWS))
    one_by_one = measured.figures().filter(
        pa.compute.not_equal(measured.figures()["tokenizer"], "words")
    )
    assert whole.figures().equals(one_by_one)


def test_words_are_shown_only_when_several_training_documents_share_them(made):
    measure = Measure([subject("gpt2", made["gpt2"])])
    shared = [("the harbour and Bengtson here", "mbox", "mail", "en", "train")] * 6
    once = [("secretive", "mbox", "mail", "en", "train")] * 4
    measure.add(batch([*shared, *once, *[("heldoutword", "mbox", "mail", "en", "valid")] * 9]))
    assert measure.common(12) == ["harbour"]


def figures(told):
    rows = [
        (name, "split", "train", figure, float(number), None)
        for name, row in told.items()
        for figure, number in row.items()
    ]
    return pa.table(
        [pa.array(c, f.type) for c, f in zip(zip(*rows, strict=True), FIGURES, strict=True)],
        schema=FIGURES,
    )


def row(rate, often, held_out=None):
    told = {"bytes_per_token": rate, "often": often, "learnt": 100}
    return told | ({"bytes": 1} if held_out is None else {})


def test_the_best_whose_tokens_are_frequent_is_recommended():
    told = {"gpt2-1000": row(3.0, 0.97), "gpt4-1000": row(3.1, 0.96), "gpt4-4000": row(4.0, 0.5)}
    given = [Candidate(n, int(n.split("-")[1]), n.split("-")[0]) for n in told]
    advice = recommend(given, figures(told))
    assert advice.name == "gpt4-1000"
    assert "3.10 bytes a token" in advice.reason and "95%" in advice.reason


def test_with_none_frequent_enough_the_smallest_size_is_recommended_and_bytes_never():
    told = {"gpt2-1000": row(3.0, 0.4), "gpt2-4000": row(3.9, 0.1), "bytes": row(1.0, 0.0)}
    given = [Candidate("gpt2-4000", 4000, "gpt2"), Candidate("gpt2-1000", 1000, "gpt2")]
    advice = recommend([*given, Candidate("bytes", 0, "bytes")], figures(told))
    assert advice.name == "gpt2-1000" and "smallest size" in advice.reason
    assert recommend([Candidate("bytes", 0, "bytes")], figures(told)).name == "bytes"


def test_own_words_are_recommended_only_when_they_save_enough():
    given = [Candidate("base", 0, "base"), Candidate("extended", 0, "extended")]
    for rate, name in ((3.03, "base"), (3.3, "extended")):
        told = {"base": row(3.0, 0.1), "extended": row(rate, 0.1)}
        assert recommend(given, figures(told)).name == name


def test_a_size_that_the_corpus_does_not_fill_is_told():
    assert "fills 300 of 8,192" in (unfilled(Candidate("gpt2-8192", 8192, "gpt2"), 300) or "")
    assert unfilled(Candidate("gpt2-300", 300, "gpt2"), 300) is None


def test_references_are_found_in_the_library_and_the_cache(tmp_path, monkeypatch):
    bases, hub = tmp_path / "base", tmp_path / "hub"
    snapshot = hub / "models--acme--small" / "snapshots" / "abc"
    for folder in (bases / "mine", snapshot, bases / "broken"):
        folder.mkdir(parents=True)
        words_only().save(str(folder / "tokenizer.json"))
    (bases / "broken" / "tokenizer.json").write_text("no")
    (hub / "models--acme--small" / "refs").mkdir()
    (hub / "models--acme--small" / "refs" / "main").write_text("abc")
    (hub / "models--acme--none" / "snapshots" / "x").mkdir(parents=True)
    monkeypatch.setenv("HF_HUB_CACHE", str(hub))
    found = references(bases, 4)
    assert [r.name for r in found] == ["base/broken", "base/mine", "acme/small"]
    assert [opened(r) is not None for r in found] == [False, True, True]
    assert [r.name for r in references(bases, 0)] == ["base/broken", "base/mine"]
