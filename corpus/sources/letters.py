"""Make a piece of a mail: who wrote it to whom, when, in which thread, and whether anybody did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from corpus.keys import digest
from corpus.sources.fields import Person, addresses, ids, moment, shown, words_of
from corpus.sources.folders import folder_of, labels_of
from corpus.sources.message import Part
from corpus.sources.mime import Body
from corpus.sources.piece import Piece, Problem

NAMESPACE = "message-id"
NOTES = "apple-note"
OWN = frozenset(("sent", "draft"))
"""What a mail of whoever the mailbox belongs to is filed as; whose it is is weighed by folder."""
APPLES_ID = b"x-universally-unique-identifier"
ROBOT = re.compile(
    r"email:(?:mailer-daemon|postmaster|bounces?|notify|"
    r"(?:[^@]{0,60}[-_.+])?(?:no-?reply|do-?not-?reply|notifications?))\b[^@]*@"
)
NOTIFICATIONS = (
    *(b"x-github-reason", b"x-github-sender", b"x-gitlab-project", b"x-jira-fingerprint"),
    *(b"x-phabricator-sent-this-message", b"x-launchpad-message-rationale"),
)
CALENDAR = re.compile(r"email:calendar-(?:notification|server)@")
LISTS = frozenset(
    (b"list-id", b"list-post", b"x-mailing-list", b"x-beenthere", b"mailing-list", b"x-list")
)
LIST_ADDRESS = re.compile(r"email:(?:owner-[^@]+|[^@]+-(?:owner|admin|request|bounces|return-.*))@")
REPORTS = ("multipart/report", "message/delivery-status", "message/disposition-notification")
REPLY = re.compile(
    r"^(?:\s*(?:re|aw|sv|vs|vl|fwd?|wg|tr|rv|rif|r|i|antw|odp|pd|res|enc|ynt|ilt|vá|továbbítás|ответ|"
    r"回复|答复|转发|回覆|轉寄)\s*(?:\[\d+\])?\s*[:：])+\s*",
    re.IGNORECASE,
)
VIA = re.compile(r"['\"]?(.{1,100}?)['\"]?\s+via\s.{1,100}")
ENVELOPE = re.compile(rb"[A-Z][a-z]{2},? +(?:[A-Z][a-z]{2} +\d|\d+ +[A-Z][a-z]{2}).*")
OLD = 1990  # mail that says it is older and was received later was written on a stopped clock
AHEAD = timedelta(days=2)
HEXADECIMAL = re.compile(rb"[0-9a-fA-F]{1,8}")
DELETED_FLAG = 0x8  # of X-Mozilla-Status: gone from the folder, not yet from its file


class Place(NamedTuple):
    """Where a message stands: its place in the file, what that was filed as, the «From » line.

    `received` is when the mail program says it came, and `zone` that of dates without one.
    """

    place: str
    filed: frozenset[str] = frozenset()
    separator: bytes = b""
    received: datetime | None = None
    zone: str = "UTC"


def field(part: Part, name: bytes) -> str | None:
    """Return the first field of that lower-case name as text, None if there is none."""
    return shown(part.raw(name))


def filed_as(part: Part, at: Place) -> set[str]:
    """Return what labels, folders and flags say of a message: sent, draft, spam, trash, …

    A mail that was delivered to somebody else than who wrote it was not sent from the folder of
    sent mail that it is found in.
    """
    told = set(at.filed)
    fields = part.fields
    for name in (b"x-folder", b"x-mozilla-folder"):
        if name in fields:
            told.add(folder_of(words_of(field(part, name) or "")))
    if "sent" in told and not _may_be_sent(part):
        told.discard("sent")
    if b"x-gmail-labels" in fields:
        told |= _labels(fields[b"x-gmail-labels"][0])
    told.update(_flags(part))
    return told - {""}


@lru_cache(maxsize=4_096)
def _labels(raw: bytes) -> frozenset[str]:
    return frozenset(labels_of(words_of(shown(raw) or "")))


def _flags(part: Part) -> Iterator[str]:
    """Yield what mail programs note in the header of a message that they keep."""
    status = (part.raw(b"x-mozilla-status") or b"0").strip()
    if HEXADECIMAL.fullmatch(status) and int(status, 16) & DELETED_FLAG:
        yield "trash"
    if b"D" in (part.raw(b"x-status") or b""):
        yield "trash"
    kind = part.raw(b"x-uniform-type-identifier") or b""
    if kind.endswith(b"mail-note"):
        yield "note"
    unsent = part.raw(b"x-unsent") == b"1" or b"x-mozilla-draft-info" in part.fields
    if unsent or kind.endswith(b"mail-draft"):
        yield "draft"


def _may_be_sent(part: Part) -> bool:
    delivered = {h for h, _ in addresses(field(part, b"delivered-to"))}
    return not delivered or bool(delivered & {h for h, _ in addresses(field(part, b"from"))})


def people_of(part: Part) -> list[Person]:
    """Return author and recipients, each once."""
    found: dict[str, str | None] = dict(author_of(part))
    for told in (b"from", b"to", b"cc", b"bcc"):
        for handle, name in addresses(field(part, told)):
            found[handle] = found.get(handle) or name
    return list(found.items())


def author_of(part: Part) -> list[Person]:
    """Return who wrote a mail; on a list that puts its own address there, who is named."""
    told = addresses(field(part, b"from")) or addresses(field(part, b"sender"))
    if not told or not {b"list-post", b"list-id"} & part.fields.keys():
        return list(told[:1])
    original = addresses(field(part, b"x-original-from"))
    if original:
        return list(original[:1])
    handle, name = told[0]
    via = VIA.fullmatch(name or "")
    if not via:
        return [told[0]]
    for other, other_name in addresses(field(part, b"reply-to")):
        if other != handle and other_name == via[1]:
            return [(other, other_name)]
    return [(f"name:{via[1]}", via[1])]


def automatic(part: Part, people: list[Person], filed: set[str]) -> str | None:
    """Return why nobody wrote this message to anybody, or why it is not read; None if it is."""
    fields = part.fields
    if "spam" in filed:
        return "spam"
    if "trash" in filed:
        return "in the trash"
    if part.kind in REPORTS or b"x-failed-recipients" in fields:
        return "bounce or receipt"
    if any(name in fields for name in NOTIFICATIONS):
        return "notification"
    sender = addresses(field(part, b"sender"))
    if sender and CALENDAR.match(sender[0][0]):
        return "calendar"
    robot = people and ROBOT.match(people[0][0]) and "sent" not in filed
    if robot or part.raw(b"return-path") == b"<>" or _automatic(part):
        return "automatic mail"
    if b"list-unsubscribe" in fields and b"list-post" not in fields:
        return "bulk mail"  # a discussion list names where to post (RFC 2369)
    return None


def _automatic(part: Part) -> bool:
    precedence = (field(part, b"precedence") or "").lower()
    if precedence in ("junk", "auto_reply") or (precedence == "bulk" and not _by_list(part)):
        return True
    for name in (b"x-autoreply", b"x-autorespond", b"auto-submitted"):
        told = (field(part, name) or "no").split(";")[0].strip().lower()
        if told not in ("no", ""):
            return True
    return False


def _by_list(part: Part) -> bool:
    """Return whether a mailing list passed a mail on: older ones give all mail as bulk."""
    if LISTS & part.fields.keys() or b"in-reply-to" in part.fields:
        return True
    through = (*addresses(field(part, b"sender")), *addresses(field(part, b"return-path")))
    return any(LIST_ADDRESS.match(handle) for handle, _ in through)


def piece_of(
    part: Part, body: Body, people: list[Person], filed: set[str], at: Place
) -> Piece | Problem:
    """Return the mail as a piece, or why there is none."""
    if not body.text.strip():
        return Problem(at.place, body.other or "no text")
    marks = {"draft": "draft" in filed, "list": b"list-post" in part.fields}
    metadata = {"attachments": body.attachments, **marks}
    written = bool(author_of(part))
    piece = Piece(
        namespace=NAMESPACE,
        text=body.text,
        kind="mail",
        locator=at.place,
        people=people,
        handle=people[0][0] if written else None,
        mine=True if "note" in filed or (filed & OWN and not written) else None,
        title=words_of(field(part, b"subject") or "") or None,
        metadata={key: value for key, value in metadata.items() if value},
    )
    _date(piece, part, at)
    _place_in_thread(piece, part, at)
    if "note" in filed:
        _make_note(piece, part)
    elif "draft" in filed and (own := field(part, APPLES_ID)):
        piece.own = f"draft:{own.lower()}"  # each time it is saved it gets a new Message-ID
    return piece


def _place_in_thread(piece: Piece, part: Part, at: Place) -> None:
    own = ids(field(part, b"message-id"))
    parents = ids(field(part, b"in-reply-to"))
    roots = ids(field(part, b"references")) or parents or own
    gmail = field(part, b"x-gm-thrid")
    piece.own = own[0] if own else _made_id(piece, part, at)
    piece.reply_to = parents[0] if parents else None
    piece.thread = f"gmail:{gmail}" if gmail else roots[0] if roots else None
    if piece.thread is None and piece.title:
        people = " ".join(sorted(handle for handle, _ in piece.people))
        piece.thread = f"subject:{REPLY.sub('', piece.title).casefold()} {people}"


def _made_id(piece: Piece, part: Part, at: Place) -> str | None:
    """Return an id for a mail that has none: the same for each of its copies."""
    if at.separator.startswith(b"From ") and b"@xxx " in at.separator:  # Gmail's own id
        return at.separator.split()[1].decode("ascii", "replace")
    if piece.created is None or piece.handle is None or piece.basis != "stated":
        return None
    to = sorted(handle for handle, _ in addresses(field(part, b"to")))
    title = (piece.title or "").casefold()
    return digest("mail", piece.handle, piece.created.isoformat(), title, *to)


def _date(piece: Piece, part: Part, at: Place) -> None:
    """Set when the piece was written: as stated, else when it was received.

    What is stated is not believed when the mail was received before it, or on a stopped clock.
    """
    stated = moment(field(part, b"date"), at.zone)
    hops = part.fields.get(b"received") or ()
    known = (moment(shown(hop.rpartition(b";")[2])) for hop in reversed(hops))
    received = next((hop for hop in known if hop), None)
    if stated and received and (stated > received + AHEAD or stated.year < OLD <= received.year):
        stated = None
    if stated and at.received and stated > at.received + AHEAD:
        stated = None
    piece.created = stated or received or at.received or envelope(at.separator)
    piece.precision = "second" if piece.created else "unknown"
    piece.basis = "stated" if stated else "assumed"


def envelope(separator: bytes) -> datetime | None:
    """Return the date of the line «From ann@mail.example Mon Apr  2 18:26:00 2012», in UTC."""
    found = ENVELOPE.search(separator)
    return moment(shown(found[0] if found else None))


def _make_note(piece: Piece, part: Part) -> None:
    """Make of the piece what it is: a note that Apple's program keeps among the mail."""
    own = field(part, APPLES_ID)
    begun = moment(field(part, b"x-mail-created-date"))
    piece.kind, piece.namespace = "note", NOTES
    piece.own = own.lower() if own else piece.own
    piece.thread, piece.reply_to = None, None
    piece.created = begun or piece.created
