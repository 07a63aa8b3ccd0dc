"""gc deletes what no run needs, seal all text before redaction; what is published goes on."""

import json
import os

import pytest

import store
from flows.tidy import collect, is_sealed, sweep
from store.library import Library, create
from store.loader import sequences

pytestmark = pytest.mark.server


def test_gc_deletes_leftovers_of_killed_runs_wherever_they_lie(tmp_path):
    library = create(tmp_path / "library", [])
    with library.objects.write("clean", "k1") as write:
        (write.folder / "note.txt").write_text("kept by no run")
    busy = library.root / "cache" / f".tmp-{os.getppid()}-y"
    busy.mkdir(parents=True)
    left = [
        *("objects/clean/.tmp-999999999-x/part", ".tmp-7.duckdb", "runs/splits.tmp"),
        *("secrets/.tmp-key-1", "cache/.tmp-x/train.arrow", "shards/k/.tmp-plan.parquet"),
    ]
    for name in left:
        (library.root / name).parent.mkdir(parents=True, exist_ok=True)
        (library.root / name).write_text("left")
    key = (library.secrets / "key").read_text()
    assert sweep(library, []) >= len(left) - 1
    assert [p for p in library.root.rglob("*") if ".tmp" in p.name] == [busy]
    assert not list(library.objects.root.glob("*/*"))
    assert (library.secrets / "key").read_text() == key


def test_a_sealed_library_answers_trains_and_exports(commands, copied, tmp_path, capsys):
    (line,) = commands("sample", copied, "-n", "1", "--json").splitlines()
    row = json.loads(line)
    assert row["before"] and row["text"]
    commands("gc", copied)
    assert (copied / "objects").exists()
    commands("seal", copied, "--yes")
    assert is_sealed(Library(copied)) and commands.json("status", copied)["sealed"]
    assert not [p for p in (copied / "objects").rglob("*")]
    (line,) = commands("sample", copied, "-n", "1", "--json").splitlines()
    assert json.loads(line) == {**row, "before": None}
    assert len(sequences(copied, "train"))
    assert store.dataset(copied, "corpus", "train").num_rows
    commands("export", copied, tmp_path / "out", "--format", "sharegpt")
    assert (tmp_path / "out" / "train.jsonl").stat().st_size
    assert "1 exports handed out" in commands("status", copied)
    collect(copied)
    assert "kept" in capsys.readouterr().out
    assert "objects" in commands.json("status", copied)["disk"]


def test_an_export_is_whole_or_not_at_all(commands, built, tmp_path):
    told = commands.json("export", built, tmp_path / "mails", "--where", "kind = 'mail'")
    assert told["documents"] == len(
        [row for path in (tmp_path / "mails").iterdir() for row in path.read_text().splitlines()]
    )
    for words, says in {
        (tmp_path / "mails",): "not empty",
        (tmp_path / "x", "--where", "kind ="): "--where",
        (tmp_path / "x", "--where", "kind = 'poem'"): "no document to export",
        (tmp_path / "x", "--format", "docx"): "there are jsonl, parquet, openai, sharegpt",
    }.items():
        assert says in commands("export", built, *words, code=1)
    assert [p.name for p in tmp_path.iterdir()] == ["mails"]
