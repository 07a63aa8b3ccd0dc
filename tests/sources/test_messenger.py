import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.sources import messenger
from corpus.sources.file import File
from corpus.sources.messenger_phrases import is_notice, is_placeholder, is_reaction
from corpus.sources.meta_dates import looks_dated, printed_moment
from corpus.sources.mojibake import unmangled, unmangled_all
from corpus.sources.piece import Claim, Piece, Problem, Reading

FIXTURES = Path(__file__).parent.parent / "fixtures" / "messenger"
PROFILE = {"profile_v2": {"name": {"full_name": "Ann Lee"}, "username": "ann.lee"}}
START = 1_700_000_000_000


def mangled(text):
    return text.encode().decode("latin-1")


def message(n, text=None, who="Ann Lee", **more):
    told = {"sender_name": mangled(who), "timestamp_ms": START + n * 1_000, **more}
    return told if text is None else {**told, "content": mangled(text)}


def thread(*messages, people=("Ann Lee", "Ben Holm"), title="Ben Holm", path="inbox/ben_12345678"):
    return {
        "participants": [{"name": mangled(p)} for p in people],
        "messages": list(messages),
        "title": mangled(title),
        "thread_path": path,
    }


@pytest.fixture
def read(tmp_path):
    def run(data, name="messages/inbox/ben_12345678/message_1.json", profile=PROFILE, **reading):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = data if isinstance(data, (bytes, str)) else json.dumps(data)
        path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
        if profile:
            beside = tmp_path / "profile_information" / "profile_information.json"
            beside.parent.mkdir(exist_ok=True)
            beside.write_text(json.dumps(profile))
        file = File(path, f"export/{name}", "f1")
        assert messenger.recognise(file, file.head())
        return list(messenger.read(file, Reading(**reading)))

    return run


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def texts(found):
    return [p.text for p in of(Piece, found)]


def reasons(found):
    return [p.reason for p in of(Problem, found)]


def test_mojibake_is_undone_only_where_it_is_exact():
    assert unmangled(mangled("naïve — 日本 👍")) == "naïve — 日本 👍"
    assert unmangled("“café” is right already") == "“café” is right already"
    assert unmangled("Ã alone") == "Ã alone"
    assert unmangled_all({mangled("né"): [mangled("å"), 1, None]}) == {"né": ["å", 1, None]}


def test_the_newest_message_stands_first_and_comes_last(read):
    first, second = of(Piece, read(thread(message(2, "zwei"), message(1, "ein", "Ben Holm"))))
    assert (first.position, second.position) == (2, 1)
    assert (first.namespace, first.thread, first.own) == (
        "messenger:12345678",
        "12345678",
        str(START + 2_000),
    )
    assert first.created == datetime.fromtimestamp(START / 1_000 + 2, UTC)


def test_ids_do_not_depend_on_part_folder_title_or_names(read):
    one = read(thread(message(3, "c"), message(2, "b"), message(1, "a", "Ben Holm")))
    other = read(
        thread(
            message(2, "b"),
            message(1, "a", "Facebook user"),
            people=("Ann Lee", "Facebook user"),
            title="Facebook user",
            path="archived_threads/facebookuser_12345678",
        ),
        name="messages/archived_threads/facebookuser_12345678/message_7.json",
    )
    ids = {(p.namespace, p.own): p.text for p in of(Piece, one)}
    assert {(p.namespace, p.own): p.text for p in of(Piece, other)}.items() <= ids.items()


def test_messages_of_one_millisecond_have_ids_of_their_own(read):
    found = of(Piece, read(thread(message(1, "b"), message(1, "a"))))
    assert len({p.own for p in found}) == 2


def test_the_owner_is_who_the_profile_names(read):
    found = read(thread(message(2, "mine"), message(1, "theirs", "Ben Holm")))
    assert [(p.handle, p.mine) for p in of(Piece, found)] == [
        ("messenger:Ann Lee", True),
        ("messenger:12345678:Ben Holm", False),
    ]
    assert [(c.handle, c.strong) for c in of(Claim, found)] == [("messenger:Ann Lee", True)]


def test_without_a_profile_names_are_only_proposed(read):
    found = read(thread(message(2, "mine"), message(1, "theirs", "Ben Holm")), profile=None)
    assert [(p.handle, p.mine) for p in of(Piece, found)] == [
        ("name:Ann Lee", None),
        ("name:Ben Holm", None),
    ]
    assert [(c.handle, c.strong) for c in of(Claim, found)] == [("name:Ann Lee", False)]


def test_two_people_of_one_name_are_nobody_in_particular(read):
    found = read(
        thread(
            message(2, "who?"),
            message(1, "me", "Cid Dahl"),
            people=("Ann Lee", "Ann Lee", "Cid Dahl"),
            title="Walks",
        )
    )
    assert [(p.handle, p.mine) for p in of(Piece, found)] == [
        (None, None),
        ("messenger:12345678:Cid Dahl", False),
    ]
    assert of(Claim, found) == []


def test_a_deleted_account_is_one_person_only_where_two_speak(read):
    gone = "Facebook-Nutzer"
    two = read(thread(message(1, "hm", gone), people=("Ann Lee", gone), title=gone))
    many = read(thread(message(1, "hm", gone), people=("Ann Lee", "Cid Dahl", gone), title="x"))
    assert [p.handle for p in of(Piece, two + many)] == [f"messenger:12345678:{gone}", None]


def test_what_nobody_wrote_is_dropped_with_its_reason(read):
    share = {"link": "https://x.example/", "share_text": "somebody else's caption"}
    found = read(
        thread(
            message(9, photos=[{"uri": "1.jpg"}]),
            message(8, "Ben Holm sent an attachment.", "Ben Holm", share=share),
            message(7, "Du hast einen Anhang gesendet.", share=share),
            message(6, "Reacted 😆 to your message "),
            message(5, "Ben Holm hat das Thema geändert.", "Ben Holm"),
            message(4, "You called Ben.", call_duration=12),
            message(3, is_unsent=True),
            message(2, "Look at this", share=share),
            message(1, "  "),
        )
    )
    assert texts(found) == ["Look at this"]
    assert reasons(found) == [
        *["media or a share without words"] * 3,
        "reaction to a message",
        *["service message"] * 2,
        "unsent message",
        "no text",
    ]


def test_words_that_sound_like_a_notice_stay():
    assert not is_notice("You called me yesterday.", "Ben Holm", {"Ann Lee", "Ben Holm"})
    assert not is_notice("Ann is late again.", "Ann Lee", {"Ann Lee"})
    assert not is_reaction("I reacted ❤ to your message twice, you know")
    assert not is_placeholder("Love this photo.", "Ann Lee")
    assert is_notice("You called Ben.", "Ann Lee", {"Ann Lee", "Ben Holm"})


def test_a_reaction_in_another_language_is_told_by_what_is_recorded():
    assert is_reaction("Reaksjon ❤ på meldingen", ("❤️",))
    assert not is_reaction("Reaksjon ❤ på meldingen", ("😆",))
    assert not is_reaction("Reaksjon ❤ på meldingen")


def test_a_file_that_breaks_off_keeps_what_stands_before(read):
    whole = json.dumps(thread(*(message(n, f"m{n}") for n in range(5, 0, -1)))).encode()
    for cut in range(whole.index(b'"timestamp_ms"') + 20, len(whole)):
        found = read(whole[:cut])
        assert [p.outcome for p in of(Problem, found)] == ["errored"]
        assert texts(found) == ["m5", "m4", "m3", "m2", "m1"][: len(texts(found))]
    assert texts(read(whole)) == ["m5", "m4", "m3", "m2", "m1"]


def test_a_broken_message_costs_only_itself(read):
    found = read(thread(message(2, "b"), "no object", message(1, content=5), message(0, "a")))
    assert texts(found) == ["b", "a"]
    assert [(p.place, p.outcome) for p in of(Problem, found)] == [
        ("message 2", "errored"),
        ("message 3", "errored"),
    ]


def test_the_encrypted_chats_have_ids_although_the_file_names_change(read):
    told = {
        "participants": ["Ben Holm", "Ann Lee"],
        "threadName": "Ben Holm_12",
        "messages": [
            {"senderName": "Ann Lee", "text": "hei", "timestamp": START, "type": "text"},
            {"senderName": "Ben Holm", "text": "", "timestamp": START + 1, "media": [{"uri": "1"}]},
            {"senderName": "Ann Lee", "text": "x", "timestamp": START + 2, "isUnsent": True},
        ],
    }
    one = read(told, name="Ben Holm_12.json", profile=None)
    other = read(told | {"threadName": "Ben Holm_3"}, name="Ben Holm_3.json", profile=None)
    assert [(p.namespace, p.own) for p in of(Piece, one)] == [
        (p.namespace, p.own) for p in of(Piece, other)
    ]
    assert reasons(one) == ["media or a share without words", "unsent message"]


def test_two_accounts_each_know_their_own():
    facebook = FIXTURES / "facebook" / "your_activity_across_facebook" / "messages" / "inbox"
    instagram = FIXTURES / "instagram" / "your_instagram_activity" / "messages" / "inbox"
    paths = (
        facebook / "benholm_4455667788" / "message_1.json",
        instagram / "oskar_17840000000000001" / "message_1.json",
    )
    mine = []
    for path in paths:
        file = File(path, f"fixtures/{path.relative_to(FIXTURES.parent)}", "f")
        mine.append({p.handle for p in of(Piece, messenger.read(file, Reading())) if p.mine})
    assert mine == [{"messenger:Åse Lund"}, {"messenger:Mia Dal"}]


LEGACY = (
    '<div class="pam _3-95 _2pi0 _2lej uiBoxWhite noborder">'
    '<div class="_3-96 _2pio _2lek _2lel">{who}</div>'
    '<div class="_3-96 _2let"><div><div></div><div>{text}</div><div></div></div></div>'
    '<div class="_3-94 _2lem">{date}</div></div>'
)


def page(*blocks):
    body = "".join(LEGACY.format(who=w, text=t, date=d) for w, t, d in blocks)
    return f"<html><head><title>Ben Holm</title></head><body>{body}</body></html>"


def test_pages_are_read_in_the_zone_of_the_settings(read):
    name = "messages/inbox/ben_12345678/message_1.html"
    told = page(
        ("Ann Lee", "spät<br/>&amp; müde", "1. Juli 2020, 12:26"),
        ("Ben Holm", '<a href="https://x.example/">https://x.example/</a>', "1. Juli 2020, 12:25"),
    )
    found = read(told, name=name, zone="Europe/Oslo")
    (piece,) = of(Piece, found)
    assert (piece.text, piece.mine, piece.thread) == ("spät\n& müde", True, "12345678")
    assert piece.created == datetime(2020, 7, 1, 10, 26, tzinfo=UTC)
    assert (piece.precision, piece.zone, piece.own) == ("minute", "Europe/Oslo", None)
    assert reasons(found) == ["media or a share without words"]


def test_a_page_that_ends_early_says_so(read):
    name = "messages/inbox/ben_12345678/message_1.html"
    whole = page(
        ("Ann Lee", "one", "1. Juli 2020, 12:26"), ("Ben Holm", "two", "1. Juli 2020, 12:25")
    )
    found = read(whole[: whole.index("two") + 3], name=name)
    assert texts(found) == ["one"]
    assert [(p.place, p.outcome) for p in of(Problem, found)] == [("after message 1", "errored")]


def test_a_date_in_a_message_is_no_end_of_it(read):
    name = "messages/inbox/ben_12345678/message_1.html"
    found = read(
        page(
            ("Ann Lee", "See you Sep 13, 2020, 12:26 PM", "Sep 12, 2020, 11:00 PM"),
            ("Ann Lee", "yes", "Sep 12, 2020, 10:00 PM"),
        ),
        name=name,
    )
    assert texts(found) == ["See you Sep 13, 2020, 12:26 PM", "yes"]


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("13 sept. 2020 à 00:05", (2020, 9, 13, 0, 5)),
        ("31. heinäkuuta 2016 kello 21:05", (2016, 7, 31, 21, 5)),
        ("mardi 12 novembre 2013, 14:05", (2013, 11, 12, 14, 5)),
        ("2020年9月13日 下午3:26", (2020, 9, 13, 15, 26)),
        ("2020. 9. 13. 오후 12:26", (2020, 9, 13, 12, 26)),
        ("13/9/2020, 12:26", (2020, 9, 13, 12, 26)),
        ("9/13/2020, 12:26 AM", (2020, 9, 13, 0, 26)),
        ("13 ก.ย. 2563 12:26", (2020, 9, 13, 12, 26)),
        ("15:26 13 thg 9, 2020", (2020, 9, 13, 15, 26)),
        ("13 сент. 2020 г., 12:26", (2020, 9, 13, 12, 26)),
    ],
)
def test_dates_are_read_in_many_languages(told, moment):
    assert looks_dated(told)
    assert printed_moment(told) == datetime(*moment)


def test_what_is_no_date_is_none():
    assert printed_moment("32 Sep 2020, 12:26") is None
    assert printed_moment("Sep 2020") is None
    assert not looks_dated("call me at 12:26")


def test_other_json_is_left_to_others(tmp_path):
    for told in (
        {"messages": [{"role": "user", "content": "hi"}]},
        {"name": "Ben", "type": "personal_chat", "messages": [{"type": "message", "text": "x"}]},
        [{"conversation": "x"}],
        {"profile": {"name": "ann", "subreddit": {"display_name": "u_ann"}}},
    ):
        path = tmp_path / "message_1.json"
        path.write_text(json.dumps(told))
        assert messenger.recognise(File(path, "x/message_1.json", "f"), path.read_bytes()) is None
