"""Data sets of writings: JSON lines, CSV, Parquet and Arrow files with a column of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from corpus.schema import KINDS
from corpus.sources.dates import moment
from corpus.sources.file import File
from corpus.sources.piece import Piece, Problem, Reading
from corpus.sources.tables import form_of, rows

GUESSES: dict[str, tuple[str, ...]] = {
    column: tuple(names.split())
    for column, names in {
        "text": "text body content message entry note message_text msg comment",
        "id": "id uuid _id entry_id message_id",
        "title": "title subject headline",
        "author": "author from sender user username author_name from_name sender_name user_name "
        "display_name nickname nick speaker participant writer creator posted_by from_user "
        "author_id sender_id user_id address phone phone_number",
        "created": "created created_at date timestamp datetime time published created_date "
        "created_time create_time sent sent_at date_time posted_at published_at ts",
        "thread": "thread thread_id conversation_id conversation chat_id chat chat_name channel_id "
        "channel room",
        "reply_to": "reply_to in_reply_to parent_id",
        "role": "role direction is_from_me from_me is_sender is_outgoing outgoing",
        "language": "language lang",
        "url": "url link",
        "kind": "kind",
    }.items()
}
"""Our column → the names it is looked for under when the settings map nothing."""

TURNS = ("messages", "conversations")
LEVELS = frozenset("level severity log_level loglevel levelname".split())
LOGGED = frozenset(("message", "msg"))
PARTIES = frozenset("address phone phone_number".split())
"""Columns that name who else is in a conversation, whoever wrote."""
PROMPTS = frozenset("user human me self".split())
ME = PROMPTS | frozenset("sent outgoing outbound out true 1 yes".split())
NOT_ME = frozenset(
    "assistant gpt model bot other received incoming inbound inbox in false 0 no".split()
)
SILENT = ("system", "tool", "function", "developer")
KEPT = ("source", "url", "tags", "category")
FORMS = {"parquet": "Parquet", "arrow": "Arrow", "jsonl": "JSON lines", "csv": "CSV"}
ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+\.\w+")
LANGUAGE = re.compile(r"[a-z]{2}(?=$|[-_])", re.IGNORECASE)


def recognise(file: File, head: bytes, reading: Reading = Reading()) -> str | None:  # noqa: B008
    """Return the evidence that the file is a table with a column of text, or None."""
    found = form_of(file, head)
    if found is None:
        return None
    form, names = found
    if not names:
        return f"{FORMS[form]} that cannot be read"
    told = columns_of(names, reading)
    if _is_log(names, told, reading):
        return None
    if "text" in told:
        return f"{FORMS[form]} with a column of text"
    turns = form != "csv" and any(name in TURNS for name in names)
    return f"{FORMS[form]} with conversations" if turns else None


def _is_log(names: Iterable[str], told: Mapping[str, str], reading: Reading) -> bool:
    """Return whether the rows are records of a program: a message and how grave it is."""
    grave = not LEVELS.isdisjoint(map(_folded, names))
    return grave and "text" not in reading.columns and _folded(told.get("text", "")) in LOGGED


def columns_of(names: Iterable[str], reading: Reading) -> dict[str, str]:
    """Return our column → the file's column, by the settings or else by its name.

    >>> columns_of(["ID", "createdAt", "body"], Reading())
    {'text': 'body', 'id': 'ID', 'created': 'createdAt'}
    """
    told = tuple(names)
    return _columns(told, tuple(sorted(reading.columns.items())))


@lru_cache(maxsize=256)
def _columns(names: tuple[str, ...], mapped: tuple[tuple[str, str], ...]) -> dict[str, str]:
    plain = {_folded(name): name for name in reversed(names)}
    guessed = {
        ours: next((plain[guess] for guess in guesses if guess in plain), None)
        for ours, guesses in GUESSES.items()
    }
    stated = {ours: theirs for ours, theirs in mapped if theirs in names}
    return {ours: name for ours, name in (guessed | stated).items() if name is not None}


def _folded(name: str) -> str:
    """Return a column's name as it is guessed by.

    >>> _folded(" Created At "), _folded("createdAt")
    ('created_at', 'created_at')
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(name).strip().removeprefix("\ufeff"))
    return re.sub(r"[\s.-]+", "_", apart).lower()


def read(file: File, reading: Reading) -> Iterator[Piece | Problem]:
    """Yield a document per row, or per turn of rows that hold conversations.

    Rows are streamed. A row that is broken or empty is a problem and the next is read.
    """
    found = form_of(file, file.head())
    if found is None:
        yield Problem("file", "no table", "errored")
        return
    number = 0
    for place, row in rows(file, found[0]):
        number += 1
        if isinstance(row, Problem):
            yield row
            continue
        turns = next((row[key] for key in TURNS if _is_turns(row.get(key))), None)
        if turns is not None:
            yield from _conversation(turns, row, place, f"table:{file.name}")
        else:
            yield _document(row, place, str(number), file, reading)


def _is_turns(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(turn, dict) for turn in value)


def _document(
    row: Mapping[str, Any], place: str, number: str, file: File, reading: Reading
) -> Piece | Problem:
    columns = columns_of(row, reading)
    told = {ours: row[name] for ours, name in columns.items()}
    text = _words(told.get("text"))
    if not text.strip():
        nothing = told.get("text") in (None, "", []) or isinstance(told["text"], str)
        return Problem(place, "empty") if nothing else Problem(place, "no text in it", "errored")
    role = _words(told.get("role")).strip().lower()
    if role in SILENT:
        return Problem(place, f"{role} message")
    author = _words(told.get("author")).strip()
    if role in ME and _folded(columns.get("author", "")) in PARTIES:
        author = ""  # of whom it was written to
    created, precision = moment(told.get("created"), reading.zone)
    own = _name(told.get("id"))
    return Piece(
        namespace=f"table:{file.name}",
        own=own or f"row {number}",
        thread=_name(told.get("thread")),
        position=int(number) if _name(told.get("thread")) else None,
        reply_to=_name(told.get("reply_to")),
        text=text,
        kind=_kind(told.get("kind"), role),
        locator=place,
        handle=_handle(author),
        people=[(_handle(author) or "", author)] if author else [],
        mine=_mine(role, author, reading),
        created=created,
        precision=precision,
        title=_words(told.get("title")).strip() or None,
        language=_language(told.get("language")),
        metadata=_metadata(row, own, told.get("url")),
    )


def _name(value: object) -> str | None:
    """Return an id as text; numbers that a float column holds lose their «.0»."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    scalar = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    return str(value).strip() or None if scalar else None


def _kind(value: object, role: str) -> str:
    if value in KINDS:
        return str(value)
    return "prompt" if role in PROMPTS else "chat" if role in ME | NOT_ME else "note"


def _mine(role: str, author: str, reading: Reading) -> bool | None:
    if role in ME or role in NOT_ME:
        return role in ME
    return True if not author and "tabular" in reading.assume_mine else None


def _handle(author: str) -> str | None:
    """Return the handle of an author given as a name or an address.

    >>> _handle("Ann Oak <Ann@home.example>"), _handle("Ann Oak")
    ('email:ann@home.example', 'name:Ann Oak')
    """
    address = parseaddr(author)[1]
    if ADDRESS.fullmatch(address):
        return f"email:{address.lower()}"
    return f"name:{author}" if author else None


def _language(value: object) -> str | None:
    found = LANGUAGE.match(value.strip()) if isinstance(value, str) else None
    return found.group().lower() if found else None


def _metadata(row: Mapping[str, Any], own: str | None, url: object) -> dict[str, object]:
    scalar = (str, int, float)
    kept: dict[str, object] = {k: row[k] for k in KEPT if isinstance(row.get(k), scalar) and row[k]}
    for key in KEPT:
        if isinstance(row.get(key), list):
            kept[key] = [value for value in row[key] if isinstance(value, scalar)]
    if isinstance(url, str) and url:
        kept["url"] = url
    return {**kept, **({"id": own} if own else {})}


def _words(value: object) -> str:
    """Return the text of a cell: a string, a number, or the text parts of a list."""
    if isinstance(value, list):
        parts = (part.get("text") if isinstance(part, dict) else part for part in value)
        return "\n\n".join(part for part in parts if isinstance(part, str))
    return str(value) if isinstance(value, (str, int, float)) else ""


def _conversation(
    turns: list[Any], row: Mapping[str, Any], place: str, namespace: str
) -> Iterator[Piece | Problem]:
    """Yield the turns of a row in the form of ShareGPT (from, value) or OpenAI (role, content)."""
    thread = _name(row.get("id")) or place
    before = None
    for position, turn in enumerate(turns):
        spot = f"{place}, turn {position + 1}"
        if not isinstance(turn, dict):
            yield Problem(spot, "not a turn", "errored")
            continue
        who = _words(turn.get("role") or turn.get("from")).strip().lower()
        text = _words(turn.get("content") or turn.get("value"))
        if who in SILENT or not text.strip():
            yield Problem(spot, f"{who} message" if who in SILENT else "empty")
            continue
        own = f"{thread}:{position}"
        yield Piece(
            namespace=namespace,
            own=own,
            thread=thread,
            position=position,
            reply_to=before,
            text=text,
            kind="prompt" if who in PROMPTS else "chat",
            locator=spot,
            handle=f"table:{'user' if who in ME else 'other'}",
            mine=who in ME,
            metadata={"id": thread} if thread != place else {},
        )
        before = own
