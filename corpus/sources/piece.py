"""What a source reader yields: pieces of writing, problems and claims about who «me» is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from corpus.sources.limits import Archives
from corpus.stage import Section


class Reading(Section):
    """How source files are read where they leave something open."""

    zone: str = Field(
        "UTC",
        title="Time zone",
        description="IANA name, e.g. Europe/Oslo; exports without a zone are read in it.",
    )
    session_gap_hours: float = Field(
        6.0,
        gt=0,
        le=720,
        title="Session gap (hours)",
        description="A silence longer than this starts a new session of a conversation.",
    )
    columns: dict[str, str] = Field(
        default_factory=dict,
        title="Column map",
        description="For JSONL, CSV and Parquet: our name → the file's column (text → body). "
        "Ours: id text title author created thread reply_to role language url kind.",
    )
    assume_mine: tuple[str, ...] = Field(
        (
            *("plain", "markdown", "html", "tabular", "docx", "odt", "rtf", "org", "rst", "tex"),
            "jupyter",
        ),
        title="Assume mine",
        description="Sources that are taken as your own words where they name no author. "
        "Add pdf, epub or code if yours are.",
    )
    archives: Archives = Field(
        Archives(),
        title="Limits of archives",
        description="What is refused in zip, tar and 7z archives, so that none fills the disk.",
    )

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ValueError("no such time zone; give an IANA name such as Europe/Oslo") from None
        return zone


@dataclass(slots=True, kw_only=True)
class Piece:
    """One piece of writing as its source states it.

    `own` is the source's own id within `namespace` («message-id», «telegram:<chat>», a relative
    path); None where the source has none, then the id is made from thread, minute, author and
    ordinal. `thread` and `reply_to` are in the same namespace. `handle` names the author as the
    source does («email:…», «phone:…», «name:…», «telegram:user1»); `people` lists everyone named
    with the piece as (handle, display name), the author first, then recipients; `mine` is True
    or False only when the source itself knows. `origin` is set only for quoted, forwarded,
    pasted, clipped and system pieces.
    """

    namespace: str
    text: str
    kind: str
    locator: str
    own: str | None = None
    thread: str | None = None
    position: int | None = None
    reply_to: str | None = None
    handle: str | None = None
    people: list[tuple[str, str | None]] = field(default_factory=list)
    mine: bool | None = None
    origin: str | None = None
    created: datetime | None = None
    precision: str = "unknown"
    basis: str = "stated"
    zone: str | None = None
    title: str | None = None
    language: str | None = None
    metadata: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True, frozen=True)
class Problem:
    """One item that became no document: `dropped` by intent or `errored`; never with its text.

    `shape`, of what was not understood, is its beginning as `shape_of` shows it.
    """

    place: str
    reason: str
    outcome: str = "dropped"
    shape: str | None = None


@dataclass(slots=True, frozen=True)
class Claim:
    """Evidence that `handle` is the person whose library this is; `strong` needs no confirmation.

    `name` is the display name that goes with the handle, if the source tells one. With `same_as`
    the claim is another: that both handles are one person's, whoever that is. With `mailbox`, the
    handle wrote `messages` of the mail filed as sent there, and is weighed against who else did.
    """

    handle: str
    evidence: str
    strong: bool
    name: str | None = None
    same_as: str | None = None
    mailbox: str | None = None
    messages: int = 0


SHAPE = 60


def shape_of(text: str) -> str:
    """Return the first characters of `text` with letters as A, a or x and digits as 9.

    >>> shape_of("[3/4/24, 9:05] Åse: 日本")
    '[9/9/99, 9:99] Aaa: xx'
    """
    start = " ".join(text[:SHAPE].split())
    return "".join(_sign(c) for c in start)


def _sign(c: str) -> str:
    if c.isdigit() or c.isnumeric():
        return "9"
    if not c.isalpha():
        return c if c.isascii() else "·"
    return "A" if c.isupper() else "a" if c.islower() else "x"


def localise(moment: datetime, zone: str) -> datetime:
    """Return `moment` in UTC; a naive one is read as local time of the IANA zone `zone`.

    >>> localise(datetime(2024, 7, 1, 12, 0), "Europe/Oslo").hour
    10
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC)
