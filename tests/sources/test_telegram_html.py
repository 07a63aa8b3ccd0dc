import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.sources import page_parts, telegram, telegram_html
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

FIXTURES = Path(__file__).parent.parent / "fixtures" / "telegram_html"
PAGE = "ChatExport_2024-03-04/messages.html"
ANN, BEN = "telegram:Ann Lee", "telegram:Ben Ode"


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def fixture(name, zone="UTC"):
    file = File(FIXTURES / name, f"telegram_html/{name}", "f1")
    assert telegram_html.recognise(file, file.head())
    return list(telegram_html.read(file, Reading(zone=zone)))


def page(*messages, title="Ben Ode"):
    head = f'<html><div class="page_header"><div class="text bold">{title}</div></div>'
    return head + '<div class="history">' + "".join(messages) + "</div></html>"


def message(n, text="hi", name="Ann Lee", date="04.03.2024 09:00:00 UTC+01:00"):
    who = f'<div class="from_name">{name} </div>' if name else ""
    joined = "" if name else " joined"
    return (
        f'<div class="message default clearfix{joined}" id="message{n}"><div class="body">'
        f'<div class="pull_right date details" title="{date}">x</div>{who}'
        f'<div class="text">{text}</div></div></div>'
    )


@pytest.fixture
def read(tmp_path):
    def run(html, folder="ChatExport", **beside):
        path = tmp_path / folder / "messages.html"
        path.parent.mkdir(parents=True)
        path.write_text(html, "utf-8")
        for name, told in beside.items():
            path.with_name(f"{name}.json").write_text(json.dumps(told))
        file = File(path, f"x/{folder}/messages.html", "f1")
        return list(telegram_html.read(file, Reading()))

    return run


def test_words_authors_replies_and_times():
    found = of(Piece, fixture(PAGE))
    assert [(p.own, p.text, p.handle, p.origin) for p in found] == [
        ("101", "Are you there?\nSee the tides & more", BEN, None),
        ("102", "Hello?", BEN, None),  # joined: the name stands above it
        ("103", "Yes", ANN, None),  # without the block it quotes
        ("104", "Words from elsewhere", ANN, "forwarded"),
    ]
    assert [p.reply_to for p in found] == [None, None, "101", None]
    assert found[0].created == datetime(2024, 3, 4, 8, 0, tzinfo=UTC)
    assert {(p.precision, p.mine) for p in found} == {("second", None)}


def test_what_is_no_writing_is_dropped_with_a_reason_and_days_are_not_messages():
    assert [(p.place, p.reason) for p in of(Problem, fixture(PAGE))] == [
        ("message 5", "media without text"),
        ("message 6", "written through a bot"),
        ("message 7", "service message"),
    ]


def test_pages_of_a_chat_are_one_conversation():
    first, second = (
        of(Piece, fixture(PAGE)),
        of(Piece, fixture(PAGE.replace("s.", "s2."), "Europe/Oslo")),
    )
    assert {(p.namespace, p.thread) for p in first + second} == {("telegram:Ben Ode", "Ben Ode")}
    assert (second[0].reply_to, second[0].position) == ("103", 108)
    assert second[0].created == datetime(2024, 3, 5, 8, 0, tzinfo=UTC)  # no zone: the setting's


def test_pages_and_result_json_of_one_export_give_the_same_ids(read, tmp_path):
    told = {"name": "Ben", "type": "personal_chat", "id": 77, "messages": [
        {"id": 5, "type": "message", "date": "2024-03-04T09:00:00", "from": "Ann Lee",
         "from_id": "user1", "text": "hi"}]}  # fmt: skip
    shown = of(Piece, read(page(message(5)), result=told))[0]
    path = tmp_path / "ChatExport" / "result.json"
    kept = of(Piece, telegram.read(File(path, "x/result.json", "f2"), Reading()))[0]
    for name in ("namespace", "own", "thread", "position"):
        assert getattr(shown, name) == getattr(kept, name)


def test_chats_of_an_account_with_one_title_stay_apart(read):
    found = of(Piece, read(page(message(5)), folder="chats/chat_007"))
    assert found[0].thread == "Ben Ode, chat_007"
    assert of(Piece, fixture("DataExport/chats/chat_001/messages.html"))[0].thread.endswith("_001")


def test_the_account_page_is_strong_evidence_and_a_chat_of_two_weak():
    told = of(Claim, fixture("DataExport/export_results.html"))
    assert [(c.handle, c.strong, c.name) for c in told] == [(ANN, True, "Ann Lee")]
    assert [(c.handle, c.strong) for c in of(Claim, fixture(PAGE))] == [(ANN, False)]


def test_notes_to_oneself_are_mine(read):
    found = of(Piece, read(page(message(1), title="Saved messages")))
    assert [(p.mine, p.handle) for p in found] == [(True, ANN)]


@pytest.mark.parametrize(
    ("date", "hour"),
    [
        ("04.03.2024 09:00:00 UTC-05:30", 14),
        ("04.03.2024 09:00:00 GMT+0300", 6),
        ("04.03.2024 09:00:00", 9),
        ("99.03.2024 09:00:00", None),
        ("4 March 2024", None),
    ],
)
def test_dates(read, date, hour):
    created = of(Piece, read(page(message(1, date=date))))[0].created
    assert (created and created.hour) == hour


def test_a_nameless_message_that_is_not_joined_takes_no_name_from_above(read):
    other = message(2).replace('<div class="from_name">Ann Lee </div>', "")
    found = of(Piece, read(page(message(1), other, message(3, name=None))))
    assert [p.handle for p in found] == [ANN, None, None]


def test_a_message_cut_by_a_block_is_whole(read, monkeypatch):
    monkeypatch.setattr(page_parts, "BLOCK", 7)
    found = of(Piece, read(page(*(message(n, f"text {n}") for n in range(1, 30)))))
    assert [p.text for p in found] == [f"text {n}" for n in range(1, 30)]


def test_a_part_too_large_is_an_error_and_the_rest_is_read(read, monkeypatch):
    monkeypatch.setattr(page_parts, "MAX_PART", 20_000)
    monkeypatch.setattr(page_parts, "BLOCK", 5_000)
    found = read(page(message(1), message(2, "x" * 50_000), message(3)))
    assert [p.own for p in of(Piece, found)] == ["1", "3"]
    assert [p.outcome for p in of(Problem, found)] == ["errored"]


@pytest.mark.parametrize("text", ["<html><p>words</p>", "plain", '<div class="message">hi</div>'])
def test_other_pages_are_not_telegrams(tmp_path, text):
    path = tmp_path / "messages.html"
    path.write_text(text)
    assert telegram_html.recognise(File(path, "messages.html", "f1"), text.encode()) is None
