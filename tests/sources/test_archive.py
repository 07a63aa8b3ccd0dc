"""Walking folders and archives: everything is yielded once, what is unsafe is refused."""

import io
import zipfile

import pytest

from corpus.keys import digest
from corpus.sources.archive import NotFound, Refused, walk
from corpus.sources.file import File


def found(*roots):
    return list(walk(list(roots), lambda name: digest(name)))


def names(*roots):
    return {f.name: getattr(f, "reason", None) for f in found(*roots)}


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_files_are_yielded_in_order_of_name_with_the_root_in_front(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.txt").write_text("2")
    (tmp_path / "a.txt").write_text("1")
    top = tmp_path.name
    assert [f.name for f in found(tmp_path)] == [f"{top}/a.txt", f"{top}/b/two.txt"]


def test_moving_a_folder_changes_no_id(tmp_path):
    for place in ("here", "there"):
        (tmp_path / place / "notes").mkdir(parents=True)
        (tmp_path / place / "notes" / "a.txt").write_text("1")
    here, there = found(tmp_path / "here" / "notes"), found(tmp_path / "there" / "notes")
    assert here[0].id == there[0].id


def test_two_roots_of_one_name_stay_apart(tmp_path):
    for place in ("x", "y"):
        (tmp_path / place / "mail").mkdir(parents=True)
        (tmp_path / place / "mail" / "a.txt").write_text(place)
    ids = {f.id for f in found(tmp_path / "x" / "mail", tmp_path / "y" / "mail")}
    assert len(ids) == 2


def test_members_of_nested_archives_are_read_without_extracting(tmp_path):
    inner = zipped({"deep/note.txt": "hello from within"})
    (tmp_path / "outer.zip").write_bytes(zipped({"a.txt": "A", "inner.zip": inner}))
    files = found(tmp_path / "outer.zip")
    assert [f.name for f in files] == ["outer.zip!a.txt", "outer.zip!inner.zip!deep/note.txt"]
    assert [f.read_bytes() for f in files] == [b"A", b"hello from within"]
    assert list(tmp_path.iterdir()) == [tmp_path / "outer.zip"]


def test_unsafe_members_are_refused_and_the_others_read(tmp_path):
    data = {"../evil.txt": "x", "/abs.txt": "x", "C:\\win.txt": "x", "good.txt": "fine"}
    (tmp_path / "z.zip").write_bytes(zipped(data))
    seen = names(tmp_path / "z.zip")
    assert seen.pop("z.zip!good.txt") is None
    assert set(seen.values()) == {"path leads out of the archive"}
    assert len(seen) == 3


def test_a_bomb_is_refused_whole(tmp_path):
    (tmp_path / "bomb.zip").write_bytes(zipped({"zeros": b"\0" * (65 << 20)}))
    assert list(names(tmp_path).values()) == ["zip archive unpacks to far more than its size"]


def test_a_damaged_archive_is_not_a_crash(tmp_path):
    (tmp_path / "cut.zip").write_bytes(zipped({"a.txt": "A" * 5000})[:60])
    (only,) = found(tmp_path)
    assert isinstance(only, (File, Refused))


def test_document_formats_that_use_zip_are_files_not_archives(tmp_path):
    (tmp_path / "letter.docx").write_bytes(zipped({"[Content_Types].xml": "<x/>"}))
    (only,) = found(tmp_path)
    assert isinstance(only, File)


def test_hidden_files_links_and_dangling_links_are_refused(tmp_path):
    (tmp_path / ".secret").write_text("x")
    (tmp_path / "real.txt").write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    reasons = [r for r in names(tmp_path).values() if r]
    assert sorted(reasons) == ["hidden file", "symbolic link", "symbolic link"]


def test_a_folder_named_like_a_file_is_walked(tmp_path):
    (tmp_path / "chat.txt").mkdir()
    (tmp_path / "chat.txt" / "real.txt").write_text("x")
    assert list(names(tmp_path)) == [f"{tmp_path.name}/chat.txt/real.txt"]


def test_a_missing_path_is_named(tmp_path):
    with pytest.raises(NotFound, match="no such file or folder"):
        found(tmp_path / "nowhere")
