import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.sources import discord
from corpus.sources.discord_text import own_words
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

FIXTURES = Path(__file__).parent.parent / "fixtures"
LOG = "exported/Harbour - boats [200000000000000001].json"
PAGE = "exported/page [200000000000000001].html"
ANN, BEN = "discord:100000000000000001", "discord:100000000000000002"


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def fixture(name, zone="UTC"):
    file = File(FIXTURES / "discord" / name, f"fixtures/discord/{name}", "f1")
    assert discord.recognise(file, file.head())
    return list(discord.read(file, Reading(zone=zone)))


@pytest.fixture
def read(tmp_path):
    def run(content, name="chat.json"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return list(discord.read(File(path, f"x/{name}", "f1"), Reading()))

    return run


def log(*messages, **channel):
    return {
        "guild": {"id": "0"},
        "channel": {"id": "200000000000000009", "type": "GuildTextChat", **channel},
        "dateRange": {},
        "messages": list(messages),
    }


def message(n, content="hi", author="1", name="Ann", **more):
    who = {"id": f"10000000000000000{author}", "name": name, "isBot": False}
    stamp = "2024-03-04T09:00:00+01:00"
    id_ = f"121412143651225600{n}"
    return {"id": id_, "type": "Default", "timestamp": stamp, "content": content, "author": who,
            **more}  # fmt: skip


def test_a_data_package_is_all_mine_and_names_the_account():
    found = of(Piece, fixture("Nachrichten/c200000000000000001/messages.json"))
    assert [p.text for p in found] == [
        "Hi @someone, see #boats :wave:\nhttps://tides.example",
        "||secret|| boat",
    ]
    assert {(p.handle, p.mine, p.thread) for p in found} == {(ANN, True, "200000000000000001")}
    assert found[0].created == datetime(2024, 3, 4, 8, 0, tzinfo=UTC)
    assert found[1].created == datetime(2024, 3, 4, 8, 2, 0, 500_000, tzinfo=UTC)


def test_an_old_package_is_a_table_with_line_ends_in_its_cells():
    found = fixture("Nachrichten/c200000000000000002/messages.csv")
    assert [p.text for p in of(Piece, found)] == ['two\nlines, "quoted"']
    assert of(Piece, found)[0].people == [(ANN, "Ann Lee"), (BEN, None)]
    assert [p.reason for p in of(Problem, found)] == ["media without text"]


def test_the_account_is_strong_evidence():
    assert of(Claim, fixture("Konto/user.json")) == [
        Claim(ANN, "is the account of a Discord data package", strong=True, name="Ann Lee")
    ]


def test_one_message_has_one_id_in_package_log_and_page():
    own = of(Piece, fixture("Nachrichten/c200000000000000001/messages.json"))[0]
    logged = of(Piece, fixture(LOG))
    shown = of(Piece, fixture(PAGE))[0]
    for one, other in ((own, logged[0]), (logged[1], shown)):
        names = ("namespace", "own", "thread", "position", "handle")
        assert [getattr(one, n) for n in names] == [getattr(other, n) for n in names]
    assert logged[1].reply_to == shown.reply_to == own.own
    assert logged[1].metadata == shown.metadata == {"edited": True}


def test_a_log_keeps_replies_and_forwards_apart_from_own_words():
    found = fixture(LOG)
    assert [(p.text, p.origin, p.handle, p.mine) for p in of(Piece, found)] == [
        ("Hi @Ben, see #boats :wave:\nhttps://tides.example", None, ANN, None),
        ("@Ann Lee I see", None, BEN, None),
        ("words from elsewhere", "forwarded", BEN, None),
    ]
    assert [(p.place, p.reason) for p in of(Problem, found)] == [
        ("message 3", "system message"),
        ("message 4", "written by a bot"),
        ("message 6", "a share or link preview only"),
    ]


def test_a_page_gives_words_without_quotes_embeds_and_pictures():
    found = of(Piece, fixture(PAGE))
    assert [p.text for p in found] == ["@Ann Lee I see :boat:\ntwo <lines>", "and more"]
    assert {p.handle for p in found} == {BEN}  # a group names its author once


def test_a_table_and_a_text_without_ids():
    (table,) = of(Piece, fixture("exported/table [200000000000000001].csv"))
    assert (table.text, table.handle, table.own) == ('Hello "you",\nall', ANN, None)
    assert table.thread == "200000000000000001"
    assert table.created == datetime(2024, 3, 4, 8, 0, tzinfo=UTC)
    first, second = of(Piece, fixture("exported/text [200000000000000001].txt", zone="Europe/Oslo"))
    assert first.text == "Hello\n\n[not a date] in the middle"
    assert (first.handle, first.created.hour, second.text) == ("name:ann", 8, "Hi")


def test_the_writer_a_direct_chat_is_not_called_after_is_proposed(read):
    found = read(log(message(1), message(2, author="2", name="Ben"), type="DM", name="Ben"))
    assert [(c.handle, c.strong) for c in of(Claim, found)] == [(ANN, False)]
    assert of(Claim, read(log(message(1), message(2, author="2"), name="Ben"))) == []


def test_broken_messages_and_cut_files_stop_nothing(read):
    broken = [5, message("x"), message(1, content=None), message(2, author=None), message(3)]
    broken[3]["author"] = [1]
    found = read(log(*broken))
    assert [p.outcome for p in of(Problem, found)] == ["errored", "errored", "dropped"]
    assert [p.handle for p in of(Piece, found)] == [None, ANN]
    cut = read(json.dumps(log(message(1), message(2))).encode()[:-30])
    assert len(of(Piece, cut)) == 1
    assert of(Problem, cut)[-1].outcome == "errored"


def test_own_package_messages_that_are_broken_are_errors(read):
    rows = [{"ID": "x", "Timestamp": 1, "Contents": "a"}, [1],
            {"ID": 1214121436512256001, "Timestamp": None, "Contents": "b"},
            {"ID": 1214121436512256001, "Timestamp": "2024", "Contents": {"a": 1}}]  # fmt: skip
    found = read(rows)
    assert [p.outcome for p in of(Problem, found)] == ["errored"] * 3
    assert of(Piece, found)[0].created == datetime(2024, 3, 4, 8, 5, 7, 750_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<@!123456789012345678> <@&123456789012345678>", "@someone @everyone in it"),
        ("<t:1618953630:R> </roll:123456789012345678>", "2021-04-20 21:20 /roll"),
        ("<a:dance:123456789012345678><https://x.example>", ":dance:https://x.example"),
        ("mine\n>>> theirs\ntheirs", "mine"),
        (">no quote\n> quote", ">no quote"),
        ("```\n> code\n```", "```\n> code\n```"),
        ("1 < 2 > 0 <3", "1 < 2 > 0 <3"),
        ("<t:99999999999999:R>", "<t:99999999999999:R>"),
    ],
)
def test_markup(raw, text):
    assert own_words(raw, {}) == text


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"id": "1", "type": 0}',
        '[{"ID": 1}]',
        '{"guild": 1, "channel": 2}',
        "ID,Time\n",
    ],
)
def test_other_files_are_not_discord(tmp_path, text):
    path = tmp_path / "messages.json"
    path.write_text(text)
    assert discord.recognise(File(path, "a/messages.json", "f1"), text.encode()) is None
