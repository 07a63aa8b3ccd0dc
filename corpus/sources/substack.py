"""Substack exports: posts/<id>.html with what posts.csv says of them; never the subscribers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from corpus.sources.dates import moment
from corpus.sources.file import File, decode
from corpus.sources.pages import own_words, plain
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.shape import head_text
from corpus.sources.tables import Row, rows

BESIDE = ("posts.csv", "../posts.csv", "posts/*.html")
WRITER = "substack:writer"
POSTS = {"post_id", "post_date", "is_published"}
SUBSCRIBERS = (
    {"email", "active_subscription"},
    {"post_id", "timestamp", "email"},
    {"post_id", "email", "country"},
)
NAME = re.compile(r"\d+\.[^/]*\.html$")
SIGNS = re.compile(
    r'class="(?:subscription-widget-wrap|button-wrapper|captioned-image-container|footnote-anchor|'
    r'captioned-button-wrap|digest-post-embed|preformatted-block)[ "]|substackcdn\.com'
)
FRAMES = (
    *(".subscription-widget-wrap", ".subscription-widget", ".button-wrapper", ".button"),
    *(".captioned-button-wrap", ".digest-post-embed", ".embedded-post-wrap", ".tweet"),
    *(".embedded-publication-wrap", ".youtube-wrap", ".poll-embed", ".file-embed-wrapper"),
    *(".paywall-jump", ".install-substack-app-embed", ".community-chat", ".image-link-expand"),
    *("a.footnote-anchor", "a.footnote-number", "label.hide-text", ".apple-podcast-container"),
)
OF_OTHERS = ("restack", "cross_post", "crosspost")


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `file` is a post of a Substack export or one of its tables."""
    columns = _columns(head)
    if columns >= POSTS:
        return "a table with post_id, post_date and is_published"
    if any(columns >= names for names in SUBSCRIBERS):
        return "a table of a newsletter's subscribers"
    if not NAME.search(file.name):
        return None
    found = head_text(head)
    if found is None or not found[0].lstrip().startswith("<"):
        return None
    if SIGNS.search(found[0]):
        return "a post with Substack's elements"
    return "a post beside a Substack posts.csv" if _table_of(file) else None


def _columns(head: bytes) -> set[str]:
    begins = head.split(b"\n", 1)[0][:2_000]
    if b"," not in begins or (b"post_id" not in begins and b"email" not in begins):
        return set()
    line = decode(begins)[0].lstrip("\ufeff").strip()
    try:
        return {name.strip().lower() for name in next(csv.reader([line]), [])}
    except csv.Error:
        return set()


def _table_of(file: File) -> File | None:
    """Return the posts.csv that `file` is listed in, if it is there."""
    tables = [*file.beside("posts.csv"), *file.beside("../posts.csv")]
    return next((t for t in tables if _columns(t.head(2_000)) >= POSTS), None)


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the post, or of posts.csv what has no text in the export."""
    columns = _columns(file.head())
    if columns >= POSTS:
        yield from _listed(file)
    elif columns and any(columns >= names for names in SUBSCRIBERS):
        yield Problem("file", "data about subscribers; not writing")
    else:
        yield Claim(WRITER, "the publication was exported by its writer", strong=True)
        yield _post(file, reading)


def _listed(file: File) -> Iterator[Problem]:
    """Yield a problem for each row whose text the export does not hold, or that is broken."""
    names = {PurePosixPath(body.name).name for body in file.beside("posts/*.html")}
    if not names:
        yield Problem("file", "a list of posts; their texts stand in files of their own")
        return
    for place, row in rows(file, "csv"):
        if isinstance(row, Problem):
            yield row
        elif f"{row.get('post_id')}.html" not in names:
            yield Problem(place, "a post whose text is not in the export")


def _row(file: File) -> Row:
    """Return what posts.csv says about the post in `file`; nothing when it is not listed."""
    table = _table_of(file)
    wanted = PurePosixPath(file.name).name.removesuffix(".html")
    for _, row in rows(table, "csv") if table else ():
        if isinstance(row, dict) and row.get("post_id") == wanted:
            return row
    return {}


def _post(file: File, reading: Reading) -> Piece | Problem:
    row = _row(file)
    type_ = str(row.get("type") or "newsletter")
    if type_ in OF_OTHERS:
        return Problem("file", "another publication's post")
    text = own_words(file.read_text()[0], *FRAMES)
    if not text.strip():
        return Problem("file", "no text")
    name = PurePosixPath(file.name).name.removesuffix(".html")
    found = moment(row.get("post_date") or "", "UTC")
    created, precision = found if found[0] else moment(row.get("email_sent_at") or "", "UTC")
    draft = str(row.get("is_published", "")).lower() == "false"
    title, subtitle = plain(row.get("title")), plain(row.get("subtitle"))
    metadata: dict[str, object] = {"status": "draft"} if draft else {}
    metadata |= {} if type_ == "newsletter" else {"type": type_}
    return Piece(
        namespace="substack",
        own=name.split(".", 1)[0],
        text=text if not subtitle else f"{subtitle}\n\n{text}",
        kind="post",
        locator="file",
        handle=WRITER,
        people=[(WRITER, None)],
        created=created,
        precision=precision,
        title=title,
        metadata=metadata,
    )
