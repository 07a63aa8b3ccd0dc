"""Shards: every token where the spans say, whole files or none, refused when they changed."""

import numpy as np
import pytest

from corpus.keys import file_digest
from store.shards import SHARDS, SPANS, BadShard, dtype_of, open_shard, placed, write

DOCUMENTS = [
    ("a", "self", "harbour"),
    ("b", "other", "and the lamp 漢字"),
    ("c", "self", ""),
    ("d", "self", "x"),
    ("e", "clipped", None),
    ("f", "self", "the long one " * 9),
    ("g", "self", "last"),
]


def encode(texts):
    return [np.frombuffer(t.encode(), np.uint8).astype(np.uint16) + 10 for t in texts]


def written(folder, documents=DOCUMENTS, **given):
    return write(documents, encode, folder, vocabulary=300, tokenizer="key", **given)


def texts_in(folder, shards, spans):
    maps = [open_shard(folder, row) for row in shards.to_pylist()]
    for row in spans.to_pylist():
        ids = maps[row["shard"]][row["start"] : row["start"] + row["tokens"]]
        yield row["document"], bytes((ids - 10).astype(np.uint8)).decode()


@pytest.mark.parametrize("limit", [1 << 20, 64, 2])
def test_every_document_is_where_its_span_says(tmp_path, limit):
    shards, spans = written(tmp_path, limit_bytes=limit)
    assert (shards.schema, spans.schema) == (SHARDS, SPANS)
    expected = {id_: text or "" for id_, _, text in DOCUMENTS}
    assert dict(texts_in(tmp_path, shards, spans)) == expected
    sizes = [(tmp_path / path).stat().st_size for path in shards["path"].to_pylist()]
    assert sizes == [2 * tokens for tokens in shards["tokens"].to_pylist()]
    longest = 2 * max(len(t.encode()) for t in expected.values())
    assert max(sizes) <= max(limit, longest)
    assert sum(shards["tokens"].to_pylist()) == sum(spans["tokens"].to_pylist())
    assert sorted(p.name for p in tmp_path.iterdir()) == shards["path"].to_pylist()


def test_only_own_words_may_be_learnt(tmp_path):
    _, spans = written(tmp_path)
    loss = dict(zip(spans["document"].to_pylist(), spans["loss"].to_pylist(), strict=True))
    assert loss["a"] == [{"start": 0, "tokens": 7, "bytes": 7}]
    assert loss["b"] == loss["c"] == loss["e"] == []
    assert spans["bytes"].to_pylist()[1] == len("and the lamp 漢字".encode())


def test_batches_and_a_second_run_change_no_byte(tmp_path, monkeypatch):
    first = written(tmp_path / "a", limit_bytes=64)
    monkeypatch.setattr("store.shards._TEXTS", 2)
    again = written(tmp_path / "b", iter(DOCUMENTS), limit_bytes=64)
    assert [t.to_pylist() for t in first] == [t.to_pylist() for t in again]
    for row in first[0].to_pylist():
        assert file_digest(tmp_path / "b" / row["path"]) == row["digest"]


def test_a_large_vocabulary_takes_four_bytes(tmp_path):
    assert [dtype_of(v).name for v in (300, 1 << 16, (1 << 16) + 1)] == [
        "uint16",
        "uint16",
        "uint32",
    ]

    def wide(texts):
        return [np.array([70_000, 5], np.uint32) for _ in texts]

    shards, _ = write([("a", "self", "x")], wide, tmp_path, vocabulary=80_000, tokenizer="k")
    assert open_shard(tmp_path, shards.to_pylist()[0]).tolist() == [70_000, 5]


def test_an_id_that_does_not_fit_is_refused_and_nothing_is_left(tmp_path):
    def wrong(texts):
        return [np.array([400 if "bad" in t else 5]) for t in texts]

    documents = [(str(i), "self", "fine") for i in range(1024)] + [("z", "self", "bad")]
    with pytest.raises(ValueError, match="ids above its 300 tokens"):
        write(documents, wrong, tmp_path, vocabulary=300, tokenizer="key")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_midway_leaves_whole_shards_only(tmp_path):
    def broken():
        yield from [(str(i), "self", "four") for i in range(1024)]
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        written(tmp_path, broken(), limit_bytes=1024)
    assert {p.stat().st_size for p in tmp_path.iterdir()} == {1024}
    assert not [p for p in tmp_path.iterdir() if not p.name.startswith("shard-")]


def test_no_documents_make_no_shards(tmp_path):
    shards, spans = written(tmp_path, [])
    assert (shards.num_rows, spans.num_rows, list(tmp_path.iterdir())) == (0, 0, [])
    shards, spans = written(tmp_path, [("a", "self", "")])
    assert open_shard(tmp_path, shards.to_pylist()[0]).tolist() == []


def test_a_changed_shard_is_refused_in_one_sentence(tmp_path):
    shards, _ = written(tmp_path)
    row = shards.to_pylist()[0]
    assert len(open_shard(tmp_path, row, "key", verify=True)) == row["tokens"]
    with pytest.raises(BadShard, match="written with tokenizer key, asked for other"):
        open_shard(tmp_path, row, "other")
    with pytest.raises(BadShard, match="unknown dtype float64"):
        open_shard(tmp_path, row | {"dtype": "float64"})
    path = tmp_path / row["path"]
    raw = path.read_bytes()
    path.write_bytes(b"\x00" + raw[1:])
    open_shard(tmp_path, row)
    with pytest.raises(BadShard, match="content is not what was written"):
        open_shard(tmp_path, row, verify=True)
    path.write_bytes(raw[:-2])
    with pytest.raises(BadShard, match=r"catalogue says \d+ bytes, file has \d+; run write-shards"):
        open_shard(tmp_path, row)
    path.unlink()
    with pytest.raises(BadShard, match="the file is not there"):
        open_shard(tmp_path, row)


def test_an_opened_shard_cannot_be_written(tmp_path):
    shards, _ = written(tmp_path)
    with pytest.raises(ValueError, match="read-only"):
        open_shard(tmp_path, shards.to_pylist()[0])[0] = 1


def test_placed_shards_open_from_the_library(tmp_path):
    shards, spans = written(tmp_path / "shards" / "k1", limit_bytes=64)
    there = placed(shards, "shards/k1")
    assert there.schema == SHARDS
    assert there["path"].to_pylist()[0] == "shards/k1/shard-00000.bin"
    assert dict(texts_in(tmp_path, there, spans))["a"] == "harbour"
