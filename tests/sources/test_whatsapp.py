import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.sources import whatsapp
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

FORMS = json.loads(
    (Path(__file__).parents[1] / "cases" / "whatsapp_headers.json").read_text("utf-8")
)
ANDROID = """20/01/19, 11:20 - Messages and calls are end-to-end encrypted. Tap to learn more.
20/01/19, 11:23 - Ann: First line
second line

13/25/2019, 11:00 - no date, so text
21/01/19, 10:00 - Ben:.
21/01/19, 10:01 - Ben: time : 10:02
21/01/19, 10:01 - Ben changed the subject from "a: b" to "c"
22/01/19, 09:00 - Ann: <Media omitted>
22/01/19, 09:01 - Ann: IMG-20190122-WA0001.jpg (Datei angehängt)
Our new boat
22/01/19, 09:02 - Ben: This message was deleted
22/01/19, 09:03 - Ben: You deleted this message
22/01/19, 09:04 - Ann: See you <This message was edited>
22/01/19, 09:05 - Ann: <3 and <b> are not media
"""


@pytest.fixture
def chat(tmp_path):
    def make(text, name="WhatsApp Chat with Ann.txt", zone="UTC", encoding="utf-8"):
        path = tmp_path / "chat.txt"
        path.write_bytes(text.encode(encoding))
        file = File(path, f"exports/{name}", "f1")
        assert whatsapp.recognise(file, file.head())
        found = list(whatsapp.read(file, Reading(zone=zone)))
        return found

    return make


def pieces(found):
    return [x for x in found if isinstance(x, Piece)]


def problems(found):
    return [x for x in found if isinstance(x, Problem)]


@pytest.mark.parametrize("form", FORMS, ids=[f["form"] for f in FORMS])
def test_every_form_of_header_is_read(chat, form):
    first, second = pieces(chat(f"{form['line']}\nmore\n{form['line']}\n"))
    assert first.created == datetime.fromisoformat(form["moment"]).replace(tzinfo=UTC)
    assert first.precision == ("second" if len(form["moment"]) == 19 else "minute")
    assert first.people[0][1] == form["author"]
    assert first.text.endswith("\nmore")
    assert "\n" not in second.text


def test_an_android_chat_in_full(chat):
    found = chat(ANDROID)
    assert [p.text for p in pieces(found)] == [
        "First line\nsecond line\n\n13/25/2019, 11:00 - no date, so text",
        ".",
        "time : 10:02",
        "Our new boat",
        "See you",
        "<3 and <b> are not media",
    ]
    assert [(p.place, p.reason, p.outcome) for p in problems(found)] == [
        ("line 1", "system message", "dropped"),
        ("line 8", "system message", "dropped"),
        ("line 9", "media without text", "dropped"),
        ("line 12", "deleted message", "dropped"),
        ("line 13", "deleted message", "dropped"),
    ]
    assert [p.metadata for p in pieces(found)][-2:] == [{"edited": True}, {}]
    assert [p.position for p in pieces(found)] == [1, 2, 3, 6, 9, 10]


def test_pieces_of_a_chat_say_who_where_and_when(chat):
    piece = pieces(chat(ANDROID, zone="Europe/Oslo"))[0]
    assert (piece.namespace, piece.thread, piece.kind, piece.own) == (
        "whatsapp",
        "Ann",
        "chat",
        None,
    )
    assert (piece.handle, piece.people) == ("name:Ann", [("name:Ann", "Ann")])
    assert piece.created == datetime(2019, 1, 20, 10, 23, tzinfo=UTC)
    assert (piece.precision, piece.basis, piece.mine) == ("minute", "stated", None)


def test_who_me_is_stays_a_weak_claim(chat):
    claims = [x for x in chat(ANDROID) if isinstance(x, Claim)]
    assert {(c.handle, c.strong) for c in claims} == {("name:Ben", False)}
    assert len(claims) == 2  # deleted a message; not the one the file is named after


def test_ios_notices_and_media_are_told_by_their_mark(chat):
    found = chat(
        "[20/01/19, 11:23:45] Crew: \u200eAnn created this group\n"
        "\u200e[20/01/19, 11:23:46] Ann: \u200eimage omitted\n"
        "[20/01/19, 11:23:47] Ann: report.pdf • \u200e3 pages \u200edocument omitted\n"
        "[20/01/19, 11:23:48] Ann: Hello\n"
        "[20/01/19, 11:23:49] Ann: \u200e<attached: 00000012-PHOTO.jpg>\nlook\n"
        "[20/01/19, 11:23:50] Ann: \u200eMissed voice call\n"
    )
    assert [p.text for p in pieces(found)] == ["Hello", "look"]
    assert [p.reason for p in problems(found)] == [
        "system message",
        "media without text",
        "media without text",
        "call",
    ]


@pytest.mark.parametrize(
    ("days", "months", "basis"),
    [
        (["01/02/20", "13/02/20"], [2, 2], "stated"),  # 13 can't be a month
        (["01/02/20", "02/13/20"], [1, 2], "stated"),
        (["05/01/20", "04/02/20", "03/03/20"], [1, 2, 3], "stated"),  # else time runs backwards
        (["01/05/20", "02/04/20", "03/03/20"], [1, 2, 3], "stated"),
        (["01/02/20", "02/03/20"], [2, 3], "assumed"),  # nothing decides: day first
        (["01.02.20", "02.03.20"], [2, 3], "stated"),  # nobody writes the month before a dot
        (["05/05/20", "05/05/20"], [5, 5], "stated"),  # both orders say the same
        (["2020/01/12", "2020/02/11"], [1, 2], "stated"),
    ],
)
def test_the_whole_file_decides_between_day_and_month(chat, days, months, basis):
    found = pieces(chat("".join(f"{day}, 10:00 - Ann: hi\n" for day in days)))
    assert [p.created.month for p in found] == months
    assert {p.basis for p in found} == {basis}


def test_an_undecided_twelve_hour_clock_is_read_month_first(chat):
    found = pieces(chat("1/2/20, 1:00 PM - Ann: hi\n2/3/20, 1:00 PM - Ann: hi\n"))
    assert [(p.created.month, p.basis) for p in found] == [(1, "assumed"), (2, "assumed")]


@pytest.mark.parametrize(
    ("line", "zone", "month"),
    [
        ("1/2/20, 13:00 - Ann: hi\n", "America/Chicago", 1),
        ("1/2/20, 13:00 - Ann: hi\n", "America/Mexico_City", 2),
        ("1/2/20, 1:00 pm - Ann: hi\n", "Asia/Kolkata", 2),
        ("01/02/20, 1:00 PM - Ann: hi\n", "UTC", 2),  # Americans write no zeros in front
        ("1/2/20, 1:00 PM - Ann: hi\n", "UTC", 1),
    ],
)
def test_habits_of_a_place_decide_what_the_dates_do_not(chat, line, zone, month):
    found = pieces(chat(line * 2, zone=zone))
    assert {(p.created.month, p.basis) for p in found} == {(month, "assumed")}


def test_a_clock_with_an_unknown_word_beside_it_is_not_certain(chat):
    found = pieces(chat("20.01.19, 9:23 ხმ - Ann: hi\n20.01.19, 9:24 ხმ - Ben: hi\n"))
    assert [(p.created.hour, p.basis) for p in found] == [(9, "assumed")] * 2


def test_names_with_a_colon_are_whole(chat):
    text = "".join(
        f"20.01.19, 10:0{n} - Ann: work: {x}\n" for n, x in enumerate(["a", "b: c", "d"])
    )
    found = pieces(chat(text + "20.01.19, 10:05 - Ben: note: bring rope\n"))
    assert [(p.handle, p.text) for p in found] == [
        ("name:Ann: work", "a"),
        ("name:Ann: work", "b: c"),
        ("name:Ann: work", "d"),
        ("name:Ben", "note: bring rope"),
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt. Tippe hier.", "system message"),
        ("POLL:\nWhen?\nOPTION: Now (1 vote)\nOPTION: Later (0 votes)", "poll"),
        (
            "KYSELY:\nMilloin?\n\u200eVAIHTOEHTO: Nyt (\u200e1 ääni)\nVAIHTOEHTO: Ei (0 ääntä)",
            "poll",
        ),
        ("sijainti: https://maps.google.com/?q=59.9,10.7", "location"),
        ("<Mediendatei entfernt>", "media without text"),
        ("<Медиа ҳазф шуд>", "media without text"),
        ("\u200ekuva jätettiin pois", "system message"),
        ("You deleted this message as admin", "deleted message"),
        ("PTT-20190122-WA0001.opus (archivo adjunto)", "media without text"),
        ("\u200e<adjunto: 00000012-PHOTO.jpg>", "media without text"),
        ("null", "media without text"),
    ],
)
def test_what_the_phone_writes_for_a_person_is_dropped(chat, body, reason):
    found = chat(f"20.01.19, 10:00 - Ann: {body}\n20.01.19, 10:01 - Ben: hi\n")
    assert [p.reason for p in problems(found)] == [reason]
    assert [p.text for p in pieces(found)] == ["hi"]


@pytest.mark.parametrize(
    ("body", "text", "edited"),
    [
        ("Hi \u200e<Viestiä muokattiin>", "Hi", True),
        ("Our boat \u200e<adjunto: 00000012-PHOTO.jpg>", "Our boat", False),
        ("\u200e<attached: 00000012-PHOTO.jpg>\nOur boat", "Our boat", False),
        ("x <y and z>", "x <y and z>", False),
        ("ends with a fact: end-to-end", "ends with a fact: end-to-end", False),
    ],
)
def test_what_the_phone_adds_to_a_message_goes(chat, body, text, edited):
    lines = "".join(f"20.01.19, 10:0{n} - Ben: x\n" for n in range(3))
    found = pieces(chat(f"{lines}20.01.19, 10:05 - Ann: {body}\n"))
    assert (found[-1].text, bool(found[-1].metadata)) == (text, edited)


def test_lines_of_a_megabyte_are_read_in_no_time(chat):
    begin = time.perf_counter()
    for fill in ("<", " \u200e", "x: ", "POLL:\na (", "1/1/19, ", "\u200e<a", "[20/01/19, 10:00"):
        long = fill * (1_000_000 // len(fill))
        chat(f"20/01/19, 10:00 - Ann: hi\n20/01/19, 10:01 - Ann: {long}\n{long}\n")
    assert time.perf_counter() - begin < 20


def test_an_unknown_calendar_keeps_the_words_and_no_date(chat):
    found = pieces(chat("1440/01/20, 10:00 - Ann: hi\n1440/01/21, 10:00 - Ann: you\n"))
    assert [(p.text, p.created, p.precision) for p in found] == [
        ("hi", None, "unknown"),
        ("you", None, "unknown"),
    ]


def test_pasted_lines_of_another_form_are_text(chat):
    text = "".join(f"20.01.19, 10:0{n} - Ann: hi {n}\n" for n in range(6))
    found = pieces(chat(text + "[20/01/19, 09:00:00] Ben: pasted\n"))
    assert len(found) == 6
    assert found[-1].text == "hi 5\n[20/01/19, 09:00:00] Ben: pasted"


def test_lines_before_the_first_message_are_counted(chat):
    found = chat("stray\n\n20/01/19, 10:00 - Ann: hi\n20/01/19, 10:01 - Ann: you\n")
    told = [(p.place, p.outcome, p.shape) for p in problems(found)]
    assert told == [("line 1", "errored", "aaaaa")]
    assert len(pieces(found)) == 2


@pytest.mark.parametrize(
    ("name", "thread"),
    [
        ("WhatsApp Chat with Ann.txt", "Ann"),
        ("WhatsApp Chat mit Ann (1).txt", "Ann"),
        ("Chat de WhatsApp con Ann.txt", "Ann"),
        ("Чат WhatsApp с Ann.txt", "Ann"),
        ("Ann ile WhatsApp Sohbeti.txt", "Ann"),
        ("WhatsApp Chat - Ann.zip!_chat.txt", "Ann"),
        ("WhatsApp Chat - Ann (2).zip!_chat.txt", "Ann"),
        ("Ann/_chat.txt", "Ann"),
        ("export.txt", "Ann & Ben"),
    ],
)
def test_the_thread_is_named_by_the_chat(chat, name, thread):
    assert {p.thread for p in pieces(chat(ANDROID, name))} == {thread}


def test_phone_numbers_are_phone_handles(chat):
    found = pieces(chat("20/01/19, 10:00 - +47 900 00 000: hi\n20/01/19, 10:01 - Ann: yo\n"))
    assert [p.handle for p in found] == ["phone:+4790000000", "name:Ann"]


def test_other_encodings_and_line_ends_are_read(chat):
    found = pieces(chat(ANDROID.replace("\n", "\r\n"), encoding="utf-16"))
    assert found[0].text.startswith("First line\nsecond line")


@pytest.mark.parametrize(
    "text",
    [
        "2019-01-20 11:23 - INFO: started\n2019-01-20 11:24 - ERROR: stopped\n",
        "[10:13] <ann> hello\n[10:14] <ben> hi\n",
        "A diary.\n\nOn 20/01/19, 10:00 - I woke: late.\n",
        "20/01/19, 10:00 - Ann: a single line proves nothing\n",
        "",
    ],
)
def test_other_texts_are_not_chats(tmp_path, text):
    path = tmp_path / "a.txt"
    path.write_text(text, "utf-8")
    assert whatsapp.recognise(File(path, "a.txt", "f1"), text.encode()) is None


def test_recognising_hostile_heads_is_quick_and_never_raises(tmp_path):
    file = File(tmp_path, "a.txt", "f1")
    for head in ("\u200e" * 20_000, "1/1/" * 16_000, "[" * 60_000, "20/01/19, 10:00 - " * 3_000):
        assert whatsapp.recognise(file, head.encode()) is None


def test_evidence_and_reasons_hold_no_names(tmp_path, chat):
    path = tmp_path / "a.txt"
    path.write_text(ANDROID, "utf-8")
    said = [whatsapp.recognise(File(path, "a.txt", "f1"), ANDROID.encode())]
    said += [p.reason + p.place for p in problems(chat(ANDROID))]
    assert not any(name in text for text in said for name in ("Ann", "Ben"))


def test_what_a_crash_left_in_the_file_changes_nothing(chat):
    whole = "[1/13/24, 10:00:00] Ann: here\r\n[1/14/24, 10:00:00] Ben: there\r\n"
    first, second = whole.split("\r\n")[:2]
    damaged = f"{first}{chr(0) * 200}\r\n{second}\r\n{chr(0) * 500}"
    assert [p.text for p in pieces(chat(damaged))] == [p.text for p in pieces(chat(whole))]


def test_days_are_told_by_the_form_that_most_lines_have(chat):
    usual = [f"{n}/2/24, 10:00 - Ann: a" for n in range(1, 13)]
    pasted = ["[2/28/24, 10:00:00] Ben: pasted", "[2/29/24, 10:00:00] Ben: pasted"]
    found = pieces(chat("\n".join([*usual, *pasted, "13/2/24, 10:00 - Ann: b"])))
    assert found[1].created == datetime(2024, 2, 2, 10, tzinfo=UTC)
    assert found[-2].text == "\n".join(["a", *pasted])
