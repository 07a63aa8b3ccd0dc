"""Lineage and tombstones: what was made of a document is named once it is forgotten."""

import stat

import duckdb

from corpus.forgotten import Forgotten
from store import lineage, splits, tombstones
from store.library import create
from store.lineage import Made
from store.plan import Plan, from_catalogue
from store.tombstones import Tombstone


def stone(**more):
    told = {"id": "s1", "documents": 1, "until": "write-shards", "gone": ("a",), "needles": ()}
    hashes = {"pieces": ("a",), "phrases": ((3, "h"),)}
    return Tombstone(**{**told, "hashes": hashes, **more})


def test_what_holds_a_forgotten_document_is_named_and_keeps_no_id_of_it(tmp_path):
    library = create(tmp_path / "library", [])
    lineage.keep(library, Made(kind="export", name="one", about={"path": "/x"}), ["a", "b~1", "b"])
    lineage.keep(library, Made(kind="model", name="two"), ["b"])
    (hit,) = lineage.taint(library, "s1", {"a", "c"})
    assert (hit.kind, hit.name, hit.about, hit.tainted) == (
        "export",
        "one",
        {"path": "/x"},
        ("s1",),
    )
    assert [m.name for m in lineage.taint(library, "s1", {"a"})] == ["one"]  # told again on resume
    assert {m.name: m.tainted for m in lineage.made(library)} == {"one": ("s1",), "two": ()}
    folder = library.secrets / lineage.FOLDER
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(b"a" not in _ids(p) for p in folder.glob("*.parquet"))


def _ids(path):
    import pyarrow.parquet as pq

    return [i.encode() for i in pq.read_table(path)["document"].to_pylist()]


def test_a_plan_is_made_of_the_documents_whose_tokens_it_holds(small):
    library = small([{"id": f"n{i}", "text": f"text {i} " * 9, "split": "train"} for i in range(9)])
    library.publish(length=32)
    with duckdb.connect(str(library.root / "corpus.duckdb")) as connection:
        sql = "SELECT id FROM documents WHERE id IN ('n2', 'n5')"
        rows = from_catalogue(connection, Plan(sql=sql, length=32), library.special)
        assert sorted(lineage.planned(connection, rows).to_pylist()) == ["n2", "n5"]


def test_a_tombstone_is_obeyed_as_soon_as_it_is_written_and_still_when_done(tmp_path):
    library = create(tmp_path / "library", [])
    assert tombstones.forgotten(library) == Forgotten() and tombstones.digest_of(library) == ""
    tombstones.put(library, stone())
    before = tombstones.digest_of(library)
    tombstones.put(library, stone(state="done"))
    assert tombstones.digest_of(library) == before != ""
    tombstones.put(library, stone(id="s2", hashes={"texts": ("t",)}))
    told = tombstones.forgotten(library)
    assert (told.pieces, told.texts, told.phrases) == ({"a"}, {"t"}, {(3, "h")})


def test_recorded_splits_forget_too(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    library = create(tmp_path / "library", [])
    library.runs.mkdir()
    rows = pa.table({"id": ["a", "b", "c"], "split": ["train", "test", "train"]})
    pq.write_table(rows, library.runs / "splits-x.parquet")
    pq.write_table(rows, library.runs / "splits-older.parquet")
    (library.runs / "splits.now").write_text("x")
    splits.forget(library, {"a"})
    (left,) = library.runs.glob("splits-*.parquet")
    assert pq.read_table(left)["id"].to_pylist() == ["b", "c"]
    assert left.stem == f"splits-{(library.runs / 'splits.now').read_text()}"
