"""Google Chat of a Takeout: messages by conversation, own by the user beside them."""

import json
from pathlib import Path

from corpus.sources import google_chat
from corpus.sources.archive import walk
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.reading import recognise

FIXTURE = Path(__file__).parent.parent / "fixtures" / "google_chat"


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def found():
    files = {f.name: f for f in walk([FIXTURE], str)}
    name = next(n for n in files if n.endswith("messages.json"))
    return list(google_chat.read(files[name], Reading()))


def test_messages_have_writer_date_and_the_one_they_quote():
    first, second, third = of(Piece, found())
    assert (first.handle, first.people) == ("email:ben@mail.example", [(first.handle, "Ben Ode")])
    assert (second.handle, second.reply_to) == ("email:ann.lee@mail.example", first.own)
    assert first.created.isoformat() == "2024-03-12T21:10:11+00:00"
    assert {p.thread for p in (first, second, third)} == {"DM qX1"}
    assert first.position < second.position < third.position


def test_the_user_beside_the_groups_is_me():
    (claim,) = of(Claim, found())
    assert (claim.handle, claim.strong, claim.name) == (
        "email:ann.lee@mail.example", True, "Ann Lee"
    )  # fmt: skip


def test_pictures_programs_and_what_was_deleted_are_dropped():
    assert [p.reason for p in of(Problem, found())] == [
        "media without text", "message of a program", "deleted"
    ]  # fmt: skip


def test_a_file_that_breaks_off_gives_what_stands_before(tmp_path):
    whole = next(FIXTURE.rglob("messages.json")).read_bytes()
    path = tmp_path / "messages.json"
    path.write_bytes(whole[: whole.index(b"t5")])
    items = list(google_chat.read(File(path, "Groups/DM a/messages.json", "f"), Reading()))
    assert len(of(Piece, items)) == 2
    assert items[-1].outcome == "errored"


def test_other_files_of_messages_are_not_google_s(tmp_path):
    path = tmp_path / "messages.json"
    path.write_text(
        json.dumps({"messages": [{"sender_name": "A", "timestamp_ms": 1, "content": "x"}]})
    )
    assert recognise(File(path, "messages.json", "f"), Reading())[0] == "messenger"
