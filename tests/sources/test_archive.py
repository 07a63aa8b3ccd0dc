"""Walking folders and archives: everything is yielded once, what is unsafe is refused."""

import bz2
import gc
import gzip
import io
import lzma
import os
import struct
import subprocess
import sys
import tarfile
import threading
import zipfile
import zlib
from pathlib import Path

import py7zr
import pytest

from corpus.keys import digest
from corpus.sources import opening
from corpus.sources.archive import NotFound, Refused, walk
from corpus.sources.file import File
from corpus.sources.limits import Archives
from corpus.sources.piece import Reading
from corpus.sources.reading import Account, drafts, recognise

TOO_MUCH = "archive unpacks to far more than its size"
LEADS_OUT = "path leads out of the archive"
DAMAGED = "damaged or incomplete; export it again"
REST = f"{DAMAGED}; what stands before is read"


def found(*roots, **limits):
    return list(walk(list(roots), lambda name: digest(name), Archives(**limits)))


def names(*roots, **limits):
    return {f.name: getattr(f, "reason", None) for f in found(*roots, **limits)}


def contents(*roots):
    return {f.name: f.read_bytes() for f in found(*roots) if isinstance(f, File)}


def zipped(members, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(members, mode="w", **more):
    """Return a tar of name → bytes, or name → (type, target)."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode, **more) as archive:
        for name, data in members.items() if isinstance(members, dict) else members:
            info = tarfile.TarInfo(name)
            if isinstance(data, tuple):
                info.type, info.linkname = data
                archive.addfile(info)
            else:
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def sevened(members, **more):
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w", **more) as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return stream.getvalue()


PACKERS = {
    "a.zip": zipped,
    "a.tar": tarred,
    "a.tar.gz": lambda m: tarred(m, "w:gz"),
    "a.tgz": lambda m: tarred(m, "w:gz"),
    "a.tar.bz2": lambda m: tarred(m, "w:bz2"),
    "a.tar.xz": lambda m: tarred(m, "w:xz"),
    "a.7z": sevened,
}
MEMBERS = {"b/two.txt": b"2", "a.txt": b"1" * 5000, "b/c/three.txt": b"", "å 1.txt": b"x"}


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


@pytest.mark.parametrize("name", PACKERS)
def test_members_of_any_archive_are_read_sorted_with_their_neighbours(tmp_path, name):
    (tmp_path / name).write_bytes(PACKERS[name](MEMBERS))
    files = found(tmp_path / name)
    assert [f.name for f in files] == [f"{name}!{member}" for member in sorted(MEMBERS)]
    assert [f.read_bytes() for f in files] == [MEMBERS[member] for member in sorted(MEMBERS)]
    two = next(f for f in files if f.name.endswith("two.txt"))
    assert [o.name for o in two.beside("../*.txt")] == [f"{name}!a.txt", f"{name}!å 1.txt"]
    assert [o.read_bytes() for o in two.beside("*/three.txt")] == [b""]
    assert two.beside("../../x") == two.beside("nothing") == []
    assert list(tmp_path.iterdir()) == [tmp_path / name]


@pytest.mark.parametrize("inner", PACKERS)
@pytest.mark.parametrize("outer", PACKERS)
def test_archives_of_any_kind_nest(tmp_path, outer, inner):
    packed = PACKERS[inner]({"deep/note.txt": b"hello from within", "deep/x": b"."})
    (tmp_path / outer).write_bytes(PACKERS[outer]({"z.txt": b"Z", inner: packed}))
    files = found(tmp_path / outer)
    lead = f"{outer}!{inner}!"
    assert [f.name for f in files] == [f"{lead}deep/note.txt", f"{lead}deep/x", f"{outer}!z.txt"]
    assert [f.read_bytes() for f in reversed(files)] == [b"Z", b".", b"hello from within"]
    assert [o.name for o in files[0].beside("x")] == [f"{lead}deep/x"]


@pytest.mark.parametrize(
    ("name", "pack", "member"),
    [
        ("Sent.mbox.gz", gzip.compress, "Sent.mbox"),
        ("notes.txt.bz2", bz2.compress, "notes.txt"),
        ("log.xz", lzma.compress, "log"),
        ("odd", gzip.compress, "odd unpacked"),
    ],
)
def test_a_compressed_file_is_an_archive_of_one(tmp_path, name, pack, member):
    (tmp_path / name).write_bytes(pack(b"one ") + pack(b"two"))  # as `cat a.gz b.gz` makes it
    assert contents(tmp_path / name) == {f"{name}!{member}": b"one two"}


def test_bytes_after_a_compressed_file_are_passed_over(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"text") + b"garbage")
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"text") + bytes(512))
    (tmp_path / "c.xz").write_bytes(lzma.compress(b"text") + bytes(512))
    assert set(contents(tmp_path).values()) == {b"text"}
    assert len(found(tmp_path)) == 3


def test_unsafe_members_are_refused_and_the_others_read(tmp_path):
    data = {"../evil.txt": "x", "/abs.txt": "x", "C:\\win.txt": "x", "good.txt": "fine"}
    (tmp_path / "z.zip").write_bytes(zipped(data))
    seen = names(tmp_path / "z.zip")
    assert seen.pop("z.zip!good.txt") is None
    assert set(seen.values()) == {LEADS_OUT}
    assert len(seen) == 3


def test_members_of_tar_that_are_no_files_are_refused(tmp_path):
    kinds = {
        "../evil": b"x",
        "/etc/x": b"x",
        "device": (tarfile.CHRTYPE, ""),
        "disk": (tarfile.BLKTYPE, ""),
        "fifo": (tarfile.FIFOTYPE, ""),
        "folder": (tarfile.DIRTYPE, ""),
        "good.txt": b"fine",
        "hard": (tarfile.LNKTYPE, "good.txt"),
        "soft": (tarfile.SYMTYPE, "/etc/passwd"),
    }
    (tmp_path / "t.tar").write_bytes(tarred(kinds))
    assert names(tmp_path / "t.tar") == {
        "t.tar!../evil": LEADS_OUT,
        "t.tar!/etc/x": LEADS_OUT,
        "t.tar!device": "not a regular file",
        "t.tar!disk": "not a regular file",
        "t.tar!fifo": "not a regular file",
        "t.tar!good.txt": None,
        "t.tar!hard": "hard link",
        "t.tar!soft": "symbolic link",
    }


def test_links_in_zip_and_7z_are_refused(tmp_path):
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    (tmp_path / "z.zip").write_bytes(zipped([(link, "/etc/passwd"), ("a.txt", "A")]))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("A")
    (tmp_path / "in" / "link").symlink_to("a.txt")
    with py7zr.SevenZipFile(tmp_path / "s.7z", "w") as archive:
        archive.writeall(tmp_path / "in", "")
    told = names(tmp_path / "z.zip") | names(tmp_path / "s.7z")
    assert told == {
        "s.7z!a.txt": None,
        "s.7z!link": "symbolic link",
        "z.zip!a.txt": None,
        "z.zip!link": "symbolic link",
    }


def test_encrypted_archives_are_refused_with_the_way_out(tmp_path):
    data = bytearray(zipped({"a.txt": "A" * 50}))
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(magic) + flags] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    (tmp_path / "b.7z").write_bytes(sevened({"a.txt": b"A"}, password="x"))
    hidden = sevened({"a.txt": b"A"}, password="x", header_encryption=True)
    (tmp_path / "c.7z").write_bytes(hidden)
    top = tmp_path.name
    reason = "encrypted; unpack it first"
    assert names(tmp_path) == {
        f"{top}/a.zip!a.txt": reason,
        f"{top}/b.7z": reason,
        f"{top}/c.7z": reason,
    }


@pytest.mark.parametrize(
    "pack",
    [zipped, lambda m: tarred(m, "w:gz"), lambda m: gzip.compress(m["zeros"]), sevened],
)
def test_a_bomb_is_refused_whole(tmp_path, pack):
    (tmp_path / "bomb").write_bytes(pack({"zeros": b"\0" * (65 << 20)}))
    assert list(names(tmp_path).values()) == [TOO_MUCH]


def test_a_member_that_is_a_bomb_is_refused_among_others(tmp_path):
    noise = os.urandom(1 << 20)
    (tmp_path / "z.zip").write_bytes(zipped({"zeros": b"\0" * (65 << 20), "noise": noise}))
    assert names(tmp_path / "z.zip") == {
        "z.zip!noise": None,
        "z.zip!zeros": "unpacks to far more than its size",
    }


def test_what_nested_archives_unpack_to_adds_up(tmp_path):
    inner = {f"{n}.zip": zipped({"noise": os.urandom(1 << 20)}) for n in range(4)}
    (tmp_path / "z.zip").write_bytes(zipped(inner))
    told = names(tmp_path / "z.zip", max_unpacked_gb=6.5 / 1024)
    assert list(told.values()) == [
        None,
        None,
        *["archive unpacks to more than the settings allow"] * 2,
    ]
    gz = gzip.compress(os.urandom(3 << 20))
    (tmp_path / "a.gz").write_bytes(gz)
    assert set(names(tmp_path / "a.gz", max_unpacked_gb=2 / 1024).values()) == {
        "archive unpacks to more than the settings allow"
    }


def test_overlapping_members_are_refused(tmp_path):
    data = zipped({"a.txt": os.urandom(600), "b.txt": "B"})
    second = data.rfind(b"PK\x01\x02")
    forged = data[: second + 42] + struct.pack("<I", 0) + data[second + 46 :]
    (tmp_path / "o.zip").write_bytes(forged)
    assert names(tmp_path) == {f"{tmp_path.name}/o.zip": "members overlap, as in a bomb"}


def test_a_forged_size_is_not_believed(tmp_path):
    text = b"text " * 9000
    data = bytearray(zipped({"a.txt": text}))
    central = data.find(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 10)
    (tmp_path / "z.zip").write_bytes(data)
    (file,) = found(tmp_path)
    assert recognise(file, Reading()) == "damaged; it could not be unpacked"


def test_an_archive_of_itself_ends(tmp_path):
    data = zipped({"x": b"."})
    for _ in range(9):
        data = zipped({"again.zip": data, "note.txt": b"n"})
    (tmp_path / "q.zip").write_bytes(data)
    told = names(tmp_path / "q.zip")
    assert sorted(filter(None, told.values())) == ["archives nested too deep"]
    assert len(told) == 4
    assert len(names(tmp_path / "q.zip", max_depth=1)) == 2
    (tmp_path / "q.tar.gz").write_bytes(tarred({"q.tgz": tarred({"a": b"1"}, "w:gz")}, "w:gz"))
    assert list(names(tmp_path / "q.tar.gz", max_depth=1).values()) == ["archives nested too deep"]
    docx = zipped({"[Content_Types].xml": "<x/>"})
    (tmp_path / "d.zip").write_bytes(zipped({"letter.docx": docx}))
    assert list(names(tmp_path / "d.zip", max_depth=1).values()) == [None]


def test_too_many_members_and_too_long_names_are_refused(tmp_path):
    many = {f"{n}.txt": b"x" for n in range(20)}
    for name, pack in PACKERS.items():
        (tmp_path / name).write_bytes(pack(many))
    told = names(tmp_path, max_members=19)
    assert set(told.values()) == {"archive holds more files than the settings allow"}
    assert len(told) == len(PACKERS)
    (tmp_path / "n.tar").write_bytes(tarred({"d/" * 40 + "x": b"x", "y": b"y"}))
    assert set(names(tmp_path / "n.tar", max_name=60).values()) == {"name too long", None}


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_members_of_one_name_are_both_there(tmp_path, pack):
    twice = [("a.txt", b"one"), ("a.txt", b"two"), ("./a.txt", b"three"), ("a (2).txt", b"other")]
    with pytest.warns(UserWarning, match="Duplicate") if pack is zipped else _nothing():
        (tmp_path / "d").write_bytes(pack(twice))
    told = contents(tmp_path / "d")
    assert sorted(told.values()) == [b"one", b"other", b"three", b"two"]
    assert told["d!a.txt"] == b"one" and told["d!a (2).txt"] == b"other"


class _nothing:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


OLD_NAMES = {
    "cp866": ["Записки/Дневник за май.txt", "Записки/Письмо маме.txt"],
    "cp932": ["日記/今日のこと.txt", "日記/メモ.txt"],
    "cp437": ["Übung/für Åse.txt", "Übung/größer.txt"],
    "cp1252": ["Übung/für Åse.txt", "Übung/größer.txt"],
    "cp936": ["文档/我的日记.txt", "文档/工作笔记.txt"],
    "cp949": ["문서/나의 일기.txt", "문서/메모.txt"],
    "utf-8": ["Übung/für Åse.txt", "日記/メモ.txt"],
}


@pytest.mark.parametrize("page", OLD_NAMES)
def test_names_without_the_utf8_flag_are_read_as_they_were_written(tmp_path, page):
    (tmp_path / "z.zip").write_bytes(old_zip({n.encode(page): b"x" for n in OLD_NAMES[page]}))
    files = found(tmp_path / "z.zip")
    assert {f.name for f in files} == {f"z.zip!{name}" for name in OLD_NAMES[page]}
    assert {f.read_bytes() for f in files} == {b"x"}


def old_zip(members, system=0, extra=b""):
    """Return a stored zip whose names are the bytes given, without the UTF-8 flag."""
    body, central = b"", b""
    for name, data in members.items():
        head = struct.pack(
            "<HHHHHIIIHH", 20, 0, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(name),
            len(extra),
        )  # fmt: skip
        central += b"PK\x01\x02" + struct.pack("<BB", 20, system) + head
        central += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name + extra
        body += b"PK\x03\x04" + head + name + extra + data
    count = len(members)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(central), len(body), 0)
    return body + central + b"PK\x05\x06" + end


def test_the_unicode_field_and_backslashes_are_heeded(tmp_path):
    raw, true = b"folder\\l?tter.txt", "folder\\løtter.txt".encode()
    field = b"\x01" + struct.pack("<I", zlib.crc32(b"folder\\l\x9btter.txt")) + true
    extra = struct.pack("<HH", 0x7075, len(field)) + field
    name = raw.replace(b"?", b"\x9b")
    (tmp_path / "z.zip").write_bytes(old_zip({name: b"x"}, extra=extra))
    assert contents(tmp_path / "z.zip") == {"z.zip!folder/løtter.txt": b"x"}


def test_names_in_tar_and_on_disk_that_are_no_utf8(tmp_path):
    header = tarred({"bl?b?r.txt": b"x"}, format=tarfile.USTAR_FORMAT)
    info = tarfile.TarInfo.frombuf(header[:512], "utf-8", "strict")
    info.name = os.fsdecode("blåbær.txt".encode("cp1252"))
    raw = info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "surrogateescape") + header[512:]
    (tmp_path / "t.tar").write_bytes(raw)
    Path(os.fsdecode(bytes(tmp_path) + b"/gr\xf8nn.txt")).write_text("y")
    top = tmp_path.name
    assert contents(tmp_path) == {f"{top}/grønn.txt": b"y", f"{top}/t.tar!blåbær.txt": b"x"}


@pytest.mark.parametrize("name", PACKERS)
def test_every_truncation_is_read_as_far_as_it_goes_or_refused_once(tmp_path, name):
    whole = PACKERS[name]({f"{n}.txt": os.urandom(300) for n in range(5)})
    path = tmp_path / name
    for size in range(0, len(whole), 61 if name.endswith("tar") else 7):
        path.write_bytes(whole[:size])
        told = found(path)
        refused = [f for f in told if isinstance(f, Refused)]
        assert told
        assert len(refused) <= 1 or {f.reason for f in refused} == {DAMAGED, REST}
        for file in told:
            if isinstance(file, File):
                recognise(file, Reading())


@pytest.mark.parametrize("name", PACKERS)
def test_flipped_bytes_never_crash(tmp_path, name):
    whole = PACKERS[name]({"a.txt": b"text " * 99, "b/c.txt": b"more " * 9})
    path = tmp_path / name
    for place in range(0, len(whole), 17 if name.endswith("tar") else 3):
        data = bytearray(whole)
        data[place] ^= 1 << place % 8
        path.write_bytes(data)
        for file in found(path):
            if isinstance(file, File):
                recognise(file, Reading())


def test_what_stands_before_the_damage_is_read(tmp_path):
    noise = [os.urandom(40_000).hex().encode() for _ in range(3)]
    members = {f"{n}.txt": data for n, data in enumerate(noise)}
    whole = tarred(members, "w:gz")
    (tmp_path / "t.tar.gz").write_bytes(whole[: len(whole) // 2])
    told = found(tmp_path / "t.tar.gz")
    assert told[0].read_bytes() == noise[0]
    assert (told[-1].name, told[-1].reason) == ("t.tar.gz", REST)
    gz = gzip.compress(noise[0])
    (tmp_path / "one.txt.gz").write_bytes(gz[: len(gz) // 2])
    file, refused = found(tmp_path / "one.txt.gz")
    assert noise[0].startswith(file.read_bytes()) and len(file.read_bytes()) > 30_000
    assert refused.reason == REST


def test_a_broken_header_within_a_tar_is_told(tmp_path):
    whole = bytearray(tarred({"a.txt": b"A", "b.txt": b"B"}))
    whole[1024:1030] = b"broken"
    (tmp_path / "t.tar").write_bytes(whole)
    assert names(tmp_path / "t.tar") == {"t.tar!a.txt": None, "t.tar": REST}


@pytest.mark.timeout(20)
def test_headers_of_tar_that_lead_back_or_ask_for_all_memory_end(tmp_path):
    good = tarred({"a.txt": b"A"})
    for kind, size in ((b"0", b"\xff" * 12), (b"x", b"\xff" * 12), (b"x", b"77777777777\0")):
        header = bytearray(good[:512])
        header[124:136], header[156:157] = size, kind
        header[148:156] = b"%06o\0 " % (sum(header[:148]) + 256 + sum(header[156:]))
        (tmp_path / "t.tar").write_bytes(good[:1024] + bytes(header) + good[512:])
        assert names(tmp_path / "t.tar")["t.tar!a.txt"] is None


def test_a_damaged_member_yields_what_stands_before_and_one_error(tmp_path):
    rows = b"".join(b'{"id": %d, "text": "Row %d of many"}\n' % (n, n) for n in range(9000))
    data = bytearray(zipped({"rows.jsonl": rows}, zipfile.ZIP_STORED))
    data[len(rows) - 2000] ^= 1
    (tmp_path / "z.zip").write_bytes(data)
    (file,) = found(tmp_path / "z.zip")
    account = Account()
    kind = recognise(file, Reading())[0]
    emitted = sum(batch.num_rows for batch in drafts(file, kind, Reading(), account))
    assert emitted > 8000 and account.balanced()
    assert [p.outcome for p in account.problems] == ["errored"]


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.7z"])
def test_an_empty_archive_is_told(tmp_path, name):
    (tmp_path / name).write_bytes(PACKERS[name]({}))
    assert names(tmp_path / name) == {name: "empty archive"}


def test_document_formats_that_use_zip_are_files_not_archives(tmp_path):
    markers = ("[Content_Types].xml", "mimetype", "META-INF/container.xml", "Index/Document.iwa")
    for n, marker in enumerate(markers):
        members = {f"part {k}": "x" for k in range(60)} | {marker: "<x/>"}
        (tmp_path / f"{n}.docx").write_bytes(zipped(members))
    assert all(isinstance(f, File) and not f.members for f in found(tmp_path))
    assert len(found(tmp_path)) == 4
    (tmp_path / "n.textpack").write_bytes(zipped({"n.textbundle/text.md": "# N"}))
    assert names(tmp_path / "n.textpack") == {"n.textpack!n.textbundle/text.md": None}


def test_hidden_files_links_and_dangling_links_are_refused(tmp_path):
    (tmp_path / ".secret").write_text("x")
    (tmp_path / "real.txt").write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "up").symlink_to(tmp_path.parent)
    reasons = [r for r in names(tmp_path).values() if r]
    assert sorted(reasons) == ["hidden file", *["symbolic link"] * 3]


def test_sub_folders_of_a_maildir_are_not_hidden(tmp_path):
    mail = b"From: a@b.example\nMessage-ID: <1@b.example>\n\nHi\n"
    wanted = {"Maildir/.Sent/cur/1.a:2,S": mail, "Maildir/cur/2.b:2,": mail}
    others = {"Maildir/.Sent/dovecot-uidlist": b"x", ".git/objects/new": b"x", "a/.b/c/d": b"x"}
    (tmp_path / "m.tar").write_bytes(tarred(wanted | others))
    for name, data in (wanted | others).items():
        path = tmp_path / "on disk" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for root, lead in ((tmp_path / "m.tar", "m.tar!"), (tmp_path / "on disk", "on disk/")):
        told = names(root)
        assert {n.removeprefix(lead) for n, r in told.items() if r is None} == set(wanted)
        assert len(told) == len(wanted | others)


def test_devices_pipes_pointers_and_unknown_archives_are_named(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    (tmp_path / "pointer.jsonl").write_text(pointer)
    (tmp_path / "a.rar").write_bytes(b"Rar!\x1a\x07\x01\x00" + bytes(99))
    (tmp_path / "b.zst").write_bytes(b"\x28\xb5\x2f\xfd" + bytes(99))
    assert list(names(tmp_path).values()) == [
        "RAR archive; unpack it first",
        "Zstandard archive; unpack it first",
        "not a regular file",
        "pointer of Git LFS to a file that is elsewhere; run git lfs pull",
    ]
    assert list(names(Path("/dev/null")).values()) == ["not a regular file"]


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from corpus.sources.archive import walk
os.setuid(65534)
for f in walk([Path(sys.argv[1])], str):
    print(f.name.partition("/")[2], "|", getattr(f, "reason", "read"))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become someone else")
def test_what_may_not_be_read_is_told(tmp_path):
    place = Path("/tmp") / f"closed-{os.getpid()}"
    (place / "shut").mkdir(parents=True)
    try:
        (place / "shut" / "a.txt").write_text("x")
        (place / "b.txt").write_text("x")
        (place / "c.txt").write_text("x")
        (place / "shut").chmod(0)
        (place / "b.txt").chmod(0)
        done = subprocess.run(
            [sys.executable, "-c", UNPRIVILEGED, str(place)], capture_output=True, text=True
        )
        assert done.stdout.splitlines() == [
            "b.txt | not readable; check its permissions",
            "c.txt | read",
            "shut | not readable; check its permissions",
        ], done.stderr
    finally:
        (place / "shut").chmod(0o700)
        for path in (place / "shut" / "a.txt", place / "b.txt", place / "c.txt"):
            path.unlink()
        (place / "shut").rmdir()
        place.rmdir()


def test_a_file_that_goes_while_the_walk_goes_on_is_told(tmp_path):
    for name in ("a.txt", "b.txt", "c.zip"):
        (tmp_path / name).write_bytes(zipped({"n.txt": "N"}) if name == "c.zip" else b"x")
    walked = walk([tmp_path], str)
    first = next(walked)
    (tmp_path / "b.txt").unlink()
    (tmp_path / "c.zip").unlink()
    assert isinstance(first, File)
    assert [f.reason for f in walked] == ["gone while it was read"] * 2


def test_a_folder_named_like_a_file_is_walked(tmp_path):
    (tmp_path / "chat.txt").mkdir()
    (tmp_path / "chat.txt" / "real.txt").write_text("x")
    assert list(names(tmp_path)) == [f"{tmp_path.name}/chat.txt/real.txt"]


def test_a_missing_path_is_named(tmp_path):
    with pytest.raises(NotFound, match="no such file or folder"):
        found(tmp_path / "nowhere")


def test_a_large_archive_has_zip64_fields(tmp_path):
    with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_STORED) as archive:
        for n in range(66_000):  # more than the 16 bits of the older fields can count
            archive.writestr(f"{n:06}", b"")
        with archive.open("last.txt", "w", force_zip64=True) as member:
            member.write(b"text")
    files = found(tmp_path / "z.zip")
    assert len(files) == 66_001 and files[-1].read_bytes() == b"text"


def test_a_sequential_archive_is_unpacked_once_for_all_threads_and_then_let_go(
    tmp_path, monkeypatch
):
    begun = []
    real = opening.squeezed.unpacked
    monkeypatch.setattr(opening.squeezed, "unpacked", lambda *a: begun.append(1) or real(*a))
    (tmp_path / "t.tgz").write_bytes(tarred({f"{n}.txt": b"x" * n for n in range(300)}, "w:gz"))
    (tmp_path / "z.zip").write_bytes(zipped({"a.txt": "A"}))
    files = found(tmp_path / "t.tgz")
    sizes = []
    threads = [
        threading.Thread(target=lambda: sizes.extend(len(f.read_bytes()) for f in files))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sizes) == sorted(list(range(300)) * 4)
    assert len(begun) == 1
    contents(tmp_path / "z.zip")  # another archive: the first is closed with its temporary file
    assert not [key for key in opening._OPEN.keys() if key[0].name == "t.tgz"]
    gc.collect()


def test_members_stay_open_when_another_archive_is_opened(tmp_path):
    for name in ("a.zip", "b.tar.gz", "c.7z"):
        (tmp_path / name).write_bytes(
            PACKERS.get(name.replace("b.", "a.").replace("c.", "a."))(
                {"x.txt": name.encode() * 50_000}
            )
        )
    streams = [f.open() for f in found(tmp_path)]
    assert [s.read() for s in streams] == [n * 50_000 for n in (b"a.zip", b"b.tar.gz", b"c.7z")]
    for stream in streams:
        stream.close()


def test_a_member_can_be_read_in_any_order(tmp_path):
    data = os.urandom(5 << 20)
    for name in ("a.zip", "a.tar.xz"):
        (tmp_path / name).write_bytes(PACKERS[name]({"x": data}))
        (file,) = found(tmp_path / name)
        with file.open() as stream:
            assert stream.read(10) == data[:10]
            assert stream.seek(0, 2) == len(data)
            assert stream.seek(-8, 2) and stream.read() == data[-8:]
            stream.seek(100)
            assert stream.read(5) == data[100:105]
            stream.seek(3 << 20)
            assert stream.read(5) == data[3 << 20 : (3 << 20) + 5]
            stream.seek(9 << 20)
            assert stream.read() == b""
