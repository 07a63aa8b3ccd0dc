import base64
import io
from datetime import UTC, datetime

import pytest

from corpus.sources import fields, mail, mbox, mime
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


def sent(found):
    """Return how many mails each writer wrote of those that are filed as sent."""
    return {c.handle: c.messages for c in of(Claim, found) if c.mailbox and c.strong}


ANN = "email:ann@mail.example"


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
    assert len(first.data) == 1_000
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


def test_a_message_without_id_is_threaded_by_subject_and_people(read):
    plain = HEAD.replace("Message-ID: <one@mail.example>\n", "")
    reply = plain.replace("Lunch", "Re: AW: lunch")
    reply = reply.replace("From: Ann Lee <Ann@Mail", "From: Ben <ben@mail").replace(
        "To: Ben <ben@mail", "To: Ann Lee <ann@mail"
    )
    found = of(Piece, read(box(plain + "\na", reply + "\nb")))
    assert len({p.own for p in found} - {None}) == 2
    assert len({p.thread for p in found}) == 1


def test_copies_of_a_message_without_id_are_one(read):
    plain = HEAD.replace("Message-ID: <one@mail.example>\n", "")
    first, second = of(Piece, read(box(plain + "\na", "X-Folder: Archive\n" + plain + "\na")))
    other = one(read(plain + "\na", "elsewhere/2.eml"))
    assert first.own and first.own == second.own == other.own


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
    (claim,) = of(Claim, found)
    assert (claim.handle, claim.name, claim.strong) == (ANN, "Ann Lee", True)
    assert (claim.evidence, claim.messages) == ("wrote mail that is filed as sent", 1)
    assert one(found).mine is None, "whose folder it is is told by all that is in it"


@pytest.mark.parametrize("name", ["Takeout/Mail/Sent.mbox", "INBOX.Sent", "m/Gesendet/cur/1.eml"])
def test_who_wrote_what_is_in_a_sent_folder_is_claimed(read, name):
    assert sent(read(HEAD + "\nhi", name)) == {ANN: 1}


def test_all_mail_of_one_folder_is_claimed_for_one_mailbox(read):
    def mailbox(name):
        return of(Claim, read(HEAD + "\nhi", name))[0].mailbox

    assert mailbox("m/.Sent/cur/1.a.host:2,S") == mailbox("m/.Sent/new/2.a.host")
    assert mailbox("m/.Sent/cur/1.a.host:2,S") != mailbox("n/.Sent/cur/1.a.host:2,S")
    assert mailbox("m/.Sent/cur/1.a.host:2,S") != mailbox("m/.Drafts/cur/3.a.host:2,DS")


def test_a_sent_mail_that_names_no_writer_is_of_whose_mailbox_it_is(read):
    found = read("To: b@x.example\nSubject: x\nMIME-Version: 1.0\n\nhi\n", "m/Sent/1.eml")
    assert (one(found).mine, one(found).handle, sent(found)) == (True, None, {})


def test_recipients_of_sent_mail_are_not_taken_for_me(read):
    found = read(box(*(numbered(n, extra="X-Gmail-Labels: Sent\n") for n in range(10))))
    assert {c.handle for c in of(Claim, found)} == {"email:ann@mail.example"}


def test_a_received_label_says_nothing(read):
    found = read(box(numbered(1, extra="X-Gmail-Labels: Inbox,Absent\n")))
    assert one(found).mine is None
    assert of(Claim, found) == []


def test_drafts_are_kept_and_named(read):
    found = read(box(numbered(1, extra="X-Gmail-Labels: =?UTF-8?Q?Entw=C3=BCrfe?=\n")))
    assert (one(found).metadata, sent(found)) == ({"draft": True}, {ANN: 1})


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
    assert fields.moment("Mon, 2 Apr 9999 20:21:52 +0400") is None
    assert fields.moment("Mon, 99 Apr 2012") is None
    assert fields.moment(None) is None


@pytest.mark.parametrize(
    "through",
    [
        "List-ID: <boats.lists.example>",
        "X-Mailing-List: boats@lists.example",
        "Sender: owner-boats@lists.example",
        "Return-Path: <boats-admin@lists.example>",
        "In-Reply-To: <b@x.example>",
    ],
)
def test_mail_that_a_list_passed_on_as_bulk_is_somebodys(read, through):
    head = f"Precedence: bulk\n{through}\n"
    assert one(read(numbered(1, "At noon.", head), "1.eml")).text == "At noon."


def test_separators_of_archives_and_of_long_zones(read):
    lines = (
        "From ann at mail.example  Fri Feb  3 00:37:23 2006",
        "From ann@mail.example  Tue Jul  7 20:33:03 1998 WETDST",
        "From ann@mail.example  Tue Jul  7 20:33:03 1998 -0400 EDT",
    )
    data = "".join(f"{line}\n{numbered(n)}\n" for n, line in enumerate(lines))
    assert len(of(Piece, read(data))) == len(lines)


def test_thunderbirds_bare_separators_and_missing_blank_lines(read):
    bare = f"From \r\n{numbered(1)}\r\n\r\nFrom \r\n{numbered(2)}\r\nFrom \r\n{numbered(3)}\r\n"
    prose = f"From \n{numbered(1)}\nFrom \nhere on\nit rained: all day\n"
    dated = box(numbered(1)).rstrip("\n") + "\n" + box(numbered(2))
    assert [p.text.split() for p in of(Piece, read(bare))] == [["hello"]] * 3
    assert one(read(prose)).text == "hello\nFrom \nhere on\nit rained: all day"
    assert len(of(Piece, read(dated))) == 2


def test_a_stated_length_reaches_over_separators_in_the_text(read):
    inside = "see\n\nFrom x@mail.example Mon Apr  2 18:26:00 2012\nSubject: pasted\nTo: b\n\nend\n"
    first = f"{HEAD}Content-Length: {len(inside)}\n\n{inside}"
    found = read(box(first, numbered(2)))
    assert [p.text for p in of(Piece, found)] == [inside.strip("\n"), "hello"]
    wrong = f"{HEAD}Content-Length: 7\n\n{inside}"
    assert len(of(Problem, read(box(wrong, numbered(2)))) + of(Piece, read(box(wrong)))) == 2


@pytest.mark.parametrize("size", [1, 2, 7, 64, 999])
def test_blocks_of_any_size_split_alike(monkeypatch, size):
    data = box(*(numbered(n, "a\n\nFrom here\n\nb") for n in range(6))).encode()
    whole = list(mbox.split(io.BytesIO(data)))
    monkeypatch.setattr(mbox, "BLOCK", size)
    assert list(mbox.split(io.BytesIO(data))) == whole
    assert len(whole) == 6


@pytest.mark.parametrize(
    ("name", "metadata", "mine"),
    [
        ("mail/.Sent/cur/1.M2P3.host:2,S", {}, True),
        ("mail/.Sent/cur/1.M2P3.host!2,S", {}, True),
        ("mail/cur/1.M2P3.host:2,DS", {"draft": True}, True),
        ("mail/new/1.M2P3.host", {}, None),
        ("V10/Sent Messages.mbox/5C/Data/1/Messages/12.partial.emlx", {}, True),
        ("Profiles/Mail/Envoy&AOk-s", {}, True),
        ("Profiles/Mail/&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-.sbd/2019", {}, True),
        ("Takeout/Correo/Enviados-002.mbox", {}, True),
        ("Takeout/Mail/Απεσταλμένα.mbox", {}, True),
        ("Takeout/Mail/Go\u0308nderilmis\u0327 Postalar.mbox", {}, True),
        ("sent to me/inbox.mbox", {}, None),
        ("sent/INBOX", {}, None),
    ],
)
def test_folders_and_flags_say_what_was_sent(read, name, metadata, mine):
    found = read(HEAD + "\nhi", name)
    assert (one(found).metadata, sent(found)) == (metadata, {ANN: 1} if mine else {})


@pytest.mark.parametrize(
    ("name", "extra", "reason"),
    [
        ("mail/cur/1.M2P3.host:2,ST", "", "in the trash"),
        ("Mail/Papierkorb.mbox", "", "in the trash"),
        ("Mail/Inbox", "X-Mozilla-Status: 0009\n", "in the trash"),
        ("a.mbox", "X-Gmail-Labels: Corbeille,Ouvert\n", "in the trash"),
        ("a.mbox", "X-Gmail-Labels: Bin\n", "in the trash"),
        ("a.mbox", "X-Gmail-Labels: =?UTF-8?Q?Courrier_ind=C3=A9sirable?=\n", "spam"),
        ("a.mbox", "X-GitHub-Reason: mention\n", "notification"),
        ("a.mbox", "X-GitLab-Project: boats\n", "notification"),
        ("a.mbox", "Sender: C <calendar-notification@google.example>\n", "calendar"),
        ("a.mbox", "X-Failed-Recipients: b@x.example\n", "bounce or receipt"),
    ],
)
def test_what_was_thrown_away_or_made_by_programs_is_dropped(read, name, extra, reason):
    assert of(Problem, read(box(numbered(1, extra=extra)), name)) == [Problem("message 1", reason)]


def test_mail_to_others_in_the_sent_folder_was_not_sent_from_it(read):
    strange = numbered(1, extra="Delivered-To: ben@mail.example\n")
    own = numbered(2, extra="Delivered-To: ann@mail.example\n")
    found = read(box(strange, own), "mail/Sent")
    assert sent(found) == {ANN: 1}


def test_an_emlx_tells_flags_and_when_it_came(read):
    body = "From: a@x.example\nSubject: x\nMessage-ID: <1@x.example>\n\nhi\n"
    plist = (
        '<?xml version="1.0"?><plist version="1.0"><dict><key>date-received</key>'
        "<integer>1333384912</integer><key>flags</key><integer>{}</integer></dict></plist>\n"
    )
    found = read(f"{len(body)}     \n{body}{plist.format(65)}", "Messages/1.emlx")
    piece = one(found)
    assert (piece.metadata, sent(found)) == ({"draft": True}, {"email:a@x.example": 1})
    assert (piece.created.isoformat(), piece.basis) == ("2012-04-02T16:41:52+00:00", "assumed")
    (problem,) = of(Problem, read(f"{len(body)}\n{body}{plist.format(3)}", "Messages/1.emlx"))
    assert problem.reason == "in the trash"


def test_notes_that_apple_keeps_among_mail_are_notes(read):
    note = (
        "From: Ann Lee <ann@mail.example>\nSubject: Shopping\n"
        "X-Uniform-Type-Identifier: com.apple.mail-note\n"
        "X-Universally-Unique-Identifier: 6D1C-AA\nX-Mail-Created-Date: Mon, 2 Apr 2012 10:00:00 "
        "+0000\nDate: Tue, 3 Apr 2012 10:00:00 +0000\nMessage-ID: <{}@x.example>\n"
        "Content-Type: text/html\n\n<div>milk</div><div>bread</div>\n"
    )
    first, second = of(Piece, read(box(note.format(1), note.format(2)), "a.mbox"))
    assert (first.kind, first.mine, first.namespace, first.text) == (
        "note", True, "apple-note", "milk\nbread"
    )  # fmt: skip
    assert first.own == second.own == "6d1c-aa"
    assert first.created.day == 2


CHAT = """X-GM-THRID: 99
X-Gmail-Labels: Chat
From: Ann Lee <ann@mail.example>
MIME-Version: 1.0
Content-Type: text/plain

on my way
"""


def test_chat_lines_among_gmails_mail_are_chat(read):
    data = f"From 1520374143434640317@xxx Sat Jan 02 18:26:00 +0000 2016\n{CHAT}\n"
    piece = one(read(data))
    assert (piece.kind, piece.namespace, piece.own) == ("chat", "gmail-chat", "1520374143434640317")
    assert (piece.thread, piece.handle, piece.text) == ("99", "email:ann@mail.example", "on my way")
    assert piece.created == datetime(2016, 1, 2, 18, 26, tzinfo=UTC)
    event = CHAT.replace("on my way", 'conversation_id: "c"\ntimestamp: 1\nevent_id: "e"')
    found = read(f"From 1@xxx Sat Jan 02 18:26:00 +0000 2016\n{event}\n")
    assert [p.reason for p in of(Problem, found)] == ["chat event without a message"]


def test_google_talks_transcripts_are_read_line_by_line(read):
    line = (
        '<cli:message to="{}" from="{}" int:time-stamp="{}" xmlns:cli="jabber:client" '
        'xmlns:int="google:internal"><cli:body>{}</cli:body><time ms="{}" '
        'xmlns="google:timestamp"/></cli:message>'
    )
    ann, ben = "ann@mail.example/Talk.v1", "ben@mail.example"
    lines = (
        line.format(ben, ann, 1325500000000, "hi &amp; hello", 1325500000001)
        + line.format(ann, ben, 1325500009000, "hei", 1325500009001)
        + line.format(ann, ben, 1325500010000, "", 1325500010001)
    )
    chat = (
        "X-GM-THRID: 7\nX-Gmail-Labels: Chat\nFrom: Ann Lee <ann@mail.example>\n"
        "To: Ben <ben@mail.example>\nMessage-ID: <1.2.chat@mail.example>\nSubject: Chat with Ann\n"
        "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/xml\n\n"
        f'<con:conversation xmlns:con="google:archive:conversation">{lines}</con:conversation>\n'
        "--b\nContent-Type: text/html\n\nhi\n--b--\n"
    )
    received = chat.replace("To: Ben", "Received: by x; Mon, 2 Jan 2012 10:26:40 +0000\nTo: Ben")
    for data in (box(chat), box(received)):
        found = read(data)
        said = [(p.handle, p.text, p.thread, p.people[0][1]) for p in of(Piece, found)]
        assert said == [
            ("email:ann@mail.example", "hi & hello", "7", "Ann Lee"),
            ("email:ben@mail.example", "hei", "7", "Ben"),
        ]
        assert [p.reason for p in of(Problem, found)] == ["chat line without text"]
        assert of(Piece, found)[0].own == "1325500000001:ann@mail.example"


def alternative(plain, html):
    return (
        f"{HEAD}Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; "
        f"charset=utf-8\n\n{plain}\n--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--\n"
    )


ATTRIBUTION = '<div class="gmail_quote"><div class="gmail_attr">On Monday Bo wrote:<br></div>'
CITED = '<blockquote class="gmail_quote">When are you coming?</blockquote>'


def test_html_that_marks_quotes_is_read_and_answers_between_them_kept(read):
    html = f"<div>Yes, both.</div>{ATTRIBUTION}{CITED}<div>At noon, I think.</div>{CITED}</div>"
    plain = "Yes, both.\n\nOn Monday Bo wrote:\n> When are you coming?\nAt noon, I think.\n> When"
    assert one(read(alternative(plain, html))).text == (
        "Yes, both.\n\n> On Monday Bo wrote:\n\n> When are you coming?\n\nAt noon, I think.\n\n"
        "> When are you coming?"
    )


def test_html_that_lacks_what_the_plain_text_says_is_not_read(read):
    html = f"<div>Yes.</div>{ATTRIBUTION}{CITED}</div>"
    plain = "A whole other letter, with many words that stand nowhere in the HTML.\n> When"
    hidden = f"{ATTRIBUTION}<blockquote>When? I said all of this in the quote.</blockquote></div>"
    mine = "I said all of this in the quote.\n> When?"
    assert one(read(alternative(plain, html))).text == plain
    assert one(read(alternative(mine, hidden))).text == mine


def test_a_plain_part_that_only_says_there_is_html_gives_way(read):
    html = "<p>" + "Many words stand here, and only here, for whoever can read them. " * 5 + "</p>"
    found = one(read(alternative("This message needs a viewer of HTML.", html)))
    assert found.text.startswith("Many words stand here")
    assert one(read(alternative("Short.", "<p style='font: 11pt x'>Short.</p>"))).text == "Short."


def test_a_text_with_a_files_name_is_the_body_where_nothing_else_is(read):
    body = (
        "--b\nContent-Type: text/plain; name=letter.txt\nContent-Disposition: inline\n\nDear Bo\n"
        "--b\nContent-Type: text/plain; name=l.txt\nContent-Disposition: attachment\n\nlog\n--b--\n"
    )
    piece = one(read(f"{HEAD}Content-Type: multipart/mixed; boundary=b\n\n{body}"))
    assert (piece.text, piece.metadata) == ("Dear Bo", {"attachments": 1})


def test_signed_mail_is_read_without_what_signs_it(read):
    armored = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHi Bo\n- -- \nAnn\n"
        "-----BEGIN PGP SIGNATURE-----\n\nabc=\n-----END PGP SIGNATURE-----\n"
    )
    assert one(read(f"{HEAD}\n{armored}")).text == "Hi Bo\n-- \nAnn"
    inner = b"Content-Type: text/plain\r\n\r\nsealed in clear\r\n"
    wrapped = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01"
    wrapped += b"\x31\x00\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80"
    wrapped += b"\x04\x10" + inner[:16] + b"\x04" + bytes([len(inner) - 16]) + inner[16:]
    wrapped += b"\0\0\0\0\0\0"
    head = f"{HEAD}Content-Type: application/pkcs7-mime; smime-type=signed-data\n"
    head += "Content-Transfer-Encoding: base64\n\n"
    assert one(read(head.encode() + base64.encodebytes(wrapped))).text == "sealed in clear"


def test_invitations_are_read_and_answers_to_them_are_not(read):
    def mail(method):
        return (
            f"{HEAD}Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: "
            f"text/plain\n\nCome if you can\n--b\nContent-Type: text/calendar; method={method}\n\n"
            "BEGIN:VCALENDAR\n--b--\n"
        )

    assert one(read(mail("REQUEST"))).text == "Come if you can"
    assert [p.reason for p in of(Problem, read(mail("REPLY")))] == ["calendar"]


def test_lists_that_put_their_own_address_name_the_author(read):
    post = "List-Post: <mailto:talk@lists.example>\n"
    head = HEAD.replace("Ann Lee <Ann@Mail.example>", "Ann Lee via Talk <talk@lists.example>")
    reply = f"{post}Reply-To: Talk <talk@lists.example>, Ann Lee <ann@mail.example>\n"
    original = f"{post}X-Original-From: Ann Lee <ann@mail.example>\n"
    for extra in (reply, original):
        assert one(read(f"{head}{extra}\nhi")).handle == "email:ann@mail.example"
    assert one(read(f"{head}{post}\nhi")).handle == "name:Ann Lee"


def test_a_clock_that_was_wrong_is_not_believed(read):
    hops = (
        "Received: by b; Tue, 3 Apr 2012 10:00:09 +0000\n"
        "Received: by a; Tue, 3 Apr 2012 10:00:00 +0000\n"
    )
    for wrong in ("Tue, 1 Jan 1980 00:00:00 +0000", "Fri, 1 Jan 2038 00:00:00 +0000"):
        head = hops + HEAD.replace("Mon, 2 Apr 2012 20:21:52 +0400", wrong)
        piece = one(read(head + "\nhi"))
        assert (piece.created.isoformat(), piece.basis) == ("2012-04-03T10:00:00+00:00", "assumed")
    late = HEAD.replace("2012", "2004")  # imported eight years later, and right
    assert one(read(hops + late + "\nhi")).created.year == 2004


def test_a_date_without_zone_is_local_time(tmp_path):
    path = tmp_path / "1.eml"
    path.write_text(HEAD.replace(" +0400", "") + "\nhi")
    piece = one(mail.read(File(path, "1.eml", "f"), Reading(zone="Europe/Oslo")))
    assert piece.created == datetime(2012, 4, 2, 18, 21, 52, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["Inbox.msf", "A.mbox/table_of_contents", "mail/dovecot.index.cache", "x/maildirsize"]
)
def test_what_mail_programs_keep_beside_mail_is_no_writing(tmp_path, name):
    path = tmp_path / "x"
    path.write_bytes(b'// <!-- <mdb:mork:z v="1.4"/> -->\n' if "msf" in name else b"\x01\x00\x02")
    file = File(path, name, "f")
    assert mail.recognise(file, file.head())
    reason = "what a mail program keeps beside its mail; not writing"
    assert list(mail.read(file, Reading())) == [Problem("file", reason)]


def test_old_macintosh_line_ends(read):
    assert one(read((HEAD + "\nline one\nline two\n").replace("\n", "\r"))).text == (
        "line one\nline two"
    )


def test_damaged_mail_never_stops_the_reader(tmp_path):
    whole = box(
        alternative("hei på deg", "<p>hei <b>på</b> deg</p>"),
        numbered(2, extra="Content-Type: text/plain; charset=utf-16\nX-Gmail-Labels: =?x?B?#?=\n"),
        CHAT,
    ).encode()
    path = tmp_path / "x"
    for n in range(0, len(whole), 3):
        for data in (whole[:n], whole[:n] + b"\xff\x00" + whole[n + 2 :]):
            path.write_bytes(data)
            for item in mail.read(File(path, "x.mbox", "f"), Reading()):
                assert isinstance(item, Piece | Problem | Claim)
                assert not isinstance(item, Problem) or item.outcome == "dropped"


def test_a_text_longer_than_anybody_writes_is_cut(read, monkeypatch):
    monkeypatch.setattr(mime, "MAX_TEXT", 100)
    assert one(read(HEAD + "\n" + "x" * 1_000)).text == "x" * 100
