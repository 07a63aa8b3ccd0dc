import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.sources import sms, sms_xml
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

FIXTURES = Path(__file__).parent.parent / "fixtures" / "sms"
BEN, CAT = "phone:+4790000002", "phone:+4790000003"


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def fixture(name="sms-20240304.xml"):
    return list(sms.read(File(FIXTURES / name, f"sms/{name}", "f1"), Reading()))


@pytest.fixture
def read(tmp_path):
    def run(inside, root="smses"):
        path = tmp_path / "sms.xml"
        raw = inside if isinstance(inside, bytes) else f"<{root}>{inside}</{root}>".encode()
        path.write_bytes(raw)
        return list(sms.read(File(path, "x/sms.xml", "f1"), Reading()))

    return run


def test_texts_are_whole_with_emoji_line_ends_and_quotes():
    assert [p.text for p in of(Piece, fixture())] == [
        "Are you there? 😊",
        "Yes,\nat <quay> 🚣",
        'never "arrived" data="x',
        "Look at her",
        "Lovely",
        "without a date",
    ]


def test_direction_authors_and_the_people_of_a_group():
    found = of(Piece, fixture())
    assert [p.mine for p in found] == [False, True, True, False, True, False]
    assert [p.handle for p in found] == [BEN, None, None, CAT, None, BEN]
    assert found[0].people == [(BEN, "Ben Ode")]
    assert found[3].people == [(CAT, "Cat Poe"), (BEN, "Ben Ode")]
    assert {p.thread for p in found} == {BEN, f"{BEN} {CAT}"}
    assert found[5].people == [(BEN, None)]


def test_times_and_ids_are_those_of_the_phone():
    found = of(Piece, fixture())
    assert found[0].created == datetime(2024, 3, 4, 8, 0, 0, 123_000, tzinfo=UTC)
    assert found[0].own == f"1709539200123 {BEN} "
    assert found[3].own.endswith(" mm1")
    assert found[2].own is None  # a whole second may hold two messages
    assert (found[5].created, found[5].precision, found[5].own) == (None, "unknown", None)


def test_what_is_no_writing_is_dropped_with_a_reason():
    assert [(p.place, p.reason, p.outcome) for p in of(Problem, fixture())] == [
        ("message 3", "draft, never sent", "dropped"),
        ("message 4", "written by a machine", "dropped"),
        ("message 5", "written by a machine", "dropped"),
        ("message 7", "no text", "dropped"),
        ("message 10", "media without text", "dropped"),
        ("message 11", "a message without its address or direction", "errored"),
    ]


def test_the_number_of_this_phone_is_told_by_group_messages():
    assert [(c.handle, c.strong) for c in of(Claim, fixture())] == [("phone:+4790000001", False)]


def test_the_number_a_multimedia_message_was_sent_from_is_mine(read):
    found = read(
        '<mms date="1" msg_box="2" address="+4790000002"><parts><part ct="text/plain" text="a"/>'
        '</parts><addrs><addr address="+4790000001" type="137"/></addrs></mms>' * 2
    )
    assert [(c.handle, c.strong) for c in of(Claim, found)] == [("phone:+4790000001", True)]


def test_a_log_of_calls_is_no_writing():
    found = fixture("calls-20240304.xml")
    assert [(p.reason, p.outcome) for p in found] == [("a log of calls; not writing", "dropped")]


def test_super_backup_is_read_too(read):
    one = '<sms address="+4790000002" time="x" date="1709539200123" type="1" body="hi" name="Ben"/>'
    piece = of(Piece, read(one, root="allsms"))[0]
    assert (piece.text, piece.people) == ("hi", [(BEN, "Ben")])


def test_a_cut_file_yields_what_is_whole(read):
    found = read((FIXTURES / "sms-20240304.xml").read_bytes()[:1_200])
    assert len(of(Piece, found)) == 3
    last = of(Problem, found)[-1]
    assert (last.place, last.outcome) == ("after message 6", "errored")


def test_entities_are_refused(read):
    found = read(b'<!DOCTYPE s [<!ENTITY a "aaaa">]><smses><sms body="&a;"/></smses>')
    assert "the XML declares entities" in {p.reason for p in of(Problem, found)}
    assert of(Piece, found) == []


def test_control_characters_and_bad_bytes_stop_nothing(read):
    found = read(
        b'<smses><sms address="+4790000002" date="1709539200123" type="1" body="a\x01b&#2;\xff"/>'
        b"</smses>"
    )
    assert [p.text for p in of(Piece, found)] == ["ab \ufffd"]


def test_pictures_are_left_out_on_the_way_and_memory_stays_small(read):
    picture = b'<part ct="image/png" data="' + b"QUJD" * 2_000_000 + b'"/>'
    cleaned = sms_xml.Cleaned(io.BytesIO(b"<smses><mms>" + picture + b"</mms></smses>"))
    out = b"".join(iter(cleaned.read, b""))
    assert out == b'<smses><mms><part ct="image/png" data=""/></mms></smses>'


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab &#;x5d\n<>\"'😊", max_size=200), st.integers(1, 40))
def test_blocks_change_nothing(text, size):
    class Slow(io.BytesIO):
        def read(self, _=-1):
            return super().read(size)

    raw = text.encode()
    assert b"".join(iter(sms_xml.Cleaned(Slow(raw)).read, b"")).decode() == sms_xml.legal(text)


@pytest.mark.parametrize(
    "text",
    [
        "<smsesx/>",
        "plain <smses",
        '{"smses": 1}',
        "<html><body><smses>",
        "<calls>",
        "<sms body=''/>",
    ],
)
def test_other_xml_is_no_backup(tmp_path, text):
    path = tmp_path / "a.xml"
    path.write_text(text)
    assert sms.recognise(File(path, "a.xml", "f1"), text.encode()) is None
