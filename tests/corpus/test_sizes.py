"""Corpora of unusual size through the stages before the search: nothing, one, all alike, huge."""

import random

import pyarrow as pa
import pytest

from corpus import boilerplate, outliers
from corpus.boilerplate import Boilerplate
from corpus.filter import MEASURED, Filter, measured
from corpus.identify import Identify
from corpus.lent import give_back, lend
from corpus.normalise import Normalise
from corpus.schema import WORK, record_batch
from corpus.stage import run

PROSE = "We walked down to the harbour and it was cold, so that he had to be carried home.\n"


def curated(batches):
    """Return the documents of `batches` after the stages and fits, and all their events."""
    framing, events, cleaned = Boilerplate(), [], []
    normal = [run([Normalise()], batch)[0] for batch in batches]
    frames = lend("sizes-frames", boilerplate.fit((b.select(boilerplate.HEAD) for b in normal),
                                                  framing))  # fmt: skip
    stages = [Normalise(), Identify(), framing.model_copy(update={"frames": frames})]
    for batch in batches:
        after, happened = run(stages, batch)
        cleaned.append(after)
        events += happened
    give_back(frames)
    tables = [measured(batch) for batch in cleaned]
    tables.append(MEASURED.empty_table())
    unlike, _ = outliers.fit(tables, 5.0)
    lent = {"outliers": lend("sizes-outliers", unlike),
            "figures": lend("sizes-figures", pa.concat_tables(tables))}  # fmt: skip
    out = []
    for batch in cleaned:
        after, happened = run([Filter(**lent)], batch)
        out.append(after)
        events += happened
    for key in lent.values():
        give_back(key)
    return out, events


def batch(texts, kind="note", first=0):
    plain = {"kind": kind, "origin": "self", "source": "markdown", "author": "me"}
    return record_batch(
        [{"id": f"d{first + n:07}", "text": text, **plain} for n, text in enumerate(texts)], WORK
    )


def test_no_document():
    out, events = curated([batch([])])
    assert out[0].num_rows == 0 and all(e.num_rows == 0 for e in events)
    assert curated([]) == ([], [])


def test_one_document():
    out, _ = curated([batch([PROSE * 4])])
    assert out[0]["text"].to_pylist() == [PROSE * 4]
    assert out[0]["removed"].to_pylist() == [None]
    assert out[0]["language"].to_pylist() == ["en"]


def test_nothing_but_copies():
    out, events = curated([batch([PROSE + "And that was all there was of it."] * 300)])
    assert out[0]["removed"].null_count == 300
    assert set(out[0]["text"].to_pylist()) == {PROSE + "And that was all there was of it."}
    assert all(e.num_rows == 0 for e in events)


def test_no_two_alike():
    rng = random.Random(4)
    words = [f"{a}{b}" for a in "bdfghklmnprst" for b in ("am", "en", "id", "ol", "ut", "est")]
    texts = ["\n".join(" ".join(rng.choices(words, k=9)) for _ in range(4)) for _ in range(300)]
    out, _ = curated([batch(texts)])
    assert out[0]["text"].to_pylist() == texts


@pytest.mark.slow
@pytest.mark.parametrize("end", ["\n", " "], ids=["lines", "one-line"])
def test_a_document_of_50_megabytes(end):
    rng = random.Random(2)
    words = PROSE.split()
    line = " ".join(rng.choices(words, k=2_000)) + end
    text = "".join(f"{n} {line}" for n in range(50_000_000 // len(line)))
    text += "cafÃ© &amp; tea\r\n"
    out, events = curated([batch([text, PROSE * 4])])
    after = out[0]["text"][0].as_py()
    assert after == text[: -len("cafÃ© &amp; tea\r\n")] + "café & tea\n"
    assert out[0]["text"][1].as_py() == PROSE * 4
    assert {e for b in events for e in b["rule"].to_pylist()} >= {"ftfy.encoding", "line-endings"}


@pytest.mark.slow
def test_a_million_documents_of_one_word():
    words = ["yes", "harbour", "東京", "cafÃ©", "..."]
    batches = [batch([words[n % 5] for n in range(20_000)], "chat", at * 20_000)
               for at in range(50)]  # fmt: skip
    out, events = curated(batches)
    assert sum(b.num_rows for b in out) == 1_000_000
    assert all(b["removed"].null_count == b.num_rows for b in out)
    assert {b["text"][3].as_py() for b in out} == {"café"}
    assert sum(e.num_rows for e in events) == 200_000
    notes, _ = curated([batch([words[n % 5] for n in range(20_000)])])
    assert set(notes[0]["removed"].to_pylist()) == {"filter.min-words", None}
