"""A library on an object store: the same batches, from files kept here only while they hold."""

import importlib.util
import uuid

import fsspec
import pytest

from store.loader import batches, sequences
from store.query import NoCatalogue
from store.remote import NotReached, cache_folder

S3 = pytest.param(
    "s3",
    marks=pytest.mark.skipif(
        not (importlib.util.find_spec("moto") and importlib.util.find_spec("s3fs")),
        reason="needs moto[server] and s3fs",
    ),
)


@pytest.fixture
def library(small):
    made = small([{"id": f"n{i}", "text": f"text {i} " * (i % 9 + 1)} for i in range(80)])
    made.publish(length=32)
    return made


@pytest.fixture(params=["memory", S3])
def bucket(request, monkeypatch):
    """Return the URL of an empty folder on an object store."""
    if request.param == "memory":
        yield f"memory://{uuid.uuid4().hex}"
        return
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    name = f"bucket-{uuid.uuid4().hex}"
    s3fs.S3FileSystem().mkdir(name)
    yield f"s3://{name}"
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def upload(library, url):
    files, root = fsspec.url_to_fs(url)
    for path in [library.root / "corpus.duckdb", *(library.root / "shards").rglob("*.*")]:
        name = path.relative_to(library.root).as_posix()
        files.pipe_file(f"{root}/{name}", path.read_bytes())


def same(left, right):
    return all(
        a[name].tobytes() == b[name].tobytes()
        for a, b in zip(left, right, strict=True)
        for name in ("ids", "position_ids", "labels", "cu_seqlens")
    )


def test_its_batches_are_those_of_the_folder(library, bucket, tmp_path):
    url = f"{bucket}/my library"
    upload(library, url)
    cache = tmp_path / "cache"
    here = list(batches(library.root, "main", 4, 32, step=1))
    there = list(batches(url, "main", 4, 32, step=1, cache=cache))
    assert len(here) > 3 and same(here, there)
    assert cache.stat().st_mode & 0o777 == 0o700
    kept = {p: p.stat().st_mtime_ns for p in cache.rglob("*.bin")}
    assert len(kept) == library.shards.num_rows
    sequences(url, "main", tokenizer="key", cache=cache)
    assert {p: p.stat().st_mtime_ns for p in cache.rglob("*.bin")} == kept


def test_a_new_catalogue_replaces_all_that_was_kept(library, bucket, small, tmp_path):
    upload(library, f"{bucket}/lib")
    cache = tmp_path / "cache"
    first = len(sequences(f"{bucket}/lib", "main", cache=cache))
    (cache / "shards" / "old.bin").write_bytes(b"a forgotten text")
    rest = small(library.rows[:40])
    rest.publish(length=32)
    upload(rest, f"{bucket}/lib")
    assert 0 < len(sequences(f"{bucket}/lib", "main", cache=cache)) < first
    assert not (cache / "shards" / "old.bin").exists()


def test_what_was_damaged_here_is_fetched_again_and_there_refused(library, bucket, tmp_path):
    url = f"{bucket}/lib"
    upload(library, url)
    cache, name = tmp_path / "cache", library.shards["path"][0].as_py()
    here = list(batches(library.root, "main", 4, 32))
    sequences(url, "main", cache=cache)
    raw = (cache / name).read_bytes()
    (cache / name).write_bytes(raw[:-2])
    assert same(here, batches(url, "main", 4, 32, cache=cache))
    files, root = fsspec.url_to_fs(url)
    files.pipe_file(f"{root}/{name}", bytes(len(raw)))
    (cache / name).unlink()
    with pytest.raises(NotReached, match="not what the catalogue says"):
        sequences(url, "main", cache=cache)
    assert not (cache / name).exists()
    files.rm(f"{root}/{name}")
    with pytest.raises(NotReached, match=r"shard-00000.bin is not there; copy"):
        sequences(url, "main", cache=cache)


def test_what_cannot_be_reached_is_said_in_one_sentence(bucket, tmp_path):
    with pytest.raises(NotReached, match=r"corpus.duckdb is not there"):
        sequences(f"{bucket}/nothing", "main", cache=tmp_path / "cache")
    with pytest.raises(NotReached, match="nowhere"):
        sequences("nowhere://bucket/lib", "main", cache=tmp_path / "cache")
    files, root = fsspec.url_to_fs(f"{bucket}/broken")
    files.pipe_file(f"{root}/corpus.duckdb", b"not a database" * 99)
    with pytest.raises(NoCatalogue, match="cannot be opened"):
        sequences(f"{bucket}/broken", "main", cache=tmp_path / "cache")


def test_files_are_kept_with_the_users_own_by_default(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder("s3://a/b").is_relative_to(tmp_path)
    assert cache_folder("s3://a/b") != cache_folder("s3://a/c")
