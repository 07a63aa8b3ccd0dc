"""Messages of Outlook, made here as compound files: mail, drafts, notes and what is none."""

import struct
import tracemalloc
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from corpus.sources import mail, outlook
from corpus.sources.file import File
from corpus.sources.outlook_rtf import content_of, unpacked
from corpus.sources.piece import Claim, Piece, Problem, Reading

SECTOR, SMALL = 512, 64
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
NONE = 0xFFFFFFFF


def compound(tree):
    """Return a compound file (MS-CFB) of `tree`: names to bytes, or to the tree of a storage."""
    entries, small, big = [], bytearray(), []

    def add(name, content):
        at = len(entries)
        entries.append({"name": name, "content": content, "child": NONE, "right": NONE})
        if isinstance(content, dict):
            # siblings in the order of the format: shorter names first, each the right of the last
            numbers = [add(n, content[n]) for n in sorted(content, key=lambda n: (len(n), n))]
            for left, right in pairwise(numbers):
                entries[left]["right"] = right
            entries[at]["child"] = numbers[0] if numbers else NONE
        return at

    add("Root Entry", tree)
    for entry in entries:
        content = entry["content"]
        if isinstance(content, dict):
            entry |= {"start": 0, "size": 0}
        elif len(content) < 4096:
            entry |= {"start": len(small) // SMALL if content else END, "size": len(content)}
            small += content + bytes(-len(content) % SMALL)
        else:
            entry |= {"start": len(big), "size": len(content)}
            big += [content[n : n + SECTOR] for n in range(0, len(content), SECTOR)]
            entry["last"] = len(big) - 1
    return assembled(entries, bytes(small), big)


def assembled(entries, small, big):
    chains = {}
    sectors = list(big)
    for entry in entries:
        if "last" in entry:
            chains |= {n: n + 1 for n in range(entry["start"], entry["last"])}
            chains[entry["last"]] = END

    def store(data):
        start = len(sectors)
        count = -(-len(data) // SECTOR)
        for n in range(count):
            sectors.append(data[n * SECTOR : (n + 1) * SECTOR])
            chains[start + n] = start + n + 1 if n + 1 < count else END
        return start if count else END

    stream = store(small)
    minis = [n + 1 for n in range(len(small) // SMALL)]
    for entry in entries:
        if not isinstance(entry["content"], dict) and 0 < entry["size"] < 4096:
            minis[entry["start"] + -(-entry["size"] // SMALL) - 1] = END
    mini_table = store(struct.pack(f"<{len(minis)}I", *minis)) if minis else END
    entries[0] |= {"start": stream, "size": len(small)}
    directory = store(b"".join(directory_entry(n, e) for n, e in enumerate(entries)))
    tables = 1
    while tables * 128 < len(sectors) + tables:
        tables += 1
    table = [chains[n] for n in range(len(sectors))] + [TABLE] * tables
    table += [FREE] * (tables * 128 - len(table))
    begins = len(sectors)
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        outlook.OLE, bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6), 0, tables, directory, 0, 4096,
        mini_table, -(-len(minis) * 4 // SECTOR), END, 0,
    )  # fmt: skip
    listed = [begins + n if n < tables else FREE for n in range(109)]
    out = [head + struct.pack("<109I", *listed), *sectors]
    raw = struct.pack(f"<{len(table)}I", *table)
    out += [raw[n : n + SECTOR] for n in range(0, len(raw), SECTOR)]
    return b"".join(part + bytes(-len(part) % SECTOR) for part in out)


def directory_entry(n, entry):
    name = entry["name"].encode("utf-16-le")
    kind = 5 if n == 0 else 1 if isinstance(entry["content"], dict) else 2
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        name, len(name) + 2, kind, 1, NONE, entry["right"], entry["child"], bytes(16), 0, 0, 0,
        entry["start"], entry["size"],
    )  # fmt: skip


def properties(values, head):
    """Return the streams of a storage whose properties are `values`: id → text, bytes, number."""
    streams, fixed = {}, b""
    for name, value in values.items():
        if isinstance(value, str):
            kind, raw = 0x1F, value.encode("utf-16-le")
        elif isinstance(value, bytes):
            kind, raw = 0x102, value
        elif isinstance(value, datetime):
            since = value - datetime(1601, 1, 1, tzinfo=UTC)
            ticks = int(since.total_seconds()) * 10_000_000
            fixed += struct.pack("<HHIQ", 0x40, name, 6, ticks)
            continue
        else:
            fixed += struct.pack("<HHIiI", 3, name, 6, value, 0)
            continue
        streams[f"__substg1.0_{name:04X}{kind:04X}"] = raw
        fixed += struct.pack("<HHIII", kind, name, 6, len(raw) + 2 * (kind == 0x1F), 0)
    return streams | {"__properties_version1.0": bytes(head) + fixed}


SENT_AT = datetime(2019, 5, 6, 7, 8, 9, tzinfo=UTC)
ANN = {0x001A: "IPM.Note", 0x0037: "Lunch", 0x5D02: "ann@mail.example", 0x0042: "Ann Lee"}
BEN = {0x0C15: 1, 0x3001: "Ben Bø", 0x39FE: "ben@mail.example"}


def message(values, recipients=(BEN,), attachments=()):
    tree = properties(values, 32)
    for n, one in enumerate(recipients):
        tree[f"__recip_version1.0_#{n:08X}"] = properties(one, 8)
    for n, one in enumerate(attachments):
        tree[f"__attach_version1.0_#{n:08X}"] = properties(one, 8)
    return compound(tree)


@pytest.fixture
def read(tmp_path):
    def run(data, name="saved/Lunch.msg"):
        path = tmp_path / "x.msg"
        path.write_bytes(data)
        file = File(path, name, "f1")
        assert outlook.recognise(file, file.head())
        return list(outlook.read(file, Reading()))

    return run


def sent(found):
    """Return who wrote mail that was sent from the mailbox it is in."""
    return {c.handle for c in found if isinstance(c, Claim) and c.mailbox and c.strong}


def one(found):
    (piece,) = (x for x in found if isinstance(x, Piece))
    return piece


def test_a_message_with_its_people_and_date(read):
    found = one(read(message({**ANN, 0x1000: "Noon?\r\n", 0x0039: SENT_AT, 0x1035: "<1@x>"})))
    assert (found.namespace, found.own, found.thread) == ("message-id", "1@x", "1@x")
    assert (found.text, found.title, found.kind) == ("Noon?\n", "Lunch", "mail")
    assert found.people == [
        ("email:ann@mail.example", "Ann Lee"),
        ("email:ben@mail.example", "Ben Bø"),
    ]
    assert (found.created, found.basis, found.mine) == (SENT_AT, "stated", None)


def test_the_headers_of_the_net_go_before_the_properties(read):
    headers = (
        "From: Ann <ann@mail.example>\r\nDate: Mon, 6 May 2019 10:00:00 +0200\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\nMessage-ID: <2@x>\r\nReferences: <0@x>\r\n"
    )
    found = one(read(message({**ANN, 0x1000: "Noon?", 0x007D: headers, 0x0039: SENT_AT})))
    assert (found.own, found.thread, found.created.hour) == ("2@x", "0@x", 8)


@pytest.mark.parametrize(
    ("values", "mine", "metadata"),
    [
        ({0x0E07: 0x8}, True, {"draft": True}),
        ({0x0E07: 0x21}, True, {}),
        ({0x0E07: 0x5}, True, {}),
        ({0x0E07: 0x5, 0x0040: "Ben"}, None, {}),
        ({0x0E07: 0x1}, None, {}),
        ({}, None, {}),
    ],
)
def test_flags_say_what_was_sent(read, values, mine, metadata):
    found = read(message({**ANN, 0x1000: "Noon?", **values}))
    assert (sent(found), one(found).metadata) == (
        {"email:ann@mail.example"} if mine else set(),
        metadata,
    )


def test_a_message_in_the_folder_of_sent_mail_is_mine(read):
    found = read(message({**ANN, 0x1000: "Noon?"}), "Gesendete Elemente/a.msg")
    assert sent(found) == {"email:ann@mail.example"}


def test_html_tells_quotes_and_is_decoded_as_it_says(read):
    html = "<p>Grüße</p><div id='divRplyFwdMsg'><b>Von:</b> Bo</div><p>Alt</p>".encode("cp1252")
    values = {**ANN, 0x1000: "Grüße\r\n\r\nVon: Bo\r\n\r\nAlt", 0x1013: html, 0x3FDE: 1252}
    assert one(read(message(values))).text == "Grüße\n\n> Von: Bo\n>\n> Alt"


def packed(data):
    """Return `data` in the compressed form, nothing of it found in the window."""
    body = b"".join(b"\0" + data[n : n + 8] for n in range(0, len(data), 8))
    return struct.pack("<II4sI", len(body) + 12, len(data), b"LZFu", 0) + body


def test_rich_text_is_read_where_nothing_else_is(read):
    rtf = rb"{\rtf1\ansi\ansicpg1252 {\fonttbl{\f0\fnil Arial;}} Hei p\'e5 deg\par andre\par}"
    assert (
        one(read(message({**ANN, 0x1009: packed(rtf)}))).text.split() == "Hei på deg andre".split()
    )
    html = (
        rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 A;}}"
        rb"{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Hei p\'e5 \u229?\f1 \'cf\htmlrtf }\htmlrtf0 "
        rb"{\*\htmltag84 &nbsp;}{\*\mhtmltag84 no}\{x\}{\*\htmltag72 </p>}\htmlrtf \par\htmlrtf0}"
    )
    assert content_of(html) == ("<p>Hei på åП&nbsp;{x}</p>", True)
    assert one(read(message({**ANN, 0x1009: packed(html)}))).text == "Hei på åП\xa0{x}"
    text = rb"{\rtf1\ansi\fromtext \pard one\par two\tab three\par}"
    assert content_of(text) == ("one\ntwo\tthree\n", False)


def test_packed_text_repeats_what_the_window_holds():
    # the example of MS-OXRTFCP 4.1.2
    raw = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert unpacked(raw) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    for n in range(len(raw)):
        assert b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}".startswith(unpacked(raw[:n]))


def test_attachments_are_counted_but_for_hidden_pictures(read):
    attachments = [{0x3707: "a.pdf", 0x3701: b"x"}, {0x3707: "b.png", 0x7FFE: 1}]
    found = one(read(message({**ANN, 0x1000: "See"}, attachments=attachments)))
    assert found.metadata == {"attachments": 1}


def test_signed_mail_is_read_from_what_it_wraps(read):
    inner = (
        b"Content-Type: multipart/signed; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
        b"in clear\n--b\nContent-Type: application/pkcs7-signature\n\nAAAA\n--b--\n"
    )
    values = {**ANN, 0x001A: "IPM.Note.SMIME.MultipartSigned"}
    assert one(read(message(values, attachments=[{0x3701: inner}]))).text == "in clear"


def test_an_address_within_a_company_is_a_name(read):
    values = {k: v for k, v in ANN.items() if k != 0x5D02}
    values |= {0x0064: "EX", 0x0065: "/O=X/CN=ANN", 0x1000: "Noon?", 0x0071: bytes(27)}
    found = one(read(message(values)))
    assert (found.handle, found.thread) == ("name:Ann Lee", f"conversation:{'00' * 22}")


def test_a_sticky_note_is_a_note_of_ones_own(read):
    found = one(read(message({0x001A: "IPM.StickyNote", 0x0037: "milk", 0x1000: "milk\r\nbread"})))
    assert (found.kind, found.mine, found.text) == ("note", True, "milk\nbread")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("IPM.Schedule.Meeting.Resp.Pos", "calendar"),
        ("IPM.Appointment", "calendar"),
        ("IPM.Contact", "contact"),
        ("REPORT.IPM.Note.NDR", "bounce or receipt"),
        ("IPM.Note.SMIME", "encrypted"),
        ("IPM.Note", "no text"),
    ],
)
def test_what_is_no_mail_is_dropped(read, kind, reason):
    assert read(message({**ANN, 0x001A: kind})) == [Problem("message", reason)]


def test_a_whole_mailbox_of_outlook_says_what_to_do(read):
    (problem,) = read(b"!BDN" + bytes(600))
    assert problem.outcome == "errored"


def test_other_compound_files_are_not_messages(tmp_path):
    path = tmp_path / "a.doc"
    path.write_bytes(compound({"WordDocument": b"x" * 100}))
    file = File(path, "a.doc", "f")
    assert outlook.recognise(file, file.head()) is None
    assert mail.recognise(file, file.head()) is None


def test_damaged_messages_end_in_a_problem_or_a_piece(tmp_path):
    path = tmp_path / "x.msg"
    whole = message({**ANN, 0x1000: "Noon? " * 900, 0x1013: b"<p>Noon?</p>"}, attachments=[{1: 2}])
    for n in range(0, len(whole), 101):
        for data in (whole[:n], whole[:n] + b"\xff\x01" + whole[n + 2 :]):
            path.write_bytes(data)
            file = File(path, "x.msg", "f")
            if not data or not outlook.recognise(file, file.head()):
                continue
            for item in outlook.read(file, Reading()):
                assert isinstance(item, Piece | Problem | Claim)


def test_a_size_beyond_the_file_is_damage(read):
    whole = bytearray(message({**ANN, 0x1000: "Noon?"}))
    root = whole.index("Root Entry".encode("utf-16-le"))
    whole[root + 120 : root + 124] = (1 << 30).to_bytes(4, "little")
    tracemalloc.start()
    found = read(bytes(whole))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert all(isinstance(item, Problem) for item in found)
    assert peak < 64 << 20
