import json
from datetime import UTC, datetime

import pytest

from corpus.sources import telegram
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading


def message(n, text="hello", writer="user1", **more):
    return {
        "id": n,
        "type": "message",
        "date": "2024-07-01T12:00:00",
        "date_unixtime": str(1719828000 + n),
        "from": {"user1": "Ann", "user2": "Ben"}.get(writer),
        "from_id": writer,
        "text": text,
        **more,
    }


@pytest.fixture
def read(tmp_path):
    def run(data, zone="UTC", recognised=True):
        path = tmp_path / "result.json"
        raw = data if isinstance(data, bytes) else json.dumps(data).encode()
        path.write_bytes(raw)
        file = File(path, "export/result.json", "f1")
        assert bool(telegram.recognise(file, file.head())) is recognised
        return list(telegram.read(file, Reading(zone=zone)))

    return run


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def chat(*messages, kind="personal_chat", id=2):
    return {"name": "Ben", "type": kind, "id": id, "messages": list(messages)}


def account(*chats, left=()):
    return {
        "about": "…",
        "personal_information": {"user_id": 1, "first_name": "Ann", "last_name": "Lee"},
        "chats": {"about": "…", "list": list(chats)},
        "left_chats": {"about": "…", "list": list(left)},
    }


def test_a_single_chat(read):
    found = read(chat(message(7), message(9, "fine", "user2", reply_to_message_id=7)))
    first, second = of(Piece, found)
    assert (first.namespace, first.own, first.thread) == ("telegram:2", "7", "2")
    assert (first.handle, first.people) == ("telegram:user1", [("telegram:user1", "Ann")])
    assert (second.position, second.reply_to, second.text) == (9, "7", "fine")
    assert second.created == datetime.fromtimestamp(1719828009, UTC)
    assert (second.precision, second.basis, second.mine) == ("second", "stated", None)
    assert of(Claim, found) == [
        Claim(
            "telegram:user1",
            "writes in a personal chat and is not the one it is held with",
            strong=True,
            name="Ann",
        )
    ]


def test_a_group_says_nothing_about_me(read):
    found = read(chat(message(1), message(2, writer="user2"), kind="private_group"))
    assert of(Claim, found) == []


def test_two_writers_beside_the_one_it_is_held_with_prove_nothing(read):
    assert of(Claim, read(chat(message(1), message(2, writer="user2"), id=5))) == []


def test_a_whole_account_knows_who_writes(read):
    saved = chat(
        message(1, "note to self"),
        message(2, "theirs", forwarded_from="Ben", forwarded_from_id="user2"),
        kind="saved_messages",
        id=1,
    )
    found = read(
        account(chat(message(1), message(2, writer="user2")), saved, left=[chat(message(5), id=8)])
    )
    assert [(p.thread, p.own, p.mine, p.origin) for p in of(Piece, found)] == [
        ("2", "1", True, None),
        ("2", "2", False, None),
        ("1", "1", True, None),
        ("1", "2", None, "forwarded"),
        ("8", "5", True, None),
    ]
    assert [(c.handle, c.strong, c.name) for c in of(Claim, found)] == [
        ("telegram:user1", True, "Ann Lee")
    ]
    assert [p.locator for p in of(Piece, found)][-1] == "chat 3, message 1"


def test_text_in_parts_is_joined_and_quoted_blocks_left_out(read):
    parts = ["See ", {"type": "link", "text": "x.org"}, "!"]
    entities = [{"type": "blockquote", "text": "theirs\n"}, {"type": "plain", "text": "mine"}]
    only = [{"type": "blockquote", "text": "theirs"}]
    found = read(
        chat(message(1, parts), message(2, "both", text_entities=entities), message(3, only))
    )
    assert [p.text for p in of(Piece, found)] == ["See x.org!", "mine"]
    assert [p.reason for p in of(Problem, found)] == ["no text"]


def test_what_is_no_writing_is_dropped_with_a_reason(read):
    found = read(
        chat(
            {"id": 1, "type": "service", "date": "2024-07-01T12:00:00", "actor": "Ann", "text": ""},
            message(2, "", photo="(File not included.)"),
            message(3, "gif", via_bot="@gif"),
            message(4, "", poll={"question": "?"}),
            message(5, "caption", photo="photo.jpg"),
            "not a message",
        )
    )
    assert [(p.reason, p.outcome) for p in of(Problem, found)] == [
        ("service message", "dropped"),
        ("media without text", "dropped"),
        ("written through a bot", "dropped"),
        ("poll", "dropped"),
        ("not a message object", "errored"),
    ]
    assert [p.text for p in of(Piece, found)] == ["caption"]


def test_edits_and_forwards_are_kept_apart(read):
    found = read(
        chat(
            message(1, edited="2024-07-01T13:00:00"),
            message(2, edited="1970-01-01T01:00:00"),
            message(3, forwarded_from=None),
        )
    )
    assert [(p.metadata, p.origin) for p in of(Piece, found)] == [
        ({"edited": True}, None),
        ({}, None),
        ({}, "forwarded"),
    ]


def test_a_date_without_zone_is_local_and_absurd_ones_are_unknown(read):
    local, absurd = message(1, date_unixtime=None), message(2, date_unixtime="17")
    found = of(Piece, read(chat(local, absurd), zone="Europe/Oslo"))
    assert found[0].created == datetime(2024, 7, 1, 10, 0, tzinfo=UTC)
    assert (found[1].created, found[1].precision) == (None, "unknown")


def test_old_exports_without_ids_are_read(read):
    old = {
        "messages": [{"type": "message", "date": "2018-12-05T10:00:00", "from": "Ann", "text": "a"}]
    }
    piece = of(Piece, read(old))[0]
    assert (piece.own, piece.handle, piece.thread) == (None, "name:Ann", "export/result.json")


def test_deleted_accounts_have_no_handle(read):
    piece = of(Piece, read(chat(message(1, writer=None))))[0]
    assert (piece.handle, piece.people) == (None, [])


def test_numeric_writer_ids_of_old_exports_are_users(read):
    assert of(Piece, read(chat(message(1, writer=17))))[0].handle == "telegram:user17"


@pytest.mark.parametrize("keep", [0.5, 0.8, 0.95])
def test_a_truncated_file_gives_what_stands_before_the_break(read, keep):
    whole = json.dumps(chat(*(message(n) for n in range(1, 21)))).encode()
    found = read(whole[: int(len(whole) * keep)])
    assert 1 <= len(of(Piece, found)) < 20
    assert [p.outcome for p in of(Problem, found)] == ["errored"]
    assert of(Problem, found)[0].place == f"after message {len(of(Piece, found))}"


def test_a_byte_order_mark_is_skipped(read):
    assert len(of(Piece, read(b"\xef\xbb\xbf" + json.dumps(chat(message(1))).encode()))) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"messages": [{"sender_name": "Ann", "timestamp_ms": 1, "content": "hi"}]}',
        b'[{"type": "message", "from": "a", "date": "x", "text": "hi", "messages": 1}]',
        b'{"personal_information": {"name": "x"}, "messages": []}',
    ],
)
def test_other_files_are_not_telegram(tmp_path, data):
    assert telegram.recognise(File(tmp_path, "a.json", "f1"), data) is None
