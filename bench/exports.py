"""Write invented exports of any size, one kind a file, for the bench of reading.

Each generator yields the text of one item after another; `write` puts them between what the
format has before, between and after them, until the file is as large as asked. The people, words
and addresses are made up; the layouts are those that the programs write.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

BEGUN = datetime(2016, 1, 1, tzinfo=UTC)
PEOPLE = ("Runa Vik", "Ivar Lund", "Nell Ash", "Zoé Marchand", "Åse Holm", "Bo Ek")
SENTENCES = 4_000
PICTURE = base64.encodebytes(random.Random(3).randbytes(400_000)).decode()


class Export(NamedTuple):
    """How a kind of export is written: its file, what stands around and between its items."""

    name: str
    items: Callable[[random.Random], Iterator[str]]
    before: str = ""
    between: str = ""
    after: str = ""
    beside: tuple[tuple[str, str], ...] = ()


def sentences() -> list[str]:
    """Return sentences of invented words, with letters of several alphabets among them."""
    draw = random.Random(7)
    letters = "eeeeaaaiioontttssrrhlldcumfpgwybvk" * 3 + "øåéüñ"
    words = ["".join(draw.choices(letters, k=draw.randint(2, 9))) for _ in range(9_000)]
    rank = [1 / (n + 10) for n in range(len(words))]
    return [
        " ".join(draw.choices(words, rank, k=draw.randint(4, 18))).capitalize()
        + draw.choice(".?!.")
        for _ in range(SENTENCES)
    ]


TEXT = sentences()


def prose(draw: random.Random, least: int, most: int) -> str:
    """Return between `least` and `most` sentences."""
    begin = draw.randrange(SENTENCES - most)
    return " ".join(TEXT[begin : begin + draw.randint(least, most)])


def paragraphs(draw: random.Random, most: int) -> list[str]:
    """Return up to `most` paragraphs."""
    return [prose(draw, 1, 6) for _ in range(draw.randint(1, most))]


def write(export: Export, folder: Path, size: int) -> Path:
    """Write `export` below `folder`, at least `size` bytes long, and return its file."""
    path = folder / export.name
    path.parent.mkdir(parents=True, exist_ok=True)
    for name, text in export.beside:
        (path.parent / name).write_text(text, "utf-8")
    draw = random.Random(11)
    written = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(export.before)
        for n, item in enumerate(export.items(draw)):
            written += len(item) if item.isascii() else len(item.encode())
            out.write(export.between + item if n else item)
            if written >= size:
                break
        out.write(export.after)
    return path


def moments(draw: random.Random) -> Iterator[datetime]:
    """Yield ever later moments, in bursts as people talk."""
    now = BEGUN
    while True:
        now += timedelta(seconds=draw.choice((5, 20, 40, 90, 600, 9_000)))
        yield now


def mails(draw: random.Random) -> Iterator[str]:
    """Yield messages of a mailbox: letters, replies in HTML, bulk mail, pictures."""
    kinds = (plain_mail, reply_mail, reply_mail, word_mail, bulk_mail, picture_mail)
    for n, when in enumerate(moments(draw)):
        kind = draw.choices(kinds, (30, 20, 10, 10, 24, 6))[0]
        yield f"{header(draw, n, when, kind is bulk_mail)}{kind(draw)}\n\n"


def header(draw: random.Random, n: int, when: datetime, bulk: bool) -> str:
    """Return the header of a mail as Gmail exports it, received over four hops."""
    writer, reader = draw.sample(PEOPLE, 2)
    hops = "".join(
        f"Received: from mail{hop}.post.example (mail{hop}.post.example. [192.0.2.{hop}])\n"
        f"        by mx{hop}.mail.example with ESMTPS id a{n}b{hop}\n        for "
        f"<me@mail.example>\n        (version=TLS1_3 cipher=TLS_AES_256 bits=256/256);\n"
        f"        {when:%a, %d %b %Y %H:%M:%S} +0000 (UTC)\n"
        for hop in range(4)
    )
    seal = "".join(f"        {'bG9yZW0gaXBzdW0' * 4}{line:04}\n" for line in range(9))
    signed = (
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=post.example; s=2016;\n{seal}"
    )
    labels = "=?UTF-8?Q?Bo=C3=AEte_de_r=C3=A9ception,Ouvert?=" if n % 3 else "Sent"
    return (
        f"From {1_500_000_000_000_000_000 + n}@xxx {when:%a %b %d %H:%M:%S} +0000 {when:%Y}\n"
        f"X-GM-THRID: {1_500_000_000_000_000_000 + n // 4}\nX-Gmail-Labels: {labels}\n"
        f"Delivered-To: me@mail.example\n{hops}ARC-Seal: i=1; a=rsa-sha256;\n{seal}{signed}"
        f"MIME-Version: 1.0\nReferences: <{n // 4}@post.example> <{n - 1}@post.example>\n"
        f"In-Reply-To: <{n - 1}@post.example>\nMessage-ID: <{n}@post.example>\n"
        f"{'List-Unsubscribe: <https://shop.example/u>' if bulk else 'X-Mailer: Post 5.1'}\n"
        f"Date: {when:%a, %d %b %Y %H:%M:%S} +0000\n"
        f"From: {encoded(writer)} <{handle(writer)}>\nTo: {encoded(reader)} <{handle(reader)}>\n"
        f"Subject: Re: {encoded(draw.choice(TEXT)[:40])}\n"
    )


def handle(name: str) -> str:
    """Return an invented address."""
    return f"{name.split()[0].lower().encode('ascii', 'ignore').decode()}@post.example"


def encoded(text: str) -> str:
    """Return `text` as a header field holds it."""
    raw = base64.b64encode(text.encode()).decode()
    return text if text.isascii() else f"=?UTF-8?B?{raw}?="


def quoted_printable(text: str) -> str:
    """Return `text` as 7-bit mail holds it, in lines of at most 76 characters."""
    out = []
    for line in text.replace("=", "=3D").split("\n"):
        safe = line if line.isascii() else "".join(
            c if c.isascii() else "".join(f"={b:02X}" for b in c.encode()) for c in line
        )  # fmt: skip
        while len(safe) > 75:
            at = 75 - safe[:75][::-1].find("=") - 1 if "=" in safe[73:75] else 75
            out.append(f"{safe[:at]}=")
            safe = safe[at:]
        out.append(safe)
    return "\n".join(out)


def part(kind: str, text: str) -> str:
    """Return a part of a multipart mail, quoted-printable."""
    head = f"Content-Type: text/{kind}; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable"
    return f"--b1\n{head}\n\n{quoted_printable(text)}\n"


def plain_mail(draw: random.Random) -> str:
    """Return a letter in plain text with what it answers."""
    cited = "\n".join(f"> {line}" for line in paragraphs(draw, 4))
    body = "\n\n".join(paragraphs(draw, 5))
    text = f"{body}\n\nOn Mon, 4 Jan 2016 at 10:00, Nell Ash wrote:\n{cited}"
    return f"Content-Type: text/plain; charset=UTF-8\n\n{text}"


def reply_mail(draw: random.Random) -> str:
    """Return a reply as Gmail writes it, in plain text and HTML."""
    own, cited = paragraphs(draw, 5), paragraphs(draw, 8)
    said = "On Mon, Jan 4, 2016 at 10:00 AM Nell Ash &lt;nell@post.example&gt; wrote:<br>"
    html = "".join(f"<div>{p}</div><div><br></div>\n" for p in own)
    html += f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{said}</div>'
    html += '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">'
    html += "".join(f'<div style="font-size:small">{p}</div>\n' for p in cited)
    plain = "\n\n".join(own) + "\n\nOn Mon, Jan 4, 2016 Nell Ash <nell@post.example> wrote:\n\n"
    plain += "\n".join(f"> {p}" for p in cited)
    html = f'<div dir="ltr">{html}</blockquote></div></div>'
    both = part("plain", plain) + part("html", html)
    return f"Content-Type: multipart/alternative; boundary=b1\n\n{both}--b1--"


def word_mail(draw: random.Random) -> str:
    """Return a mail as Outlook writes it: a header block above what it answers."""
    style = 'font-size:11.0pt;font-family:"Calibri",sans-serif;color:#1F497D'
    rows = [f"<p class=MsoNormal><span style='{style}'>{p}<o:p></o:p></span></p>"
            for p in paragraphs(draw, 6)]  # fmt: skip
    rule = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
    labels = "<b>From:</b> Nell Ash<br><b>Sent:</b> Monday<br><b>Subject:</b> Re"
    rows.append(f"<div><div style='{rule}'><p class=MsoNormal>{labels}</p></div></div>")
    rows += [f"<p class=MsoNormal>{p}</p>" for p in paragraphs(draw, 6)]
    html = "<html><head><style>p.MsoNormal{margin:0cm}</style></head><body>" + "\n".join(rows)
    both = part("plain", "\n\n".join(paragraphs(draw, 6))) + part("html", html)
    return f"Content-Type: multipart/alternative; boundary=b1\n\n{both}--b1--"


def bulk_mail(draw: random.Random) -> str:
    """Return a newsletter: much HTML."""
    cell = '<td style="padding:0;margin:0;font-family:Arial,sans-serif" align="left" valign="top">'
    rows = "".join(f"<tr>{cell}<a href='https://shop.example/{n}'>{TEXT[n]}</a></td></tr>\n"
                   for n in range(draw.randint(60, 200)))  # fmt: skip
    both = part("plain", "\n".join(TEXT[:30])) + part("html", f"<table>{rows}</table>")
    return f"Content-Type: multipart/alternative; boundary=b1\n\n{both}--b1--"


def picture_mail(draw: random.Random) -> str:
    """Return a letter with a photograph."""
    head = "Content-Type: image/jpeg; name=a.jpg\nContent-Disposition: attachment; filename=a.jpg"
    data = PICTURE[: draw.randint(2, 7) * 77_000]
    image = f"--b1\n{head}\nContent-Transfer-Encoding: base64\n\n{data}"
    letter = part("plain", "\n\n".join(paragraphs(draw, 4)))
    return f"Content-Type: multipart/mixed; boundary=b1\n\n{letter}{image}\n--b1--"


def notes(draw: random.Random) -> Iterator[str]:
    """Yield notes of Evernote, some with a picture."""
    for n, when in enumerate(moments(draw)):
        body = "".join(f"<div>{p}</div>" for p in paragraphs(draw, 20))
        yield (
            f"<note><title>{TEXT[n % SENTENCES]}</title><created>{when:%Y%m%dT%H%M%SZ}</created>"
            "<note-attributes><author>Runa Vik</author><source>desktop.mac</source>"
            '</note-attributes><content><![CDATA[<?xml version="1.0" encoding="UTF-8"?>'
            '<!DOCTYPE en-note SYSTEM "http://xml.evernote.com/pub/enml2.dtd">'
            f"<en-note>{body}</en-note>]]></content>{picture(draw)}</note>\n"
        )


def picture(draw: random.Random) -> str:
    """Return one note's picture in five, else nothing."""
    if draw.random() > 0.2:
        return ""
    data = PICTURE[: draw.randint(1, 7) * 77_000]
    return (
        f'<resource><data encoding="base64">\n{data}</data><mime>image/png</mime>'
        "<width>9</width><height>9</height></resource>"
    )


def conversations(draw: random.Random) -> Iterator[str]:
    """Yield conversations of ChatGPT's export."""
    for n, when in enumerate(moments(draw)):
        nodes: dict[str, object] = {"r": {"id": "r", "message": None, "parent": None}}
        last, begun = "r", when.timestamp()
        for turn in range(2 * draw.randint(1, 8)):
            own = turn % 2 == 0
            name = f"c{n}-{turn}"
            text = prose(draw, 1, 4) if own else "\n\n".join(paragraphs(draw, 8))
            message = {
                "id": name, "author": {"role": "user" if own else "assistant", "metadata": {}},
                "create_time": begun + turn * 30, "status": "finished_successfully", "weight": 1.0,
                "content": {"content_type": "text", "parts": [text]}, "recipient": "all",
                "metadata": {} if own else {"model_slug": "gpt-4o", "finish_details": {}},
            }  # fmt: skip
            nodes[last] |= {"children": [name]}  # type: ignore[operator]
            nodes[name] = {"id": name, "message": message, "parent": last, "children": []}
            last = name
        told = {"title": TEXT[n % SENTENCES][:40], "create_time": begun, "update_time": begun}
        told |= {"mapping": nodes, "current_node": last, "conversation_id": f"c{n}", "id": f"c{n}"}
        yield json.dumps(told)


def whatsapp(draw: random.Random) -> Iterator[str]:
    """Yield the lines of a WhatsApp chat, as an iPhone writes them."""
    for when in moments(draw):
        text = prose(draw, 1, 2) + ("\n" + prose(draw, 1, 2) if draw.random() < 0.1 else "")
        yield f"[{when:%d/%m/%Y, %H:%M:%S}] {draw.choice(PEOPLE[:2])}: {text}\r\n"


def telegram(draw: random.Random) -> Iterator[str]:
    """Yield the messages of a Telegram chat."""
    for n, when in enumerate(moments(draw)):
        who, text = draw.randrange(2), prose(draw, 1, 2)
        yield json.dumps(
            {
                "id": n, "type": "message", "date": f"{when:%Y-%m-%dT%H:%M:%S}",
                "date_unixtime": f"{int(when.timestamp())}", "from": PEOPLE[who],
                "from_id": f"user{who + 1}", "text": text,
                "text_entities": [{"type": "plain", "text": text}],
            },
            ensure_ascii=False, indent=1,
        )  # fmt: skip


def messenger(draw: random.Random) -> Iterator[str]:
    """Yield the messages of a Messenger thread, letters beyond ASCII as Meta writes them."""
    for when in moments(draw):
        who = draw.choice(PEOPLE[:2]).encode().decode("latin-1")
        text = prose(draw, 1, 2).encode().decode("latin-1")
        told = {"sender_name": who, "timestamp_ms": int(when.timestamp() * 1_000)}
        yield json.dumps(told | {"content": text, "is_geoblocked_for_viewer": False}, indent=1)


def tweets(draw: random.Random) -> Iterator[str]:
    """Yield the posts of an archive of X."""
    for n, when in enumerate(moments(draw)):
        text = prose(draw, 1, 3)[:270]
        tweet = {
            "edit_info": {"initial": {"editTweetIds": [f"{n}"], "isEditEligible": False}},
            "retweeted": False, "source": "<a href='https://x.example'>Web</a>", "entities":
            {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
            "display_text_range": ["0", f"{len(text)}"], "favorite_count": "0", "id_str": f"{n}",
            "id": f"{n}", "truncated": False, "retweet_count": "0", "favorited": False,
            "created_at": f"{when:%a %b %d %H:%M:%S} +0000 {when:%Y}", "full_text": text,
            "lang": "en",
        }  # fmt: skip
        yield json.dumps({"tweet": tweet}, indent=2)


def slack(draw: random.Random) -> Iterator[str]:
    """Yield the messages of a day in a Slack channel."""
    for n, when in enumerate(moments(draw)):
        text = prose(draw, 1, 3)
        told = {"type": "message", "user": f"U{n % 2 + 1}", "text": text, "team": "T1"}
        told |= {"ts": f"{when.timestamp():.6f}", "client_msg_id": f"{n:032x}"}
        yield json.dumps(told, indent=4)


def texts(draw: random.Random) -> Iterator[str]:
    """Yield text messages as «SMS Backup & Restore» writes them."""
    for n, when in enumerate(moments(draw)):
        told = prose(draw, 1, 2).replace("&", "&amp;").replace('"', "&quot;")
        yield (
            f'  <sms protocol="0" address="+4790000002" date="{int(when.timestamp() * 1_000)}" '
            f'type="{n % 2 + 1}" subject="null" body="{told}" toa="null" sc_toa="null" '
            'service_center="null" read="1" status="-1" locked="0" contact_name="Ivar Lund" />\n'
        )


USERS = json.dumps([{"id": f"U{n + 1}", "name": handle(p), "profile": {"real_name": p}}
                    for n, p in enumerate(PEOPLE[:2])])  # fmt: skip
ACCOUNT = 'window.YTD.account.part0 = [ {"account": {"username": "runa", "accountId": "1"}} ]'
TITLE = json.dumps("Ivar Lund")
NAMES = json.dumps([{"name": p} for p in PEOPLE[:2]])

EXPORTS: dict[str, Export] = {
    "mail": Export("Takeout/Mail/All mail.mbox", mails),
    "evernote": Export(
        "notebook.enex",
        notes,
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE en-export SYSTEM '
        '"http://xml.evernote.com/pub/evernote-export4.dtd">\n'
        '<en-export export-date="20240501T072747Z" application="Evernote" version="10.70.2">\n',
        "",
        "</en-export>\n",
    ),
    "chatgpt": Export("conversations.json", conversations, "[", ", ", "]"),
    "whatsapp": Export("_chat.txt", whatsapp),
    "telegram": Export(
        "result.json",
        telegram,
        f'{{"name": {TITLE}, "type": "personal_chat", "id": 2, "messages": [\n',
        ",\n",
        "]}",
    ),
    "messenger": Export(
        "messages/inbox/ivarlund_1/message_1.json",
        messenger,
        f'{{"participants": {NAMES}, "messages": [\n',
        ",\n",
        f'], "title": {TITLE}, "is_still_participant": true, "thread_path": "inbox/ivarlund_1"}}',
    ),
    "twitter": Export(
        "data/tweets.js",
        tweets,
        "window.YTD.tweets.part0 = [\n",
        ",\n",
        "\n]",
        (("account.js", ACCOUNT),),
    ),
    "slack": Export(
        "general/2016-01-01.json", slack, "[\n", ",\n", "]", (("../users.json", USERS),)
    ),
    "sms": Export(
        "sms-20240304.xml",
        texts,
        '<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>\n<smses count="1" type="full">\n',
        "",
        "</smses>\n",
    ),
}
"""Kind of source → the export that is written for it."""
