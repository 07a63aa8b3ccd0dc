"""Overlap with what is held out: found, measured, removed, and guarded from both sides."""

import gzip
import io
import json
import lzma
import random
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import decontaminate, overlap
from corpus.decontaminate import VERDICTS, Decontaminate
from corpus.evaluation import BadSet, items
from corpus.lent import give_back, lend
from corpus.overlap import Index, Runs
from corpus.schema import WORK, record_batch

NOUNS = [a + b for a in "kat mol rin sar tev".split() for b in "abe dor eli fun gos hil".split()]


def prose(seed, words=120):
    """Return words in an order that no other seed has."""
    rng = random.Random(seed)
    return " ".join(rng.choice(NOUNS) + str(rng.randrange(999)) for _ in range(words))


def corpus(texts, **splits):
    rows = [{"id": id_, "kind": "note", "text": text, "split": splits.get(id_, "train")}
            for id_, text in texts.items()]  # fmt: skip
    return record_batch(rows, WORK)


def fit(batch, sets=None, **told):
    table = decontaminate.fit(lambda: [batch], sets or {}, Decontaminate(**told))
    return {row["id"]: row for row in table.to_pylist()}


def runs(text, n):
    words = [w.strip(".,;!?").casefold() for w in text.split()]
    return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}


def test_a_run_shared_with_an_evaluation_set_removes_a_training_document():
    item = " ".join(prose(1).split()[:13])
    texts = {"a": f"{prose(2)} {item.upper()}! {prose(3)}", "b": prose(4), "c": prose(5)}
    found = fit(corpus(texts), {"quiz": lambda: [item, "Why?"]})
    assert set(found) == {"a"}
    told = found["a"]
    assert (told["rule"], told["other"], told["remove"]) == ("evaluation", "quiz", True)
    assert told["value"] == pytest.approx(1 / (253 - 12)) and told["threshold"] == 0
    twelve = " ".join(item.split()[:12])
    shorter = {"a": f"{prose(2)} {twelve} {prose(3)}"}
    assert fit(corpus(shorter), {"quiz": lambda: [item]}) == {}


def test_an_item_shorter_than_a_run_is_looked_for_whole():
    item = " ".join(prose(1).split()[:9])
    texts = {"a": f"{prose(2)} {item} {prose(3)}", "b": f"{prose(4)} {item.split()[0]} {prose(5)}"}
    assert set(fit(corpus(texts), {"quiz": lambda: [item]})) == {"a"}
    assert fit(corpus(texts), {"quiz": lambda: ["two words"]}) == {}


def test_only_training_documents_in_use_are_judged_by_sets():
    item = prose(1)
    batch = corpus({"a": item, "b": item, "c": item, "d": item}, b="valid", c="test", d="test")
    rows = batch.to_pylist()
    rows[0]["removed"] = "filter.empty"
    found = fit(record_batch(rows, WORK), {"quiz": lambda: [item]})
    assert found == {}


def test_overlap_with_the_test_split_is_measured_and_bounded():
    held = prose(1, 300)
    much = f"{held[:600]} {prose(2)}"
    little = f"{' '.join(held.split()[:14])} {prose(3, 400)}"
    batch = corpus({"much": much, "little": little, "none": prose(4), "held": held}, held="test")
    found = fit(batch)
    assert found["much"]["remove"] and found["much"]["other"] == "held"
    share = len(runs(much, 13) & runs(held, 13)) / len(runs(much, 13))
    assert found["much"]["value"] == pytest.approx(share)
    assert found["little"]["rule"] == "test" and not found["little"]["remove"]
    assert 0 < found["little"]["value"] < found["little"]["threshold"] == 0.1
    assert set(found) == {"much", "little"}
    assert fit(batch, test=0.0)["little"]["remove"]
    assert not fit(batch, test=1.0, guard=1.0)["much"]["remove"]


def test_phrases_that_everybody_uses_do_not_count():
    footer = " ".join(prose(1).split()[:20])
    texts = {f"d{n:02}": f"{prose(n + 10, 60)} {footer}" for n in range(14)}
    batch = corpus(texts, d00="test")
    assert fit(batch) == {}
    counted = fit(batch, common=0)
    assert len(counted) == 13 and all(row["remove"] for row in counted.values())
    few = corpus(dict(list(texts.items())[:8]), d00="test")
    assert len(fit(few)) == 7


def test_a_test_document_that_training_still_holds_is_not_used():
    held = prose(1, 20)
    batch = corpus({"long": f"{prose(2, 900)} {held} {prose(3, 900)}", "held": held}, held="test")
    found = fit(batch)
    assert not found["long"]["remove"]
    assert (found["held"]["rule"], found["held"]["remove"]) == ("exposed", True)
    assert found["held"]["value"] == 1 and found["held"]["threshold"] == 0.2


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_guard_holds_whatever_is_shared(data):
    pieces = [prose(n, 30) for n in range(8)]
    drawn = st.lists(st.sampled_from(pieces), min_size=1, max_size=5).map(" ".join)
    texts = {f"d{n}": data.draw(drawn, label=f"d{n}") for n in range(8)}
    splits = {f"d{n}": "test" for n in range(3)}
    batch = corpus(texts, **splits)
    gone = {id_ for id_, row in fit(batch, common=0).items() if row["remove"]}
    train = set().union(
        *(runs(t, 8) for d, t in texts.items() if d not in splits and d not in gone)
    )
    test = set().union(set(), *(runs(t, 8) for d, t in texts.items() if d in splits))
    for id_, text in texts.items():
        if id_ not in gone:
            own = runs(text, 8)
            assert len(own & (train if id_ in splits else test)) <= 0.2 * len(own)


def test_memory_is_bounded_by_parts_and_order_changes_nothing(monkeypatch):
    shared = [prose(n, 40) for n in range(6)]
    texts = {f"d{n:02}": f"{prose(n + 100)} {shared[n % 6]} {shared[n % 5]}" for n in range(40)}
    splits = {f"d{n:02}": "test" for n in range(0, 40, 7)}
    batch = corpus(texts, **splits)
    sets = {"a": lambda: [shared[0]], "b": lambda: [shared[1], "x"]}
    wanted = Decontaminate(common=0)
    whole = decontaminate.fit(lambda: [batch], sets, wanted)
    assert whole.num_rows > 10 and whole.schema == VERDICTS
    monkeypatch.setattr(overlap, "AT_ONCE", 300)
    assert decontaminate.fit(lambda: [batch], sets, wanted).equals(whole)
    pieces = [batch.slice(start, 7) for start in range(35, -1, -7)]
    assert decontaminate.fit(lambda: pieces, dict(reversed(sets.items())), wanted).equals(whole)


def test_nothing_held_out_and_nothing_at_all():
    assert fit(corpus({"a": prose(1), "b": ""})) == {}
    assert fit(corpus({})) == {}
    assert fit(corpus({"a": prose(1)}, a="test")) == {}
    assert fit(corpus({"a": "ok", "b": "ok", "c": "ok"}, a="test")) == {}


def test_the_stage_removes_flags_and_respects_pins():
    held = prose(1, 300)
    little = f"{' '.join(held.split()[:14])} {prose(3, 400)}"
    texts = {"much": held, "pinned": held, "little": little, "held": f"{held} {prose(9, 2000)}"}
    texts["other"] = prose(4)
    batch = corpus(texts, held="test")
    rows = batch.to_pylist()
    rows[1]["pin"] = "keep"
    batch = record_batch(rows, WORK)
    wanted = Decontaminate(guard=1.0)
    key = lend("test-overlap", decontaminate.fit(lambda: [batch], {}, wanted))
    out, events = wanted.model_copy(update={"verdicts": key})(batch)
    give_back(key)
    assert out["removed"].to_pylist() == ["decontaminate.test", None, None, None, None]
    told = [(e["document"], e["action"], e["rule"], e["other"]) for e in events.to_pylist()]
    assert told == [
        ("much", "removed", "test", "held"),
        ("pinned", "pinned", "test", "held"),
        ("little", "flagged", "test", "held"),
    ]
    assert all(0 < e["value"] <= 1 for e in events.to_pylist())


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=6), st.lists(st.integers(0, 40))
)
def test_index_finds_what_it_holds_and_nothing_else(texts, asked):
    found = [
        Runs(pa.array(t, pa.uint64()).to_numpy(), pa.array([n] * len(t), pa.int64()).to_numpy())
        for n, t in enumerate(texts)
    ]
    index = Index(found)
    places = index.places(pa.array(asked, pa.uint64()).to_numpy())
    for run, place in zip(asked, places.tolist(), strict=True):
        owners = [n for n, t in enumerate(texts) if run in t]
        if not owners:
            assert place == -1
            continue
        assert index.keys[place] == run
        assert index.owners[index.starts[place] : index.starts[place + 1]].tolist() == owners


def zstandard(data):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


def zipped(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("__MACOSX/._a.jsonl", bytes(99))
        archive.writestr("deep/er/a.jsonl", data)
    return out.getvalue()


def arrow(data):
    rows = pa.Table.from_pylist([json.loads(line) for line in data.splitlines()])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("a.jsonl.gz", gzip.compress),
        ("a.jsonl.xz", lzma.compress),
        ("a.jsonl.zst", zstandard),
        ("a.zip", zipped),
        ("a.arrow", arrow),
        ("a.jsonl", lambda data: data.decode().encode("utf-16")),
    ],
)
def test_a_packed_evaluation_set_is_what_it_is_unpacked(tmp_path, name, made):
    rows = [{"question": "Why is it so?"}, {"question": "Wie spät?"}]
    plain = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (tmp_path / name).write_bytes(made(plain.encode()))
    assert list(items(tmp_path / name)) == ["Why is it so?", "Wie spät?"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.bin", bytes(range(256)) * 9, "it is no text"),
        ("a.pdf", b"%PDF-1.7 1 0 obj", "it is no text"),
        ("a.jsonl", b"", "there is no text in it"),
        ("a.txt", b" \n", "there is no text in it"),
        ("a.json", b"[" * 100_000, "RecursionError"),
        ("a.jsonl.gz", gzip.compress(b'{"q": "one two"}\n' * 5000)[:-30], r"\.gz files"),
    ],
)
def test_a_set_that_protects_from_nothing_is_told(tmp_path, name, data, says):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadSet, match=says):
        list(items(tmp_path / name))


def test_hidden_files_are_no_part_of_a_set(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_bytes(bytes(99))
    (tmp_path / "a.txt").write_text("one two")
    assert list(items(tmp_path)) == ["one two"]


def test_evaluation_sets_are_read_whatever_their_form(tmp_path):
    rows = [{"question": "Why is it?", "choices": ["a", "b"], "answer": 1}, {"question": "How?"}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "b.json").write_text(json.dumps({"data": rows}))
    (tmp_path / "c.csv").write_text('id,question\n1,"Why, then?"\n')
    (tmp_path / "d.txt").write_bytes("Voilà, le café est déjà prêt à côté".encode("cp1252"))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "e.parquet")
    told = ["Why is it?", "a", "b", "How?"]
    assert list(items(tmp_path / "a.jsonl")) == told
    assert list(items(tmp_path / "b.json")) == told
    assert list(items(tmp_path / "c.csv")) == ["id", "question", "1", "Why, then?"]
    assert list(items(tmp_path / "d.txt")) == ["Voilà, le café est déjà prêt à côté"]
    assert list(items(tmp_path / "e.parquet")) == told
    assert len(list(items(tmp_path))) == 3 * len(told) + 4 + 1
    (tmp_path / "a.jsonl").write_text('{"question": "Wh')
    with pytest.raises(BadSet, match=r"jsonl.*JSONDecodeError") as caught:
        list(items(tmp_path / "a.jsonl"))
    assert "Wh" not in str(caught.value) and str(tmp_path) not in str(caught.value)
