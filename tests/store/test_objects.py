"""Stored outputs: whole or not at all, found by key, and swept only when unreachable."""

import stat

import pyarrow as pa
import pytest

from store.objects import TEMPORARY, Damaged, Objects, write_whole

TABLE = pa.table({"id": ["a", "b"], "text": ["hei", "du"]})


@pytest.fixture
def objects(tmp_path):
    return Objects(tmp_path)


def test_what_is_written_is_found_again_with_counts_and_digest(objects):
    with objects.write("clean", "k1") as write:
        write.table("documents", TABLE)
        write.count(kept=2)
    found = objects.find("clean", "k1")
    assert found.counts == {"kept": 2}
    assert found.parts["documents"].rows == 2
    assert objects.table(found, "documents").equals(TABLE)
    assert objects.find("clean", "k2") is None


def test_equal_content_has_an_equal_digest_under_any_key(objects):
    for key in ("k1", "k2"):
        with objects.write("clean", key) as write:
            write.table("documents", TABLE)
    assert objects.find("clean", "k1").digest() == objects.find("clean", "k2").digest()


def test_a_failure_leaves_nothing_behind(objects):
    with pytest.raises(RuntimeError, match="power"), objects.write("clean", "k1") as write:
        write.table("documents", TABLE)
        raise RuntimeError("power cut")
    assert objects.find("clean", "k1") is None
    assert list((objects.root / "clean").iterdir()) == []


def test_a_half_written_or_shortened_output_is_not_taken_for_a_result(objects):
    with objects.write("clean", "k1") as write:
        write.table("documents", TABLE)
    output = objects.find("clean", "k1")
    path = objects.path(output, "documents")
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    assert objects.find("clean", "k1") is None
    with objects.write("clean", "k1") as write:
        write.table("documents", TABLE)
    assert objects.path(objects.find("clean", "k1"), "documents").read_bytes() == whole


def test_an_output_whose_file_is_gone_is_made_again(objects):
    with objects.write("clean", "k1") as write:
        write.table("documents", TABLE)
    objects.path(objects.find("clean", "k1"), "documents").unlink()
    assert objects.find("clean", "k1") is None


def flipped(path, at):
    """Change a bit of the byte at share `at` of the file."""
    data = bytearray(path.read_bytes())
    data[int(at * len(data))] ^= 0x10
    path.write_bytes(data)


@pytest.mark.parametrize("at", [n / 40 for n in range(40)])
def test_a_damaged_file_is_never_read_as_something_else_and_made_again(objects, at):
    texts = pa.table({"text": [f"{n} {n * n} {n**3} words of a letter" for n in range(3_000)]})
    with objects.write("clean", "k1") as write:
        write.table("documents", texts)
    output = objects.find("clean", "k1")
    flipped(objects.path(output, "documents"), at)
    try:
        assert objects.table(output, "documents").equals(texts)  # it hit what says nothing
        assert pa.Table.from_batches(objects.batches(output, "documents")).equals(texts)
    except Damaged as error:
        assert str(error).startswith("objects/clean/k1/documents.parquet: damaged")
        assert objects.find("clean", "k1") is None
    else:
        with pytest.raises(Damaged):
            objects.checked(output, "documents")


def test_two_writers_of_one_key_agree(objects):
    with objects.write("clean", "k1") as one:
        one.table("documents", TABLE)
        with objects.write("clean", "k1") as two:
            two.table("documents", TABLE)
    assert objects.find("clean", "k1").parts["documents"].rows == 2
    assert [p.name for p in (objects.root / "clean").iterdir()] == ["k1"]


def test_published_steps_stand_in_the_library_itself(objects, tmp_path):
    with objects.write("shards", "k1") as write:
        (write.folder / "shard-00000.bin").write_bytes(b"\1\0")
    output = objects.find("shards", "k1")
    assert objects.path(output, "shard-00000.bin") == tmp_path / "shards" / "k1" / "shard-00000.bin"


def test_objects_are_private(objects):
    with objects.write("clean", "k1") as write:
        write.table("documents", TABLE)
    mode = stat.S_IMODE(objects.folder("clean", "k1").stat().st_mode)
    assert mode == 0o700


def test_sweep_deletes_the_unreachable_and_leftovers_of_killed_runs(objects):
    for key in ("k1", "k2"):
        with objects.write("clean", key) as write:
            write.table("documents", TABLE)
    (objects.root / "clean" / f"{TEMPORARY}1-x").mkdir()
    assert objects.sweep({("clean", "k2")}) == 2
    assert [p.name for p in (objects.root / "clean").iterdir()] == ["k2"]


def test_batches_are_bounded_and_complete(objects):
    many = pa.table({"id": [str(i) for i in range(1000)]})
    with objects.write("clean", "k1") as write:
        write.tables("documents", many.schema, many.to_batches(max_chunksize=100))
    batches = list(objects.batches(objects.find("clean", "k1"), "documents", rows=64))
    assert max(b.num_rows for b in batches) <= 64
    assert pa.Table.from_batches(batches).equals(many)


def test_write_whole_replaces_and_cleans_up(tmp_path):
    path = tmp_path / "run.json"
    write_whole(path, "old")
    write_whole(path, "new")
    assert path.read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]
