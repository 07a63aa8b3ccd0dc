import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.sources import slack
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

EXPORT = Path(__file__).parent.parent / "fixtures" / "slack"
USERS = [
    {"id": "U0ANN0001", "profile": {"display_name": "ann"}},
    {"id": "U0BEN0002", "profile": {"real_name": "Ben Ode"}},
]


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def fixture(name):
    return list(slack.read(File(EXPORT / name, f"slack/{name}", "f1"), Reading()))


@pytest.fixture
def export(tmp_path):
    """Write files of an export and read one of them."""

    def run(name, content, **beside):
        for other, told in {"users": USERS, **beside}.items():
            (tmp_path / f"{other}.json").write_text(json.dumps(told))
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.write_bytes(raw)
        return list(slack.read(File(path, f"x/{name}", "f1"), Reading()))

    return run


def message(text="hi", ts="1709539200.000100", user="U0ANN0001", **more):
    return {"type": "message", "user": user, "ts": ts, "text": text, **more}


def test_markup_becomes_words_and_names():
    texts = [p.text for p in of(Piece, fixture("general/2024-03-04.json"))]
    assert texts[0] == "Who comes @here, @Ben Ode? See the tides & #general"
    assert texts[1] == "I do."  # the quoted line is Ann's
    assert texts[2] == "Bring rope < 5 m:boat:@Ben Ode\n- https://rope.example"


def test_a_thread_is_a_conversation_with_its_opener_and_days_of_a_channel_are_one():
    found = of(Piece, fixture("general/2024-03-04.json") + fixture("general/2024-03-05.json"))
    thread, stream = "1709539260.000200", "channel"
    assert [p.thread for p in found] == [thread, thread, stream, thread, stream]
    assert [p.reply_to for p in found] == [None, thread, None, thread, None]
    assert {p.namespace for p in found} == {"slack:C0GENERAL"}
    assert [p.own for p in found] == [
        "1709539260.000200",
        "1709539320.000300",
        "1709539440.000500",
        "1709625600.000100",
        "1709625660.000200",
    ]
    assert found == sorted(found, key=lambda p: p.position)


def test_what_no_person_wrote_is_dropped_with_a_reason():
    assert [(p.place, p.reason) for p in of(Problem, fixture("general/2024-03-04.json"))] == [
        ("message 1", "system message"),
        ("message 4", "written by a bot"),
        ("message 5", "written by a bot"),
        ("message 7", "media without text"),
    ]
    assert [p.reason for p in of(Problem, fixture("general/2024-03-05.json"))] == [
        "the same message a second time in the file",
        "deleted message",
    ]


def test_authors_and_times():
    piece = of(Piece, fixture("general/2024-03-04.json"))[1]
    assert piece.handle == "slack:U0BEN0002"
    assert piece.people[0] == ("slack:U0BEN0002", "Ben Ode")
    assert piece.created == datetime(2024, 3, 4, 8, 2, 0, 300, tzinfo=UTC)
    assert (piece.precision, piece.mine) == ("second", None)
    assert piece.metadata == {"channel": "general", "edited": True}


def test_direct_messages_are_told_by_their_folder_and_name_the_other_one():
    found = of(Piece, fixture("D0ANNBEN01/2024-03-05.json"))
    assert {p.namespace for p in found} == {"slack:D0ANNBEN01"}
    assert found[0].people == [("slack:U0BEN0002", "Ben Ode"), ("slack:U0ANN0001", "ann")]
    assert found[0].metadata == {}


def test_an_old_file_comment_and_the_words_sent_with_a_file_are_its_authors(export):
    found = export(
        "general/2016-01-16.json",
        [
            message("<@U1> commented on a file: Nice", user=None, subtype="file_comment",
                    comment={"user": "U0BEN0002", "comment": "Nice"}),
            message("<@U1> uploaded a file: <https://x|x> and commented: Look", upload=True,
                    ts="1709539201.000100", subtype="file_share",
                    file={"initial_comment": {"comment": "Look"}}),
            message("<@U1> uploaded a file: <https://x|x>", upload=True, subtype="file_share",
                    file={"id": "F1"}),
        ],
    )  # fmt: skip
    assert [(p.text, p.handle) for p in of(Piece, found)] == [
        ("Nice", "slack:U0BEN0002"),
        ("Look", "slack:U0ANN0001"),
    ]
    assert [p.reason for p in of(Problem, found)] == ["media without text"]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<@U0NOBODY>, <@U0NOBODY|old name>", "@someone, @old name"),
        ("<!subteam^S012|@crew> <!channel>", "@crew @channel"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<mailto:a@b.example|a@b.example> <https://b.example>", "a@b.example https://b.example"),
        ("1 &lt; 2 &amp;lt; 3", "1 < 2 &lt; 3"),
        ("```\n&gt; code\n```", "```\n> code\n```"),
        ("mine\n&gt;&gt;&gt;theirs\ntheirs too", "mine"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_slack_markup(export, raw, text):
    assert of(Piece, export("general/2024-03-04.json", [message(raw)]))[0].text == text


def test_a_message_of_nothing_but_a_quote_or_a_share_is_dropped(export):
    shared = message("", ts="1709539201.000100", attachments=[{"text": "theirs"}])
    found = export("general/2024-03-04.json", [message("&gt; theirs"), shared])
    assert of(Piece, found) == []
    reasons = ["only a quotation", "a share or link preview only"]
    assert [p.reason for p in of(Problem, found)] == reasons


def test_a_conversation_dumped_with_its_replies(export):
    reply = message("yes", "1709539260.000100", "U0BEN0002", thread_ts="1709539200.000100")
    opener = message(thread_ts="1709539200.000100", slackdump_thread_replies=[reply])
    found = export("C0GENERAL.json", {"name": "g", "channel_id": "C0GENERAL", "messages": [opener]})
    assert [(p.own, p.reply_to, p.namespace) for p in of(Piece, found)] == [
        ("1709539200.000100", None, "slack:C0GENERAL"),
        ("1709539260.000100", "1709539200.000100", "slack:C0GENERAL"),
    ]


def test_who_is_in_all_direct_conversations_is_proposed(export):
    dms = [{"id": f"D000000{n}", "created": 1, "members": ["U0ANN0001", f"U000000{n}"]}
           for n in range(3)]  # fmt: skip
    claims = of(Claim, export("dms.json", dms))
    assert [(c.handle, c.strong, c.name) for c in claims] == [("slack:U0ANN0001", False, "ann")]
    assert of(Claim, export("dms.json", dms[:2])) == []


def test_a_cut_file_yields_what_is_whole(export):
    raw = json.dumps([message(), message(ts="1709539201.000100")]).encode()
    found = export("general/2024-03-04.json", raw[:-20])
    assert len(of(Piece, found)) == 1
    assert [(p.place, p.outcome) for p in of(Problem, found)] == [("after message 1", "errored")]


def test_broken_messages_stop_nothing(export):
    found = export("general/2024-03-04.json", ["x", message(ts=None), message(ts=5.0), message()])
    assert [p.outcome for p in of(Problem, found)] == ["errored"] * 3
    assert len(of(Piece, found)) == 1


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", '[{"id": "x"}]', '[{"type": "message", "text": "no ts"}]', "plain words", "[1,2]"],
)
def test_other_json_is_not_slack(tmp_path, text):
    path = tmp_path / "2024-01-01.json"
    path.write_text(text)
    assert slack.recognise(File(path, "a/2024-01-01.json", "f1"), text.encode()) is None


def test_the_list_of_members_joins_users_to_their_addresses():
    joined = {c.handle: c.same_as for c in of(Claim, fixture("users.json"))}
    assert joined == {
        "slack:U0ANN0001": "email:ann@boats.example",
        "slack:U0BEN0002": "email:ben@boats.example",
    }
