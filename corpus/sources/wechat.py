"""WeChat conversations as tables that PyWxDump, WeChatMsg, WeFlow and chatlog write."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from corpus.sources.dates import moment
from corpus.sources.delimited import Dialect, records
from corpus.sources.elements import never_silent
from corpus.sources.file import File
from corpus.sources.piece import Claim, Piece, Problem, Reading
from corpus.sources.wechat_kinds import kind_of

SPACE, ME = "wechat", "wechat:me"
BOM = b"\xef\xbb\xbf"
HEADER = 1_000
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("MsgSvrID", "消息ID", "MessageID"),
    "type": ("type_name", "Type", "类型", "消息类型"),
    "subtype": ("SubType",),
    "mine": ("is_sender", "IsSender"),
    "author": ("Sender", "talker", "发送者微信ID", "发送人", "发送者", "发送者昵称"),
    "name": ("SenderName", "Remark", "NickName", "备注", "群昵称", "昵称", "发送者昵称"),
    "thread": ("room_name", "StrTalker", "Talker", "TalkerId", "聊天对象", "会话ID"),
    "text": ("msg", "content", "StrContent", "内容", "Content"),
    "time": ("CreateTime", "StrTime", "时间", "Time"),
    "forward": ("is_forward",),
}
"""Our column → the names it has, the best first."""

SIGNS = (
    frozenset(("MsgSvrID", "type_name", "is_sender", "talker", "CreateTime")),
    frozenset(("localId", "Type", "IsSender", "CreateTime", "StrContent")),
    frozenset(("Time", "SenderName", "Sender", "TalkerName", "Talker", "Content")),
    frozenset(("时间", "发送者", "消息类型", "内容")),
    frozenset(("时间", "发送者昵称", "消息类型", "内容")),
    frozenset(("时间", "发送人", "类型", "内容")),
)
MY_NAMES = ("我", "me", "self")
YES, NO = ("1", "true", "True"), ("0", "false", "False")
ACCOUNT = re.compile(r"wxid_\w{1,40}|[A-Za-z][-\w]{5,40}(?:@(?:chatroom|openim))?", re.ASCII)


def recognise(file: File, head: bytes) -> str | None:
    """Return the evidence that `head` begins a table of WeChat messages, or None."""
    found = _header(head)
    if found and any(sign <= set(found[0]) for sign in SIGNS):
        return "the columns of a WeChat export"
    return None


def _header(head: bytes) -> tuple[list[str], str, str] | None:
    """Return the names of the columns, the delimiter and the encoding."""
    line = head.removeprefix(BOM)[:HEADER].split(b"\n", 1)[0].rstrip(b"\r")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError:
            continue
        for mark in ",;\t":
            if text.count(mark) > 2:
                return [name.strip().strip('"') for name in text.split(mark)], mark, encoding
    return None


def read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    """Yield each message of `file` as a piece or a problem.

    A reply that quotes stands in one cell with what it quotes, so it is left out.
    """
    yield from never_silent(_read(file, reading))


def _read(file: File, reading: Reading) -> Iterator[Piece | Problem | Claim]:
    names, mark, encoding = _header(file.head()) or ([], ",", "utf-8")
    dialect: Dialect = {"strict": True, "delimiter": mark}
    places = {
        ours: [names.index(name) for name in theirs if name in names]
        for ours, theirs in COLUMNS.items()
    }
    with file.open() as stream:
        if stream.read(len(BOM)) != BOM:
            stream.seek(0)
        with io.TextIOWrapper(stream, encoding, errors="replace", newline="") as text:
            for number, (line, record) in enumerate(records(text, dialect)):
                place = f"line {line}"
                if isinstance(record, str):
                    yield Problem(place, record, "errored")
                elif number:
                    yield _row(_cells(record, places), place, (number, file), reading)


def _cells(record: Sequence[str], places: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """Return our column → its first cell with something in it; WeChatMsg names too few columns."""
    return {
        ours: next((cell for n in at if n < len(record) and (cell := record[n].strip())), "")
        for ours, at in places.items()
    }


def _row(
    row: Mapping[str, str], place: str, where: tuple[int, File], reading: Reading
) -> Piece | Problem:
    number, file = where
    if not any(row[name] for name in ("time", "author", "id")):
        return Problem(place, "a row without time and author", "errored")
    reason = kind_of(row["type"], row["subtype"], row["text"])
    if reason:
        return Problem(place, reason)
    mine = _mine(row)
    handle, name = _author(row, mine)
    created, precision = moment(row["time"], reading.zone)
    forwarded = row["forward"] in YES
    return Piece(
        namespace=SPACE,
        own=row["id"] if row["id"] not in ("", "0") else None,
        text=row["text"],
        kind="chat",
        locator=place,
        thread=row["thread"] or _stem(file),
        position=number,
        handle=handle,
        people=[(handle, name)] if handle else [],
        mine=None if forwarded else mine,
        origin="forwarded" if forwarded else None,
        created=created,
        precision=precision,
    )


def _stem(file: File) -> str:
    """Return what a table is called, without the numbers of its first and last message."""
    return re.sub(r"(?:_\d{1,9}){1,2}$", "", PurePosixPath(re.sub("!", "/", file.name)).stem)


def _mine(row: Mapping[str, str]) -> bool | None:
    if row["mine"] in (*YES, *NO):
        return row["mine"] in YES
    return True if {row["author"], row["name"]} & set(MY_NAMES) else None


def _author(row: Mapping[str, str], mine: bool | None) -> tuple[str | None, str | None]:
    """Return the handle and the name of the author; some tables give only one of them."""
    author, name = row["author"], row["name"]
    if author in MY_NAMES:
        author = ""
    if ACCOUNT.fullmatch(author):
        return f"{SPACE}:{author}", name if name not in (*MY_NAMES, "") else None
    if mine:
        return ME, author or None
    shown = author or name
    return (f"name:{shown}", shown) if shown else (None, None)
