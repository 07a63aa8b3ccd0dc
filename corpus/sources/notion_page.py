"""A page of Notion in parts, and what its properties say of date, author and origin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from corpus.sources.dates import date_in, moment
from corpus.sources.meta_dates import printed_moment
from corpus.sources.piece import Claim, Piece, Problem, Reading, localise
from corpus.sources.set_apart import set_apart

SPACE = "notion"
ESSAY_WORDS = 600
WORDY = 5  # words from which a property is writing rather than a label
MAX_TITLE_DATE = 40
LINK = re.compile(r"https?://\S+")

CREATED = frozenset(
    "created|created time|created at|date created|creation date|date added|added|erstellt|"
    "erstellt am|erstellungsdatum|créé|créé le|date de création|creado|creado el|"
    "fecha de creación|criado em|data de criação|creato|data di creazione|gemaakt op|opprettet|"
    "oprettet|skapad|luotu|utworzono|作成日時|作成日|생성 일시|생성일|创建时间|創建時間|"
    "created_time".split("|")
)
DATED = frozenset("date|day|datum|dag|fecha|data|dato|дата|日付|日期|날짜".split("|"))
AUTHORS = frozenset(
    "created by|author|authors|written by|by|erstellt von|autor|autorin|créé par|auteur|"
    "creado por|criado por|creato da|autore|gemaakt door|opprettet av|forfatter|skapad av|"
    "作成者|생성자|创建者|建立者|created_by".split("|")
)
SOURCES = frozenset("url|source|source url|link|website|quelle|fuente|fonte|lien".split("|"))
LABELS = frozenset(
    "tags|tag|labels|category|categories|status|type|area|kategorie|étiquettes|etiquetas|"
    "タグ|태그|标签".split("|")
)


@dataclass(slots=True)
class Page:
    """What a page is made of; `id` is its 32 hexadecimal digits, None for a row without a page."""

    id: str | None
    title: str
    text: str
    properties: dict[str, str] = field(default_factory=dict)
    database: str | None = None


def properties_of(given: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the properties that hold something, by name."""
    return {name: value.strip() for name, value in given if name and value.strip()}


def finished(page: Page, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield the page as a note of one's own or of its author.

    Words in properties stand before the text. Of a page with an address the text is a clip, and
    the words in its properties are a note of their own on it.
    """
    words = list(_words_in(page.properties))
    text = [page.text] if page.text.strip() else []
    clipped = bool(text and LINK.fullmatch(_property(page.properties, SOURCES) or ""))
    if not words and not text:
        yield Problem("file", "a page without text")
        return
    author = _property(page.properties, AUTHORS)
    if author and (words or not clipped):
        yield Claim(f"notion:{author}", "named as the author of a page", strong=False, name=author)
    if words or not clipped:
        piece = _piece(page, "\n\n".join(words if clipped else words + text), reading)
        piece.own = f"{page.id}/properties" if clipped and page.id else page.id
        piece.handle = f"notion:{author}" if author else None
        piece.people = [(piece.handle, author)] if piece.handle else []
        piece.mine = None if author else True
        yield from set_apart(piece)
    if clipped:
        piece = _piece(page, page.text, reading)
        piece.origin = "clipped"
        yield piece


def _piece(page: Page, text: str, reading: Reading) -> Piece:
    created, precision = _created(page, reading.zone)
    labels = {name: value for name, value in page.properties.items() if name.lower() in LABELS}
    return Piece(
        namespace=SPACE,
        own=page.id,
        thread=page.database,
        text=text,
        kind="essay" if len(text.split()) >= ESSAY_WORDS else "note",
        locator="file",
        created=created,
        precision=precision,
        title=page.title or None,
        metadata={"properties": labels} if labels else {},
    )


def _property(properties: dict[str, str], names: frozenset[str]) -> str | None:
    return next((value for name, value in properties.items() if name.lower() in names), None)


def _words_in(properties: dict[str, str]) -> Iterator[str]:
    """Yield the values that are writing: no dates, addresses, labels or names."""
    known = CREATED | DATED | AUTHORS | SOURCES | LABELS
    for name, value in properties.items():
        plain = LINK.sub("", value)
        is_list = plain.count(",") * 2 >= len(plain.split())
        if name.lower() in known or is_list or len(plain.split()) < WORDY:
            continue
        if printed_moment(value) is None:
            yield value


def _created(page: Page, zone: str) -> tuple[datetime | None, str]:
    """Return when the page was made: by a property, or else the day that is its title."""
    for names in (CREATED, DATED):
        told = _property(page.properties, names)
        found = told_moment(told, zone) if told else (None, "unknown")
        if found[0] is not None:
            return found
    if len(page.title) <= MAX_TITLE_DATE:
        found = date_in(page.title, zone)
        return found if found[0] is not None else told_moment(page.title, zone)
    return None, "unknown"


def told_moment(text: str, zone: str) -> tuple[datetime | None, str]:
    """Return the moment in words or numbers, as the language of the export prints it.

    >>> told_moment("@December 4, 2024 8:45 AM", "UTC")[0].isoformat()
    '2024-12-04T08:45:00+00:00'
    """
    text = text.split("→")[0].strip().lstrip("@")
    shown, precision = printed_moment(text), "minute"
    if shown is None:
        shown, precision = printed_moment(f"{text} 00:00"), "day"
    if shown is None:
        return moment(text, zone)
    try:
        return localise(shown, zone), precision
    except (ValueError, OverflowError):
        return None, "unknown"
