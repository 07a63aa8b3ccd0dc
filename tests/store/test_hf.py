"""The library as Hugging Face datasets: every row, mapped from files inside the library."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from datasets import Dataset, DatasetDict

from store.hf import dataset
from store.query import NoCatalogue

ROOT = Path(__file__).parents[2]


@pytest.fixture
def library(small):
    rows = [
        {"id": f"n{i}", "text": f"text {i} ü", "split": ("train", "valid")[i % 5 == 0]}
        for i in range(20)
    ]
    rows += [{"id": "other", "text": "theirs", "origin": "other"}]
    rows += [{"id": "gone", "text": "never", "removed": "filter.secret"}]
    library = small(rows)
    library.publish(length=32)
    return library


def test_the_corpus_opens_by_split_with_every_document(library):
    found = dataset(library.root, "corpus")
    assert isinstance(found, DatasetDict) and list(found) == ["train", "valid"]
    used = [r for r in library.rows if r["removed"] is None]
    for split in found:
        expected = {r["id"]: r["text"] for r in used if r["split"] == split}
        told = found[split]
        assert dict(zip(told["id"], told["text"], strict=True)) == expected
    valid = dataset(library.root, "corpus", "valid")
    assert isinstance(valid, Dataset) and len(valid) == 4
    assert len(valid.filter(lambda row: row["id"] == "n5", keep_in_memory=True)) == 1


def test_tokens_are_the_ids_of_each_document_and_what_may_be_learnt(library, monkeypatch):
    monkeypatch.setattr("store.hf._TOKENS", 30)
    found = dataset(library.root, "tokens", "train")
    assert found.column_names == ["document", "input_ids", "loss_mask"]
    told = {row["document"]: row for row in found}
    for row in library.rows:
        if row["removed"] is None and row["split"] == "train":
            ids = told[row["id"]]["input_ids"]
            assert bytes(i - 10 for i in ids).decode() == row["text"]
            assert told[row["id"]]["loss_mask"] == [int(row["origin"] == "self")] * len(ids)
    assert "gone" not in told and len(dataset(library.root, "tokens", "valid")) == 4


def test_files_are_mapped_written_once_and_replaced_with_the_catalogue(library):
    found = dataset(library.root, "corpus", "train")
    (file,) = {Path(f["filename"]) for f in found.cache_files}
    assert file.is_relative_to(library.root / "cache")
    written = file.stat().st_mtime_ns
    assert dataset(library.root, "corpus", "train").cache_files == found.cache_files
    assert file.stat().st_mtime_ns == written
    os.utime(library.root / "corpus.duckdb", ns=(1, 1))
    again = dataset(library.root, "corpus", "train")
    assert not file.exists() and again["id"][:] == found["id"][:]
    assert len(list((library.root / "cache").iterdir())) == 1


def test_what_is_not_there_is_refused_in_one_sentence(library, tmp_path):
    with pytest.raises(ValueError, match="no such dataset; there are corpus, tokens"):
        dataset(library.root, "other")
    with pytest.raises(ValueError, match="no such split; there are train, valid"):
        dataset(library.root, "corpus", "test")
    with pytest.raises(NoCatalogue, match="run commonplace build"):
        dataset(tmp_path / "nothing", "corpus")
    for path in (library.root / "shards" / "k").glob("*.bin"):
        path.unlink()
    with pytest.raises(RuntimeError, match="the file is not there"):
        dataset(library.root, "tokens")
    assert not [p for p in (library.root / "cache").iterdir() if p.name.startswith("tokens")]


def test_nothing_is_written_elsewhere_nor_any_network_needed(library, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    program = (
        "import socket, sys\n"
        "def refuse(*_): raise SystemExit('network')\n"
        "socket.socket.connect = refuse\n"
        "from store.hf import dataset\n"
        "print(dataset(sys.argv[1], 'corpus')['train'].num_rows)\n"
        "print(dataset(sys.argv[1], 'tokens')['train'].num_rows)\n"
    )
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(library.root)],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    assert done.stdout.split() == ["17", "17"]
    assert not [p for p in home.rglob("*") if p.is_file()]
