import base64
import io
from datetime import UTC, datetime

import pytest

from corpus.sources import mail, mbox, mime
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading

HEAD = """From: Ann Lee <Ann@Mail.example>
To: Ben <ben@mail.example>, "Lee, Cai" <cai@mail.example>
Subject: Lunch
Date: Mon, 2 Apr 2012 20:21:52 +0400
Message-ID: <one@mail.example>
"""


@pytest.fixture
def read(tmp_path):
    def run(data, name="mail/all.mbox"):
        path = tmp_path / "mail"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        file = File(path, name, "f1")
        assert mail.recognise(file, file.head())
        return list(mail.read(file, Reading()))

    return run


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def one(found):
    (piece,) = of(Piece, found)
    return piece


def box(*messages):
    return "".join(
        f"From x@mail.example Mon Apr  2 18:26:0{n} 2012\n{m}\n\n" for n, m in enumerate(messages)
    )


def numbered(n, body="hello", extra=""):
    return f"{HEAD.replace('one@', f'm{n}@')}{extra}\n{body}"


def test_a_single_message(read):
    piece = one(read(HEAD + "\nAt noon?\n", "mail/1.eml"))
    assert (piece.namespace, piece.own, piece.thread) == ("message-id",) + ("one@mail.example",) * 2
    assert (piece.text, piece.title, piece.kind) == ("At noon?", "Lunch", "mail")
    assert piece.handle == "email:ann@mail.example"
    assert piece.people == [
        ("email:ann@mail.example", "Ann Lee"),
        ("email:ben@mail.example", "Ben"),
        ("email:cai@mail.example", "Lee, Cai"),
    ]
    assert piece.created == datetime(2012, 4, 2, 16, 21, 52, tzinfo=UTC)
    assert (piece.precision, piece.basis) == ("second", "stated")
    assert (piece.mine, piece.position, piece.metadata) == (None, None, {})


def test_a_mailbox_is_split_only_at_real_separators(read):
    prose = "x\n\nFrom here on it rained.\n\nFrom ann Mon Apr  2 18:26:00 2012\nis quoted"
    found = read(box(numbered(1, prose), numbered(2), numbered(3)))
    assert [p.own for p in of(Piece, found)] == [f"m{n}@mail.example" for n in (1, 2, 3)]
    assert [p.locator for p in of(Piece, found)] == ["message 1", "message 2", "message 3"]
    assert of(Piece, found)[0].text == prose


def test_escaped_from_lines_lose_one_mark(read):
    found = read(box(numbered(1, "a\n>From me\n>>From you\n> From us")))
    assert one(found).text == "a\nFrom me\n>From you\n> From us"


def test_a_mailbox_without_blank_line_at_the_end_and_with_crlf(read):
    data = box(numbered(1), numbered(2)).rstrip("\n").replace("\n", "\r\n")
    assert [p.text for p in of(Piece, read(data))] == ["hello", "hello"]


def test_splitting_keeps_every_byte_of_the_bodies():
    bodies = [f"line {n}\n\nmore\n" for n in range(50)]
    data = "".join(f"From x Mon Apr  2 18:26:00 2012\nA: b\n\n{b}\n" for b in bodies).encode()
    found = [raw.data.decode() for raw in mbox.split(io.BytesIO(data))]
    assert found == [f"A: b\n\n{b}\n" for b in bodies]


def test_a_huge_message_is_cut_not_held(monkeypatch):
    monkeypatch.setattr(mbox, "MAX_MESSAGE", 1_000)
    data = box(numbered(1, "x" * 70 + "\n" + ("y" * 70 + "\n") * 500), numbered(2)).encode()
    first, second = mbox.split(io.BytesIO(data))
    assert 1_000 < len(first.data) < 1_100
    assert second.data.endswith(b"hello\n\n")


def test_one_bad_message_does_not_stop_the_file(read):
    bomb = "Content-Type: multipart/mixed; boundary=b0\n\n"
    for n in range(600):
        bomb += f"--b{n}\nContent-Type: multipart/mixed; boundary=b{n + 1}\n\n"
    found = read(box(numbered(1), "From: a@mail.example\n" + bomb, numbered(3)))
    assert [p.own for p in of(Piece, found)] == ["m1@mail.example", "m3@mail.example"]
    assert [p.place for p in of(Problem, found)] == ["message 2"]


def test_threads_and_replies(read):
    extra = "In-Reply-To: <b@x.example>\nReferences: <a@x.example>\n <b@x.example>\n"
    gmail = extra + "X-GM-THRID: 17\n"
    found = of(Piece, read(box(numbered(1, extra=extra), numbered(2, extra=gmail))))
    assert [(p.thread, p.reply_to) for p in found] == [
        ("a@x.example", "b@x.example"),
        ("gmail:17", "b@x.example"),
    ]


def test_a_message_without_id_is_threaded_by_file_and_subject(read):
    plain = HEAD.replace("Message-ID: <one@mail.example>\n", "")
    reply = plain.replace("Lunch", "Re: AW: lunch")
    found = of(Piece, read(box(plain + "\na", reply + "\nb")))
    assert [p.own for p in found] == [None, None]
    assert {p.thread for p in found} == {"mail/all.mbox:lunch"}


@pytest.mark.parametrize(
    ("date", "received", "created", "basis"),
    [
        ("Mon, 2 Apr 2012 20:21:52 +0400", "", "2012-04-02T16:21:52+00:00", "stated"),
        ("Mon, 2 Apr 2012 20:21:52 -0000", "", "2012-04-02T20:21:52+00:00", "stated"),
        (None, "by x; Tue, 3 Apr 2012 10:00:00 +0000", "2012-04-03T10:00:00+00:00", "assumed"),
        ("Thu, 1 Jan 1970 00:00:00 +0000", "", "2012-04-02T18:26:00+00:00", "assumed"),
        ("soon", "", "2012-04-02T18:26:00+00:00", "assumed"),
    ],
)
def test_dates(read, date, received, created, basis):
    head = HEAD.replace("Date: Mon, 2 Apr 2012 20:21:52 +0400\n", f"Date: {date}\n" if date else "")
    head = f"Received: {received}\n{head}" if received else head
    piece = one(read(box(head + "\nhi")))
    assert (piece.created.isoformat(), piece.basis) == (created, basis)


def test_no_date_at_all_is_unknown(read):
    piece = one(read("From: a@x.example\nTo: b@x.example\nSubject: x\n\nhi\n"))
    assert (piece.created, piece.precision, piece.title) == (None, "unknown", "x")


def test_encoded_fields_and_broken_charsets(read):
    head = (
        "From: =?UTF-8?B?w4VzZSBMaWU=?= <a@x.example>\n"
        "Subject: =?utf-8?Q?Bl=C3=A5?=\n =?utf-8?Q?b=C3=A6r?= =?x-no-such?Q?!?=\n"
        "Message-ID: <1@x.example>\n"
    )
    wrong = head + "Content-Type: text/plain; charset=x-no-such\n\n"
    piece = one(read(wrong.encode() + "blåbær på fjellet".encode()))
    assert piece.people == [("email:a@x.example", "Åse Lie")]
    assert piece.title == "Blåbær!"
    assert piece.text == "blåbær på fjellet"


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("iso-8859-1", "cp1252"),
        ("gb2312", "gb18030"),
        ("utf-16", "utf-16"),
        ("UTF-7", "utf-7"),
        ("us-ascii", "utf-8"),
        ("cp-850", "cp850"),
    ],
)
def test_declared_charsets_are_read_as_senders_mean_them(read, charset, codec):
    text = {"gb18030": "你好，世界", "cp850": "blåbær", "utf-8": "blåbær"}.get(codec, "don’t")
    head = f"{HEAD}Content-Type: text/plain; charset={charset}\n"
    head += "Content-Transfer-Encoding: base64\n\n"
    assert one(read(head.encode() + base64.encodebytes(text.encode(codec)))).text == text


def test_plain_text_is_preferred_and_html_rendered_when_alone(read):
    def part(kind, text):
        return f"--b\nContent-Type: text/{kind}; charset=utf-8\n\n{text}\n"

    alternative = f"{HEAD}Content-Type: multipart/alternative; boundary=b\n\n"
    both = alternative + part("html", "<p>as html</p>") + part("plain", "as text") + "--b--\n"
    empty = alternative + part("plain", " ") + part("html", "<p>as html</p>") + "--b--\n"
    assert one(read(both)).text == "as text"
    assert one(read(empty)).text == "as html"


def test_attachments_are_counted_and_inline_parts_joined(read):
    body = (
        "--b\nContent-Type: text/plain\n\nabove\n"
        "--b\nContent-Type: image/png\n\nAAAA\n"
        "--b\nContent-Type: text/plain; name=notes.txt\nContent-Disposition: attachment\n\nfile\n"
        "--b\nContent-Type: message/rfc822\n\nFrom: x@x.example\n\ntheirs\n"
        "--b\nContent-Type: text/plain\n\nbelow\n--b--\n"
    )
    piece = one(read(f"{HEAD}Content-Type: multipart/mixed; boundary=b\n\n{body}"))
    assert piece.text == "above\n\nbelow"
    assert piece.metadata == {"attachments": 3}


def test_flowed_text_is_joined(read):
    head = f"{HEAD}Content-Type: text/plain; format=flowed; delsp=yes\n\n"
    assert one(read(head + "A long li \nne.\n\n> quo \n> ted \nown\n-- \nAnn\n")).text == (
        "A long line.\n\n> quoted\nown\n-- \nAnn"
    )


@pytest.mark.parametrize(
    "label",
    [
        "X-Gmail-Labels: Opened,Sent",
        "X-Gmail-Labels: =?UTF-8?Q?Messages_envoy=C3=A9s,Ouvert?=",
        "X-Gmail-Labels: =?UTF-8?Q?Wichtig,?=\n =?UTF-8?Q?Gesendet?=",
        "X-Folder: INBOX/Sent Items",
    ],
)
def test_sent_mail_is_mine_and_strong_evidence(read, label):
    found = read(box(numbered(1, extra=label + "\n")))
    assert one(found).mine is True
    assert of(Claim, found) == [
        Claim("email:ann@mail.example", "wrote mail that is filed as sent", True, "Ann Lee")
    ]


@pytest.mark.parametrize("name", ["Takeout/Mail/Sent.mbox", "INBOX.Sent", "m/Gesendet/cur/1.eml"])
def test_a_sent_folder_is_mine(read, name):
    assert one(read(HEAD + "\nhi", name)).mine is True


def test_recipients_of_sent_mail_are_not_taken_for_me(read):
    found = read(box(*(numbered(n, extra="X-Gmail-Labels: Sent\n") for n in range(10))))
    assert {c.handle for c in of(Claim, found)} == {"email:ann@mail.example"}


def test_a_received_label_says_nothing(read):
    found = read(box(numbered(1, extra="X-Gmail-Labels: Inbox,Absent\n")))
    assert one(found).mine is None
    assert of(Claim, found) == []


def test_drafts_are_kept_and_named(read):
    piece = one(read(box(numbered(1, extra="X-Gmail-Labels: =?UTF-8?Q?Entw=C3=BCrfe?=\n"))))
    assert (piece.metadata, piece.mine) == ({"draft": True}, True)


def test_receiving_is_weak_evidence(read):
    found = read(box(*(numbered(n, extra="Delivered-To: ben@mail.example\n") for n in range(10))))
    assert {(c.handle, c.strong) for c in of(Claim, found)} == {("email:ben@mail.example", False)}


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ("Auto-Submitted: auto-replied; x=y", "automatic mail"),
        ("Precedence: bulk", "automatic mail"),
        ("Return-Path: <>", "automatic mail"),
        ("List-Unsubscribe: <mailto:x@x.example>", "bulk mail"),
        ("Content-Type: multipart/report; boundary=b", "bounce or receipt"),
        ("X-Gmail-Labels: Spam", "spam"),
        ("Content-Type: text/calendar", "calendar"),
        ("Content-Type: application/pkcs7-mime", "encrypted"),
        ("Content-Type: image/png", "no text"),
    ],
)
def test_what_nobody_wrote_is_dropped_with_a_reason(read, extra, reason):
    found = read(box(numbered(1, extra=extra + "\n")))
    assert of(Problem, found) == [Problem("message 1", reason)]
    assert of(Piece, found) == []


def test_robots_are_dropped_and_their_namesakes_kept(read):
    robot = numbered(1).replace("Ann@Mail", "no-reply@Mail")
    human = numbered(2).replace("Ann@Mail", "noreplying.ann@Mail")
    found = read(box(robot, human))
    assert [p.reason for p in of(Problem, found)] == ["automatic mail"]
    assert one(found).own == "m2@mail.example"


def test_list_mail_is_kept_and_marked(read):
    extra = "List-Unsubscribe: <x:y>\nList-Post: <mailto:talk@x.example>\nAuto-Submitted: no\n"
    assert one(read(box(numbered(1, extra=extra)))).metadata == {"list": True}


def test_an_emlx_is_read_without_its_trailer(read):
    body = HEAD + "\nhi\n"
    found = read(f"{len(body)}\n{body}<?xml version='1.0'?><plist/>")
    assert one(found).text == "hi"


def test_an_encrypted_body_is_no_text(read):
    found = read(HEAD + "\n-----BEGIN PGP MESSAGE-----\nabc\n-----END PGP MESSAGE-----\n")
    assert of(Problem, found) == [Problem("message 1", "encrypted")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello\n\nFrom: a@x.example\nTo: b@x.example\nSubject: x\n\nhi\n",
        "From: Ann\nSent: Friday\nTo: Ben\nSubject: Lunch\n\nNoon?\n",
        "From here on it rained at 10:30 in 2012\nand we stayed in.\n",
        "---\nDate: 2012-04-02\nSubject: x\n---\n\n# Title\n",
        "Title: x\nDate: 2012-04-02\nCategory: y\n\nText\n",
        '{"from": "a", "to": "b"}\n',
        "To: everyone\nSubject: a poem\n\nRoses are red\n",
    ],
)
def test_other_texts_are_not_mail(tmp_path, text):
    assert mail.recognise(File(tmp_path, "a.txt", "f1"), text.encode()) is None


def test_recognising_hostile_heads_is_quick_and_never_raises(tmp_path):
    file = File(tmp_path, "a", "f1")
    for head in (
        b"From " + b"1:11 2012 " * 6_000,
        b"\xff" * 65_536,
        b"a:\n" * 20_000,
        b"\n" * 65_536,
    ):
        assert mail.recognise(file, head) is None


def test_a_long_flowed_paragraph_is_joined_in_linear_time():
    text = "word and word \n" * 200_000 + "end"
    assert mime.unflow(text, delete_space=False) == "word and word " * 200_000 + "end"


def test_dates_out_of_reach_are_none():
    assert mime.moment("Mon, 2 Apr 9999 20:21:52 +0400") is None
    assert mime.moment("Mon, 99 Apr 2012") is None
    assert mime.moment(None) is None
