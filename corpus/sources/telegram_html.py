"""Telegram Desktop exports as web pages: `messages.html` and the pages after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

from corpus.sources.elements import fields
from corpus.sources.file import File
from corpus.sources.page_parts import parts_of
from corpus.sources.piece import Claim, Piece, Problem, Reading, localise

BESIDE = ("result.json", "messages*.html")
DATE = re.compile(
    r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d):(\d\d)(?: (?:UTC|GMT)([+-])(\d\d):?(\d\d))?"
)
ID = re.compile(r"message(-?\d{1,18})$")
TARGET = re.compile(r"go_to_message(\d{1,18})$")
VIA = re.compile(r"\s*via @\w{1,64}$")
ACCOUNT_FOLDER = re.compile(r"chat_\d+")
SPACE = "telegram"
SAVED = "Saved messages"  # what the export, always in English, calls the notes to oneself

_MESSAGE = re.compile(r'<div class="message (?:default|service)')
_SIGNS = (
    re.compile(rb'<div class="message (?:default|service)[^"<>]{0,60}"[^<>]{0,60}>'),
    re.compile(rb'class="(?:page_header|history|pull_right date details|body details)'),
)
_PAGE = (b'class="page_wrap', b'class="page_header')
_LISTS = (b'class="personal_info', b"list_page", b'class="entry clearfix', b'class="sections')


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a page of a Telegram export, or None."""
    if all(sign.search(head) for sign in _SIGNS):
        return "a page of Telegram messages"
    if all(sign in head for sign in _PAGE) and any(sign in head for sign in _LISTS):
        return "a page about a Telegram account"
    return None


@dataclass(slots=True)
class _Chat:
    """A chat while a page of its messages passes."""

    key: str
    title: str | None = None
    author: str | None = None  # of the message before: one by the same person names nobody
    by_bot: bool = False
    last: int = 0
    writers: dict[str, None] = field(default_factory=dict)


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of the page as a piece or a problem.

    The pages of a chat are one conversation. A page does not say which account it is from: only
    the page about the whole account does.
    """
    if not _SIGNS[0].search(file.head()):
        yield from _account(file)
        return
    chat: _Chat | None = None
    number = 0
    for part in parts_of(file, _MESSAGE):
        if part is None:
            number += 1
            yield Problem(f"message {number}", "a part of the page is damaged", "errored")
            continue
        tree = HTMLParser(part)
        if chat is None:
            title = _words(tree.css_first(".page_header .text"))
            chat = _Chat(_key(file, title), title)
        node = tree.css_first("div.message") if _MESSAGE.match(part) else None
        id_ = ID.match(node.attributes.get("id") or "") if node is not None else None
        if node is None or (id_ and id_[1].startswith("-")):
            continue  # what stands around the messages, and the days between them
        number += 1
        yield _item(node, id_[1] if id_ else None, f"message {number}", chat, reading)
    yield from _claims(chat) if chat else ()
    if not number:
        yield Problem("file", "a page without messages")


def _key(file: File, title: str | None) -> str:
    """Return what tells this chat from others: its id, else its title, else its folder.

    In the export of a whole account several chats may have one title; there the folder counts too.
    """
    for found in file.beside("result.json"):
        if id_ := fields(found, frozenset(("id",)), "messages").get("id"):
            return id_
    folder = re.split(r"[/!]", file.name)[-2:-1]
    numbered = folder[0] if folder and ACCOUNT_FOLDER.fullmatch(folder[0]) else None
    if title:
        return f"{title}, {numbered}" if numbered else title
    return folder[0] if folder else file.name


def _words(node: Node | None) -> str | None:
    """Return the text of `node` on one line, None when there is none."""
    return (" ".join((node.text(deep=True) or "").split()) or None) if node is not None else None


def _item(
    node: Node, id_: str | None, place: str, chat: _Chat, reading: Reading
) -> Piece | Problem:
    classes = (node.attributes.get("class") or "").split()
    if "service" in classes:
        chat.author = None
        return Problem(place, "service message")
    body = node.css_first("div.body")
    if body is None:
        return Problem(place, "a message without its body", "errored")
    _name(body, "joined" in classes, chat)
    if chat.by_bot:
        return Problem(place, "written through a bot")
    forwarded = body.css_first("div.forwarded.body")
    if forwarded is not None:
        sender = forwarded.css_first(".from_name")
        if sender is not None and VIA.search(_words(sender) or ""):
            return Problem(place, "written through a bot")
    text = _text(body)
    if not text:
        return Problem(place, _empty(body))
    created = _created(body, reading.zone)
    handle = f"{SPACE}:{chat.author}" if chat.author else None
    if handle and chat.author and forwarded is None:
        chat.writers[chat.author] = None
    return Piece(
        namespace=f"{SPACE}:{chat.key}",
        text=text,
        kind="chat",
        locator=place,
        own=id_,
        thread=chat.key,
        position=int(id_) if id_ else chat.last,
        reply_to=_target(body),
        handle=handle,
        people=[(handle, chat.author)] if handle else [],
        mine=True if forwarded is None and chat.title == SAVED else None,
        origin="forwarded" if forwarded is not None else None,
        created=created,
        precision="second" if created else "unknown",
    )


def _name(body: Node, joined: bool, chat: _Chat) -> None:
    """Set who wrote the message, and whether a bot wrote it for them."""
    chat.last += 1
    for child in body.iter():
        if "from_name" in (child.attributes.get("class") or "").split():
            told = _words(child) or ""
            chat.by_bot = bool(VIA.search(told))
            chat.author = VIA.sub("", told) or None
            return
    if not joined:
        chat.author, chat.by_bot = None, False


def _text(body: Node) -> str:
    """Return the words of a message, quoted blocks left out."""
    found = body.css_first("div.text")
    if found is None:
        return ""
    for quote in found.css("blockquote"):
        quote.decompose()
    for line in found.css("br"):
        line.replace_with("\n")
    lines = (found.text(deep=True) or "").strip().split("\n")
    return "\n".join(line.strip() for line in lines).strip()


def _empty(body: Node) -> str:
    if body.css_first(".media_poll") is not None:
        return "poll"
    return "media without text" if body.css_first(".media_wrap") is not None else "no text"


def _target(body: Node) -> str | None:
    link = body.css_first(".reply_to a")
    found = TARGET.search(link.attributes.get("href") or "") if link is not None else None
    return found[1] if found else None


def _created(body: Node, zone: str) -> datetime | None:
    """Return when a message was sent; pages before 2021 give local time without its zone."""
    node = body.css_first("div.date.details")
    found = DATE.match((node.attributes.get("title") or "") if node is not None else "")
    if found is None:
        return None
    day, month, year, hour, minute, second = (int(found[n]) for n in range(1, 7))
    try:
        when = datetime(year, month, day, hour, minute, second)
        if found[7]:
            offset = timedelta(hours=int(found[8]), minutes=int(found[9]))
            when = when.replace(tzinfo=timezone(-offset if found[7] == "-" else offset))
        return localise(when, zone)
    except (ValueError, OverflowError):
        return None


def _claims(chat: _Chat) -> Iterator[Claim]:
    """Yield who «me» may be in a chat of two that is called after the other."""
    mine = [name for name in chat.writers if name != chat.title]
    if len(chat.writers) == 2 and len(mine) == 1:
        evidence = "writes in a Telegram chat of two that is called after the other"
        yield Claim(f"{SPACE}:{mine[0]}", evidence, strong=False, name=mine[0])


def _account(file: File) -> Iterator[Problem | Claim]:
    """Yield whose account the export is of, when the page is the one that says so."""
    tree = HTMLParser(file.read_text()[0])
    told = {}
    for row in tree.css(".personal_info .row"):
        label, value = _words(row.css_first(".label")), _words(row.css_first(".value"))
        if label and value:
            told[label.casefold()] = value
    name = " ".join(told[n] for n in ("first name", "last name") if n in told)
    if name:
        evidence = "the export names this account as its own"
        yield Claim(f"{SPACE}:{name}", evidence, strong=True, name=name)
    yield Problem("file", "a page about a Telegram account; not writing")
