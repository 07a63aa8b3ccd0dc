"""Reddit: the tables of a data request, told by their columns, and what rexport saves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.sources import reddit_api, reddit_tables
from corpus.sources.file import File
from corpus.sources.nesting import BOM
from corpus.sources.piece import Claim, Piece, Problem, Reading

BESIDE = ("account_gender.csv", "statistics.csv", "linked_identities.csv")
API = re.compile(rb'\{\s*"(?:profile|multireddits|subreddits|saved|upvoted|downvoted|comments|'
                 rb'submissions|inbox)"\s*:\s*[\[{]')  # fmt: skip
FULL_NAME = re.compile(
    rb'"name"\s*:\s*"t[1-6]_\w+"|"subreddit_name_prefixed"\s*:|"author_fullname"\s*:'
)


def recognise(file: File, head: bytes) -> str | None:
    """Return why `head` begins a table of Reddit's or rexport's JSON, None if it does not."""
    start = head.removeprefix(BOM).lstrip()
    if start.startswith(b"{"):
        named = API.match(start) and FULL_NAME.search(head)
        return "Reddit's objects by kind, as rexport saves them" if named else None
    kind = reddit_tables.kind_of(reddit_tables.header_of(head), file) if b"\0" not in head else None
    return f"a table with the columns of Reddit's {kind}" if kind else None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield what the account wrote, and what others wrote to it."""
    head = file.head()
    if head.removeprefix(BOM).lstrip().startswith(b"{"):
        yield from reddit_api.read(file)
        return
    kind = reddit_tables.kind_of(reddit_tables.header_of(head), file)
    if kind is None:
        yield Problem("file", "no table of Reddit's", "errored")
    elif kind == reddit_tables.MACHINERY:
        yield from reddit_tables.claims(file)
        yield Problem("file", "votes, settings or statistics of the account; not writing")
    else:
        yield from reddit_tables.read(file, kind)
