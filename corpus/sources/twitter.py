"""X (Twitter) archives: posts, long posts, deleted posts, direct messages and prompts to Grok."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.sources import twitter_long, twitter_messages, twitter_posts
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.twitter_account import BESIDE as BESIDE
from corpus.sources.twitter_account import account_beside, claims, told_account

ARCHIVE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:window\.)?(?:YTD\.(?P<kind>\w+)\.part\d+|"
    rb"__THAR_CONFIG|Grailbird\.data\.(?P<month>tweets_\d{4}_\d{2}))\s*=\s*[\[{]"
)
CLASSIC = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*var\s+(?:user_details|payload_details|tweet_index)\s*=\s*[\[{]"
)
POSTS = frozenset(
    "tweet tweets deleted_tweet deleted_tweets community_tweet twitter_circle_tweet".split()
)
MESSAGES = frozenset(
    "direct_message direct_messages direct_message_group direct_messages_group".split()
)
ACCOUNT = frozenset(("account", "profile"))
NOTES = frozenset(("note_tweet", "deleted_note_tweet"))
LIKES = frozenset(("like", "likes"))
GROK = "grok_chat_item"


def recognise(file: File, head: bytes) -> str | None:
    """Return why `head` begins a file of an X archive, None if it does not."""
    if ARCHIVE.match(head):
        return "a script that assigns window.YTD or Grailbird data, as in an X archive"
    return "a script of an old Twitter archive" if CLASSIC.match(head) else None


def kind_of(head: bytes) -> str:
    """Return what the archive calls the data in the file that begins with `head`."""
    found = ARCHIVE.match(head)
    if found is None or not (found["kind"] or found["month"]):
        return ""
    return "classic" if found["month"] else found["kind"].decode().lower()


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield what the account wrote, its conversations, and the claims about whose it is."""
    head = file.head()
    kind = kind_of(head)
    if kind in ACCOUNT or b"user_details" in head[:64]:
        told = told_account(file)
        yield from claims(told)
        if told.handle or kind == "profile":
            yield Problem("file", "account details; not writing")
        else:
            yield Problem("file", "account details without an account in them", "errored")
        return
    account = account_beside(file)
    yield from claims(account)
    if kind in POSTS or kind == "classic":
        yield from twitter_posts.read(file, account, kind)
    elif kind in NOTES:
        yield from twitter_long.read_notes(file, account)
    elif kind == "article":
        yield from twitter_long.read_articles(file, account)
    elif kind in MESSAGES:
        yield from twitter_messages.read(file, account)
    elif kind == GROK:
        yield from twitter_messages.read_prompts(file)
    elif kind in LIKES:
        yield Problem("file", "posts of others that were liked; not one's own writing")
    else:
        yield Problem("file", "settings, advertising or activity data; not writing")
