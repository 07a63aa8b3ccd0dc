"""Messages of Facebook's and Instagram's HTML exports, in the layouts they have had since 2009."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath

from lxml import etree

from corpus.keys import digest
from corpus.sources import messenger_phrases, meta_owner
from corpus.sources.file import HEAD, File
from corpus.sources.markup import text_of
from corpus.sources.messenger_threads import PART, Thread, claims, thread_key
from corpus.sources.meta_dates import printed_moment
from corpus.sources.meta_pages import (
    HEADS,
    Block,
    Layout,
    blocks,
    ends_early,
    is_old_page,
    layout_of,
    outline,
    title_of,
)
from corpus.sources.piece import Claim, Piece, Problem, Reading, localise

SAMPLE = 4 * HEAD
PACIFIC = "Etc/GMT+8"
"""The clock of pages since 2023, whose senders are headings: UTC−8 all year, wherever one lives."""

DAMAGED = (etree.LxmlError, UnicodeError, ValueError)


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the messages of a page of one thread, or of the page that once held all threads."""
    sample = file.head(SAMPLE)
    if is_old_page(sample):
        yield from _read_old(file, reading)
        return
    layout = layout_of(sample)
    if layout is None:
        yield Problem("file", "a page of messages without any that has a date")
        return
    thread = _thread(file, sample, layout)
    zone = zone_of(layout, reading)
    last = 0
    try:
        for block in blocks(file, layout):
            last = block.number
            yield _message(block, thread, zone)
    except DAMAGED:
        yield Problem(f"after message {last}", "the page is damaged", "errored")
    else:
        if ends_early(file):
            yield Problem(f"after message {last}", "the page ends early", "errored")
    yield from claims(thread)


def zone_of(layout: Layout, reading: Reading) -> str:
    """Return the zone of the page's dates, which state none."""
    return PACIFIC if layout.heading_tag in HEADS else reading.zone


def _thread(file: File, sample: bytes, layout: Layout) -> Thread:
    title = title_of(sample)
    folder = PurePosixPath(file.name.rpartition("!")[2]).parent.name
    key = thread_key("", file, [], title)
    if key == PART.sub("", file.name) and title:
        key = digest("messenger", folder, title)[:16]
    thread = Thread(key=key, title=title, owner=meta_owner.owner_beside(file))
    dates: list[str] = []
    for heading, date in outline(file, layout):
        thread.messages += 1
        thread.writers.add(heading)
        dates = [*dates[:1], date]
    times = [printed_moment(told) for told in dates]
    known = [t.replace(tzinfo=None) for t in times if t is not None]
    thread.newest_first = len(known) < 2 or known[0] >= known[-1]
    thread.settle()
    return thread


def _message(block: Block, thread: Thread, zone: str) -> Piece | Problem:
    place = f"message {block.number}"
    reason = _dropped(block, thread)
    if reason:
        return Problem(place, reason)
    created = _created(block.date, zone)
    return Piece(
        namespace=f"messenger:{thread.key}",
        thread=thread.key,
        position=thread.place(block.number),
        text=block.own,
        kind="chat",
        locator=place,
        created=created,
        precision=_precision(block.date) if created else "unknown",
        zone=zone,
        **thread.author(block.heading),
    )


def _created(date: str, zone: str) -> datetime | None:
    found = printed_moment(date)
    try:
        return localise(found, zone) if found else None
    except (ValueError, OverflowError):
        return None


def _precision(date: str) -> str:
    return "second" if sum(c == ":" for c in date) > 1 else "minute"


def _dropped(block: Block, thread: Thread) -> str | None:
    text, sender = block.own, block.heading
    if not text.strip():
        return "media or a share without words"
    if block.framed and messenger_phrases.is_placeholder(text, sender):
        return "media or a share without words"
    if messenger_phrases.is_reaction(text):
        return "reaction to a message"
    names = thread.writers | {thread.title}
    return "service message" if messenger_phrases.is_notice(text, sender, names) else None


def _read_old(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the messages of a page as it was until 2018: threads of a header and a paragraph each.

    A thread has no id there; it goes by who is in it, since long ones were cut in several.
    """
    owner = meta_owner.owner_beside(file)
    owner = owner if owner.names or owner.maybe else meta_owner.owner_of_heading(file.head(SAMPLE))
    told: dict[str, Claim] = {}
    threads = seen = 0
    thread = Thread(owner=owner)
    try:
        with file.open() as stream:
            tree = etree.iterparse(
                stream, events=("start", "end"), html=True, encoding="utf-8", huge_tree=True
            )
            for event, element in tree:
                if event == "start" and element.get("class") == "thread":
                    threads += 1
                    seen, thread = 0, Thread(owner=owner)
                elif event == "end" and element.tag == "p" and threads:
                    seen += 1
                    place = f"thread {threads}, message {seen}"
                    yield _paragraph(element, thread, place, seen, reading)
                    told |= {c.handle: c for c in claims(thread)}
    except DAMAGED:
        yield Problem(f"after thread {threads}", "the page is damaged", "errored")
    else:
        if ends_early(file):
            yield Problem(f"after thread {threads}", "the page ends early", "errored")
    yield from told.values()


def _paragraph(
    element: etree._Element, thread: Thread, place: str, number: int, reading: Reading
) -> Piece | Problem:
    header = element.getprevious()
    parent = element.getparent()
    if not thread.key and parent is not None:
        names = [n.strip() for n in (parent.text or "").split(",") if n.strip()]
        thread.people = Counter(names)
        thread.key = digest("messenger", sorted(names))[:16]
        thread.settle()
    if header is None or "message" not in (header.get("class") or ""):
        return Problem(place, "a paragraph without sender and date", "errored")
    user, date = (
        next((" ".join("".join(e.itertext()).split()) for e in header.iter("span")
              if e.get("class") == name), "")
        for name in ("user", "meta")
    )  # fmt: skip
    html = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    text = text_of(html)
    element.clear()
    if parent is not None:
        parent.remove(header)
    if not text.strip():
        return Problem(place, "media or a share without words")
    created = _created(date, reading.zone)
    thread.writers.add(user)
    return Piece(
        namespace=f"messenger:{thread.key}",
        thread=thread.key,
        position=-number,  # the newest stands first, and how many there are is not told
        text=text,
        kind="chat",
        locator=place,
        created=created,
        precision="minute" if created else "unknown",
        **thread.author(user),
    )
