"""Medium exports: stories and responses of the account; its profile says who «me» is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

from corpus.sources.dates import date_in, moment
from corpus.sources.file import File
from corpus.sources.markup import too_deep
from corpus.sources.pages import own_words
from corpus.sources.piece import Claim, Piece, Problem, Reading

BESIDE = ("../profile/profile.html",)
STORY = (b'class="h-entry"', b"e-content", b'data-field="body"')
CARD = (b'class="h-card"', b"medium.com/@", b"u-url")
LISTS = frozenset(
    "blocks bookmarks claps highlights interests ips lists partner-program publications sessions "
    "topics-following users-following pubs-following series social-accounts twitter".split()
)
"""Folders of the export in which Medium keeps what a person read and did, not what they wrote."""
EMBEDS = (".graf--mixtapeEmbed", ".graf--iframe", ".graf--gist", ".section-divider")
USER = re.compile(r"medium\.com/@([\w.-]+)|^https?://([\w-]+)\.medium\.com/?$")
NOT_USERS = ("www", "help", "policy", "blog")
STORY_ID = re.compile(r"[-/]([0-9a-f]{6,14})/?(?:$|[?#])")
MAIL = re.compile(r"[^\s@:]+@[^\s@]+\.[^\s@]+")


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `file` is a page of a Medium export, or None."""
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    if all(sign in head for sign in STORY):
        return "an h-entry with a body as Medium exports stories"
    if all(sign in head for sign in CARD) and b"h-entry" not in head:
        return "an h-card as Medium exports the profile"
    if PurePosixPath(file.name.replace("!", "/")).parent.name in LISTS and (
        b'class="h-cite"' in head or file.beside(BESIDE[0])
    ):
        return "a list of what the account did, beside a Medium profile"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the story, or the claims of the profile."""
    html = file.read_text()[0]
    if too_deep(html):
        yield Problem("file", "nested too deep", "errored")
        return
    tree = HTMLParser(html)
    if tree.css_first(".h-entry") is not None:
        yield from _story(tree, file, reading)
    elif tree.css_first(".h-card") is not None:
        yield from _profile(tree)
        yield Problem("file", "the account's profile; not writing")
    else:
        yield Problem("file", "a list of what the account did; not writing")


def _text(node: Node | None) -> str:
    return " ".join(node.text().split()) if node is not None else ""


def _link(tree: HTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return (node.attributes.get("href") or "") if node is not None else ""


def _user(link: str) -> str | None:
    found = USER.search(link)
    name = (found[1] or found[2]) if found else None
    return f"medium:{name.lower()}" if name and name not in NOT_USERS else None


def _profile(tree: HTMLParser) -> Iterator[Claim]:
    evidence = "the profile of the Medium account that was exported"
    name = _text(tree.css_first(".p-name")) or None
    if handle := _user(_link(tree, ".h-card .u-url")):
        yield Claim(handle, evidence, strong=True, name=name)
    # The labels are English everywhere, but an address needs none.
    mails = {m.lower() for item in tree.css(".h-card li") for m in MAIL.findall(_text(item))}
    yield from (Claim(f"email:{mail}", evidence, strong=True, name=name) for mail in sorted(mails))


def _story(tree: HTMLParser, file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    title = _text(tree.css_first(".p-name")) or None
    body = tree.css_first("[data-field=body]")
    for repeated in body.css(".graf--title") if body is not None else ():
        repeated.decompose()
    leading = body.css_first("h1, h2, h3") if body is not None else None
    if leading is not None and _text(leading) == title:
        leading.decompose()
    text = own_words((body.html or "") if body is not None else "", *EMBEDS)
    if not text.strip():
        yield Problem("file", "no text")
        return
    author = tree.css_first(".p-author")
    owner = _owner(file)
    handle = _user(_link(tree, "a.p-author")) or owner
    name = _text(author) or None
    if handle and owner is None:
        evidence = "author of a story in the account's own Medium export"
        yield Claim(handle, evidence, strong=True, name=name)
    time = tree.css_first("time.dt-published")
    stated = (time.attributes.get("datetime") or "") if time is not None else ""
    created, precision = moment(stated, reading.zone)
    if created is None:
        created, precision = date_in(PurePosixPath(file.name).name, reading.zone)
    yield Piece(
        namespace="medium",
        own=_id(tree, file),
        text=text,
        kind="post",
        locator="file",
        reply_to=_replied(tree),
        handle=handle,
        people=[(handle, name)] if handle else [],
        mine=None if handle else True,
        created=created,
        precision=precision,
        title=None if _repeats(title, text) else title,
        metadata=_metadata(tree, stated),
    )


def _owner(file: File) -> str | None:
    """Return who the profile beside the stories belongs to; drafts name no author."""
    for profile in file.beside(BESIDE[0]):
        html = profile.read_text()[0]
        return None if too_deep(html) else _user(_link(HTMLParser(html), ".h-card .u-url"))
    return None


def _id(tree: HTMLParser, file: File) -> str:
    """Return the story's id, by which its draft and the published story are one."""
    for link in (_link(tree, "a.p-canonical"), *_originals(tree)):
        if found := STORY_ID.search(link):
            return found[1]
    found = STORY_ID.search(file.name.removesuffix(".html"))
    return found[1] if found else file.name


def _originals(tree: HTMLParser) -> list[str]:
    links = [a.attributes.get("href") or "" for a in tree.css("footer a")]
    return [link for link in links if "/p/" in link]


def _replied(tree: HTMLParser) -> str | None:
    found = STORY_ID.search(_link(tree, "a.u-in-reply-to, .u-in-reply-to a"))
    return found[1] if found else None


def _repeats(title: str | None, text: str) -> bool:
    """Return whether the title is but the beginning of the text, as it is of responses."""
    begun = (title or "").rstrip("….").rstrip()
    return bool(begun) and " ".join(text.split()).startswith(begun)


def _metadata(tree: HTMLParser, stated: str) -> dict[str, object]:
    tags = [_text(tag) for tag in tree.css("a.p-tag")]
    return ({"tags": tags} if tags else {}) | ({} if stated else {"status": "draft"})
