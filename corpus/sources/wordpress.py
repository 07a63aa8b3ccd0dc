"""WordPress exports (WXR): posts and pages under their authors, and the comments on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from corpus.sources.dates import moment
from corpus.sources.feeds import Item, entries
from corpus.sources.file import File
from corpus.sources.pages import own_words, paragraphed, plain
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.shortcodes import without_shortcodes
from corpus.sources.xml_elements import children, name_of, text_in, value_of

SITE = (
    re.compile(rb"<wp:base_blog_url>\s*(?:<!\[CDATA\[)?\s*(?:https?://)?([^<\]\s]{1,300})"),
    re.compile(rb"<link>\s*(?:<!\[CDATA\[)?\s*(?:https?://)?([^<\]\s]{1,300})"),
)
MACHINE = re.compile(
    r"attachment|revision|nav_menu_item|custom_css|customize_changeset|oembed_cache|user_request|"
    r"wp_(?:template|template_part|global_styles|navigation|font_\w+|block)|acf[-_].*|"
    r"elementor_.*|wpcf7_.*|(?:.*[_-])?form|feedback|shop_.*|scheduled-action|jp_.*|flamingo_.*"
)
"""Post types that are no author's writing: uploads, menus, forms and what came in by them."""
UNWANTED = {"trash": "in the trash", "auto-draft": "a draft that was never begun"}
OTHERS = (".sharedaddy", ".jp-relatedposts", ".wp-block-query", ".wp-block-latest-posts")
ECHOES = ("pingback", "trackback")


@dataclass(slots=True)
class _Author:
    handle: str
    name: str | None
    login: str
    number: str


@dataclass(slots=True)
class _Site:
    """The site exported: the namespace of its ids, and its authors by login."""

    space: str
    zone: str
    authors: dict[str, _Author] = field(default_factory=dict)
    posts: int = 0

    def author(self, told: str) -> _Author | None:
        """Return the author `told` names by login, or by the short form of it in addresses."""
        key = told.strip().casefold()
        slug = re.sub(r"[^a-z0-9]+", "-", key.removeprefix("cap-")).strip("-")
        known = self.authors.get(key)
        return known or next((a for a in self.authors.values() if _slug(a.login) == slug), None)


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a WordPress export, or None."""
    if b"<rss" in head and (b"wordpress.org/export/" in head or b"<wp:wxr_version" in head):
        return "an RSS file in WordPress' export namespace"
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield every post and comment that an author wrote; the rest is dropped with a reason."""
    head = file.head()
    found = next((m for pattern in SITE if (m := pattern.search(head))), None)
    name = found.group(1).decode("utf-8", "replace").strip("/").lower() if found else file.name
    site = _Site(f"wordpress:{name}", reading.zone)

    def one(element: etree._Element) -> Iterator[Item]:
        return _author(element, site) if name_of(element) == "author" else _entry(element, site)

    yield from entries(file, "item", ("author",), one)
    if len(site.authors) == 1:
        (only,) = site.authors.values()
        evidence = "the only author of a WordPress export"
        yield Claim(only.handle, evidence, strong=False, name=only.name)


def _author(element: etree._Element, site: _Site) -> Iterator[Item]:
    told = {name_of(e): text_in(e) for e in element}
    login, mail = told.get("author_login", ""), told.get("author_email", "")
    if login or mail:
        handle = f"email:{mail.lower()}" if "@" in mail else f"{site.space}:{login}"
        name = plain(told.get("author_display_name"))
        number = told.get("author_id", "")
        site.authors[(login or mail).casefold()] = _Author(handle, name, login or mail, number)
    return iter(())


def _slug(login: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", login.casefold()).strip("-")


def _entry(item: etree._Element, site: _Site) -> Iterator[Item]:
    site.posts += 1
    place = f"post {site.posts}"
    told = _fields(item)
    post = told.get("post_id") or told.get("guid")
    yield _post(item, told, site, place)
    if MACHINE.fullmatch(told.get("post_type", "post")):
        return
    comments = children(item, "comment")
    for number, comment in enumerate(comments, start=1):
        yield _comment(comment, post or place, site, f"{place}, comment {number}")


def _fields(item: etree._Element) -> dict[str, str]:
    """Return the simple fields by name; the content and the excerpt as they stand."""
    out: dict[str, str] = {}
    for element in item:
        name = name_of(element)
        if name == "encoded":
            name = "excerpt" if "excerpt" in str(element.tag) else "content"
            out[name] = "".join(element.itertext())
        elif len(element) == 0 and name:
            out.setdefault(name, (element.text or "").strip())
    return out


def _post(item: etree._Element, told: dict[str, str], site: _Site, place: str) -> Piece | Problem:
    type_, status = told.get("post_type") or "post", told.get("status") or "publish"
    if MACHINE.fullmatch(type_):
        return Problem(place, "no writing of an author: an upload, a menu, a form or a version")
    if status in UNWANTED:
        return Problem(place, UNWANTED[status])
    html = told.get("content", "").strip() or told.get("excerpt", "")
    if not html.strip():
        return Problem(place, "no text")
    text = _words(html)
    if not text.strip():
        return Problem(place, "nothing but pictures, embeds or quotations")
    authors = _authors(item, told, site)
    created, precision = _created(told, "post_date", site.zone)
    created, precision = (created, precision) if created else moment(told.get("pubDate"), "UTC")
    own = told.get("post_id") or told.get("guid")
    return Piece(
        namespace=site.space,
        own=own,
        thread=own or place,
        position=0,
        text=text,
        kind="post",
        locator=place,
        handle=authors[0].handle if authors else None,
        people=[(a.handle, a.name) for a in authors],
        created=created if created and created.year > 1 else None,
        precision=precision if created and created.year > 1 else "unknown",
        title=plain(told.get("title")),
        metadata=_metadata(item, type_, status, len(authors)),
    )


def _words(html: str) -> str:
    """Return the author's words; posts written without blocks mark paragraphs by blank lines."""
    bare = without_shortcodes(html)
    return own_words(bare if "<!-- wp:" in bare else paragraphed(bare), *OTHERS)


def _authors(item: etree._Element, told: dict[str, str], site: _Site) -> list[_Author]:
    """Return who wrote the post: its co-authors where the site names them, else its creator."""
    named = [
        value_of(c, "nicename") or text_in(c)
        for c in children(item, "category")
        if value_of(c, "domain") == "author"
    ]
    creator = told.get("creator", "")
    out: dict[str, _Author] = {}
    for login in named or [creator]:
        found = site.author(login) or (None if named and login != creator else _unlisted(login))
        if found:
            out.setdefault(found.handle, found)
    if not out and creator:
        found = site.author(creator) or _unlisted(creator)
        out[found.handle] = found
    return list(out.values())


def _unlisted(login: str) -> _Author:
    handle = f"email:{login.lower()}" if "@" in login else f"name:{login}"
    return _Author(handle, None if "@" in login else login, login, "")


def _metadata(item: etree._Element, type_: str, status: str, authors: int) -> dict[str, object]:
    out: dict[str, object] = {} if status == "publish" else {"status": status}
    out |= {} if type_ == "post" else {"type": type_}
    out |= {} if authors < 2 else {"authors": authors}
    for domain, name in (("post_tag", "tags"), ("category", "categories")):
        found = [text_in(c) for c in children(item, "category") if value_of(c, "domain") == domain]
        out |= {name: list(dict.fromkeys(filter(None, found)))} if any(found) else {}
    return out


def _created(told: dict[str, str], name: str, zone: str) -> tuple[datetime | None, str]:
    """Return the date in UTC, or the local one where that is zeros, as it is of drafts."""
    for key, its_zone in ((f"{name}_gmt", "UTC"), (name, zone)):
        found = moment(told.get(key, ""), its_zone)
        if found[0] is not None:
            return found
    return None, "unknown"


def _comment(comment: etree._Element, post: str, site: _Site, place: str) -> Piece | Problem:
    told = _fields(comment)
    approved = told.get("comment_approved", "1")
    if told.get("comment_type") in ECHOES:
        return Problem(place, "a pingback or trackback")
    user = told.get("comment_user_id", "0")
    member = next((a for a in site.authors.values() if a.number and a.number == user), None)
    if approved not in ("1", "approve", "approved") and not (approved == "0" and member):
        return Problem(place, "a comment that was not let through")
    text = own_words(paragraphed(told.get("comment_content", "")))
    if not text.strip():
        return Problem(place, "no text")
    name, mail = plain(told.get("comment_author")), told.get("comment_author_email", "")
    handle = f"email:{mail.lower()}" if "@" in mail else f"name:{name}" if name else None
    handle = member.handle if member else handle
    id_, parent = told.get("comment_id"), told.get("comment_parent", "0")
    created, precision = _created(told, "comment_date", site.zone)
    return Piece(
        namespace=site.space,
        own=f"comment-{id_}" if id_ else None,
        thread=post,
        position=int(id_) if id_ and id_.isdecimal() and len(id_) < 18 else None,
        reply_to=post if parent in ("", "0") else f"comment-{parent}",
        text=text,
        kind="post",
        locator=place,
        handle=handle,
        people=[(handle, (member.name if member else None) or name)] if handle else [],
        created=created,
        precision=precision,
    )
