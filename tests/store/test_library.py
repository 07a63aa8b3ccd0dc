"""A new library: its secrets are its own, or what a person decided before."""

import pytest

from store.library import Library, NoLibrary, create


def test_given_secrets_bring_decisions_and_nothing_made_of_another_library(tmp_path):
    given = tmp_path / "given"
    for name in ("key", "people.toml", "pins.toml", "tombstones/t.json", "lineage/m.parquet",
                 "originals.parquet", "errors/build-1.txt"):  # fmt: skip
        (given / name).parent.mkdir(parents=True, exist_ok=True)
        (given / name).write_text("00" * 32)
    library = create(tmp_path / "lib", [tmp_path], given)
    files = [p for p in library.secrets.rglob("*") if p.is_file()]
    found = {p.relative_to(library.secrets).as_posix() for p in files}
    assert found == {"key", "people.toml", "pins.toml", "tombstones/t.json", "sources.toml"}
    assert library.key == Library(tmp_path / "lib").key == bytes(32)
    assert {p.stat().st_mode & 0o077 for p in files if p.name != "sources.toml"} == {0}


def test_every_library_draws_its_own_key(tmp_path):
    keys = {create(tmp_path / name, [tmp_path]).key for name in ("a", "b")}
    assert len(keys) == 2 and all(len(key) >= 16 for key in keys)


def test_secrets_without_a_key_are_refused(tmp_path):
    with pytest.raises(NoLibrary, match="no file «key»"):
        create(tmp_path / "lib", [tmp_path], tmp_path)
    assert not (tmp_path / "lib").exists()
