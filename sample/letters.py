"""Write the sample's mail: mailboxes and single messages, as several mail programs do."""

from __future__ import annotations

import quopri
import re
import textwrap
from collections.abc import Callable
from email.header import Header
from email.utils import parseaddr, parsedate_to_datetime

from written import Block, Export, Shown, blocks, doubled

ME = {
    "home": "Hedda Marchbanks <hedda@marchbanks-bindery.uk>",
    "work": "Hedda Marchbanks <hedda.marchbanks@avonvale-archives.org.uk>",
}
MOVED = "2024-07-12"
FIRST_THREAD = 1_750_000_000_000_000_000
DAYS = "lun. mar. mer. jeu. ven. sam. dim.".split()
FRENCH = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split()
DAGER = "man. tir. ons. tor. fre. lør. søn.".split()
NORSK = "jan. feb. mars apr. mai juni juli aug. sep. okt. nov. des.".split()


def signature(block: Block) -> str:
    """Return the lines below the dashes that this mail ends with."""
    moved = parsedate_to_datetime(block.fields["Date"]).date().isoformat() >= MOVED
    home = "14 Larkspur Lane, Clevedon BS21 7QD" if moved else "41 Pomfrey Terrace, Bristol BS6 6HP"
    return {
        "": "",
        "bindery": "Hedda Marchbanks\n"
        f"Book and paper conservation, boxes for difficult objects\n{home}",
        "work": "Hedda Marchbanks, Senior Conservator\nAvonvale Record Office\n"
        "2 Muniment Way, Bristol BS1 6XN\nTel. 0117 496 0142",
    }[block.fields.get("Sig", "")]


def quoted(style: str, original: Block) -> str:
    """Return `original` as the mail program `style` quotes it below an answer."""
    when = parsedate_to_datetime(original.fields["Date"])
    writer, subject = original.fields["From"], original.fields["Subject"]
    name, address = parseaddr(writer)
    clock = f"{when:%H:%M}"
    head = {
        "gmail": f"On {when:%a, %d %b %Y} at {clock}, {name} <{address}> wrote:",
        "german": f"Am {when:%d.%m.%Y} um {clock} schrieb {name}:",
        "french": f"Le {DAYS[when.weekday()]} {when.day} {FRENCH[when.month - 1]} {when.year} à "
        f"{clock}, {name} <{address}> a écrit :",
        "norwegian": f"{DAGER[when.weekday()]} {when.day}. {NORSK[when.month - 1]} {when.year} "
        f"kl. {clock} skrev {name} <{address}>:",
    }.get(style)
    if head:
        return head + "\n" + _marked(original.text)
    top = "-----Original Message-----" if style == "original" else "_" * 32
    sent = f"{when:%d %B %Y %H:%M}"
    return (
        f"{top}\nFrom: {writer}\nSent: {sent}\nTo: {ME[original.fields['To']]}\n"
        f"Subject: {subject}\n\n{original.text}"
    )


def _marked(text: str) -> str:
    lines = []
    for line in text.split("\n"):
        lines += textwrap.wrap(line, 70, break_long_words=False, break_on_hyphens=False) or [""]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _flowed(text: str) -> str:
    """Return `text` with soft line breaks and space-stuffing (RFC 3676)."""
    out = []
    for line in text.split("\n"):
        if line.startswith(">") or line == "-- ":
            out.append(line)
            continue
        parts = textwrap.wrap(line, 71, break_long_words=False, break_on_hyphens=False) or [""]
        stuffed = [" " + p if p.startswith(("From ", ">", " ")) else p for p in parts]
        out += [p + " " for p in stuffed[:-1]] + stuffed[-1:]
    return "\n".join(out)


def _page(text: str) -> str:
    paragraphs = "".join(f"<p>{p}</p>\n" for p in text.split("\n\n"))
    return (
        f'<html><head><meta charset="utf-8"></head><body dir="auto">\n{paragraphs}</body></html>\n'
    )


ENCODINGS: dict[str, tuple[str, str, Callable[[str], bytes]]] = {
    "plain": ("text/plain; charset=utf-8", "8bit", lambda t: t.encode()),
    "flowed": (
        "text/plain; charset=utf-8; format=flowed",
        "8bit",
        lambda t: _flowed(t).encode(),
    ),
    "qp-latin1": (
        "text/plain; charset=iso-8859-1",
        "quoted-printable",
        lambda t: quopri.encodestring(t.encode("iso-8859-1")),
    ),
    "html": ("text/html; charset=utf-8", "8bit", lambda t: _page(t).encode()),
    "mojibake": ("text/plain; charset=utf-8", "8bit", lambda t: doubled(t).encode()),
}
"""Style → content type, transfer encoding and how the body becomes bytes."""


def _field(name: str, value: str) -> str:
    return f"{name}: {value if value.isascii() else Header(value, 'utf-8', 900).encode()}"


def _people(value: str) -> str:
    """Return an address list with its display names encoded (RFC 2047)."""
    out = []
    for one in re.split(r",\s*", value):
        name, _, address = one.partition(" <")
        out.append(one if name.isascii() else f"{Header(name, 'utf-8').encode()} <{address}")
    return ", ".join(out)


def _address(value: str) -> str:
    return ME.get(value, value)


class Post:
    """All the mail of the sample, by key."""

    def __init__(self, second: dict[str, Block]) -> None:
        self.mail = {b.head: b for name in ("inbox.txt", "sent.txt") for b in blocks(name)} | second
        for block in self.mail.values():
            if copied := block.fields.get("Copy"):
                block.text = self.mail[copied].text

    def message(self, key: str, mailbox: bool) -> tuple[bytes, Shown]:
        """Return the message as bytes and as a piece whose file is still to be set."""
        block = self.mail[key]
        told, style = block.fields, block.fields.get("Style", "plain")
        own, _, forwarded = block.text.partition("\n---------- Forwarded message")
        signed, below = signature(block), ""
        if told.get("Quote", "written") != "written":
            below = quoted(told["Quote"], self.mail[told["Reply"]])
        body = block.text + (f"\n\n-- \n{signed}" if signed else "")
        body += f"\n\n{below}" if below else ""
        kind, transfer, encode = ENCODINGS[style]
        head = self._head(key, mailbox)
        head += [f"Content-Type: {kind}", f"Content-Transfer-Encoding: {transfer}"]
        data = "\n".join(head).encode("ascii") + b"\n\n" + encode(body).rstrip(b"\n") + b"\n"
        lines = own.split("\n")
        text = "\n".join(line for line in lines if not line.startswith(">"))
        marked = [line for line in lines if line.startswith(">")]
        around = [told.get(name, "") for name in ("Cc", "Bcc", "Subject")]
        piece = Shown(
            file="",
            place="message 1",
            text=re.sub(r"\n{3,}", "\n\n", text).strip("\n"),
            header="\n".join([_address(told["From"]), _address(told["To"]), *around]),
            quoted="\n".join([below, forwarded, *marked]).strip("\n"),
            signed=signed,
            mojibake=style == "mojibake",
            others=key.startswith("i"),
        )
        return data, piece

    def _head(self, key: str, mailbox: bool) -> list[str]:
        """Return the header fields, with Gmail's in a mailbox, up to the subject."""
        told = self.mail[key].fields
        reply, receiver = told.get("Reply"), told["To"]
        head = []
        if mailbox:
            thread = FIRST_THREAD + int.from_bytes((reply or key).encode(), "big")
            label = "Inbox" if key.startswith("i") else "Sent"
            head = [f"X-GM-THRID: {thread}", f"X-Gmail-Labels: {label},Opened"]
        head += ["MIME-Version: 1.0", f"Message-ID: <{self.id(key)}>"]
        if reply:
            head += [f"In-Reply-To: <{self.id(reply)}>", f"References: <{self.id(reply)}>"]
        if receiver in ME:
            head.append(f"Delivered-To: {parseaddr(ME[receiver])[1]}")
        shown = (
            "undisclosed-recipients:;" if receiver == "everyone" else _people(_address(receiver))
        )
        head += [
            f"Date: {told['Date']}",
            f"From: {_people(_address(told['From']))}",
            f"To: {shown}",
        ]
        extra = ("Cc", "Bcc", "Auto-Submitted", "Precedence", "List-Unsubscribe")
        head += [f"{name}: {_people(told[name])}" for name in extra if name in told]
        return [*head, _field("Subject", told["Subject"])]

    def id(self, key: str) -> str:
        """Return the Message-ID of the mail `key`."""
        host = parseaddr(_address(self.mail[key].fields["From"]))[1].partition("@")[2]
        return f"{key}.2041@{host}"


def mailbox(export: Export, post: Post, path: str, letter: str) -> None:
    """Add the mailbox of all mail whose key begins with `letter`, in Gmail Takeout's form."""
    keys = [key for key in post.mail if key.startswith(letter)]
    keys.sort(key=lambda k: parsedate_to_datetime(post.mail[k].fields["Date"]))
    whole, pieces, dropped = b"", [], 0
    for n, key in enumerate(keys, start=1):
        block = post.mail[key]
        data, piece = post.message(key, mailbox=True)
        when = parsedate_to_datetime(block.fields["Date"])
        escaped = re.sub(rb"^(>*From )", rb">\1", data, flags=re.MULTILINE)
        line = f"From {FIRST_THREAD + n}@xxx {when:%a %b %d %H:%M:%S +0000 %Y}\n"
        whole += line.encode() + escaped + b"\n"
        if "Auto-Submitted" in block.fields or "Precedence" in block.fields:
            dropped += 1
            continue
        piece.file, piece.place = path, f"message {n}"
        pieces.append(piece)
    export.add(path, whole, "mail", pieces, dropped)


def single(export: Export, post: Post) -> None:
    """Add the messages that were saved one by one."""
    for block in blocks("eml.txt"):
        path, key = block.head, block.fields["Key"]
        if key not in post.mail:
            post.mail[key] = block
        data, piece = post.message(key, mailbox=False)
        piece.file = path
        export.add(path, data.replace(b"\n", b"\r\n"), "mail", [piece])
