"""Records of Bluesky as pieces: posts, and the entries of blogs kept in the same repositories."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from corpus.sources.dates import moment
from corpus.sources.json_items import named, string
from corpus.sources.piece import Piece, Problem

POST, PROFILE = "app.bsky.feed.post", "app.bsky.actor.profile"
BLOGS = frozenset(("com.whtwnd.blog.entry",))
READ = frozenset((POST, *BLOGS))
KNOWN = {
    "app.bsky.feed.like": "likes",
    "app.bsky.feed.repost": "reposts of others",
    "app.bsky.graph.follow": "accounts followed",
    "app.bsky.graph.block": "accounts blocked",
    PROFILE: "profile",
}
NSID = re.compile(r"[a-zA-Z][\w.-]{2,80}")
SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
KEY = re.compile(rf"[{SORTABLE}]{{13}}")
CODE = re.compile(r"([a-z]{2})(?:$|[-_])", re.IGNORECASE)


def not_writing(others: Counter[str]) -> Iterator[Problem]:
    """Yield one problem for each kind of record that holds no writing, with their number."""
    for place, (name, count) in enumerate(sorted(others.items()), start=1):
        what = KNOWN.get(name) or (name if NSID.fullmatch(name) else "records of another kind")
        yield Problem(f"collection {place}", f"{what} ({count}); not writing")


def piece(
    record: dict[str, Any], address: str | None, did: str, mine: bool | None, place: str
) -> Piece | Problem:
    """Return a record as a piece; `address` is its at:// address, `did` the account it is of."""
    blog = string(record.get("$type")) in BLOGS
    said = record.get("content" if blog else "text")
    if said is not None and not isinstance(said, str):
        return Problem(place, "a text that is no text", "errored")
    described = _described(named(record, "embed"))
    text = said if blog else with_links(said or "", record.get("facets"))
    text = (text or "").strip() or "\n\n".join(described)
    if not text:
        return Problem(place, "media or a link without words")
    created, precision = moment(record.get("createdAt"), "UTC")
    reply = named(record, "reply")
    root = string(named(reply, "root").get("uri"))
    handle = f"bluesky:{did}" if did else None
    return Piece(
        namespace="bluesky",
        own=address,
        thread=root or address,
        position=_position(address),
        reply_to=string(named(reply, "parent").get("uri")) or None,
        text=text,
        title=string(record.get("title")).strip() or None if blog else None,
        kind="essay" if blog else "post",
        locator=place,
        handle=handle,
        people=[(handle, None)] if handle else [],
        mine=mine,
        created=created,
        precision=precision,
        language=_language(record.get("langs")),
        metadata={"alt": described} if described and text != "\n\n".join(described) else {},
    )


def _position(address: str | None) -> int | None:
    """Return the moment in a record's key, which orders the records of an account."""
    key = (address or "").rpartition("/")[2]
    if not KEY.fullmatch(key):
        return None
    number = 0
    for sign in key:
        number = number * 32 + SORTABLE.index(sign)
    return number if number < 2**63 else None


def with_links(text: str, facets: object) -> str:
    """Return `text` with the links that it shows cut written out; facets count bytes of UTF-8."""
    data = text.encode("utf-8", "surrogatepass")
    cuts: list[tuple[int, int, str]] = []
    for facet in facets if isinstance(facets, list) else []:
        index = named(facet, "index")
        start, end = index.get("byteStart"), index.get("byteEnd")
        told = named(facet).get("features")
        links = [string(named(f).get("uri")) for f in (told if isinstance(told, list) else [])]
        link = next((uri for uri in links if uri.startswith("http")), "")
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(data)):
            continue
        if link and data[start:end].endswith((b"...", "…".encode())):
            cuts.append((start, end, link))
    for start, end, link in sorted(cuts, reverse=True):
        data = data[:start] + link.encode() + data[end:]
    return data.decode("utf-8", "replace") if cuts else text


def _described(embed: dict[str, Any]) -> list[str]:
    """Return what was written to describe pictures and films; never what is linked or quoted."""
    alts: list[str] = []
    for media in (embed, named(embed, "media")):
        told = media.get("images")
        alts += [string(named(i).get("alt")) for i in (told if isinstance(told, list) else [])]
        alts.append(string(media.get("alt")))
    return [alt for alt in alts if alt.strip()]


def _language(langs: object) -> str | None:
    told = langs if isinstance(langs, list) else []
    found = CODE.match(string(told[0])) if len(told) == 1 else None
    return found[1].lower() if found else None
